//! Looks for the broker at the addresses where its host usually has it, one after the other, without user name or password.

use leptos::prelude::*;

use super::hand::{follow, memo, press};
use super::parts::{Kind, button};
use super::tongue::use_tongue;
use crate::browser::page::is_https;
use crate::engine::wire::{Request, WireProfile};
use crate::link::{Fault, LinkState};
use crate::live::Live;
use crate::settings::form::Draft;
use crate::settings::{ProfileId, usual_addresses};
use crate::words::{Figures, shown};

/// A search under way or over.
#[derive(Clone, Default)]
struct Search {
    addresses: Vec<String>,
    /// The one that is tried.
    at: usize,
    found: bool,
}

/// `tested`: the address of the form that was tested; what was found of it is not said beside what is found now.
#[component]
pub(super) fn AddressSearch(
    draft: RwSignal<Draft>,
    tested: RwSignal<Option<String>>,
) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = &tongue.settings().test;
    let id = ProfileId(SEARCH.to_owned());
    let search = RwSignal::new(None::<Search>);
    let typed = memo(move || draft.read().url.clone());
    let try_next = {
        let id = id.clone();
        move || {
            let address = search.with_untracked(|search| {
                let search = search.as_ref()?;
                search.addresses.get(search.at).cloned()
            });
            let Some(url) = address else { return };
            // Nothing that is secret goes to who may not be the broker.
            let stranger = Draft {
                url,
                filters: EVERYTHING.to_owned(),
                ..Draft::default()
            };
            if let Some(profile) = stranger.check(id.clone(), None, is_https()).profile {
                live.request(Request::Test(WireProfile::for_worker(&profile)));
            }
        }
    };
    let begin = {
        let try_next = try_next.clone();
        move || {
            let addresses = usual_addresses(&typed.get_untracked(), is_https());
            tested.set(None);
            search.set(Some(Search {
                addresses,
                ..Search::default()
            }));
            try_next();
        }
    };
    follow(move || {
        let tested = live.tested.get();
        let Some((_, outcome)) = tested.filter(|(tested, _)| *tested == id) else {
            return;
        };
        search.update(|search| {
            if let Some(search) = search.as_mut().filter(|search| !search.found) {
                search.found = is_broker(&outcome);
                search.at += usize::from(!search.found);
            }
        });
        if !search.with_untracked(|search| search.as_ref().is_none_or(|search| search.found)) {
            try_next();
        }
    });
    // What was found for one address says nothing of another.
    follow(move || {
        typed.track();
        search.set(None);
    });
    let take =
        move |address: String| press(move || draft.update(|draft| draft.url.clone_from(&address)));
    let said = move || {
        let search = search.get()?;
        let all = search.addresses.len();
        let view = match search.addresses.get(search.at) {
            Some(address) if search.found => view! {
                {words.found_at}
                " "
                <button type="button" class="button" data-kind="link" on:click=take(address.clone())>
                    {shown(address)}
                </button>
            }
            .into_any(),
            Some(address) => {
                let step = tongue.number(search.at as u64 + 1);
                let said = (words.trying)(&shown(address), &step, &tongue.number(all as u64));
                view! { {said} }.into_any()
            }
            None => {
                let all = tongue.number(all as u64);
                view! { {(words.found_nowhere)(&all)} }.into_any()
            }
        };
        Some(view)
    };
    let offers = memo(move || !usual_addresses(&typed.read(), is_https()).is_empty());
    view! {
        <div class="profile__actions" data-search="">
            {move || offers.get().then(|| button(Kind::Bare, words.search, press(begin.clone())))}
            <span class="section__note" role="status">
                {said}
            </span>
        </div>
    }
}

/// Whoever answers CONNECT is one, also who refuses a stranger.
const fn is_broker(outcome: &LinkState) -> bool {
    match outcome {
        LinkState::Connected { .. } => true,
        LinkState::Waiting { fault, .. } | LinkState::Stopped { fault } => {
            matches!(fault, Fault::Refused { .. })
        }
        LinkState::Idle | LinkState::Connecting { .. } => false,
    }
}

/// No profile has such an id.
const SEARCH: &str = "\n";

/// A test subscribes to nothing.
const EVERYTHING: &str = "#";
