//! The strips of brokers that wait for their password, which was forgotten when the page closed, or cannot be read.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::hand::{memo, press, typed};
use super::mark::{Mark, Word, mark};
use super::parts::{self, Kind, button};
use super::profiles::{Lock, Profiles, use_profiles};
use super::sheet::{SheetPage, use_sheet};
use super::tongue::use_tongue;
use crate::browser::page::element;
use crate::live::Live;
use crate::secret::Secret;
use crate::settings::Profile;
use crate::words::{Words, shown};

#[component]
pub(super) fn LockedStrips() -> impl IntoView {
    // None is locked later. Each has its own place, so that the others' fields stay when one of them is unlocked.
    let locked = use_profiles().locked().into_iter();
    locked
        .map(|profile| view! { <LockedStrip profile /> }.into_any())
        .collect::<Vec<_>>()
}

#[component]
fn LockedStrip(profile: Profile) -> impl IntoView {
    let live: Live = expect_context();
    let words = use_tongue().words;
    let profiles = use_profiles();
    let id = profile.id.clone();
    // Before the engine tells the site, in whose time zone all text is then made anew, a field would be lost while
    // somebody types into it.
    let waits = memo(move || live.started.get() && profiles.waits_for_password(&id));
    view! { {move || waits.get().then(|| strip(&profile, profiles, words))} }
}

fn strip(profile: &Profile, profiles: Profiles, words: &'static Words) -> AnyView {
    let sheet = use_sheet();
    let id = profile.id.clone();
    let known = profiles.find(&id);
    let (lock, agreed) = known.map_or((Lock::Open, false), |known| (known.lock, known.agreed));
    let text = if lock == Lock::Unreadable {
        words.sheet.unreadable
    } else {
        words.sheet.locked
    };
    if !agreed {
        // The settings ask first.
        let edit = press(move || sheet.show(SheetPage::Profile(Some(id.clone()))));
        return parts::strip(
            "warning",
            mark(Mark::Idle, "", Word::Aloud),
            text(&shown(&profile.name)).into_any(),
            vec![button(Kind::Plain, words.sheet.edit, edit)],
        );
    }
    let field = format!("unlock-{}", id.0);
    let password = RwSignal::new(None);
    let connect = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(password) = password.get_untracked() else {
            return;
        };
        profiles.unlock(&id, password);
        // The strip goes, and the focus would be nowhere.
        element::focus_first("#main");
    };
    view! {
        <form class="strip" data-kind="warning" on:submit=connect>
            {mark(Mark::Idle, "", Word::Aloud)}
            <label class="strip__text" for=field.clone()>
                {text(&shown(&profile.name))}
            </label>
            <div class="strip__actions">
                <input
                    class="field__input"
                    id=field
                    type="password"
                    autocomplete="off"
                    on:input=typed(move |text| {
                        password.set((!text.is_empty()).then(|| Secret::new(text)));
                    })
                />
                <button type="submit" class="button">
                    {words.sheet.connect}
                </button>
            </div>
        </form>
    }
    .into_any()
}
