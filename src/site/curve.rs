//! People present over a day: the unclamped sum by minute, what is shown of it, and the last hour by second.

use std::collections::BTreeMap;

use super::instant;
use crate::time::Timestamp;

/// {first, lowest, highest, last} of a span.
pub type Column = [f32; 4];

/// The curve of one zone over one day of the site.
#[derive(Debug, Default)]
pub(super) struct Curve {
    /// Minute since the epoch of the first entry.
    first: i64,
    /// What is shown at the end of each minute; `None`: nobody listened.
    minutes: Vec<Option<u64>>,
    /// The lowest sum so far: people who were there before the day began, or were not seen to enter.
    lowest: i64,
    last: u64,
    /// The last hour, by second.
    seconds: BTreeMap<i64, Column>,
}

/// Seconds that are kept one by one.
const SECONDS: usize = 3_600;

impl Curve {
    /// Begins to be written anew from the first minute of the day.
    pub(super) fn begin(&mut self, first: i64) {
        self.first = first;
        self.minutes.clear();
        self.lowest = 0;
        self.last = 0;
    }

    /// The next minute. `raw` is everybody who entered less everybody who left since the day began, kept unclamped; what is
    /// shown is raised by the lowest it ever was, so that it is never negative.
    pub(super) fn push(&mut self, known: Option<i64>, raw: i64) {
        self.lowest = self.lowest.min(raw);
        self.last = raw.saturating_sub(self.lowest).unsigned_abs();
        self.minutes.push(known.map(|_| self.last));
    }

    /// The value at this instant belongs to this second.
    pub(super) fn note_now(&mut self, now: Timestamp) {
        if self.minutes.last().is_none_or(Option::is_none) {
            return;
        }
        let second = now.as_millis().div_euclid(1000);
        let value = float(self.last);
        let column = self.seconds.entry(second).or_insert([value; 4]);
        column[1] = column[1].min(value);
        column[2] = column[2].max(value);
        column[3] = value;
        while self.seconds.len() > SECONDS {
            self.seconds.pop_first();
        }
    }

    /// Now.
    pub(super) const fn last(&self) -> Option<u64> {
        if self.minutes.is_empty() {
            None
        } else {
            Some(self.last)
        }
    }

    /// The most, and when first.
    pub(super) fn peak(&self) -> Option<(u64, Timestamp)> {
        let known = (self.first..)
            .zip(&self.minutes)
            .filter_map(|(minute, value)| Some(((*value)?, minute)));
        // Of equal ones the first.
        known
            .max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)))
            .filter(|(value, _)| *value > 0)
            .map(|(value, minute)| (value, instant(minute)))
    }

    /// Columns by index, ascending; spans without a value are left out.
    pub(super) fn columns(
        &self,
        from: Timestamp,
        to: Timestamp,
        width_ms: u32,
    ) -> Vec<(i64, Column)> {
        let width = i64::from(width_ms.max(1));
        let mut columns: BTreeMap<i64, Column> = BTreeMap::new();
        let first_second = self
            .seconds
            .first_key_value()
            .map(|(second, _)| second * 1000);
        let fine = width < 60_000;
        for (minute, value) in (self.first..).zip(&self.minutes) {
            let at = minute * 60_000;
            let by_seconds = fine && first_second.is_some_and(|first| at + 60_000 > first);
            if at + 60_000 <= from.as_millis() || at >= to.as_millis() || by_seconds {
                continue;
            }
            let Some(value) = value.map(float) else {
                continue;
            };
            // A minute's value holds over all columns that begin in it.
            let mut index = at.max(from.as_millis()).div_euclid(width);
            while index * width < at + 60_000 {
                add(&mut columns, index, [value; 4]);
                index += 1;
                if !fine {
                    break;
                }
            }
        }
        if fine {
            self.fine_columns(from, to, width, &mut columns);
        }
        columns.into_iter().collect()
    }

    /// From seconds: a second without an entry has the value of the one before.
    fn fine_columns(
        &self,
        from: Timestamp,
        to: Timestamp,
        width: i64,
        columns: &mut BTreeMap<i64, Column>,
    ) {
        let mut held: Option<(i64, f32)> = None;
        for (second, column) in &self.seconds {
            let at = second * 1000;
            if let Some((before, value)) = held
                && self.is_known_between(before, at)
            {
                let mut index = (before.max(from.as_millis())).div_euclid(width) + 1;
                while index * width < at.min(to.as_millis()) {
                    add(columns, index, [value; 4]);
                    index += 1;
                }
            }
            if at >= from.as_millis() && at < to.as_millis() {
                add(columns, at.div_euclid(width), *column);
            }
            held = Some((at, column[3]));
        }
    }

    fn is_known_between(&self, from: i64, to: i64) -> bool {
        let minutes = from.div_euclid(60_000)..=to.div_euclid(60_000);
        minutes.into_iter().all(|minute| {
            let index = usize::try_from(minute - self.first).ok();
            index
                .and_then(|index| self.minutes.get(index))
                .is_some_and(Option::is_some)
        })
    }
}

fn add(columns: &mut BTreeMap<i64, Column>, index: i64, column: Column) {
    columns
        .entry(index)
        .and_modify(|known| {
            known[1] = known[1].min(column[1]);
            known[2] = known[2].max(column[2]);
            known[3] = column[3];
        })
        .or_insert(column);
}

/// A crowd that does not fit into 24 bits is no crowd.
fn float(value: u64) -> f32 {
    value as f32
}
