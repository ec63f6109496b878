//! Application messages and topic filters, without the packets that carry them.

use serde::{Deserialize, Serialize};

/// A version of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Version {
    /// MQTT 3.1.1, protocol level 4.
    V311,
    /// MQTT 5.0, protocol level 5.
    V5,
}

/// How often a message may arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum QoS {
    /// 0: perhaps never.
    #[default]
    AtMostOnce,
    /// 1: perhaps twice.
    AtLeastOnce,
    /// 2: once.
    ExactlyOnce,
}

impl Version {
    /// The protocol level of CONNECT.
    pub(super) const fn level(self) -> u8 {
        match self {
            Self::V311 => 4,
            Self::V5 => 5,
        }
    }
}

impl QoS {
    /// From the number on the wire; 3 is none.
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::AtMostOnce),
            1 => Some(Self::AtLeastOnce),
            2 => Some(Self::ExactlyOnce),
            _ => None,
        }
    }
}

/// The properties of a version 5 message that we use; empty in 3.1.1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Properties {
    /// MIME type of the payload.
    pub content_type: Option<String>,
    /// Where an answer is expected.
    pub response_topic: Option<String>,
    /// To be returned with the answer.
    pub correlation_data: Option<Vec<u8>>,
    /// Seconds until the message expires.
    pub message_expiry: Option<u32>,
    /// In the order sent.
    pub user_properties: Vec<(String, String)>,
    /// The identifiers of the subscriptions by which it came; none in what we send [MQTT-3.3.4-6].
    pub subscription_identifiers: Vec<u32>,
}

/// The properties of a message that we send, as the wire has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PropertyBytes(pub(super) Vec<u8>);

/// An application message that the broker delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Topic name, never empty, without wildcards.
    pub topic: String,
    /// Any bytes, also none.
    pub payload: Vec<u8>,
    /// As delivered.
    pub qos: QoS,
    /// RETAIN was set: the broker had stored it [MQTT-3.3.1-8].
    pub retained: bool,
    /// DUP was set [MQTT-3.3.1-1].
    pub duplicate: bool,
    /// It may have been delivered before: DUP was set, or it is among the first deliveries of a resumed session.
    /// Some brokers redeliver without DUP.
    pub maybe_repeated: bool,
    /// Version 5 only.
    pub properties: Properties,
}

/// An application message that we send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publish {
    /// Topic name.
    pub topic: String,
    /// Any bytes.
    pub payload: Vec<u8>,
    /// As asked for.
    pub qos: QoS,
    /// The broker keeps it for later subscribers.
    pub retain: bool,
    /// Version 5 only; 3.1.1 leaves them out.
    pub properties: PropertyBytes,
}

/// Whether the standard allows a text as the topic of a message.
pub fn is_topic_name(topic: &str) -> bool {
    !topic.is_empty() && topic.len() <= usize::from(u16::MAX) && !topic.contains(['+', '#', '\0'])
}

/// A topic filter that the standard allows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TopicFilter(String);

impl TryFrom<String> for TopicFilter {
    type Error = FilterError;

    fn try_from(text: String) -> Result<Self, FilterError> {
        Self::new(&text)
    }
}

impl From<TopicFilter> for String {
    fn from(filter: TopicFilter) -> Self {
        filter.0
    }
}

/// Why a text is no topic filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum FilterError {
    /// [MQTT-4.7.3-1]
    #[error("a topic filter has at least one character")]
    Empty,
    /// [MQTT-4.7.3-2]
    #[error("a topic filter cannot contain the character U+0000")]
    Null,
    /// [MQTT-4.7.3-3]
    #[error("a topic filter has at most 65,535 bytes")]
    TooLong,
    /// [MQTT-4.7.1-1] in 5.0, [MQTT-4.7.1-2] in 3.1.1
    #[error("`#` must be the last level, alone")]
    HashNotLast,
    /// [MQTT-4.7.1-2] in 5.0, [MQTT-4.7.1-3] in 3.1.1
    #[error("`+` must be a whole level")]
    PlusNotAlone,
}

