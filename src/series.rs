//! Readings into counts: mergeable cells, kept in any order and at any repetition, and the differences read from them.
//!
//! A cell belongs to one device, line, channel and class, and to the minute in which its reading was measured. Any order,
//! repetition, second broker or restart gives the same cells. What was counted in a span of time is read as a [`Course`].

pub(crate) mod changes;
mod clock;
mod course;
pub(crate) mod crossing;
pub(crate) mod cumulative;
mod follow;
pub(crate) mod gaps;
pub(crate) mod gauge;
mod house;
pub(crate) mod interval;
pub(crate) mod line;
mod stored;

use serde::{Deserialize, Serialize};

use crate::observation::{Channel, Class, CountKind, CountReading, DeviceId, LineId};
use crate::ordered::{OrderedMap, OrderedSet};
use crate::time::{Calendar, Timestamp};
use changes::Changes;
use gaps::Gaps;
use line::Line;

pub use course::Course;
pub(crate) use course::{Lump, start_of};
pub(crate) use follow::Followed;
pub use gaps::Lost;
pub(crate) use gaps::Span;
pub(crate) use house::Part;

/// A total, and how far it can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// People.
    pub value: u64,
    /// It begins later than the day: "since 12:04".
    pub since: Option<Timestamp>,
    /// Some were missed and cannot be known: "at least".
    pub at_least: bool,
    /// Readings that came while we were away are still missing; it will be right when the device speaks again.
    pub waiting: bool,
}

impl Total {
    /// Both together, trusted as far as the less trusted one.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            value: self.value.saturating_add(other.value),
            since: self.since.max(other.since),
            at_least: self.at_least || other.at_least,
            waiting: self.waiting || other.waiting,
        }
    }
}

/// How far a bar can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BucketState {
    /// Over, and nothing is missing.
    Complete,
    /// Not over, or something is missing.
    Partial,
    /// Nothing is known.
    Gap,
}

/// How a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// When, on our clock.
    pub received_at: Timestamp,
    /// The broker had stored it.
    pub retained: bool,
    /// It may have been delivered before.
    pub maybe_repeated: bool,
    /// Through which link.
    pub link: u32,
}

/// What a reading did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Applied {
    /// It told something new.
    Counted,
    /// It told the first total of a counter, with which later ones are compared.
    First,
    /// It told nothing new: a repetition, or the same total again.
    Known,
    /// It told something new, and its counter began again from zero.
    Reset,
    /// It is not counted; worth a counted warning.
    Refused(Refusal),
}

/// Why a reading is not counted.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error,
)]
pub enum Refusal {
    /// Nobody knows when it was, and whether it was counted.
    #[error("a stored crossing is not counted")]
    RetainedCrossing,
    /// Its day is over, or its place among later readings is settled.
    #[error("the reading came too late to be counted")]
    TooLate,
    /// Its time is older than what is kept, or still to come.
    #[error("the reading's time cannot be right")]
    WrongTime,
    /// A lower total, without the time of the reset that this counter usually tells.
    #[error("a lower total came without its reset time")]
    NoResetTime,
    /// It has neither time nor number, and another broker's messages of this line are counted already.
    #[error("a reading without time came by a second way")]
    OtherLink,
    /// More than any device sends.
    #[error("the line has sent more than can be kept")]
    TooMany,
    /// All lines that are kept belong to the site.
    #[error("there are more lines than can be kept")]
    TooManyLines,
}

/// All counts.
#[derive(Debug, Default)]
pub struct Series {
    devices: OrderedMap<DeviceId, OrderedMap<LineKey, Line>>,
    lines: usize,
    /// Identities of crossings of all lines, about.
    identities: usize,
    gaps: Gaps,
    /// When single devices were away while we listened.
    silences: Gaps,
    /// Lines of the site: never dropped for others.
    pinned: OrderedSet<(DeviceId, LineId, Channel)>,
    /// Since when each link listens.
    listening: OrderedMap<u32, Timestamp>,
    revision: u64,
    /// When the gaps changed, and from which minute on that matters.
    gaps_changes: Changes,
    house: house::House,
}

/// Which line of a device.
pub(crate) type LineKey = (LineId, Channel, Class);

/// Identities of crossings kept of all lines: 64 busy doors of a stadium, and no more memory than a page can have.
const IDENTITIES: usize = 500_000;

/// Lines kept: three of each device that is kept. Of those that do not belong to the site, the least recently heard leave
/// first.
const LINES: usize = 32_768;

