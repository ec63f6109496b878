//! Parts that stand in many places, each made in one.

use leptos::prelude::*;

use super::hand::{Press, press, typed};
use super::sheet::Sheet;
use super::tongue::Tongue;
use crate::browser::BUILD;
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

/// A line of text that is read as it is typed; `hint` may be empty.
pub(super) fn text_line(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    take: impl FnMut(String) + 'static,
) -> AnyView {
    let note = (!hint.is_empty()).then(|| format!("{id}-note"));
    let hint = note.clone().map(|note| {
        view! {
            <span id=note class="field__note">
                {hint}
            </span>
        }
        .into_any()
    });
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
            </label>
            <input
                class="field__input"
                id=id
                type="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-describedby=note
                on:input=typed(take)
            />
            {hint}
        </div>
    }
    .into_any()
}

/// One of several: label, words, which of them is chosen; what is done with the place of another one.
pub(super) fn choice(
    label: &'static str,
    words: Vec<String>,
    present: usize,
    mut act: impl FnMut(usize) + 'static,
) -> AnyView {
    let option = |(place, word): (usize, String)| {
        view! {
            <option value=place.to_string() selected=place == present>
                {word}
            </option>
        }
        .into_any()
    };
    let options: Vec<_> = words.into_iter().enumerate().map(option).collect();
    let chosen = typed(move |place| act(place.parse().unwrap_or(0)));
    view! {
        <select class="choice" aria-label=label on:change=chosen>
            {options}
        </select>
    }
    .into_any()
}

/// A field for what is looked for in a list; `more` chooses further, and aloud as well it is said how many were found, if
/// not all.
pub(super) fn search(
    label: &'static str,
    text: RwSignal<String>,
    more: AnyView,
    (found, all): (Memo<u32>, Memo<u32>),
    tongue: Tongue,
) -> AnyView {
    let typed = typed(move |typed| text.set(typed));
    view! {
        <input
            class="search"
            type="search"
            aria-label=label
            placeholder=label
            value=text.get_untracked()
            on:input=typed
        />
        {more}
        <span class="found" role="status">
            {move || {
                let found = found.get();
                let some = (found != all.get()).then(|| tongue.number(found.into()));
                some.map(|found| (tongue.words.label.found)(&found))
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

/// What is loaded later, once its style is there, which is no more loaded at start than it is. Without, it can still be
/// used.
pub(super) fn styled(file: &'static str, inside: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    let is_styled = RwSignal::new(false);
    let style = format!("{BUILD}/{file}");
    view! {
        <link
            rel="stylesheet"
            href=style
            on:load=move |_| is_styled.set(true)
            on:error=move |_| is_styled.set(true)
        />
        {move || is_styled.get().then(&inside)}
    }
    .into_any()
}
