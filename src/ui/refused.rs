//! The strips of links that are connected, but whose broker refuses some topic filters.

use leptos::prelude::*;

use super::mark::{Mark, Word, mark};
use super::parts::{sheet_button, strip};
use super::sheet::use_sheet;
use super::tongue::use_tongue;
use crate::live::Live;
use crate::mirror::LinkShown;
use crate::words::{Figures, shown};

#[component]
pub(super) fn RefusedStrips() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = tongue.words;
    let sheet = use_sheet();
    let view = move |link: &LinkShown| {
        let filters = link.view.refused.len() as u64;
        let said = (words.bar.filters_refused)(&tongue.number(filters));
        let text = view! {
            <b>{shown(&link.view.name)}</b>
            ": "
            {said}
        };
        let actions = vec![sheet_button(words.sheet.show, sheet)];
        strip(
            "warning",
            mark(Mark::Late, "", Word::Aloud),
            text.into_any(),
            actions,
        )
    };
    view! {
        {move || {
            let links = live.links.read();
            let refused = links.iter().filter(|link| !link.view.refused.is_empty());
            refused.map(view).collect::<Vec<_>>()
        }}
    }
}
