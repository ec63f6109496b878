//! A site of some counters and one marker: its `config.json`, its messages, and the totals that must come out.
//!
//! The simulated mall cannot do this: it has as many messages as a mall has visitors.

use std::collections::BTreeMap;
use std::time::Duration;

use footfall::mqtt::{QoS, TopicFilter};
use footfall::observation::{Channel, DeviceId, LineId};
use footfall::settings::config::Config;
use footfall::settings::{
    DEFAULT_KEEP_ALIVE, DEFAULT_PLATFORM, DEFAULT_SESSION_EXPIRY, Door, Filter, Name, Profile,
    ProfileId, ReadingRef, Sign, Site, VersionChoice, Zone, ZoneDoor,
};
use footfall::time::Timestamp;

use crate::zone::now;

/// The door whose numbers are timed, and its device.
pub(super) const MARKER: &str = "ACCC8E200000";

/// What is published: topic name and payload.
pub(super) type Said = (String, String);

/// What the marker says: so many have entered.
pub(super) fn marker(total: u64) -> Said {
    sum(MARKER, total, now())
}

/// The devices that make the load.
#[derive(Clone, Debug)]
pub(super) struct Load {
    devices: Vec<Device>,
    next: usize,
    sent: u64,
}

#[derive(Clone, Debug)]
struct Device {
    serial: String,
    speaks: Speaks,
    /// People who entered.
    entered: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speaks {
    /// The day's sum: of many lost messages the next one tells.
    Sum,
    /// One message a person: of a lost message nobody tells.
    Passage,
}

impl Load {
    /// Nobody has entered anywhere.
    pub(super) fn new(devices: usize) -> Self {
        Self {
            devices: (0..devices).map(device).collect(),
            next: 0,
            sent: 0,
        }
    }

    /// The sums at the beginning: a counter that does not tell when it was reset is counted from what it says first.
    pub(super) fn beginnings(&self) -> Vec<Said> {
        let sums = self
            .devices
            .iter()
            .filter(|device| device.speaks == Speaks::Sum);
        sums.map(|device| sum(&device.serial, 0, now())).collect()
    }

    /// Somebody enters, at one device after the other.
    pub(super) fn next(&mut self, at: Timestamp) -> Said {
        let all = self.devices.len();
        let device = &mut self.devices[self.next];
        self.next = (self.next + 1) % all;
        self.sent += 1;
        device.entered += 1;
        match device.speaks {
            Speaks::Sum => sum(&device.serial, device.entered, at),
            Speaks::Passage => passage(&device.serial, at),
        }
    }

    /// Messages so far.
    pub(super) const fn sent(&self) -> u64 {
        self.sent
    }

