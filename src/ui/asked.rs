//! What the address asks of the page: a wall without chrome, views of the site in turn. What shows them is loaded then.

use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use leptos::prelude::*;

use super::hand::follow;
use super::mark::{Mark, Word, mark};
use super::parts::strip;
use super::stage::Stage;
use super::tongue::use_tongue;
use super::wall::Wall;
use crate::browser::page::start::spawn;
use crate::browser::page::{query, set_root_attribute};

/// What shows the views that the address asks for.
#[derive(Clone, Copy)]
pub struct Views {
    /// Instead of the whole wall.
    pub wall: fn() -> AnyView,
    /// What is wrong in the address.
    pub strips: fn() -> AnyView,
    /// Ways to start, where there is nothing yet.
    pub welcome: fn() -> AnyView,
}

/// Loads it; `None`: it could not be loaded.
pub type LoadViews = fn() -> Pin<Box<dyn Future<Output = Option<Views>>>>;

/// The page hangs on a wall: nothing can be pressed, and nothing scrolls.
#[derive(Clone, Copy)]
pub(super) struct Kiosk(pub bool);

impl Kiosk {
    pub(super) fn load() -> Self {
        Self(query("kiosk").is_some_and(|value| value == "1"))
    }

    /// The value of `tabindex` of what scrolls or moves by keys: on a wall it cannot have the focus.
    pub(super) fn tabindex(self) -> &'static str {
        if self.0 { "-1" } else { "0" }
    }
}

/// Whether the page is on a wall.
pub(super) fn use_kiosk() -> Kiosk {
    expect_context()
}

/// How far what the address asks for is loaded.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    /// The address asks for something.
    by_address: bool,
    /// It is not there yet.
    waits: RwSignal<bool>,
    /// It could not be loaded, and is loaded again.
    failed: RwSignal<bool>,
}

/// Loads what the address asks for, and tells the style sheets.
pub(super) fn load_asked(load: LoadViews, stage: Memo<Stage>) -> Asked {
    let Kiosk(kiosk) = use_kiosk();
    let by_address = kiosk || query("view").is_some() || query("cycle").is_some();
    let asked = Asked {
        by_address,
        waits: RwSignal::new(by_address),
        failed: RwSignal::new(false),
    };
    if by_address {
        asked.load(load);
    }
    follow(move || {
        let is_wanted = stage.get() == Stage::Welcome && VIEWS.get().is_none();
        if is_wanted && !asked.waits.get_untracked() {
            asked.waits.set(true);
            asked.load(load);
        }
    });
    if kiosk {
        follow(move || {
            // Where there is nothing yet to be shown, somebody must be able to begin.
            let is_wall = stage.get() != Stage::Welcome && !asked.failed.get();
            set_root_attribute("data-mode", if is_wall { "kiosk" } else { "desk" });
        });
    }
    asked
}

impl Asked {
    fn load(self, load: LoadViews) {
        spawn(async move {
            let Some(views) = load().await else {
                if !self.failed.get_untracked() {
                    self.failed.set(true);
                }
                // A wall comes back by itself when the server of the page does.
                set_timeout(move || self.load(load), PAUSE);
                return;
            };
            let _once = VIEWS.set(views);
            self.waits.set(false);
            self.failed.set(false);
        });
    }

    /// The wall, as the address asks for it.
    pub(super) fn wall(self) -> AnyView {
        if !self.by_address {
            return view! { <Wall /> }.into_any();
        }
        let waits = self.waits.get();
        match VIEWS.get().filter(|_| !waits) {
            Some(views) => (views.wall)(),
            None if waits && !self.failed.get() => {
                view! { <main class="wall" aria-busy="true"></main> }.into_any()
            }
            None => view! { <Wall /> }.into_any(),
        }
    }

    /// Ways to start.
    pub(super) fn welcome(self) -> AnyView {
        let waits = self.waits.get();
        match VIEWS.get().filter(|_| !waits) {
            Some(views) => (views.welcome)(),
            None if self.failed.get() => {
                warning(use_tongue().words.start.welcome_not_loaded.to_owned())
            }
            None => ().into_any(),
        }
    }

    /// What is wrong with what the address asks for.
    pub(super) fn strips(self) -> AnyView {
        if !self.by_address {
            return ().into_any();
        }
        if self.failed.get() {
            return warning(use_tongue().words.start.views_not_loaded.to_owned());
        }
        match VIEWS.get().filter(|_| !self.waits.get()) {
            Some(views) => (views.strips)(),
            None => ().into_any(),
        }
    }
}

pub(super) fn warning(said: String) -> AnyView {
    let late = mark(Mark::Late, "", Word::Aloud);
    strip("warning", late, said.into_any(), Vec::new())
}

/// Loaded once. Not in a signal: each type of signal is code of its own.
static VIEWS: OnceLock<Views> = OnceLock::new();

/// Before it is loaded again.
const PAUSE: Duration = Duration::from_secs(10);
