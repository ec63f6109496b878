//! The strips of links that are connected, but whose broker refuses some topic filters.

use leptos::prelude::*;

use super::hand::{memo, press};
use super::mark::{Mark, Word, mark};
use super::sheet::{SheetPage, use_sheet};
use super::tongue::use_tongue;
use crate::live::Live;
use crate::words::Figures;

#[component]
pub(super) fn RefusedStrips() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = tongue.words;
    let sheet = use_sheet();
    let refused = memo(move || {
        let links = live.links.read();
        let refused = links.iter().filter(|link| !link.view.refused.is_empty());
        refused
            .map(|link| (link.view.name.clone(), link.view.refused.len() as u64))
            .collect::<Vec<_>>()
    });
    let strip = move |(name, filters): &(String, u64)| {
        view! {
            <section class="strip" data-kind="warning">
                {mark(Mark::Late, "", Word::Aloud)}
                <p class="strip__text">
                    <b>{name.clone()}</b>
                    ": "
                    {(words.bar.filters_refused)(&tongue.number(*filters))}
                </p>
                <div class="strip__actions">
                    <button
                        type="button"
                        class="button"
                        aria-haspopup="dialog"
                        on:click=press(move || sheet.show(SheetPage::Overview))
                    >
                        {words.config.show}
                    </button>
                </div>
            </section>
        }
        .into_any()
    };
    view! { {move || refused.read().iter().map(strip).collect::<Vec<_>>()} }
}
