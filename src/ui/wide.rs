//! The place of the strips of subscriptions that bring far too much or are paused: seldom, and loaded when there is one.

use leptos::prelude::*;

use super::hand::{follow, memo};
use super::profiles::use_profiles;
use super::settings::{LoadSettings, NotLoaded, Settings};
use crate::live::Live;

#[component]
pub(super) fn WideStrips(load: LoadSettings) -> impl IntoView {
    let live: Live = expect_context();
    let profiles = use_profiles();
    let settings = RwSignal::new(None::<Result<Settings, NotLoaded>>);
    let is_any = memo(move || {
        let is_wide = live
            .links
            .read()
            .iter()
            .any(|link| link.view.wide.is_some());
        let all = profiles.all();
        is_wide || all.iter().any(|known| !known.profile.paused.is_empty())
    });
    follow(move || {
        if is_any.get() && !matches!(*settings.read_untracked(), Some(Ok(_))) {
            leptos::task::spawn_local(async move { settings.set(Some(load().await)) });
        }
    });
    view! { {move || settings.get().and_then(Result::ok).map(|settings| (settings.strips)())} }
}
