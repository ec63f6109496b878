//! Totals that only grow → what was highest when, by counter epoch.
//!
//! An epoch is a time between two resets of the counter. Of an epoch only the minutes are kept in which the total rose
//! above all that was known before: a staircase. It is the same for any order and repetition of the same readings.

mod epoch;
mod tail;

use std::time::Duration;

use super::Refusal;
use super::clock::AHEAD;
use crate::ordered::OrderedMap;
use crate::time::Timestamp;
use tail::Tail;

pub(crate) use epoch::{Epoch, EpochKey};

/// All epochs of one line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cumulative {
    epochs: OrderedMap<EpochKey, Epoch>,
    /// For counters that do not tell when they began: what came last, in the order in which it was measured.
    tail: Tail,
}

/// What a reading did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noted {
    /// Nothing: it was known.
    Known,
    /// What is counted may have changed from this minute on.
    Changed { from: i64 },
    /// The same, and the counter began again.
    Reset { from: i64 },
}

/// No counter is reset twice within so short a time.
const SAME_RESET: Duration = Duration::from_secs(1);

/// A counter has few resets in two days; each costs little, and a hostile one is bounded.
const EPOCHS: usize = 64;

impl Cumulative {
    pub(crate) fn is_empty(&self) -> bool {
        self.epochs.is_empty()
    }

    /// By the time at which each began.
    pub(crate) const fn epochs(&self) -> &OrderedMap<EpochKey, Epoch> {
        &self.epochs
    }

    /// A reading of a counter that tells when it began.
    pub(super) fn note_told(
        &mut self,
        reset_at: Timestamp,
        value: u64,
        at: Timestamp,
    ) -> Result<Noted, Refusal> {
        let key = self.same_epoch(reset_at);
        if let Some((newest, epoch)) = self.epochs.iter_mut().next_back()
            && *newest == key
        {
            // The usual case.
            let from = epoch.raise(at, value, true);
            return Ok(from.map_or(Noted::Known, |from| Noted::Changed { from }));
        }
        let is_new = !self.epochs.contains_key(&key);
        if is_new && self.epochs.len() >= EPOCHS {
            return Err(Refusal::TooMany);
        }
        let is_first = self.epochs.is_empty();
        let absorbed = is_new
            .then(|| self.absorb_untold(reset_at, value))
            .flatten();
        let is_newest = self
            .epochs
            .keys()
            .next_back()
            .is_none_or(|newest| *newest <= key);
        let epoch = self
            .epochs
            .entry(key)
            .or_insert_with(|| Epoch::new(at, value));
        let mut from = epoch.raise(at, value, is_newest);
        if is_new {
            // A reset says something of the time since the epoch before was heard last, or since the reset if it was
            // heard after that.
            let before = self.epochs.range(..key).next_back();
            let since = before.map_or(at, |(_, epoch)| epoch.last.min(reset_at.max(epoch.first.0)));
            let since = since.min(at);
            from = [from, absorbed, Some(since.minute())]
                .into_iter()
                .flatten()
                .min();
        }
        let is_reset = is_new && is_newest && !is_first && absorbed.is_none();
        Ok(match from {
            Some(from) if is_reset => Noted::Reset { from },
            Some(from) => Noted::Changed { from },
            None => Noted::Known,
        })
    }

    /// Firmware writes the same reset with and without parts of a second.
    fn same_epoch(&self, reset_at: Timestamp) -> EpochKey {
        let (from, to) = (reset_at.before(SAME_RESET), reset_at.after(SAME_RESET));
        let near = EpochKey::Told(from)..=EpochKey::Told(to);
        let mut known = self.epochs.range(near).map(|epoch| *epoch.0);
        known.next().unwrap_or(EpochKey::Told(reset_at))
    }

    /// A reading of a counter that does not tell when it began: a drop begins a new epoch.
    pub(super) fn note_untold(&mut self, value: u64, at: Timestamp) -> Result<Noted, Refusal> {
        if let Some((EpochKey::Told(_), newest)) = self.epochs.iter_mut().next_back() {
            // Of a counter that usually tells. Without the time a lower value cannot be placed.
            return match newest.highest() {
                Some(highest) if value < highest => Err(Refusal::NoResetTime),
                _ => Ok(newest
                    .raise(at, value, true)
                    .map_or(Noted::Known, |from| Noted::Changed { from })),
            };
        }
        if self.epochs.len() >= EPOCHS {
            return Err(Refusal::TooMany);
        }
        self.tail.note(&mut self.epochs, value, at)
    }

