//! The place of the strips of subscriptions that bring far too much or are paused: seldom, and loaded when there is one.

use leptos::prelude::*;

use super::hand::{follow, memo};
use super::profiles::use_profiles;
use super::settings::use_loading;
use crate::live::Live;

#[component]
pub(super) fn WideStrips() -> impl IntoView {
    let loading = use_loading();
    let live: Live = expect_context();
    let profiles = use_profiles();
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
        if is_any.get() {
            loading.load();
        }
    });
    view! { {move || is_any.get().then(|| Some((loading.get()?.strips)()))} }
}
