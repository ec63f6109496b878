//! One link to a broker, as a pill: what it does, where, since when.

use std::time::Duration;

use leptos::prelude::*;

use super::mark::{Mark, Word, mark};
use super::tongue::use_tongue;
use crate::engine::wire::retry_at;
use crate::link::LinkState;
use crate::live::{LinkShown, Live};
use crate::settings::ProfileId;
use crate::time::Now;
use crate::words::Words;

#[component]
pub(super) fn LinkPill(id: ProfileId) -> impl IntoView {
    let live: Live = expect_context();
    let words = use_tongue().words;
    let link = link(live, id.clone());
    let state = Memo::new(move |_| link.read().as_ref().map(|link| link.view.state.clone()));
    let word = Memo::new(move |_| {
        let now = live.clock.get();
        state
            .read()
            .as_ref()
            .map_or_else(String::new, |state| state_word(state, now, words))
    });
    let address = move || {
        let link = link.read();
        link.as_ref().map(|link| link.view.address.clone())
    };
    let since = Memo::new(move |_| {
        let now = live.clock.get().wall;
        let link = link.read();
        let link = link.as_ref()?;
        matches!(link.view.state, LinkState::Connected { .. })
            .then(|| words.span(whole_minutes(now.since(link.view.since))))
    });
    let name = move || state.read().as_ref().map(|state| Mark::from(state).name());
    view! {
        <span class="link" data-link=id.0 data-state=name>
            {move || {
                state
                    .read()
                    .as_ref()
                    .map(|state| mark(Mark::from(state), word.get(), Word::Seen))
            }}
            <bdi class="link__address">{address}</bdi>
            <span class="link__since">{since}</span>
        </span>
    }
}

/// The link of a profile, without the number of its messages, which changes all the time and is not shown.
pub(super) fn link(live: Live, id: ProfileId) -> Memo<Option<LinkShown>> {
    Memo::new(move |_| {
        let links = live.links.read();
        let link = links.iter().find(|link| link.view.profile == id)?;
        let mut link = link.clone();
        link.view.messages = 0;
        Some(link)
    })
}

/// What a link does, in words that count down.
pub(super) fn state_word(state: &LinkState, now: Now, words: &Words) -> String {
    match state {
        LinkState::Idle => words.bar.idle.to_owned(),
        LinkState::Connecting { attempt: 0 | 1 } => words.bar.connecting.to_owned(),
        LinkState::Connecting { attempt } => (words.bar.connecting_again)(&attempt.to_string()),
        LinkState::Connected { .. } => words.bar.connected.to_owned(),
        LinkState::Waiting { .. } => {
            let wait = retry_at(state).map_or(Duration::ZERO, |at| at.since(now.monotonic));
            (words.bar.trying_again_in)(&words.span(whole_seconds(wait)))
        }
        LinkState::Stopped { .. } => words.bar.stopped.to_owned(),
    }
}

/// Rounded up: "in 0 s" would be now.
fn whole_seconds(span: Duration) -> Duration {
    Duration::from_secs(u64::try_from(span.as_millis().div_ceil(1000)).unwrap_or(u64::MAX))
}

/// Below a minute every second, then every minute: a bar that moves all the time draws the eye.
fn whole_minutes(span: Duration) -> Duration {
    let seconds = span.as_secs();
    if seconds < 60 {
        Duration::from_secs(seconds)
    } else {
        Duration::from_secs(seconds - seconds % 60)
    }
}
