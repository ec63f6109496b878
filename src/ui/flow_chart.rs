//! Entered and exited people of a zone, a pair of bars a quarter of an hour.

use std::rc::Rc;

use leptos::prelude::*;

use super::chart_table::{face, table_button};
use super::charts::{Choices, Frame, Reach, offsets, with_style};
use super::hand::{follow, memo};
use super::legend::legend_word;
use super::parts::choice;
use super::plot::{Picture, PlotView};
use super::tip::{Tip, TipRow};
use super::tongue::{Tongue, use_tongue};
use crate::browser::canvas::{Canvas, Look};
use crate::chart::{Bar, Bars, Plot, Span, draw_bars};
use crate::engine::wire::{BucketRow, BucketState, Earlier, Resolution, SeriesId};
use crate::live::{Chart, Live};
use crate::time::{BucketSize, Offsets, Timestamp};
use crate::words::Figures;

/// `tool`: what stands at the end of its head.
#[component]
pub(super) fn FlowChart(choices: Choices, tool: AnyView) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = &tongue.words.chart;
    let title = tongue.words.flow(SIZE);
    let zones = &live.site.read_untracked().zones;
    let ids = zones.iter().map(|zone| zone.id.clone()).collect();
    let flow = Rc::new(Flow::new(live, choices, tongue, ids));
    let (frame, chart) = (flow.frame, flow.chart);
    let entered = legend_word(
        "entered".to_owned(),
        "bar",
        words.entered.to_owned(),
        choices.hidden_flows,
        ENTERED,
    );
    let exited = legend_word(
        "exited".to_owned(),
        "bar",
        words.exited.to_owned(),
        choices.hidden_flows,
        EXITED,
    );
    let label = memo(move || {
        let span = frame.get().span;
        let (from, to) = (tongue.clock(span.from), tongue.clock(span.to));
        let site = live.site.read_untracked();
        let zone = site.zones.get(choices.flow_zone.get());
        let zone = zone.map(|zone| tongue.name(&zone.name)).unwrap_or_default();
        let title = format!("{title}, {zone}");
        (tongue.words.label.chart)(&title, &from, &to)
    });
    let table = RwSignal::new(false);
    let picture = StoredValue::new_local(flow as Rc<dyn Picture>);
    let picture = move || view! { <PlotView picture=picture.get_value() label /> }.into_any();
    let face = face(
        table,
        move |settings| (settings.flow_table)(chart, title),
        picture,
    );
    view! {
        <section class="card chart" data-chart="flow" aria-labelledby="flow">
            <div class="chart__head">
                <h2 id="flow">{title}</h2>
                <div class="legend" role="group" aria-label=tongue.words.label.legend>
                    {entered}
                    {exited}
                </div>
                <div class="chart__tools">
                    {table_button(words.show_table, words.show_chart, table)}
                    {tool}
                </div>
            </div>
            {face}
        </section>
    }
}

/// Whose bars are shown.
#[component]
pub(super) fn ZoneChoice(choices: Choices) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let zones = &live.site.read_untracked().zones;
    let names: Vec<_> = zones.iter().map(|zone| tongue.name(&zone.name)).collect();
    let present = choices.flow_zone.get_untracked();
    (names.len() > 1).then(|| {
        choice(tongue.words.label.zones, names, present, move |place| {
            choices.flow_zone.set(place)
        })
    })
}

struct Flow {
    live: Live,
    chart: Chart,
    choices: Choices,
    tongue: Tongue,
    frame: Memo<Frame>,
    offsets: Memo<Offsets>,
    /// The rule of the present moves by a pixel in about a minute.
    minute: Memo<i64>,
}

impl Flow {
    fn new(live: Live, choices: Choices, tongue: Tongue, ids: Vec<String>) -> Self {
        let chart = live.open_chart();
        // The day as the curves above show it, so that the same time stands above each other.
        let frame = memo(move || {
            let now = live.clock.read().wall;
            let quarters = u32::from(live.day.get().is_none()) * QUARTERS;
            Reach::Day.frame(now, live.day.get(), quarters.max(1))
        });
        follow(move || {
            if let Some(id) = ids.get(choices.flow_zone.get()).or(ids.first()) {
                let series = vec![SeriesId::Flow(id.clone())];
                chart.watch(series, frame.get().window, Resolution::Buckets(SIZE));
            }
        });
        Self {
            live,
            chart,
            choices,
            tongue,
            frame,
            offsets: offsets(live),
            minute: memo(move || live.clock.read().wall.minute()),
        }
    }

