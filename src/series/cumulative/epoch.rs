//! One epoch of a counter: a staircase of minutes and totals.

use crate::ordered::OrderedMap;
use crate::time::Timestamp;

/// Which epoch; in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EpochKey {
    /// It was under way when the counter was first heard, and the counter does not tell when it began.
    Unknown,
    /// It began when the total dropped; this is the first reading after.
    Dropped(Timestamp),
    /// The counter tells when it began.
    Told(Timestamp),
}

/// What is known of one epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Epoch {
    /// Minutes in which the total rose, and how high; both ascending.
    pub(crate) steps: OrderedMap<i64, u64>,
    /// The earliest reading and its total, the lower one of two at the same time: what an epoch that was under way then is
    /// counted from.
    pub(crate) first: (Timestamp, u64),
    /// The latest reading.
    pub(crate) last: Timestamp,
}

impl Epoch {
    pub(super) const fn new(at: Timestamp, value: u64) -> Self {
        Self {
            steps: OrderedMap::new(),
            first: (at, value),
            last: at,
        }
    }

    /// Takes a reading. Returns the minute from which on it told anything new. When the newest epoch was heard last says
    /// nothing as long as no other follows.
    pub(super) fn raise(&mut self, at: Timestamp, value: u64, is_newest: bool) -> Option<i64> {
        let (first, last) = (self.first, self.last);
        self.first = first.min((at, value));
        self.last = last.max(at);
        let heard_longer = (self.last > last && !is_newest).then(|| last.minute());
        let is_news = self.raise_in(at.minute(), value) || self.first < first;
        match (heard_longer, is_news) {
            (Some(last), true) => Some(last.min(at.minute())),
            (Some(last), false) => Some(last),
            (None, is_news) => is_news.then(|| at.minute()),
        }
    }

    pub(super) fn raise_in(&mut self, minute: i64, value: u64) -> bool {
        if self
            .highest_until(minute)
            .is_some_and(|known| known >= value)
        {
            return false;
        }
        while let Some((&later, &known)) = self.steps.range(minute..).next()
            && known <= value
        {
            self.steps.remove(&later);
        }
        self.steps.insert(minute, value);
        true
    }

    /// The highest total up to the end of the minute.
    pub(super) fn highest_until(&self, minute: i64) -> Option<u64> {
        self.steps.range(..=minute).next_back().map(|step| *step.1)
    }

    pub(super) fn highest(&self) -> Option<u64> {
        self.steps.values().next_back().copied()
    }

    pub(super) fn forget_before(&mut self, minute: i64) {
        while let (Some((&oldest, _)), Some((&next, _))) = {
            let mut steps = self.steps.iter();
            (steps.next(), steps.next())
        } && next < minute
        {
            self.steps.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_staircase_keeps_only_what_rose() {
        let mut epoch = Epoch::new(Timestamp::from_millis(0), 0);
        for (minute, value) in [(10, 5), (12, 5), (11, 4), (14, 9), (13, 7), (13, 6)] {
            epoch.raise_in(minute, value);
        }
        assert_eq!(epoch.steps, OrderedMap::from([(10, 5), (13, 7), (14, 9)]));
        epoch.raise_in(9, 7);
        assert_eq!(epoch.steps, OrderedMap::from([(9, 7), (14, 9)]));
    }

    #[test]
    fn what_is_forgotten_leaves_the_last_step_to_compare_with() {
        let mut epoch = Epoch::new(Timestamp::from_millis(0), 0);
        for minute in 0..10 {
            epoch.raise_in(minute, minute.unsigned_abs());
        }
        epoch.forget_before(5);
        assert_eq!(epoch.steps.first_key_value(), Some((&4, &4)));
        epoch.forget_before(100);
        assert_eq!(epoch.steps, OrderedMap::from([(9, 9)]));
    }

    proptest! {
        #[test]
        fn any_order_gives_the_same_staircase(
            readings in prop::collection::vec((0_i64..50, 0_u64..50), 1..40),
            turn in 0_usize..40,
        ) {
            let staircase = |readings: &[(i64, u64)]| {
                let mut epoch = Epoch::new(Timestamp::from_millis(0), 0);
                for (minute, value) in readings {
                    epoch.raise_in(*minute, *value);
                }
                epoch.steps
            };
            let mut turned = readings.clone();
            turned.rotate_left(turn % readings.len());
            turned.reverse();
            turned.extend_from_slice(&readings);
            prop_assert_eq!(staircase(&readings), staircase(&turned));
        }
    }
}
