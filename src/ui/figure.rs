//! A total with its trust: the number, its word, and what is known to be missing.

use leptos::prelude::*;

use super::tongue::use_tongue;
use crate::engine::wire::Total;
use crate::words::Figures;

/// `name` is the value of `data-figure`; `word` stands behind the number, if there is one.
#[component]
pub(super) fn Figure(
    name: &'static str,
    total: Signal<Option<Total>>,
    #[prop(optional)] word: &'static str,
) -> impl IntoView {
    let tongue = use_tongue();
    let value = move || total.get().map(|total| total.value.to_string());
    let qualifier = move || total.get().and_then(|total| qualifier(&[&total]));
    let number = move || {
        total.get().map_or_else(
            || "–".to_owned(),
            |total| tongue.words.total(&total, &tongue as &dyn Figures).0,
        )
    };
    let word = (!word.is_empty()).then(|| format!(" {word}"));
    view! {
        <span class="figure" data-figure=name data-value=value data-qualifier=qualifier>
            <span class="figure__value">{number}</span>
            {word}
        </span>
    }
}

/// What is missing from the totals, in words; each only once.
pub(super) fn missing(totals: &[&Total], tongue: super::tongue::Tongue) -> Option<String> {
    let mut notes: Vec<String> = Vec::new();
    for total in totals {
        if let (_, Some(note)) = tongue.words.total(total, &tongue)
            && !notes.contains(&note)
        {
            notes.push(note);
        }
    }
    (!notes.is_empty()).then(|| notes.join(", "))
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
