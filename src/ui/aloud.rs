//! What a screen reader is told by itself: links, zones, devices and counting that changed; never numbers that count.

use std::cell::RefCell;
use std::time::Duration;

use leptos::prelude::*;

use super::blind::{headline, problem};
use super::device_text::device_name;
use super::devices::summary;
use super::engine_strip::engine_said;
use super::hand::follow;
use super::link_pill::state_word;
use super::tongue::{Tongue, use_tongue};
use crate::engine::wire::{Freshness, Level, StorageView};
use crate::link::LinkState;
use crate::live::{EngineHealth, Live};
use crate::mirror::{LinkShown, Trust};
use crate::words::{Fact, Speech, shown};

/// Looks once a second how things are.
#[component]
pub(super) fn Aloud() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let alert = RwSignal::new(String::new());
    let status = RwSignal::new(String::new());
    let told = RefCell::new(Told {
        speech: Speech::default(),
        facts: Vec::new(),
        live,
        tongue,
    });
    follow(move || {
        let now = live.clock.read().monotonic;
        if live.storage.get_untracked() == StorageView::Opening {
            // What was told before is not known again yet.
            return;
        }
        let told = &mut *told.borrow_mut();
        told.page();
        told.zones();
        told.devices();
        let facts = std::mem::take(&mut told.facts);
        if let Some(said) = told.speech.poll(facts, now) {
            let (here, there) = if said.urgent {
                (alert, status)
            } else {
                (status, alert)
            };
            here.set(said.texts.join(" "));
            there.set(String::new());
        }
    });
    view! {
        <p class="unseen" role="alert">{move || alert.get()}</p>
        <p class="unseen" role="status">{move || status.get()}</p>
    }
}

/// What was told, and what there is to tell.
struct Told {
    speech: Speech,
    facts: Vec<Fact>,
    live: Live,
    tongue: Tongue,
}

impl Told {
    /// That something is in this state for so long. `kind` and `id` tell it from all else.
    fn add(&mut self, kind: &str, id: &str, state: i64, lasts: Duration, text: String) {
        let of = of(kind, id);
        let state = self.speech.settled(&of, state, lasts);
        self.facts.push(Fact {
            of,
            state,
            urgent: kind == ZONE && state > 0,
            text,
        });
    }

    /// Counting, whether it is kept, and the links.
    fn page(&mut self) {
        let (live, tongue) = (self.live, self.tongue);
        let engine = live.engine.get_untracked();
        let state = match engine {
            EngineHealth::Running => 0,
            EngineHealth::Restarting(_) => 1,
            // Each time anew.
            EngineHealth::Restarted(at) => at.as_millis(),
            EngineHealth::Stale(_) | EngineHealth::Failed => 2,
        };
        self.add("engine", "", state, ALWAYS, engine_said(engine, tongue));
        let storage = live.storage.get_untracked();
        let is_usual = matches!(storage, StorageView::Opening | StorageView::Kept);
        let text = tongue.words.storage(storage).to_owned();
        self.add("storage", "", i64::from(!is_usual), ALWAYS, text);
        let links = live.links.read_untracked();
        for link in links.iter() {
            let (state, text) = link_said(link, links.len(), live, tongue);
            self.add("link", &link.view.profile.0, state, ALWAYS, text);
        }
    }

    fn zones(&mut self) {
        let (live, tongue) = (self.live, self.tongue);
        let is_blind = matches!(live.trust.get_untracked(), Trust::Blind { .. });
        let now = live.clock.get_untracked().wall;
        for zone in &live.site.read_untracked().zones {
            let view = live.zone(&zone.id);
            if let Some(view) = &*view.read_untracked() {
                let state = match view.level {
                    // It may not be so any more: nothing is said of it.
                    _ if is_blind => self.speech.told(&of(ZONE, &zone.id)),
                    Level::Unknown | Level::Normal | Level::Mid => 0,
                    Level::High => 1,
                    Level::Full => 2,
                };
                let since = view.level_since;
                let lasts = since.map_or(ALWAYS, |since| now.since(since));
                let text = sentence(&tongue.name(&zone.name), tongue.words.level(view.level));
                self.add(ZONE, &zone.id, state, lasts, text);
            }
        }
    }

    /// All in one line, those by name that are offline: they come first in the order.
    fn devices(&mut self) {
        let (live, tongue) = (self.live, self.tongue);
        let words = tongue.words;
        let mut text = String::new();
        for id in live.order.read_untracked().iter().take(MOST) {
            let view = live.device(id);
            if let Some(device) = &*view.read_untracked()
                && device.freshness == Freshness::Offline
            {
                let name = device_name(device, tongue);
                text.push_str(&sentence(&name, words.state.offline));
                text.push(' ');
            }
        }
        let all = live.roll_up.read_untracked();
        text.push_str(&sentence(words.device.title, &summary(&all, tongue)));
        self.add("devices", "", all.offline.into(), ALWAYS, text);
    }
}

/// [`Fact::of`].
fn of(kind: &str, id: &str) -> String {
    format!("{kind} {id}")
}

fn link_said(link: &LinkShown, links: usize, live: Live, tongue: Tongue) -> (i64, String) {
    if link.is_down() {
        let why = problem(link, tongue).map(|problem| problem.headline);
        let said = headline(link, links, tongue);
        return (2, format!("{said} {}", why.unwrap_or_default()));
    }
    let state = &link.view.state;
    let is_connected = matches!(state, LinkState::Connected { .. });
    let word = state_word(state, live.clock.get_untracked(), tongue.words);
    (
        i64::from(is_connected),
        sentence(&shown(&link.view.name), &word),
    )
}

fn sentence(name: &str, word: &str) -> String {
    format!("{name}: {word}.")
}

/// Alone of all it goes to and fro, and alone of all it interrupts.
const ZONE: &str = "zone";

/// What does not go to and fro is told at once.
const ALWAYS: Duration = Duration::MAX;

/// Nobody listens to more names of devices.
const MOST: usize = 5;
