//! What any device may send: numbers, yes and no, availability and states in words. Counts are never guessed.
//!
//! Sources: Home Assistant MQTT availability, Zigbee2MQTT, Tasmota, Shelly, Homie; Mosquitto's `$SYS` topics.

use super::fields;
use super::{Decoded, Incoming, Learned};
use crate::json::{Kind, Object, parse_f64};
use crate::observation::{DeviceId, Observation, Presence, What};
use crate::time::Timestamp;

pub(super) fn decode(incoming: &Incoming<'_>, _: &mut Learned) -> Decoded {
    if is_media(incoming) || is_command(incoming.topic()) {
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
    let value = parse_f64(word)?;
    Some(What::Measurement { name, value })
}

/// Availability words, only on topics that are made for them.
fn presence(topic: &str, word: &str) -> Option<Presence> {
    let last = topic.rsplit('/').next().unwrap_or_default();
    let is = |known: &str| word.eq_ignore_ascii_case(known);
    let is_made_for_it = fields::is_one_of(last, AVAILABILITY);
    match (last, word) {
        _ if is_made_for_it && is("online") => Some(Presence::Connected),
        // Whoever publishes it, the device is gone without a word of its own.
        _ if is_made_for_it && is("offline") => Some(Presence::Lost),
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

/// A topic of commands says what somebody wants, not what is.
fn is_command(topic: &str) -> bool {
    let mut levels = topic.split('/');
    levels.any(|level| fields::is_one_of(level, COMMANDS))
}

const COMMANDS: &[&str] = &["set", "get", "cmnd", "cmd", "command"];

/// `on`, `off`, `open`, `closed` on topics that name a contact, a relay, a light.
fn state(topic: &str, word: &str) -> Option<(String, bool)> {
    let active = on(word)?;
    let levels: Vec<&str> = topic.split('/').collect();
    let mut names = levels.iter();
    let from = names.rposition(|level| fields::is_one_of(level, STATES))?;
    // The state itself, or the number of its contact below it.
    let name = levels[from..].join(" ");
    (levels.len() - from <= 2).then(|| (fields::shortened(&name, NAME_LIMIT), active))
}

fn on(word: &str) -> Option<bool> {
    if fields::is_one_of(word, &["on", "open"]) {
        Some(true)
    } else if fields::is_one_of(word, &["off", "closed"]) {
        Some(false)
    } else {
        None
    }
}

const STATES: &[&str] = &[
    "alarm", "contact", "door", "gate", "input", "light", "motion", "output", "power", "relay",
    "siren", "state", "switch", "window",
];

fn json(incoming: &Incoming<'_>, object: &Object<'_>) -> Decoded {
    let time = TIMES.iter().find_map(|key| {
        let time = fields::time(object.get(key)?, incoming.zone())?;
        Some((*key, time))
    });
    let (device, sent_at) = (device(incoming.topic(), object), time.map(|(_, time)| time));
    let mut said = Vec::new();
    if let Some(word) = fields::text(object, "state") {
        said.extend(presence(incoming.topic(), word).map(What::Presence));
        said.extend(on(word).map(|active| What::State {
            name: "/state".to_owned(),
            active,
        }));
    }
    fields_of(
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

/// Every number and every yes or no, named by its JSON pointer (RFC 6901). Arrays are left out: their elements have no name that stays.
fn fields_of(object: &Object<'_>, pointer: &mut String, time: Option<&str>, said: &mut Vec<What>) {
    let parent = pointer.len();
    for (key, value) in object.iter() {
        if said.len() >= SAID {
            return;
        }
        if parent == 0 && time == Some(key) {
            continue;
        }
        pointer.push('/');
        pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
        if pointer.len() <= NAME_LIMIT {
            match value.kind() {
                Kind::Number => said.extend(fields::number(value).map(|value| What::Measurement {
                    name: pointer.clone(),
                    value,
                })),
                Kind::Bool(active) => said.push(What::State {
                    name: pointer.clone(),
                    active: *active,
                }),
                Kind::Object(inner) => fields_of(inner, pointer, None, said),
                _ => {}
            }
        }
        pointer.truncate(parent);
    }
}

/// Things taken from one message.
const SAID: usize = 32;

/// Bytes of a name; longer pointers are left out.
const NAME_LIMIT: usize = 128;

fn device(topic: &str, object: &Object<'_>) -> Option<DeviceId> {
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
