//! The field for a broker's password, never filled with the one that is there: only a new one is typed.

use leptos::prelude::*;

use super::hand::{memo, typed};
use super::profiles::Known;
use super::tongue::use_tongue;
use crate::secret::Secret;
use crate::settings::form::Draft;
use crate::settings::security::leads_nowhere_else;

/// `known`: the broker as it was saved.
#[component]
pub(super) fn Password(draft: RwSignal<Draft>, known: Memo<Option<Known>>) -> impl IntoView {
    let words = use_tongue().settings();
    // Whether the saved one is used if none is typed.
    let held = memo(move || {
        let known = known.read();
        let known = known.as_ref();
        let known = known.filter(|known| known.profile.password.is_some());
        known.map(|known| leads_nowhere_else(draft.read().urls(), &known.profile))
    });
    let typed = typed(move |text| {
        let password = (!text.is_empty()).then(|| Secret::new(text));
        draft.update(|draft| draft.password = password);
    });
    let is_of_former = move || held.get() == Some(false) && draft.read().password.is_none();
    view! {
        <div class="field" data-field="password">
            <label class="field__label" for="password">
                {words.form.password}
            </label>
            <input
                class="field__input"
                id="password"
                type="password"
                autocomplete="off"
                aria-describedby="password-note"
                placeholder=move || (held.get() == Some(true)).then_some("••••••••")
                on:input=typed
            />
            <span id="password-note" class="field__warning">
                {move || is_of_former().then_some(words.form.of_former_address)}
            </span>
        </div>
    }
}
