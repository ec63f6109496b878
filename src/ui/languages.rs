//! The page's other languages, each as a button in its own words.

use leptos::prelude::*;

use super::hand::press;
use super::reader::use_reader;
use super::tongue::use_tongue;
use crate::words::Language;

#[component]
pub(super) fn Languages() -> impl IntoView {
    let reader = use_reader();
    let present = use_tongue().words.language;
    Language::ALL
        .into_iter()
        .filter(|language| *language != present)
        .map(|language| {
            view! {
                <button
                    type="button"
                    class="button"
                    lang=language.tag()
                    on:click=press(move || reader.choose_language(language))
                >
                    {language.own_name()}
                </button>
            }
            .into_any()
        })
        .collect::<Vec<_>>()
}
