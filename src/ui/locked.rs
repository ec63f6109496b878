//! The strips of brokers that wait for their password, which was forgotten when the page closed.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::hand::{memo, typed};
use super::mark::{Mark, Word, mark};
use super::profiles::use_profiles;
use super::tongue::use_tongue;
use crate::browser::page::element;
use crate::settings::ProfileId;

#[component]
pub(super) fn LockedStrips() -> impl IntoView {
    let profiles = use_profiles();
    let locked = memo(move || {
        let all = profiles.all().into_iter();
        all.filter(|known| known.locked && known.wanted)
            .map(|known| (known.profile.id, known.profile.name))
            .collect::<Vec<_>>()
    });
    view! {
        {move || {
            let locked = locked.get().into_iter();
            let strip = |(id, name)| view! { <LockedStrip id name /> }.into_any();
            locked.map(strip).collect::<Vec<_>>()
        }}
    }
}

#[component]
fn LockedStrip(id: ProfileId, name: String) -> impl IntoView {
    let words = use_tongue().words;
    let profiles = use_profiles();
    let password = RwSignal::new(String::new());
    let field = format!("unlock-{}", id.0);
    let connect = move |event: SubmitEvent| {
        event.prevent_default();
        profiles.unlock(&id, password.get_untracked());
        // The strip goes, and the focus would be nowhere.
        element::focus_first("#main");
    };
    view! {
        <form class="strip" data-kind="warning" on:submit=connect>
            {mark(Mark::Idle, "", Word::Aloud)}
            <label class="strip__text" for=field.clone()>
                {(words.form.locked)(&name)}
            </label>
            <div class="strip__actions">
                <input
                    class="field__input"
                    id=field
                    type="password"
                    autocomplete="off"
                    on:input=typed(move |text| password.set(text))
                />
                <button type="submit" class="button">
                    {words.form.connect}
                </button>
            </div>
        </form>
    }
}
