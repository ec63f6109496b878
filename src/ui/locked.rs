//! The strips of brokers whose password is asked for: it was forgotten when the page closed, cannot be read, or was
//! refused.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::hand::{follow, memo, press, typed};
use super::mark::{Mark, Word, mark};
use super::parts::{self, Kind, button};
use super::profiles::{Known, Lock, Profiles, use_profiles};
use super::settings::use_loading;
use super::sheet::{SheetPage, use_sheet};
use super::tongue::use_tongue;
use crate::browser::page::element;
use crate::live::Live;
use crate::problem::may_be_the_password;
use crate::secret::Secret;
use crate::settings::security::is_agreed;
use crate::words::{Words, shown};

#[component]
pub(super) fn LockedStrips() -> impl IntoView {
    let profiles = use_profiles();
    let brokers = memo(move || u32::try_from(profiles.all().len()).unwrap_or(u32::MAX));
    // Each has its own place, so that the others' fields stay when one of them is unlocked.
    view! {
        {move || {
            let places = 0..brokers.get() as usize;
            places.map(|place| view! { <LockedStrip place /> }.into_any()).collect::<Vec<_>>()
        }}
    }
}

#[component]
fn LockedStrip(place: usize) -> impl IntoView {
    let loading = use_loading();
    let live: Live = expect_context();
    let words = use_tongue().words;
    let profiles = use_profiles();
    let waits = memo(move || {
        // Before the engine tells the site, in whose time zone all text is then made anew, a field would be lost while
        // somebody types into it.
        live.started.get()
            && profiles
                .all()
                .get(place)
                .is_some_and(|known| waits(live, known))
    });
    follow(move || {
        // Where they could not be loaded, whatever happens to a broker is a reason to try again.
        profiles.all();
        if waits.get() {
            loading.load();
        }
    });
    view! {
        {move || {
            let all = waits.get().then(|| untrack(|| profiles.all()))?;
            let known = all.get(place)?;
            let text = text(known, words);
            // Where they cannot be loaded, it is at least said.
            Some(match loading.get() {
                Some(settings) => (settings.unlock)(known, profiles, text),
                None => said(text, Vec::new()),
            })
        }}
    }
}

fn text(known: &Known, words: &Words) -> String {
    let text = match known.lock {
        Lock::Forgotten | Lock::Opening => words.sheet.locked,
        Lock::Unreadable => words.sheet.unreadable,
        Lock::Open => words.sheet.password_refused,
    };
    text(&shown(&known.profile.name))
}

fn said(text: String, actions: Vec<AnyView>) -> AnyView {
    let mark = mark(Mark::Idle, "", Word::Aloud);
    parts::strip("warning", mark, text.into_any(), actions)
}

/// It is to be connected, and cannot be until a person types its password.
fn waits(live: Live, known: &Known) -> bool {
    let links = live.links.read();
    let mut links = links.iter();
    let link = links.find(|link| link.view.profile == known.profile.id);
    let may_be_wrong = || {
        let fault = link.and_then(|link| link.fault.as_ref());
        let profile = &known.profile;
        let signs_in = profile.username.is_some() || profile.authentication.is_some();
        signs_in && fault.is_some_and(may_be_the_password)
    };
    known.wanted
        && match known.lock {
            // One that connects nevertheless was given its password in another tab.
            Lock::Forgotten | Lock::Unreadable => link.is_none() || may_be_wrong(),
            Lock::Opening => false,
            Lock::Open => may_be_wrong(),
        }
}

/// The strip with which a person types it; loaded with the settings.
pub(super) fn unlock(known: &Known, profiles: Profiles, text: String) -> AnyView {
    let sheet = use_sheet();
    let words = use_tongue().words;
    let profile = &known.profile;
    let id = profile.id.clone();
    if !is_agreed(profile, known.agreed.then_some(profile)) {
        // The settings ask first.
        let edit = press(move || sheet.show(SheetPage::Profile(Some(id.clone()))));
        return said(text, vec![button(Kind::Plain, words.sheet.edit, edit)]);
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
                {text}
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
