//! A zone's figures → what its card says.

use super::figure::{missing, qualifier};
use super::tongue::Tongue;
use crate::engine::wire::{Level, ZoneView};
use crate::words::Figures;

/// What stands on a zone's card, made anew when a figure changes; what did not change is not written again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ZoneText {
    /// The value of `data-level`.
    pub level: &'static str,
    /// The largest number, as written and exact.
    pub count: String,
    pub count_value: Option<String>,
    /// Share of the capacity.
    pub share: Option<String>,
    /// It is so full that somebody should look.
    pub alarming: bool,
    /// How much of the bar is filled, in percent.
    pub filled: u32,
    /// How many more may enter, in words and exact.
    pub room: String,
    pub room_value: Option<String>,
    /// Doors that count.
    pub doors: String,
    /// Not all doors count.
    pub some_missing: bool,
    /// The names of doors that do not count are known to the reader of a card by this.
    pub waiting_for: Option<String>,
    /// What is missing from the totals, in words and as the value of `data-qualifier`.
    pub missing: Option<String>,
    pub qualifier: Option<String>,
    pub peak: Option<String>,
    /// All of it in one sentence, read aloud.
    pub aloud: String,
}

/// `door_name` finds the name of a door by its id.
pub(super) fn zone_text(
    name: &str,
    capacity: Option<u64>,
    view: Option<&ZoneView>,
    door_name: &dyn Fn(&str) -> String,
    tongue: Tongue,
) -> ZoneText {
    let words = tongue.words;
    let Some(view) = view else {
        return ZoneText {
            level: level_name(Level::Unknown),
            count: "–".to_owned(),
            room: words.zone.unknown.to_owned(),
            aloud: name.to_owned(),
            ..ZoneText::default()
        };
    };
    let people = view.occupancy;
    let counted = people.map(|people| tongue.number(people));
    let of = people.zip(capacity.filter(|capacity| *capacity > 0));
    let room = of.map(|(people, capacity)| capacity.saturating_sub(people));
    let missing_doors: Vec<String> = view.doors_missing.iter().map(|id| door_name(id)).collect();
    let missing_doors: Vec<&str> = missing_doors.iter().map(String::as_str).collect();
    ZoneText {
        level: level_name(view.level),
        count_value: people.map(|people| people.to_string()),
        share: of.map(|(people, capacity)| tongue.share(people, capacity)),
        alarming: view.level >= Level::High,
        filled: of.map_or(0, |(people, capacity)| filled(people, capacity)),
        room: match (people, of) {
            (None, _) => words.zone.unknown.to_owned(),
            (_, None) => String::new(),
            (_, Some((people, capacity))) => room_words(people, capacity, view.level, tongue),
        },
        room_value: room.map(|room| room.to_string()),
        doors: (words.zone.doors_counting)(
            &tongue.number(u64::from(view.doors_counting)),
            &tongue.number(u64::from(view.doors)),
        ),
        some_missing: view.doors_counting < view.doors,
        waiting_for: (!missing_doors.is_empty())
            .then(|| (words.zone.waiting_for)(&words.list(&missing_doors))),
        missing: missing(&[&view.entered, &view.exited], tongue),
        qualifier: qualifier(&[&view.entered, &view.exited]),
        peak: view
            .peak
            .map(|(people, at)| (words.zone.peak)(&tongue.number(people), &tongue.clock(at))),
        aloud: aloud(name, counted.as_deref(), capacity, tongue),
        count: counted.unwrap_or_else(|| "–".to_owned()),
    }
}

/// The value of `data-level`.
pub(super) const fn level_name(level: Level) -> &'static str {
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
