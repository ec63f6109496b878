//! One line of a device: readings of any kind → cells.

use std::time::Duration;

use super::changes::Changes;
use super::clock::{self, Measured};
use super::course::start_of;
use super::crossing::{Came, Crossings, Identity};
use super::cumulative::{Cumulative, Noted};
use super::gaps::Span;
use super::gauge::Gauge;
use super::house::Part;
use super::interval::{self, Intervals};
use super::{Applied, Arrival, Refusal};
use crate::observation::{CountKind, CountReading};
use crate::ordered::{OrderedMap, OrderedSet};
use crate::time::{Calendar, Timestamp};

/// What is known of one line, channel and class.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) cumulative: Cumulative,
    pub(crate) crossings: Crossings,
    pub(crate) intervals: Intervals,
    pub(crate) gauge: Gauge,
    /// Since when its messages are seen.
    pub(crate) first_known: Timestamp,
    /// When its total was last heard.
    pub(crate) heard: Option<Timestamp>,
    /// By the end of a gap: the minute of the reading that told what was counted in it.
    pub(crate) bridges: OrderedMap<Timestamp, i64>,
    /// Where readings without any time come from, and when the last one came.
    timeless: Option<(u32, Timestamp)>,
    pub(super) used: u64,
    pub(super) changes: Changes,
    /// Parts that changed since they were stored.
    pub(crate) unstored: OrderedSet<Part>,
    /// Parts that are in the store.
    pub(crate) stored: OrderedSet<Part>,
}

/// What the counts of a line are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CountsBy {
    Totals,
    Crossings,
    Intervals,
}

/// Readings without any time are taken from one link; from another one only when that one is silent for so long.
const TIMELESS_SILENCE: Duration = Duration::from_secs(600);

/// Gaps are fewer.
const BRIDGES: usize = 128;

impl Line {
    pub(super) fn new(first_known: Timestamp) -> Self {
        Self {
            cumulative: Cumulative::default(),
            crossings: Crossings::default(),
            intervals: Intervals::default(),
            gauge: Gauge::default(),
            first_known,
            heard: None,
            bridges: OrderedMap::new(),
            timeless: None,
            used: 0,
            changes: Changes::default(),
            unstored: OrderedSet::from([Part::Line]),
            stored: OrderedSet::new(),
        }
    }

    /// What a reading cannot be, whatever is known of its line.
    pub(super) fn refusal(
        reading: &CountReading,
        arrival: &Arrival,
        calendar: &Calendar,
    ) -> Option<Refusal> {
        match reading.kind {
            CountKind::Crossing { .. } if arrival.retained => Some(Refusal::RetainedCrossing),
            CountKind::Crossing { .. } => {
                let measured = clock::measured(reading.sent_at, arrival);
                let closed = calendar
                    .start(calendar.day(measured.at).next())
                    .after(AFTER_DAY);
                (arrival.received_at >= closed).then_some(Refusal::TooLate)
            }
            CountKind::Interval { start, span_ms } => {
                let length = Duration::from_millis(u64::from(span_ms));
                let is_usable = clock::is_usable(start, arrival.received_at)
                    && clock::is_usable(start.after(length), arrival.received_at);
                (length > interval::LONGEST || !is_usable).then_some(Refusal::WrongTime)
            }
            CountKind::Cumulative { .. } | CountKind::Gauge => None,
        }
    }

    /// Takes a reading that is not refused. `gaps` are those of its device.
    pub(super) fn apply(
        &mut self,
        reading: &CountReading,
        arrival: &Arrival,
        calendar: &Calendar,
        gaps: &[Span],
        revision: u64,
    ) -> Applied {
        let measured = clock::measured(reading.sent_at, arrival);
        let former = self.counts_by();
        let has_totals = !self.cumulative.is_empty();
        let outcome = match reading.kind {
            CountKind::Cumulative { reset_at } => {
                self.note_total(reset_at, reading, measured, arrival, gaps)
            }
            CountKind::Interval { start, span_ms } => self
                .intervals
                .note(start, span_ms, reading.value)
                .map(changed),
            CountKind::Crossing { sequence } => {
                self.note_crossing(sequence, reading, measured, arrival)
            }
            CountKind::Gauge => {
                // Of a stored value nobody knows whether it is still so; it serves until a better one comes.
                let is_new = if arrival.retained && !measured.told {
                    self.gauge.is_empty() && self.gauge.note(reading.value, measured.at)
                } else {
                    self.gauge.note(reading.value, measured.at)
                };
                Ok(changed(is_new.then(|| measured.at.minute())))
            }
        };
        let is_first = !has_totals && !self.cumulative.is_empty();
        match outcome {
            Err(refusal) => Applied::Refused(refusal),
            Ok(Noted::Known) => Applied::Known,
            Ok(Noted::Changed { from }) => {
                self.has_changed(former, from, measured.at, calendar, revision);
                if is_first {
                    Applied::First
                } else {
                    Applied::Counted
                }
            }
            Ok(Noted::Reset { from }) => {
                self.has_changed(former, from, measured.at, calendar, revision);
                Applied::Reset
            }
        }
    }

