//! Asks before a password is sent that others on the network could read.

use leptos::prelude::*;

use super::hand::{follow, press};
use super::parts::{Kind, button};
use super::tongue::use_tongue;
use crate::browser::page::element;

/// What a person wants to do with what is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Intent {
    /// Find out whether it connects.
    Test,
    /// Keep it, and connect.
    Save,
}

/// `asked`: what waits for the answer; `agree` goes on with it.
#[component]
pub(super) fn Question(
    asked: RwSignal<Option<Intent>>,
    agree: impl Fn(Intent) + Copy + Send + 'static,
) -> impl IntoView {
    let words = &use_tongue().settings().form;
    let answer = move |agreed: bool| {
        let intent = asked.get_untracked();
        asked.set(None);
        element::focus_first(".sheet__foot [type=submit]");
        if let Some(intent) = intent.filter(|_| agreed) {
            agree(intent);
        }
    };
    let question = move || {
        view! {
            <div class="verdict" data-state="waiting">
                <p>{words.send_question}</p>
                <div class="profile__actions">
                    {button(Kind::Danger, words.send_anyway, press(move || answer(true)))}
                    {button(Kind::Plain, words.do_not_send, press(move || answer(false)))}
                </div>
            </div>
        }
        .into_any()
    };
    // A press that was meant for what stood there before does no harm.
    follow(move || {
        if asked.get().is_some() {
            request_animation_frame(|| {
                element::focus_first("[data-question] button:last-child");
            });
        }
    });
    view! {
        <div class="verdict__place" role="alert" data-question="">
            {move || asked.get().is_some().then(question)}
        </div>
    }
}
