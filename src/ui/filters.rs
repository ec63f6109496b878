//! The topic filters of a profile, each with its QoS.

use std::sync::Arc;

use leptos::prelude::*;

use super::field::{Form, Note};
use super::hand::{memo, press, typed};
use super::parts::{Kind, button};
use super::tongue::use_tongue;
use crate::mqtt::QoS;
use crate::settings::Profile;
use crate::settings::form::{Draft, Field, FieldWrong, FilterMistake};

/// One filter as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FilterRow {
    /// Tells the rows apart while their texts change.
    key: u32,
    text: String,
    qos: QoS,
}

/// The rows of a profile; one empty row where there is none.
pub(super) fn rows(draft: &Draft, former: Option<&Profile>) -> Vec<FilterRow> {
    let qos = |text: &str| {
        former
            .and_then(|profile| {
                let mut filters = profile.filters.iter();
                filters.find(|filter| filter.filter.as_str() == text)
            })
            .map_or(QoS::AtLeastOnce, |filter| filter.qos)
    };
    (0..)
        .zip(draft.filters.split(", "))
        .map(|(key, text)| FilterRow {
            key,
            text: text.to_owned(),
            qos: qos(text),
        })
        .collect()
}

/// All of them as one text, as the draft has it.
pub(super) fn joined(rows: &[FilterRow]) -> String {
    let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
    texts.join("\n")
}

/// Gives each filter of a checked profile the QoS of its row; a row may hold several, separated by commas.
pub(super) fn with_qos(mut profile: Profile, rows: &[FilterRow]) -> Profile {
    for filter in &mut profile.filters {
        let holds = |row: &&FilterRow| {
            let mut parts = row.text.split([',', '\n']).map(str::trim);
            parts.any(|part| part == filter.filter.as_str())
        };
        if let Some(row) = rows.iter().find(holds) {
            filter.qos = row.qos;
        }
    }
    profile
}

#[component]
pub(super) fn Filters(form: Form, rows: RwSignal<Vec<FilterRow>>) -> impl IntoView {
    let words = use_tongue().settings();
    let mistakes = form.mistakes(Field::Filters);
    let keys = memo(move || rows.read().iter().map(|row| row.key).collect::<Vec<_>>());
    let add = press(move || {
        rows.update(|rows| {
            let key = rows.iter().map(|row| row.key).max().unwrap_or(0) + 1;
            rows.push(FilterRow {
                key,
                text: String::new(),
                qos: QoS::AtLeastOnce,
            });
        });
    });
    view! {
        <fieldset
            class="filters field"
            data-field="filters"
            data-state=move || (!mistakes.read().is_empty()).then_some("error")
            aria-describedby="filters-note"
        >
            <legend class="field__label">{words.form.filters}</legend>
            {move || {
                let keys = keys.get().into_iter();
                keys.map(|key| view! { <FilterLine form rows key /> }.into_any())
                    .collect::<Vec<_>>()
            }}
            <Note id="filters-note".to_owned() hint=words.form.filters_hint mistakes take=Arc::new(|_| ()) />
            {button(Kind::Plain, words.form.add_filter, add)}
        </fieldset>
    }
}

#[component]
fn FilterLine(form: Form, rows: RwSignal<Vec<FilterRow>>, key: u32) -> impl IntoView {
    let words = use_tongue().settings();
    let change = move |change: &dyn Fn(&mut FilterRow)| {
        rows.update(|rows| {
            if let Some(row) = rows.iter_mut().find(|row| row.key == key) {
                change(row);
            }
        });
    };
    let row = memo(move || rows.read().iter().find(|row| row.key == key).cloned());
    let mistakes = form.mistakes(Field::Filters);
    let invalid = move || {
        let row = row.read();
        let text = &row.as_ref()?.text;
        let mistakes = mistakes.read();
        let mut wrong = mistakes.iter().filter(|one| one.blocks());
        wrong.any(|one| is_of(one, text)).then_some("true")
    };
    let input = typed(move |text| change(&|row| row.text.clone_from(&text)));
    let chosen = typed(move |value| change(&|row| row.qos = qos_of(&value)));
    let levels: Vec<_> = [
        (QoS::AtMostOnce, words.form.qos_0),
        (QoS::AtLeastOnce, words.form.qos_1),
        (QoS::ExactlyOnce, words.form.qos_2),
    ]
    .into_iter()
    .map(|(qos, word)| {
        let selected = row.get_untracked().is_some_and(|row| row.qos == qos);
        view! {
            <option value=qos_value(qos) selected=selected>
                {word}
            </option>
        }
        .into_any()
    })
    .collect();
    view! {
        <div class="filters__row">
            <input
                class="field__input"
                type="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-label=words.form.filters
                aria-describedby="filters-note"
                aria-invalid=invalid
                prop:value=move || row.get().map(|row| row.text)
                on:input=input
                on:blur=move |_| form.leave(Field::Filters)
            />
            <select class="field__input filters__qos" aria-label=words.form.qos on:change=chosen>
                {levels}
            </select>
            <button
                type="button"
                class="button"
                data-kind="bare"
                aria-label=words.form.remove_filter
                title=words.form.remove_filter
                on:click=press(move || rows.update(|rows| rows.retain(|row| row.key != key)))
            >
                "×"
            </button>
        </div>
    }
}

/// The mistake is in this row.
fn is_of(wrong: &FieldWrong, row: &str) -> bool {
    match wrong {
        FieldWrong::Filter(FilterMistake::Invalid(filter, _) | FilterMistake::Repeated(filter)) => {
            row.contains(filter)
        }
        _ => true,
    }
}

const fn qos_value(qos: QoS) -> &'static str {
    match qos {
        QoS::AtMostOnce => "0",
        QoS::AtLeastOnce => "1",
        QoS::ExactlyOnce => "2",
    }
}

fn qos_of(value: &str) -> QoS {
    match value {
        "0" => QoS::AtMostOnce,
        "2" => QoS::ExactlyOnce,
        _ => QoS::AtLeastOnce,
    }
}
