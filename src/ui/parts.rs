//! Parts that stand in many places, each made in one.

use leptos::prelude::*;

use super::hand::{Press, Typed, press};
use super::sheet::Sheet;
use super::tongue::Tongue;
use crate::words::Figures;

/// How much a button matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One of several.
    Plain,
    /// What most people want next.
    Primary,
    /// A way back.
    Bare,
    /// What cannot be undone.
    Danger,
}

/// A button with a word that does not change.
pub(super) fn button(kind: Kind, word: &'static str, act: Press) -> AnyView {
    let kind = match kind {
        Kind::Plain => None,
        Kind::Primary => Some("primary"),
        Kind::Bare => Some("bare"),
        Kind::Danger => Some("danger"),
    };
    view! {
        <button type="button" class="button" data-kind=kind on:click=act>
            {word}
        </button>
    }
    .into_any()
}

/// A button that opens the settings.
pub(super) fn sheet_button(word: &'static str, sheet: Sheet) -> AnyView {
    let act = press(move || sheet.open());
    view! {
        <button type="button" class="button" aria-haspopup="dialog" on:click=act>
            {word}
        </button>
    }
    .into_any()
}

/// A field for the name of what is looked for in a list.
pub(super) fn search(label: &'static str, act: Typed) -> AnyView {
    view! { <input class="search" type="search" aria-label=label placeholder=label on:input=act /> }
        .into_any()
}

/// Says aloud as well how many were found of all, if not all of them.
pub(super) fn found(count: RwSignal<u32>, all: Memo<u32>, tongue: Tongue) -> AnyView {
    view! {
        <span class="found" role="status">
            {move || {
                let count = count.get();
                let some = (count != all.get()).then(|| tongue.number(count.into()));
                some.map(|count| (tongue.words.label.found)(&count))
            }}
        </span>
    }
    .into_any()
}

/// A strip under the bar. `kind` is the value of `data-kind`: alarm, blind, warning or note.
pub(super) fn strip(
    kind: &'static str,
    mark: AnyView,
    text: AnyView,
    actions: Vec<AnyView>,
) -> AnyView {
    view! {
        <section class="strip" data-kind=kind>
            {mark}
            <div class="strip__text">{text}</div>
            <div class="strip__actions">{actions}</div>
        </section>
    }
    .into_any()
}
