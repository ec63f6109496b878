//! One link to a broker, as a pill: what it does, where, since when.

use std::time::Duration;

use leptos::prelude::*;

use super::mark::{Mark, Word, mark};
use super::tongue::{Tongue, use_tongue};
use crate::engine::wire::retry_at;
use crate::link::LinkState;
use crate::live::Live;
use crate::mirror::LinkShown;
use crate::time::Now;
use crate::words::{Words, shown};

/// The pill of the link at a place among all.
#[component]
pub(super) fn LinkPill(place: u32) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    view! {
        {move || {
            let links = live.links.read();
            links.get(place as usize).map(|link| pill(link, live.clock.get(), tongue))
        }}
    }
}

fn pill(link: &LinkShown, now: Now, tongue: Tongue) -> AnyView {
    let state = &link.view.state;
    let shape = Mark::from(state);
    let address = shown(&link.view.address);
    let since = if matches!(state, LinkState::Connected { .. }) {
        let span = now.wall.since(link.view.since);
        tongue.words.span(whole_minutes(span))
    } else {
        String::new()
    };
    view! {
        <span class="link" data-link=link.view.profile.0.clone() data-state=shape.name()>
            {mark(shape, state_word(state, now, tongue.words), Word::Seen)}
            <bdi class="link__address" title=address>
                {address.clone()}
            </bdi>
            <span class="link__since">{since}</span>
        </span>
    }
    .into_any()
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
    let seconds = span.as_secs() + u64::from(span.subsec_millis() > 0);
    Duration::from_secs(seconds)
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
