//! A message that a person publishes, how far it is, and what followed.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::hand::{memo, press, typed};
use super::message::line;
use super::parts::{choice, text_line};
use super::profiles::use_profiles;
use super::publish_instead::{PublishInstead, TypedFallback};
use super::publish_more::PublishMore;
use super::tongue::use_tongue;
use crate::engine::wire::{Confirmation, DeskRequest, FOLLOWS, Publication, Stage};
use crate::live::Live;
use crate::mirror::PublicationShown;
use crate::mqtt::{QoS, is_topic_name};
use crate::problem;
use crate::settings::form::{TypedProperties, parse_answer};
use crate::words::shown;

const QUALITIES: [QoS; 3] = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce];

/// `published`: the last publication, which whoever asks the engine keeps up to date.
#[component]
pub(super) fn PublishForm(published: RwSignal<Option<PublicationShown>>) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = &tongue.settings().publish;
    let all = use_profiles().all().into_iter();
    let brokers: Vec<_> = all
        .filter(|known| known.profile.publishes)
        .map(|known| known.profile)
        .collect();
    if brokers.is_empty() {
        return view! { <p class="section__note">{words.view_only}</p> }.into_any();
    }
    let broker = RwSignal::new(0_u32);
    let topic = RwSignal::new(String::new());
    let payload = RwSignal::new(String::new());
    let qos = RwSignal::new(0_u32);
    let retain = RwSignal::new(false);
    let (answer, says) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let fallback = RwSignal::new(TypedFallback::default());
    let is_unusable = RwSignal::new(false);
    let properties = RwSignal::new(TypedProperties::default());
    let answer_wrong = memo(move || {
        let wrong = parse_answer(&answer.read()).err();
        wrong.map(|wrong| tongue.settings().filter_wrong(wrong))
    });
    // An empty one is wrong when it is to be sent.
    let is_sent = RwSignal::new(false);
    let topic_wrong = move || {
        let topic = topic.read();
        let is_wrong = (!topic.is_empty() || is_sent.get()) && !is_topic_name(&topic);
        is_wrong.then_some(words.topic_wrong)
    };
    let names: Vec<_> = brokers.iter().map(|profile| shown(&profile.name)).collect();
    let other_names = names.clone();
    let ids: Vec<_> = brokers.into_iter().map(|profile| profile.id).collect();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(profile) = ids.get(broker.get_untracked() as usize) else {
            return;
        };
        // Whatever stops it: what became of the former one is not said of it.
        published.update(|shown| *shown = Some(PublicationShown::stopped(shown.as_ref())));
        is_sent.set(true);
        if topic.read_untracked().is_empty() {
            return;
        }
        // What is wrong with them stands there already.
        let Ok(properties) = properties.read_untracked().parse() else {
            return;
        };
        let Ok(answer) = parse_answer(&answer.read_untracked()) else {
            return;
        };
        let fallback = fallback.read_untracked().parse(&ids);
        is_unusable.set(fallback.is_err());
        let Ok(fallback) = fallback else {
            return;
        };
        let shown = published.with_untracked(|former| PublicationShown::after(former.as_ref()));
        let publication = Publication {
            key: shown.key(),
            profile: profile.clone(),
            topic: topic.get_untracked(),
            payload: payload.get_untracked().into_bytes(),
            qos: QUALITIES[(qos.get_untracked() as usize).min(2)],
            retain: retain.get_untracked(),
            properties,
            confirmation: answer.map(|filter| Confirmation {
                filter,
                says: says.get_untracked(),
                within: FOLLOWS,
            }),
            fallback,
        };
        published.set(Some(shown));
        live.request(DeskRequest::Publish(Box::new(publication)).into());
    };
    let state = move || {
        let stage = published.with(|published| published.as_ref()?.stage)?;
        Some(match stage {
            Stage::Waiting => words.waiting.to_owned(),
            Stage::Sent => words.sent.to_owned(),
            Stage::Acknowledged => words.acknowledged.to_owned(),
            Stage::Unheard => words.unheard.to_owned(),
            Stage::Confirmed => words.confirmed.to_owned(),
            Stage::NotConfirmed => words.not_confirmed.to_owned(),
            Stage::FellBack => words.instead.begun.to_owned(),
            Stage::FallbackFailed => words.instead.failed.to_owned(),
            Stage::ViewOnly => words.view_only.to_owned(),
            Stage::NotConnected => words.not_connected.to_owned(),
            Stage::Refused(code) => (words.refused)(&problem::reason(code, tongue.sentences)),
        })
    };
    let followed = move || {
        let published = published.read();
        // Newest first, as in the list below.
        let published = published.as_ref().filter(|it| it.stage.is_some())?;
        let followed = published.followed.iter().rev();
        let items: Vec<_> = followed
            .map(|one| view! { <li class="message">{line(one, tongue)}</li> }.into_any())
            .collect();
        Some(
            view! {
                <h4>{words.followed}</h4>
                <ul class="messages" data-followed="">
                    {items}
                </ul>
            }
            .into_any(),
        )
    };
    let qualities = QUALITIES.iter().map(|qos| format!("QoS {}", *qos as u8));
    view! {
        <form class="section" on:submit=submit>
            <div class="profile__actions">
                {choice(words.broker, names, 0, move |place| broker.set(place as u32))}
                {choice("QoS", qualities.collect(), 0, move |place| qos.set(place as u32))}
                <label class="check">
                    <input
                        id="publish-retain"
                        type="checkbox"
                        on:click=press(move || retain.update(|retain| *retain = !*retain))
                    />
                    {words.retain}
                </label>
            </div>
            {text_line("publish-topic", words.topic, "", move |text| topic.set(text))}
            <span class="field__warning" role="status" data-topic-wrong="">
                {topic_wrong}
            </span>
            <div class="field">
                <label class="field__label" for="publish-payload">
                    {words.payload}
                </label>
                <textarea
                    class="field__input"
                    id="publish-payload"
                    rows="3"
                    spellcheck="false"
                    on:input=typed(move |text| payload.set(text))
                ></textarea>
            </div>
            {text_line("publish-answer", words.answer, words.answer_hint, move |text| answer.set(text))}
            <span class="field__warning" role="status" data-answer-wrong="">
                {move || answer_wrong.get()}
            </span>
            {text_line("publish-says", words.says, words.says_hint, move |text| says.set(text))}
            <PublishInstead fallback brokers=other_names />
            <PublishMore properties />
            <span class="field__warning" role="status" data-fallback-wrong="">
                {move || is_unusable.get().then_some(words.instead.wrong)}
            </span>
            <div class="profile__actions">
                <button type="submit" class="button" data-kind="primary">
                    {words.publish}
                </button>
                <span class="section__note" role="status" data-publication="">
                    {state}
                </span>
            </div>
            {followed}
        </form>
    }
    .into_any()
}
