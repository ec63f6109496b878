//! What is wrong with the configuration: in one line above the wall, and each with its place in the settings.

use leptos::prelude::*;

use super::hand::memo;
use super::mark::{Mark, Word, mark};
use super::parts::{sheet_button, strip};
use super::profiles::{ConfigNote, use_profiles};
use super::sheet::use_sheet;
use super::tongue::use_tongue;
use crate::settings::config::Config;
use crate::words::{Figures, Words};

/// One line, if anything is wrong.
#[component]
pub(super) fn MistakesStrip() -> impl IntoView {
    let tongue = use_tongue();
    let words = tongue.words;
    let profiles = use_profiles();
    let sheet = use_sheet();
    let said = memo(move || {
        let config = profiles.config.read();
        let mistakes = config.mistakes.len() as u64;
        if let Some(note) = profiles.config_note.get() {
            Some(note_word(note, words).to_owned())
        } else if mistakes > 0 {
            let works = config.site.is_some() || !config.profiles.is_empty();
            Some(words.config_mistakes(&tongue.number(mistakes), works))
        } else {
            None
        }
    });
    let view = move |said: String| {
        let actions = vec![sheet_button(words.sheet.show, sheet)];
        strip(
            "warning",
            mark(Mark::Late, "", Word::Aloud),
            said.into_any(),
            actions,
        )
    };
    view! { <div data-config="mistakes">{move || said.get().map(view)}</div> }
}

/// All of them.
#[component]
pub(super) fn Configuration() -> impl IntoView {
    let tongue = use_tongue();
    let words = tongue.settings();
    let profiles = use_profiles();
    let list = move |config: &Config, note: Option<ConfigNote>| {
        let note = note.map(|note| {
            let said = note_word(note, tongue.words);
            view! { <p class="section__note">{said}</p> }.into_any()
        });
        let items: Vec<_> = config
            .mistakes
            .iter()
            .map(|mistake| {
                view! {
                    <li class="odd__item">
                        <span class="odd__where">{words.mistake_place(mistake)}</span>
                        <span>{words.mistake(mistake)}</span>
                    </li>
                }
                .into_any()
            })
            .collect();
        (note.is_some() || !items.is_empty()).then(|| {
            view! {
                <section class="section" aria-labelledby="configuration">
                    <h3 id="configuration">{words.config.title}</h3>
                    {note}
                    <ul class="odd">{items}</ul>
                </section>
            }
            .into_any()
        })
    };
    view! { {move || list(&profiles.config.read(), profiles.config_note.get())} }
}

const fn note_word(note: ConfigNote, words: &Words) -> &'static str {
    match note {
        ConfigNote::NotLoaded => words.sheet.config_not_loaded,
        ConfigNote::Empty => words.sheet.config_empty,
        ConfigNote::BrokersLost => words.sheet.brokers_lost,
    }
}
