//! What a zone showed in the last hour, second by second, for charts that are finer than a minute.

use std::collections::VecDeque;
use std::time::Duration;

use super::columns::Drawn;
use crate::time::Timestamp;

/// Seconds in which the number changed; in between it stayed.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    /// (second since the Unix epoch, what was shown in it; `None`: nothing), ascending.
    seconds: VecDeque<(i64, Option<Drawn>)>,
    /// When it was looked at first and last without a longer break.
    looked: Option<(Timestamp, Timestamp)>,
    shown: Option<u64>,
}

/// How far back it reaches.
const SPAN_SECONDS: i64 = 3600;

/// Who did not look for longer does not know what was shown meanwhile.
const BREAK: Duration = Duration::from_secs(10);

impl Trace {
    /// What is shown now. Returns whether that is anything new.
    pub(super) fn look(&mut self, now: Timestamp, people: Option<u64>) -> bool {
        let is_broken = self
            .looked
            .is_none_or(|(_, last)| now < last || now.since(last) > BREAK);
        let from = self
            .looked
            .filter(|_| !is_broken)
            .map_or(now, |(from, _)| from);
        self.looked = Some((from, now));
        if is_broken {
            self.seconds.clear();
        }
        let is_same = self.shown == people && !self.seconds.is_empty();
        self.shown = people;
        if is_same {
            return false;
        }
        let second = now.as_millis().div_euclid(1000);
        let value = people.map(Drawn::of);
        let before = match self.seconds.back().copied() {
            Some((at, shown)) if at == second => {
                self.seconds.pop_back();
                shown
            }
            Some((_, shown)) => shown.map(Drawn::end),
            None => None,
        };
        self.seconds.push_back((second, both(before, value)));
        // The one before the span stays: it says what was shown when the span began.
        while self
            .seconds
            .get(1)
            .is_some_and(|next| next.0 < second - SPAN_SECONDS)
        {
            self.seconds.pop_front();
        }
        true
    }

    /// Since when it knows what was shown.
    pub(super) fn from(&self) -> Option<Timestamp> {
        let (from, last) = self.looked?;
        Some(from.max(last.before(Duration::from_secs(SPAN_SECONDS.unsigned_abs()))))
    }

    /// What was shown from one instant up to another.
    pub(super) fn drawn(&self, from: Timestamp, until: Timestamp) -> Option<Drawn> {
        let first = from.as_millis().div_euclid(1000);
        let last = (until.as_millis() - 1).div_euclid(1000);
        let begin = self.seconds.partition_point(|second| second.0 < first);
        let before = begin.checked_sub(1).and_then(|index| self.seconds[index].1);
        let within = self
            .seconds
            .range(begin..)
            .take_while(|second| second.0 <= last);
        within.fold(before.map(Drawn::end), |drawn, second| {
            both(drawn, second.1)
        })
    }
}

/// One after the other, as far as there are any.
fn both(first: Option<Drawn>, next: Option<Drawn>) -> Option<Drawn> {
    match (first, next) {
        (Some(first), Some(next)) => Some(first.then(next)),
        (first, next) => next.or(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(1_790_000_000_000 + millis)
    }

    fn drawn(trace: &Trace, from: i64, until: i64) -> Option<Drawn> {
        trace.drawn(at(from), at(until))
    }

    #[test]
    fn a_number_stays_until_it_changes() {
        let mut trace = Trace::default();
        for (millis, people) in [(0, 5), (2_100, 6), (2_500, 8), (2_900, 7), (6_000, 7)] {
            trace.look(at(millis), Some(people));
        }
        let rise = [5, 8, 7].map(Drawn::of);
        let rise = rise[0].then(rise[1]).then(rise[2]);
        assert_eq!(drawn(&trace, 1_000, 2_000), Some(Drawn::of(5)));
        assert_eq!(drawn(&trace, 2_000, 3_000), Some(rise));
        assert_eq!(drawn(&trace, 4_000, 8_000), Some(Drawn::of(7)));
        assert_eq!(drawn(&trace, 0, 4_000), Some(rise));
        assert_eq!(trace.from(), Some(at(0)));
    }

    #[test]
    fn it_reaches_back_one_hour_and_not_over_a_break() {
        let mut trace = Trace::default();
        for second in 0..9_000 {
            trace.look(at(second * 1000), Some(second.unsigned_abs()));
        }
        assert!(trace.seconds.len() <= 3602);
        assert_eq!(trace.from(), Some(at(5_399_000)));
        trace.look(at(9_100_000), Some(1));
        assert_eq!(trace.from(), Some(at(9_100_000)));
    }
}
