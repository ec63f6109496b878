//! Events of Axis devices: `{ topic, timestamp, serial, message: { source, key, data } }`, every value a string.
//!
//! Sources: Axis MQTT event bridge; AXIS Object Analytics, counting data; Axis event catalogue.

mod address;
mod object_analytics;
mod states;

use std::borrow::Cow;

use super::fields;
use super::{Decoded, Incoming, Learned, PayloadError};
use crate::json::Object;
use crate::observation::{DeviceId, Observation, What};
use crate::time::{Offsets, Timestamp};

use address::{Address, has_namespace, normalised};

pub(super) fn decode(incoming: &Incoming<'_>, learned: &mut Learned) -> Decoded {
    let address = Address::of(incoming.topic());
    let known_topic = address.as_ref().is_some_and(Address::is_known);
    let object = match incoming.object() {
        Ok(Some(object)) => object,
        Ok(None) if known_topic => return Decoded::Bad(incoming.not_an_object()),
        Err(error) if known_topic => return Decoded::Bad(error),
        Ok(None) | Err(_) => return Decoded::NotMine,
    };
    let own_topic = fields::text(object, "topic").filter(|topic| has_namespace(topic));
    let shaped = address.is_some()
        && object
            .get("message")
            .is_some_and(|it| it.as_object().is_some());
    if own_topic.is_none() && !known_topic && !shaped {
        return Decoded::NotMine;
    }
    match Event::read(incoming, address.as_ref(), own_topic, object, learned) {
        Ok(event) => event.decode(),
        Err(error) => Decoded::Bad(error),
    }
}

/// The device that publishes under a topic prefix: its serial number in the prefix, else what a connection message
/// under the same prefix told.
pub(super) fn sender(prefix: &str, learned: &mut Learned) -> Option<DeviceId> {
    address::device(prefix).or_else(|| learned.sender(prefix))
}

/// One event, whichever way its publication is configured.
struct Event<'m> {
    /// Without namespaces: `Device/IO/Port`.
    path: Cow<'m, str>,
    device: Option<DeviceId>,
    sent_at: Option<Timestamp>,
    /// Which of several: the port, the disk, the sensor.
    source: Option<String>,
    data: &'m Object<'m>,
    zone: &'m Offsets,
}

impl<'m> Event<'m> {
    fn read(
        incoming: &'m Incoming<'_>,
        address: Option<&Address<'m>>,
        own_topic: Option<&'m str>,
        object: &'m Object<'m>,
        learned: &mut Learned,
    ) -> Result<Self, PayloadError> {
        let message = object
            .get("message")
            .ok_or(PayloadError::Missing("message"))?
            .as_object()
            .ok_or(PayloadError::Unreadable("message"))?;
        let data = message
            .get("data")
            .ok_or(PayloadError::Missing("message.data"))?
            .as_object()
            .ok_or(PayloadError::Unreadable("message.data"))?;
        let named = message.get("source").and_then(|source| source.as_object());
        let source = named
            .and_then(|source| source.iter().find_map(|(_, value)| fields::scalar(value)))
            .or_else(|| address.and_then(Address::source))
            .filter(|source| !source.is_empty())
            .map(|source| fields::shortened(source, SOURCE_LIMIT));
        Ok(Self {
            path: own_topic
                .map(normalised)
                .or_else(|| address.map(Address::path))
                .unwrap_or_default(),
            device: fields::serial(object)
                .or_else(|| address.and_then(|address| sender(address.prefix(), learned))),
            sent_at: object
                .get("timestamp")
                .and_then(|value| fields::time(value, incoming.zone())),
            source,
            data,
            zone: incoming.zone(),
        })
    }

    fn decode(&self) -> Decoded {
        let said = match object_analytics::line(&self.path) {
            Some(line) => object_analytics::read(self, line),
            None => states::read(self),
        };
        match said {
            Ok(said) => {
                Decoded::Observations(said.into_iter().map(|what| self.say(what)).collect())
            }
            Err(error) => Decoded::Bad(error),
        }
    }

    fn say(&self, what: What) -> Observation {
        Observation {
            device: self.device.clone(),
            sent_at: self.sent_at,
            what,
        }
    }

    /// `IO port` of source `1` → `IO port 1`.
    fn of_source(&self, name: &str) -> String {
        match &self.source {
            // The source of the casing's sensor is called as the event is.
            Some(source) if !source.eq_ignore_ascii_case(name) => format!("{name} {source}"),
            _ => name.to_owned(),
        }
    }
}

/// A port, a disk, a sensor; more than this names nothing.
const SOURCE_LIMIT: usize = 64;