impl TopicFilter {
    /// Parses a filter.
    ///
    /// # Errors
    /// If the standard forbids it.
    pub fn new(text: &str) -> Result<Self, FilterError> {
        if text.is_empty() {
            return Err(FilterError::Empty);
        }
        if text.contains('\0') {
            return Err(FilterError::Null);
        }
        if text.len() > usize::from(u16::MAX) {
            return Err(FilterError::TooLong);
        }
        let mut levels = text.split('/').peekable();
        while let Some(level) = levels.next() {
            if level.contains('#') && (level != "#" || levels.peek().is_some()) {
                return Err(FilterError::HashNotLast);
            }
            if level.contains('+') && level != "+" {
                return Err(FilterError::PlusNotAlone);
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a topic name matches; of a shared filter, the one that is shared. A leading wildcard never matches a topic
    /// that begins with `$` [MQTT-4.7.2-1].
    pub fn matches(&self, topic: &str) -> bool {
        filter_matches(unshared(&self.0), topic)
    }
}

/// What is shared is of a filter like any other: `$share/{name}/{filter}`.
pub fn unshared(filter: &str) -> &str {
    let rest = filter.strip_prefix("$share/");
    rest.and_then(|rest| rest.split_once('/'))
        .map_or(filter, |(_name, filter)| filter)
}

/// Whether `topic` matches `filter`, which must be a valid filter, and [`unshared`].
pub fn filter_matches(filter: &str, topic: &str) -> bool {
    let (mut filter, mut topic) = (filter.as_bytes(), topic.as_bytes());
    if matches!((filter, topic), ([b'#' | b'+', ..], [b'$', ..])) {
        return false;
    }
    loop {
        (filter, topic) = match (filter, topic) {
            // `a/#` matches `a` too [MQTT-4.7.1-2].
            ([b'#', ..], _) | ([b'/', b'#'], []) => return true,
            ([b'+', filter @ ..], [] | [b'/', ..]) => (filter, topic),
            ([b'+', ..], [_, rest @ ..]) => (filter, rest),
            ([byte, filter @ ..], [same, rest @ ..]) if byte == same => (filter, rest),
            _ => return filter.is_empty() && topic.is_empty(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 3.1.1: [MQTT-4.7.2-1]
    /// 5.0: [MQTT-4.7.2-1]
    #[test]
    fn filters_match_as_the_standard_says() {
        for (filter, topic, expected) in [
            ("sport/tennis/player1/#", "sport/tennis/player1", true),
            (
                "sport/tennis/player1/#",
                "sport/tennis/player1/score/wimbledon",
                true,
            ),
            ("sport/+", "sport", false),
            ("sport/+", "sport/", true),
            ("+", "/finance", false),
            ("/+", "/finance", true),
            ("#", "$SYS/broker", false),
            ("+/broker", "$SYS/broker", false),
            ("$SYS/#", "$SYS/broker", true),
            ("a/b", "a/b/c", false),
            // What is shared is shared of a filter like any other.
            ("$share/wall/site/#", "site/door", true),
            ("$share/wall/site/#", "other/door", false),
            ("$share/wall/#", "$SYS/broker", false),
            ("$share/wall//a", "/a", true),
            ("$share/wall/#", "wall", true),
            ("$share/wall/", "wall", false),
            ("$share/wall", "wall", false),
            ("$shared/wall/#", "site/door", false),
        ] {
            let parsed = TopicFilter::new(filter).unwrap();
            assert_eq!(parsed.matches(topic), expected, "{filter} {topic}");
        }
    }

    /// 3.1.1: [MQTT-4.7.1-2], [MQTT-4.7.1-3], [MQTT-4.7.3-1], [MQTT-4.7.3-2], [MQTT-4.7.3-3]
    /// 5.0: [MQTT-4.7.1-1], [MQTT-4.7.1-2], [MQTT-4.7.3-1], [MQTT-4.7.3-2], [MQTT-4.7.3-3]
    #[test]
    fn filters_that_the_standard_forbids_are_refused() {
        for (filter, error) in [
            ("", FilterError::Empty),
            ("a\0", FilterError::Null),
            ("a/#/b", FilterError::HashNotLast),
            ("a#", FilterError::HashNotLast),
            ("a+/b", FilterError::PlusNotAlone),
        ] {
            assert_eq!(TopicFilter::new(filter), Err(error), "{filter}");
        }
        assert_eq!(
            TopicFilter::new(&"a".repeat(65_536)),
            Err(FilterError::TooLong)
        );
    }
}
