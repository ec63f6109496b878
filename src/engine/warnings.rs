//! What was odd, counted: one entry a kind, never one a message.

use super::wire::{Odd, WarningView};
use crate::ordered::{OrderedMap, sort_by};
use crate::time::Timestamp;

/// Warnings by source and kind. A kind beyond the limit is counted under the source alone.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    entries: OrderedMap<(String, Odd), WarningView>,
}

/// Enough for every mapping with every error; a hostile sender cannot invent kinds.
const LIMIT: usize = 64;

/// Topics may be 65,535 bytes long; nobody reads more of one in a list.
const TOPIC_CHARACTERS: usize = 120;

impl Warnings {
    /// Counts one; the newest topic is kept as the sample.
    pub(super) fn count(&mut self, source: &str, what: Odd, topic: &str, at: Timestamp) {
        let mut key = (source.to_owned(), what);
        if self.entries.len() >= LIMIT && !self.entries.contains_key(&key) {
            key.1 = Odd::More;
        }
        let entry = self
            .entries
            .entry(key)
            .or_insert_with_key(|(source, what)| WarningView {
                source: source.clone(),
                what: what.clone(),
                topic: String::new(),
                count: 0,
                last_at: at,
            });
        entry.count += 1;
        entry.last_at = at;
        entry.topic = topic.chars().take(TOPIC_CHARACTERS).collect();
    }

    /// The most frequent first.
    pub(super) fn views(&self) -> Vec<WarningView> {
        let mut views: Vec<_> = self.entries.values().cloned().collect();
        sort_by(&mut views, |one, other| other.count.cmp(&one.count));
        views
    }
}

#[cfg(test)]
mod tests {
    use super::super::wire::Unreadable;
    use super::*;
    use crate::series::Refusal;

    #[test]
    fn a_million_bad_messages_are_one_warning() {
        let mut warnings = Warnings::default();
        for n in 0..1000 {
            warnings.count(
                "axis-event",
                Odd::Refused(Refusal::TooLate),
                &format!("axis/{n}"),
                Timestamp::from_millis(n),
            );
        }
        let views = warnings.views();
        assert_eq!(views.len(), 1);
        assert_eq!(
            (views[0].count, views[0].topic.as_str()),
            (1000, "axis/999")
        );
    }

    #[test]
    fn kinds_are_bounded() {
        let mut warnings = Warnings::default();
        for n in 0..1000 {
            let what = Odd::Unreadable(Unreadable::Missing(n.to_string()));
            warnings.count("generic", what, "t", Timestamp::from_millis(0));
        }
        assert!(warnings.views().len() <= LIMIT + 1);
        assert_eq!(
            warnings.views().iter().map(|view| view.count).sum::<u64>(),
            1000
        );
    }
}
