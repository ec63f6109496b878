//! People counters whose answers an integrator republishes over MQTT, on a topic of their own choice.
//!
//! Sources: AXIS People Counter API (live sum; occupancy export), AXIS 3D People Counter API (`counts.json`; real-time
//! occupancy of P8815-2).

use super::fields;
use super::{Decoded, Incoming, Learned, PayloadError};
use crate::json::{Object, Value};
use crate::observation::{
    Channel, Class, CountKind, CountReading, DeviceKind, LineId, Observation, What,
};
use crate::ordered::sort_by;
use crate::time::{Offsets, Timestamp};

pub(super) fn decode(incoming: &Incoming<'_>, _: &mut Learned) -> Decoded {
    let Ok(Some(object)) = incoming.object() else {
        return Decoded::NotMine;
    };
    let has = |keys: &[&str]| keys.iter().all(|key| object.contains_key(key));
    let counter = object.get("counter").and_then(Value::as_object);
    let bins = object.get("data").and_then(Value::as_object);
    let decoded = if has(&["occupancy", "total_in", "total_out"]) {
        live_occupancy(incoming, object)
    } else if has(&["in", "out", "serial"]) && (has(&["timestamp"]) || has(&["name"])) {
        live_sum(incoming, object)
    } else if let (Some(counter), Some(bins)) = (counter, bins)
        && counter.contains_key("serial")
    {
        export(incoming, counter, bins)
    } else {
        return Decoded::NotMine;
    };
    decoded.map_or_else(Decoded::Bad, Decoded::Observations)
}

/// `{ serial, name, timestamp: "20170503112756", in, out }`: sums of the day so far.
fn live_sum(
    incoming: &Incoming<'_>,
    object: &Object<'_>,
) -> Result<Vec<Observation>, PayloadError> {
    let sent_at = sent_at(incoming, object);
    let kind = CountKind::Cumulative { reset_at: None };
    let whats = vec![
        reading(Channel::Entered, kind, required(object, "in")?, sent_at),
        reading(Channel::Exited, kind, required(object, "out")?, sent_at),
        What::Description {
            kind: DeviceKind::Counter,
            name: fields::text(object, "name").map(|name| fields::shortened(name, NAME_LIMIT)),
        },
    ];
    Ok(of_device(object, sent_at, whats))
}

/// `{ occupancy, serial, timestamp, total_in, total_out }`.
fn live_occupancy(
    incoming: &Incoming<'_>,
    object: &Object<'_>,
) -> Result<Vec<Observation>, PayloadError> {
    let sent_at = sent_at(incoming, object);
    let kind = CountKind::Cumulative { reset_at: None };
    let whats = vec![
        reading(
            Channel::Present,
            CountKind::Gauge,
            required(object, "occupancy")?,
            sent_at,
        ),
        reading(
            Channel::Entered,
            kind,
            required(object, "total_in")?,
            sent_at,
        ),
        reading(
            Channel::Exited,
            kind,
            required(object, "total_out")?,
            sent_at,
        ),
    ];
    Ok(of_device(object, sent_at, whats))
}

/// `{ counter: { name, serial, delta }, data: { "20170908000000": [occupancy, average time, in, out] } }`: bins of
/// `delta` seconds by their begin.
fn export(
    incoming: &Incoming<'_>,
    counter: &Object<'_>,
    bins: &Object<'_>,
) -> Result<Vec<Observation>, PayloadError> {
    let span_ms = required(counter, "delta")?
        .checked_mul(1000)
        .and_then(|millis| u32::try_from(millis).ok())
        .filter(|millis| *millis > 0)
        .ok_or(PayloadError::Unreadable("delta"))?;
    let mut whats = Vec::new();
    // The keys sort by time; the newest bins are kept.
    let mut bins: Vec<_> = bins.iter().collect();
    sort_by(&mut bins, |one, other| one.0.cmp(other.0));
    for (key, row) in bins.iter().skip(bins.len().saturating_sub(BINS)) {
        let start = compact(key, incoming.zone()).ok_or(PayloadError::Unreadable("data"))?;
        let row: Option<Vec<u64>> = row
            .as_list()
            .and_then(|row| row.iter().map(fields::count).collect());
        let Some([occupancy, _, entered, exited]) = row.as_deref() else {
            return Err(PayloadError::Unreadable("data"));
        };
        let interval = CountKind::Interval { start, span_ms };
        whats.extend([
            reading(Channel::Present, CountKind::Gauge, *occupancy, Some(start)),
            reading(Channel::Entered, interval, *entered, Some(start)),
            reading(Channel::Exited, interval, *exited, Some(start)),
        ]);
    }
    // The export does not say when it was made.
    Ok(of_device(counter, None, whats))
}

/// A day of minutes.
const BINS: usize = 1440;

/// Names are shown on one line.
const NAME_LIMIT: usize = 128;

fn required(object: &Object<'_>, key: &'static str) -> Result<u64, PayloadError> {
    let value = object.get(key).ok_or(PayloadError::Missing(key))?;
    fields::count(value).ok_or(PayloadError::Unreadable(key))
}

fn sent_at(incoming: &Incoming<'_>, object: &Object<'_>) -> Option<Timestamp> {
    let value = object.get("timestamp")?;
    fields::scalar(value)
        .and_then(|text| compact(text, incoming.zone()))
        .or_else(|| fields::time(value, incoming.zone()))
}

/// `20170503112756`: local time of a device that does not name its zone, so the site's.
fn compact(text: &str, zone: &Offsets) -> Option<Timestamp> {
    if text.len() != 14 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (date, time) = text.split_at_checked(8)?;
    // Through the one door that refuses clocks that were never set.
    fields::iso(&format!("{date}T{time}"), zone)
}

fn reading(channel: Channel, kind: CountKind, value: u64, sent_at: Option<Timestamp>) -> What {
    What::Count(CountReading {
        line: LineId::default(),
        channel,
        class: Class::Person,
        kind,
        value,
        sent_at,
    })
}

fn of_device(
    object: &Object<'_>,
    sent_at: Option<Timestamp>,
    whats: Vec<What>,
) -> Vec<Observation> {
    let device = fields::serial(object);
    let say = |what| Observation {
        device: device.clone(),
        sent_at,
        what,
    };
    whats.into_iter().map(say).collect()
}
