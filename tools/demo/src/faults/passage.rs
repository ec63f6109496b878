//! One person who passed a door: a topic name and a payload, told apart by the time in it.

use footfall::time::Timestamp;

use crate::tape::Published;

/// Each at its QoS. People pass the first two one at a time, and the last in a flood.
pub(super) const DOORS: [(&str, u8); 3] = [("gate", 1), ("yard", 2), (FLOODED, 1)];
pub(super) const FLOODED: &str = "flood";

/// Who passed. No two have the same time at the same door.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Passage {
    pub(super) door: String,
    pub(super) at: Timestamp,
}

impl Passage {
    pub(super) fn new(door: &str, at: Timestamp) -> Self {
        let door = door.to_owned();
        Self { door, at }
    }

    /// Below the topic level that belongs to the page.
    pub(super) fn topic(&self, root: &str) -> String {
        topic(root, &self.door)
    }

    pub(super) fn payload(&self) -> String {
        format!(r#"{{"t":{}}}"#, self.at.as_millis())
    }

    /// What such a message says; `None`: it is another one. One that was made too large is the same message.
    pub(super) fn of(message: &Published, root: &str) -> Option<Self> {
        let mut doors = DOORS.iter().map(|(door, _)| *door);
        let door = doors.find(|door| message.topic == topic(root, door))?;
        let payload = str::from_utf8(message.payload.trim_ascii_end()).ok()?;
        let at = payload.strip_prefix(r#"{"t":"#)?.strip_suffix('}')?;
        Some(Self::new(door, Timestamp::from_millis(at.parse().ok()?)))
    }
}

/// Of a door.
pub(super) fn topic(root: &str, door: &str) -> String {
    format!("{root}/{door}/passed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_read_from_its_message_and_from_no_other() {
        let passage = Passage::new("yard", Timestamp::from_millis(1_800_000_000_123));
        let message = Published {
            topic: passage.topic("here"),
            payload: passage.payload().into_bytes(),
            qos: 2,
            retained: false,
            duplicate: false,
            id: 1,
        };
        assert_eq!(Passage::of(&message, "here"), Some(passage.clone()));
        assert_eq!(Passage::of(&message, "there"), None);
        let mut large = message.clone();
        large.payload.extend(b"   ");
        assert_eq!(Passage::of(&large, "here"), Some(passage));
        let other = Published {
            payload: b"1".to_vec(),
            ..message
        };
        assert_eq!(Passage::of(&other, "here"), None);
    }
}
