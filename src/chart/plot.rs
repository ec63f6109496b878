//! Where on a canvas the plot is, and which time lies under a pointer.

use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::ranged1d::Ranged;
use plotters::coord::{CoordTranslate, Shift};
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Rectangle, Text};
use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{Color, ShapeStyle};
use plotters_backend::{BackendCoord, DrawingBackend};

use crate::time::Timestamp;

use super::axis::{TimeAxis, ValueAxis, place};
use super::ticks::{Tick, TickUnit, ticks};
use super::{Colour, Span, Style};

/// What a drawing may fail with.
pub(super) type Failed<DB> = DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>;

/// Where a drawn chart has its plot. Lengths of the canvas come and go in CSS pixels from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plot {
    /// In device pixels.
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) top: i32,
    pub(super) bottom: i32,
    /// Of the whole canvas.
    width: i32,
    span: Span,
    values: ValueAxis,
    scale: f64,
}

/// How many columns of device pixels a plot has on a canvas of that width: as many columns should be asked for.
pub fn plot_width(css_width: f64, style: &Style<'_>) -> u32 {
    let width = (css_width * style.scale).floor() as i32;
    let plot = width - least_left(style) - least_right(style);
    u32::try_from(plot).unwrap_or(0).max(1)
}

/// The newest span of about `millis` as it should be asked for: `columns` columns, one a device pixel, that never move
/// against each other; and their width in milliseconds.
pub fn live_span(now: Timestamp, millis: u64, columns: u32) -> (Span, u32) {
    let columns = u64::from(columns.max(1));
    let width = millis.div_ceil(columns).clamp(1, u64::from(u32::MAX));
    let width_ms = u32::try_from(width).unwrap_or(u32::MAX);
    let width = i64::from(width_ms);
    let newest = now.as_millis().div_euclid(width);
    let after = newest.saturating_add(1);
    let first = after.saturating_sub(i64::try_from(columns).unwrap_or(i64::MAX));
    let span = Span {
        from: Timestamp::from_millis(first.saturating_mul(width)),
        to: Timestamp::from_millis(after.saturating_mul(width)),
    };
    (span, width_ms)
}

impl Plot {
    /// On a canvas of that many device pixels, with room for values up to `most`.
    ///
    /// The margins are wide enough for four figures even if fewer are there, so that charts that stand below each other
    /// have the same time above each other, and the thousandth person does not move everything.
    pub(super) fn new(
        (width, height): (u32, u32),
        span: Span,
        most: f64,
        both_ways: bool,
        end_labels: impl Iterator<Item = f64>,
        style: &Style<'_>,
    ) -> Self {
        let (width, height) = (pixel(width), pixel(height));
        let top = style.pixels(TOP).min(height / 4);
        let bottom = (height - style.pixels(BOTTOM)).max(top + 1);
        let distance = style.length(if both_ways { 58.0 } else { 70.0 });
        let tall = f64::from(bottom - top) / if both_ways { 2.0 } else { 1.0 };
        let lines = (tall / distance).clamp(if both_ways { 1.3 } else { 2.0 }, 4.0);
        let values = ValueAxis::new(most, lines, both_ways);
        let widest = values
            .lines()
            .map(|value| style.text_width(&(style.value_label)(value as u64), false))
            .fold(0.0, f64::max);
        let left = least_left(style).max((widest + style.length(LABEL_GAP)).ceil() as i32);
        let widest = end_labels.fold(0.0, f64::max);
        let margin = least_right(style).max((widest + style.length(END_GAP)).ceil() as i32);
        // On a canvas too narrow for its labels the plot still has a pixel.
        let left = left.min(width / 2);
        let right = (width - margin).max(left + 1);
        Self {
            left,
            right,
            top,
            bottom,
            width,
            span,
            values,
            scale: style.scale,
        }
    }

    /// The instant under a pointer that is `x` from the canvas's left edge; `None` outside of the plot.
    pub fn hit(&self, x: f64) -> Option<Timestamp> {
        let x = x * self.scale - f64::from(self.left);
        let wide = f64::from(self.right - self.left);
        if !(0.0..wide).contains(&x) {
            return None;
        }
        let passed = (x / wide * self.span.millis() as f64) as i64;
        Some(Timestamp::from_millis(
            self.span.from.as_millis().saturating_add(passed),
        ))
    }

    /// The index of the column under a pointer.
    pub fn hit_column(&self, x: f64, width_ms: u32) -> Option<i64> {
        let width = i64::from(width_ms.max(1));
        Some(self.hit(x)?.as_millis().div_euclid(width))
    }

    /// How far from the canvas's left edge an instant is; its ends for what lies outside.
    pub fn x(&self, at: Timestamp) -> f64 {
        f64::from(self.device_x(at)) / self.scale
    }

    /// How far from the canvas's upper edge a value is.
    pub fn y(&self, value: f64) -> f64 {
        f64::from(self.device_y(value)) / self.scale
    }

    /// Upper and lower edge of the plot: where a crosshair begins and ends.
    pub fn heights(&self) -> (f64, f64) {
        (
            f64::from(self.top) / self.scale,
            f64::from(self.bottom) / self.scale,
        )
    }

    pub(super) fn device_x(&self, at: Timestamp) -> i32 {
        place(self.span, at, (self.left, self.right))
    }

    pub(super) fn device_y(&self, value: f64) -> i32 {
        self.values.map(&value, (self.bottom, self.top))
    }

