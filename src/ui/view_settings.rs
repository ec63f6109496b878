//! Language and theme.

use leptos::prelude::*;

use super::reader::{Theme, use_reader};
use super::tongue::use_tongue;
use crate::words::Language;

#[component]
pub(super) fn ViewSettings() -> impl IntoView {
    let reader = use_reader();
    let bar = &use_tongue().words.bar;
    let theme_word = move |theme| match theme {
        Theme::System => bar.theme_system,
        Theme::Light => bar.theme_light,
        Theme::Dark => bar.theme_dark,
    };
    let languages: Vec<_> = Language::ALL
        .into_iter()
        .map(|language| {
            let chosen = Signal::derive(move || reader.language.get() == language);
            let choose = move || reader.choose_language(language);
            choice(language.own_name(), Some(language.tag()), chosen, choose)
        })
        .collect();
    let themes: Vec<_> = Theme::ALL
        .into_iter()
        .map(|theme| {
            let chosen = Signal::derive(move || reader.theme.get() == theme);
            choice(theme_word(theme), None, chosen, move || {
                reader.choose_theme(theme)
            })
        })
        .collect();
    view! {
        <section class="section" aria-labelledby="language">
            <h3 id="language">{bar.language}</h3>
            <div class="segments" role="group" aria-labelledby="language">
                {languages}
            </div>
            <h3 id="theme">{bar.theme}</h3>
            <div class="segments" role="group" aria-labelledby="theme">
                {themes}
            </div>
        </section>
    }
}

/// One of a few that are pressed to be chosen.
pub(super) fn choice(
    word: &'static str,
    language: Option<&'static str>,
    chosen: Signal<bool>,
    choose: impl Fn() + 'static,
) -> AnyView {
    let pressed = move || if chosen.get() { "true" } else { "false" };
    view! {
        <button
            type="button"
            class="segments__choice"
            lang=language
            aria-pressed=pressed
            on:click=move |_| choose()
        >
            {word}
        </button>
    }
    .into_any()
}
