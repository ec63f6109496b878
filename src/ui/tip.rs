//! What stands at the crosshair: a time, and a value for each series.

use leptos::prelude::*;

use crate::chart::Plot;
use crate::time::Timestamp;

/// What is said of an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tip {
    pub time: String,
    pub rows: Vec<TipRow>,
}

/// One series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TipRow {
    /// The value of `data-series`, which gives the colour.
    pub series: String,
    pub shape: &'static str,
    pub name: String,
    pub value: String,
}

impl Tip {
    /// In one sentence.
    pub(super) fn aloud(&self) -> String {
        let rows = self
            .rows
            .iter()
            .map(|row| format!(", {} {}", row.name, row.value));
        self.time.clone() + &rows.collect::<String>()
    }
}

/// The crosshair with its tip, on the side with more room.
#[component]
pub(super) fn TipView(
    tip: Memo<Option<Tip>>,
    plot: RwSignal<Option<Plot>>,
    cursor: RwSignal<Option<Timestamp>>,
    width: Signal<f64>,
) -> impl IntoView {
    let left = Memo::new(move |_| Some(plot.get()?.x(cursor.get()?)));
    let side = move || {
        let left = left.get().unwrap_or(0.0);
        if left > width.get() / 2.0 {
            "start"
        } else {
            "end"
        }
    };
    let px = |length: Option<f64>| format!("{}px", length.unwrap_or(0.0));
    let heights = move || plot.get().map(|plot| plot.heights());
    let shown = Memo::new(move |_| tip.read().is_some() && left.get().is_some());
    view! {
        <Show when=move || shown.get()>
            <div
                class="chart__cross"
                data-side=side
                style:left=move || px(left.get())
                style:top=move || px(heights().map(|(top, _)| top))
                style:height=move || px(heights().map(|(top, bottom)| bottom - top))
            >
                <div class="chart__tip">{move || tip.get().map(tip_view)}</div>
            </div>
        </Show>
    }
}

fn tip_view(tip: Tip) -> AnyView {
    let rows: Vec<_> = tip
        .rows
        .into_iter()
        .map(|row| {
            view! {
                <div class="chart__tip-row">
                    <span class="swatch" data-series=row.series data-shape=row.shape></span>
                    <bdi>{row.name}</bdi>
                    <b>{row.value}</b>
                </div>
            }
        })
        .collect();
    view! {
        <div class="chart__tip-time">{tip.time}</div>
        {rows}
    }
    .into_any()
}
