//! Which of its faces the page shows.

use crate::live::Live;
use crate::mirror::Trust;
use leptos::prelude::*;

use super::hand::memo;
use super::profiles::Profiles;

/// The faces of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The engine has not spoken yet.
    Starting,
    /// There is nothing yet to be shown: a place to start.
    Welcome,
    /// The numbers.
    Wall,
}

/// Follows what there is to be shown.
pub(super) fn stage(live: Live, profiles: Profiles) -> Memo<Stage> {
    memo(move || {
        if !live.started.get() {
            Stage::Starting
        } else if live.trust.get() == Trust::NoSource
            && live.site.read().zones.is_empty()
            && profiles.is_empty()
        {
            Stage::Welcome
        } else {
            Stage::Wall
        }
    })
}

/// The value of the page's `data-state`: whether its numbers are current.
pub(super) fn currency(live: Live) -> &'static str {
    match live.trust.get() {
        Trust::Current => "current",
        Trust::NoSource | Trust::Connecting | Trust::Blind { .. } => "blind",
    }
}
