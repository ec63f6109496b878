//! Two clocks, and the site's calendar over one of them.
//!
//! `wall` says which day it is and how old a message is; `monotonic` says when to try again. They are never mixed,
//! because a wall clock jumps (sleep, NTP, a person) and a demo may run it faster.

mod calendar;
mod civil;
mod demo;
mod iso;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use calendar::{BucketSize, Calendar, Offsets, SiteDay};
pub use civil::{Date, NoDate, Weekday};
pub use demo::DemoClock;
pub use iso::parse_iso;

/// Milliseconds since the Unix epoch on a wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// How long after `earlier`; zero if it is not after.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0).max(0).unsigned_abs())
    }

    /// This much later.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }

    /// This much earlier.
    #[must_use]
    pub fn before(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }

    /// The whole minute since the Unix epoch in which it lies. Time-zone offsets of our era are whole minutes.
    pub const fn minute(self) -> i64 {
        self.0.div_euclid(60_000)
    }
}

/// Milliseconds on a clock that never goes back and no demo scales.
///
/// Page and worker count from the same origin (`performance.timeOrigin + performance.now()`), so a deadline set by one
/// can be shown as a countdown by the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Monotonic(u64);

impl Monotonic {
    /// From milliseconds since the clock's origin.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the clock's origin.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// How long after `earlier`; zero if it is not after.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// This much later.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span).unsigned_abs()))
    }
}

/// Both clocks at one instant; the only source of time for everything pure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Now {
    /// What the site's clocks show: days, freshness, tokens, rules.
    pub wall: Timestamp,
    /// What cannot jump: keep alive, backoff, time-outs.
    pub monotonic: Monotonic,
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
