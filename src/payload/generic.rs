//! What any device may send: numbers, availability in words, states in words. Counts are never guessed.
//!
//! Sources: Home Assistant MQTT availability, Zigbee2MQTT, Tasmota, Shelly, Homie; Mosquitto's `$SYS` topics.

use serde_json::Value;

use super::fields::{self, Object};
use super::{Decoded, Incoming, Learned};
use crate::observation::{DeviceId, Observation, Presence, What};
use crate::time::Timestamp;

pub(super) fn decode(incoming: &Incoming<'_>, _: &mut Learned) -> Decoded {
    if is_media(incoming) {
        return Decoded::NotMine;
    }
    let said = match incoming.object() {
        Ok(Some(object)) => return json(incoming, object),
        Ok(None) => incoming
            .word()
            .and_then(|word| plain(incoming.topic(), word)),
        Err(_) => None,
    };
    match said {
        Some(what) => Decoded::Observations(vec![Observation {
            device: device_of_topic(incoming.topic()),
            sent_at: None,
            what,
        }]),
        None => Decoded::NotMine,
    }
}

/// A publisher of version 5 may say that the payload is a picture or a sound.
fn is_media(incoming: &Incoming<'_>) -> bool {
    let content_type = incoming.properties().content_type.as_deref();
    content_type.is_some_and(|it| MEDIA.iter().any(|media| it.starts_with(media)))
}

const MEDIA: &[&str] = &["image/", "audio/", "video/", "application/octet-stream"];

fn plain(topic: &str, word: &str) -> Option<What> {
    if let Some(presence) = presence(topic, word) {
        return Some(What::Presence(presence));
    }
    if let Some((name, active)) = state(topic, word) {
        return Some(What::State { name, active });
    }
    let name = fields::shortened(topic.rsplit('/').next()?, NAME_LIMIT);
    let value = fields::parse_number(word)?;
    Some(What::Measurement { name, value })
}

/// Availability words, only on topics that are made for them.
fn presence(topic: &str, word: &str) -> Option<Presence> {
    let last = topic.rsplit('/').next().unwrap_or_default();
    let is = |known: &str| word.eq_ignore_ascii_case(known);
    if AVAILABILITY
        .iter()
        .any(|known| last.eq_ignore_ascii_case(known))
    {
        if is("online") {
            return Some(Presence::Connected);
        }
        // Whoever publishes it, the device is gone without a word of its own.
        if is("offline") {
            return Some(Presence::Lost);
        }
    }
    match (last, word) {
        ("online", "true") | ("$state", "ready") => Some(Presence::Connected),
        ("online", "false") | ("$state", "lost") => Some(Presence::Lost),
        ("$state", "disconnected") => Some(Presence::Disconnected),
        _ => None,
    }
}

const AVAILABILITY: &[&str] = &[
    "availability",
    "available",
    "LWT",
    "online",
    "status",
    "state",
    "connection",
];

/// `on`, `off`, `open`, `closed` on topics that name a contact, a relay, a light; never on a topic of commands,
/// which says what somebody wants and not what is.
fn state(topic: &str, word: &str) -> Option<(String, bool)> {
    let is = |known: &str| word.eq_ignore_ascii_case(known);
    let active = match () {
        () if is("on") || is("open") => true,
        () if is("off") || is("closed") => false,
        () => return None,
    };
    let levels: Vec<&str> = topic.split('/').collect();
    let among = |level: &str, known: &[&str]| known.iter().any(|it| level.eq_ignore_ascii_case(it));
    if levels.iter().any(|level| among(level, COMMANDS)) {
        return None;
    }
    let from = levels.iter().rposition(|level| among(level, STATES))?;
    // The state itself, or the number of its contact below it.
    let name = levels[from..].join(" ");
    (levels.len() - from <= 2).then(|| (fields::shortened(&name, NAME_LIMIT), active))
}

const STATES: &[&str] = &[
    "alarm", "contact", "door", "gate", "input", "light", "motion", "output", "power", "relay",
    "siren", "state", "switch", "window",
];

const COMMANDS: &[&str] = &["set", "get", "cmnd", "cmd", "command"];

fn json(incoming: &Incoming<'_>, object: &Object) -> Decoded {
    let time = TIMES.iter().find_map(|key| {
        let time = fields::time(object.get(*key)?, incoming.zone())?;
        Some((*key, time))
    });
    let (device, sent_at) = (device(incoming.topic(), object), time.map(|(_, time)| time));
    let mut said = Vec::new();
    if let Some(word) = fields::text(object, "state") {
        said.extend(presence(incoming.topic(), word).map(What::Presence));
    }
    measurements(
        object,
        &mut String::new(),
        time.map(|(key, _)| key),
        &mut said,
    );
    if said.is_empty() {
        return Decoded::NotMine;
    }
    let say = |what| observation(device.clone(), sent_at, what);
    Decoded::Observations(said.into_iter().map(say).collect())
}

/// The device's own time, where it has one.
const TIMES: &[&str] = &["timestamp", "time", "Time", "ts"];

/// Every number, named by its JSON pointer (RFC 6901). Arrays are left out: their elements have no name that stays.
fn measurements(object: &Object, pointer: &mut String, time: Option<&str>, said: &mut Vec<What>) {
    let parent = pointer.len();
    for (key, value) in object {
        if said.len() >= MEASUREMENTS {
            return;
        }
        if parent == 0 && time == Some(key) {
            continue;
        }
        pointer.push('/');
        pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
        if pointer.len() <= NAME_LIMIT {
            match value {
                Value::Number(_) => {
                    said.extend(fields::number(value).map(|value| What::Measurement {
                        name: pointer.clone(),
                        value,
                    }))
                }
                Value::Object(inner) => measurements(inner, pointer, None, said),
                _ => {}
            }
        }
        pointer.truncate(parent);
    }
}

/// Numbers taken from one message.
const MEASUREMENTS: usize = 32;

/// Bytes of a name; longer pointers are left out.
const NAME_LIMIT: usize = 128;

fn device(topic: &str, object: &Object) -> Option<DeviceId> {
    let own = fields::text(object, "device").filter(|device| fields::is_serial(device));
    fields::serial(object)
        .or_else(|| own.map(DeviceId::new))
        .or_else(|| device_of_topic(topic))
}

/// `axis/<serial>/…`: whatever an app publishes under the device's own prefix.
fn device_of_topic(topic: &str) -> Option<DeviceId> {
    let level = topic.strip_prefix("axis/")?.split('/').next()?;
    fields::is_serial(level).then(|| DeviceId::new(level))
}

fn observation(device: Option<DeviceId>, sent_at: Option<Timestamp>, what: What) -> Observation {
    Observation {
        device,
        sent_at,
        what,
    }
}
