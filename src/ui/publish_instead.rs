//! What is done instead of a message that is not.

use leptos::prelude::*;

use super::parts::{choice, text_line};
use super::tongue::use_tongue;
use crate::browser::page::start::spawn;
use crate::browser::page::{bell, is_https};
use crate::engine::wire::{DeskRequest, WireFallback};
use crate::live::Live;
use crate::mqtt::is_topic_name;
use crate::settings::ProfileId;

/// As a person has chosen and typed it. Not to be printed: the address of a webhook is a secret.
#[derive(Clone, Default)]
pub(super) struct TypedFallback {
    kind: Kind,
    broker: usize,
    topic: String,
    address: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Nothing,
    Publish,
    Webhook,
    Sound,
}

const KINDS: [Kind; 4] = [Kind::Nothing, Kind::Publish, Kind::Webhook, Kind::Sound];

/// What was typed is nothing that can be done.
pub(super) struct Unusable;

impl TypedFallback {
    /// For the engine. `brokers`: those that may be chosen.
    pub(super) fn parse(&self, brokers: &[ProfileId]) -> Result<Option<WireFallback>, Unusable> {
        let (topic, address) = (self.topic.trim(), self.address.trim());
        Ok(match self.kind {
            Kind::Nothing => None,
            Kind::Publish if !is_topic_name(topic) => return Err(Unusable),
            Kind::Publish => Some(WireFallback::Publish {
                profile: brokers.get(self.broker).ok_or(Unusable)?.clone(),
                topic: topic.to_owned(),
            }),
            Kind::Webhook => {
                let (scheme, host) = address.split_once("://").ok_or(Unusable)?;
                // A browser refuses a page that is encrypted what is not.
                let may_be = scheme == "https" || scheme == "http" && !is_https();
                if !may_be || host.is_empty() {
                    return Err(Unusable);
                }
                Some(WireFallback::Webhook(address.to_owned()))
            }
            Kind::Sound => Some(WireFallback::Sound),
        })
    }
}

/// `brokers`: the names of those that may be chosen.
#[component]
pub(super) fn PublishInstead(
    fallback: RwSignal<TypedFallback>,
    brokers: Vec<String>,
) -> impl IntoView {
    let live: Live = expect_context();
    live.ring_by(|live, id| {
        spawn(async move {
            if !bell::ring().await {
                live.request(DeskRequest::NotRung(id).into());
            }
        });
    });
    let words = &use_tongue().settings().publish;
    let instead = &words.instead;
    let kinds = [
        instead.nothing,
        instead.publish,
        instead.webhook,
        instead.sound,
    ];
    let choose = move |place: usize| {
        fallback.update(|fallback| fallback.kind = KINDS.get(place).copied().unwrap_or_default());
    };
    let kind = Memo::new(move |_| fallback.read().kind);
    let more = move || match kind.get() {
        Kind::Nothing | Kind::Sound => ().into_any(),
        Kind::Publish => {
            let chosen = fallback.read_untracked().broker;
            let choose = move |place| fallback.update(|fallback| fallback.broker = place);
            let take = move |text| fallback.update(|fallback| fallback.topic = text);
            view! {
                {choice(words.broker, brokers.clone(), chosen, choose)}
                {text_line("publish-fallback", words.topic, "", take)}
            }
            .into_any()
        }
        Kind::Webhook => text_line(
            "publish-webhook",
            instead.address,
            instead.address_hint,
            move |text| fallback.update(|fallback| fallback.address = text),
        ),
    };
    view! {
        <details class="more" data-fallback="">
            <summary>{instead.title}</summary>
            <p class="field__note">{instead.hint}</p>
            {choice(instead.title, kinds.map(str::to_owned).to_vec(), 0, choose)}
            {more}
        </details>
    }
}
