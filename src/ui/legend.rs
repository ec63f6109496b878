//! One word of a legend: pressed, its series is shown.

use leptos::prelude::*;

use super::hand::Press;

/// `series` is the value of `data-series`, which gives the colour.
pub(super) fn legend_word(
    series: String,
    shape: &'static str,
    name: String,
    shown: Memo<bool>,
    toggle: Press,
) -> AnyView {
    view! {
        <button
            type="button"
            class="legend__series"
            aria-pressed=move || shown.get().to_string()
            on:click=toggle
        >
            <span class="swatch" data-series=series data-shape=shape></span>
            <bdi class="legend__name">{name}</bdi>
        </button>
    }
    .into_any()
}
