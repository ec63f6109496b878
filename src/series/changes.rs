//! Changes → the earliest minute from which a reader that comes now and then must look again.

/// A bounded log of changes, by revision. A reader remembers the revision at which it looked last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    /// (revision, earliest changed minute), both ascending: an entry that a later and lower one covers is left out.
    log: Vec<(u64, i64)>,
}

/// A reader that missed more than this looks at a little more than it must.
const LIMIT: usize = 8;

impl Changes {
    /// Everything from this minute on may have changed. Revisions only grow.
    pub(crate) fn note(&mut self, revision: u64, minute: i64) {
        while self.log.last().is_some_and(|last| last.1 >= minute) {
            self.log.pop();
        }
        self.log.push((revision, minute));
        if self.log.len() > LIMIT {
            let oldest = self.log.remove(0);
            if let Some(next) = self.log.first_mut() {
                next.1 = oldest.1;
            }
        }
    }

    /// The earliest minute that changed after that revision.
    pub(crate) fn since(&self, revision: u64) -> Option<i64> {
        let later = self.log.iter().find(|entry| entry.0 > revision);
        later.map(|entry| entry.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_learns_the_earliest_minute_that_changed_since_it_looked() {
        let mut changes = Changes::default();
        changes.note(1, 10);
        changes.note(2, 11);
        assert_eq!(changes.since(0), Some(10));
        assert_eq!(changes.since(1), Some(11));
        assert_eq!(changes.since(2), None);
        changes.note(3, 5);
        assert_eq!((changes.since(1), changes.since(2)), (Some(5), Some(5)));
    }

    #[test]
    fn the_log_is_bounded_and_never_says_too_late_a_minute() {
        let mut changes = Changes::default();
        for n in 1..1000_i64 {
            changes.note(n.unsigned_abs(), n);
        }
        assert!(changes.log.len() <= LIMIT);
        for n in 0..999_i64 {
            assert!(changes.since(n.unsigned_abs()).unwrap() <= n + 1);
        }
    }
}
