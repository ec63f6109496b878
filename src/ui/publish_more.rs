//! What a message of version 5 may carry beside topic and payload, for the few who need it.

use leptos::prelude::*;

use super::hand::{memo, typed};
use super::tongue::use_tongue;
use crate::settings::form::{PropertyMistake, TypedProperties};

#[component]
pub(super) fn PublishMore(properties: RwSignal<TypedProperties>) -> impl IntoView {
    let words = use_tongue().settings();
    let (publish, message) = (&words.publish, &words.message);
    let field = move |id: &'static str, label, lines, set: fn(&mut TypedProperties, String)| {
        let on_input = typed(move |text| properties.update(|properties| set(properties, text)));
        let input = if lines {
            view! {
                <textarea
                    class="field__input"
                    id=id
                    rows="2"
                    spellcheck="false"
                    aria-describedby="publish-more-note"
                    on:input=on_input
                ></textarea>
            }
            .into_any()
        } else {
            view! {
                <input
                    class="field__input"
                    id=id
                    type="text"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    on:input=on_input
                />
            }
            .into_any()
        };
        view! {
            <div class="field">
                <label class="field__label" for=id>
                    {label}
                </label>
                {input}
            </div>
        }
        .into_any()
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
            {field(
                "publish-type",
                message.content_type,
                false,
                |typed, text| typed.content_type = text,
            )}
            {field(
                "publish-response",
                message.response_topic,
                false,
                |typed, text| typed.response_topic = text,
            )}
            {field(
                "publish-correlation",
                message.correlation_data,
                false,
                |typed, text| typed.correlation_data = text,
            )}
            {field(
                "publish-expiry",
                message.message_expiry,
                false,
                |typed, text| typed.message_expiry = text,
            )}
            {field(
                "publish-users",
                publish.user_properties,
                true,
                |typed, text| typed.user_properties = text,
            )}
            <span id="publish-more-note" class="field__note">
                {publish.user_properties_hint}
            </span>
        </details>
        <span class="field__warning" role="status" data-publish-wrong="">
            {move || mistake.get()}
        </span>
    }
}
