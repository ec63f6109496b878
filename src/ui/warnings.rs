//! What the engine found odd, and whether it can keep what it counts.

use leptos::prelude::*;

use super::hand::{memo, press};
use super::parts::{Kind, button, strip};
use super::tongue::use_tongue;
use crate::engine::wire::{StorageView, WarningView};
use crate::live::Live;
use crate::words::{Figures, shown};

/// Messages that could not be read, each kind once.
#[component]
pub(super) fn Warnings() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = &tongue.settings().warning;
    let item = move |warning: &WarningView| {
        let count = (words.count)(&tongue.number(warning.count));
        let topic = (words.last_on)(&shown(&warning.topic));
        let at = (words.last_at)(&tongue.clock(warning.last_at));
        view! {
            <li class="odd__item">
                <span>{tongue.settings().odd(&warning.what)}</span>
                <bdi class="odd__where">{format!("{} · {count} · {topic} · {at}", shown(&warning.source))}</bdi>
            </li>
        }
        .into_any()
    };
    let list = move |warnings: &[WarningView]| {
        let items: Vec<_> = warnings.iter().map(item).collect();
        (!items.is_empty()).then(|| {
            view! {
                <section class="section" aria-labelledby="warnings">
                    <h3 id="warnings">{words.title}</h3>
                    <ul class="odd">{items}</ul>
                </section>
            }
            .into_any()
        })
    };
    view! { {move || list(&live.warnings.read())} }
}

/// Whether counts survive a reload.
#[component]
pub(super) fn StorageNote() -> impl IntoView {
    let live: Live = expect_context();
    let words = use_tongue().words;
    view! {
        <p class="section__note" data-storage=move || storage_name(live)>
            {move || words.storage(live.storage.get())}
        </p>
    }
}

/// Says once that counts are not kept here, or were not all, until it is closed.
#[component]
pub(super) fn StorageStrip() -> impl IntoView {
    let live: Live = expect_context();
    let words = use_tongue().words;
    let read = RwSignal::new(false);
    let shown = memo(move || {
        let storage = live.storage.get();
        let is_usual = matches!(storage, StorageView::Opening | StorageView::Kept);
        (!is_usual && !read.get()).then_some(storage)
    });
    let view = move |storage| {
        let close = press(move || read.set(true));
        let actions = vec![button(Kind::Bare, words.sheet.close, close)];
        let said = words.storage(storage);
        strip("note", ().into_any(), said.into_any(), actions)
    };
    view! { {move || shown.get().map(view)} }
}

fn storage_name(live: Live) -> &'static str {
    match live.storage.get() {
        StorageView::Opening => "opening",
        StorageView::Kept => "kept",
        StorageView::KeptInPart => "kept-in-part",
        StorageView::KeptElsewhere => "kept-elsewhere",
        StorageView::Full => "full",
        StorageView::Refused => "refused",
    }
}
