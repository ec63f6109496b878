//! Apps on Axis cameras that speak MQTT themselves: SIMQTT, DataQ.
//!
//! Sources: SIMQTT, topics and payloads; DataQ, MQTT topics.

use super::fields;
use super::{Decoded, Incoming, Learned, PayloadError};
use crate::json::{Kind, Object, Value};
use crate::observation::{
    Channel, Class, CountKind, CountReading, DeviceId, LineId, Observation, What,
};
use crate::ordered::OrderedSet;
use crate::time::Timestamp;

/// `simqtt/port/0/true`: the state is the topic's last level, and `state` in the payload.
pub(super) fn simqtt(incoming: &Incoming<'_>, _: &mut Learned) -> Decoded {
    let Ok(Some(object)) = incoming.object() else {
        return Decoded::NotMine;
    };
    let Some(device) = fields::text(object, "device").map(DeviceId::new) else {
        return Decoded::NotMine;
    };
    let (_, levels) = incoming.topic().split_once('/').unwrap_or_default();
    let (name, last) = levels.rsplit_once('/').unwrap_or(("", levels));
    let by_topic = match last {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    };
    let active = match (object.get("state"), by_topic) {
        (Some(state), _) => fields::truth(state),
        (None, by_topic) if by_topic.is_some() => by_topic,
        (None, _) => return Decoded::NotMine,
    };
    let Some(active) = active else {
        return Decoded::Bad(PayloadError::Unreadable("state"));
    };
    let name = if by_topic.is_some() { name } else { levels };
    // The serial number of `simqtt/motion/<serial>/true` tells nothing that the device's name does not.
    let levels = name.split('/').filter(|level| !fields::is_serial(level));
    let name = levels.collect::<Vec<_>>().join(" ");
    let state = What::State {
        name: fields::shortened(&name, NAME_LIMIT),
        active,
    };
    let sent_at = sent_at(incoming, object);
    Decoded::Observations(vec![observation(Some(device), sent_at, state)])
}

/// `<prefix>/<kind>/<serial>[/…]`: how many of each class are in view, and events. What follows single objects is no
/// count: streams of detections, tracks and paths are read and say nothing.
pub(super) fn dataq(incoming: &Incoming<'_>, learned: &mut Learned) -> Decoded {
    let levels: Vec<&str> = incoming.topic().split('/').take(LEVELS).collect();
    let Some(at) = levels.iter().position(|level| fields::is_serial(level)) else {
        return Decoded::NotMine;
    };
    let (before, serial, rest) = (&levels[..at], levels[at], &levels[at + 1..]);
    let (Some(kind), Ok(Some(object))) = (before.last(), incoming.object()) else {
        return Decoded::NotMine;
    };
    let classes = object.get("occupancy");
    match (*kind, classes.map(Value::kind)) {
        ("occupancy", Some(Kind::Object(classes))) => {
            let device = fields::serial(object).unwrap_or_else(|| DeviceId::new(serial));
            occupancy(
                incoming,
                device,
                sent_at(incoming, object),
                classes,
                learned,
            )
        }
        ("occupancy", Some(_)) => Decoded::Bad(PayloadError::Unreadable("occupancy")),
        ("event", _) if !rest.is_empty() && object.get("serial").is_some() => {
            event(incoming, rest, object)
        }
        (kind, _)
            if STREAMS
                .iter()
                .any(|(name, key)| *name == kind && object.contains_key(key)) =>
        {
            Decoded::Observations(Vec::new())
        }
        _ => Decoded::NotMine,
    }
}

/// `event/<serial>/{event topic}` with `active` or `state` beside what the event says.
fn event(incoming: &Incoming<'_>, path: &[&str], object: &Object<'_>) -> Decoded {
    let mut flags = ["active", "state"].into_iter();
    let Some(flag) = flags.find_map(|key| object.get(key)) else {
        return Decoded::NotMine;
    };
    let Some(active) = fields::truth(flag) else {
        return Decoded::Bad(PayloadError::Unreadable("active"));
    };
    let name = path[path.len().saturating_sub(2)..].join(" ");
    let name = fields::shortened(&name, NAME_LIMIT);
    let sent_at = sent_at(incoming, object);
    let state = What::State { name, active };
    Decoded::Observations(vec![observation(fields::serial(object), sent_at, state)])
}

/// Levels of a topic that are looked at.
const LEVELS: usize = 16;

/// Up to ten messages a second for each object in view, and a key that each of them has.
const STREAMS: &[(&str, &str)] = &[
    ("detections", "list"),
    ("geospace", "lat"),
    ("image", "image"),
    ("path", "path"),
    ("tracker", "class"),
];

/// Classes with nobody are left out, so those that were there before are zero now; people always are counted.
fn occupancy(
    incoming: &Incoming<'_>,
    device: DeviceId,
    sent_at: Option<Timestamp>,
    classes: &Object<'_>,
    learned: &mut Learned,
) -> Decoded {
    let mut present: Vec<(Class, u64)> = Vec::new();
    let mut names = OrderedSet::new();
    for (name, value) in classes.iter().take(CLASSES) {
        let Some(value) = fields::count(value) else {
            return Decoded::Bad(PayloadError::Unreadable("occupancy"));
        };
        let name = fields::shortened(name, NAME_LIMIT);
        present.push((class(&name), value));
        names.insert(name);
    }
    let absent = learned.absent_classes(incoming.topic(), &names);
    present.extend(absent.iter().map(|name| (class(name), 0)));
    if !present.iter().any(|(class, _)| *class == Class::Person) {
        present.push((Class::Person, 0));
    }
    let say = |(class, value)| {
        let reading = CountReading {
            line: LineId::default(),
            channel: Channel::Present,
            class,
            kind: CountKind::Gauge,
            value,
            sent_at,
        };
        observation(Some(device.clone()), sent_at, What::Count(reading))
    };
    Decoded::Observations(present.into_iter().map(say).collect())
}

fn class(name: &str) -> Class {
    if name.eq_ignore_ascii_case("human") {
        Class::Person
    } else {
        Class::Other(name.to_owned().into())
    }
}

/// Classes read from one message.
const CLASSES: usize = 32;

/// Names are shown on one line.
const NAME_LIMIT: usize = 64;

fn sent_at(incoming: &Incoming<'_>, object: &Object<'_>) -> Option<Timestamp> {
    fields::time(object.get("timestamp")?, incoming.zone())
}

fn observation(device: Option<DeviceId>, sent_at: Option<Timestamp>, what: What) -> Observation {
    Observation {
        device,
        sent_at,
        what,
    }
}
