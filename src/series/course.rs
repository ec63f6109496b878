//! The cells of one line → what it counted in a span of time, minute by minute, and how far that can be trusted.
//!
//! Differences of totals are taken here, when they are read. The count of a cumulative reading stands in the minute of the
//! reading, though the people passed at some time since the one before. Where nobody listened in between, that time is
//! [pending](Course::pending_spans): every bar that it touches is incomplete, and what was counted in it is a [`Lump`].

use std::time::Duration;

use super::clock::AHEAD;
use super::cumulative::{Cumulative, Epoch, EpochKey};
use super::gaps::{self, Span};
use super::line::{CountsBy, Line};
use super::{BucketState, Total};
use crate::ordered::{Iter, sort};
use crate::time::Timestamp;

/// What one line counted in a span of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// Minutes since the Unix epoch in which somebody passed, and how many since the span began; both ascending.
    sums: Vec<(i64, u64)>,
    since: Option<Timestamp>,
    at_least: bool,
    waiting: bool,
    /// When nobody listened.
    blind: Vec<Span>,
    pending: Vec<Pending>,
    /// By their ends; part of `sums`.
    lumps: Vec<Lump>,
}

/// People who passed at some time within a span of several minutes: nobody can tell any more when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lump {
    pub(crate) from: Timestamp,
    /// The end of the minute of the reading that told.
    pub(crate) until: Timestamp,
    pub(crate) people: u64,
}

/// A time of which the counts came later, in one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    /// Begins with the time in which nobody listened.
    pub(crate) from: Timestamp,
    /// When somebody listened again.
    pub(crate) listened: Timestamp,
    /// The minute of the reading that told, or the end of the course's span if that is earlier; `None`: not yet.
    pub(crate) told: Option<i64>,
}

impl Pending {
    /// Up to the end of the minute that told.
    fn span(self) -> Span {
        Span {
            from: self.from,
            until: self
                .told
                .map_or(Timestamp::from_millis(i64::MAX), |minute| {
                    start_of(minute + 1)
                }),
        }
    }
}

impl Course {
    /// The whole span as one number.
    pub fn total(&self) -> Total {
        Total {
            value: self.sums.last().map_or(0, |sum| sum.1),
            since: self.since,
            at_least: self.at_least,
            waiting: self.waiting,
        }
    }

    /// How many since the span began, up to the end of a minute (since the Unix epoch).
    pub fn until(&self, minute: i64) -> u64 {
        let after = self.sums.partition_point(|sum| sum.0 <= minute);
        after.checked_sub(1).map_or(0, |index| self.sums[index].1)
    }

    /// The minutes after one in which somebody passed, and how many since the span began.
    pub(crate) fn after(&self, minute: i64) -> &[(i64, u64)] {
        &self.sums[self.sums.partition_point(|sum| sum.0 <= minute)..]
    }

    /// How many passed from one instant up to another, both at whole minutes. Who may have passed before is not among them,
    /// see [`Course::lumps_told`].
    pub fn between(&self, from: Timestamp, until: Timestamp) -> u64 {
        let told = self.until(until.minute() - 1);
        let told = told.saturating_sub(self.until(from.minute() - 1));
        let lumps = self.lumps_told(from, until);
        lumps.fold(told, |people, lump| people.saturating_sub(lump.people))
    }

