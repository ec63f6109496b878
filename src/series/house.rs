//! Keeps the series bounded: what is old is forgotten, days that are over are settled, rarely heard lines leave.

use super::course::start_of;
use super::line::{AFTER_DAY, Line};
use super::{LINES, LineKey, Series};
use crate::observation::DeviceId;
use crate::ordered::{OrderedMap, sort};
use crate::time::{Calendar, SiteDay, Timestamp};

/// What housekeeping remembers.
#[derive(Debug, Default)]
pub(super) struct House {
    /// The hour since the epoch in which it was last done.
    hour: Option<i64>,
    /// The first minute that is kept.
    pub(super) oldest: i64,
    pub(super) gaps_unstored: bool,
    /// Stored parts of lines that are to be deleted.
    pub(super) dropped: OrderedMap<(DeviceId, LineKey), Vec<Part>>,
}

/// A part of a line that is stored by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// What outlives its days.
    Line,
    /// Cells of one day of the site.
    Day(SiteDay),
    /// Identities of crossings of one hour since the epoch.
    Hour(i64),
}

impl Series {
    /// Once an hour: forgets days before yesterday, settles crossings of days that are over.
    pub(super) fn keep_house(&mut self, now: Timestamp, calendar: &Calendar) {
        let hour = now.as_millis().div_euclid(3_600_000);
        if self.house.hour == Some(hour) {
            return;
        }
        self.house.hour = Some(hour);
        let first_day = calendar.day(now).previous();
        let kept = Kept {
            first_day,
            oldest: calendar.start(first_day).minute(),
            settled: calendar.start(calendar.day(now.before(AFTER_DAY))).minute(),
        };
        self.house.oldest = kept.oldest;
        for gaps in [&mut self.gaps, &mut self.silences] {
            self.house.gaps_unstored |= gaps.forget_before(start_of(kept.oldest));
        }
        self.identities = 0;
        for (device, lines) in &mut self.devices {
            for (key, line) in lines {
                let dropped = line.forget(kept);
                self.identities += line.crossings.identities();
                if !dropped.is_empty() {
                    let all = self.house.dropped.entry((device.clone(), key.clone()));
                    all.or_default().extend(dropped);
                }
            }
        }
    }

    /// Whether there is room for one more line; makes it if need be.
    pub(super) fn make_room(&mut self, device: &DeviceId, key: &LineKey) -> bool {
        if self.lines < LINES || self.is_pinned(device, key) {
            return true;
        }
        let mut others = Vec::new();
        for (device, lines) in &self.devices {
            for (key, line) in lines {
                if !self.is_pinned(device, key) {
                    others.push((line.used, device.clone(), key.clone()));
                }
            }
        }
        sort(&mut others);
        // Some at once, so that a flood of invented lines does not search them all for each.
        others.truncate(LINES / 16);
        for (_, device, key) in &others {
            self.drop_line(device, key);
        }
        !others.is_empty()
    }

    fn is_pinned(&self, device: &DeviceId, key: &LineKey) -> bool {
        !self.pinned.is_empty()
            && self
                .pinned
                .contains(&(device.clone(), key.0.clone(), key.1))
    }

    fn drop_line(&mut self, device: &DeviceId, key: &LineKey) {
        let Some(lines) = self.devices.get_mut(device) else {
            return;
        };
        if let Some(line) = lines.remove(key) {
            self.lines -= 1;
            let dropped = self.house.dropped.entry((device.clone(), key.clone()));
            dropped.or_default().extend(line.stored);
        }
        if lines.is_empty() {
            self.devices.remove(device);
        }
    }
}

/// What is still kept.
#[derive(Clone, Copy)]
struct Kept {
    first_day: SiteDay,
    /// The minute at which that day begins.
    oldest: i64,
    /// The minute from which on crossings are still recognised.
    settled: i64,
}

impl Line {
    /// Forgets what is not kept any more. Returns the stored parts that are empty now.
    fn forget(&mut self, kept: Kept) -> Vec<Part> {
        if self.cumulative.forget_before(kept.oldest) {
            self.unstored.insert(Part::Line);
        }
        self.crossings.forget_before(kept.oldest);
        self.crossings.settle_before(kept.settled);
        self.intervals.forget_before(kept.oldest);
        self.gauge.forget_before(kept.oldest);
        let is_gone = |part: &Part| match part {
            Part::Line => false,
            Part::Day(day) => *day < kept.first_day,
            Part::Hour(hour) => (*hour + 1) * 60 <= kept.settled,
        };
        self.unstored.retain(|part| !is_gone(part));
        let gone: Vec<Part> = self.stored.iter().copied().filter(is_gone).collect();
        for part in &gone {
            self.stored.remove(part);
        }
        gone
    }
}