impl Series {
    /// Folds one reading. Costs O(log n).
    pub fn apply(
        &mut self,
        device: &DeviceId,
        reading: &CountReading,
        arrival: &Arrival,
        calendar: &Calendar,
    ) -> Applied {
        self.keep_house(arrival.received_at, calendar);
        if let Some(refusal) = Line::refusal(reading, arrival, calendar) {
            return Applied::Refused(refusal);
        }
        if self.identities >= IDENTITIES && matches!(reading.kind, CountKind::Crossing { .. }) {
            return Applied::Refused(Refusal::TooMany);
        }
        let revision = self.revision + 1;
        let key = (reading.line.clone(), reading.channel, reading.class.clone());
        let known = self.devices.get_mut(device);
        let known = known.and_then(|lines| lines.get_mut(&key));
        let is_new = known.is_none();
        let line = match known {
            Some(line) => line,
            None => {
                if !self.make_room(device, &key) {
                    return Applied::Refused(Refusal::TooManyLines);
                }
                let first_known = self.listening.get(&arrival.link).copied();
                let first_known =
                    first_known.map_or(arrival.received_at, |since| since.min(arrival.received_at));
                let lines = self.devices.entry(device.clone()).or_default();
                lines.entry(key).or_insert_with(|| Line::new(first_known))
            }
        };
        line.used = revision;
        let is_total = matches!(reading.kind, CountKind::Cumulative { .. });
        let mut gaps = Vec::new();
        for known in [&self.gaps, &self.silences] {
            if is_total && known.end_after(line.heard) {
                gaps.extend(known.of(device));
            }
        }
        let identities = line.crossings.identities();
        let applied = line.apply(reading, arrival, calendar, &gaps, revision);
        self.identities += line.crossings.identities() - identities;
        self.lines += usize::from(is_new);
        if is_new || !matches!(applied, Applied::Known | Applied::Refused(_)) {
            self.revision = revision;
        }
        applied
    }

    /// The messages of a link are seen from now on; the first time counts. Without it a line is known since its first message.
    pub fn listens(&mut self, link: u32, since: Timestamp) {
        self.listening.entry(link).or_insert(since);
    }

    /// Messages of these devices may have been missed from one instant up to another. May be told again and again while it
    /// lasts.
    pub fn lost(&mut self, lost: &Lost, from: Timestamp, until: Timestamp) {
        let span = Span { from, until };
        if let Some(from) = self.gaps.add(lost, span) {
            self.revision += 1;
            self.gaps_changes.note(self.revision, from.minute());
            self.house.gaps_unstored = true;
        }
        // Stored messages tell of it before it is known: they are not asked for again, after a restart neither.
        for (device, lines) in &mut self.devices {
            for line in lines.values_mut() {
                let is_told = line.heard.is_some_and(|heard| span.is_told_by(heard));
                if is_told && lost.holds(device) {
                    line.unstored.insert(Part::Line);
                }
            }
        }
    }

    /// A device that we listened to was not there from one instant up to another. What its counters tell next of that time
    /// is right, but not of one minute.
    pub fn silent(&mut self, device: &DeviceId, from: Timestamp, until: Timestamp) {
        let device = Lost::Devices([device.clone()].into());
        self.restore_silence(&device, Span { from, until });
        self.house.gaps_unstored = true;
    }

    /// The lines of the site: they are never dropped for others.
    pub fn pin(&mut self, lines: impl IntoIterator<Item = (DeviceId, LineId, Channel)>) {
        self.pinned = lines.into_iter().collect();
    }

    /// Grows with every change of what is counted.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// What a line counted from one instant up to another, both at whole minutes; `None`: it never spoke. People where the
    /// device tells them apart, else all objects.
    pub fn course(
        &self,
        device: &DeviceId,
        line: &LineId,
        channel: Channel,
        from: Timestamp,
        to: Timestamp,
    ) -> Option<Course> {
        let (_, line) = self.best(device, line, channel)?;
        let gaps = (&*self.gaps.of(device), &*self.silences.of(device));
        Some(Course::of(line, gaps, from, to, None))
    }

    /// What is known of each of a device's lines in a span of time, for a summary of the device.
    pub fn summary(&self, device: &DeviceId, from: Timestamp, to: Timestamp) -> Option<Counts> {
        let lines = self.devices.get(device)?;
        let gaps = self.gaps.of(device);
        let mut counts = Counts::default();
        let mut former: Option<(&LineId, Channel)> = None;
        for ((line_id, channel, class), line) in lines {
            // Classes stand in their order: people, else all objects.
            if former == Some((line_id, *channel)) || matches!(class, Class::Other(_)) {
                continue;
            }
            former = Some((line_id, *channel));
            let counted = || Course::sum_of(line, &gaps, from, to);
            match channel {
                Channel::Entered => add(&mut counts.entered, counted()),
                Channel::Exited => add(&mut counts.exited, counted()),
                Channel::Crossed => add(&mut counts.crossed, counted()),
                Channel::Present => {
                    if let Some((_, value)) = line.gauge.newest() {
                        add(&mut counts.present, value);
                    }
                }
            }
        }
        Some(counts)
    }

    /// The class of a line that counts people best.
    fn best(&self, device: &DeviceId, line: &LineId, channel: Channel) -> Option<(Class, &Line)> {
        let lines = self.devices.get(device)?;
        // People stand before all objects, and those before other classes.
        let first = (line.clone(), channel, Class::Person);
        let (key, found) = lines.range(&first..).next()?;
        let is_of_it = key.0 == *line && key.1 == channel && !matches!(key.2, Class::Other(_));
        is_of_it.then(|| (key.2.clone(), found))
    }
}

/// What a device counted in a span of time, over all its lines; `None`: it has no such line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// People inward.
    pub entered: Option<u64>,
    /// People outward.
    pub exited: Option<u64>,
    /// People either way.
    pub crossed: Option<u64>,
    /// People in its area now.
    pub present: Option<u64>,
}

fn add(sum: &mut Option<u64>, value: u64) {
    *sum = Some(sum.unwrap_or(0).saturating_add(value));
}

#[cfg(test)]
mod tests;
