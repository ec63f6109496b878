//! A chart as a table, for who reads numbers, or cannot see lines. Loaded with the settings, but for its button.

use leptos::prelude::*;

use super::charts::Frame;
use super::flow_chart::{bar_time, span_time};
use super::hand::{follow, press};
use super::present_chart::value_at;
use super::settings::{Settings, use_loading};
use super::tongue::{Tongue, use_tongue};
use crate::engine::wire::{BucketRow, BucketState};
use crate::live::Chart;
use crate::time::Timestamp;
use crate::words::Figures;

/// What stands in the lines below the first.
type Rows = Box<dyn Fn() -> Vec<Vec<String>> + Send>;

/// The picture, or what stands instead of it while `is_table`.
pub(super) fn face(
    is_table: RwSignal<bool>,
    table: impl Fn(Settings) -> AnyView + Send + 'static,
    picture: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let loading = use_loading();
    let words = use_tongue().words;
    follow(move || {
        if is_table.get() {
            loading.load();
        }
    });
    let face = move || {
        if is_table.get() {
            loading.view(words, &table)
        } else {
            picture()
        }
    };
    view! { {face} }.into_any()
}

/// The bars of people who passed, the newest first. What came in one number for several bars is a line of its own after the
/// bar in which it came.
pub(super) fn flow_table(chart: Chart, title: &'static str) -> AnyView {
    let tongue = use_tongue();
    let words = &tongue.words.chart;
    let names = [words.time, words.entered, words.exited, words.state];
    let names = names.into_iter().map(str::to_owned).collect();
    let rows: Rows = Box::new(move || flow_rows(chart, tongue));
    view! { <ChartTable title names rows /> }.into_any()
}

/// The curves of people present, each with its name.
pub(super) fn present_table(chart: Chart, frame: Memo<Frame>, names: Vec<String>) -> AnyView {
    let tongue = use_tongue();
    let words = &tongue.words.chart;
    let series = names.len();
    let names = std::iter::once(words.time.to_owned())
        .chain(names)
        .collect();
    let rows: Rows = Box::new(move || present_rows(chart, frame.get(), series, tongue));
    view! { <ChartTable title=words.present names rows /> }.into_any()
}

/// The first line names the columns; the first column of each is the time.
#[component]
fn ChartTable(title: &'static str, names: Vec<String>, rows: Rows) -> impl IntoView {
    let names: Vec<_> = names
        .into_iter()
        .map(|name| view! { <th scope="col">{name}</th> }.into_any())
        .collect();
    view! {
        // Scrolls within itself, so the keyboard must be able to reach it.
        <div class="chart__table" tabindex="0" role="group" aria-label=title>
            <table aria-label=title>
                <thead>
                    <tr>{names}</tr>
                </thead>
                <tbody>{move || rows().into_iter().map(line).collect::<Vec<_>>()}</tbody>
            </table>
        </div>
    }
}

fn line(cells: Vec<String>) -> AnyView {
    let mut cells = cells.into_iter();
    let time = cells.next();
    let cells: Vec<_> = cells
        .map(|cell| view! { <td>{cell}</td> }.into_any())
        .collect();
    view! {
        <tr>
            <th scope="row">{time}</th>
            {cells}
        </tr>
    }
    .into_any()
}

fn flow_rows(chart: Chart, tongue: Tongue) -> Vec<Vec<String>> {
    chart.revision.track();
    chart.with(|rows| {
        let line = |bar: &BucketRow| {
            let number = |people| match bar.state {
                BucketState::Gap => "–".to_owned(),
                BucketState::Complete | BucketState::Partial => tongue.number(people),
            };
            let bar_line = vec![
                bar_time(bar, tongue),
                number(bar.entered),
                number(bar.exited),
                tongue.words.bucket(bar.state).to_owned(),
            ];
            let earlier_line = bar.earlier.map(|earlier| {
                vec![
                    span_time(earlier.from, earlier.until, tongue),
                    tongue.number(earlier.entered),
                    tongue.number(earlier.exited),
                    tongue.words.chart.one_number.to_owned(),
                ]
            });
            [Some(bar_line), earlier_line].into_iter().flatten()
        };
        rows.bars(0).rev().flat_map(line).collect()
    })
}

/// The window in about as many lines as fit, the newest first; each with the values at that time.
fn present_rows(chart: Chart, frame: Frame, series: usize, tongue: Tongue) -> Vec<Vec<String>> {
    chart.revision.track();
    let step = STEPS
        .into_iter()
        .find(|step| frame.span.millis() / step <= LINES)
        .unwrap_or(3_600_000);
    let newest = chart.with(|rows| {
        let ends = (0..series).filter_map(|place| Some(rows.curve(place)?.end()?.0));
        ends.max()
    });
    let newest = newest.map_or(0, |index| index * i64::from(frame.width_ms));
    let first = frame.span.from.as_millis().div_euclid(step) + 1;
    let last = newest.min(frame.span.to.as_millis()).div_euclid(step);
    (first..=last)
        .rev()
        .map(|line| {
            let at = Timestamp::from_millis(line * step);
            let index = at.as_millis().div_euclid(i64::from(frame.width_ms));
            let values = (0..series).map(|place| value_at(chart, place, index, frame, tongue));
            let time = if step < 60_000 {
                tongue.seconds(at)
            } else {
                tongue.clock(at)
            };
            std::iter::once(time).chain(values).collect()
        })
        .collect()
}

/// The button that changes between chart and table.
pub(super) fn table_button(
    show_table: &'static str,
    show_chart: &'static str,
    table: RwSignal<bool>,
) -> AnyView {
    view! {
        <button
            type="button"
            class="button chart__toggle"
            data-kind="bare"
            aria-pressed=move || table.get().to_string()
            title=move || if table.get() { show_chart } else { show_table }
            aria-label=show_table
            on:click=press(move || table.update(|table| *table = !*table))
        >
            <svg viewBox="0 0 16 16" width="1em" height="1em" fill="none" stroke="currentColor" aria-hidden="true">
                <path d="M1.5 3.5h13v9h-13zM1.5 6.5h13M1.5 9.5h13M6 3.5v9" stroke-width="1.3" />
            </svg>
        </button>
    }
    .into_any()
}

/// Milliseconds between the lines of a table.
const STEPS: [i64; 5] = [15_000, 60_000, 300_000, 900_000, 1_800_000];
const LINES: i64 = 60;
