//! The site's calendar: its days, hours and quarters, whatever the viewer's clock shows.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Date, Timestamp, Weekday};
use crate::ordered::sort;

/// The offsets of one time zone over a span: at which instants which distance from UTC began.
///
/// The browser's own zones fill it (they are current, a bundled database is not), natively a database does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offsets {
    /// Seconds east of UTC before the first change.
    first: i32,
    /// (instant, seconds east of UTC from then on), by instant.
    changes: Vec<(Timestamp, i32)>,
}

impl Offsets {
    /// A zone that never changes, `seconds` east of UTC.
    pub const fn fixed(seconds: i32) -> Self {
        Self {
            first: seconds,
            changes: Vec::new(),
        }
    }

    /// `first` until the first change, then each change's offset (seconds east of UTC) from its instant on.
    pub fn new(first: i32, mut changes: Vec<(Timestamp, i32)>) -> Self {
        sort(&mut changes);
        Self { first, changes }
    }

    /// Seconds east of UTC at that instant.
    pub fn at(&self, instant: Timestamp) -> i32 {
        let after = self.changes.partition_point(|change| change.0 <= instant);
        after
            .checked_sub(1)
            .map_or(self.first, |index| self.changes[index].1)
    }

    /// What the site's clocks show at that instant, in milliseconds as if it were UTC.
    fn local_millis(&self, instant: Timestamp) -> i64 {
        instant
            .as_millis()
            .saturating_add(i64::from(self.at(instant)) * 1000)
    }

    /// The first instant at which the site's clocks show `local` or, where they skip it, the instant of the skip;
    /// `local` in milliseconds as if it were UTC.
    pub fn instant_of(&self, local: i64) -> Timestamp {
        let mut begins = i64::MIN;
        let mut offset = self.first;
        for &(instant, next) in &self.changes {
            let candidate = local.saturating_sub(i64::from(offset) * 1000).max(begins);
            if candidate < instant.as_millis() {
                return Timestamp::from_millis(candidate);
            }
            (begins, offset) = (instant.as_millis(), next);
        }
        Timestamp::from_millis(local.saturating_sub(i64::from(offset) * 1000).max(begins))
    }
}

/// A day of the site: begins at its reset hour, named by the date on which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SiteDay(i32);

impl SiteDay {
    /// Days since 1970-01-01.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// From days since 1970-01-01.
    pub const fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// The day after.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The day before.
    #[must_use]
    pub const fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The date on which it begins.
    pub fn date(self) -> Date {
        Date::from_days(self.0)
    }

    /// Its weekday, Monday first.
    pub fn weekday(self) -> Weekday {
        Weekday::of_day(self.0)
    }
}

/// The width of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BucketSize {
    /// One minute.
    Minute,
    /// A quarter of an hour on the site's clocks.
    Quarter,
    /// An hour on the site's clocks.
    Hour,
    /// A day of the site.
    Day,
}

/// The days and hours of one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    offsets: Offsets,
    reset: Duration,
}

impl Calendar {
    /// A calendar whose day begins `reset` after local midnight.
    pub const fn new(offsets: Offsets, reset: Duration) -> Self {
        Self { offsets, reset }
    }

    /// The zone's offsets.
    pub const fn offsets(&self) -> &Offsets {
        &self.offsets
    }

    /// The site's day in which the instant lies.
    pub fn day(&self, instant: Timestamp) -> SiteDay {
        let local = self.offsets.local_millis(instant) - self.reset_millis();
        SiteDay(i32::try_from(local.div_euclid(DAY)).unwrap_or(i32::MAX))
    }

    /// When that day begins.
    pub fn start(&self, day: SiteDay) -> Timestamp {
        self.offsets
            .instant_of(i64::from(day.0) * DAY + self.reset_millis())
    }

    /// When the site's clocks show so many minutes after midnight of the date on which a day begins; may be past 1440.
    pub fn at(&self, day: SiteDay, minute: u16) -> Timestamp {
        self.offsets
            .instant_of(i64::from(day.0) * DAY + i64::from(minute) * 60_000)
    }

    /// Minutes since local midnight, 0 to 1439, and the weekday of the *date* (not of the site's day).
    pub fn clock(&self, instant: Timestamp) -> (Weekday, u16) {
        let local = self.offsets.local_millis(instant);
        let day = i32::try_from(local.div_euclid(DAY)).unwrap_or(i32::MAX);
        let minute = local.rem_euclid(DAY) / 60_000;
        (SiteDay(day).weekday(), u16::try_from(minute).unwrap_or(0))
    }