    /// The bar in which an instant lies.
    fn at(&self, at: Timestamp) -> Option<BucketRow> {
        self.chart.with(|rows| {
            let mut bars = rows.bars(0);
            bars.find(|bar| bar.start <= at && at < bar.end).copied()
        })
    }
}

impl Flow {
    /// Who may have passed in the bar in which an instant lies, and was told of in one number with others.
    fn told_of(&self, at: Timestamp) -> Option<Earlier> {
        let bar = self.at(at)?;
        let touches = |earlier: &Earlier| earlier.from < bar.end && earlier.until > bar.start;
        self.chart.with(|rows| {
            let earlier = rows.bars(0).filter_map(|bar| bar.earlier);
            earlier.filter(touches).reduce(Earlier::and)
        })
    }
}

impl Picture for Flow {
    fn draw(&self, canvas: &Canvas, look: &Look) -> Option<Plot> {
        self.chart.revision.track();
        self.minute.track();
        let hidden = self.choices.hidden_flows.get();
        let bars: Vec<Bar> = self.chart.with(|rows| {
            let bar = |row: &BucketRow| Bar {
                start: row.start,
                end: row.end,
                entered: if hidden.contains(&ENTERED) {
                    0
                } else {
                    row.entered
                },
                exited: if hidden.contains(&EXITED) {
                    0
                } else {
                    row.exited
                },
                state: row.state,
            };
            rows.bars(0).map(bar).collect()
        });
        let bars = Bars {
            span: self.frame.get().span,
            bars: &bars,
            now: Some(self.live.clock.get_untracked().wall),
        };
        let offsets = self.offsets.read();
        with_style(look, canvas.scale(), &offsets, self.tongue, |style| {
            canvas.draw(|area| draw_bars(area, &bars, style).ok())
        })
    }

    fn tip(&self, at: Timestamp) -> Tip {
        self.chart.revision.track();
        let words = &self.tongue.words.chart;
        let bar = self.at(at);
        let time = bar.map_or_else(|| self.tongue.clock(at), |bar| bar_time(&bar, self.tongue));
        let known = bar.filter(|bar| bar.state != BucketState::Gap);
        let row = |series: &str, name: &str, people: Option<u64>| TipRow {
            series: series.to_owned(),
            shape: "bar",
            name: name.to_owned(),
            value: people.map_or_else(|| "–".to_owned(), |people| self.tongue.number(people)),
        };
        let mut rows = vec![
            row("entered", words.entered, known.map(|bar| bar.entered)),
            row("exited", words.exited, known.map(|bar| bar.exited)),
        ];
        if let Some(earlier) = self.told_of(at) {
            let span = span_time(earlier.from, earlier.until, self.tongue);
            for (series, name, people) in [
                ("entered", words.entered, earlier.entered),
                ("exited", words.exited, earlier.exited),
            ] {
                if people > 0 {
                    rows.push(row(series, &format!("{name} {span}"), Some(people)));
                }
            }
        }
        Tip { time, rows }
    }

    fn has_rows(&self) -> bool {
        self.chart.revision.track();
        self.chart.with(|rows| {
            let mut bars = rows.bars(0);
            bars.any(|bar| bar.state != BucketState::Gap)
        })
    }

    fn span(&self) -> Span {
        self.frame.get().span
    }

    fn step(&self) -> i64 {
        15 * 60_000
    }

    fn resize(&self, _width: f64, _look: &Look, _scale: f64) {}
}

pub(super) fn bar_time(bar: &BucketRow, tongue: Tongue) -> String {
    span_time(bar.start, bar.end, tongue)
}

pub(super) fn span_time(from: Timestamp, until: Timestamp, tongue: Tongue) -> String {
    format!("{}–{}", tongue.clock(from), tongue.clock(until))
}

/// Their places in the legend.
const ENTERED: usize = 0;
const EXITED: usize = 1;

const SIZE: BucketSize = BucketSize::Quarter;

/// Of the half day that is shown while the site's day is not known.
const QUARTERS: u32 = 48;
