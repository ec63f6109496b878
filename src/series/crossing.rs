//! One message a person → how many passed in which minute, each counted once.

use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::ordered::OrderedMap;
use crate::time::Timestamp;

/// How a message is recognised when it comes again. There may be half a million of them: each of few bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Identity {
    /// The payload's own number.
    Numbered(u64),
    /// Its number and its time: numbers begin again when a device does.
    NumberedAt(u64, Timestamp),
    /// Only a time: two people may share it.
    At(Timestamp),
}

impl Identity {
    /// Of what a payload says; `None`: of neither.
    pub(crate) fn new(sequence: Option<u64>, sent_at: Option<Timestamp>) -> Option<Self> {
        match (sequence, sent_at) {
            (Some(sequence), Some(sent_at)) => Some(Self::NumberedAt(sequence, sent_at)),
            (Some(sequence), None) => Some(Self::Numbered(sequence)),
            (None, sent_at) => sent_at.map(Self::At),
        }
    }
}

/// In place of the link through which a message came: it is known from the store.
const STORED: u32 = u32::MAX;

/// How a crossing came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Came {
    pub(super) at: Timestamp,
    /// The time is the device's.
    pub(super) told: bool,
    pub(super) link: u32,
    pub(super) maybe_repeated: bool,
}

/// Through which link each came first.
pub(crate) type Known = OrderedMap<Identity, u32>;

/// All crossings of one line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Crossings {
    minutes: OrderedMap<i64, u64>,
    /// By the minute in which they are counted, until their day is settled. Nearly all come in order, and of what comes in
    /// any order only a minute's have to make room.
    known: OrderedMap<i64, Known>,
    /// How many identities there are.
    identities: usize,
}

/// People who pass one line one way in two days; more than that pass no door.
const IDENTITIES: usize = 131_072;

impl Crossings {
    pub(crate) fn is_empty(&self) -> bool {
        self.minutes.is_empty()
    }

    /// People by minute.
    pub(crate) const fn minutes(&self) -> &OrderedMap<i64, u64> {
        &self.minutes
    }

    /// How many identities are kept.
    pub(super) const fn identities(&self) -> usize {
        self.identities
    }

    /// The identities that are counted in an hour since the epoch, by minute.
    pub(crate) fn hour(&self, hour: i64) -> impl Iterator<Item = (i64, &Known)> {
        let known = self.known.range(hour * 60..(hour + 1) * 60);
        known.map(|(minute, known)| (*minute, known))
    }

    /// Counts people, unless they are known. Returns the minute in which they are counted.
    pub(super) fn note(
        &mut self,
        identity: Option<Identity>,
        people: u64,
        came: Came,
    ) -> Result<Option<i64>, Refusal> {
        let mut minute = came.at.minute();
        if let Some(identity) = identity {
            if let Some((counted, link)) = self.find(identity, minute, came.told) {
                // A payload's own number with its time is one message however often it comes; a time alone may be two
                // people's, unless the message may have come before or came another way.
                let came_otherwise = match identity {
                    Identity::NumberedAt(..) => true,
                    Identity::At(_) => link != came.link,
                    // Numbers begin again when a device does: what was stored may be of before.
                    Identity::Numbered(_) => link != came.link && link != STORED,
                };
                let is_repetition = came_otherwise || came.maybe_repeated;
                if is_repetition {
                    return Ok(None);
                }
                minute = counted;
            } else {
                if self.identities() >= IDENTITIES {
                    return Err(Refusal::TooMany);
                }
                if let Some((newest, known)) = self.known.iter_mut().next_back()
                    && *newest < minute
                {
                    // Nearly nobody comes to it any more, and up to half of it is room.
                    known.shrink();
                }
                let known = self.known.entry(minute).or_default();
                known.insert(identity, came.link);
                self.identities += 1;
            }
        }
        let counted = self.minutes.entry(minute).or_default();
        *counted = counted.saturating_add(people);
        Ok(Some(minute))
    }

    /// In which minute it is counted, and through which link it came. Who tells a usable time is counted then, or a little
    /// before if that time was still to come; anybody else where the message came first.
    fn find(&self, identity: Identity, minute: i64, told: bool) -> Option<(i64, u32)> {
        let places = if told {
            minute - AROUND..=minute + AROUND
        } else {
            i64::MIN..=i64::MAX
        };
        let mut places = self.known.range(places).rev();
        places.find_map(|(minute, known)| Some((*minute, *known.get(&identity)?)))
    }

