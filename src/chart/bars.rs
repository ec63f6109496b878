//! People who entered above, who exited below one zero line.

use std::iter::Empty;

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{Drawable, PointCollection};
use plotters::style::Color;
use plotters_backend::{BackendCoord, DrawingBackend, DrawingErrorKind};

use crate::series::BucketState;
use crate::time::Timestamp;

use super::plot::{Failed, fill};
use super::{Colour, Plot, Span, Style};

/// What a chart of bars shows.
#[derive(Clone, Copy)]
pub struct Bars<'a> {
    /// Which time.
    pub span: Span,
    /// By start; what is yet to come is simply not there.
    pub bars: &'a [Bar],
    /// The present, with a dotted rule.
    pub now: Option<Timestamp>,
}

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// When it begins.
    pub start: Timestamp,
    /// When the next begins.
    pub end: Timestamp,
    /// People.
    pub entered: u64,
    /// People.
    pub exited: u64,
    /// How far it can be trusted.
    pub state: BucketState,
}

/// Draws bars on the whole area, and says where.
///
/// # Errors
/// What the backend fails with.
pub fn draw_bars<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    bars: &Bars<'_>,
    style: &Style<'_>,
) -> Result<Plot, Failed<DB>> {
    let visible = || {
        bars.bars
            .iter()
            .filter(|bar| bar.end > bars.span.from && bar.start < bars.span.to)
    };
    let most = visible()
        .filter(|bar| bar.state != BucketState::Gap)
        .map(|bar| bar.entered.max(bar.exited))
        .max()
        .unwrap_or(0);
    let size = area.dim_in_pixel();
    let plot = Plot::new(
        size,
        bars.span,
        most as f64,
        true,
        std::iter::empty(),
        style,
    );
    draw_gaps(area, &plot, visible(), style)?;
    plot.draw_axes(area, style)?;
    let line = style.pixels(1.0);
    let zero = plot.device_y(0.0);
    for bar in visible().filter(|bar| bar.state != BucketState::Gap) {
        let (left, right) = inner_edges(plot.device_x(bar.start), plot.device_x(bar.end), line);
        let paler = match bar.state {
            BucketState::Partial => PALER,
            BucketState::Complete | BucketState::Gap => 1.0,
        };
        let entered = style.palette.entered.mix(paler);
        let exited = style.palette.exited.mix(paler);
        if bar.entered > 0 {
            let top = plot.device_y(bar.entered as f64).min(zero - 1);
            fill(area, (left, top), (right, zero), entered)?;
        }
        if bar.exited > 0 {
            let below = zero + line;
            let bottom = plot.device_y(-(bar.exited as f64)).max(below + 1);
            fill(area, (left, below), (right, bottom), exited)?;
        }
    }
    plot.draw_now(area, bars.now, style)?;
    Ok(plot)
}

/// The edges of a bar: apart from its neighbours where there is room for that.
fn inner_edges(left: i32, right: i32, line: i32) -> (i32, i32) {
    let wide = right - left;
    if wide > 4 * line {
        (left + line, right - line)
    } else if wide > 2 * line {
        (left, right - line)
    } else {
        (left, right.max(left + 1))
    }
}

/// Hatching where nothing is known; neighbours are one field.
fn draw_gaps<'a, DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    plot: &Plot,
    bars: impl Iterator<Item = &'a Bar>,
    style: &Style<'_>,
) -> Result<(), Failed<DB>> {
    let mut fields: Vec<(i32, i32)> = Vec::new();
    for bar in bars.filter(|bar| bar.state == BucketState::Gap) {
        let (left, right) = (plot.device_x(bar.start), plot.device_x(bar.end));
        match fields.last_mut() {
            Some(field) if field.1 >= left => field.1 = right,
            _ => fields.push((left, right)),
        }
    }
    for (left, right) in fields {
        area.draw(&Hatching {
            left,
            right,
            top: plot.top,
            bottom: plot.bottom,
            distance: style.pixels(7.0),
            colour: style.palette.hairline,
            thick: style.pixels(1.0),
        })?;
    }
    Ok(())
}

/// Slanting lines in a rectangle.
struct Hatching {
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
    distance: i32,
    colour: Colour,
    thick: i32,
}

impl Hatching {
    /// The ends of each line, which rise by one pixel a pixel. Their places do not depend on the rectangle, so that a
    /// field that grows does not shimmer.
    fn lines(&self) -> impl Iterator<Item = [BackendCoord; 2]> + '_ {
        // A line is all points with the same x + y.
        let first = self.left + self.top;
        let first = first - first.rem_euclid(self.distance) + self.distance;
        let last = self.right + self.bottom;
        (0..)
            .map(move |line| first + line * self.distance)
            .take_while(move |sum| *sum < last)
            .map(move |sum| {
                let lower_x = self.left.max(sum - self.bottom);
                let upper_x = self.right.min(sum - self.top);
                [(lower_x, sum - lower_x), (upper_x, sum - upper_x)]
            })
    }
}

impl<'a> PointCollection<'a, BackendCoord> for &'a Hatching {
    type Point = BackendCoord;
    type IntoIter = Empty<BackendCoord>;
    fn point_iter(self) -> Self::IntoIter {
        std::iter::empty()
    }
}

impl<DB: DrawingBackend> Drawable<DB> for Hatching {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        _: I,
        backend: &mut DB,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        let style = self.colour.stroke_width(self.thick.unsigned_abs());
        self.lines()
            .try_for_each(|line| backend.draw_path(line, &style))
    }
}

/// How opaque a bar is that is not complete.
const PALER: f64 = 0.5;
