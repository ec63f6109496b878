//! All devices, those first that need somebody. Only the cards in view are in the document and asked of the engine.

use leptos::html::Div;
use leptos::prelude::*;

use super::device_card::DeviceCard;
use super::hand::{follow, memo};
use super::parts::{choice, search};
use super::rows::follow_rows;
use super::tongue::{Tongue, use_tongue};
use crate::engine::wire::{Cards, Freshness, RollUp};
use crate::live::Live;
use crate::mirror::ListRows;
use crate::mirror::Trust;
use crate::words::Figures;

#[component]
pub(super) fn Devices() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = tongue.words;
    let grid = NodeRef::<Div>::new();
    let rows = RwSignal::new(ListRows::default());
    let (text, state) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let all = memo(move || count(&live.roll_up.read()));
    let found = memo(move || live.found.get());
    let cards = memo(move || live.order.read().len() as u32);
    let first = memo(move || rows.read().in_view(found.get()).0);
    follow_rows(grid, rows, found);
    follow(move || {
        let (first, count) = rows.read().in_view(found.get());
        live.show_cards(Cards {
            first,
            count,
            text: text.get(),
            // The first choice is all of them.
            freshness: state
                .get()
                .checked_sub(1)
                .and_then(|place| ORDER.get(place).copied()),
        });
    });
    let many = memo(move || all.get() > FEW || found.get() != all.get());
    let looking = move || {
        let states = std::iter::once(words.device.every);
        let states = states.chain(ORDER.map(|state| words.freshness(state)));
        let states = states.map(str::to_owned).collect();
        let states = choice(
            words.device.every,
            states,
            state.get_untracked(),
            move |place| state.set(place),
        );
        search(words.device.search, text, states, (found, all), tongue)
    };
    view! {
        <section class="card devices wall__row" aria-labelledby="devices">
            <div class="card__head">
                <h2 id="devices">{words.device.title}</h2>
                {move || many.get().then(looking)}
                <span class="card__note">{move || note(live, tongue)}</span>
            </div>
            {move || {
                let none = (all.get() == 0).then_some(words.device.none);
                none.map(|said| view! { <p class="devices__none">{said}</p> }.into_any())
            }}
            // The cards before those in view are room above them, the cards behind are room below.
            <div class="devices__grid" node_ref=grid style:min-height=move || rows.read().height(found.get())>
                <ul class="devices__window" style:padding-top=move || rows.read().above(found.get())>
                    {move || {
                        let card = |place| view! { <DeviceCard place first found /> }.into_any();
                        (0..cards.get()).map(card).collect::<Vec<_>>()
                    }}
                </ul>
            </div>
        </section>
    }
}

/// How many there are of each, or since when nobody knows.
pub(super) fn note(live: Live, tongue: Tongue) -> String {
    match live.trust.get() {
        Trust::Blind { as_of: Some(at) } => (tongue.words.blind.as_of)(&tongue.clock(at)),
        _ => summary(&live.roll_up.read(), tongue),
    }
}

/// How many devices there are.
pub(super) fn count(roll_up: &RollUp) -> u32 {
    parts(roll_up)
        .iter()
        .fold(0, |sum, part| sum.saturating_add(*part))
}

/// How many there are of each, those first that need somebody.
pub(super) fn summary(roll_up: &RollUp, tongue: Tongue) -> String {
    let device = &tongue.words.device;
    let words = [
        device.offline,
        device.stale,
        device.late,
        device.unseen,
        device.retained_old,
        device.never_seen,
        device.live,
    ];
    let said: Vec<String> = words
        .into_iter()
        .zip(parts(roll_up))
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| word(&tongue.number(u64::from(count))))
        .collect();
    said.join(" · ")
}

/// In the order in which they are told: those first that need somebody.
const fn parts(roll_up: &RollUp) -> [u32; 7] {
    [
        roll_up.offline,
        roll_up.stale,
        roll_up.late,
        roll_up.unseen,
        roll_up.retained_old,
        roll_up.never_seen,
        roll_up.live,
    ]
}

/// The same, one by one.
const ORDER: [Freshness; 7] = [
    Freshness::Offline,
    Freshness::Stale,
    Freshness::Late,
    Freshness::Unseen,
    Freshness::RetainedOld,
    Freshness::NeverSeen,
    Freshness::Live,
];

/// So many are found by looking.
const FEW: u32 = 24;
