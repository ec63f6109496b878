//! A zone: how many people are in it, how many more may enter, and how far that can be trusted.

use std::sync::Arc;

use leptos::prelude::*;

use super::figure::figure;
use super::hand::memo;
use super::mark::{Mark, Word, mark};
use super::tongue::use_tongue;
use super::zone_text::{ZoneText, zone_text};
use crate::engine::wire::ZoneName;
use crate::live::Live;
use crate::mirror::Trust;
use crate::site::{HIGH, MID};
use crate::words::{Figures, shown};

#[component]
pub(super) fn ZoneCard(zone: ZoneName) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let view = live.zone(&zone.id);
    let words = tongue.words;
    let (id, name) = (zone.id.clone(), tongue.name(&zone.name));
    let text = memo(move || {
        let door_name = |id: &str| {
            let site = live.site.read_untracked();
            let door = site.doors.iter().find(|door| door.id == id);
            door.map_or_else(|| shown(id), |door| tongue.name(&door.name))
        };
        zone_text(&zone, view.read().as_ref(), &door_name, tongue)
    });
    let marked = move |mark_as, wanted: fn(&ZoneText) -> bool, word: fn(&ZoneText) -> &String| {
        move || {
            let text = text.read();
            let word = word(&text).clone();
            if wanted(&text) {
                mark(mark_as, word, Word::Seen)
            } else {
                word.into_any()
            }
        }
    };
    let share = marked(Mark::Alarm, |text| text.alarming, |text| &text.share);
    let doors = marked(Mark::Late, |text| text.some_missing, |text| &text.doors);
    let as_of = move || match live.trust.get() {
        Trust::Blind { as_of: Some(at) } => (words.blind.as_of)(&tongue.clock(at)),
        _ => String::new(),
    };
    view! {
        <article
            class="zone card"
            data-zone=id
            data-level=move || text.read().level
            aria-label=move || text.read().aloud.clone()
        >
            <div class="card__head">
                <h2 class="zone__name" title=name>
                    <bdi>{name.clone()}</bdi>
                </h2>
                <span class="zone__share">{move || share()}</span>
            </div>
            <div class="zone__figure">
                <span
                    class="zone__count"
                    data-figure="occupancy"
                    data-value=move || text.read().people.value.clone()
                    data-qualifier=move || text.read().people.qualifier.clone()
                >
                    {move || text.read().people.number.clone()}
                </span>
                <span class="zone__of">{move || text.read().of.clone()}</span>
            </div>
            <div class="zone__bar" aria-hidden="true">
                <span class="zone__fill" style:width=move || percent(text.read().filled)></span>
                <span class="zone__mark" style:left=percent(MID as u32)></span>
                <span class="zone__mark" style:left=percent(HIGH as u32)></span>
            </div>
            <div class="zone__flow">
                <span
                    class="zone__room"
                    data-figure="room"
                    data-value=move || text.read().room_value.clone()
                >
                    {move || text.read().room.clone()}
                </span>
                <span class="zone__flows">
                    {figure(
                        "entered",
                        words.zone.entered,
                        Arc::new(move || text.read().entered.clone()),
                    )}
                    {figure(
                        "exited",
                        words.zone.exited,
                        Arc::new(move || text.read().exited.clone()),
                    )}
                </span>
            </div>
            <div class="zone__trust may-be-empty">
                <span>{move || as_of()}</span>
                <span title=move || text.read().waiting_for.clone()>{move || doors()}</span>
                <span>{move || text.read().missing.clone()}</span>
                <span class="push">{move || text.read().peak.clone()}</span>
            </div>
        </article>
    }
}

fn percent(share: u32) -> String {
    format!("{share}%")
}
