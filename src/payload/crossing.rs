//! One message each time a person passes: who counts is us.
//!
//! Sources: Axis Publisher, direction detection (flat, and with `tags` and `values`); devices that publish the plain
//! word `in` or `out`.

use super::fields;
use super::{Decoded, Incoming, Learned, PayloadError};
use crate::json::{Object, Value};
use crate::observation::{
    Channel, Class, CountKind, CountReading, DeviceId, LineId, Observation, What,
};
use crate::time::Timestamp;

pub(super) fn decode(incoming: &Incoming<'_>, _: &mut Learned) -> Decoded {
    match incoming.object() {
        Ok(Some(object)) => publisher(incoming, object),
        Ok(None) => match incoming.word().and_then(channel) {
            Some(channel) => crossed(None, None, channel, 1, None),
            None => Decoded::NotMine,
        },
        Err(_) => Decoded::NotMine,
    }
}

/// `{ device, name, direction: in | out, value: 1 | -1, timestamp }`, the first four perhaps in `tags` and `values`.
fn publisher(incoming: &Incoming<'_>, object: &Object<'_>) -> Decoded {
    let part = |key| object.get(key).and_then(Value::as_object).unwrap_or(object);
    let (tags, values) = (part("tags"), part("values"));
    let direction = fields::text(tags, "direction").and_then(channel);
    let (Some(channel), Some(value)) = (direction, values.get("value")) else {
        return Decoded::NotMine;
    };
    let device = fields::app_device(tags).or_else(|| fields::app_device(object));
    let time = object.get("timestamp");
    if device.is_none() && time.is_none() {
        // A direction and a number alone are not enough to count people by.
        return Decoded::NotMine;
    }
    let Some(people) = people(value, channel) else {
        return Decoded::Bad(PayloadError::Unreadable("value"));
    };
    let sent_at = time.and_then(|time| fields::time(time, incoming.zone()));
    let sequence = ["sequence", "seq", "id"]
        .into_iter()
        .find_map(|key| object.get(key).and_then(fields::count));
    crossed(device, sent_at, channel, people, sequence)
}

fn channel(word: &str) -> Option<Channel> {
    if word.eq_ignore_ascii_case("in") {
        Some(Channel::Entered)
    } else if word.eq_ignore_ascii_case("out") {
        Some(Channel::Exited)
    } else {
        None
    }
}

/// `1`, or `-1` for out; a small group may pass in one message.
fn people(value: &Value<'_>, channel: Channel) -> Option<u64> {
    let value: i64 = fields::scalar(value)?.parse().ok()?;
    let people = value.unsigned_abs();
    let agrees = value > 0 || channel == Channel::Exited;
    (agrees && fields::GROUP.contains(&people)).then_some(people)
}

fn crossed(
    device: Option<DeviceId>,
    sent_at: Option<Timestamp>,
    channel: Channel,
    value: u64,
    sequence: Option<u64>,
) -> Decoded {
    Decoded::Observations(vec![Observation {
        device,
        sent_at,
        what: What::Count(CountReading {
            line: LineId::default(),
            channel,
            class: Class::Any,
            kind: CountKind::Crossing { sequence },
            value,
            sent_at,
        }),
    }])
}
