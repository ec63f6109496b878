//! The devices on a wall that cannot scroll: as many as stand there in whole rows, those first that need somebody.

use leptos::html::Div;
use leptos::prelude::*;

use super::device_card::DeviceCard;
use super::devices::{count, note};
use super::hand::{follow, memo};
use super::tongue::use_tongue;
use crate::browser::page::element::{length, place, property};
use crate::browser::page::sight::Size;
use crate::engine::wire::Cards;
use crate::live::Live;
use crate::views::rows_in;
use crate::words::{Figures, views_words};

/// `rows`: for how many there is room; `None`: for as many as stand in the height that there is.
#[component]
pub(super) fn WallDevices(rows: Option<Memo<u32>>) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = tongue.words;
    let grid = NodeRef::<Div>::new();
    let (columns, rows_seen) = (RwSignal::new(0), RwSignal::new(0));
    let watch = StoredValue::new_local(None);
    follow(move || {
        let Some(grid) = grid.get() else { return };
        let measured = grid.clone();
        let measure = move || {
            let Some(window) = measured.first_element_child() else {
                return;
            };
            let gap = length(&window, "row-gap");
            let row = length(&window, "grid-auto-rows") + gap;
            let tracks = property(&window, "grid-template-columns");
            columns.set(tracks.split_whitespace().count() as u32);
            rows_seen.set(rows_in(place(&measured).height + gap, row));
        };
        watch.set_value(Size::watch(&grid, measure));
    });
    let all = memo(move || count(&live.roll_up.read()));
    let shown = memo(move || {
        let rows = rows.map_or_else(|| rows_seen.get(), |rows| rows.get());
        rows.saturating_mul(columns.get()).min(all.get())
    });
    follow(move || {
        live.show_cards(Cards {
            count: shown.get(),
            ..Cards::default()
        });
    });
    let first = memo(|| 0);
    let cards = memo(move || live.order.read().len() as u32);
    // Alone on the wall they share its height.
    let lines = move || shown.get().div_ceil(columns.get().max(1)).max(1);
    let note = move || match all.get() - shown.get() {
        0 => note(live, tongue),
        more => {
            let more = tongue.number(u64::from(more));
            let more = (views_words(words.language).more_devices)(&more);
            format!("{} · {more}", note(live, tongue))
        }
    };
    view! {
        <section class="card devices wall__row" aria-labelledby="devices">
            <div class="card__head">
                <h2 id="devices">{words.device.title}</h2>
                <span class="card__note">{move || note()}</span>
            </div>
            {move || {
                let none = (all.get() == 0).then_some(words.device.none);
                none.map(|said| view! { <p class="devices__none">{said}</p> }.into_any())
            }}
            <div class="devices__grid" node_ref=grid>
                <ul class="devices__window" style:--rows=move || lines().to_string()>
                    {move || {
                        let card = |place| view! { <DeviceCard place first found=all /> }.into_any();
                        (0..cards.get()).map(card).collect::<Vec<_>>()
                    }}
                </ul>
            </div>
        </section>
    }
}
