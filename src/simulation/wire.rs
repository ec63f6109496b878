//! The exact texts that the devices publish.
//!
//! Sources: Axis MQTT client API (connection messages), Axis MQTT event bridge, AXIS Object Analytics counting data, AXIS
//! People Counter API (live sum), Axis Publisher (direction detection). Every value of an event is a text.

use super::device::Device;
use super::mall::{DeviceSpec, Firmware, SCENARIOS, Style};
use crate::mqtt::{PropertyBytes, Publish, QoS};
use crate::time::{Date, Offsets, Timestamp};

/// What a device says, before it is known how.
pub(super) struct Said {
    topic: String,
    payload: String,
    retain: bool,
}

impl Said {
    pub(super) fn publish(self, qos: QoS) -> Publish {
        Publish {
            topic: self.topic,
            payload: self.payload.into_bytes(),
            qos,
            retain: self.retain,
            properties: PropertyBytes::default(),
        }
    }
}

/// What a device says about its connection.
pub(super) enum Connection {
    Made(Timestamp),
    Ended(Timestamp),
    /// Said by the broker for it; nobody knew when.
    Lost,
}

pub(super) fn connection(device: &DeviceSpec, connection: Connection) -> Publish {
    let (connected, description, at) = match connection {
        Connection::Made(at) => (true, "Connected", Some(at)),
        Connection::Ended(at) => (false, "Disconnected", Some(at)),
        Connection::Lost => (false, "Connection Lost", None),
    };
    let at = at.map_or("null".to_owned(), |at| {
        // Seconds, and a small z.
        format!("\"{}z\"", written(utc(at), 'T', ""))
    });
    let serial = device.serial;
    let said = Said {
        topic: format!("axis/{serial}/event/connection"),
        payload: format!(
            r#"{{"serialNumber":"{serial}","connected":{connected},"description":"{description}","timestamp":{at}}}"#
        ),
        retain: true,
    };
    said.publish(QoS::AtLeastOnce)
}

/// The total of one of two crossline scenarios.
pub(super) fn crossline(
    device: &Device,
    style: Style,
    inward: bool,
    is_car: bool,
    at: Timestamp,
    offsets: &Offsets,
) -> Said {
    let line = usize::from(!inward);
    let (people, cars) = (device.people[line], device.cars[line]);
    let total = people + if style.vehicles { cars } else { 0 };
    let reset_at = reset_time(device.reset_at, style.firmware, offsets);
    let reason = if is_car { "car" } else { "human" };
    let vehicles = match style.firmware {
        _ if !style.vehicles => String::new(),
        Firmware::Old => format!(
            r#","totalBus":"0","totalCar":"{cars}","totalMotorcycle/bicycle":"0","totalTruck":"0","totalUnknown":"0""#
        ),
        Firmware::New | Firmware::Newest => {
            format!(
                r#","totalCar":"{cars}","totalTruck":"0","totalBus":"0","totalBike":"0","totalOtherVehicle":"0""#
            )
        }
    };
    let scenario = format!(
        "{} {}",
        device.spec.name(),
        if inward { "in" } else { "out" }
    );
    let data = match style.firmware {
        Firmware::Old => format!(
            r#""startTime":"{reset_at}","reason":"{reason}","total":"{total}","totalHuman":"{people}"{vehicles}"#
        ),
        Firmware::New | Firmware::Newest => {
            format!(
                r#""scenario":"{scenario}","resetTime":"{reset_at}","reason":"{reason}","total":"{total}","totalHuman":"{people}"{vehicles}"#
            )
        }
    };
    let name = EventName::analytics(SCENARIOS[line]);
    event(device.spec, style, &name, None, &data, at)
}

/// How many are in an area now.
pub(super) fn area(device: &Device, style: Style, at: Timestamp) -> Said {
    let present = device.present;
    let data = format!(
        r#""scenario":"{}","total":"{present}","human":"{present}""#,
        device.spec.name()
    );
    event(
        device.spec,
        style,
        &EventName::analytics(SCENARIOS[0]),
        None,
        &data,
        at,
    )
}

/// The state of an input.
pub(super) fn port(device: &Device, style: Style, at: Timestamp) -> Said {
    let data = format!(r#""state":"{}""#, u8::from(device.active));
    event(
        device.spec,
        style,
        &EventName::device("IO/Port"),
        Some(("port", "1")),
        &data,
        at,
    )
}

/// The state of a light.
pub(super) fn light(device: &Device, style: Style, at: Timestamp) -> Said {
    let data = format!(r#""state":"{}""#, if device.active { "ON" } else { "OFF" });
    event(
        device.spec,
        style,
        &EventName::device("Light/Status"),
        Some(("id", "0")),
        &data,
        at,
    )
}

/// The sums of an older counter, in the site's time without zone.
pub(super) fn live_sum(device: &Device, at: Timestamp, offsets: &Offsets) -> Said {
    let time = local(at, offsets);
    let timestamp = format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}",
        time.date.year(),
        time.date.month(),
        time.date.day(),
        time.hour(),
        time.minute(),
        time.second()
    );
    let (serial, [entered, exited]) = (device.spec.serial, device.people);
    let name = device.spec.name();
    Said {
        topic: format!("counters/{serial}/live-sum"),
        payload: format!(
            r#"{{"serial":"{serial}","name":"{name}","timestamp":"{timestamp}","in":{entered},"out":{exited}}}"#
        ),
        retain: false,
    }
}

