//! A zone: how many people are in it, how many more may enter, and how far that can be trusted.

use leptos::prelude::*;

use super::mark::{Mark, Word, mark};
use super::tongue::{Tongue, use_tongue};
use super::zone_text::{ZoneText, zone_text};
use crate::engine::wire::ZoneName;
use crate::live::{Live, Trust};
use crate::site::{HIGH, MID};
use crate::words::{Figures, shown};

#[component]
pub(super) fn ZoneCard(zone: ZoneName) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let view = live.zone(&zone.id);
    view! {
        {move || {
            let door_name = |id: &str| {
                let site = live.site.read_untracked();
                let door = site.doors.iter().find(|door| door.id == id);
                door.map_or_else(|| shown(id), |door| tongue.name(&door.name))
            };
            let text = zone_text(&zone, view.read().as_ref(), &door_name, tongue);
            let as_of = match live.trust.get() {
                Trust::Blind { as_of: Some(at) } => (tongue.words.blind.as_of)(&tongue.clock(at)),
                _ => String::new(),
            };
            card(&zone, text, as_of, tongue)
        }}
    }
}

fn card(zone: &ZoneName, text: ZoneText, as_of: String, tongue: Tongue) -> AnyView {
    let words = tongue.words;
    let name = tongue.name(&zone.name);
    let share = if text.alarming {
        mark(Mark::Alarm, text.share, Word::Seen)
    } else {
        text.share.into_any()
    };
    let doors = if text.some_missing {
        mark(Mark::Late, text.doors, Word::Seen)
    } else {
        text.doors.into_any()
    };
    view! {
        <article
            class="zone card"
            data-zone=zone.id.clone()
            data-level=text.level
            aria-label=text.aloud
        >
            <div class="card__head">
                <h2 class="zone__name" title=name>
                    <bdi>{name.clone()}</bdi>
                </h2>
                <span class="zone__share">{share}</span>
            </div>
            <div class="zone__figure">
                <span
                    class="zone__count"
                    data-figure="occupancy"
                    data-value=text.people.value
                    data-qualifier=text.people.qualifier
                >
                    {text.people.number}
                </span>
                <span class="zone__of">{text.of}</span>
            </div>
            <div class="zone__bar" aria-hidden="true">
                <span class="zone__fill" style:width=percent(text.filled)></span>
                <span class="zone__mark" style:left=percent(MID as u32)></span>
                <span class="zone__mark" style:left=percent(HIGH as u32)></span>
            </div>
            <div class="zone__flow">
                <span class="zone__room" data-figure="room" data-value=text.room_value>
                    {text.room}
                </span>
                <span class="zone__flows">
                    {text.entered.view("entered", words.zone.entered)}
                    {text.exited.view("exited", words.zone.exited)}
                </span>
            </div>
            <div class="zone__trust may-be-empty">
                <span>{as_of}</span>
                <span title=text.waiting_for>{doors}</span>
                <span>{text.missing}</span>
                <span class="push">{text.peak}</span>
            </div>
        </article>
    }
    .into_any()
}

fn percent(share: u32) -> String {
    format!("{share}%")
}
