//! The doors of the site, one a row: entered and exited today, and the last hour.

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;

use super::figure::{FigureText, figure, missing};
use super::hand::memo;
use super::mark::{Mark, Word, mark};
use super::parts::search;
use super::rows::follow_rows;
use super::spark::spark;
use super::tongue::{Tongue, use_tongue};
use crate::engine::wire::{DoorName, DoorView, Freshness, SiteView};
use crate::live::Live;
use crate::mirror::ListRows;
use crate::settings::holds;
use crate::words::Door as DoorWords;

#[component]
pub(super) fn Doors() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = &tongue.words.door;
    let text = RwSignal::new(String::new());
    let all = memo(move || wanted(&live.site.read(), "").count() as u32);
    let count = memo(move || wanted(&live.site.read(), &text.read()).count() as u32);
    // ListRows of a short list are as high as they need, and all of them are in the document.
    let number = all.get_untracked();
    let many = number > FEW;
    let none =
        (number == 0).then(|| view! { <p class="devices__none">{words.none}</p> }.into_any());
    let looking = many.then(|| search(words.search, text, ().into_any(), (count, all), tongue));
    let list = NodeRef::<Div>::new();
    let rows = RwSignal::new(if many {
        ListRows::default()
    } else {
        ListRows::ALL
    });
    if many {
        follow_rows(list, rows, count);
    }
    let first = memo(move || rows.read().in_view(count.get()).0);
    let shown = memo(move || rows.read().in_view(count.get()).1);
    view! {
        <section class="card doors" aria-labelledby="doors" data-many=many.then_some("")>
            <div class="card__head">
                <h2 id="doors">{words.title}</h2>
                {looking}
                <span class="card__note">{words.today}</span>
            </div>
            // Scrolls within itself, so the keyboard must be able to reach it.
            <div
                class="doors__list"
                tabindex="0"
                role="group"
                aria-labelledby="doors"
                style:--rows=(number + 1).to_string()
            >
                {none}
                // As with the devices, the rows before those in view are room above them.
                <div class="doors__all" node_ref=list style:--room=move || rows.read().height(count.get())>
                    <table
                        style:margin-top=move || rows.read().above(count.get())
                        aria-rowcount=move || (count.get() + 1).to_string()
                    >
                        {head(words)}
                        <tbody>
                            {move || {
                                let row = |place| view! { <DoorRow place first text /> }.into_any();
                                (0..shown.get()).map(row).collect::<Vec<_>>()
                            }}
                        </tbody>
                    </table>
                </div>
            </div>
        </section>
    }
}

/// What the columns are.
pub(super) fn head(words: &DoorWords) -> AnyView {
    view! {
        <thead>
            <tr aria-rowindex="1">
                <th scope="col">{words.door}</th>
                <th scope="col">{words.entered}</th>
                <th scope="col">{words.exited}</th>
                <th scope="col">{words.last_hour}</th>
            </tr>
        </thead>
    }
    .into_any()
}

/// The doors whose name or id holds the text.
fn wanted<'a>(site: &'a SiteView, text: &'a str) -> impl Iterator<Item = &'a DoorName> {
    let is_wanted = move |door: &&DoorName| holds(&door.id, text) || door.name.holds(text);
    site.doors.iter().filter(is_wanted)
}

/// The row at a place among those in view, of which the first is that one of all: while the list moves, rows stay and show
/// another door.
#[component]
fn DoorRow(place: u32, first: Memo<u32>, text: RwSignal<String>) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let text = memo(move || {
        let at = first.get() + place;
        let (site, text) = (live.site.read(), text.read());
        let door = wanted(&site, &text).nth(at as usize)?;
        let view = live.door(&door.id);
        let view = view.read();
        Some(DoorText::new(door, view.as_ref(), false, tongue))
    });
    let known = memo(move || text.read().is_some());
    // The head is the first.
    let index = move || Some((first.get() + place + 2).to_string());
    let row = move || row(text, Box::new(index), tongue);
    move || known.get().then(row)
}

/// What stands in a door's row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct DoorText {
    id: String,
    name: String,
    freshness: Option<Freshness>,
    /// What is missing from the totals.
    note: String,
    entered: FigureText,
    exited: FigureText,
    /// `None`: they would say something else than the totals beside them.
    last_hour: Option<Vec<Option<u32>>>,
}

impl DoorText {
    /// `outward`: seen from the other side, so that who enters the door leaves.
    pub(super) fn new(
        named: &DoorName,
        door: Option<&DoorView>,
        outward: bool,
        tongue: Tongue,
    ) -> Self {
        let (mut entered, mut exited) = (
            door.and_then(|door| door.entered),
            door.and_then(|door| door.exited),
        );
        if outward {
            std::mem::swap(&mut entered, &mut exited);
        }
        let totals: Vec<_> = [&entered, &exited].into_iter().flatten().collect();
        Self {
            id: named.id.clone(),
            name: tongue.name(&named.name),
            freshness: door.map(|door| door.freshness),
            note: missing(&totals, tongue),
            entered: FigureText::new(entered.as_ref(), tongue),
            exited: FigureText::new(exited.as_ref(), tongue),
            // They are of those who entered the door, and say nothing of who came out.
            last_hour: (!outward)
                .then(|| door.map_or_else(Vec::new, |door| door.last_hour.clone())),
        }
    }

    fn state(&self) -> Freshness {
        self.freshness.unwrap_or(Freshness::NeverSeen)
    }
}

/// Elements stay, and only what has changed is written: where an element is made anew, all its attributes are.
/// `index`: its place among more rows than are in the document.
pub(super) fn row(
    text: Memo<Option<DoorText>>,
    index: Box<dyn Fn() -> Option<String> + Send + Sync>,
    tongue: Tongue,
) -> AnyView {
    let said = move |part: fn(&DoorText) -> &String| {
        let text = text.read();
        text.as_ref().map(|text| part(text).clone())
    };
    let total = move |part: fn(&DoorText) -> &FigureText| {
        Arc::new(move || {
            let text = text.read();
            text.as_ref()
                .map(|text| part(text).clone())
                .unwrap_or_default()
        })
    };
    let state = memo(move || text.read().as_ref().map(DoorText::state));
    let state = move || state.get().unwrap_or(Freshness::NeverSeen);
    // Normal has no mark: a column of dots would only be looked at.
    let shape = move || {
        let state = state();
        (state != Freshness::Live).then(|| {
            mark(
                Mark::from(state),
                tongue.words.freshness(state),
                Word::Aloud,
            )
        })
    };
    let last_hour = memo(move || text.read().as_ref()?.last_hour.clone());
    view! {
        <tr
            data-door=move || said(|text| &text.id)
            data-state=move || Mark::from(state()).name()
            aria-rowindex=index
        >
            <th scope="row" class="doors__name">
                {move || shape()}
                <bdi>{move || said(|text| &text.name)}</bdi>
                <span class="figure__trust">{move || said(|text| &text.note)}</span>
            </th>
            <td>{figure("entered", "", total(|text| &text.entered))}</td>
            <td class="doors__exited">{figure("exited", "", total(|text| &text.exited))}</td>
            <td>{move || last_hour.read().as_ref().map(|spans| spark(spans, tongue))}</td>
        </tr>
    }
    .into_any()
}

/// Of more doors than this only those in view are in the document.
const FEW: u32 = 60;