    /// The day before this minute is settled: what was counted stays, who it was is forgotten.
    pub(super) fn settle_before(&mut self, minute: i64) -> bool {
        let kept = self.known.split_off(&minute);
        let settled = std::mem::replace(&mut self.known, kept);
        self.count_identities();
        !settled.is_empty()
    }

    pub(super) fn forget_before(&mut self, minute: i64) -> bool {
        self.settle_before(minute);
        let kept = self.minutes.split_off(&minute);
        !std::mem::replace(&mut self.minutes, kept).is_empty()
    }

    pub(crate) fn restore_minutes(&mut self, minutes: impl IntoIterator<Item = (i64, u64)>) {
        for (minute, people) in minutes {
            let known = self.minutes.entry(minute).or_default();
            *known = people.max(*known);
        }
    }

    /// Puts stored identities back, by minute; what is known stays.
    pub(crate) fn restore_identities(&mut self, minutes: Vec<(i64, Vec<Identity>)>) {
        for (minute, identities) in minutes {
            let known = self.known.entry(minute).or_default();
            for identity in identities {
                known.entry(identity).or_insert(STORED);
            }
            known.shrink();
        }
        self.count_identities();
    }

    fn count_identities(&mut self) {
        self.identities = self.known.values().map(OrderedMap::len).sum();
    }
}

/// By so many minutes a message that tells its time may be counted beside it: devices' clocks run ahead, ours is set.
const AROUND: i64 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    const fn live(at: Timestamp) -> Came {
        Came {
            at,
            told: true,
            link: 1,
            maybe_repeated: false,
        }
    }

    fn people(crossings: &Crossings) -> u64 {
        crossings.minutes.values().sum()
    }

    #[test]
    fn two_people_of_one_second_are_two_and_a_repetition_is_none() {
        let mut crossings = Crossings::default();
        let identity = Some(Identity::At(at(5)));
        crossings.note(identity, 1, live(at(5))).unwrap();
        crossings.note(identity, 1, live(at(5))).unwrap();
        assert_eq!(people(&crossings), 2);
        let again = Came {
            maybe_repeated: true,
            ..live(at(5))
        };
        assert_eq!(crossings.note(identity, 1, again), Ok(None));
        let other_way = Came {
            link: 2,
            ..live(at(5))
        };
        assert_eq!(crossings.note(identity, 1, other_way), Ok(None));
        assert_eq!(people(&crossings), 2);
    }

    #[test]
    fn a_message_with_a_number_of_its_own_counts_once() {
        let mut crossings = Crossings::default();
        let first = Identity::NumberedAt(7, at(5));
        for identity in [first, first, Identity::NumberedAt(7, at(900))] {
            crossings.note(Some(identity), 1, live(at(5))).unwrap();
        }
        assert_eq!(
            people(&crossings),
            2,
            "numbers begin again when a device does"
        );
    }

    #[test]
    fn who_says_neither_number_nor_time_is_counted_each_time() {
        let mut crossings = Crossings::default();
        for second in 0..3 {
            crossings.note(None, 2, live(at(second))).unwrap();
        }
        assert_eq!(people(&crossings), 6);
        assert_eq!(crossings.identities(), 0);
    }

    #[test]
    fn a_repetition_is_recognised_though_the_devices_clock_is_wrong() {
        let mut crossings = Crossings::default();
        let identity = Some(Identity::At(at(5)));
        let came = Came {
            told: false,
            ..live(at(100_000))
        };
        crossings.note(identity, 1, came).unwrap();
        let again = Came {
            at: at(120_000),
            maybe_repeated: true,
            ..came
        };
        assert_eq!(crossings.note(identity, 1, again), Ok(None));
    }

    #[test]
    fn a_number_without_time_may_come_again_after_a_restart() {
        let mut crossings = Crossings::default();
        let identity = Identity::Numbered(1);
        crossings.restore_identities(vec![(0, vec![identity])]);
        let redelivered = Came {
            maybe_repeated: true,
            ..live(at(5))
        };
        assert_eq!(crossings.note(Some(identity), 1, redelivered), Ok(None));
        crossings.note(Some(identity), 1, live(at(6))).unwrap();
        assert_eq!(people(&crossings), 1);
    }

    #[test]
    fn a_settled_day_keeps_its_numbers() {
        let mut crossings = Crossings::default();
        for second in 0..600 {
            let identity = Some(Identity::At(at(second)));
            crossings.note(identity, 1, live(at(second))).unwrap();
        }
        assert!(crossings.settle_before(5));
        assert_eq!((people(&crossings), crossings.identities()), (600, 300));
        assert!(crossings.forget_before(5));
        assert_eq!(people(&crossings), 300);
    }
}
