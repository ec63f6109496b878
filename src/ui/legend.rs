//! One word of a legend: pressed, its series is shown.

use leptos::prelude::*;

/// `series` is the value of `data-series`, which gives the colour.
pub(super) fn legend_word(
    series: String,
    shape: &'static str,
    name: String,
    shown: Signal<bool>,
    toggle: impl Fn() + 'static,
) -> AnyView {
    let pressed = move || if shown.get() { "true" } else { "false" };
    view! {
        <button
            type="button"
            class="legend__series"
            aria-pressed=pressed
            on:click=move |_| toggle()
        >
            <span class="swatch" data-series=series data-shape=shape></span>
            <bdi class="legend__name">{name}</bdi>
        </button>
    }
    .into_any()
}
