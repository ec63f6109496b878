//! Curves and traces into columns: what is drawn of a zone in each column of pixels.

use std::time::Duration;

use super::{Books, Places};
use crate::series::start_of;
use crate::time::Timestamp;

/// {first, lowest, highest, last} of a span.
pub type Column = [f32; 4];

/// More columns than any screen has.
const COLUMNS: i64 = 16_384;

/// Columns that are narrower are drawn from the trace of seconds.
const MINUTE: Duration = Duration::from_secs(60);

impl Places {
    /// From which column on a zone is drawn from the trace of seconds, of which less is known as time passes.
    pub fn traced_from(&self, zone: &str, width_ms: u32) -> Option<i64> {
        let since = self.traces[self.position(zone)?].from()?;
        let width = i64::from(width_ms.max(1));
        Some(
            since
                .as_millis()
                .saturating_add(width - 1)
                .div_euclid(width),
        )
    }

    /// People present in a zone: a column a span of `width_ms`, by index = floor(wall / width). Spans of which nothing is
    /// known are left out: gaps, and those still to come.
    pub fn columns(
        &self,
        zone: &str,
        from: Timestamp,
        to: Timestamp,
        width_ms: u32,
    ) -> Vec<(i64, Column)> {
        let (Some(zone), Some(now)) = (self.position(zone), self.now) else {
            return Vec::new();
        };
        let width = i64::from(width_ms.max(1));
        let begin = from.as_millis().div_euclid(width);
        let to = to.as_millis().min(now.as_millis().saturating_add(1));
        let end = to
            .saturating_add(width - 1)
            .div_euclid(width)
            .min(begin.saturating_add(COLUMNS));
        let column = |index: i64| {
            let from = Timestamp::from_millis(index * width);
            let until = Timestamp::from_millis((index + 1) * width);
            Some((index, self.drawn(zone, from, until, now)?.row()))
        };
        (begin..end).filter_map(column).collect()
    }

    fn drawn(
        &self,
        zone: usize,
        from: Timestamp,
        until: Timestamp,
        now: Timestamp,
    ) -> Option<Drawn> {
        let books = self.books.as_ref()?;
        let trace = &self.traces[zone];
        if until.since(from) < MINUTE && trace.from().is_some_and(|since| since <= from) {
            let is_blind = [&books.yesterday, &books.today]
                .iter()
                .any(|book| book.zones[zone].is_blind(from, until));
            return if is_blind {
                None
            } else {
                trace.drawn(from, until)
            };
        }
        let last = until
            .min(now.after(Duration::from_millis(1)))
            .before(Duration::from_millis(1));
        let minutes = from.minute()..=last.minute();
        let values = minutes.filter_map(|minute| books.at(zone, minute));
        values.map(Drawn::of).reduce(Drawn::then)
    }
}

impl Books {
    /// People in a zone at the end of a minute since the Unix epoch; `None`: not known.
    fn at(&self, zone: usize, minute: i64) -> Option<u64> {
        let is_today = minute >= self.today.start.minute();
        let book = if is_today {
            &self.today
        } else {
            &self.yesterday
        };
        let index = usize::try_from(minute - book.start.minute()).ok()?;
        let curve = &book.zones[zone];
        let is_blind = curve.is_blind(start_of(minute), start_of(minute + 1));
        if is_blind { None } else { curve.live(index) }
    }
}

/// First, lowest, highest and last value in a span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Drawn {
    first: f32,
    lowest: f32,
    highest: f32,
    last: f32,
}

impl Drawn {
    /// One value.
    pub(super) fn of(people: u64) -> Self {
        #[expect(
            clippy::cast_precision_loss,
            reason = "it is drawn; above 16 million a pixel is wider than one"
        )]
        let value = people as f32;
        Self {
            first: value,
            lowest: value,
            highest: value,
            last: value,
        }
    }

    /// Its last value alone.
    pub(super) const fn end(self) -> Self {
        Self {
            first: self.last,
            lowest: self.last,
            highest: self.last,
            last: self.last,
        }
    }

    /// Both, one after the other.
    pub(super) fn then(self, next: Self) -> Self {
        Self {
            first: self.first,
            lowest: self.lowest.min(next.lowest),
            highest: self.highest.max(next.highest),
            last: next.last,
        }
    }

    const fn row(self) -> Column {
        [self.first, self.lowest, self.highest, self.last]
    }
}
