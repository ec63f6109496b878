//! The newest messages as they came, and what became of each: kept only while a page looks at them.

use std::collections::VecDeque;
use std::time::Duration;

use super::desk::{End, Story};
use super::fold::topic_as_device;
use super::wire::{Fate, Look, MessageView, PageId, Said, SaidWhat, Seen};
use crate::mqtt::{Message, filter_matches};
use crate::observation::{Observation, What};
use crate::ordered::OrderedMap;
use crate::series::Applied;
use crate::settings::ProfileId;
use crate::site::Places;
use crate::time::{Monotonic, Timestamp};

/// What the pages look at.
#[derive(Debug, Default)]
pub(super) struct Messages {
    looks: OrderedMap<PageId, (String, Monotonic)>,
    kept: VecDeque<MessageView>,
    /// How large they are.
    bytes: usize,
    last: u64,
}

/// A page that has not asked for so long does not look any more. One that is hidden asks once a minute.
const LOOKS_FOR: Duration = Duration::from_secs(70);

/// More than a person reads.
const KEPT: usize = 500;

/// Of a payload; the rest is only counted. Events with a picture are larger, and nobody reads one as text.
const PAYLOAD: usize = 64 * 1024;

/// Of all that are kept.
const BYTES: usize = 4 * 1024 * 1024;

/// Of one thing that a message said: two or three short texts.
const SAID: usize = size_of::<Said>() + 64;

/// Of one answer, about: a page stays able to draw in between.
const ANSWER: usize = 256 * 1024;

impl Messages {
    /// What came since a page asked last.
    pub(super) fn look(&mut self, page: PageId, look: Look, now: Monotonic) -> Seen {
        let mut seen = Seen {
            last: self.last,
            ..Seen::default()
        };
        let mut bytes = 0;
        let theirs = self.kept.iter().filter(|kept| kept.number > look.after);
        for kept in theirs.filter(|kept| filter_matches(&look.filter, &kept.topic)) {
            bytes += size(kept);
            if bytes > ANSWER && !seen.messages.is_empty() {
                // The rest when it asks again.
                seen.last = kept.number - 1;
                break;
            }
            seen.messages.push(kept.clone());
        }
        self.looks.insert(page, (look.filter, now.after(LOOKS_FOR)));
        seen
    }

    /// Forgets who does not look any more, and what nobody looks at.
    pub(super) fn tick(&mut self, now: Monotonic) {
        self.looks.retain(|_, (_, until)| *until > now);
        if self.looks.is_empty() {
            (self.kept, self.bytes) = (VecDeque::new(), 0);
        }
    }

    /// Whether anybody looks at messages of this topic.
    pub(super) fn wants(&self, topic: &str) -> bool {
        let mut filters = self.looks.values();
        filters.any(|(filter, _)| filter_matches(filter, topic))
    }

    /// Keeps one that somebody looks at: by which broker it came, and how many bytes of its topic are a bridge's.
    pub(super) fn keep(
        &mut self,
        message: &Message,
        (profile, prefix): (Option<ProfileId>, usize),
        received_at: Timestamp,
        fate: Fate,
    ) {
        self.last += 1;
        let payload = &message.payload[..message.payload.len().min(PAYLOAD)];
        let kept = MessageView {
            number: self.last,
            profile,
            received_at,
            topic: message.topic.clone(),
            prefix: u32::try_from(prefix).unwrap_or_default(),
            payload: payload.to_vec(),
            length: message.payload.len() as u64,
            qos: message.qos,
            retained: message.retained,
            duplicate: message.duplicate,
            properties: message.properties.clone(),
            fate,
        };
        self.bytes += size(&kept);
        self.kept.push_back(kept);
        while self.kept.len() > KEPT || self.bytes > BYTES {
            let Some(oldest) = self.kept.pop_front() else {
                return;
            };
            self.bytes -= size(&oldest);
        }
    }
}

/// How much memory a message takes, about. Also what is short has a place of its own.
fn size(kept: &MessageView) -> usize {
    let properties = &kept.properties;
    let user = properties.user_properties.iter();
    let user = user.map(|(name, value)| size_of::<(String, String)>() + name.len() + value.len());
    let texts = [&properties.content_type, &properties.response_topic];
    let texts = texts.into_iter().flatten().map(String::len);
    let correlation = properties.correlation_data.as_ref().map_or(0, Vec::len);
    let said = match &kept.fate {
        Fate::Read { said, .. } => said.len() * SAID,
        _ => 0,
    };
    let properties = user.chain(texts).sum::<usize>()
        + correlation
        + size_of_val(properties.subscription_identifiers.as_slice());
    size_of::<MessageView>() + kept.topic.len() + kept.payload.len() + properties + said
}

