//! Connection messages: a device says that it is there, its will message says that it is gone.
//!
//! Sources: Axis MQTT client API (connect, disconnect and last-will message, default and own text), SIMQTT and DataQ
//! (`…/connect/<serial>`).

use super::axis_event::sender;
use super::fields;
use super::{Decoded, Incoming, Learned, PayloadError};
use crate::json::Object;
use crate::observation::{DeviceId, DeviceKind, Observation, Presence, What};
use crate::time::Timestamp;

pub(super) fn decode(incoming: &Incoming<'_>, learned: &mut Learned) -> Decoded {
    let topic = incoming.topic();
    if let Some(prefix) = prefix(topic) {
        return connection(incoming, prefix, learned);
    }
    let mut levels = topic.rsplit('/');
    let (last, parent) = (levels.next().unwrap_or_default(), levels.next());
    if parent == Some("connect") {
        return app_connect(incoming, last);
    }
    if !fields::is_one_of(last, WORD_TOPICS) {
        return Decoded::NotMine;
    }
    match incoming.word().and_then(axis_word) {
        Some(presence) => presence_only(None, None, presence),
        None => Decoded::NotMine,
    }
}

/// Last levels on which people put the client's messages in words of their own choice of topic.
const WORD_TOPICS: &[&str] = &["connection", "ConnectionStatus", "connect", "status", "LWT"];

/// `axis/ACCC8E012345` of `axis/ACCC8E012345/event/connection`.
fn prefix(topic: &str) -> Option<&str> {
    topic
        .strip_suffix("/event/connection")
        .or((topic == "event/connection").then_some(""))
}

/// The words that the client sends by default, where they are sent as plain text.
fn axis_word(word: &str) -> Option<Presence> {
    [
        ("Connected", Presence::Connected),
        ("Disconnected", Presence::Disconnected),
        ("Connection Lost", Presence::Lost),
    ]
    .into_iter()
    .find_map(|(known, presence)| word.eq_ignore_ascii_case(known).then_some(presence))
}

fn connection(incoming: &Incoming<'_>, prefix: &str, learned: &mut Learned) -> Decoded {
    let object = match incoming.object() {
        Ok(Some(object)) => object,
        Ok(None) => {
            return match incoming.word().and_then(axis_word) {
                Some(presence) => presence_only(sender(prefix, learned), None, presence),
                None if std::str::from_utf8(incoming.payload()).is_err() => {
                    Decoded::Bad(PayloadError::NotText)
                }
                // The message may be any text that its owner chose.
                None => Decoded::NotMine,
            };
        }
        Err(error) => return Decoded::Bad(error),
    };
    let signed = fields::serial(object);
    if let Some(device) = &signed {
        learned.sender_told(prefix, device);
    }
    match presence(object) {
        Ok(presence) => {
            let device = signed.or_else(|| sender(prefix, learned));
            let sent_at = object
                .get("timestamp")
                .and_then(|value| fields::time(value, incoming.zone()));
            presence_only(device, sent_at, presence)
        }
        Err(error) => Decoded::Bad(error),
    }
}

/// A will message is told from a farewell by its words: both say `connected: false`.
fn presence(object: &Object<'_>) -> Result<Presence, PayloadError> {
    let described = fields::text(object, "description").and_then(axis_word);
    match object.get("connected") {
        None => described.ok_or(PayloadError::Missing("connected")),
        Some(value) => match fields::truth(value) {
            None => Err(PayloadError::Unreadable("connected")),
            Some(true) => Ok(Presence::Connected),
            Some(false) if described == Some(Presence::Disconnected) => Ok(Presence::Disconnected),
            Some(false) => Ok(Presence::Lost),
        },
    }
}

/// `simqtt/connect/<serial>`, `<prefix>/connect/<serial>`: retained, and the will on the same topic.
fn app_connect(incoming: &Incoming<'_>, last_level: &str) -> Decoded {
    let Ok(Some(object)) = incoming.object() else {
        return Decoded::NotMine;
    };
    if !object.contains_key("connected") {
        return Decoded::NotMine;
    }
    let presence = match presence(object) {
        Ok(presence) => presence,
        Err(error) => return Decoded::Bad(error),
    };
    let device = fields::app_device(object).or_else(|| {
        Some(last_level)
            .filter(|level| fields::is_serial(level))
            .map(DeviceId::new)
    });
    let sent_at = object
        .get("timestamp")
        .and_then(|value| fields::time(value, incoming.zone()));
    let mut observations = vec![Observation {
        device: device.clone(),
        sent_at,
        what: What::Presence(presence),
    }];
    if let Some(name) = fields::text(object, "name") {
        observations.push(Observation {
            device,
            sent_at,
            what: What::Description {
                kind: DeviceKind::Unknown,
                name: Some(fields::shortened(name, NAME_LIMIT)),
            },
        });
    }
    Decoded::Observations(observations)
}

/// Names are shown on one line.
const NAME_LIMIT: usize = 128;

fn presence_only(
    device: Option<DeviceId>,
    sent_at: Option<Timestamp>,
    presence: Presence,
) -> Decoded {
    Decoded::Observations(vec![Observation {
        device,
        sent_at,
        what: What::Presence(presence),
    }])
}
