//! Which topics bring most of what comes by a filter: looked at for five seconds, to know which filters are narrower.

use std::time::Duration;

use leptos::prelude::*;

use super::hand::follow;
use super::tongue::use_tongue;
use crate::engine::wire::{DeskRequest, Listing, Look, Seen};
use crate::live::Live;
use crate::ordered::{OrderedMap, sort_by};
use crate::words::shown;

#[component]
pub(super) fn Widest(filter: String) -> impl IntoView {
    let live: Live = expect_context();
    let words = use_tongue().settings();
    let last = RwSignal::new(0_u64);
    let topics = RwSignal::new(OrderedMap::<String, u64>::new());
    let looks = RwSignal::new(0_u32);
    let ask = move || {
        if looks.get_untracked() < LOOKS {
            looks.update(|looks| *looks += 1);
            let (filter, after) = (filter.clone(), last.get_untracked());
            let look = Look {
                list: Some(Listing { filter, after }),
                publication: None,
            };
            live.request(DeskRequest::Look(look).into());
        }
    };
    follow(move || {
        let Some(listed) = Seen::from_bytes(&live.seen.read()).and_then(|seen| seen.list) else {
            return;
        };
        last.set(listed.last);
        topics.update(|topics| {
            for message in listed.messages {
                if topics.len() < TOPICS || topics.contains_key(&message.topic) {
                    // What a message costs beside its payload.
                    *topics.entry(message.topic).or_default() += message.length + OVERHEAD;
                }
            }
        });
    });
    // What came before somebody looked is not known.
    live.seen.set(Vec::new());
    if let Ok(asking) = set_interval_with_handle(ask, PAUSE) {
        on_cleanup(move || asking.clear());
    }
    let said = move || {
        let topics = topics.read();
        let mut topics: Vec<_> = topics.iter().collect();
        sort_by(&mut topics, |one, other| other.1.cmp(one.1));
        let named = topics.iter().take(NAMED);
        let named: Vec<String> = named.map(|(topic, _)| shown(topic)).collect();
        (!named.is_empty()).then(|| (words.form.widest)(&named.join(", ")))
    };
    view! {
        <span class="field__warning" data-widest="" role="status">
            {said}
        </span>
    }
}

/// As often as a list can be read.
const PAUSE: Duration = Duration::from_millis(250);

/// Five seconds.
const LOOKS: u32 = 20;

/// What is wide is soon among them.
const TOPICS: usize = 500;

/// More do not help anybody to write a filter.
const NAMED: usize = 3;

/// Bytes; about what a person's message has.
const OVERHEAD: u64 = 500;
