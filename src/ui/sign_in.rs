//! How to sign in to a broker: by user name and password as they are, or by an enhanced authentication.

use leptos::prelude::*;

use super::field::{Form, TextField};
use super::hand::{memo, typed};
use super::tongue::use_tongue;
use crate::mqtt::SCRAM_SHA_256;
use crate::settings::form::Field;

#[component]
pub(super) fn SignIn(form: Form) -> impl IntoView {
    let words = use_tongue().settings();
    let draft = form.draft;
    // Beside the draft, because a method that is being typed may be none yet.
    let way = RwSignal::new(Way::of(&draft.read_untracked().authentication));
    let options: Vec<_> = [
        (Way::Usual, words.form.sign_in_usual),
        (Way::Scram, SCRAM_SHA_256),
        (Way::Token, words.form.sign_in_token),
    ]
    .into_iter()
    .map(|(one, word)| {
        view! {
            <option value=one.id() selected=one == way.get_untracked()>
                {word}
            </option>
        }
        .into_any()
    })
    .collect();
    let chosen = typed(move |id| {
        let mut others = [Way::Scram, Way::Token].into_iter();
        let chosen = others.find(|way| way.id() == id).unwrap_or(Way::Usual);
        way.set(chosen);
        draft.update(|draft| {
            draft.authentication = match chosen {
                Way::Usual => "",
                Way::Scram => SCRAM_SHA_256,
                Way::Token => USUAL_TOKEN,
            }
            .to_owned();
        });
    });
    let has_token = memo(move || way.get() == Way::Token);
    let method = move || {
        has_token.get().then(|| {
            view! {
                <TextField
                    form
                    field=Field::Authentication
                    name="method"
                    label=words.form.method
                    hint=words.form.method_hint
                    get=|draft| &draft.authentication
                    set=|draft, text| draft.authentication = text
                />
            }
            .into_any()
        })
    };
    view! {
        <div class="field" data-field="sign-in">
            <label class="field__label" for="sign-in">
                {words.form.sign_in}
            </label>
            <select
                class="field__input"
                id="sign-in"
                aria-describedby="sign-in-note"
                on:change=chosen
            >
                {options}
            </select>
            <span id="sign-in-note" class="field__note">
                {words.form.sign_in_hint}
            </span>
        </div>
        {method}
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Usual,
    Scram,
    Token,
}

impl Way {
    fn of(method: &str) -> Self {
        match method {
            "" => Self::Usual,
            SCRAM_SHA_256 => Self::Scram,
            _ => Self::Token,
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Scram => "scram",
            Self::Token => "token",
        }
    }
}

/// What most brokers call it.
const USUAL_TOKEN: &str = "JWT";
