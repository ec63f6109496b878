//! The topics of the messages that came, as a tree; pressing one looks only at what is below it.

use leptos::prelude::*;

use super::hand::press;
use super::tongue::use_tongue;
use crate::mirror::MessagesShown;
use crate::ordered::OrderedMap;
use crate::words::{Figures, shown};

/// A level of topics: how many messages came on it and below, and what is below.
#[derive(Default)]
struct Level {
    messages: u64,
    below: OrderedMap<String, Level>,
}

/// Not deeper: what is below counts for it.
const DEEPEST: usize = 8;

/// `filter`: what to do with a topic filter that was chosen.
#[component]
pub(super) fn Topics(
    came: RwSignal<MessagesShown>,
    filter: impl Fn(String) + Copy + Send + 'static,
) -> impl IntoView {
    let tongue = use_tongue();
    let words = &tongue.settings().message;
    let open = RwSignal::new(false);
    let tree = move || {
        // A tree that nobody sees is not made.
        if !open.get() {
            return None;
        }
        let mut root = Level::default();
        for message in came.read().iter() {
            let mut level = &mut root;
            for name in message.topic.split('/').take(DEEPEST) {
                level = level.below.entry(name.to_owned()).or_default();
                level.messages += 1;
            }
        }
        Some(branches(&root, "", filter, &|number| tongue.number(number)))
    };
    view! {
        <details class="topics" on:toggle=move |_| open.update(|open| *open = !*open)>
            <summary>{words.topics}</summary>
            {tree}
        </details>
    }
}

fn branches(
    level: &Level,
    above: &str,
    filter: impl Fn(String) + Copy + Send + 'static,
    number: &dyn Fn(u64) -> String,
) -> AnyView {
    let branch = |(name, level): (&String, &Level)| {
        let topic = format!("{above}{name}");
        // Matches the topic itself, too [MQTT-4.7.1-2].
        let whole = format!("{topic}/#");
        let look = press(move || filter(whole.clone()));
        let below = branches(level, &format!("{topic}/"), filter, number);
        view! {
            <li>
                <button type="button" class="button" data-kind="link" on:click=look>
                    {shown(name)}
                </button>
                " "
                <span class="message__time">{number(level.messages)}</span>
                {below}
            </li>
        }
        .into_any()
    };
    if level.below.is_empty() {
        return ().into_any();
    }
    let branches: Vec<_> = level.below.iter().map(branch).collect();
    view! { <ul class="tree">{branches}</ul> }.into_any()
}
