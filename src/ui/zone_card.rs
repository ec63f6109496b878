//! A zone: how many people are in it, how many more may enter, and how far that can be trusted.

use leptos::prelude::*;

use super::figure::Figure;
use super::mark::{Mark, Word, mark};
use super::tongue::use_tongue;
use super::zone_text::zone_text;
use crate::engine::wire::ZoneName;
use crate::live::{Live, Trust};
use crate::site::{HIGH, MID};
use crate::words::Figures;

#[component]
pub(super) fn ZoneCard(zone: ZoneName) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = tongue.words;
    let view = live.zone(&zone.id);
    let name = tongue.name(&zone.name);
    let capacity = zone.capacity;
    let of = capacity.map(|capacity| (words.zone.of)(&tongue.number(capacity)));
    let totals = {
        let view = view.clone();
        move |exited: bool| {
            let view = view.clone();
            Signal::derive(move || {
                let view = view.read();
                // Before any door has spoken nothing is known: that is no zero.
                let view = view.as_ref().filter(|view| view.occupancy.is_some())?;
                Some(if exited { view.exited } else { view.entered })
            })
        }
    };
    let (entered, exited) = (totals(false), totals(true));
    let text = Memo::new({
        let name = name.clone();
        move |_| {
            let door_name = |id: &str| {
                let site = live.site.read_untracked();
                let door = site.doors.iter().find(|door| door.id == id);
                door.map_or_else(|| id.to_owned(), |door| tongue.name(&door.name))
            };
            let view = view.read();
            zone_text(&name, capacity, view.as_ref(), &door_name, tongue)
        }
    });
    let share = move || {
        let text = text.read();
        let share = text.share.clone()?;
        Some(if text.alarming {
            mark(Mark::Alarm, share, Word::Seen)
        } else {
            share.into_any()
        })
    };
    let as_of = move || match live.trust() {
        Trust::Blind { as_of: Some(at) } => Some((words.blind.as_of)(&tongue.clock(at))),
        _ => None,
    };
    let doors = move || {
        let text = text.read();
        let doors = text.doors.clone();
        if text.some_missing {
            mark(Mark::Late, doors, Word::Seen)
        } else {
            doors.into_any()
        }
    };
    view! {
        <article
            class="zone card"
            data-zone=zone.id
            data-level=move || text.read().level
            aria-label=move || text.read().aloud.clone()
        >
            <div class="card__head">
                <h2 class="zone__name">
                    <bdi>{name}</bdi>
                </h2>
                <span class="zone__share">{share}</span>
            </div>
            <div class="zone__figure">
                <span
                    class="zone__count"
                    data-figure="occupancy"
                    data-value=move || text.read().count_value.clone()
                    data-qualifier=move || text.read().qualifier.clone()
                >
                    {move || text.read().count.clone()}
                </span>
                <span class="zone__of">{of}</span>
            </div>
            <div class="zone__bar" aria-hidden="true">
                <span
                    class="zone__fill"
                    style:width=move || format!("{}%", text.read().filled)
                ></span>
                <span class="zone__mark" style:left=format!("{MID}%")></span>
                <span class="zone__mark" style:left=format!("{HIGH}%")></span>
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
                    <Figure name="entered" total=entered word=words.zone.entered />
                    <Figure name="exited" total=exited word=words.zone.exited />
                </span>
            </div>
            <div class="zone__trust may-be-empty">
                <span>{as_of}</span>
                <span title=move || text.read().waiting_for.clone()>{doors}</span>
                <span class="zone__missing">{move || text.read().missing.clone()}</span>
                <span class="push">{move || text.read().peak.clone()}</span>
            </div>
        </article>
    }
}
