//! The doors of the site, one a row: entered and exited today, and the last hour.

use leptos::prelude::*;

use super::figure::{FigureText, missing};
use super::mark::{Mark, Word, mark};
use super::spark::spark;
use super::tongue::{Tongue, use_tongue};
use crate::engine::wire::{DoorName, DoorView, Freshness};
use crate::live::Live;
use crate::words::Words;

#[component]
pub(super) fn Doors() -> impl IntoView {
    let live: Live = expect_context();
    let words = use_tongue().words;
    let doors = live.site.read_untracked().doors.clone();
    let none = doors
        .is_empty()
        .then(|| view! { <p class="devices__none">{words.door.none}</p> }.into_any());
    let count = (doors.len() + 1).to_string();
    let rows: Vec<AnyView> = doors
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
                {table(rows, words)}
            </div>
        </section>
    }
}

pub(super) fn table(rows: Vec<AnyView>, words: &'static Words) -> AnyView {
    view! {
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
    }
    .into_any()
}

#[component]
fn DoorRow(door: DoorName) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let view = live.door(&door.id);
    let name = tongue.name(&door.name);
    view! { {move || row(&door.id, &name, view.read().as_ref(), false, tongue)} }
}

/// `outward`: seen from the other side, so that who enters the door leaves.
pub(super) fn row(
    id: &str,
    name: &str,
    door: Option<&DoorView>,
    outward: bool,
    tongue: Tongue,
) -> AnyView {
    let (mut entered, mut exited) = (
        door.and_then(|door| door.entered),
        door.and_then(|door| door.exited),
    );
    if outward {
        std::mem::swap(&mut entered, &mut exited);
    }
    let totals: Vec<_> = [&entered, &exited].into_iter().flatten().collect();
    let note = missing(&totals, tongue);
    let state = door.map_or(Freshness::NeverSeen, |door| door.freshness);
    // Normal has no mark: a column of dots would only be looked at.
    let shape = (state != Freshness::Live).then(|| {
        let word = tongue.words.freshness(state);
        mark(Mark::from(state), word, Word::Aloud)
    });
    let last_hour = door.map_or(&[][..], |door| &door.last_hour);
    view! {
        <tr data-door=id.to_owned() data-state=Mark::from(state).name()>
            <th scope="row" class="doors__name">
                {shape}
                <bdi>{name.to_owned()}</bdi>
                <span class="figure__trust">{note}</span>
            </th>
            <td>{FigureText::new(entered.as_ref(), tongue).view("entered", "")}</td>
            <td class="doors__exited">
                {FigureText::new(exited.as_ref(), tongue).view("exited", "")}
            </td>
            // They are of those who entered the door, and say nothing of who came out.
            <td>{(!outward).then(|| spark(last_hour, tongue))}</td>
        </tr>
    }
    .into_any()
}
