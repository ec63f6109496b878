//! AXIS Scene Metadata: frames that follow single objects, up to ten a second. They are read and say nothing: where a
//! person stands is no count, and nobody's path is kept.
//!
//! The topic is the user's choice and the names changed between versions, so the shape decides. Source: AXIS Scene
//! Metadata over MQTT, frames of version 0 and 1.

use super::{Decoded, Incoming, Learned};
use crate::json::{Object, Value};

pub(super) fn decode(incoming: &Incoming<'_>, _: &mut Learned) -> Decoded {
    match incoming.object() {
        Ok(Some(object)) if is_frame(object) || is_older_frame(object) => {
            Decoded::Observations(Vec::new())
        }
        _ => Decoded::NotMine,
    }
}

/// `{ channel_id, timestamp, detections, track_events }`; empty lists are left out.
fn is_frame(object: &Object<'_>) -> bool {
    ["channel_id", "timestamp"]
        .iter()
        .all(|key| object.contains_key(key))
        && object.iter().all(|(key, _)| FRAME_KEYS.contains(&key))
}

const FRAME_KEYS: &[&str] = &["channel_id", "timestamp", "detections", "track_events"];

/// `{ frame: { timestamp, observations, operations } }`.
fn is_older_frame(object: &Object<'_>) -> bool {
    let frame = object.get("frame").and_then(Value::as_object);
    let lists = ["observations", "operations"];
    frame.is_some_and(|frame| {
        lists
            .iter()
            .any(|key| frame.get(key).is_some_and(|list| list.as_list().is_some()))
    })
}