    /// Who was told of between two instants at whole minutes, and may have passed before.
    pub(crate) fn lumps_told(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> impl Iterator<Item = &Lump> {
        let told = self.lumps.partition_point(|lump| lump.until <= from);
        self.lumps[told..]
            .iter()
            .take_while(move |lump| lump.until <= until)
            .filter(move |lump| lump.from < from)
    }

    /// How far what is counted between two instants can be trusted; `now` decides whether it is over.
    pub fn state(&self, from: Timestamp, until: Timestamp, now: Timestamp) -> BucketState {
        let is_blind = self.is_blind(from, until.min(now));
        if is_blind && self.between(from, until) == 0 {
            return BucketState::Gap;
        }
        let pending = self.pending.iter().map(|pending| pending.span());
        let touched = self
            .blind
            .iter()
            .copied()
            .chain(pending)
            .any(|span| span.overlaps(from, until));
        if touched || self.is_lumped(from, until) || until > now {
            BucketState::Partial
        } else {
            BucketState::Complete
        }
    }

    /// Whether nobody listened in the whole of it.
    pub fn is_blind(&self, from: Timestamp, until: Timestamp) -> bool {
        self.blind.iter().any(|span| span.covers(from, until))
    }

    /// Whether people who were counted, but in no bar, may have passed in it.
    pub fn is_lumped(&self, from: Timestamp, until: Timestamp) -> bool {
        let mut lumps = self.lumps.iter();
        lumps.any(|lump| {
            let touches = lump.from < until && lump.until > from;
            touches && (lump.from < from || lump.until > until)
        })
    }

    /// When nobody listened, ascending and disjoint.
    pub(crate) fn blind_spans(&self) -> &[Span] {
        &self.blind
    }

    /// Times of which the counts came, or will come, in one number.
    pub(crate) fn pending_spans(&self) -> &[Pending] {
        &self.pending
    }

    /// The minute up to which it is counted at the end of a minute, where what was missed is to stand at the end of the
    /// time in which nobody listened, and not at the reading that told it.
    pub(crate) fn placed_until(&self, minute: i64) -> i64 {
        let listened = |pending: &&Pending| pending.listened.minute() <= minute;
        let told = self.pending.iter().filter(listened);
        told.filter_map(|pending| pending.told)
            .fold(minute, i64::max)
    }

    /// The first minute for which [`Course::placed_until`] may give another sum when one from `changed` on changed.
    pub(crate) fn placed_from(&self, changed: i64) -> i64 {
        let told = |pending: &&Pending| pending.told.is_some_and(|told| told >= changed);
        let listened = self.pending.iter().filter(told);
        listened
            .map(|pending| pending.listened.minute())
            .fold(changed, i64::min)
    }

    /// What a line counted from one instant up to another, both at whole minutes. `former` is the same span's course
    /// before the minute `changed`.
    pub(super) fn of(
        line: &Line,
        (gaps, silences): (&[Span], &[Span]),
        from: Timestamp,
        to: Timestamp,
        former: Option<(Self, i64)>,
    ) -> Self {
        let blind = blind(line, gaps, from, to);
        let (mut sums, changed) = former.map_or((Vec::new(), i64::MIN), |(course, changed)| {
            (course.sums, changed)
        });
        sums.truncate(sums.partition_point(|sum| sum.0 < changed));
        let mut course = Self {
            blind,
            ..Self::default()
        };
        let reader = Reader {
            from,
            to,
            first: from.minute().max(changed),
        };
        let counted = match line.counts_by() {
            CountsBy::Totals => {
                course.trust_totals(line, from, to);
                reader.totals(&line.cumulative, &mut course)
            }
            CountsBy::Crossings | CountsBy::Intervals => {
                course.trust_messages(from);
                reader.messages(line)
            }
        };
        course.sums = sums;
        course.add(counted);
        if line.counts_by() == CountsBy::Totals {
            course.find_lumps(line, silences, from);
        }
        course
    }

    /// As [`Course::of`], only how many in all.
    pub(super) fn sum_of(line: &Line, gaps: &[Span], from: Timestamp, to: Timestamp) -> u64 {
        let mut course = Self {
            blind: blind(line, gaps, from, to),
            ..Self::default()
        };
        let first = from.minute();
        Reader { from, to, first }.sum(line, &mut course)
    }

    fn add(&mut self, mut counted: Vec<(i64, u64)>) {
        sort(&mut counted);
        let mut sum = self.sums.last().map_or(0, |sum| sum.1);
        for (minute, people) in counted {
            sum = sum.saturating_add(people);
            match self.sums.last_mut() {
                Some(last) if last.0 == minute => last.1 = sum,
                _ if people > 0 => self.sums.push((minute, sum)),
                _ => {}
            }
        }
    }

    /// What was told of times in which nobody listened, or the device was away, passed at some time since they began: or
    /// since the count itself began, the counter began again, or the last word of it within such a time.
    fn find_lumps(&mut self, line: &Line, silences: &[Span], from: Timestamp) {
        let blind = self.pending.iter();
        let blind = blind.filter_map(|pending| Some((pending.from, pending.told?)));
        let silent = silences.iter();
        let silent = silent.filter_map(|span| Some((span.from, line.told(*span)?)));
        let mut spans: Vec<(Timestamp, i64)> = blind.chain(silent).collect();
        if spans.is_empty() {
            return;
        }
        sort(&mut spans);
        let begins: Vec<Timestamp> = line.cumulative.told_begins().chain(self.since).collect();
        let mut next = 0;
        for (begin, told) in spans {
            let first = begin.minute();
            let first = self.sums.partition_point(|sum| sum.0 < first).max(next);
            next = self.sums.partition_point(|sum| sum.0 <= told).max(first);
            for index in first..next {
                let (minute, sum) = self.sums[index];
                let before = index.checked_sub(1).map(|before| self.sums[before]);
                let later = before.map(|before| start_of(before.0));
                let later = begins.iter().copied().chain(later);
                let later = later.filter(|later| later.minute() <= minute);
                let from = later.fold(from.max(begin), Timestamp::max);
                if from.minute() < minute {
                    self.lumps.push(Lump {
                        from,
                        until: start_of(minute + 1),
                        people: sum.saturating_sub(before.map_or(0, |before| before.1)),
                    });
                }
            }
        }
    }

    /// Nothing is known of before. A few seconds after the begin are no reason to say so.
    fn later(&mut self, from: Timestamp, since: Timestamp) {
        if since > from.after(AHEAD) {
            self.since = self.since.max(Some(since));
        }
    }

    /// Of lines whose messages each count: what was missed is lost.
    fn trust_messages(&mut self, from: Timestamp) {
        for span in std::mem::take(&mut self.blind) {
            if span.from <= from {
                self.later(from, span.until);
            } else {
                self.at_least = true;
            }
            self.blind.push(span);
        }
    }

    /// Of lines that tell totals: the next reading tells what was missed, unless the counter began again meanwhile.
    fn trust_totals(&mut self, line: &Line, from: Timestamp, to: Timestamp) {
        let earliest = line
            .cumulative
            .epochs()
            .values()
            .map(|epoch| epoch.first.0)
            .min();
        for span in &self.blind {
            let told = if span.until <= line.first_known {
                // The line exists because it spoke.
                earliest.map(Timestamp::minute)
            } else {
                line.told(*span)
            };
            self.waiting |= told.is_none();
            if told.is_none_or(|told| told >= span.from.minute()) {
                self.pending.push(Pending {
                    from: span.from,
                    listened: span.until,
                    told: told.map(|minute| minute.min(to.minute())),
                });
            }
        }
        let mut epochs = line.cumulative.epochs().iter();
        let Some(mut former) = epochs.next() else {
            return;
        };
        let first_began = line.cumulative.began(*former.0, former.1);
        if let Some(began) = first_began
            && began > from.after(AHEAD)
            && began < to
            && line.first_known > from.after(AHEAD)
        {
            // What the counter said before it began again was never heard.
            self.later(from, began);
        }
        for next in epochs {
            let began = line
                .cumulative
                .began(*next.0, next.1)
                .unwrap_or(next.1.first.0);
            // Between the last word of the one and the begin of the other nobody can tell any more who passed.
            self.at_least |= self.blind.iter().any(|span| {
                let (lost, found) = (span.from.max(former.1.last), span.until.min(began));
                lost < found && lost < to && found > from
            });
            former = next;
        }
    }
}

/// When nobody listened to a line within a span.
fn blind(line: &Line, gaps: &[Span], from: Timestamp, to: Timestamp) -> Vec<Span> {
    let mut blind = Vec::new();
    for span in gaps.iter().filter(|span| span.overlaps(from, to)) {
        gaps::add(&mut blind, *span);
    }
    if line.first_known > from.after(AHEAD) {
        // Longer than the span: whoever was not there at its begin was not there before.
        let before = Span {
            from: from.before(Duration::from_secs(1)),
            until: line.first_known.min(to),
        };
        gaps::add(&mut blind, before);
    }
    blind
}

/// Reads the cells of a line.
#[derive(Clone, Copy)]
struct Reader {
    from: Timestamp,
    to: Timestamp,
    /// The first minute that is wanted.
    first: i64,
}

impl Reader {
    fn until(self) -> i64 {
        self.to.minute()
    }

