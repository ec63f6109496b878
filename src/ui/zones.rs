//! The zones side by side; where nobody can scroll no more than have room, those first that need somebody.

use leptos::prelude::*;

use super::asked::{Kiosk, use_kiosk};
use super::hand::memo;
use super::tongue::use_tongue;
use super::zone_card::ZoneCard;
use crate::engine::wire::Level;
use crate::live::Live;
use crate::views::{Rows, first_in_need};
use crate::words::{Figures, views_words};

/// `rows`: for how many there is room.
#[component]
pub(super) fn Zones(rows: Memo<u32>) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = tongue.words;
    let Kiosk(kiosk) = use_kiosk();
    let zones = live.site.read_untracked().zones.clone();
    let all = zones.len();
    let levels: Vec<_> = zones.iter().map(|zone| live.zone(&zone.id)).collect();
    let alarming = move |place: usize| {
        let zone = levels[place].read();
        zone.as_ref().is_some_and(|zone| zone.level >= Level::High)
    };
    let rows = move || Rows {
        zones: rows.get(),
        devices: 0,
    };
    let places = memo(move || {
        let most = if kiosk { rows().zones_shown(all) } else { all };
        first_in_need(all, most, &alarming)
    });
    let more = move || match all - places.read().len() {
        0 => None,
        more => {
            let said = (views_words(words.language).more_places)(&tongue.number(more as u64));
            Some(view! { <p class="card zones__more">{said}</p> }.into_any())
        }
    };
    view! {
        <section
            class="zones wall__row"
            style:--in-a-row=move || rows().in_a_row(all).to_string()
            aria-label=words.label.zones
        >
            {move || {
                let card = |place: &usize| {
                    let zone = zones[*place].clone();
                    view! { <ZoneCard zone /> }.into_any()
                };
                places.read().iter().map(card).collect::<Vec<_>>()
            }}
            {move || more()}
        </section>
    }
}
