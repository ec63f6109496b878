//! A zone's figures → what its card says.

use super::figure::{FigureText, missing, qualifier};
use super::tongue::Tongue;
use crate::engine::wire::{Level, ZoneName, ZoneView};
use crate::words::Figures;

/// What stands on a zone's card.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ZoneText {
    /// The value of `data-level`.
    pub level: &'static str,
    /// The largest number.
    pub people: FigureText,
    /// The bound beside it: "of 460".
    pub of: String,
    /// Share of the capacity.
    pub share: String,
    /// It is so full that somebody should look.
    pub alarming: bool,
    /// How much of the bar is filled, in percent.
    pub filled: u32,
    /// How many more may enter, in words and exact.
    pub room: String,
    pub room_value: Option<String>,
    pub entered: FigureText,
    pub exited: FigureText,
    /// Doors that count.
    pub doors: String,
    /// Not all doors count.
    pub some_missing: bool,
    /// The names of doors that do not count.
    pub waiting_for: Option<String>,
    /// What is missing from the totals.
    pub missing: String,
    pub peak: String,
    /// All of it in one sentence, read aloud.
    pub aloud: String,
}

/// `door_name` finds the name of a door by its id.
pub(super) fn zone_text(
    zone: &ZoneName,
    view: Option<&ZoneView>,
    door_name: &dyn Fn(&str) -> String,
    tongue: Tongue,
) -> ZoneText {
    let words = tongue.words;
    let name = tongue.name(&zone.name);
    let capacity = zone.capacity;
    // Before any door has spoken nothing is known: that is no zero.
    let people = view.and_then(|view| view.occupancy);
    let counted = people.map(|people| tongue.number(people));
    let bounded = people.zip(capacity.filter(|capacity| *capacity > 0));
    let mut text = ZoneText {
        level: level_name(view.map_or(Level::Unknown, |view| view.level)),
        people: FigureText {
            number: counted.clone().unwrap_or_else(|| "–".to_owned()),
            value: people.map(|people| people.to_string()),
            qualifier: None,
        },
        of: capacity
            .map(|capacity| (words.zone.of)(&tongue.number(capacity)))
            .unwrap_or_default(),
        aloud: aloud(&name, counted.as_deref(), capacity, tongue),
        entered: FigureText::new(None, tongue),
        exited: FigureText::new(None, tongue),
        ..ZoneText::default()
    };
    if people.is_none() {
        words.zone.unknown.clone_into(&mut text.room);
    }
    let Some(view) = view else {
        return text;
    };
    // Nor where no door counts: the number is old, and people may have come.
    if bounded.is_some() && (view.level == Level::Unknown || view.doors_counting == 0) {
        words.zone.unknown.clone_into(&mut text.room);
    } else if let Some((people, capacity)) = bounded {
        text.share = tongue.share(people, capacity);
        text.alarming = view.level >= Level::High;
        text.filled = filled(people, capacity);
        text.room = room_words(people, capacity, view.level, tongue);
        text.room_value = Some(capacity.saturating_sub(people).to_string());
    }
    if people.is_some() {
        let totals = [&view.entered, &view.exited];
        text.entered = FigureText::new(Some(totals[0]), tongue);
        text.exited = FigureText::new(Some(totals[1]), tongue);
        text.people.qualifier = qualifier(&totals);
        text.missing = missing(&totals, tongue);
    }
    text.doors = (words.zone.doors_counting)(
        &tongue.number(u64::from(view.doors_counting)),
        &tongue.number(u64::from(view.doors)),
    );
    text.some_missing = view.doors_counting < view.doors;
    let names: Vec<String> = view.doors_missing.iter().map(|id| door_name(id)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    text.waiting_for = (!names.is_empty()).then(|| (words.zone.waiting_for)(&words.list(&names)));
    if let Some((people, at)) = view.peak {
        text.peak = (words.zone.peak)(&tongue.number(people), &tongue.clock(at));
    }
    text
}

/// The value of `data-level`.
const fn level_name(level: Level) -> &'static str {
    match level {
        Level::Unknown => "unknown",
        Level::Normal => "normal",
        Level::Mid => "mid",
        Level::High => "high",
        Level::Full => "full",
    }
}

fn room_words(people: u64, capacity: u64, level: Level, tongue: Tongue) -> String {
    let words = &tongue.words.zone;
    if people > capacity {
        return (words.over)(&tongue.number(people - capacity));
    }
    let room = tongue.number(capacity - people);
    match level {
        Level::Full => words.full.to_owned(),
        Level::High => (words.only_more_may_enter)(&room),
        Level::Unknown | Level::Normal | Level::Mid => (words.more_may_enter)(&room),
    }
}

fn aloud(name: &str, people: Option<&str>, capacity: Option<u64>, tongue: Tongue) -> String {
    let label = &tongue.words.label;
    match (people, capacity) {
        (None, _) => name.to_owned(),
        (Some(people), None) => (label.zone)(name, people),
        (Some(people), Some(capacity)) => (label.zone_of)(name, people, &tongue.number(capacity)),
    }
}

fn filled(people: u64, capacity: u64) -> u32 {
    let percent = people.saturating_mul(100) / capacity;
    u32::try_from(percent.min(100)).unwrap_or(100)
}
