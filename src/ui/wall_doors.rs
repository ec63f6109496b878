//! The doors of the site or of one zone; on a wall that cannot scroll as many as have room, those first that need
//! somebody.

use leptos::html::Div;
use leptos::prelude::*;

use super::asked::use_kiosk;
use super::doors::{DoorText, head, row};
use super::hand::memo;
use super::tongue::use_tongue;
use super::wall_room::room;
use crate::engine::wire::{DoorName, Freshness};
use crate::live::Live;
use crate::views::first_in_need;
use crate::words::{Figures, views_words};

/// `doors`: each with whether entering it is leaving the zone that is shown.
#[component]
pub(super) fn WallDoors(doors: Vec<(DoorName, bool)>) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = tongue.words;
    let kiosk = use_kiosk();
    let all = doors.len();
    let list = NodeRef::<Div>::new();
    let room = room(Box::new(move || list.get().map(Into::into)));
    let views: Vec<_> = doors.iter().map(|(door, _)| live.door(&door.id)).collect();
    let present = memo(move || {
        let most = if kiosk.0 {
            (room.get().saturating_sub(HEAD) / ROW).max(1) as usize
        } else {
            all
        };
        let needs = |place: usize| {
            let view = views[place].read();
            let freshness = view.as_ref().map(|door| door.freshness);
            freshness.is_some_and(|freshness| freshness != Freshness::Live)
        };
        first_in_need(all, most, &needs)
    });
    let none =
        (all == 0).then(|| view! { <p class="devices__none">{words.door.none}</p> }.into_any());
    let rows = move || {
        let door = |place: &usize| {
            let (door, outward) = doors[*place].clone();
            let view = live.door(&door.id);
            let text =
                memo(move || Some(DoorText::new(&door, view.read().as_ref(), outward, tongue)));
            row(text, Box::new(|| None), tongue)
        };
        let rows: Vec<_> = present.read().iter().map(door).collect();
        view! {
            <table>
                {head(&words.door)}
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    let note = move || match all - present.read().len() {
        0 => words.door.today.to_owned(),
        more => {
            let more = (views_words(words.language).more_places)(&tongue.number(more as u64));
            format!("{} · {more}", words.door.today)
        }
    };
    view! {
        <section class="card doors" aria-labelledby="doors">
            <div class="card__head">
                <h2 id="doors">{words.door.title}</h2>
                <span class="card__note">{move || note()}</span>
            </div>
            // Scrolls within itself on a desk, so the keyboard must be able to reach it.
            <div
                class="doors__list"
                node_ref=list
                tabindex=kiosk.tabindex()
                role="group"
                aria-labelledby="doors"
                style:--rows=move || (present.read().len() + 1).to_string()
            >
                {none}
                {move || rows()}
            </div>
        </section>
    }
}

/// Heights of the doors' first line and of a row at its lowest, in tenths of the page's unit; as in the style sheet.
const HEAD: u32 = 20;
const ROW: u32 = 23;