impl Fate {
    /// For who looks at the message.
    pub(super) fn of(topic: &str, story: Story<'_>) -> Self {
        let mapping = story.mapping.to_owned();
        match story.end {
            End::Empty => Self::Empty,
            End::Unknown => Self::Unknown,
            End::Unreadable(error) => Self::Unreadable {
                mapping,
                why: error.into(),
            },
            End::Read(observations, outcomes, places) => Self::Read {
                mapping,
                said: said(topic, observations, outcomes, places),
            },
        }
    }
}

fn said(
    topic: &str,
    observations: &[Observation],
    outcomes: &[Applied],
    places: &Places,
) -> Vec<Said> {
    let mut outcomes = outcomes.iter();
    let said = |observation: &Observation| {
        let device = observation.device.clone();
        let device = device.unwrap_or_else(|| topic_as_device(topic));
        let what = match &observation.what {
            What::Count(reading) => SaidWhat::Count {
                line: reading.line.0.to_string(),
                channel: reading.channel,
                class: reading.class.clone(),
                value: reading.value,
                outcome: *outcomes.next()?,
                doors: places.doors_of(&device, &reading.line, reading.channel),
            },
            What::Presence(_) => SaidWhat::Presence,
            What::State { .. } => SaidWhat::State,
            What::Measurement { .. } => SaidWhat::Measurement,
            What::Description { .. } => SaidWhat::Description,
            What::Text(_) => SaidWhat::Text,
        };
        Some(Said {
            device: device.as_str().to_owned(),
            what,
        })
    };
    observations.iter().filter_map(said).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::{Properties, QoS};

    fn message(topic: &str, bytes: usize) -> Message {
        Message {
            topic: topic.to_owned(),
            payload: vec![b'x'; bytes],
            qos: QoS::AtMostOnce,
            retained: false,
            duplicate: false,
            maybe_repeated: false,
            properties: Properties::default(),
        }
    }

    fn look(filter: &str, after: u64) -> Look {
        Look {
            filter: filter.to_owned(),
            after,
        }
    }

    const PAGE: PageId = PageId(1);

    fn keep(messages: &mut Messages, message: &Message) {
        if messages.wants(&message.topic) {
            messages.keep(message, (None, 0), Timestamp::from_millis(0), Fate::Unknown);
        }
    }

    const START: Monotonic = Monotonic::from_millis(0);

    #[test]
    fn what_nobody_looks_at_is_not_kept() {
        let mut messages = Messages::default();
        keep(&mut messages, &message("a/b", 1));
        assert_eq!(messages.look(PAGE, look("a/+", 0), START), Seen::default());
        keep(&mut messages, &message("a/b", 1));
        keep(&mut messages, &message("c", 1));
        let seen = messages.look(PAGE, look("a/+", 0), START);
        assert_eq!((seen.last, seen.messages.len()), (1, 1));
        assert_eq!(messages.look(PAGE, look("a/+", 1), START).messages, []);
        messages.tick(START.after(LOOKS_FOR));
        assert!(!messages.wants("a/b"));
        assert_eq!((messages.kept.len(), messages.bytes), (0, 0));
    }

    #[test]
    fn however_much_comes_little_is_kept_and_told_at_once() {
        let mut messages = Messages::default();
        messages.look(PAGE, look("#", 0), START);
        for _ in 0..200 {
            keep(&mut messages, &message("image", 100_000));
        }
        assert!(messages.bytes <= BYTES);
        let (mut after, mut told) = (0, 0);
        while after < 200 {
            let seen = messages.look(PAGE, look("#", after), START);
            let bytes: usize = seen.messages.iter().map(|one| one.payload.len()).sum();
            assert!(bytes <= ANSWER && seen.last > after);
            assert!(seen.messages.iter().all(|one| one.length == 100_000));
            told += seen.messages.len();
            after = seen.last;
        }
        assert_eq!(told, BYTES / (PAYLOAD + 1_000));
    }

    #[test]
    fn what_is_large_without_a_payload_is_not_kept_for_ever_either() {
        let mut messages = Messages::default();
        messages.look(PAGE, look("#", 0), START);
        for _ in 0..KEPT {
            let mut message = message(&"t".repeat(60_000), 0);
            message.properties.user_properties = vec![(String::new(), String::new()); 25_000];
            keep(&mut messages, &message);
        }
        assert!(messages.kept.len() < 10);
        assert_eq!(messages.look(PAGE, look("#", 0), START).messages.len(), 1);
    }
}
