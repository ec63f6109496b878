//! AXIS Object Analytics: crossline counting, occupancy in area, and alarms of its scenarios.
//!
//! A message does not say which of them it is; its keys do. Sources: AXIS Object Analytics, counting data of both
//! generations of keys; AXIS Object Analytics in Grafana, tutorial.

use std::borrow::Cow;

use super::Event;
use crate::json::Value;
use crate::observation::{Channel, Class, CountKind, CountReading, LineId, What, first};
use crate::payload::{PayloadError, fields};
use crate::time::Timestamp;

/// `Device1Scenario1` of an Object Analytics event.
pub(super) fn line(path: &str) -> Option<&str> {
    path.strip_prefix("CameraApplicationPlatform/ObjectAnalytics/")
}

/// Reads totals (a crossline), numbers of classes (an area) and `active` (an alarm); a message may hold two of them.
pub(super) fn read(event: &Event<'_>, line: &str) -> Result<Vec<What>, PayloadError> {
    let line = LineId(first(line, NAME_LIMIT).into());
    let has = |keys: &[&str]| keys.iter().any(|key| event.data.contains_key(key));
    let has_classes = event
        .data
        .iter()
        .any(|(key, _)| class_of_total(key).is_some());
    let mut said = Vec::new();
    if has_classes || (has(&["total"]) && has(CROSSLINE_KEYS)) {
        let classes = event.data.iter();
        let classes = classes.filter_map(|(key, value)| Some((class(class_of_total(key)?), value)));
        let reset_at = reset_at(event);
        let kind = CountKind::Cumulative { reset_at };
        counts(event, &line, Channel::Crossed, kind, classes, &mut said)?;
    } else if has(AREA_CLASSES) {
        let classes = AREA_CLASSES.iter();
        let classes = classes.filter_map(|key| Some((class(key), event.data.get(key)?)));
        let kind = CountKind::Gauge;
        counts(event, &line, Channel::Present, kind, classes, &mut said)?;
    }
    if let Some(active) = event.data.get("active") {
        said.push(What::State {
            name: format!("Object Analytics {}", line.0),
            active: fields::truth(active).ok_or(PayloadError::Unreadable("active"))?,
        });
    }
    if said.is_empty() && has(CROSSLINE_KEYS) {
        return Err(PayloadError::Missing("total"));
    }
    if said.is_empty() {
        said = super::states::rest(event);
    }
    Ok(said)
}

/// When the counter began at zero: `resetTime`, in older firmware `startTime`.
fn reset_at(event: &Event<'_>) -> Option<Timestamp> {
    let mut keys = ["resetTime", "startTime"].into_iter();
    fields::time(keys.find_map(|key| event.data.get(key))?, event.zone)
}

/// The total of all classes, then each class that is there and can be read.
fn counts<'e>(
    event: &'e Event<'_>,
    line: &LineId,
    channel: Channel,
    kind: CountKind,
    classes: impl Iterator<Item = (Class, &'e Value<'e>)>,
    said: &mut Vec<What>,
) -> Result<(), PayloadError> {
    said.reserve(event.data.iter().len().min(CLASS_LIMIT));
    let mut count = |class, value| {
        said.push(What::Count(CountReading {
            line: line.clone(),
            channel,
            class,
            kind,
            value,
            sent_at: event.sent_at,
        }));
    };
    if let Some(total) = event.data.get("total") {
        let total = fields::count(total).ok_or(PayloadError::Unreadable("total"))?;
        count(Class::Any, total);
    }
    for (class, value) in classes.take(CLASS_LIMIT) {
        if let Some(value) = fields::count(value) {
            count(class, value);
        }
    }
    if said.is_empty() {
        return Err(PayloadError::Missing("total"));
    }
    Ok(())
}

/// `Human` of `totalHuman`, `Motorcycle/bicycle` of `totalMotorcycle/bicycle`.
fn class_of_total(key: &str) -> Option<&str> {
    let name = key.strip_prefix("total")?;
    let begins = name.bytes().next();
    begins.filter(u8::is_ascii_uppercase).map(|_| name)
}

/// One word for a class, whether a crossline (`totalCar`) or an area (`car`) writes it.
fn class(name: &str) -> Class {
    if name.eq_ignore_ascii_case("human") {
        return Class::Person;
    }
    let is_it = |known: &&&str| {
        let firsts = known.get(..1).zip(name.get(..1));
        known.get(1..) == name.get(1..)
            && firsts.is_some_and(|(known, first)| known.eq_ignore_ascii_case(first))
    };
    if let Some(known) = CLASSES.iter().find(is_it) {
        return Class::Other(Cow::Borrowed(known));
    }
    let mut name = fields::shortened(name, CLASS_NAME_LIMIT);
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Class::Other(name.into())
}

/// As [`class`] writes them: usual ones need no copy.
const CLASSES: &[&str] = &[
    "Car",
    "Bus",
    "Truck",
    "Bike",
    "OtherVehicle",
    "Motorcycle/bicycle",
    "Vehicle",
    "Unknown",
];

/// Only crossline events have them: why the event was sent, and since when it counts (older, newer).
const CROSSLINE_KEYS: &[&str] = &["reason", "startTime", "resetTime"];

/// Classes of occupancy in area.
const AREA_CLASSES: &[&str] = &[
    "human",
    "car",
    "bus",
    "truck",
    "bike",
    "motorcycle/bicycle",
    "otherVehicle",
    "vehicle",
    "unknown",
];

/// Names are shown on one line.
const NAME_LIMIT: usize = 128;

/// More than any firmware knows.
const CLASS_LIMIT: usize = 16;

/// A class is one word.
const CLASS_NAME_LIMIT: usize = 64;
