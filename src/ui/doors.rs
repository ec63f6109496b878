//! The doors of the site, one a row: entered and exited today, and the last hour.

use leptos::html::Div;
use leptos::prelude::*;

use super::figure::{FigureText, missing};
use super::hand::{Typed, memo};
use super::mark::{Mark, Word, mark};
use super::parts::search;
use super::rows::{Rows, follow_rows};
use super::spark::spark;
use super::tongue::{Tongue, use_tongue};
use crate::engine::wire::{DoorView, Freshness};
use crate::live::Live;
use crate::settings::holds;

#[component]
pub(super) fn Doors() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = &tongue.words.door;
    let doors: Vec<Named> = live
        .site
        .read_untracked()
        .doors
        .iter()
        .map(|door| Named {
            id: door.id.clone(),
            name: tongue.name(&door.name),
        })
        .collect();
    let all = doors.len() as u32;
    // Rows of a short list are as high as they need, and all of them are in the document.
    let many = all > FEW;
    let none = (all == 0).then(|| view! { <p class="devices__none">{words.none}</p> }.into_any());
    let text = RwSignal::new(String::new());
    let sought = many.then(|| search(words.search, text));
    let found = memo(move || {
        let text = text.read();
        let wanted = doors.iter().filter(|door| holds(&door.name, &text));
        wanted.cloned().collect::<Vec<_>>()
    });
    let count = memo(move || found.read().len() as u32);
    let not_found = move || {
        let nothing = many && count.get() == 0;
        nothing.then(|| view! { <p class="devices__none">{words.not_found}</p> }.into_any())
    };
    let list = NodeRef::<Div>::new();
    let rows = RwSignal::new(Rows::default());
    let ask = follow_rows(list, rows, count);
    let scroll: Typed = Box::new(move |_| ask());
    let in_view = memo(move || match many {
        true => rows.read().in_view(count.get()),
        false => (0, count.get()),
    });
    let first = memo(move || in_view.get().0);
    let shown = memo(move || in_view.get().1);
    let row = move |place| {
        let door = memo(move || {
            let at = first.get() + place;
            Some((at, found.read().get(at as usize)?.clone()))
        });
        view! { <DoorRow door /> }.into_any()
    };
    let room = move |of: fn(&Rows, u32) -> String| match many {
        true => of(&rows.read(), count.get()),
        false => String::new(),
    };
    view! {
        <section class="card doors" aria-labelledby="doors" data-many=many.then_some("")>
            <div class="card__head">
                <h2 id="doors">{words.title}</h2>
                {sought}
                <span class="card__note">{words.today}</span>
            </div>
            // Scrolls within itself, so the keyboard must be able to reach it.
            <div
                class="doors__list"
                tabindex="0"
                role="group"
                aria-labelledby="doors"
                style:--rows=(all + 1).to_string()
                on:scroll=scroll
            >
                {none}
                {move || not_found()}
                <div class="doors__all" node_ref=list style:min-height=move || room(Rows::height)>
                    <table style:margin-top=move || room(Rows::above) aria-rowcount=move || (count.get() + 1).to_string()>
                        <thead>
                            <tr>
                                <th scope="col">{words.door}</th>
                                <th scope="col">{words.entered}</th>
                                <th scope="col">{words.exited}</th>
                                <th scope="col">{words.last_hour}</th>
                            </tr>
                        </thead>
                        <tbody>{move || (0..shown.get()).map(row).collect::<Vec<_>>()}</tbody>
                    </table>
                </div>
            </div>
        </section>
    }
}

/// A door under the name that the reader sees.
#[derive(Clone, PartialEq)]
struct Named {
    id: String,
    name: String,
}

/// The door at a place of the list: while the list moves, rows stay and show another.
#[component]
fn DoorRow(door: Memo<Option<(u32, Named)>>) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    move || {
        let door = door.read();
        let (at, door) = door.as_ref()?;
        Some(row(*at, door, live.door(&door.id).read().as_ref(), tongue))
    }
}

fn row(at: u32, named: &Named, door: Option<&DoorView>, tongue: Tongue) -> AnyView {
    let (entered, exited) = (
        door.and_then(|door| door.entered),
        door.and_then(|door| door.exited),
    );
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
        <tr
            data-door=named.id.clone()
            data-state=Mark::from(state).name()
            // The head is the first.
            aria-rowindex=(at + 2).to_string()
        >
            <th scope="row" class="doors__name">
                {shape}
                <bdi>{named.name.clone()}</bdi>
                <span class="figure__trust">{note}</span>
            </th>
            <td>{FigureText::new(entered.as_ref(), tongue).view("entered", "")}</td>
            <td class="doors__exited">
                {FigureText::new(exited.as_ref(), tongue).view("exited", "")}
            </td>
            <td>{spark(last_hour, tongue)}</td>
        </tr>
    }
    .into_any()
}

/// Of more doors than this only those in view are in the document.
const FEW: u32 = 60;
