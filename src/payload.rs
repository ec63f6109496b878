//! Turns one application message into observations, through a table of mappings.
//!
//! A mapping is one file that knows the messages of one family of devices, and one line in [`MAPPINGS`]. The first
//! mapping that does not answer [`Decoded::NotMine`] decides. Mappings only read: what a retained or repeated message
//! is worth, and which device a message without sender belongs to, is decided by whoever folds the observations.

mod axis_app;
mod axis_connection;
mod axis_counter;
mod axis_event;
mod crossing;
mod fields;
mod generic;
mod incoming;
mod learned;
mod mapped;
mod retail;
mod sample;
mod scene;

use crate::mqtt::filter_matches;
use crate::observation::Observation;
use crate::settings::Mapping;

pub use incoming::{Incoming, JSON_LIMIT};
pub use learned::Learned;
pub use sample::Sample;

/// One family of messages that we can read.
#[derive(Clone, Copy, Debug)]
pub struct PayloadMapping {
    /// Shown beside a message, and the folder of its samples in `tests/payloads`.
    pub id: &'static str,
    /// Which topics are worth asking about: a prefilter only. `#` leaves out topics that begin with `$` [MQTT-4.7.2-1].
    pub topic_filter: &'static str,
    /// It is asked about JSON objects alone.
    pub reads_objects: bool,
    /// Reads the message, or says that it is not one of its family.
    pub decode: fn(&Incoming<'_>, &mut Learned) -> Decoded,
}

/// What a mapping makes of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Decoded {
    /// Not of this family. Text and binary that no mapping knows are normal, and shown as they are.
    NotMine,
    /// What it says; empty if it says nothing that we show (a frame of a scene).
    Observations(Vec<Observation>),
    /// Of this family, and cannot be read.
    Bad(PayloadError),
}

/// Why a message that a mapping claims cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum PayloadError {
    /// See [`JSON_LIMIT`].
    #[error("payload is larger than 1 MiB and was not parsed")]
    TooLarge,
    /// Deeper than the parser goes (127 levels).
    #[error("payload is nested too deeply")]
    TooDeep,
    /// It ends inside a value: something on the way cut it.
    #[error("payload is cut off")]
    Truncated,
    /// Bytes that are no UTF-8, where text is expected.
    #[error("payload is not UTF-8 text")]
    NotText,
    /// Text, where a JSON object is expected.
    #[error("payload is not a JSON object")]
    NotJson,
    /// A field without which the message says nothing.
    #[error("payload has no `{0}`")]
    Missing(&'static str),
    /// A field whose type or value is not what the family defines.
    #[error("`{0}` cannot be read")]
    Unreadable(&'static str),
}

/// Every family that we can read, in the order in which they are asked: the narrow before the broad.
pub const MAPPINGS: &[PayloadMapping] = &[
    PayloadMapping {
        id: "axis-connection",
        topic_filter: "#",
        reads_objects: false,
        decode: axis_connection::decode,
    },
    PayloadMapping {
        id: "axis-event",
        topic_filter: "#",
        reads_objects: false,
        decode: axis_event::decode,
    },
    PayloadMapping {
        id: "axis-counter",
        topic_filter: "#",
        reads_objects: true,
        decode: axis_counter::decode,
    },
    PayloadMapping {
        id: "retail",
        topic_filter: "#",
        reads_objects: true,
        decode: retail::decode,
    },
    PayloadMapping {
        id: "simqtt",
        topic_filter: "simqtt/#",
        reads_objects: true,
        decode: axis_app::simqtt,
    },
    PayloadMapping {
        id: "dataq",
        topic_filter: "#",
        reads_objects: true,
        decode: axis_app::dataq,
    },
    PayloadMapping {
        id: "scene",
        topic_filter: "#",
        reads_objects: true,
        decode: scene::decode,
    },
    PayloadMapping {
        id: "crossing",
        topic_filter: "#",
        reads_objects: false,
        decode: crossing::decode,
    },
    PayloadMapping {
        id: "generic",
        topic_filter: "#",
        reads_objects: false,
        decode: generic::decode,
    },
    PayloadMapping {
        id: "broker",
        topic_filter: "$SYS/#",
        reads_objects: false,
        decode: generic::decode,
    },
];

/// Reads a message: the id of the mapping that decided, or the topic of a person's own, and what it made of it.
///
/// `own` are asked first: a person who explains a message knows it better than we do.
pub fn decode<'m>(
    incoming: &Incoming<'_>,
    own: &'m [Mapping],
    learned: &mut Learned,
) -> (Option<&'m str>, Decoded) {
    // No bytes clear a retained message [MQTT-3.3.1-6]; they say nothing of a device.
    if incoming.payload().is_empty() {
        return (None, Decoded::NotMine);
    }
    if let Some((topic, decoded)) = mapped::decode(incoming, own) {
        return (Some(topic), decoded);
    }
    let is_object = matches!(incoming.object(), Ok(Some(_)));
    for mapping in MAPPINGS {
        if (is_object || !mapping.reads_objects)
            && filter_matches(mapping.topic_filter, incoming.topic())
        {
            match (mapping.decode)(incoming, learned) {
                Decoded::NotMine => {}
                decided => return (Some(mapping.id), decided),
            }
        }
    }
    (None, Decoded::NotMine)
}
