//! Whether a broker's password is remembered on this device, and what that means.

use leptos::prelude::*;

use super::hand::press;
use super::profiles::{Known, Lock, Profiles};
use super::tongue::use_tongue;
use crate::browser::page::path;
use crate::browser::page::start::spawn;
use crate::browser::vault::{self, Missing};
use crate::settings::form::Draft;
use crate::settings::{Profile, ProfileId};

/// `failed`: the browser was asked to keep it, and did not.
#[component]
pub(super) fn Remember(draft: RwSignal<Draft>, failed: RwSignal<bool>) -> impl IntoView {
    let words = &use_tongue().settings().form;
    let missing = vault::availability().err();
    let note = move || match missing {
        Some(Missing::SecureContext) => words.remember_insecure,
        Some(Missing::Storage) => words.remember_no_storage,
        None if failed.get() => words.remember_failed,
        None if draft.read().remember => words.remembered,
        None => words.not_remembered,
    };
    let choose = press(move || {
        failed.set(false);
        draft.update(|draft| draft.remember = !draft.remember);
    });
    let choice = missing.is_none().then(|| {
        view! {
            <label class="check">
                <input
                    id="remember"
                    type="checkbox"
                    aria-describedby="remember-note"
                    prop:checked=move || draft.read().remember
                    on:click=choose
                />
                {words.remember}
            </label>
        }
        .into_any()
    });
    view! {
        <div class="field" data-field="remember" data-state=move || failed.get().then_some("error")>
            {choice}
            <span id="remember-note" class="field__note" role="status">
                {move || note()}
            </span>
        </div>
    }
}

/// Gives all that wait what the vault has for them, and the vault what a person typed instead.
pub(super) fn ask_vault(profiles: Profiles) {
    let all = untrack(move || profiles.all()).into_iter();
    let remembered: Vec<_> = all.filter(|known| known.remembered).collect();
    spawn(async move {
        for Known { profile, lock, .. } in remembered {
            if lock == Lock::Open {
                // Where it is not kept, it is not remembered, and asked for the next time.
                let _kept = seal(profiles, profile).await;
            } else {
                let mut passwords = vault::open(&path(), std::slice::from_ref(&profile)).await;
                profiles.take_from_vault(&profile.id, passwords.pop().flatten());
            }
        }
    });
}

/// Puts the password of a saved profile into the vault; `false`: the browser did not keep it.
pub(super) async fn seal(profiles: Profiles, profile: Profile) -> bool {
    let sealed = vault::seal(&path(), &profile).await.is_ok();
    if !sealed {
        // One that was there before is of no use any more.
        forget(profiles, profile.id).await;
    }
    sealed
}

/// Removes the password of a profile from the vault; `false`: it is still there, and counts as remembered.
pub(super) async fn forget(profiles: Profiles, id: ProfileId) -> bool {
    let is_gone = vault::forget(&path(), &id).await.is_ok();
    if is_gone {
        profiles.set_remembered(&id, false);
    }
    is_gone
}

/// Deletes a profile, and before it what the vault has of it: a profile whose password cannot be removed stays, so that
/// somebody knows of it.
pub(super) fn delete(profiles: Profiles, known: &Known) {
    let id = known.profile.id.clone();
    if !known.remembered {
        return profiles.delete(&id);
    }
    spawn(async move {
        if forget(profiles, id.clone()).await {
            profiles.delete(&id);
        }
    });
}