    /// The coordinates of the plot, for plotters.
    pub(super) fn coordinates<'a>(
        &self,
        style: &Style<'a>,
    ) -> Cartesian2d<TimeAxis<'a>, ValueAxis> {
        let time = TimeAxis {
            span: self.span,
            offsets: style.offsets,
        };
        Cartesian2d::new(
            time,
            self.values,
            (self.left..self.right, self.bottom..self.top),
        )
    }

    /// Lines at round numbers, and the labels of both axes.
    pub(super) fn draw_axes<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        style: &Style<'_>,
    ) -> Result<(), Failed<DB>> {
        let right_aligned = style.text(style.palette.ink, HPos::Right, VPos::Center, false);
        let label_x = self.left - style.length(LABEL_GAP).round_ties_even() as i32;
        let thick = style.pixels(1.0);
        let below = self.values.lines().filter(|_| self.values.both_ways);
        let values: Vec<f64> = below
            .map(|value| -value)
            .chain([0.0])
            .chain(self.values.lines())
            .collect();
        for value in values {
            let y = self.device_y(value);
            let colour = if value == 0.0 && self.values.both_ways {
                style.palette.hairline
            } else {
                style.palette.grid
            };
            fill(area, (self.left, y), (self.right, y + thick), colour)?;
            let label = (style.value_label)(value.abs() as u64);
            area.draw(&Text::new(label, (label_x, y), right_aligned.clone()))?;
        }
        let middle = self.bottom + style.pixels(TICK_LABEL);
        let centred = style.text(style.palette.ink, HPos::Center, VPos::Center, false);
        for (x, label) in self.time_labels(style) {
            area.draw(&Text::new(label, (x, middle), centred.clone()))?;
        }
        Ok(())
    }

    /// The labels of the time axis with their middles: none cut at an edge, none over another. Where a date would cover
    /// a time, the date stays.
    fn time_labels(&self, style: &Style<'_>) -> Vec<(i32, String)> {
        let wide = f64::from(self.right - self.left);
        let least = (wide / MOST_TICKS).clamp(style.length(56.0), style.length(110.0));
        let least_ms = least / wide * self.span.millis() as f64;
        let coordinates = self.coordinates(style);
        let mut kept: Vec<(Tick, f64, f64, String)> = Vec::new();
        for tick in ticks(self.span, least_ms, style.offsets) {
            let label = (style.time_label)(tick);
            let half = style.text_width(&label, false) / 2.0;
            let (x, _): BackendCoord = coordinates.translate(&(tick.at, 0.0));
            let most = (f64::from(self.width) - half).max(half);
            let middle = f64::from(x).clamp(half, most);
            let begins = middle - half - style.length(TICK_GAP);
            while let Some((last, end)) = kept
                .last()
                .map(|(tick, middle, half, _)| (*tick, middle + half))
                && end > begins
                && tick.unit == TickUnit::Day
                && last.unit != TickUnit::Day
            {
                kept.pop();
            }
            if kept
                .last()
                .is_none_or(|(_, middle, half, _)| middle + half <= begins)
            {
                kept.push((tick, middle, half, label));
            }
        }
        kept.into_iter()
            .map(|(_, middle, _, label)| (middle.round_ties_even() as i32, label))
            .collect()
    }

    /// The dotted rule at an instant, if it lies in the span.
    pub(super) fn draw_now<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        now: Option<Timestamp>,
        style: &Style<'_>,
    ) -> Result<(), Failed<DB>> {
        let Some(now) = now.filter(|now| (self.span.from..=self.span.to).contains(now)) else {
            return Ok(());
        };
        let (thick, gap) = (style.pixels(1.0), style.pixels(3.0));
        let x = self.device_x(now);
        let mut y = self.top;
        while y < self.bottom {
            let end = (y + thick).min(self.bottom);
            fill(area, (x, y), (x + thick, end), style.palette.ink)?;
            y += thick + gap;
        }
        Ok(())
    }

    pub(super) const fn span(&self) -> Span {
        self.span
    }

    /// Width of the canvas in device pixels.
    pub(super) const fn canvas_width(&self) -> i32 {
        self.width
    }
}

/// A filled rectangle; the lower right corner is not included.
pub(super) fn fill<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    upper_left: BackendCoord,
    lower_right: BackendCoord,
    colour: Colour,
) -> Result<(), Failed<DB>> {
    let style: ShapeStyle = colour.filled();
    area.draw(&Rectangle::new([upper_left, lower_right], style))
}

fn pixel(length: u32) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

fn least_left(style: &Style<'_>) -> i32 {
    (super::text::width(FOUR_FIGURES, style.text_px(false), false) + style.length(LABEL_GAP)).ceil()
        as i32
}

fn least_right(style: &Style<'_>) -> i32 {
    (super::text::width(FOUR_FIGURES, style.text_px(true), true) + style.length(END_GAP)).ceil()
        as i32
}

/// The widest label that needs no more than the usual margin.
const FOUR_FIGURES: &str = "0,000";
/// Above the plot: half a label.
const TOP: f64 = 10.0;
/// Below the plot: the labels of the time axis.
const BOTTOM: f64 = 26.0;
/// From the plot's lower edge to the middle of those.
const TICK_LABEL: f64 = 15.0;
/// Between a label of the value axis and the plot.
const LABEL_GAP: f64 = 9.0;
/// Between the end of a curve and its label, and behind it.
pub(super) const END_GAP: f64 = 12.0;
/// Charts are quiet.
const MOST_TICKS: f64 = 8.0;
/// Between two labels of the time axis at least.
const TICK_GAP: f64 = 8.0;
