//! The strip of alarms: which zone is full, how full, since when.

use leptos::prelude::*;

use super::mark::{Mark, Word, mark};
use super::tongue::{Tongue, use_tongue};
use crate::engine::wire::{Level, ZoneView};
use crate::live::{Live, Trust};
use crate::site::HIGH;
use crate::words::Figures;

#[component]
pub(super) fn AlarmStrip() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let zones: Vec<_> = live
        .site
        .read_untracked()
        .zones
        .iter()
        .map(|zone| (tongue.name(&zone.name), zone.capacity, live.zone(&zone.id)))
        .collect();
    let alarms = Memo::new(move |_| {
        // What was full when the link was lost may not be so any more: the strip of the lost link speaks then.
        if matches!(live.trust(), Trust::Blind { .. }) {
            return Vec::new();
        }
        let mut alarms: Vec<Alarm> = zones
            .iter()
            .filter_map(|(name, capacity, view)| {
                Alarm::of(name, *capacity, view.read().as_ref()?, tongue)
            })
            .collect();
        // Full before nearly full; within that in the site's order.
        alarms.sort_by_key(|alarm| std::cmp::Reverse(alarm.level));
        alarms
    });
    // Said once when a level changes, not at each person.
    let aloud = Memo::new(move |_| {
        let alarms = alarms.read();
        let said: Vec<&str> = alarms.iter().map(|alarm| alarm.aloud.as_str()).collect();
        said.join(" ")
    });
    let strip = move || {
        let lines: Vec<_> = alarms.read().iter().map(line).collect();
        (!lines.is_empty()).then(|| {
            view! {
                <section class="strip" data-kind="alarm" aria-label=tongue.words.state.alarm>
                    {mark(Mark::Alarm, tongue.words.state.alarm, Word::Aloud)}
                    <ul class="strip__text">{lines}</ul>
                </section>
            }
        })
    };
    view! {
        <p class="unseen" role="alert">
            {aloud}
        </p>
        {strip}
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Alarm {
    level: Level,
    headline: String,
    since: Option<String>,
    aloud: String,
}

impl Alarm {
    fn of(name: &str, capacity: Option<u64>, zone: &ZoneView, tongue: Tongue) -> Option<Self> {
        if zone.level < Level::High {
            return None;
        }
        let words = &tongue.words.alarm;
        let since = zone.level_since.map(|since| tongue.clock(since));
        let full = zone.level == Level::Full;
        let (headline, since) = if full {
            let since = since.map(|since| (words.full_since)(&since));
            ((words.zone_full)(name), since)
        } else {
            let share = tongue.share(zone.occupancy?, capacity?);
            let since = since.map(|since| (words.above_since)(&format!("{HIGH} %"), &since));
            ((words.zone_at)(name, &share), since)
        };
        let aloud = format!("{name}: {}.", tongue.words.level(zone.level));
        Some(Self {
            level: zone.level,
            headline,
            since,
            aloud,
        })
    }
}

fn line(alarm: &Alarm) -> impl IntoView + use<> {
    view! {
        <li>
            <b>{alarm.headline.clone()}</b>
            " "
            <span>{alarm.since.clone()}</span>
        </li>
    }
}
