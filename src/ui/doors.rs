//! The doors of the site, one a row: entered and exited today, and the last hour.

use leptos::html::Div;
use leptos::prelude::*;

use super::asked::{room, use_kiosk};
use super::figure::{FigureText, missing};
use super::hand::memo;
use super::mark::{Mark, Word, mark};
use super::spark::spark;
use super::tongue::{Tongue, use_tongue};
use crate::engine::wire::{DoorView, Freshness};
use crate::live::Live;
use crate::views::first_in_need;
use crate::words::Figures;

/// `doors`: places among the site's, and whether entering it is leaving the zone that is shown.
#[component]
pub(super) fn Doors(doors: Vec<(u32, bool)>) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = tongue.words;
    let kiosk = use_kiosk();
    let none = doors
        .is_empty()
        .then(|| view! { <p class="devices__none">{words.door.none}</p> }.into_any());
    let all = doors.len();
    let list = NodeRef::<Div>::new();
    let room = room(move || list.get().map(Into::into));
    let most = move || {
        if kiosk.0 {
            (room.get().saturating_sub(HEAD) / ROW).max(1) as usize
        } else {
            all
        }
    };
    let views: Vec<_> = {
        let site = live.site.read_untracked();
        let named = doors
            .iter()
            .filter_map(|(place, _)| site.doors.get(*place as usize));
        named.map(|door| live.door(&door.id)).collect()
    };
    let needs = move |row: usize| {
        let door = views.get(row).map(|door| door.read());
        door.is_some_and(|door| {
            door.as_ref()
                .is_some_and(|door| door.freshness != Freshness::Live)
        })
    };
    let shown = memo(move || first_in_need(all, most(), &needs));
    let note = move || match all - shown.read().len() {
        0 => words.door.today.to_owned(),
        more => {
            let more = (words.zone.more)(&tongue.number(more as u64));
            format!("{} · {more}", words.door.today)
        }
    };
    view! {
        <section class="card doors" aria-labelledby="doors">
            <div class="card__head">
                <h2 id="doors">{words.door.title}</h2>
                <span class="card__note">{move || note()}</span>
            </div>
            // Scrolls within itself, so the keyboard must be able to reach it.
            <div
                class="doors__list"
                node_ref=list
                tabindex=kiosk.tabindex()
                role="group"
                aria-labelledby="doors"
                style:--rows=move || (shown.read().len() + 1).to_string()
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
                    <tbody>
                        {move || {
                            let row = |row: &usize| {
                                let (place, outward) = doors[*row];
                                view! { <DoorRow place outward /> }.into_any()
                            };
                            shown.read().iter().map(row).collect::<Vec<_>>()
                        }}
                    </tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn DoorRow(place: u32, outward: bool) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let door = live
        .site
        .read_untracked()
        .doors
        .get(place as usize)
        .cloned();
    door.map(|door| {
        let view = live.door(&door.id);
        let name = tongue.name(&door.name);
        view! { {move || row(&door.id, &name, view.read().as_ref(), outward, tongue)} }
    })
}

/// `outward`: seen from the other side.
fn row(id: &str, name: &str, door: Option<&DoorView>, outward: bool, tongue: Tongue) -> AnyView {
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

/// Heights of the list's first line and of a row at its lowest, in tenths of the page's unit; as in the style sheet.
const HEAD: u32 = 20;
const ROW: u32 = 23;
