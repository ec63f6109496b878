//! What a message of version 5 may carry beside topic and payload, for the few who need it.

use leptos::prelude::*;

use super::hand::{memo, typed};
use super::parts::text_line;
use super::tongue::use_tongue;
use crate::settings::form::{PropertyMistake, TypedProperties};

#[component]
pub(super) fn PublishMore(properties: RwSignal<TypedProperties>) -> impl IntoView {
    let words = use_tongue().settings();
    let (publish, message) = (&words.publish, &words.message);
    let line = move |id, label, set: fn(&mut TypedProperties, String)| {
        text_line(id, label, "", move |text| {
            properties.update(|properties| set(properties, text));
        })
    };
    let mistake = memo(move || {
        properties
            .read()
            .parse()
            .err()
            .map(|mistake| match mistake {
                PropertyMistake::Text => words.form.wrong.character,
                PropertyMistake::ResponseTopic => publish.response_topic_wrong,
                PropertyMistake::MessageExpiry => publish.expiry_wrong,
                PropertyMistake::UserProperties => publish.user_properties_hint,
            })
    });
    view! {
        <details class="more">
            <summary>{publish.more}</summary>
            {line("publish-type",
                message.content_type,
                |typed, text| typed.content_type = text,
            )}
            {line("publish-response",
                message.response_topic,
                |typed, text| typed.response_topic = text,
            )}
            {line("publish-correlation",
                message.correlation_data,
                |typed, text| typed.correlation_data = text,
            )}
            {line("publish-expiry",
                message.message_expiry,
                |typed, text| typed.message_expiry = text,
            )}
            <div class="field">
                <label class="field__label" for="publish-users">
                    {publish.user_properties}
                </label>
                <textarea
                    class="field__input"
                    id="publish-users"
                    rows="2"
                    spellcheck="false"
                    aria-describedby="publish-more-note"
                    on:input=typed(move |text| {
                        properties.update(|properties| properties.user_properties = text);
                    })
                ></textarea>
            </div>
            <span id="publish-more-note" class="field__note">
                {publish.user_properties_hint}
            </span>
        </details>
        <span class="field__warning" role="status" data-publish-wrong="">
            {move || mistake.get()}
        </span>
    }
}