    /// A total of unknown time: where nothing is known it is what later readings are compared with.
    pub(super) fn note_baseline(
        &mut self,
        reset_at: Option<Timestamp>,
        value: u64,
        at: Timestamp,
    ) -> Result<Noted, Refusal> {
        match reset_at {
            Some(reset_at) if !self.epochs.contains_key(&self.same_epoch(reset_at)) => {
                self.note_told(reset_at, value, at)
            }
            None if self.epochs.is_empty() => self.note_untold(value, at),
            _ => Ok(Noted::Known),
        }
    }

    /// A counter that begins to tell when it began (new firmware) goes on with what it counted before.
    fn absorb_untold(&mut self, reset_at: Timestamp, value: u64) -> Option<i64> {
        let (key, epoch) = self.epochs.iter().next_back()?;
        let is_same = !matches!(key, EpochKey::Told(_))
            && epoch.last >= reset_at
            && epoch.highest().is_none_or(|highest| highest <= value);
        if !is_same {
            return None;
        }
        let (_, epoch) = self.epochs.pop_last()?;
        self.tail = Tail::default();
        let from = epoch.first.0.minute();
        self.epochs.insert(EpochKey::Told(reset_at), epoch);
        Some(from)
    }

    /// Forgets the steps of before the minute, but of each epoch the last one: later readings are compared with it. Of
    /// epochs that ended before only the last one stays: whether it was heard to the end is what the next one asks.
    /// Returns whether that changed anything.
    pub(super) fn forget_before(&mut self, minute: i64) -> bool {
        let mut ended = self.epochs.iter().rev();
        let last_ended = ended.find(|(_, epoch)| epoch.last.minute() < minute);
        let last_ended = last_ended.map(|epoch| *epoch.0);
        let former = (self.epochs.len(), self.steps());
        self.epochs
            .retain(|key, epoch| Some(*key) == last_ended || epoch.last.minute() >= minute);
        for epoch in self.epochs.values_mut() {
            epoch.forget_before(minute);
        }
        former != (self.epochs.len(), self.steps())
    }

    fn steps(&self) -> usize {
        self.epochs.values().map(|epoch| epoch.steps.len()).sum()
    }

    /// Puts stored steps back; what is known stays.
    pub(crate) fn restore(
        &mut self,
        key: EpochKey,
        first: (Timestamp, u64),
        last: Timestamp,
        steps: impl IntoIterator<Item = (i64, u64)>,
    ) {
        let new = || Epoch::new(first.0, first.1);
        let epoch = self.epochs.entry(key).or_insert_with(new);
        epoch.first = epoch.first.min(first);
        for (minute, value) in steps {
            epoch.raise_in(minute, value);
        }
        epoch.last = epoch.last.max(last);
        self.tail = Tail::after(&self.epochs);
    }

    /// When epochs began that tell it, as far as that can be right.
    pub(super) fn told_begins(&self) -> impl Iterator<Item = Timestamp> {
        let told = |(key, epoch): (&EpochKey, &Epoch)| match key {
            EpochKey::Told(at) if *at <= epoch.first.0.after(AHEAD) => Some(*at),
            EpochKey::Told(_) | EpochKey::Dropped(_) | EpochKey::Unknown => None,
        };
        self.epochs.iter().filter_map(told)
    }

    /// When an epoch began, as far as that is known.
    pub(super) fn began(&self, key: EpochKey, epoch: &Epoch) -> Option<Timestamp> {
        match key {
            EpochKey::Unknown => None,
            EpochKey::Dropped(at) => Some(at),
            EpochKey::Told(at) if at <= epoch.first.0.after(AHEAD) => Some(at),
            // A clock that stands wrong. That it began anew was seen, if there was one before.
            EpochKey::Told(_) => {
                let is_first = self.epochs.keys().next() == Some(&key);
                (!is_first).then_some(epoch.first.0)
            }
        }
    }
}
