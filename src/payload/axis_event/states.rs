//! Events that say a state: ports, relays, sensors, storage, alarms of video analytics; and all that we do not know.
//!
//! Source: Axis event catalogue.

use super::Event;
use crate::json::{Kind, Value};
use crate::observation::What;
use crate::payload::{PayloadError, fields};

/// An event with one state: its path without namespaces, the key of the state in `data`, and what we call it, to which
/// the source is added (`IO port 1`).
struct Stateful(&'static str, &'static str, &'static str);

/// Reads the state of a known event, and whatever an unknown one says.
pub(super) fn read(event: &Event<'_>) -> Result<Vec<What>, PayloadError> {
    let Some(Stateful(_, key, name)) = STATES.iter().find(|known| known.0 == event.path) else {
        return Ok(rest(event));
    };
    let value = event.data.get(key).ok_or(PayloadError::Missing(key))?;
    let active = fields::truth(value).ok_or(PayloadError::Unreadable(key))?;
    let name = event.of_source(name);
    let mut said = vec![What::State { name, active }];
    said.extend(health(event, key));
    Ok(said)
}

/// Numbers beside the state: a disk's temperature and wear. All but a temperature mean "unknown" below zero.
fn health<'e>(event: &'e Event<'_>, state: &'e str) -> impl Iterator<Item = What> + 'e {
    event
        .data
        .iter()
        .filter(move |(key, _)| *key != state)
        .filter_map(|(key, value)| Some((key, fields::number(value)?)))
        .filter(|(key, value)| *key == "temperature" || *value >= 0.0)
        .take(MEASUREMENTS)
        .map(|(key, value)| measurement(event, key, value))
}

/// An event without a line in the catalogue: its flags are states, its numbers measurements, and if it has neither,
/// it is shown in its own words.
pub(super) fn rest(event: &Event<'_>) -> Vec<What> {
    let mut said = Vec::new();
    for (key, value) in event.data.iter().take(MEASUREMENTS) {
        let flag = FLAGS.contains(&key) || matches!(value.kind(), Kind::Bool(_));
        if let Some(active) = fields::truth(value).filter(|_| flag) {
            let name = state_name(event, key);
            said.push(What::State { name, active });
        } else if let Some(value) = fields::number(value) {
            said.push(measurement(event, key, value));
        }
    }
    if said.is_empty() {
        said.push(What::Text(words(event)));
    }
    said
}

fn measurement(event: &Event<'_>, key: &str, value: f64) -> What {
    let name = match &event.source {
        Some(source) => format!("{source} {key}"),
        None => key.to_owned(),
    };
    What::Measurement {
        name: fields::shortened(&name, NAME_LIMIT),
        value,
    }
}

/// The last two levels of the path: `VMD Camera1Profile1`. A flag with a name of its own is added.
fn state_name(event: &Event<'_>, key: &str) -> String {
    let levels: Vec<&str> = event.path.split('/').collect();
    let name = levels[levels.len().saturating_sub(2)..].join(" ");
    let mut name = event.of_source(&name);
    if key != "active" && key != "state" {
        name = format!("{name} {key}");
    }
    fields::shortened(name.trim_start(), NAME_LIMIT)
}

fn words(event: &Event<'_>) -> String {
    let mut words = event.of_source(&event.path);
    for (key, value) in event.data.iter().take(MEASUREMENTS) {
        if let (true, Some(value)) = (words.len() < TEXT_LIMIT, written(value)) {
            words.push_str(&format!(" {key}={value}"));
        }
    }
    fields::shortened(&words, TEXT_LIMIT)
}

/// A picture in the data (base64) is no words.
fn written<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    fields::scalar(value).filter(|text| !text.is_empty() && text.len() <= TEXT_LIMIT)
}

/// Keys whose `"1"` and `"0"` mean yes and no.
const FLAGS: &[&str] = &[
    "active",
    "state",
    "State",
    "LogicalState",
    "connected",
    "disruption",
    "is_moving",
    "lost",
    "on_preset",
    "ready",
    "recording",
    "running",
    "tampering",
    "triggered",
];

/// Numbers taken from one event.
const MEASUREMENTS: usize = 16;

/// Names and words are shown on one line.
const NAME_LIMIT: usize = 128;
const TEXT_LIMIT: usize = 256;

/// The stateful events that a dashboard shows: path, key, name.
const STATES: &[Stateful] = &[
    Stateful("AudioSource/TriggerLevel", "triggered", "Audio level"),
    Stateful("Device/Casing/Open", "Open", "Casing open"),
    Stateful("Device/IO/OutputPort", "state", "Output port"),
    Stateful("Device/IO/Port", "state", "IO port"),
    Stateful("Device/IO/SupervisedPort", "state", "Supervised port"),
    Stateful("Device/IO/VirtualInput", "active", "Virtual input"),
    Stateful("Device/IO/VirtualPort", "state", "Virtual port"),
    Stateful("Device/Light/Status", "state", "Light"),
    Stateful("Device/Network/Lost", "lost", "Network lost"),
    Stateful("Device/Sensor/PIR", "state", "PIR sensor"),
    Stateful("Device/Status/SystemReady", "ready", "System ready"),
    Stateful(
        "Device/Status/Temperature/Above",
        "sensor_level",
        "Temperature too high",
    ),
    Stateful(
        "Device/Status/Temperature/Above_or_below",
        "sensor_level",
        "Temperature out of range",
    ),
    Stateful(
        "Device/Status/Temperature/Below",
        "sensor_level",
        "Temperature too low",
    ),
    Stateful(
        "Device/Status/Temperature/Inside",
        "sensor_level",
        "Temperature in range",
    ),
    Stateful("Device/Tampering", "tampering", "Tampering"),
    Stateful(
        "Device/Trigger/DigitalInput",
        "LogicalState",
        "Digital input",
    ),
    Stateful("Device/Trigger/Relay", "LogicalState", "Relay"),
    Stateful("Storage/Alert", "alert", "Storage alert"),
    Stateful("Storage/Disruption", "disruption", "Storage disruption"),
    Stateful("Storage/Recording", "recording", "Recording"),
    Stateful("VideoSource/DayNightVision", "day", "Day"),
    Stateful(
        "VideoSource/LiveStreamAccessed",
        "accessed",
        "Live stream in use",
    ),
    Stateful("VideoSource/MotionAlarm", "State", "Motion"),
];
