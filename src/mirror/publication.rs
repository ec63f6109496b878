//! What the engine tells of a page's last publication → how far it is, what followed, and whether to ask on.

use std::sync::Arc;

use crate::engine::wire::{Following, MessageView, Published, Stage};

/// A publication of this page.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicationShown {
    key: u64,
    /// Of what followed all up to this number was told.
    last: u64,
    is_over: bool,
    /// How far it is; `None`: not known yet.
    pub stage: Option<Stage>,
    /// What followed, oldest first.
    pub followed: Vec<Arc<MessageView>>,
}

impl PublicationShown {
    /// One of which nothing is known yet, in the place of the former one.
    pub fn after(former: Option<&Self>) -> Self {
        Self {
            key: former.map_or(1, |former| former.key + 1),
            last: 0,
            is_over: false,
            stage: None,
            followed: Vec::new(),
        }
    }

    /// One that was not asked for: nothing is said of it, nor of the former one any more.
    pub fn stopped(former: Option<&Self>) -> Self {
        Self {
            key: former.map_or(0, Self::key),
            is_over: true,
            ..Self::after(former)
        }
    }

    /// The page's own number for it.
    pub const fn key(&self) -> u64 {
        self.key
    }

    /// What to ask; `None`: all is known.
    pub fn question(&self) -> Option<Following> {
        let question = Following {
            key: self.key,
            after: self.last,
        };
        (!self.is_over).then_some(question)
    }

    /// Takes what the engine tells. Returns whether anything of it is new.
    pub fn handle(&mut self, told: Published) -> bool {
        // The answer to a question about the former one, or one that was answered already.
        if told.key != self.key || self.is_over {
            return false;
        }
        let shown = self.followed.len();
        let new = told.followed.messages.into_iter();
        let new = new.filter(|message| message.number > self.last);
        self.followed
            .extend(new.map(Arc::new).take(SHOWN.saturating_sub(shown)));
        self.last = self.last.max(told.followed.last);
        self.is_over = told.is_over;
        // A new engine does not know how far it was.
        let stage = told.stage.or(self.stage);
        let is_new = stage != self.stage || self.followed.len() > shown;
        self.stage = stage;
        is_new
    }
}

/// More than a person reads. The first stay: what answers comes soon.
const SHOWN: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::wire::{Fate, Listed};
    use crate::mqtt::{Properties, QoS};
    use crate::time::Timestamp;

    /// What an engine tells of a publication that was followed by messages of these numbers.
    fn told(key: u64, numbers: std::ops::RangeInclusive<u64>) -> Published {
        let message = |number| MessageView {
            number,
            profile: None,
            received_at: Timestamp::from_millis(0),
            topic: "a".to_owned(),
            prefix: 0,
            payload: Vec::new(),
            length: 0,
            qos: QoS::AtMostOnce,
            retained: false,
            duplicate: false,
            properties: Properties::default(),
            fate: Fate::Empty,
        };
        Published {
            key,
            stage: Some(Stage::Sent),
            followed: Listed {
                last: *numbers.end(),
                after: 0,
                messages: numbers.map(message).collect(),
            },
            is_over: false,
        }
    }

    #[test]
    fn what_followed_is_shown_once_however_often_it_is_told() {
        let mut shown = PublicationShown::after(None);
        assert_eq!(shown.question(), Some(Following { key: 1, after: 0 }));
        assert!(shown.handle(told(1, 5..=6)));
        assert!(!shown.handle(told(1, 5..=6)));
        assert!(shown.handle(told(1, 5..=8)));
        let numbers: Vec<_> = shown.followed.iter().map(|one| one.number).collect();
        assert_eq!(numbers, [5, 6, 7, 8]);
        assert_eq!(shown.question(), Some(Following { key: 1, after: 8 }));
        assert_eq!(shown.stage, Some(Stage::Sent));
        assert!(shown.handle(told(1, 9..=1_000)));
        assert_eq!(shown.followed.len(), SHOWN);
        assert_eq!(
            shown.question(),
            Some(Following {
                key: 1,
                after: 1_000
            })
        );
    }

    #[test]
    fn what_is_over_is_not_asked_any_more_and_stays_as_it_was() {
        let mut shown = PublicationShown::after(None);
        shown.handle(told(1, 1..=2));
        // An engine that was started anew does not know it.
        shown.handle(Published {
            key: 1,
            is_over: true,
            ..Published::default()
        });
        assert_eq!(shown.question(), None);
        assert_eq!((shown.stage, shown.followed.len()), (Some(Stage::Sent), 2));
        // One that is not even asked for hears nothing of it.
        let mut stopped = PublicationShown::stopped(Some(&shown));
        assert_eq!(stopped.question(), None);
        assert!(!stopped.handle(told(1, 1..=9)));
        assert_eq!(PublicationShown::after(Some(&stopped)).key(), 2);
        assert_eq!(PublicationShown::stopped(None).question(), None);
        // The next one begins with nothing, and hears nothing of the former.
        let mut next = PublicationShown::after(Some(&shown));
        assert!(!next.handle(told(1, 1..=9)));
        assert_eq!((next.stage, next.followed.len()), (None, 0));
        assert_eq!(next.question(), Some(Following { key: 2, after: 0 }));
    }
}
