//! Language and theme.

use leptos::prelude::*;

use super::hand::{Press, memo, press};
use super::language_strip::LanguageStrip;
use super::reader::{Theme, use_reader};
use super::tongue::use_tongue;
use crate::words::Language;

#[component]
pub(super) fn ViewSettings() -> impl IntoView {
    let reader = use_reader();
    let words = &use_tongue().settings().appearance;
    let theme_word = move |theme| match theme {
        Theme::System => words.theme_system,
        Theme::Light => words.theme_light,
        Theme::Dark => words.theme_dark,
    };
    let languages: Vec<_> = Language::ALL
        .into_iter()
        .map(|language| {
            let chosen = memo(move || reader.spoken.get().words.language == language);
            let choose = press(move || reader.choose_language(language));
            choice(language.own_name(), Some(language.tag()), chosen, choose)
        })
        .collect();
    let themes: Vec<_> = Theme::ALL
        .into_iter()
        .map(|theme| {
            let chosen = memo(move || reader.theme.get() == theme);
            choice(
                theme_word(theme),
                None,
                chosen,
                press(move || reader.choose_theme(theme)),
            )
        })
        .collect();
    view! {
        <section class="section" aria-labelledby="language">
            <h3 id="language">{words.language}</h3>
            <div class="segments" role="group" aria-labelledby="language">
                {languages}
            </div>
            <LanguageStrip />
            <h3 id="theme">{words.theme}</h3>
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
    chosen: Memo<bool>,
    choose: Press,
) -> AnyView {
    view! {
        <button
            type="button"
            class="segments__choice"
            lang=language
            aria-pressed=move || chosen.get().to_string()
            on:click=choose
        >
            {word}
        </button>
    }
    .into_any()
}