    /// Where the bucket that holds the instant begins.
    pub fn bucket_start(&self, instant: Timestamp, size: BucketSize) -> Timestamp {
        let width = match size {
            BucketSize::Minute => 60_000,
            BucketSize::Quarter => 900_000,
            BucketSize::Hour => 3_600_000,
            BucketSize::Day => return self.start(self.day(instant)),
        };
        // Against the offset in force, so that a repeated hour stays two hours and a zone at :30 keeps its quarters.
        let offset = i64::from(self.offsets.at(instant)) * 1000;
        let local = instant.as_millis().saturating_add(offset);
        Timestamp::from_millis(local - local.rem_euclid(width) - offset)
    }

    /// Where the bucket after the one that begins at `start` begins.
    pub fn next_bucket(&self, start: Timestamp, size: BucketSize) -> Timestamp {
        let width = match size {
            BucketSize::Minute => Duration::from_secs(60),
            BucketSize::Quarter => Duration::from_secs(900),
            BucketSize::Hour => Duration::from_secs(3600),
            BucketSize::Day => return self.start(self.day(start).next()),
        };
        start.after(width)
    }

    fn reset_millis(&self) -> i64 {
        super::millis(self.reset)
    }
}

const DAY: i64 = 86_400_000;

#[cfg(test)]
mod tests {
    use super::*;

    /// Central European summer time of 2026, the two changes.
    fn berlin() -> Offsets {
        Offsets::new(
            3600,
            vec![
                (at("2026-03-29T01:00:00Z"), 7200),
                (at("2026-10-25T01:00:00Z"), 3600),
            ],
        )
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::from_millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    fn hours(calendar: &Calendar, text: &str) -> u64 {
        let day = calendar.day(at(text));
        calendar
            .start(day.next())
            .since(calendar.start(day))
            .as_secs()
            / 3600
    }

    #[test]
    fn a_day_has_23_24_or_25_hours() {
        let calendar = Calendar::new(berlin(), Duration::ZERO);
        assert_eq!(hours(&calendar, "2026-03-29T12:00:00Z"), 23);
        assert_eq!(hours(&calendar, "2026-06-01T12:00:00Z"), 24);
        assert_eq!(hours(&calendar, "2026-10-25T12:00:00Z"), 25);
    }

    #[test]
    fn a_day_begins_at_the_reset_hour() {
        let calendar = Calendar::new(berlin(), Duration::from_secs(4 * 3600));
        let day = calendar.day(at("2026-06-02T01:59:59Z"));
        assert_eq!(calendar.start(day), at("2026-06-01T02:00:00Z"));
        assert_eq!(calendar.day(at("2026-06-02T02:00:00Z")), day.next());
    }

    #[test]
    fn a_local_time_that_is_skipped_is_the_skip_and_a_repeated_one_is_the_first() {
        let half_past_two = |day| 86_400_000 * i64::from(day) + 9_000_000;
        let skipped = half_past_two(Date::new(2026, 3, 29).unwrap().days());
        assert_eq!(berlin().instant_of(skipped), at("2026-03-29T01:00:00Z"));
        let repeated = half_past_two(Date::new(2026, 10, 25).unwrap().days());
        assert_eq!(berlin().instant_of(repeated), at("2026-10-25T00:30:00Z"));
    }

    #[test]
    fn quarters_follow_the_clocks_of_a_zone_at_a_half_hour() {
        let kolkata = Calendar::new(Offsets::fixed(5 * 3600 + 1800), Duration::ZERO);
        let start = kolkata.bucket_start(at("2026-06-01T10:44:00Z"), BucketSize::Hour);
        assert_eq!(start, at("2026-06-01T10:30:00Z"));
    }

    #[test]
    fn a_days_date_and_its_clock_are_the_calendars() {
        let calendar = Calendar::new(berlin(), Duration::from_secs(4 * 3600));
        let day = calendar.day(at("2026-06-02T01:59:59Z"));
        assert_eq!(Some(day.date()), Date::new(2026, 6, 1));
        assert_eq!(calendar.at(day, 10 * 60), at("2026-06-01T08:00:00Z"));
        assert_eq!(calendar.at(day, 26 * 60), at("2026-06-02T00:00:00Z"));
    }

    #[test]
    fn weekdays_are_those_of_the_calendar() {
        let calendar = Calendar::new(Offsets::fixed(9 * 3600), Duration::ZERO);
        assert_eq!(
            calendar.clock(at("2026-11-21T05:32:00Z")),
            (Weekday::Saturday, 14 * 60 + 32)
        );
        assert_eq!(
            calendar.day(at("2026-11-21T05:32:00Z")).weekday(),
            Weekday::Saturday
        );
    }
}
