//! What the broker publishes when it loses the page.

use leptos::prelude::*;

use super::field::{Form, TextField};
use super::hand::press;
use super::parts::choice;
use super::tongue::use_tongue;
use crate::mqtt::QoS;
use crate::settings::form::Field;

#[component]
pub(super) fn WillFields(form: Form) -> impl IntoView {
    let words = use_tongue().settings();
    let draft = form.draft;
    // It stays open while its topic is typed.
    let (has_one, qos) = {
        let draft = draft.read_untracked();
        (!draft.will.topic.is_empty(), draft.will.qos as usize)
    };
    let qualities = QUALITIES.iter().map(|qos| format!("QoS {}", *qos as u8));
    let choose = move |place: usize| {
        draft.update(|draft| draft.will.qos = QUALITIES[place.min(2)]);
    };
    view! {
        <details class="more" data-field="will" open=has_one>
            <summary>{words.form.will}</summary>
            <p class="field__note">{words.form.will_hint}</p>
            <TextField
                form
                field=Field::WillTopic
                name="will-topic"
                label=words.form.will_topic
                get=|draft| &draft.will.topic
                set=|draft, text| draft.will.topic = text
            />
            <TextField
                form
                field=Field::WillPayload
                name="will-payload"
                label=words.form.will_payload
                get=|draft| &draft.will.payload
                set=|draft, text| draft.will.payload = text
            />
            <div class="profile__actions">
                {choice("QoS", qualities.collect(), qos, choose)}
                <label class="check">
                    <input
                        id="will-retain"
                        type="checkbox"
                        prop:checked=move || draft.read().will.retain
                        on:click=press(move || {
                            draft.update(|draft| draft.will.retain = !draft.will.retain)
                        })
                    />
                    {words.form.will_retain}
                </label>
            </div>
            <TextField
                form
                field=Field::WillDelay
                name="will-delay"
                label=words.form.will_delay
                hint=words.form.will_delay_hint
                numeric=true
                get=|draft| &draft.will.delay
                set=|draft, text| draft.will.delay = text
            />
        </details>
    }
}

const QUALITIES: [QoS; 3] = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce];