    /// People who entered by door, where the page has one.
    pub(super) fn entered(&self) -> BTreeMap<String, u64> {
        let total = |device: &Device| (device.serial.clone(), device.entered);
        self.devices.iter().take(DOORS).map(total).collect()
    }
}

fn device(index: usize) -> Device {
    Device {
        serial: format!("ACCC8E20{:04X}", index + 1),
        speaks: if index.is_multiple_of(10) {
            Speaks::Passage
        } else {
            Speaks::Sum
        },
        entered: 0,
    }
}

/// As an integrator republishes an AXIS People Counter.
fn sum(serial: &str, entered: u64, at: Timestamp) -> Said {
    (
        format!("counters/{serial}/live-sum"),
        format!(
            r#"{{"serial":"{serial}","name":"Counter {serial}","timestamp":{},"in":{entered},"out":0}}"#,
            at.as_millis()
        ),
    )
}

/// As Axis Publisher says that somebody passed.
fn passage(serial: &str, at: Timestamp) -> Said {
    (
        format!("people/{serial}"),
        format!(
            r#"{{"device":"{serial}","name":"Counter {serial}","direction":"in","value":1,"timestamp":{}}}"#,
            at.as_millis()
        ),
    )
}

/// The configuration of a page that shows all this through the broker at `url`.
pub(super) fn config(url: &str) -> String {
    let filter = |text: &&str| {
        Some(Filter {
            filter: TopicFilter::new(text).ok()?,
            qos: QoS::AtLeastOnce,
            wide: false,
        })
    };
    let load = (0..DOORS).map(device);
    let doors: Vec<Door> = std::iter::once(MARKER.to_owned())
        .chain(load.map(|device| device.serial))
        .map(door)
        .collect();
    let config = Config {
        site: Some(Site {
            id: "bench".to_owned(),
            name: Name::plain("Bench"),
            time_zone: "UTC".to_owned(),
            reset: half_a_day_from(now()),
            hours: None,
            zones: vec![Zone {
                id: "all".to_owned(),
                name: Name::plain("All"),
                capacity: Some(1_000_000),
                doors: doors.iter().map(inward).collect(),
            }],
            doors,
            devices: Vec::new(),
        }),
        profiles: vec![Profile {
            id: ProfileId("bench".to_owned()),
            name: "Bench broker".to_owned(),
            platform: DEFAULT_PLATFORM.to_owned(),
            url: url.to_owned(),
            version: VersionChoice::Auto,
            client_id: None,
            username: None,
            password: None,
            authentication: None,
            filters: ["counters/#", "people/#"]
                .iter()
                .filter_map(filter)
                .collect(),
            keep_alive: DEFAULT_KEEP_ALIVE,
            session_expiry: DEFAULT_SESSION_EXPIRY,
            will: None,
            publishes: false,
            other_urls: Vec::new(),
            prefix: String::new(),
            paused: Vec::new(),
        }],
        mappings: Vec::new(),
        demo: false,
        mistakes: Vec::new(),
    };
    config.to_json()
}

fn door(serial: String) -> Door {
    let reading = |channel| {
        vec![ReadingRef {
            device: DeviceId::new(&serial),
            line: LineId::default(),
            channel,
        }]
    };
    Door {
        name: Name::plain(&format!("Door {serial}")),
        entered: reading(Channel::Entered),
        exited: reading(Channel::Exited),
        id: serial,
    }
}

fn inward(door: &Door) -> ZoneDoor {
    ZoneDoor {
        door: door.id.clone(),
        sign: Sign::Inward,
    }
}

/// When the site's day begins: at no time of day may a bench see its counts start at zero.
fn half_a_day_from(at: Timestamp) -> Duration {
    let hour = at.as_millis().rem_euclid(24 * HOUR) / HOUR;
    Duration::from_secs(u64::try_from((hour + 12) % 24).unwrap_or_default() * 3600)
}

/// Milliseconds.
const HOUR: i64 = 3_600_000;
/// Of all devices, how many are doors; the others are only devices.
const DOORS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use footfall::settings::config::parse;

    #[test]
    fn the_configuration_has_no_mistake_and_every_timed_door() {
        let config = parse(&config("ws://127.0.0.1:8083/mqtt"));
        assert_eq!(config.mistakes, []);
        let site = config.site.unwrap();
        assert_eq!(site.doors.len(), DOORS + 1);
        assert_eq!(site.doors[0].id, MARKER);
        for serial in Load::new(100).entered().keys() {
            assert!(site.doors.iter().any(|door| door.id == *serial), "{serial}");
        }
    }

    #[test]
    fn every_message_of_the_load_is_somebody_who_entered() {
        let mut load = Load::new(100);
        for _message in 0..10 * 100 {
            load.next(Timestamp::from_millis(1_794_999_999_000));
        }
        assert_eq!(load.sent(), 1000);
        assert!(load.entered().values().all(|entered| *entered == 10));
        assert_eq!(load.beginnings().len(), 90);
    }

    #[test]
    fn the_day_begins_far_from_now() {
        for hour in 0..24 {
            let reset = half_a_day_from(Timestamp::from_millis(hour * HOUR + HOUR / 2));
            let away = (i64::try_from(reset.as_secs()).unwrap() / 3600 - hour).rem_euclid(24);
            assert_eq!(away, 12);
        }
    }
}
