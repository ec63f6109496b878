//! The strips of links that are connected, but whose broker refuses some topic filters.

use leptos::prelude::*;

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
    let refused = Memo::new(move |_| {
        let links = live.links.read();
        let refused = links.iter().filter(|link| !link.view.refused.is_empty());
        refused
            .map(|link| (link.view.name.clone(), link.view.refused.len() as u64))
            .collect::<Vec<_>>()
    });
    view! {
        <For each=move || refused.get() key=Clone::clone let((name, filters))>
            <section class="strip" data-kind="warning">
                {mark(Mark::Late, "", Word::Aloud)}
                <p class="strip__text">
                    <b>{name}</b>
                    ": "
                    {(words.bar.filters_refused)(&tongue.number(filters))}
                </p>
                <div class="strip__actions">
                    <button
                        type="button"
                        class="button"
                        aria-haspopup="dialog"
                        on:click=move |_| sheet.show(SheetPage::Overview)
                    >
                        {words.config.show}
                    </button>
                </div>
            </section>
        </For>
    }
}
