//! People present: curves of steps over time.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{Circle, Text};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::DrawingBackend;

use crate::time::Timestamp;

use super::plot::{END_GAP, Failed, fill};
use super::text::spread;
use super::trace::{Area, Dots, Row, Run, Trace, runs};
use super::{Colour, Plot, Span, Style};

/// What a chart of curves shows.
#[derive(Clone, Copy)]
pub struct Curves<'a> {
    /// Which time.
    pub span: Span,
    /// How much time one row stands for; row `i` begins at `i * width_ms` since the Unix epoch.
    pub width_ms: u32,
    /// How many missing rows a count is carried over; more are a gap. 0 where each row is filled.
    pub hold: u32,
    /// The first one has its area tinted and lies on top.
    pub curves: &'a [Curve<'a>],
    /// The same weekday before, dotted.
    pub ghost: Option<Ghost<'a>>,
    /// Times in which something did not count.
    pub bands: &'a [Band<'a>],
    /// The present, with a dotted rule; curves end there.
    pub now: Option<Timestamp>,
}

/// One curve.
#[derive(Clone, Copy)]
pub struct Curve<'a> {
    /// Index of the first row.
    pub first: i64,
    /// {first, lowest, highest, last} of each; NaN: nothing known.
    pub rows: &'a [[f32; 4]],
    /// Of line and label.
    pub colour: Colour,
    /// The value at its end, already written; `None` where it is not true at present.
    pub end_label: Option<&'a str>,
}

/// A curve of another time, moved to this one.
#[derive(Clone, Copy)]
pub struct Ghost<'a> {
    /// Index of the first row, in its own time.
    pub first: i64,
    /// As in [`Curve::rows`].
    pub rows: &'a [[f32; 4]],
    /// Milliseconds to add to its time.
    pub shift_ms: i64,
}

/// A time in which something did not count.
#[derive(Clone, Copy)]
pub struct Band<'a> {
    /// When.
    pub span: Span,
    /// Stands at its top.
    pub name: &'a str,
}

/// Draws curves on the whole area, and says where.
///
/// # Errors
/// What the backend fails with.
pub fn draw_curves<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    curves: &Curves<'_>,
    style: &Style<'_>,
) -> Result<Plot, Failed<DB>> {
    let widths = curves
        .curves
        .iter()
        .filter_map(|curve| curve.end_label)
        .map(|label| style.text_width(label, true));
    let size = area.dim_in_pixel();
    let named = curves.bands.iter().any(|band| !band.name.is_empty());
    let most = curves.highest() * if named { ROOM_FOR_NAMES } else { 1.0 };
    let plot = Plot::new(size, curves.span, most, false, widths, style);
    draw_bands(area, &plot, curves.bands, style)?;
    plot.draw_axes(area, style)?;
    if let Some(ghost) = &curves.ghost {
        let runs = curves.runs(ghost.first, ghost.rows, ghost.shift_ms, None, &plot);
        area.draw(&Dots {
            runs: &runs,
            colour: style.palette.ghost,
            thick: style.pixels(1.5),
            pattern: (style.pixels(2.0), style.pixels(3.0)),
        })?;
    }
    let traced: Vec<(&Curve<'_>, Vec<Run>)> = curves
        .curves
        .iter()
        .map(|curve| {
            let runs = curves.runs(curve.first, curve.rows, 0, curves.now, &plot);
            (curve, runs)
        })
        .collect();
    if let Some((first, runs)) = traced.first() {
        area.draw(&Area {
            runs,
            colour: first.colour.mix(TINT),
            base: plot.bottom,
        })?;
    }
    for (curve, runs) in traced.iter().rev() {
        area.draw(&Trace {
            runs,
            colour: curve.colour,
            thick: style.pixels(LINE),
        })?;
    }
    plot.draw_now(area, curves.now, style)?;
    draw_ends(area, &plot, &traced, style)?;
    Ok(plot)
}

impl Curves<'_> {
    /// The highest value in the span.
    fn highest(&self) -> f64 {
        let ghost = self.ghost.iter();
        let ghost = ghost.map(|ghost| (ghost.first, ghost.rows, ghost.shift_ms));
        self.curves
            .iter()
            .map(|curve| (curve.first, curve.rows, 0))
            .chain(ghost)
            .flat_map(|(first, rows, shift)| self.visible(first, rows, shift))
            .map(|(_, row)| f64::from(row[2]))
            .fold(0.0, f64::max)
    }

    /// The rows that lie in the span and hold something, with their index.
    fn visible<'r>(
        &self,
        first: i64,
        rows: &'r [[f32; 4]],
        shift_ms: i64,
    ) -> impl Iterator<Item = (i64, &'r [f32; 4])> + use<'r> {
        let width = i64::from(self.width_ms.max(1));
        let from = self.span.from.as_millis().saturating_sub(shift_ms);
        let to = self.span.to.as_millis().saturating_sub(shift_ms);
        let offset = |index: i64| {
            let offset = index.saturating_sub(first).max(0);
            usize::try_from(offset)
                .unwrap_or(usize::MAX)
                .min(rows.len())
        };
        let begin = offset(from.div_euclid(width));
        let end = offset((to.saturating_sub(1)).div_euclid(width).saturating_add(1)).max(begin);
        let known = rows[begin..end].iter().enumerate();
        known
            .map(move |(place, row)| (first.saturating_add_unsigned((begin + place) as u64), row))
            .filter(|(_, row)| row.iter().all(|value| value.is_finite()))
    }

    /// The pixels of a curve; nothing behind `until`.
    fn runs(
        &self,
        first: i64,
        rows: &[[f32; 4]],
        shift_ms: i64,
        until: Option<Timestamp>,
        plot: &Plot,
    ) -> Vec<Run> {
        let width = i64::from(self.width_ms.max(1));
        let edge = |index: i64| {
            let at = index.saturating_mul(width).saturating_add(shift_ms);
            plot.device_x(Timestamp::from_millis(at))
        };
        let most = until.map_or(plot.right, |until| plot.device_x(until).max(plot.left));
        let reach = i64::from(self.hold).saturating_add(1);
        let mut before: Option<i64> = None;
        let rows = self
            .visible(first, rows, shift_ms)
            .map(|(index, row)| {
                let joined = before.is_some_and(|before| index - before <= reach);
                before = Some(index);
                Row {
                    begin: edge(index),
                    end: edge(index.saturating_add(1)).min(most),
                    joined,
                    heights: row.map(|value| plot.device_y(f64::from(value))),
                }
            })
            // The newest row may reach a little ahead of the clock that draws the rule.
            .filter(|row| row.begin <= most);
        runs(rows)
    }
}

