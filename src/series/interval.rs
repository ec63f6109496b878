//! How many in a span of time → the higher value of equal spans.

use std::time::Duration;

use super::Refusal;
use crate::ordered::OrderedMap;
use crate::time::Timestamp;

/// All intervals of one line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Intervals {
    /// By begin and length in milliseconds.
    spans: OrderedMap<(Timestamp, u32), u64>,
}

/// Two days of spans of ten seconds.
const SPANS: usize = 20_000;

impl Intervals {
    /// By begin and length.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Timestamp, u32, u64)> {
        self.spans
            .iter()
            .map(|((start, span_ms), value)| (*start, *span_ms, *value))
    }

    /// Puts a stored span back.
    pub(crate) fn restore(&mut self, start: Timestamp, span_ms: u32, value: u64) {
        // One too many is one that this build does not keep any more.
        let _outcome = self.note(start, span_ms, value);
    }

    /// Takes a reading. Returns the minute from which what is counted may have changed.
    pub(super) fn note(
        &mut self,
        start: Timestamp,
        span_ms: u32,
        value: u64,
    ) -> Result<Option<i64>, Refusal> {
        let key = (start, span_ms);
        if self.spans.len() >= SPANS && !self.spans.contains_key(&key) {
            return Err(Refusal::TooMany);
        }
        let is_new = !self.spans.contains_key(&key);
        let known = self.spans.entry(key).or_default();
        if is_new || value > *known {
            *known = value;
            return Ok(Some(minute_of(start, span_ms)));
        }
        Ok(None)
    }

    /// What was counted in the minutes from one on, up to another: a span counts in its last minute.
    pub(super) fn counted(&self, from: i64, until: i64) -> impl Iterator<Item = (i64, u64)> {
        let first = Timestamp::from_millis(from.saturating_mul(60_000)).before(LONGEST);
        self.spans
            .range((first, 0)..)
            .map(|((start, span_ms), value)| (minute_of(*start, *span_ms), *value))
            .filter(move |(minute, _)| (from..until).contains(minute))
    }

    pub(super) fn forget_before(&mut self, minute: i64) -> bool {
        let former = self.spans.len();
        self.spans
            .retain(|(start, span_ms), _| minute_of(*start, *span_ms) >= minute);
        former != self.spans.len()
    }
}

/// The last minute of a span: only then its number is known.
pub(crate) fn minute_of(start: Timestamp, span_ms: u32) -> i64 {
    let length = Duration::from_millis(u64::from(span_ms.saturating_sub(1)));
    start.after(length).minute()
}

/// Longer than any device's interval; also the limit of what is accepted.
pub(super) const LONGEST: Duration = Duration::from_secs(86_400);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_spans_count_once_with_the_higher_value() {
        let mut intervals = Intervals::default();
        let noon = Timestamp::from_millis(720 * 60_000);
        assert_eq!(intervals.note(noon, 900_000, 4), Ok(Some(734)));
        assert_eq!(intervals.note(noon, 900_000, 3), Ok(None));
        assert_eq!(intervals.note(noon, 900_000, 6), Ok(Some(734)));
        assert_eq!(intervals.counted(720, 735).collect::<Vec<_>>(), [(734, 6)]);
        assert_eq!(intervals.counted(720, 734).count(), 0);
        assert!(intervals.forget_before(735));
        assert_eq!(intervals.iter().count(), 0);
    }
}
