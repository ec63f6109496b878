//! The doors of the site, one a row: entered and exited today, and the last hour.

use leptos::prelude::*;

use super::figure::{Figure, missing};
use super::mark::{Mark, Word, mark};
use super::spark::Spark;
use super::tongue::use_tongue;
use crate::engine::wire::{DoorName, DoorView, Freshness};
use crate::live::Live;

#[component]
pub(super) fn Doors() -> impl IntoView {
    let live: Live = expect_context();
    let words = use_tongue().words;
    let doors = live.site.read_untracked().doors.clone();
    let none = doors
        .is_empty()
        .then(|| view! { <p class="devices__none">{words.door.none}</p> });
    let count = (doors.len() + 1).to_string();
    let rows: Vec<_> = doors
        .into_iter()
        .map(|door| view! { <DoorRow door /> }.into_any())
        .collect();
    view! {
        <section class="card doors" aria-labelledby="doors">
            <div class="card__head">
                <h2 id="doors">{words.door.title}</h2>
                <span class="card__note">{words.door.today}</span>
            </div>
            // Scrolls within itself, so the keyboard must be able to reach it.
            <div
                class="doors__list"
                tabindex="0"
                role="group"
                aria-labelledby="doors"
                style:--rows=count
            >
                {none}
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{words.door.door}</th>
                            <th scope="col">{words.door.entered}</th>
                            <th scope="col">{words.door.exited}</th>
                            <th scope="col">{words.door.last_hour}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn DoorRow(door: DoorName) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let view = live.door(&door.id);
    let part = |read: fn(&DoorView) -> Option<crate::engine::wire::Total>| {
        let view = view.clone();
        Signal::derive(move || read(view.read().as_ref()?))
    };
    let entered = part(|door| door.entered);
    let exited = part(|door| door.exited);
    let note = move || {
        let (entered, exited) = (entered.get()?, exited.get()?);
        missing(&[&entered, &exited], tongue)
    };
    let state = Memo::new({
        let view = view.clone();
        move |_| {
            let view = view.read();
            view.as_ref()
                .map_or(Freshness::NeverSeen, |door| door.freshness)
        }
    });
    let last_hour = Signal::derive(move || {
        let view = view.read();
        view.as_ref()
            .map(|door| door.last_hour.clone())
            .unwrap_or_default()
    });
    // Normal has no mark: a column of dots would only be looked at.
    let mark = move || {
        let state = state.get();
        (state != Freshness::Live).then(|| {
            mark(
                Mark::from(state),
                tongue.words.freshness(state),
                Word::Aloud,
            )
        })
    };
    view! {
        <tr data-door=door.id data-state=move || Mark::from(state.get()).name()>
            <th scope="row" class="doors__name">
                {mark}
                <bdi>{tongue.name(&door.name)}</bdi>
                <span class="figure__trust">{note}</span>
            </th>
            <td>
                <Figure name="entered" total=entered />
            </td>
            <td class="doors__exited">
                <Figure name="exited" total=exited />
            </td>
            <td>
                <Spark spans=last_hour />
            </td>
        </tr>
    }
}