/// Bands of outages behind everything, each with its name where there is room for it.
fn draw_bands<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    plot: &Plot,
    bands: &[Band<'_>],
    style: &Style<'_>,
) -> Result<(), Failed<DB>> {
    let shown = plot.span();
    let text = style.text(style.palette.late, HPos::Center, VPos::Top, false);
    let line = style.text_px(false) * LINE_HEIGHT;
    let mut taken = [f64::MIN; NAME_ROWS];
    for band in bands {
        if band.span.to <= shown.from || band.span.from >= shown.to {
            continue;
        }
        let (left, right) = (plot.device_x(band.span.from), plot.device_x(band.span.to));
        let right = right.max(left + 1);
        fill(
            area,
            (left, plot.top),
            (right, plot.bottom),
            style.palette.late_soft,
        )?;
        let half = style.text_width(band.name, false) / 2.0;
        let (least, most) = (f64::from(plot.left) + half, f64::from(plot.right) - half);
        if band.name.is_empty() || least > most {
            continue;
        }
        let middle = (f64::from(left + right) / 2.0).clamp(least, most);
        let gap = style.length(6.0);
        let Some(row) = taken.iter().position(|end| *end + gap <= middle - half) else {
            continue;
        };
        taken[row] = middle + half;
        let top = plot.top + (row as f64 * line).round_ties_even() as i32 + style.pixels(2.0);
        let at = (middle.round_ties_even() as i32, top);
        area.draw(&Text::new(band.name, at, text.clone()))?;
    }
    Ok(())
}

/// A point where each curve ends, and its value beside it.
fn draw_ends<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    plot: &Plot,
    traced: &[(&Curve<'_>, Vec<Run>)],
    style: &Style<'_>,
) -> Result<(), Failed<DB>> {
    let ends: Vec<_> = traced
        .iter()
        .filter_map(|(curve, runs)| {
            let (x, y) = runs.last()?.tip()?;
            Some((x, y, curve.end_label?, curve.colour))
        })
        .collect();
    let mut centres: Vec<f64> = ends.iter().map(|(_, y, ..)| f64::from(*y)).collect();
    let height = style.text_px(true) * LINE_HEIGHT;
    spread(
        &mut centres,
        height,
        f64::from(plot.top),
        f64::from(plot.bottom),
    );
    let radius = style.pixels(3.2).unsigned_abs();
    // The first curve on top of the others.
    for ((x, y, label, colour), centre) in ends.into_iter().zip(centres).rev() {
        area.draw(&Circle::new((x, y), radius, colour.filled()))?;
        let wide = style.text_width(label, true);
        let most = f64::from(plot.canvas_width()) - wide;
        let left = (f64::from(x) + style.length(END_GAP - 4.0)).min(most);
        let at = (
            left.round_ties_even() as i32,
            centre.round_ties_even() as i32,
        );
        let text = style.text(colour, HPos::Left, VPos::Center, true);
        area.draw(&Text::new(label, at, text))?;
    }
    Ok(())
}

/// Names of outages stand at the top; the highest peak stays below the first row of them.
const ROOM_FOR_NAMES: f64 = 1.07;
/// How opaque the area under the first curve is.
const TINT: f64 = 0.07;
/// Width of a curve.
const LINE: f64 = 2.0;
/// Height of a line of text by its size.
const LINE_HEIGHT: f64 = 1.2;
/// Names of outages stand in two rows at most; the rest have their band alone.
const NAME_ROWS: usize = 2;