    fn messages(self, line: &Line) -> Vec<(i64, u64)> {
        if line.crossings.is_empty() {
            return line.intervals.counted(self.first, self.until()).collect();
        }
        let minutes = line
            .crossings
            .minutes()
            .range(self.first.min(self.until())..self.until());
        minutes.map(|(minute, people)| (*minute, *people)).collect()
    }

    fn totals(self, cumulative: &Cumulative, course: &mut Course) -> Vec<(i64, u64)> {
        let mut counted = Vec::new();
        for (key, epoch) in cumulative.epochs() {
            self.epoch(cumulative, *key, epoch, course, &mut counted);
        }
        counted
    }

    fn epoch(
        self,
        cumulative: &Cumulative,
        key: EpochKey,
        epoch: &Epoch,
        course: &mut Course,
        counted: &mut Vec<(i64, u64)>,
    ) {
        let (mut base, first) = self.baseline(cumulative, key, epoch, course);
        if self.first > first
            && let Some((_, value)) = self.steps(epoch, first, self.first).next_back()
        {
            base = *value;
        }
        for (minute, value) in self.steps(epoch, first.max(self.first), self.until()) {
            counted.push((*minute, value.saturating_sub(base)));
            base = *value;
        }
    }

    /// Where an epoch stood when the span began, and from which minute on its steps are compared with that.
    fn baseline(
        self,
        cumulative: &Cumulative,
        key: EpochKey,
        epoch: &Epoch,
        course: &mut Course,
    ) -> (u64, i64) {
        let begin = self.from.minute();
        let began = cumulative.began(key, epoch);
        let before = epoch.steps.range(..begin).next_back().map(|step| *step.1);
        if began.is_some_and(|began| began >= self.from.before(AHEAD)) {
            return (before.unwrap_or(0), begin);
        }
        // It was under way when the span began. Where it stood then is known if somebody listened; else it is counted from
        // what was heard first.
        let Some(base) = before else {
            let (first, base) = epoch.first;
            if first < self.to {
                course.later(self.from, first);
            }
            return (base, begin);
        };
        let unknown_until = course.told_across(self.from).unwrap_or(i64::MIN);
        let after = unknown_until.saturating_add(1);
        match self.steps(epoch, begin, after).next_back() {
            Some((_, value)) => {
                course.later(self.from, start_of(unknown_until));
                (*value, after)
            }
            None => (base, begin),
        }
    }

