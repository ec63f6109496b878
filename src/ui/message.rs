//! One message whole: what came with it, what it holds, what changed, and what became of it.

use std::sync::Arc;

use leptos::prelude::*;

use super::payload;
use super::profiles::use_profiles;
use super::tongue::{Tongue, use_tongue};
use crate::engine::wire::MessageView;
use crate::json;
use crate::link::FilterId;
use crate::live::Live;
use crate::words::{Figures, MessageWords, shown};

/// `before`: the message before it on the same topic, if that is known.
#[component]
pub(super) fn Message(
    message: Arc<MessageView>,
    before: Option<Arc<MessageView>>,
) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let settings = tongue.settings();
    let words = &settings.message;
    let broker = {
        let links = live.links.read_untracked();
        let profile = message.profile.as_ref();
        let link = profile.and_then(|id| links.iter().find(|link| link.view.profile == *id));
        link.map_or_else(|| words.simulated.to_owned(), |link| shown(&link.view.name))
    };
    let door_name = |id: &str| {
        let site = live.site.read_untracked();
        let door = site.doors.iter().find(|door| door.id == id);
        door.map_or_else(|| shown(id), |door| tongue.name(&door.name))
    };
    let fate: Vec<_> = settings
        .fate(&message.fate, tongue.words, &door_name)
        .into_iter()
        .map(|sentence| view! { <li>{sentence}</li> }.into_any())
        .collect();
    let mut facts = vec![
        (words.received_at, tongue.seconds(message.received_at)),
        (words.broker, broker),
        (words.quality, marks(&message, words)),
    ];
    if let Some(prefix) = message.topic.get(..message.prefix as usize)
        && !prefix.is_empty()
    {
        facts.insert(2, (words.via, shown(prefix)));
    }
    facts.extend(by_filters(&message).map(|filters| (words.by_filter, filters)));
    facts.extend(properties(&message, words, tongue));
    let facts: Vec<_> = facts
        .into_iter()
        .map(|(name, value)| {
            view! {
                <dt>{name}</dt>
                <dd>
                    <bdi>{value}</bdi>
                </dd>
            }
            .into_any()
        })
        .collect();
    view! {
        <section class="section" data-message=message.number.to_string()>
            <h3>
                <bdi>{shown(&message.topic)}</bdi>
            </h3>
            <dl class="facts">{facts}</dl>
            <h4>{words.fate.title}</h4>
            <ul class="changes" data-fate="">
                {fate}
            </ul>
            <h4>{words.payload}</h4>
            {payload::view(&message, tongue)}
            <h4>{words.since_the_last}</h4>
            {changes(&message, before.as_deref(), tongue)}
        </section>
    }
}

/// A message in a list: when, on which topic, the beginning of what it holds.
pub(super) fn line(message: &MessageView, tongue: Tongue) -> AnyView {
    let words = &tongue.settings().message;
    let payload = payload::beginning(&message.payload, words, tongue);
    let title = payload.clone();
    view! {
        <bdi class="message__topic">{shown(&message.topic)}</bdi>
        <span class="message__time">{tongue.seconds(message.received_at)}</span>
        <bdi class="message__payload" title=title>
            {payload}
        </bdi>
        <span class="message__time">{marks(message, words)}</span>
    }
    .into_any()
}

/// QoS, and what is special about how it came.
fn marks(message: &MessageView, words: &MessageWords) -> String {
    let mut marks = format!("QoS {}", message.qos as u8);
    for (is_so, word) in [
        (message.retained, words.retained),
        (message.duplicate, words.duplicate),
    ] {
        if is_so {
            marks.push_str(" · ");
            marks.push_str(word);
        }
    }
    marks
}

/// Which subscriptions brought it, where the broker tells. A number of a former configuration may be another's now.
fn by_filters(message: &MessageView) -> Option<String> {
    let profile = message.profile.as_ref()?;
    let all = use_profiles().all();
    let known = all.iter().find(|known| known.profile.id == *profile)?;
    let filters = (0..).map(FilterId).zip(&known.profile.filters);
    let filters = filters.filter(|(id, filter)| {
        let told = &message.properties.subscription_identifiers;
        let is_told = id.identifier().is_some_and(|id| told.contains(&id));
        is_told && filter.filter.matches(&message.topic)
    });
    let filters: Vec<_> = filters
        .map(|(_, filter)| shown(filter.filter.as_str()))
        .collect();
    (!filters.is_empty()).then(|| filters.join(" · "))
}

fn properties(
    message: &MessageView,
    words: &MessageWords,
    tongue: Tongue,
) -> Vec<(&'static str, String)> {
    let properties = &message.properties;
    let text = |word, value: &Option<String>| value.as_ref().map(|value| (word, shown(value)));
    let correlation = properties.correlation_data.as_ref();
    let expiry = properties.message_expiry;
    let users = properties.user_properties.iter();
    [
        text(words.content_type, &properties.content_type),
        text(words.response_topic, &properties.response_topic),
        correlation.map(|bytes| {
            (
                words.correlation_data,
                payload::beginning(bytes, words, tongue),
            )
        }),
        expiry.map(|seconds| (words.message_expiry, tongue.number(seconds.into()))),
    ]
    .into_iter()
    .flatten()
    .chain(users.map(|(name, value)| {
        let said = format!("{} = {}", shown(name), shown(value));
        (words.user_property, said)
    }))
    .collect()
}

/// What is other than in the message before it.
fn changes(message: &MessageView, former: Option<&MessageView>, tongue: Tongue) -> AnyView {
    let words = &tongue.settings().message;
    let note = |said| view! { <p class="section__note">{said}</p> }.into_any();
    let Some(former) = former else {
        return note(words.first_of_topic);
    };
    if former.payload == message.payload && former.length == message.length {
        return note(words.nothing_changed);
    }
    let value = |message: &'_ MessageView| {
        let text = String::from_utf8_lossy(&message.payload).into_owned();
        json::parse(&text).is_ok().then_some(text)
    };
    let rows = match (value(former), value(message)) {
        (Some(before), Some(after)) => match (json::parse(&before), json::parse(&after)) {
            (Ok(before), Ok(after)) => json::changes(&before, &after, CHANGES)
                .into_iter()
                .map(|change| {
                    let was = change.before.unwrap_or(words.not_there);
                    let is = change.after.unwrap_or(words.not_there);
                    (change.pointer, shown(was), shown(is))
                })
                .collect(),
            _ => Vec::new(),
        },
        _ => {
            let said = |message: &MessageView| payload::beginning(&message.payload, words, tongue);
            vec![(String::new(), said(former), said(message))]
        }
    };
    if rows.is_empty() {
        return note(words.nothing_changed);
    }
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(pointer, was, is)| {
            view! {
                <li class="change">
                    <bdi class="change__place">{shown(&pointer)}</bdi>
                    <bdi class="change__was">{was}</bdi>
                    " → "
                    <bdi>{is}</bdi>
                </li>
            }
            .into_any()
        })
        .collect();
    view! { <ul class="changes">{rows}</ul> }.into_any()
}

/// More differences are another message.
const CHANGES: usize = 50;
