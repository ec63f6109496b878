//! Books into bars: entered and exited of a zone by minute, quarter, hour or day of the site.

use serde::{Deserialize, Serialize};

use super::Places;
use super::plan::PlanZone;
use crate::series::{BucketState, Lump};
use crate::time::{BucketSize, Calendar, Timestamp};

/// A bar of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
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
    /// Not among them.
    pub earlier: Option<Earlier>,
}

/// People who were told of within a bar, and of whom nobody can tell whether they passed within it or in bars before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// They passed at some time from here on,
    pub from: Timestamp,
    /// up to here.
    pub until: Timestamp,
    /// People.
    pub entered: u64,
    /// People.
    pub exited: u64,
}

impl Earlier {
    /// All of both passed at some time since the one began, before the other ended.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            from: self.from.min(other.from),
            until: self.until.max(other.until),
            entered: self.entered.saturating_add(other.entered),
            exited: self.exited.saturating_add(other.exited),
        }
    }
}

/// More bars than any chart has: two days of minutes.
const BUCKETS: usize = 3_000;

impl Places {
    /// Entered and exited of a zone by spans of the site's calendar, as far as they have begun; the first holds `from`.
    ///
    /// A count stands in the span in which its reading came. Where nobody had listened before, all spans since then are
    /// [`BucketState::Partial`], and the count stands in none of them, but beside the last one as [`Earlier`].
    pub fn buckets(
        &self,
        zone: &str,
        (from, to): (Timestamp, Timestamp),
        size: BucketSize,
        calendar: &Calendar,
        now: Timestamp,
    ) -> Vec<Bucket> {
        let mut buckets = Vec::new();
        let Some(zone) = self
            .position(zone)
            .map(|position| &self.plan.zones[position])
        else {
            return buckets;
        };
        let mut start = calendar.bucket_start(from, size);
        while start < to && start <= now && buckets.len() < BUCKETS {
            let end = calendar.next_bucket(start, size);
            buckets.push(self.bucket(zone, start, end, now));
            if end <= start {
                break;
            }
            start = end;
        }
        buckets
    }

    fn bucket(&self, zone: &PlanZone, start: Timestamp, end: Timestamp, now: Timestamp) -> Bucket {
        let (mut entered, mut exited) = (0_u64, 0_u64);
        let mut state: Option<BucketState> = None;
        let mut earlier: Option<Earlier> = None;
        let books = self
            .books
            .iter()
            .flat_map(|books| [&books.yesterday, &books.today]);
        for book in books {
            // A span may lie in two days of the site, if they do not begin at a whole hour.
            let (from, until) = (start.max(book.start), end.min(book.end));
            if from < until {
                entered = entered.saturating_add(book.between(&zone.entered, from, until));
                exited = exited.saturating_add(book.between(&zone.exited, from, until));
                let inward = book.lumps(&zone.entered, from, until);
                let inward = inward.map(|lump| told_later(lump, lump.people, 0));
                let outward = book.lumps(&zone.exited, from, until);
                let outward = outward.map(|lump| told_later(lump, 0, lump.people));
                earlier = earlier
                    .into_iter()
                    .chain(inward)
                    .chain(outward)
                    .reduce(Earlier::and);
                let own = book.state(
                    zone.entered.iter().chain(&zone.exited).copied(),
                    from,
                    until,
                    now,
                );
                state = Some(state.map_or(own, |other| together(other, own)));
            }
        }
        let state = match state {
            Some(BucketState::Complete) if end > now => BucketState::Partial,
            Some(state) => state,
            None => BucketState::Gap,
        };
        Bucket {
            start,
            end,
            entered,
            exited,
            state,
            earlier,
        }
    }
}

const fn told_later(lump: &Lump, entered: u64, exited: u64) -> Earlier {
    Earlier {
        from: lump.from,
        until: lump.until,
        entered,
        exited,
    }
}

/// Together they are known only in part if one of them is, and not at all if none is.
pub(super) fn together(one: BucketState, other: BucketState) -> BucketState {
    if one == other {
        one
    } else {
        BucketState::Partial
    }
}