    fn steps(self, epoch: &Epoch, from: i64, to: i64) -> Iter<'_, i64, u64> {
        let to = to.min(self.until());
        epoch.steps.range(from.min(to)..to)
    }

    /// Everything together, without its minutes.
    fn sum(self, line: &Line, course: &mut Course) -> u64 {
        match line.counts_by() {
            CountsBy::Totals => {
                course.trust_totals(line, self.from, self.to);
                let epochs = line.cumulative.epochs().iter();
                epochs.fold(0, |sum, (key, epoch)| {
                    let (base, first) = self.baseline(&line.cumulative, *key, epoch, course);
                    let last = self.steps(epoch, first, self.until()).next_back();
                    let counted = last.map_or(0, |(_, value)| value.saturating_sub(base));
                    sum.saturating_add(counted)
                })
            }
            CountsBy::Crossings | CountsBy::Intervals => {
                let each = self.messages(line).into_iter();
                each.fold(0, |sum, (_, people)| sum.saturating_add(people))
            }
        }
    }
}

impl Course {
    /// The minute of the reading that told what was counted over the begin of the span, if nobody listened then.
    fn told_across(&self, from: Timestamp) -> Option<i64> {
        let across = |pending: &&Pending| pending.from < from && pending.listened > from;
        self.pending.iter().find(across)?.told
    }
}

pub(crate) fn start_of(minute: i64) -> Timestamp {
    Timestamp::from_millis(minute.saturating_mul(60_000))
}
