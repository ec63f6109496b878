//! A total with its trust: the number, its word, and what is known to be missing.

use std::sync::Arc;

use leptos::prelude::*;

use super::tongue::Tongue;
use crate::engine::wire::Total;
use crate::words::Figures;

/// A total as it stands on the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FigureText {
    /// As written, with "at least" where that is all that is known.
    pub number: String,
    /// The value of `data-value`: exact.
    pub value: Option<String>,
    /// The value of `data-qualifier`: what is not known of it.
    pub qualifier: Option<String>,
}

impl FigureText {
    /// Nothing known is a dash, never a zero.
    pub(super) fn new(total: Option<&Total>, tongue: Tongue) -> Self {
        Self {
            number: total.map_or_else(
                || "–".to_owned(),
                |total| tongue.words.total(total, &tongue as &dyn Figures).0,
            ),
            value: total.map(|total| total.value.to_string()),
            qualifier: total.and_then(|total| qualifier(&[total])),
        }
    }
}

/// A total as it is at any time.
pub(super) type Figure = Arc<dyn Fn() -> FigureText + Send + Sync>;

/// `name` is the value of `data-figure`; `word` stands behind the number, if there is one.
pub(super) fn figure(name: &'static str, word: &'static str, figure: Figure) -> AnyView {
    let (value, qualifier) = (Arc::clone(&figure), Arc::clone(&figure));
    view! {
        <span
            class="figure"
            data-figure=name
            data-value=move || value().value
            data-qualifier=move || qualifier().qualifier
        >
            <span class="figure__value">{move || figure().number}</span>
            " "
            {word}
        </span>
    }
    .into_any()
}

/// What is missing from the totals, in words; each only once.
pub(super) fn missing(totals: &[&Total], tongue: Tongue) -> String {
    let mut notes: Vec<String> = Vec::new();
    for total in totals {
        if let (_, Some(note)) = tongue.words.total(total, &tongue)
            && !notes.contains(&note)
        {
            notes.push(note);
        }
    }
    notes.join(", ")
}

/// The value of `data-qualifier`: what is not known of any of the totals, `None` if all are whole.
pub(super) fn qualifier(totals: &[&Total]) -> Option<String> {
    let any = |holds: fn(&Total) -> bool| totals.iter().any(|total| holds(total));
    let parts = [
        (any(|total| total.since.is_some()), "since"),
        (any(|total| total.at_least), "at-least"),
        (any(|total| total.waiting), "waiting"),
    ];
    let held: Vec<&str> = parts
        .into_iter()
        .filter_map(|(holds, name)| holds.then_some(name))
        .collect();
    (!held.is_empty()).then(|| held.join(" "))
}
