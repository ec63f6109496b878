//! The newest messages as they came, and what became of each: kept only while a page looks at them, or for what follows
//! its publication.

use std::collections::VecDeque;
use std::time::Duration;

use super::desk::{End, Story};
use super::fold::topic_as_device;
use super::wire::{FOLLOWS, Fate, Following, Listed, Listing, MessageView, PageId, Said, SaidWhat};
use crate::mqtt::{Message, filter_matches, unshared};
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
    /// What their lists show.
    listed: Kept,
    follows: OrderedMap<PageId, Follow>,
    /// What followed: all that came, whatever the lists show. Kept apart, so that it takes no place of theirs.
    followed: Kept,
}

/// The last messages.
#[derive(Debug, Default)]
struct Kept {
    messages: VecDeque<MessageView>,
    /// How large they are.
    bytes: usize,
    last: u64,
}

/// A page's last publication.
#[derive(Debug)]
struct Follow {
    key: u64,
    /// The number of the last message before it.
    after: u64,
    until: Monotonic,
    /// The number of the last message that followed; `None`: more may.
    last: Option<u64>,
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
    pub(super) fn look(&mut self, page: PageId, list: Listing, now: Monotonic) -> Listed {
        let filter = unshared(&list.filter).to_owned();
        let wanted = |kept: &MessageView| filter_matches(&filter, &kept.topic);
        let listed = self.listed.since(list.after, self.listed.last, wanted);
        self.looks.insert(page, (filter, now.after(LOOKS_FOR)));
        listed
    }

    /// A page published: what comes from now on follows that, and no longer a former publication.
    pub(super) fn follow(&mut self, page: PageId, key: u64, now: Monotonic) {
        let follow = Follow {
            key,
            after: self.followed.last,
            until: now.after(FOLLOWS),
            last: None,
        };
        self.follows.insert(page, follow);
    }

    /// What followed since a page asked last, and whether that is all.
    pub(super) fn followed(&self, page: PageId, asked: Following) -> (Listed, bool) {
        let follow = self.follows.get(&page);
        let Some(follow) = follow.filter(|follow| follow.key == asked.key) else {
            return (Listed::default(), true);
        };
        let last = follow.last.unwrap_or(self.followed.last);
        let after = asked.after.max(follow.after);
        let listed = self.followed.since(after, last, |_| true);
        let is_all = follow.last.is_some_and(|last| listed.last >= last);
        (listed, is_all)
    }

    /// Forgets who does not look any more, and what nobody looks at.
    pub(super) fn tick(&mut self, now: Monotonic) {
        self.looks.retain(|_, (_, until)| *until > now);
        if self.looks.is_empty() {
            self.listed.clear();
        }
        for follow in self.follows.values_mut() {
            if follow.until <= now {
                follow.last.get_or_insert(self.followed.last);
            }
        }
        self.follows
            .retain(|_, follow| follow.until.after(LOOKS_FOR) > now);
        if self.follows.is_empty() {
            self.followed.clear();
        }
    }

    /// When [`Self::tick`] is to end what follows a publication.
    pub(super) fn wakes_at(&self) -> Option<Monotonic> {
        let open = self.follows.values().filter(|follow| follow.is_open());
        open.map(|follow| follow.until).min()
    }

    /// Whether anybody looks at messages of this topic.
    pub(super) fn wants(&self, topic: &str) -> bool {
        self.are_followed() || self.are_listed(topic)
    }

    /// Keeps one that somebody looks at: by which broker it came, and how many bytes of its topic are a bridge's.
    pub(super) fn keep(
        &mut self,
        message: &Message,
        (profile, prefix): (Option<ProfileId>, usize),
        received_at: Timestamp,
        fate: Fate,
    ) {
        let payload = &message.payload[..message.payload.len().min(PAYLOAD)];
        let view = MessageView {
            number: 0,
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
        if self.are_followed() {
            self.followed.keep(view.clone());
        }
        if self.are_listed(&message.topic) {
            self.listed.keep(view);
        }
    }

    /// Whether what comes now follows a publication.
    fn are_followed(&self) -> bool {
        self.follows.values().any(Follow::is_open)
    }

    /// Whether a list shows messages of this topic.
    fn are_listed(&self, topic: &str) -> bool {
        let mut filters = self.looks.values();
        filters.any(|(filter, _)| filter_matches(filter, topic))
    }
}

impl Follow {
    const fn is_open(&self) -> bool {
        self.last.is_none()
    }
}

impl Kept {
    /// Those that are wanted from after one number up to another, as many as an answer may hold.
    fn since(&self, after: u64, last: u64, wanted: impl Fn(&MessageView) -> bool) -> Listed {
        let mut listed = Listed {
            after,
            last,
            messages: Vec::new(),
        };
        let mut bytes = 0;
        let between = |kept: &&MessageView| kept.number > after && kept.number <= last;
        for kept in self.messages.iter().filter(between) {
            if !wanted(kept) {
                continue;
            }
            bytes += size(kept);
            if bytes > ANSWER && !listed.messages.is_empty() {
                // The rest when it asks again.
                listed.last = kept.number - 1;
                break;
            }
            listed.messages.push(kept.clone());
        }
        listed
    }