    /// Which of its readings count, where it sends several kinds: totals before crossings before intervals.
    pub(super) fn counts_by(&self) -> CountsBy {
        if !self.cumulative.is_empty() {
            CountsBy::Totals
        } else if !self.crossings.is_empty() {
            CountsBy::Crossings
        } else {
            CountsBy::Intervals
        }
    }

    fn note_total(
        &mut self,
        reset_at: Option<Timestamp>,
        reading: &CountReading,
        measured: Measured,
        arrival: &Arrival,
        gaps: &[Span],
    ) -> Result<Noted, Refusal> {
        let (value, at) = (reading.value, measured.at);
        if arrival.retained && !measured.told {
            return self.cumulative.note_baseline(reset_at, value, at);
        }
        if reset_at.is_none() && !measured.told {
            self.is_from_its_link(arrival)?;
            if arrival.maybe_repeated && self.heard.is_some() {
                // Whether an older one comes again or a newer one is late cannot be told; the next one tells.
                return Ok(Noted::Known);
            }
        }
        let noted = match reset_at {
            Some(reset_at) => self.cumulative.note_told(reset_at, value, at),
            None => self.cumulative.note_untold(value, at),
        }?;
        Ok(self.hears(arrival.received_at, at, gaps, noted))
    }

    /// The minute of the reading that told what was counted in a gap; `None`: not yet.
    pub(super) fn told(&self, gap: Span) -> Option<i64> {
        self.heard.filter(|heard| gap.is_told_by(*heard))?;
        let bridges = self.bridges.range(gap.from..=gap.until);
        let told = bridges.map(|bridge| *bridge.1).max();
        Some(told.unwrap_or(gap.until.minute()))
    }

    /// The counter spoke: what was counted in gaps before is told.
    fn hears(
        &mut self,
        received_at: Timestamp,
        at: Timestamp,
        gaps: &[Span],
        noted: Noted,
    ) -> Noted {
        let former = self.heard;
        if former.is_some_and(|former| former >= received_at) {
            return noted;
        }
        self.heard = Some(received_at);
        // That it is heard again and again is worth no record; that it was heard at all, and since which gap, is.
        if former.is_none() {
            self.unstored.insert(Part::Line);
        }
        let mut from = None;
        for gap in gaps {
            let was_told = former.is_some_and(|former| gap.is_told_by(former));
            if !was_told && gap.is_told_by(received_at) && gap.until > self.first_known {
                self.bridges.insert(gap.until, at.minute());
                self.unstored.insert(Part::Line);
                from = Some(from.unwrap_or(gap.from.minute()).min(gap.from.minute()));
            }
        }
        while self.bridges.len() > BRIDGES {
            self.bridges.pop_first();
        }
        match (from, noted) {
            (None, noted) => noted,
            (Some(gap), Noted::Known) => Noted::Changed { from: gap },
            (Some(gap), Noted::Changed { from }) => Noted::Changed {
                from: gap.min(from),
            },
            (Some(gap), Noted::Reset { from }) => Noted::Reset {
                from: gap.min(from),
            },
        }
    }

    fn note_crossing(
        &mut self,
        sequence: Option<u64>,
        reading: &CountReading,
        measured: Measured,
        arrival: &Arrival,
    ) -> Result<Noted, Refusal> {
        let identity = Identity::new(sequence, reading.sent_at);
        if identity.is_none() {
            self.is_from_its_link(arrival)?;
        }
        let came = Came {
            at: measured.at,
            told: measured.told,
            link: arrival.link,
            maybe_repeated: arrival.maybe_repeated,
        };
        let counted = self.crossings.note(identity, reading.value, came)?;
        if let (Some(minute), Some(_)) = (counted, identity) {
            self.unstored.insert(Part::Hour(minute.div_euclid(60)));
        }
        Ok(changed(counted))
    }

    /// What has neither time nor number cannot be recognised when it comes a second way.
    fn is_from_its_link(&mut self, arrival: &Arrival) -> Result<(), Refusal> {
        match self.timeless {
            Some((link, last))
                if link != arrival.link && arrival.received_at.since(last) < TIMELESS_SILENCE =>
            {
                Err(Refusal::OtherLink)
            }
            _ => {
                self.timeless = Some((arrival.link, arrival.received_at));
                Ok(())
            }
        }
    }

    fn has_changed(
        &mut self,
        former: CountsBy,
        from: i64,
        at: Timestamp,
        calendar: &Calendar,
        revision: u64,
    ) {
        let is_read_anew = former != self.counts_by();
        let read_from = if is_read_anew { i64::MIN } else { from };
        self.changes.note(revision, read_from);
        // All days between: a late reading may take back what was counted after it.
        let changed = calendar.day(start_of(from));
        let (measured, mut day) = (calendar.day(at), changed);
        self.unstored
            .extend([Part::Day(changed), Part::Day(measured)]);
        while day < measured {
            day = day.next();
            self.unstored.insert(Part::Day(day));
        }
    }
}

fn changed(minute: Option<i64>) -> Noted {
    minute.map_or(Noted::Known, |from| Noted::Changed { from })
}

/// Until so long after a day's end its crossings are recognised; what comes later is refused and counted.
pub(super) const AFTER_DAY: Duration = Duration::from_secs(3600);
