//! Finds resets where only a drop shows them, in whatever order the last readings came.
//!
//! Readings of the last two minutes are kept and put in the order in which they were measured, so that a late one is not
//! taken for a reset. What is older is settled.

use std::time::Duration;

use super::Noted;
use super::epoch::{Epoch, EpochKey};
use crate::ordered::{OrderedMap, OrderedSet};
use crate::series::Refusal;
use crate::time::Timestamp;

/// How long readings may come in any order.
const WINDOW: Duration = Duration::from_secs(120);

/// Eight readings a second; of a line that sends more, older ones are settled earlier. A list that grows to this and not
/// by one more has no room that nobody needs.
const READINGS: usize = 1024;

/// The last readings of a line.
#[derive(Clone, Debug, Default)]
pub(super) struct Tail {
    /// What is settled.
    settled: Option<Head>,
    /// What is not, in the order of measuring; of two at the same time the lower first.
    readings: OrderedSet<(Timestamp, u64)>,
    /// After all of them.
    head: Option<Head>,
}

/// Where the counter stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    epoch: EpochKey,
    value: u64,
    at: Timestamp,
}

impl Tail {
    /// All known readings are settled.
    pub(super) fn after(epochs: &OrderedMap<EpochKey, Epoch>) -> Self {
        let newest = epochs.iter().next_back();
        let settled = newest.and_then(|(key, epoch)| {
            Some(Head {
                epoch: *key,
                value: epoch.highest()?,
                at: epoch.last,
            })
        });
        Self {
            settled,
            readings: OrderedSet::new(),
            head: settled,
        }
    }

    pub(super) fn note(
        &mut self,
        epochs: &mut OrderedMap<EpochKey, Epoch>,
        value: u64,
        at: Timestamp,
    ) -> Result<Noted, Refusal> {
        if let Some(settled) = self.settled
            && (at, value) <= (settled.at, settled.value)
        {
            return note_late(epochs, settled, value, at);
        }
        if !self.readings.insert((at, value)) {
            return Ok(Noted::Known);
        }
        let noted = if self.readings.last() == Some(&(at, value)) {
            let former = self.head;
            self.head = Some(step(epochs, former, value, at));
            match (former, self.head) {
                (Some(former), Some(head)) if former.epoch != head.epoch => Noted::Reset {
                    from: former.at.minute(),
                },
                (Some(former), Some(head)) if former.value == head.value => Noted::Known,
                _ => Noted::Changed { from: at.minute() },
            }
        } else {
            let earliest = self.readings.first().map_or(at, |first| first.0);
            let from = self.settled.map_or(earliest, |settled| settled.at).minute();
            self.rebuild(epochs);
            Noted::Changed { from }
        };
        self.settle();
        Ok(noted)
    }

    /// Takes all back that is not settled, and applies it in its right order.
    fn rebuild(&mut self, epochs: &mut OrderedMap<EpochKey, Epoch>) {
        match self.settled {
            None => epochs.clear(),
            Some(settled) => {
                epochs.retain(|key, _| *key <= settled.epoch);
                if let Some(epoch) = epochs.get_mut(&settled.epoch) {
                    let minute = settled.at.minute();
                    epoch
                        .steps
                        .retain(|at, value| *at <= minute && *value <= settled.value);
                    epoch.raise_in(minute, settled.value);
                    epoch.last = settled.at;
                }
            }
        }
        self.head = self.settled;
        for (at, value) in &self.readings {
            self.head = Some(step(epochs, self.head, *value, *at));
        }
    }

    fn settle(&mut self) {
        let Some(newest) = self.readings.last().copied() else {
            return;
        };
        while let Some((at, value)) = self.readings.first().copied()
            && (at < newest.0.before(WINDOW) || self.readings.len() >= READINGS)
        {
            self.readings.pop_first();
            self.settled = Some(after(self.settled, value, at));
        }
    }
}

/// Where the counter stands after a reading: a drop begins a new epoch.
fn after(former: Option<Head>, value: u64, at: Timestamp) -> Head {
    match former {
        None => Head {
            epoch: EpochKey::Unknown,
            value,
            at,
        },
        Some(former) if value < former.value => Head {
            epoch: EpochKey::Dropped(at),
            value,
            at,
        },
        Some(former) => Head {
            value,
            at,
            ..former
        },
    }
}

