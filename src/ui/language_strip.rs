//! The strip that says that the page speaks another language than its reader wants.

use leptos::prelude::*;

use super::asked::warning;
use super::reader::use_reader;
use super::tongue::use_tongue;

#[component]
pub(super) fn LanguageStrip() -> impl IntoView {
    let reader = use_reader();
    let said = use_tongue().words.start.language_not_loaded;
    view! { {move || reader.not_loaded.get().then(|| warning(said.to_owned()))} }
}
