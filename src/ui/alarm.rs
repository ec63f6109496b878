//! The strip of alarms: which zone is full, how full, since when.

use leptos::prelude::*;

use super::mark::{Mark, Word, mark};
use super::tongue::{Tongue, use_tongue};
use crate::engine::wire::{Level, ZoneView};
use crate::live::Live;
use crate::mirror::Trust;
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
    let alarms = move || {
        // What was full when the link was lost may not be so any more: the strip of the lost link speaks then.
        if matches!(live.trust.get(), Trust::Blind { .. }) {
            return Vec::new();
        }
        // Full before nearly full; within that in the site's order.
        let mut alarms = Vec::new();
        for level in [Level::Full, Level::High] {
            for (name, capacity, view) in &zones {
                let view = view.read();
                let zone = view.as_ref().filter(|zone| zone.level == level);
                alarms.extend(zone.and_then(|zone| Alarm::of(name, *capacity, zone, tongue)));
            }
        }
        alarms
    };
    let strip = move |alarms: Vec<Alarm>| {
        let lines: Vec<_> = alarms.into_iter().map(line).collect();
        (!lines.is_empty()).then(|| {
            view! {
                <section class="strip" data-kind="alarm" aria-label=tongue.words.state.alarm>
                    {mark(Mark::Alarm, tongue.words.state.alarm, Word::Aloud)}
                    <ul class="strip__text">{lines}</ul>
                </section>
            }
            .into_any()
        })
    };
    view! { {move || strip(alarms())} }
}

struct Alarm {
    headline: String,
    since: Option<String>,
}

impl Alarm {
    fn of(name: &str, capacity: Option<u64>, zone: &ZoneView, tongue: Tongue) -> Option<Self> {
        let words = &tongue.words.alarm;
        let since = zone.level_since.map(|since| tongue.clock(since));
        let full = zone.level == Level::Full;
        let (headline, since) = if full {
            let since = since.map(|since| (words.full_since)(&since));
            ((words.zone_full)(name), since)
        } else {
            let share = tongue.share(zone.occupancy?, capacity?);
            let since = since.map(|since| (words.above_since)(&format!("{HIGH}%"), &since));
            ((words.zone_at)(name, &share), since)
        };
        Some(Self { headline, since })
    }
}

fn line(alarm: Alarm) -> AnyView {
    view! {
        <li>
            <b>{alarm.headline}</b>
            " "
            <span>{alarm.since}</span>
        </li>
    }
    .into_any()
}
