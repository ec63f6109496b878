//! The two axes as plotters knows them.

use std::ops::Range;

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};

use crate::time::{Offsets, Timestamp};

use super::{Span, ticks};

/// Time, with ticks at round times of the site's clocks.
pub(super) struct TimeAxis<'a> {
    pub(super) span: Span,
    pub(super) offsets: &'a Offsets,
}

impl Ranged for TimeAxis<'_> {
    type FormatOption = DefaultFormatting;
    type ValueType = Timestamp;

    fn map(&self, value: &Timestamp, limits: (i32, i32)) -> i32 {
        place(self.span, *value, limits)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<Timestamp> {
        let least = self.span.millis() as f64 / hint.max_num_points().max(1) as f64;
        ticks(self.span, least, self.offsets)
            .into_iter()
            .map(|tick| tick.at)
            .collect()
    }

    fn range(&self) -> Range<Timestamp> {
        self.span.from..self.span.to
    }
}

/// Where an instant lies between two pixels; outside of the span at its ends.
pub(super) fn place(span: Span, at: Timestamp, (low, high): (i32, i32)) -> i32 {
    let passed = at
        .as_millis()
        .saturating_sub(span.from.as_millis())
        .clamp(0, span.millis());
    let share = passed as f64 / span.millis() as f64;
    low + (share * f64::from(high - low)).round_ties_even() as i32
}

/// People, from zero or, for bars, from as many below zero as above.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ValueAxis {
    /// The distance of two lines.
    pub(super) step: f64,
    /// The end of the axis: a multiple of a quarter of a step, so that it does not move with every person.
    pub(super) top: f64,
    /// From `-top`, not from zero.
    pub(super) both_ways: bool,
}

impl ValueAxis {
    /// An axis that has room for `most`, with about `lines` lines above zero.
    pub(super) fn new(most: f64, lines: f64, both_ways: bool) -> Self {
        let most = if most.is_finite() {
            most.max(LEAST)
        } else {
            LEAST
        } * HEADROOM;
        let step = round_step(most / lines.max(1.0));
        let quarter = step / 4.0;
        Self {
            step,
            // A low chart wants one line, and has it.
            top: ((most / quarter).ceil() * quarter).max(step),
            both_ways,
        }
    }

    /// The lines above zero, from the lowest.
    pub(super) fn lines(self) -> impl Iterator<Item = f64> {
        let step = self.step;
        (1..=MOST_LINES)
            .map(move |line| f64::from(line) * step)
            .take_while(move |value| *value <= self.top)
    }

    fn bottom(&self) -> f64 {
        if self.both_ways { -self.top } else { 0.0 }
    }
}

impl Ranged for ValueAxis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (low, high): (i32, i32)) -> i32 {
        let share = (value - self.bottom()) / (self.top - self.bottom());
        low + (share.clamp(0.0, 1.0) * f64::from(high - low)).round_ties_even() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        let below = self.lines().filter(|_| self.both_ways).map(|value| -value);
        let mut points: Vec<f64> = below.chain([0.0]).chain(self.lines()).collect();
        points.truncate(hint.max_num_points());
        points
    }

    fn range(&self) -> Range<f64> {
        self.bottom()..self.top
    }
}

/// The smallest round number that is not below `least`: 1, 2, 4, 5 or 10 times a power of ten, and at least 1, because
/// there are no halves of people.
fn round_step(least: f64) -> f64 {
    let mut power = 1.0;
    while power * 10.0 < least {
        power *= 10.0;
    }
    [1.0, 2.0, 4.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= least)
        .unwrap_or(power * 10.0)
}

/// An empty place has an axis too.
const LEAST: f64 = 4.0;
/// The highest peak does not touch the top, where names of outages stand.
const HEADROOM: f64 = 1.05;
/// More than any chart has; a mistaken argument must not fill memory.
const MOST_LINES: u32 = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_at_round_numbers_and_are_few() {
        for (most, lines, expected, top) in [
            (1204.0, 3.5, vec![400.0, 800.0, 1200.0], 1300.0),
            (0.0, 3.5, vec![2.0, 4.0], 4.5),
            (7.0, 3.5, vec![4.0, 8.0], 8.0),
            (95.0, 3.5, vec![40.0, 80.0], 100.0),
            (34_000.0, 3.5, vec![20_000.0, 40_000.0], 40_000.0),
            (f64::NAN, 3.5, vec![2.0, 4.0], 4.5),
        ] {
            let axis = ValueAxis::new(most, lines, false);
            assert_eq!(
                (axis.lines().collect::<Vec<_>>(), axis.top),
                (expected, top)
            );
        }
    }

    #[test]
    fn an_axis_of_bars_has_zero_in_its_middle() {
        let axis = ValueAxis::new(210.0, 1.5, true);
        assert_eq!(axis.map(&0.0, (200, 0)), 100);
        assert_eq!(axis.range(), -axis.top..axis.top);
        assert_eq!(axis.key_points(9), [-200.0, 0.0, 200.0]);
        let low = ValueAxis::new(35.0, 1.0, true);
        assert_eq!(low.key_points(9), [-40.0, 0.0, 40.0]);
    }
}
