//! One field of the form: its name, its text, and what is wrong with it, with the right text to be pressed.

use std::sync::Arc;

use leptos::prelude::*;

use super::hand::{memo, press, typed};
use super::tongue::use_tongue;
use crate::settings::form::{Checked, Draft, Field, FieldWrong};

/// What is typed, and what is wrong with it.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub draft: RwSignal<Draft>,
    pub checked: Memo<Checked>,
    /// Fields that were left once: only then their mistakes are told.
    left: RwSignal<Vec<Field>>,
    /// It was sent off once: then all are told.
    sent: RwSignal<bool>,
}

impl Form {
    pub(super) fn new(draft: RwSignal<Draft>, checked: Memo<Checked>) -> Self {
        Self {
            draft,
            checked,
            left: RwSignal::default(),
            sent: RwSignal::new(false),
        }
    }

    /// A person left the field.
    pub(super) fn leave(self, field: Field) {
        if !self.left.read_untracked().contains(&field) {
            self.left.update(|left| left.push(field));
        }
    }

    /// A person wants to use what is typed.
    pub(super) fn send(self) {
        self.sent.set(true);
    }

    /// What is to be told beside a field.
    pub(super) fn mistakes(self, field: Field) -> Memo<Vec<FieldWrong>> {
        memo(move || {
            if !self.sent.get() && !self.left.read().contains(&field) {
                return Vec::new();
            }
            let checked = self.checked.read();
            let here = checked.mistakes.iter().filter(|one| one.field == field);
            here.map(|mistake| mistake.what.clone()).collect()
        })
    }
}

/// A field for one line of text, or for several lines.
#[component]
pub(super) fn TextField(
    form: Form,
    field: Field,
    name: &'static str,
    label: &'static str,
    #[prop(optional)] hint: &'static str,
    #[prop(optional)] numeric: bool,
    #[prop(optional)] lines: bool,
    get: fn(&Draft) -> &String,
    set: fn(&mut Draft, String),
) -> impl IntoView {
    let mistakes = form.mistakes(field);
    let blocked = memo(move || mistakes.read().iter().any(FieldWrong::blocks));
    let note = format!("{name}-note");
    let take: Take = Arc::new(move |text| form.draft.update(|draft| set(draft, text)));
    let described = note.clone();
    let box_of_lines = move || {
        view! {
            <textarea
                class="field__input"
                id=name
                rows="2"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-describedby=described.clone()
                aria-invalid=move || blocked.get().then_some("true")
                prop:value=move || get(&form.draft.read()).clone()
                on:input=typed(move |text| form.draft.update(|draft| set(draft, text)))
                on:blur=move |_| form.leave(field)
            ></textarea>
        }
        .into_any()
    };
    let described = note.clone();
    let box_of_line = move || {
        view! {
            <input
                class="field__input"
                id=name
                type="text"
                inputmode=numeric.then_some("numeric")
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-describedby=described.clone()
                aria-invalid=move || blocked.get().then_some("true")
                prop:value=move || get(&form.draft.read()).clone()
                on:input=typed(move |text| form.draft.update(|draft| set(draft, text)))
                on:blur=move |_| form.leave(field)
            />
        }
        .into_any()
    };
    view! {
        <div class="field" data-field=name data-state=move || blocked.get().then_some("error")>
            <label class="field__label" for=name>
                {label}
            </label>
            {if lines { box_of_lines() } else { box_of_line() }}
            <Note id=note hint mistakes take />
        </div>
    }
}

/// Takes the text that was probably meant.
pub(super) type Take = Arc<dyn Fn(String) + Send + Sync>;

/// What stands below a field: what is wrong, else what to know.
#[component]
pub(super) fn Note(
    id: String,
    #[prop(optional)] hint: &'static str,
    mistakes: Memo<Vec<FieldWrong>>,
    take: Take,
) -> impl IntoView {
    let words = use_tongue().settings();
    let lines = move |mistakes: &[FieldWrong]| -> Vec<AnyView> {
        if mistakes.is_empty() {
            let hint = (!hint.is_empty()).then_some(hint);
            let note = |hint| view! { <span class="field__note">{hint}</span> }.into_any();
            return hint.map(note).into_iter().collect();
        }
        mistakes
            .iter()
            .map(|wrong| {
                let offer = suggestion(wrong).map(|text| {
                    let (take, taken) = (take.clone(), text.clone());
                    view! {
                        " "
                        {words.form.wrong.probably}
                        " "
                        <button
                            type="button"
                            class="button"
                            data-kind="link"
                            title=words.form.use_this
                            on:click=press(move || take(taken.clone()))
                        >
                            {text}
                        </button>
                    }
                    .into_any()
                });
                let class = if wrong.blocks() {
                    "field__error"
                } else {
                    "field__warning"
                };
                view! {
                    <span class=class>
                        {words.field_wrong(wrong)}
                        {offer}
                    </span>
                }
                .into_any()
            })
            .collect()
    };
    view! {
        <div id=id class="field__notes">
            {move || lines(&mistakes.read())}
        </div>
    }
}

fn suggestion(wrong: &FieldWrong) -> Option<String> {
    match wrong {
        FieldWrong::Url(mistake) => mistake.suggestion.clone(),
        _ => None,
    }
}
