//! One message a person → how many passed in which minute, each counted once.

use std::collections::BTreeMap;

use super::Refusal;
use crate::ordered::OrderedMap;
use crate::time::Timestamp;

/// How a message is recognised when it comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Identity {
    /// The payload's own number, and its time if it has one: numbers begin again when a device does.
    Sequence(u64, Option<Timestamp>),
    /// Only a time: two people may share it.
    Sent(Timestamp),
}

/// Who passed with one identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Passage {
    /// Where they are counted.
    pub(crate) minute: i64,
    /// How many.
    pub(crate) people: u64,
    /// Through which link they came first; [`STORED`] after a restart.
    pub(crate) link: u32,
}

/// No link has this number.
pub(crate) const STORED: u32 = u32::MAX;

/// How a crossing came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Came {
    pub(super) at: Timestamp,
    /// The time is the device's.
    pub(super) told: bool,
    pub(super) link: u32,
    pub(super) maybe_repeated: bool,
}

/// All crossings of one line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Crossings {
    minutes: OrderedMap<i64, u64>,
    /// By the hour since the epoch in which they are counted, until their day is settled. A busy hour has many, and their
    /// identities come in any order: a tree.
    hours: OrderedMap<i64, BTreeMap<Identity, Passage>>,
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

    /// The identities that are counted in an hour since the epoch.
    pub(crate) fn hour(&self, hour: i64) -> impl Iterator<Item = (&Identity, &Passage)> {
        self.hours.get(&hour).into_iter().flatten()
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
            if let Some(known) = self.find(identity, minute, came.told) {
                // A payload's own number with its time is one message however often it comes; a time alone may be two
                // people's, unless the message may have come before or came another way.
                let is_repetition = matches!(identity, Identity::Sequence(_, Some(_)))
                    || came.maybe_repeated
                    || known.link != came.link;
                if is_repetition {
                    return Ok(None);
                }
                known.people = known.people.saturating_add(people);
                minute = known.minute;
            } else {
                if self.identities() >= IDENTITIES {
                    return Err(Refusal::TooMany);
                }
                let passage = Passage {
                    minute,
                    people,
                    link: came.link,
                };
                self.hours
                    .entry(minute.div_euclid(60))
                    .or_default()
                    .insert(identity, passage);
                self.identities += 1;
            }
        }
        let counted = self.minutes.entry(minute).or_default();
        *counted = counted.saturating_add(people);
        Ok(Some(minute))
    }

    /// Who tells a usable time is counted then, or a little before if that time was still to come; anybody else where the
    /// message came first.
    fn find(&mut self, identity: Identity, minute: i64, told: bool) -> Option<&mut Passage> {
        let own = minute.div_euclid(60);
        let places = if told {
            own - 1..=own
        } else {
            i64::MIN..=i64::MAX
        };
        let hour = self
            .hours
            .range_mut(places)
            .rev()
            .find(|(_, hour)| hour.contains_key(&identity))?;
        hour.1.get_mut(&identity)
    }

    /// The day before this minute is settled: what was counted stays, who it was is forgotten.
    pub(super) fn settle_before(&mut self, minute: i64) -> bool {
        let former = self.identities;
        for hour in self.hours.values_mut() {
            hour.retain(|_, passage| passage.minute >= minute);
        }
        self.hours.retain(|_, hour| !hour.is_empty());
        self.identities = self.hours.values().map(BTreeMap::len).sum();
        former != self.identities
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

    pub(crate) fn restore_identities(
        &mut self,
        identities: impl IntoIterator<Item = (Identity, Passage)>,
    ) {
        for (identity, passage) in identities {
            let hour = self.hours.entry(passage.minute.div_euclid(60)).or_default();
            hour.entry(identity).or_insert(passage);
        }
        self.identities = self.hours.values().map(BTreeMap::len).sum();
    }
}

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
        let identity = Some(Identity::Sent(at(5)));
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
        let first = Identity::Sequence(7, Some(at(5)));
        for identity in [first, first, Identity::Sequence(7, Some(at(900)))] {
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
        let identity = Some(Identity::Sent(at(5)));
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
    fn a_settled_day_keeps_its_numbers() {
        let mut crossings = Crossings::default();
        for second in 0..600 {
            let identity = Some(Identity::Sent(at(second)));
            crossings.note(identity, 1, live(at(second))).unwrap();
        }
        assert!(crossings.settle_before(5));
        assert_eq!((people(&crossings), crossings.identities()), (600, 300));
        assert!(crossings.forget_before(5));
        assert_eq!(people(&crossings), 300);
    }
}
