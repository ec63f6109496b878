//! People present, a curve a zone.

use std::rc::Rc;

use leptos::prelude::*;

use super::chart_table::{face, table_button};
use super::charts::{Choices, Frame, Reach, columns, offsets, with_style};
use super::hand::{follow, memo, press};
use super::legend::legend_word;
use super::plot::{Picture, PlotView};
use super::settings::Settings;
use super::tip::{Tip, TipRow};
use super::tongue::{Tongue, use_tongue};
use super::view_settings::choice;
use crate::browser::canvas::{Canvas, Look};
use crate::chart::{Curve, Curves, Plot, SERIES, Span, draw_curves};
use crate::engine::wire::SeriesId;
use crate::live::{Chart, Live};
use crate::time::{Offsets, Timestamp};
use crate::words::Figures;

/// `only`: the place of the zone that is shown alone.
#[component]
pub(super) fn PresentChart(choices: Choices, only: Option<usize>) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = &tongue.words.chart;
    let zones: Vec<(String, String)> = live
        .site
        .read_untracked()
        .zones
        .iter()
        .skip(only.unwrap_or(0))
        .take(if only.is_some() { 1 } else { SERIES })
        .map(|zone| (zone.id.clone(), tongue.name(&zone.name)))
        .collect();
    let names: Vec<String> = zones.iter().map(|(_, name)| name.clone()).collect();
    let present = Rc::new(Present::new(
        live,
        choices,
        tongue,
        zones,
        only.unwrap_or(0),
    ));
    let (frame, chart) = (present.frame, present.chart);
    let reaches: Vec<_> = Reach::ALL
        .into_iter()
        .map(|reach| {
            let chosen = memo(move || choices.reach.get() == reach);
            choice(
                reach.word(tongue),
                None,
                chosen,
                press(move || choices.reach.set(reach)),
            )
        })
        .collect();
    // One curve is of the zone whose figure stands beside it.
    let in_legend = if only.is_some() { &[] } else { &names[..] };
    let legend: Vec<_> = (0..)
        .zip(in_legend.iter().cloned())
        .map(|(place, name)| legend_word(place.to_string(), "line", name, choices.hidden, place))
        .collect();
    let label = memo(move || {
        let span = frame.get().span;
        let (from, to) = (tongue.clock(span.from), tongue.clock(span.to));
        (tongue.words.label.chart)(tongue.words.chart.present, &from, &to)
    });
    let table = RwSignal::new(false);
    let picture = StoredValue::new_local(present as Rc<dyn Picture>);
    let picture = move || view! { <PlotView picture=picture.get_value() label /> }.into_any();
    let as_table = move |settings: Settings| (settings.present_table)(chart, frame, names.clone());
    let face = face(table, as_table, picture);
    view! {
        <section class="card chart" data-chart="present" aria-labelledby="present">
            <div class="chart__head">
                <h2 id="present">{words.present}</h2>
                <div class="legend" role="group" aria-label=tongue.words.label.legend>
                    {legend}
                </div>
                <div class="chart__tools">
                    {table_button(words.show_table, words.show_chart, table)}
                    <div class="segments" role="group" aria-label=tongue.words.label.window>
                        {reaches}
                    </div>
                </div>
            </div>
            {face}
        </section>
    }
}

struct Present {
    live: Live,
    chart: Chart,
    choices: Choices,
    tongue: Tongue,
    names: Vec<String>,
    /// The place of the first in the site, which gives its colour.
    first: usize,
    frame: Memo<Frame>,
    offsets: Memo<Offsets>,
    columns: RwSignal<u32>,
    /// The column of the present: when it changes, the picture does.
    newest: Memo<i64>,
}

impl Present {
    fn new(
        live: Live,
        choices: Choices,
        tongue: Tongue,
        zones: Vec<(String, String)>,
        first: usize,
    ) -> Self {
        let chart = live.open_chart();
        let columns = RwSignal::new(0);
        // Moves on when the newest column does, not each second.
        let frame = memo(move || {
            let now = live.clock.read().wall;
            let columns = match columns.get() {
                0 => FIRST_COLUMNS,
                measured => measured,
            };
            choices.reach.get().frame(now, live.day.get(), columns)
        });
        let (ids, names): (Vec<String>, Vec<String>) = zones.into_iter().unzip();
        follow(move || {
            let frame = frame.get();
            if columns.get() > 0 {
                let series = ids.iter().cloned().map(SeriesId::Occupancy).collect();
                chart.watch(series, frame.window, frame.resolution());
            }
        });
        Self {
            live,
            chart,
            choices,
            tongue,
            names,
            first,
            frame,
            offsets: offsets(live),
            columns,
            newest: memo(move || {
                let now = live.clock.read().wall;
                now.as_millis().div_euclid(i64::from(frame.get().width_ms))
            }),
        }
    }

