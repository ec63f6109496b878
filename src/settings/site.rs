//! The site: its zones, doors, names, hours.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::OpeningHours;
use crate::observation::{Channel, DeviceId, DeviceKind, LineId};
use crate::ordered::OrderedMap;

/// A name in one or more languages: `"Gate 1"`, or `{"en": "Gate 1", "ko": "1번 게이트"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// For every language that has none of its own.
    pub any: String,
    /// By language tag.
    pub by_language: OrderedMap<String, String>,
}

impl Name {
    /// The same in every language.
    pub fn plain(text: &str) -> Self {
        Self {
            any: text.to_owned(),
            by_language: OrderedMap::new(),
        }
    }

    /// Whether it holds the text in any language.
    pub fn holds(&self, text: &str) -> bool {
        holds(&self.any, text) || self.by_language.values().any(|name| holds(name, text))
    }

    /// In that language, or else the one for every language.
    pub fn in_language(&self, language: &str) -> &str {
        self.by_language.get(language).unwrap_or(&self.any)
    }
}

/// Whether what a person looks for stands in a text, whatever the case of its letters from A to Z.
pub fn holds(text: &str, part: &str) -> bool {
    let part = part.trim().as_bytes();
    let mut places = text.as_bytes().windows(part.len().max(1));
    part.is_empty() || places.any(|place| place.eq_ignore_ascii_case(part))
}

/// One number of one device.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadingRef {
    /// Which device.
    pub device: DeviceId,
    /// Which line of it.
    pub line: LineId,
    /// Which number of the line.
    pub channel: Channel,
}

/// A door: which readings count people in, which count them out, as seen from inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// Which door; unique in the site.
    pub id: String,
    /// Shown.
    pub name: Name,
    /// Added together they are "entered".
    pub entered: Vec<ReadingRef>,
    /// Added together they are "exited".
    pub exited: Vec<ReadingRef>,
}

/// Which way a door leads as seen from a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sign {
    /// Entering the door is entering the zone.
    Inward,
    /// Entering the door is leaving the zone: a door between two rooms serves both.
    Outward,
}

/// A door of a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneDoor {
    /// [`Door::id`].
    pub door: String,
    /// Which way it leads.
    pub sign: Sign,
}

/// A part of the site, bounded by its doors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Which zone; unique in the site.
    pub id: String,
    /// Shown.
    pub name: Name,
    /// How many people it may hold.
    pub capacity: Option<u64>,
    /// Its doors.
    pub doors: Vec<ZoneDoor>,
}

/// A device that the site names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedDevice {
    /// Which device.
    pub id: DeviceId,
    /// Shown instead of its id.
    pub name: Name,
    /// What it is, where its messages do not tell.
    pub kind: Option<DeviceKind>,
}

/// The place whose people are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Which site; the key of what is stored.
    pub id: String,
    /// Shown.
    pub name: Name,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// How long after local midnight its day begins and its counts start at zero.
    pub reset: Duration,
    /// When it is open; `None`: not told.
    pub hours: Option<OpeningHours>,
    /// In the order shown.
    pub zones: Vec<Zone>,
    /// In the order shown.
    pub doors: Vec<Door>,
    /// Names for devices.
    pub devices: Vec<NamedDevice>,
}
