//! What stands at the crosshair: a time, and a value for each series.

use leptos::prelude::*;

/// What is said of an instant.
pub(super) struct Tip {
    pub time: String,
    pub rows: Vec<TipRow>,
}

/// One series.
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

/// Where the crosshair stands on its plot, in CSS pixels.
pub(super) struct Cross {
    pub left: f64,
    pub top: f64,
    pub height: f64,
    /// The tip has more room before the line than behind it.
    pub before: bool,
}

/// The crosshair with its tip, on the side with more room.
pub(super) fn tip_view(tip: Tip, cross: Cross) -> AnyView {
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
            .into_any()
        })
        .collect();
    view! {
        <div
            class="chart__cross"
            data-side=if cross.before { "start" } else { "end" }
            style:left=px(cross.left)
            style:top=px(cross.top)
            style:height=px(cross.height)
        >
            <div class="chart__tip">
                <div class="chart__tip-time">{tip.time}</div>
                {rows}
            </div>
        </div>
    }
    .into_any()
}

fn px(length: f64) -> String {
    format!("{}px", length.round() as i64)
}