fn step(
    epochs: &mut OrderedMap<EpochKey, Epoch>,
    former: Option<Head>,
    value: u64,
    at: Timestamp,
) -> Head {
    let head = after(former, value, at);
    let epoch = epochs
        .entry(head.epoch)
        .or_insert_with(|| Epoch::new(at, value));
    epoch.raise(at, value, true);
    head
}

/// A reading that came after its time was settled only fills in: it must fit between what is known.
fn note_late(
    epochs: &mut OrderedMap<EpochKey, Epoch>,
    settled: Head,
    value: u64,
    at: Timestamp,
) -> Result<Noted, Refusal> {
    let began = |key: &EpochKey| match key {
        EpochKey::Unknown => true,
        EpochKey::Dropped(began) | EpochKey::Told(began) => *began <= at,
    };
    let newest = epochs.keys().next_back().copied();
    let in_force = epochs.iter_mut().rev().find(|(key, _)| began(key));
    let Some((key, epoch)) = in_force else {
        return Err(Refusal::TooLate);
    };
    let highest = if *key == settled.epoch {
        Some(settled.value)
    } else {
        epoch.highest()
    };
    let before = epoch.highest_until(at.minute() - 1);
    if highest.is_some_and(|highest| value > highest) || before.is_some_and(|before| value < before)
    {
        return Err(Refusal::TooLate);
    }
    let from = epoch.raise(at, value, newest == Some(*key));
    Ok(from.map_or(Noted::Known, |from| Noted::Changed { from }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seconds(n: i64) -> Timestamp {
        Timestamp::from_millis(n * 1000)
    }

    fn epochs(readings: &[(i64, u64)]) -> OrderedMap<EpochKey, Epoch> {
        let (mut tail, mut epochs) = (Tail::default(), OrderedMap::new());
        for (at, value) in readings {
            let _late_ones_are_refused = tail.note(&mut epochs, *value, seconds(*at));
        }
        epochs
    }

    fn tops(readings: &[(i64, u64)]) -> Vec<u64> {
        let epochs = epochs(readings);
        epochs.values().filter_map(Epoch::highest).collect()
    }

    #[test]
    fn a_drop_begins_a_new_epoch() {
        assert_eq!(tops(&[(0, 7), (60, 9), (120, 0), (180, 2)]), [9, 2]);
    }

    #[test]
    fn a_late_reading_is_no_reset() {
        assert_eq!(tops(&[(0, 7), (60, 9), (30, 8), (90, 10)]), [10]);
    }

    #[test]
    fn a_reset_is_found_though_its_readings_come_in_disorder() {
        assert_eq!(tops(&[(0, 7), (20, 1), (10, 9), (30, 2)]), [9, 2]);
        assert_eq!(tops(&[(30, 2), (20, 1), (10, 9), (0, 7)]), [9, 2]);
    }

    #[test]
    fn what_comes_after_the_window_fills_in_or_is_refused() {
        assert_eq!(tops(&[(0, 7), (600, 9), (300, 8)]), [9]);
        let (mut tail, mut epochs) = (Tail::default(), OrderedMap::new());
        for (at, value) in [(0, 7), (600, 9), (900, 10)] {
            tail.note(&mut epochs, value, seconds(at)).unwrap();
        }
        assert_eq!(
            tail.note(&mut epochs, 30, seconds(300)),
            Err(Refusal::TooLate)
        );
    }

    #[test]
    fn a_line_that_sends_very_often_is_bounded() {
        let (mut tail, mut epochs) = (Tail::default(), OrderedMap::new());
        for n in 0..5000 {
            let at = Timestamp::from_millis(n);
            tail.note(&mut epochs, n.unsigned_abs(), at).unwrap();
        }
        assert!(tail.readings.len() <= READINGS);
        assert_eq!(epochs.len(), 1);
    }

    proptest! {
        #[test]
        fn any_order_within_the_window_gives_the_same(
            readings in prop::collection::vec((0_i64..110, 0_u64..9), 1..20),
            before in prop::collection::vec(0_u64..9, 0..4),
            turn in 0_usize..20,
        ) {
            let mut in_order: Vec<(i64, u64)> = (-1000..).step_by(130).zip(before).collect();
            let mut turned = in_order.clone();
            in_order.extend_from_slice(&readings);
            let mut rest = readings;
            let by = turn % rest.len();
            rest.rotate_left(by);
            rest.reverse();
            turned.extend(rest);
            prop_assert_eq!(epochs(&in_order), epochs(&turned));
        }
    }
}
