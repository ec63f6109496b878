//! "Axis Retail Data": what a 3D people counter counted in one interval of 1, 5 or 15 minutes.
//!
//! The device pushes it over HTTPS; integrators republish it over MQTT. Source: AXIS P8815-2 3D People Counter API,
//! generic data push, version 0.4.

use super::fields;
use super::{Decoded, Incoming, Learned, PayloadError};
use crate::json::{Object, Value};
use crate::observation::{
    Channel, Class, CountKind, CountReading, DeviceKind, LineId, Observation, What,
};
use crate::time::{Offsets, Timestamp};

pub(super) fn decode(incoming: &Incoming<'_>, _: &mut Learned) -> Decoded {
    match incoming.object() {
        Ok(Some(object)) if fields::text(object, "apiName") == Some("Axis Retail Data") => {
            read(object, incoming.zone()).map_or_else(Decoded::Bad, Decoded::Observations)
        }
        _ => Decoded::NotMine,
    }
}

fn read(object: &Object<'_>, zone: &Offsets) -> Result<Vec<Observation>, PayloadError> {
    let measurements = object
        .get("data")
        .and_then(|data| data.as_object()?.get("measurements"))
        .ok_or(PayloadError::Missing("data.measurements"))?
        .as_list()
        .ok_or(PayloadError::Unreadable("data.measurements"))?;
    let sent_at = time(object, ["utcSent", "localSent"], zone);
    let mut whats = Vec::new();
    for measurement in measurements
        .iter()
        .take(MEASUREMENTS)
        .filter_map(Value::as_object)
    {
        if fields::text(measurement, "kind") == Some("people-counts") {
            people_counts(measurement, sent_at, zone, &mut whats)?;
        }
    }
    let sensor = object.get("sensor").and_then(Value::as_object);
    if let Some(name) = sensor.and_then(|sensor| fields::text(sensor, "name")) {
        whats.push(What::Description {
            kind: DeviceKind::Counter,
            name: Some(fields::shortened(name, NAME_LIMIT)),
        });
    }
    let device = sensor.and_then(fields::serial);
    let say = |what| Observation {
        device: device.clone(),
        sent_at,
        what,
    };
    Ok(whats.into_iter().map(say).collect())
}

/// `adults` is left out: it is part of `count`, and zero where the device does not tell adults from children.
fn people_counts(
    measurement: &Object<'_>,
    sent_at: Option<Timestamp>,
    zone: &Offsets,
    whats: &mut Vec<What>,
) -> Result<(), PayloadError> {
    let start = time(measurement, ["utcFrom", "localFrom"], zone)
        .ok_or(PayloadError::Unreadable("utcFrom"))?;
    let end = time(measurement, ["utcTo", "localTo"], zone)
        .filter(|end| *end > start)
        .ok_or(PayloadError::Unreadable("utcTo"))?;
    let span_ms = u32::try_from(end.since(start).as_millis())
        .map_err(|_| PayloadError::Unreadable("utcTo"))?;
    let items = measurement.get("items").and_then(Value::as_list);
    let items = items.ok_or(PayloadError::Missing("items"))?;
    for item in items.iter().take(MEASUREMENTS).filter_map(Value::as_object) {
        let channel = match fields::text(item, "direction") {
            Some("in") => Channel::Entered,
            Some("out") => Channel::Exited,
            _ => return Err(PayloadError::Unreadable("direction")),
        };
        let value = item.get("count").ok_or(PayloadError::Missing("count"))?;
        whats.push(What::Count(CountReading {
            line: LineId::default(),
            channel,
            class: Class::Person,
            kind: CountKind::Interval { start, span_ms },
            value: fields::count(value).ok_or(PayloadError::Unreadable("count"))?,
            sent_at,
        }));
    }
    Ok(())
}

/// UTC, or else local time, which is the site's: the zone's name is not enough without a database.
fn time(object: &Object<'_>, keys: [&str; 2], zone: &Offsets) -> Option<Timestamp> {
    keys.into_iter()
        .find_map(|key| fields::iso(fields::text(object, key)?, zone))
}

/// A day of minutes, should a device send what it kept.
const MEASUREMENTS: usize = 1440;

/// Names are shown on one line.
const NAME_LIMIT: usize = 128;