    fn shown(&self) -> impl Iterator<Item = (usize, &String)> {
        let hidden = self.choices.hidden.get();
        self.names
            .iter()
            .enumerate()
            .filter(move |(place, _)| !hidden.contains(place))
    }
}

impl Picture for Present {
    fn draw(&self, canvas: &Canvas, look: &Look) -> Option<Plot> {
        self.chart.revision.track();
        self.newest.track();
        let frame = self.frame.get();
        let now = self.live.clock.get_untracked().wall;
        let places: Vec<usize> = self.shown().map(|(place, _)| place).collect();
        self.chart.with(|rows| {
            let ends: Vec<Option<String>> = places
                .iter()
                .map(|place| {
                    let (_, end) = rows.curve(*place)?.end()?;
                    Some(self.tongue.number(people(end)))
                })
                .collect();
            let curves: Vec<Curve<'_>> = places
                .iter()
                .zip(&ends)
                .filter_map(|(place, end)| {
                    let curve = rows.curve(*place)?;
                    Some(Curve {
                        first: curve.first(),
                        rows: curve.columns(),
                        colour: look.palette.series(self.first + *place),
                        end_label: end.as_deref(),
                    })
                })
                .collect();
            let curves = Curves {
                span: frame.span,
                width_ms: frame.width_ms,
                hold: HOLD_MS / frame.width_ms,
                curves: &curves,
                ghost: None,
                bands: &[],
                now: Some(now),
            };
            let offsets = self.offsets.read();
            with_style(look, canvas.scale(), &offsets, self.tongue, |style| {
                canvas.draw(|area| draw_curves(area, &curves, style).ok())
            })
        })
    }

    fn tip(&self, at: Timestamp) -> Tip {
        self.chart.revision.track();
        let frame = self.frame.get();
        let index = at.as_millis().div_euclid(i64::from(frame.width_ms));
        let row = |(place, name): (usize, &String)| TipRow {
            series: ((self.first + place) % SERIES).to_string(),
            shape: "line",
            name: name.clone(),
            value: value_at(self.chart, place, index, frame, self.tongue),
        };
        Tip {
            time: match frame.window {
                crate::engine::wire::Window::Day => self.tongue.clock(at),
                _ => self.tongue.seconds(at),
            },
            rows: self.shown().map(row).collect(),
        }
    }

    fn has_rows(&self) -> bool {
        self.chart.revision.track();
        let places = 0..self.names.len();
        self.chart.with(|rows| {
            places
                .filter_map(|place| rows.curve(place)?.end())
                .next()
                .is_some()
        })
    }

    fn span(&self) -> Span {
        self.frame.get().span
    }

    fn step(&self) -> i64 {
        let frame = self.frame.get_untracked();
        (frame.span.millis() / STEPS).max(i64::from(frame.width_ms))
    }

    fn resize(&self, width: f64, look: &Look, scale: f64) {
        let columns = columns(width, look, scale, self.tongue);
        if self.columns.get_untracked() != columns {
            self.columns.set(columns);
        }
    }
}

pub(super) fn value_at(
    chart: Chart,
    place: usize,
    index: i64,
    frame: Frame,
    tongue: Tongue,
) -> String {
    let reach = i64::from(HOLD_MS / frame.width_ms);
    let value = chart.with(|rows| rows.curve(place)?.value_at(index, reach));
    value.map_or_else(|| "–".to_owned(), |value| tongue.number(people(value)))
}

/// Rows hold whole numbers of people.
fn people(value: f32) -> u64 {
    value.max(0.0) as u64
}

/// A count holds for so long without a new one; after that it is a gap.
const HOLD_MS: u32 = 90_000;

/// Before the canvas has a size.
const FIRST_COLUMNS: u32 = 600;

/// How many arrow keys a window is wide.
const STEPS: i64 = 100;
