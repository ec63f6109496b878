//! What the engine tells of the messages that came → those that are shown, each once, and which was the last before it.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::engine::wire::{Listed, MessageView};

/// The newest messages that came while a page looked.
#[derive(Debug, Default)]
pub struct MessagesShown {
    /// Newest first, each with the look in which it came.
    messages: VecDeque<(u32, Arc<MessageView>)>,
    last: u64,
    look: u32,
}

/// More than a person reads.
const SHOWN: usize = 200;

impl MessagesShown {
    /// Newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<MessageView>> {
        self.messages.iter().map(|(_, message)| message)
    }

    /// The newest number: how many came since somebody looks, and after which to ask for more.
    pub const fn last(&self) -> u64 {
        self.last
    }

    /// Other topics are looked at: what came on them before is not known.
    pub const fn look_elsewhere(&mut self) {
        self.look += 1;
    }

    /// Takes what came since. Returns whether anything is new.
    pub fn handle(&mut self, listed: Listed) -> bool {
        // An engine that was started anew counts from the beginning. Of two questions at once both may be answered by it.
        if listed.last < listed.after && listed.after <= self.last {
            self.last = 0;
            self.look_elsewhere();
        }
        let known = self.last;
        self.last = known.max(listed.last);
        let new = listed.messages.into_iter();
        for message in new.filter(|message| message.number > known) {
            self.messages.push_front((self.look, Arc::new(message)));
        }
        self.messages.truncate(SHOWN);
        self.last > known
    }

    /// The message before this one on the same topic, if none between is missing.
    pub fn former(&self, message: &Arc<MessageView>) -> Option<Arc<MessageView>> {
        let mut older = self.messages.iter();
        let (look, _) = older.find(|(_, it)| Arc::ptr_eq(it, message))?;
        let former = older.find(|(of, it)| of == look && it.topic == message.topic);
        former.map(|(_, former)| Arc::clone(former))
    }
}

#[cfg(test)]
mod tests {
    use std::ops::RangeInclusive;

    use super::*;
    use crate::engine::wire::Fate;
    use crate::mqtt::{Properties, QoS};
    use crate::time::Timestamp;

    /// What an engine answers to who has all up to `after`: these numbers, all on one topic.
    fn listed(after: u64, numbers: RangeInclusive<u64>) -> Listed {
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
        Listed {
            after,
            last: *numbers.end(),
            messages: numbers.map(message).collect(),
        }
    }

    fn numbers(shown: &MessagesShown) -> Vec<u64> {
        shown.iter().map(|message| message.number).collect()
    }

    fn former(shown: &MessagesShown, place: usize) -> Option<u64> {
        let message = shown.iter().nth(place).unwrap();
        shown.former(message).map(|former| former.number)
    }

    #[test]
    fn each_message_is_shown_once_however_the_questions_overlap() {
        let mut shown = MessagesShown::default();
        assert!(shown.handle(listed(0, 1..=2)));
        assert!(shown.handle(listed(0, 1..=3)));
        assert!(!shown.handle(listed(2, 3..=3)));
        assert_eq!(numbers(&shown), [3, 2, 1]);
        // One that was cut because it was long.
        assert!(!shown.handle(listed(0, 1..=2)));
        assert_eq!((numbers(&shown).len(), shown.last()), (3, 3));
        assert!(shown.handle(listed(3, 4..=1_000)));
        assert_eq!(numbers(&shown).len(), SHOWN);
    }

    #[test]
    fn a_new_engine_counts_anew_and_is_believed_once() {
        let mut shown = MessagesShown::default();
        shown.handle(listed(0, 1..=9));
        assert!(shown.handle(listed(9, 1..=2)));
        assert!(!shown.handle(listed(9, 1..=2)));
        assert!(shown.handle(listed(2, 3..=3)));
        assert_eq!(numbers(&shown), [3, 2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
        assert_eq!(former(&shown, 0), Some(2));
        assert_eq!(former(&shown, 2), None, "some may have come between");
        assert_eq!(former(&shown, 3), Some(8));
    }

    #[test]
    fn what_was_not_looked_at_is_no_former_message() {
        let mut shown = MessagesShown::default();
        shown.handle(listed(0, 1..=2));
        shown.look_elsewhere();
        shown.handle(listed(2, 7..=8));
        assert_eq!(former(&shown, 0), Some(7));
        assert_eq!(former(&shown, 1), None);
        assert_eq!(former(&shown, 2), Some(1));
    }
}
