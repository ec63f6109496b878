//! One word of a legend: pressed, its series is shown.

use leptos::prelude::*;

use super::asked::use_kiosk;
use super::hand::press;

/// `series` is the value of `data-series`, which gives the colour; `hidden` are the places of those that are not shown.
pub(super) fn legend_word(
    series: String,
    shape: &'static str,
    name: String,
    hidden: RwSignal<Vec<usize>>,
    place: usize,
) -> AnyView {
    let toggle = move || {
        hidden.update(|hidden| {
            if hidden.contains(&place) {
                hidden.retain(|one| *one != place);
            } else {
                hidden.push(place);
            }
        });
    };
    view! {
        <button
            type="button"
            class="legend__series"
            aria-pressed=move || (!hidden.read().contains(&place)).to_string()
            title=name
            disabled=use_kiosk().0
            on:click=press(toggle)
        >
            <span class="swatch" data-series=series data-shape=shape></span>
            <bdi class="legend__name">{name.clone()}</bdi>
        </button>
    }
    .into_any()
}
