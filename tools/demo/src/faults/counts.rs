//! What was published, what came, what the page has stored and what it shows → messages lost, and counted twice.

use std::collections::{BTreeMap, BTreeSet};

use super::passage::{DOORS, Passage};
use super::source::Taken;
use super::witness::Witness;

/// People by door, as the page shows them.
pub(super) type Shown = BTreeMap<&'static str, usize>;

/// Messages, each told apart from all others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// That the broker took since the page had subscribed first.
    pub(super) published: usize,
    /// That came to the page, as its browser tells.
    pub(super) told: usize,
    /// That came to the page.
    pub(super) sent: usize,
    /// That never came, though the broker held them in a session that it reported present afterwards.
    pub(super) withheld: usize,
    /// That the page acknowledged.
    pub(super) acknowledged: usize,
    /// That it shows.
    pub(super) counted: usize,
    /// That came or were held, and are not counted.
    pub(super) lost: usize,
    /// Counted more often than once, or without having come.
    pub(super) twice: usize,
    /// That never came, and whose session the broker did not keep.
    pub(super) lost_by_the_broker: usize,
}

impl Counts {
    /// One by one: one lost and one counted twice are two faults, and no sum hides them.
    pub(super) fn of(
        taken: &[Taken],
        witness: &Witness,
        folded: &BTreeSet<Passage>,
        shown: &Shown,
    ) -> Self {
        let spans = witness.held();
        let first = spans.first().map(|span| span.from);
        let is_asked = |taken: &&Taken| first.is_some_and(|first| taken.begun >= first);
        let asked: Vec<&Taken> = taken.iter().filter(is_asked).collect();
        let came = |taken: &&Taken| witness.sent.contains(&taken.passage);
        let is_held = |taken: &&Taken| spans.iter().any(|span| span.holds(taken));
        let never_came = asked.iter().copied().filter(|taken| !came(taken));
        let (withheld, gone): (Vec<_>, Vec<_>) = never_came.partition(is_held);
        let held = withheld.iter().map(|taken| &taken.passage);
        let owed: BTreeSet<&Passage> = witness.sent.iter().chain(held).collect();
        let mut lost = owed.iter().filter(|it| !folded.contains(**it)).count();
        let mut twice = folded.difference(&witness.sent).count();
        for (door, _) in DOORS {
            let known = folded.iter().filter(|it| it.door == door).count();
            let shown = shown.get(door).copied().unwrap_or(0);
            lost += known.saturating_sub(shown);
            twice += shown.saturating_sub(known);
        }
        Self {
            published: asked.len(),
            told: witness.sent.len(),
            sent: witness.sent.len(),
            withheld: withheld.len(),
            acknowledged: witness.acknowledged.len(),
            counted: shown.values().sum(),
            lost,
            twice,
            lost_by_the_broker: gone.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use footfall::time::Timestamp;

    use super::super::witness::Connection;
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn passages(times: &[i64]) -> BTreeSet<Passage> {
        let passage = |time: &i64| Passage::new("gate", at(*time));
        times.iter().map(passage).collect()
    }

    fn taken(times: &[i64]) -> Vec<Taken> {
        let taken = |passage: Passage| Taken {
            begun: passage.at,
            ended: passage.at,
            passage,
        };
        passages(times).into_iter().map(taken).collect()
    }

    /// What came, over a session that began at 0 and another one, if so, at that time.
    fn witness(came: &[i64], again: Option<(i64, bool)>) -> Witness {
        let connection = |time, present| Connection::new(at(time), present);
        let again = again.map(|(time, present)| connection(time, present));
        Witness {
            sent: passages(came),
            acknowledged: passages(came),
            connections: [connection(0, false)].into_iter().chain(again).collect(),
        }
    }

    /// Lost, twice, lost by the broker.
    fn judged(
        published: &[i64],
        witness: &Witness,
        folded: &[i64],
        shown: usize,
    ) -> (usize, usize, usize) {
        let shown = Shown::from([("gate", shown)]);
        let counts = Counts::of(&taken(published), witness, &passages(folded), &shown);
        assert_eq!(counts.sent, witness.sent.len());
        (counts.lost, counts.twice, counts.lost_by_the_broker)
    }

    #[test]
    fn one_lost_and_one_counted_twice_are_not_none() {
        let came = witness(&[1, 2, 3], None);
        assert_eq!(judged(&[1, 2, 3], &came, &[1, 2, 3], 3), (0, 0, 0));
        assert_eq!(judged(&[1, 2, 3], &came, &[1, 2], 3), (1, 1, 0));
        assert_eq!(judged(&[1, 2, 3], &came, &[1, 2], 2), (1, 0, 0));
        assert_eq!(judged(&[1, 2, 3], &came, &[1, 2, 3], 4), (0, 1, 0));
        assert_eq!(
            judged(&[1, 2, 3], &came, &[1, 2, 3], 2),
            (1, 0, 0),
            "known, and not shown"
        );
        assert_eq!(
            judged(&[1, 2, 3], &came, &[1, 2, 9], 3),
            (1, 1, 0),
            "what never came stands for what did"
        );
    }

    #[test]
    fn doors_do_not_make_good_for_each_other() {
        let mut came = witness(&[1], None);
        came.sent.insert(Passage::new("yard", at(2)));
        let shown = Shown::from([("gate", 2), ("yard", 0)]);
        let counts = Counts::of(&taken(&[1]), &came, &came.sent, &shown);
        assert_eq!((counts.lost, counts.twice), (1, 1));
    }

    #[test]
    fn what_a_session_held_that_went_on_is_lost_by_us_and_what_another_one_did_by_the_broker() {
        let kept = witness(&[1, 4], Some((3, true)));
        assert_eq!(judged(&[1, 2, 4], &kept, &[1, 4], 2), (1, 0, 0));
        let ended = witness(&[1, 4], Some((3, false)));
        assert_eq!(judged(&[1, 2, 4], &ended, &[1, 4], 2), (0, 0, 1));
        assert_eq!(
            judged(&[1, 4, 5], &ended, &[1, 4], 2),
            (1, 0, 0),
            "the last one is there"
        );
    }

    #[test]
    fn what_was_published_before_anybody_subscribed_is_nobodys() {
        let came = witness(&[5], None);
        let counts = Counts::of(
            &taken(&[-2, -1, 5]),
            &came,
            &came.sent,
            &Shown::from([("gate", 1)]),
        );
        assert_eq!((counts.published, counts.lost_by_the_broker), (1, 0));
        let never = Witness::default();
        assert_eq!(judged(&[1], &never, &[], 0), (0, 0, 0));
    }
}