    fn keep(&mut self, message: MessageView) {
        self.last += 1;
        self.bytes += size(&message);
        self.messages.push_back(MessageView {
            number: self.last,
            ..message
        });
        while self.messages.len() > KEPT || self.bytes > BYTES {
            let Some(oldest) = self.messages.pop_front() else {
                return;
            };
            self.bytes -= size(&oldest);
        }
    }

    /// Numbers count on.
    fn clear(&mut self) {
        (self.messages, self.bytes) = (VecDeque::new(), 0);
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

    fn look(filter: &str, after: u64) -> Listing {
        Listing {
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
        assert_eq!(
            messages.look(PAGE, look("a/+", 0), START),
            Listed::default()
        );
        keep(&mut messages, &message("a/b", 1));
        keep(&mut messages, &message("c", 1));
        let seen = messages.look(PAGE, look("a/+", 0), START);
        assert_eq!((seen.last, seen.messages.len()), (1, 1));
        assert_eq!(messages.look(PAGE, look("a/+", 1), START).messages, []);
        messages.tick(START.after(LOOKS_FOR));
        assert!(!messages.wants("a/b"));
        assert_eq!(messages.listed.messages, []);
        assert_eq!(messages.listed.bytes, 0);
    }

    #[test]
    fn however_much_comes_little_is_kept_and_told_at_once() {
        let mut messages = Messages::default();
        messages.look(PAGE, look("#", 0), START);
        for _ in 0..200 {
            keep(&mut messages, &message("image", 100_000));
        }
        assert!(messages.listed.bytes <= BYTES);
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
        assert!(messages.listed.messages.len() < 10);
        assert_eq!(messages.look(PAGE, look("#", 0), START).messages.len(), 1);
    }

    #[test]
    fn a_list_may_show_what_a_shared_subscription_brings() {
        let mut messages = Messages::default();
        messages.look(PAGE, look("$share/wall/a/#", 0), START);
        keep(&mut messages, &message("a/b", 1));
        let listed = messages.look(PAGE, look("$share/wall/a/#", 0), START);
        assert_eq!(listed.messages.len(), 1);
    }

    #[test]
    fn what_follows_a_publication_takes_no_place_of_a_list_and_is_kept_for_a_while() {
        let mut messages = Messages::default();
        messages.look(PAGE, look("a", 0), START);
        messages.follow(PAGE, 1, START);
        keep(&mut messages, &message("a", 1));
        for _ in 0..KEPT {
            keep(&mut messages, &message("b", 10_000));
        }
        assert!(messages.followed.messages.len() <= KEPT && messages.followed.bytes <= BYTES);
        let listed = messages.look(PAGE, look("a", 0), START);
        assert_eq!((listed.messages.len(), listed.last), (1, 1));

        let end = START.after(FOLLOWS);
        assert_eq!(messages.wakes_at(), Some(end));
        messages.tick(end);
        assert_eq!(messages.wakes_at(), None);
        keep(&mut messages, &message("b", 1));
        let (mut after, mut told) = (0, 0);
        loop {
            let (followed, is_all) = messages.followed(PAGE, Following { key: 1, after });
            let messages = followed.messages;
            let bytes: usize = messages.iter().map(|one| one.payload.len()).sum();
            assert!(bytes <= ANSWER && followed.last > after);
            (after, told) = (followed.last, told + messages.len());
            if is_all {
                break;
            }
        }
        assert_eq!(
            (after, told),
            (1 + KEPT as u64, messages.followed.messages.len())
        );
        messages.tick(end.after(LOOKS_FOR));
        assert_eq!(
            (messages.followed.messages.len(), messages.followed.bytes),
            (0, 0)
        );
        assert!(messages.follows.is_empty());
    }
}