/// One person, one message.
pub(super) fn passage(device: &DeviceSpec, inward: bool, at: Timestamp, offsets: &Offsets) -> Said {
    let topic = format!("people/{}", device.serial);
    let (direction, value) = if inward { ("in", 1) } else { ("out", -1) };
    let time = local(at, offsets);
    let payload = format!(
        r#"{{"topic":"{topic}","device":"{}","name":"{}","direction":"{direction}","value":{value},"localTime":"{}","clock":"{:02}:{:02}","timestamp":{}}}"#,
        device.serial,
        device.name(),
        written(time, ' ', ""),
        time.hour(),
        time.minute(),
        at.as_millis(),
    );
    Said {
        topic,
        payload,
        retain: false,
    }
}

/// The name of an event in its three forms.
struct EventName {
    bare: String,
    /// In a topic name, with namespaces.
    namespaced: String,
    /// In a payload.
    payload: String,
}

impl EventName {
    fn analytics(scenario: &str) -> Self {
        let bare = format!("CameraApplicationPlatform/ObjectAnalytics/{scenario}");
        Self {
            namespaced: format!("tns:axis/{bare}"),
            payload: format!("axis:{bare}"),
            bare,
        }
    }

    fn device(rest: &str) -> Self {
        Self {
            bare: format!("Device/{rest}"),
            namespaced: format!("tns:onvif/Device/tns:axis/{rest}"),
            payload: format!("onvif:Device/axis:{rest}"),
        }
    }
}

fn event(
    device: &DeviceSpec,
    style: Style,
    name: &EventName,
    source: Option<(&str, &str)>,
    data: &str,
    at: Timestamp,
) -> Said {
    let (in_topic, in_payload) = source.map_or_else(Default::default, |(key, value)| {
        (
            format!("/$source/{key}/{value}"),
            format!(r#""{key}":"{value}""#),
        )
    });
    let topic = match style.flat_topic {
        Some(topic) => topic.to_owned(),
        None => {
            let name = if style.namespaces {
                &name.namespaced
            } else {
                &name.bare
            };
            format!("axis/{}/event/{name}{in_topic}", device.serial)
        }
    };
    let serial = if style.signed {
        format!(r#","serial":"{}""#, device.serial)
    } else {
        String::new()
    };
    let (name, at) = (&name.payload, at.as_millis());
    // Firmware does not agree on what comes first.
    let head = match style.firmware {
        Firmware::Newest => format!(r#""timestamp":{at},"topic":"{name}""#),
        Firmware::Old | Firmware::New => format!(r#""topic":"{name}","timestamp":{at}"#),
    };
    Said {
        topic,
        payload: format!(
            r#"{{{head}{serial},"message":{{"source":{{{in_payload}}},"key":{{}},"data":{{{data}}}}}}}"#
        ),
        retain: style.retain,
    }
}

fn reset_time(at: Timestamp, firmware: Firmware, offsets: &Offsets) -> String {
    let millis = at.as_millis().rem_euclid(1000);
    let seconds = offsets.at(at);
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes) = (
        seconds.unsigned_abs() / 3600,
        seconds.unsigned_abs() / 60 % 60,
    );
    match firmware {
        Firmware::Old => written(utc(at), 'T', "Z"),
        Firmware::New => written(
            local(at, offsets),
            'T',
            &format!(".{millis:03}{sign}{hours:02}{minutes:02}"),
        ),
        Firmware::Newest => written(
            local(at, offsets),
            'T',
            &format!(".{millis:03}000{sign}{hours:02}:{minutes:02}"),
        ),
    }
}

/// What a clock shows.
#[derive(Clone, Copy)]
struct Shown {
    date: Date,
    seconds: i64,
}

impl Shown {
    const fn hour(self) -> i64 {
        self.seconds / 3600
    }

    const fn minute(self) -> i64 {
        self.seconds / 60 % 60
    }

    const fn second(self) -> i64 {
        self.seconds % 60
    }
}

fn utc(at: Timestamp) -> Shown {
    let seconds = at.as_millis().div_euclid(1000);
    Shown {
        date: Date::from_days(i32::try_from(seconds.div_euclid(86_400)).unwrap_or(0)),
        seconds: seconds.rem_euclid(86_400),
    }
}

fn local(at: Timestamp, offsets: &Offsets) -> Shown {
    let shifted = at.as_millis() + i64::from(offsets.at(at)) * 1000;
    utc(Timestamp::from_millis(shifted))
}

fn written(time: Shown, between: char, end: &str) -> String {
    format!(
        "{}{between}{:02}:{:02}:{:02}{end}",
        time.date,
        time.hour(),
        time.minute(),
        time.second()
    )
}
