//! Rows of a curve, or bars, → pixels on any plotters backend.
//!
//! Nothing here aggregates, reads a clock or knows a browser: what comes in is already a row a column, and a drawing is
//! a function of its arguments. There is no legend, title or crosshair in it either: those are HTML over the canvas.
//! Text is never measured, because in a browser plotters measures by an element with a style attribute, which lays the
//! whole page out anew and which a strict content security policy forbids; see [`text`] for what is done instead.

mod axis;
mod bars;
mod colour;
mod curves;
mod plot;
pub mod spark;
mod text;
mod ticks;
mod trace;

use crate::time::{Offsets, Timestamp};

pub use bars::{Bar, Bars, draw_bars};
pub use colour::{Colour, Palette, SERIES, parse_colour};
pub use curves::{Band, Curve, Curves, Ghost, draw_curves};
pub use plot::{Plot, live_span, plot_width};
pub use ticks::{Tick, TickUnit, ticks};

/// The time that a chart shows: from one instant up to another, not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First.
    pub from: Timestamp,
    /// Not included.
    pub to: Timestamp,
}

impl Span {
    /// In milliseconds; at least one.
    pub fn millis(self) -> i64 {
        self.to
            .as_millis()
            .saturating_sub(self.from.as_millis())
            .max(1)
    }
}

/// How a chart looks and how it writes.
#[derive(Clone, Copy)]
pub struct Style<'a> {
    /// Every colour.
    pub palette: &'a Palette,
    /// A CSS font family.
    pub font: &'a str,
    /// Size of the labels of both axes in CSS pixels; all other sizes follow it.
    pub font_px: f64,
    /// Device pixels per CSS pixel.
    pub scale: f64,
    /// The site's zone.
    pub offsets: &'a Offsets,
    /// Writes a tick of the time axis, in the reader's language and the site's zone.
    pub time_label: &'a dyn Fn(Tick) -> String,
    /// Writes a number of people.
    pub value_label: &'a dyn Fn(u64) -> String,
}

impl Style<'_> {
    /// Device pixels of a length that is drawn for labels of 12 CSS pixels.
    fn length(&self, at_12_px: f64) -> f64 {
        at_12_px * self.scale * self.font_px / 12.0
    }

    /// The same in whole pixels, at least one: a hairline at every density.
    fn pixels(&self, at_12_px: f64) -> i32 {
        (self.length(at_12_px).round_ties_even() as i32).max(1)
    }
}

#[cfg(test)]
mod record;
#[cfg(test)]
mod tests;
