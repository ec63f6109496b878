//! One link to a broker, as a pill: what it does, where, since when.

use std::time::Duration;

use leptos::prelude::*;

use super::hand::memo;
use super::mark::{Mark, Word, mark};
use super::tongue::{Tongue, use_tongue};
use crate::engine::wire::retry_at;
use crate::link::LinkState;
use crate::live::{LinkShown, Live};
use crate::settings::ProfileId;
use crate::time::Now;
use crate::words::Words;

/// What stands on a link's pill.
#[derive(Clone, Debug, PartialEq)]
struct LinkText {
    mark: Mark,
    word: String,
    address: String,
    since: String,
}

#[component]
pub(super) fn LinkPill(id: ProfileId) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let wanted = id.clone();
    let text = memo(move || {
        let links = live.links.read();
        let link = links.iter().find(|link| link.view.profile == wanted)?;
        Some(LinkText::new(link, live.clock.get(), tongue))
    });
    view! {
        {move || {
            let text = text.read();
            text.as_ref().map(|text| pill(&id.0, text))
        }}
    }
}

impl LinkText {
    fn new(link: &LinkShown, now: Now, tongue: Tongue) -> Self {
        let state = &link.view.state;
        let connected_for = matches!(state, LinkState::Connected { .. })
            .then(|| whole_minutes(now.wall.since(link.view.since)));
        Self {
            mark: Mark::from(state),
            word: state_word(state, now, tongue.words),
            address: link.view.address.clone(),
            since: connected_for
                .map(|span| tongue.words.span(span))
                .unwrap_or_default(),
        }
    }
}

fn pill(id: &str, text: &LinkText) -> AnyView {
    view! {
        <span class="link" data-link=id.to_owned() data-state=text.mark.name()>
            {mark(text.mark, text.word.clone(), Word::Seen)}
            <bdi class="link__address">{text.address.clone()}</bdi>
            <span class="link__since">{text.since.clone()}</span>
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
