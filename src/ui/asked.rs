//! What the address asks of the page: a wall without chrome, views of the site in turn. What shows them is loaded then.

use std::pin::Pin;

use leptos::prelude::*;

use super::hand::follow;
use super::mark::{Mark, Word, mark};
use super::parts::strip;
use super::stage::Stage;
use super::tongue::use_tongue;
use super::wall::Wall;
use crate::browser::page::{query, set_root_attribute};

/// What shows the views that the address asks for.
#[derive(Clone, Copy)]
pub struct Views {
    /// Instead of the whole wall.
    pub wall: fn() -> AnyView,
    /// What is wrong in the address.
    pub strips: fn() -> AnyView,
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

/// What the address asks for.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    /// Nothing: the whole wall.
    Nothing,
    Loading,
    Loaded(Views),
    Failed,
}

/// Loads what the address asks for, and tells the style sheets.
pub(super) fn load_asked(load: LoadViews, stage: Memo<Stage>) -> RwSignal<Asked> {
    let Kiosk(kiosk) = use_kiosk();
    let asks = kiosk || query("view").is_some() || query("cycle").is_some();
    let asked = RwSignal::new(if asks { Asked::Loading } else { Asked::Nothing });
    if asks {
        leptos::task::spawn_local(async move {
            asked.set(load().await.map_or(Asked::Failed, Asked::Loaded));
        });
    }
    if kiosk {
        follow(move || {
            // Where there is nothing yet to be shown, somebody must be able to begin.
            let is_wall = stage.get() != Stage::Welcome && !matches!(asked.get(), Asked::Failed);
            set_root_attribute("data-mode", if is_wall { "kiosk" } else { "desk" });
        });
    }
    asked
}

/// The wall, as the address asks for it.
pub(super) fn asked_wall(asked: Asked) -> AnyView {
    match asked {
        Asked::Nothing | Asked::Failed => view! { <Wall /> }.into_any(),
        Asked::Loading => view! { <main class="wall" aria-busy="true"></main> }.into_any(),
        Asked::Loaded(views) => (views.wall)(),
    }
}

/// What is wrong with what the address asks for.
pub(super) fn asked_strips(asked: Asked) -> AnyView {
    match asked {
        Asked::Nothing | Asked::Loading => ().into_any(),
        Asked::Failed => warning(use_tongue().words.start.views_not_loaded.to_owned()),
        Asked::Loaded(views) => (views.strips)(),
    }
}

pub(super) fn warning(said: String) -> AnyView {
    let late = mark(Mark::Late, "", Word::Aloud);
    strip("warning", late, said.into_any(), Vec::new())
}
