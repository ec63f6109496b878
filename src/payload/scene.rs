//! AXIS Scene Metadata: frames that follow single objects, up to ten a second. They are read and say nothing: where a
//! person stands is no count, and nobody's path is kept.
//!
//! The topic is the user's choice and the names changed between versions, so the shape decides. Source: AXIS Scene
//! Metadata over MQTT, frames of version 0 and 1.

use serde_json::Value;

use super::fields::Object;
use super::{Decoded, Incoming, Learned};

pub(super) fn decode(incoming: &Incoming<'_>, _: &mut Learned) -> Decoded {
    match incoming.object() {
        Ok(Some(object)) if is_frame(object) || is_older_frame(object) => {
            Decoded::Observations(Vec::new())
        }
        _ => Decoded::NotMine,
    }
}

/// `{ channel_id, timestamp, detections, track_events }`; empty lists are left out.
fn is_frame(object: &Object) -> bool {
    let known = |key: &String| FRAME_KEYS.contains(&key.as_str());
    ["channel_id", "timestamp"]
        .iter()
        .all(|key| object.contains_key(*key))
        && object.keys().all(known)
}

const FRAME_KEYS: &[&str] = &["channel_id", "timestamp", "detections", "track_events"];

/// `{ frame: { timestamp, observations, operations } }`.
fn is_older_frame(object: &Object) -> bool {
    let frame = object.get("frame").and_then(Value::as_object);
    let lists = ["observations", "operations"];
    frame.is_some_and(|frame| {
        lists
            .iter()
            .any(|key| frame.get(*key).is_some_and(Value::is_array))
    })
}
