//! The strips of brokers that wait for their password, which was forgotten when the page closed.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::hand::{memo, typed};
use super::mark::{Mark, Word, mark};
use super::profiles::use_profiles;
use super::tongue::use_tongue;
use crate::browser::page::element;
use crate::live::Live;
use crate::settings::ProfileId;

#[component]
pub(super) fn LockedStrips() -> impl IntoView {
    let live: Live = expect_context();
    let profiles = use_profiles();
    let locked = memo(move || {
        // Before the engine tells the site, in whose time zone all text is then made anew, a field would be lost while
        // somebody types into it.
        if !live.started.get() {
            return Vec::new();
        }
        let all = profiles.all().into_iter();
        all.filter(|known| known.locked && known.wanted)
            .map(|known| known.profile.id.0)
            .collect::<Vec<_>>()
    });
    view! {
        // By id: the others' fields stay when one of them is unlocked.
        <For each=move || locked.get() key=Clone::clone let:id>
            <LockedStrip id=ProfileId(id) />
        </For>
    }
}

#[component]
fn LockedStrip(id: ProfileId) -> impl IntoView {
    let words = use_tongue().words;
    let profiles = use_profiles();
    let name = profiles.find(&id).map(|known| known.profile.name);
    let name = name.unwrap_or_default();
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
                {(words.sheet.locked)(&name)}
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
                    {words.sheet.connect}
                </button>
            </div>
        </form>
    }
}
