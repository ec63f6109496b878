//! What all charts share: which window is shown, which curves, on which clocks; and how they are written.

use std::time::Duration;

use leptos::prelude::*;

use super::hand::memo;
use super::tongue::Tongue;
use crate::browser::zone;
use crate::chart::{Span, Style, Tick, TickUnit, live_span, plot_width};
use crate::engine::wire::{DayView, Resolution, Window};
use crate::live::Live;
use crate::time::{Offsets, Timestamp};
use crate::words::Figures;

use crate::browser::canvas::Look;

/// What the reader chose to see; kept while language or site change.
#[derive(Clone, Copy)]
pub(super) struct Choices {
    pub reach: RwSignal<Reach>,
    /// Places of zones whose curve is not shown.
    pub hidden: RwSignal<Vec<usize>>,
    /// The same of the bars: entered, exited.
    pub hidden_flows: RwSignal<Vec<usize>>,
    /// The zone whose bars are shown: its place.
    pub flow_zone: RwSignal<usize>,
}

/// How much time a chart shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Reach {
    Live,
    Hour,
    #[default]
    Day,
}

/// The time that is shown, and how to ask for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    pub span: Span,
    pub width_ms: u32,
    pub window: Window,
}

impl Choices {
    pub(super) fn new() -> Self {
        Self {
            reach: RwSignal::default(),
            hidden: RwSignal::default(),
            hidden_flows: RwSignal::default(),
            flow_zone: RwSignal::new(0),
        }
    }
}

impl Reach {
    pub(super) const ALL: [Self; 3] = [Self::Live, Self::Hour, Self::Day];

    pub(super) fn word(self, tongue: Tongue) -> &'static str {
        let words = &tongue.words.chart;
        match self {
            Self::Live => words.live,
            Self::Hour => words.hour,
            Self::Day => words.day,
        }
    }

    /// The frame in which `now` lies, in about as many columns. Without a day yet: the last hours.
    pub(super) fn frame(self, now: Timestamp, day: Option<DayView>, columns: u32) -> Frame {
        let newest = |millis| {
            let (span, width_ms) = live_span(now, millis, columns);
            let window = Window::Live {
                span: span.millis().unsigned_abs(),
            };
            Frame {
                span,
                width_ms,
                window,
            }
        };
        match (self, day) {
            (Self::Live, _) => newest(LIVE),
            (Self::Hour, _) => newest(HOUR),
            (Self::Day, None) => newest(12 * HOUR),
            (Self::Day, Some(day)) => {
                let span = Span {
                    from: day.from,
                    to: day.to,
                };
                let width = span
                    .millis()
                    .unsigned_abs()
                    .div_ceil(u64::from(columns.max(1)));
                Frame {
                    span,
                    width_ms: u32::try_from(width).unwrap_or(u32::MAX).max(1),
                    window: Window::Day,
                }
            }
        }
    }
}

impl Frame {
    /// As columns of this width.
    pub(super) const fn resolution(&self) -> Resolution {
        Resolution::Columns {
            width_ms: self.width_ms,
        }
    }
}

/// The offsets of the site's zone around its present day.
pub(super) fn offsets(live: Live) -> Memo<Offsets> {
    memo(move || {
        let day = live.day.get();
        let now = live.now().wall;
        let around = day.map_or((now, now), |day| (day.start, day.end));
        let (from, until) = (around.0.before(SPARE), around.1.after(SPARE));
        // With another site the page's text is made anew, and this with it.
        let site = live.site.read_untracked();
        zone::offsets(&site.time_zone, from, until)
            .ok()
            .or_else(|| zone::offsets(&zone::local()?, from, until).ok())
            .unwrap_or_else(|| Offsets::fixed(0))
    })
}

/// Calls with the style in which everything is drawn.
pub(super) fn with_style<T>(
    look: &Look,
    scale: f64,
    offsets: &Offsets,
    tongue: Tongue,
    draw: impl FnOnce(&Style<'_>) -> T,
) -> T {
    let time_label = |tick: Tick| match tick.unit {
        TickUnit::Second => tongue.seconds(tick.at),
        TickUnit::Minute => tongue.clock(tick.at),
        TickUnit::Day => tongue.day(tick.at),
    };
    let value_label = |people: u64| tongue.number(people);
    draw(&Style {
        palette: &look.palette,
        font: &look.font,
        font_px: look.font_px,
        scale,
        offsets,
        time_label: &time_label,
        value_label: &value_label,
    })
}

/// How many columns a plot has on a canvas that wide.
pub(super) fn columns(css_width: f64, look: &Look, scale: f64, tongue: Tongue) -> u32 {
    // The offsets move no margin.
    with_style(look, scale, &Offsets::fixed(0), tongue, |style| {
        plot_width(css_width, style)
    })
}

/// Milliseconds of the shortest window.
const LIVE: u64 = 10 * 60_000;
const HOUR: u64 = 3_600_000;

/// The window may reach over the day's ends.
const SPARE: Duration = Duration::from_secs(2 * 86_400);
