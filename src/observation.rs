//! What devices say, in our words: the one form into which every payload is decoded.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Which device. Serial numbers and MAC forms (`ACCC8E012345`, `ac:cc:8e:01:23:45`, `AC-CC-8E-01-23-45`) are one id.
///
/// Whatever is said of a device holds its id: a clone costs no copy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DeviceId(#[serde(with = "shared")] Arc<str>);

impl DeviceId {
    /// From the text in a topic, payload or configuration. At most 128 characters are kept.
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        let digits = serial_digits(text);
        let serial = digits
            .as_ref()
            .and_then(|digits| str::from_utf8(digits).ok());
        Self(serial.unwrap_or_else(|| first(text, 128)).into())
    }

    /// The id as shown and stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The twelve digits of a MAC address in any of its forms.
pub(crate) fn serial_digits(text: &str) -> Option<[u8; 12]> {
    let mut digits = [0; 12];
    let mut places = digits.iter_mut();
    for byte in text
        .bytes()
        .filter(|byte| !matches!(byte, b':' | b'-' | b'.'))
    {
        if !byte.is_ascii_hexdigit() {
            return None;
        }
        *places.next()? = byte.to_ascii_uppercase();
    }
    places.next().is_none().then_some(digits)
}

/// At most so many characters of a text.
pub(crate) fn first(text: &str, limit: usize) -> &str {
    // No more bytes are no more characters.
    let end = (text.len() > limit)
        .then(|| text.char_indices().nth(limit))
        .flatten();
    end.map_or(text, |(end, _)| &text[..end])
}

/// A counting line or area of a device, as the device names it (`Device1Scenario1`); empty if it has just one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineId(#[serde(with = "shared")] pub Arc<str>);

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Channel {
    /// A person passed the line inward.
    Entered,
    /// A person passed the line outward.
    Exited,
    /// A person passed the line; the device does not say which way. The site's door does.
    Crossed,
    /// People in an area now; only with [`CountKind::Gauge`].
    Present,
}

/// Of which objects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Class {
    /// People.
    Person,
    /// All objects together, or a device that does not tell classes apart.
    Any,
    /// Another class, in the device's own word (`Car`).
    Other(Cow<'static, str>),
}

/// How a number is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountKind {
    /// A total that only grows, until the device resets it.
    Cumulative {
        /// When the device began to count from zero, if it says so.
        reset_at: Option<Timestamp>,
    },
    /// How many in one span of time.
    Interval {
        /// When the span began.
        start: Timestamp,
        /// How long it is, in milliseconds.
        span_ms: u32,
    },
    /// One person (or a small group) just now: one message, counted once.
    Crossing {
        /// The payload's own id or sequence number, if it has one.
        sequence: Option<u64>,
    },
    /// How many are there now.
    Gauge,
}

impl CountKind {
    /// No later reading tells what this one told.
    pub(crate) const fn cannot_be_had_again(self) -> bool {
        matches!(self, Self::Crossing { .. } | Self::Interval { .. })
    }
}

/// One number of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountReading {
    /// Which line of the device.
    pub line: LineId,
    /// What is counted.
    pub channel: Channel,
    /// Of which objects.
    pub class: Class,
    /// How to read the value.
    pub kind: CountKind,
    /// People (or objects); never negative.
    pub value: u64,
    /// The device's own time, never altered: part of the reading's identity.
    pub sent_at: Option<Timestamp>,
}

/// Whether the device is connected to its broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Presence {
    /// It said so.
    Connected,
    /// It said goodbye.
    Disconnected,
    /// Its will message said so for it.
    Lost,
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Somebody should look.
    Warning,
    /// Somebody must act.
    Alarm,
}

/// What a notice says; words are made on the page, in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoticeKind {
    /// It connected to its broker.
    Connected,
    /// It disconnected from its broker in order.
    Disconnected,
    /// Its will message came: the connection was lost.
    ConnectionLost,
    /// A stateful event changed: its name (`IO port 1`, `Open`), and whether it is active.
    State(String, bool),
    /// A counter began again from zero.
    CounterReset(LineId),
    /// The device's own words.
    FromDevice(String),
}

/// A message for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub severity: Severity,
    /// What it says.
    pub what: NoticeKind,
    /// When, on the device's clock if it says, else when it came.
    pub at: Timestamp,
}

/// What a device is, as far as its messages tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceKind {
    /// A camera or sensor that counts at a line.
    Counter,
    /// A camera that counts in an area.
    Area,
    /// A door contact or other input.
    Door,
    /// A siren or light.
    Siren,
    /// Stands between other devices and the broker.
    Gateway,
    /// Not known yet.
    Unknown,
}

/// One thing that a message says of a device.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A number to count with.
    Count(CountReading),
    /// Whether it is connected.
    Presence(Presence),
    /// A named state: contact, relay, alarm (`name`, active or not).
    State {
        /// `IO port 1`, `Open`, `Day`.
        name: String,
        /// Active or not.
        active: bool,
    },
    /// A named number that is no count: temperature, wear.
    Measurement {
        /// JSON pointer or key, as the device writes it.
        name: String,
        /// In the device's own unit.
        value: f64,
    },
    /// What it is, what it is called.
    Description {
        /// What it is.
        kind: DeviceKind,
        /// Its own name for itself.
        name: Option<String>,
    },
    /// Words of its own.
    Text(String),
}

/// What one message says of one device.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// Which device; `None` where the message does not tell ("sender unknown"): it then stays under its topic.
    pub device: Option<DeviceId>,
    /// The device's own time, if it says; never altered.
    pub sent_at: Option<Timestamp>,
    /// What it says.
    pub what: What,
}

/// Texts that many hold, stored as texts.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(from).map(|text| Arc::from(&*text))
    }
}

#[cfg(test)]
mod tests {
    use super::DeviceId;

    #[test]
    fn one_device_has_one_id_however_it_is_written() {
        let id = DeviceId::new("ACCC8E012345");
        for form in [
            "accc8e012345",
            "ac:cc:8e:01:23:45",
            "AC-CC-8E-01-23-45",
            " ACCC8E012345 ",
        ] {
            assert_eq!(DeviceId::new(form), id);
        }
        assert_ne!(DeviceId::new("stairs-2"), DeviceId::new("STAIRS-2"));
    }
}
