//! The place: its areas, doors and devices, and the `config.json` that describes them.

use std::time::Duration;

use super::Options;
use crate::mqtt::TopicFilter;
use crate::observation::{Channel, DeviceId, DeviceKind, LineId};
use crate::ordered::OrderedMap;
use crate::settings::config::Config;
use crate::settings::{
    DEFAULT_KEEP_ALIVE, DEFAULT_PLATFORM, DEFAULT_QOS, DEFAULT_SESSION_EXPIRY, Door, Filter, Name,
    NamedDevice, OpeningHours, Profile, ProfileId, ReadingRef, Sign, Site, VersionChoice, Zone,
    ZoneDoor,
};

/// A part of the mall; together they are the whole site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Area {
    Outside,
    Hall,
    Food,
    Roof,
}

/// A door between two areas.
pub(super) struct DoorSpec {
    id: &'static str,
    en: &'static str,
    ko: &'static str,
    /// Entering it is going from `from` to `to`.
    pub(super) from: Area,
    pub(super) to: Area,
}

/// The doors; a door's index is also its device's in [`DEVICES`].
pub(super) const DOORS: &[DoorSpec; 8] = &[
    door("gate-1", "Gate 1", "1번 게이트", Area::Outside, Area::Hall),
    door("gate-2", "Gate 2", "2번 게이트", Area::Outside, Area::Hall),
    door("gate-3", "Gate 3", "3번 게이트", Area::Outside, Area::Food),
    door("car-park", "Car park", "주차장", Area::Outside, Area::Food),
    door("metro", "Metro", "지하철", Area::Outside, Area::Hall),
    door(
        "food-east",
        "Food court east",
        "푸드 코트 동쪽",
        Area::Hall,
        Area::Food,
    ),
    door(
        "roof-lift",
        "Roof lift",
        "옥상 승강기",
        Area::Food,
        Area::Roof,
    ),
    door("stairs", "Stairs", "계단", Area::Hall, Area::Roof),
];
pub(super) const CAR_PARK: usize = 3;
pub(super) const STAIRS: usize = 7;

const fn door(
    id: &'static str,
    en: &'static str,
    ko: &'static str,
    from: Area,
    to: Area,
) -> DoorSpec {
    DoorSpec {
        id,
        en,
        ko,
        from,
        to,
    }
}

/// A zone: an area, or all of them.
pub(super) struct ZoneSpec {
    id: &'static str,
    en: &'static str,
    ko: &'static str,
    pub(super) area: Option<Area>,
    /// Where 3,000 people come on an average day.
    capacity: u64,
}

pub(super) const ZONES: &[ZoneSpec; 4] = &[
    ZoneSpec {
        id: "site",
        en: "Whole site",
        ko: "전체",
        area: None,
        capacity: 1400,
    },
    ZoneSpec {
        id: "hall",
        en: "North hall",
        ko: "북쪽 홀",
        area: Some(Area::Hall),
        capacity: 460,
    },
    ZoneSpec {
        id: "food",
        en: "Food court",
        ko: "푸드 코트",
        area: Some(Area::Food),
        capacity: 410,
    },
    ZoneSpec {
        id: "roof",
        en: "Roof garden",
        ko: "옥상 정원",
        area: Some(Area::Roof),
        capacity: 270,
    },
];

impl ZoneSpec {
    /// Which way a door leads as seen from the zone; `None` if it is none of its doors.
    pub(super) fn sign(&self, door: &DoorSpec) -> Option<Sign> {
        let holds = |area| match self.area {
            Some(own) => own == area,
            None => area != Area::Outside,
        };
        match (holds(door.from), holds(door.to)) {
            (false, true) => Some(Sign::Inward),
            (true, false) => Some(Sign::Outward),
            _ => None,
        }
    }
}

/// A device of the mall.
#[derive(Debug)]
pub struct DeviceSpec {
    /// Serial number; also a good client identifier.
    pub serial: &'static str,
    en: &'static str,
    ko: &'static str,
    kind: DeviceKind,
    pub(super) speaks: Speaks,
}

/// How a device is set up to publish.
#[derive(Clone, Copy, Debug)]
pub(super) enum Speaks {
    /// AXIS Object Analytics, two crossline scenarios.
    Crossline(Style),
    /// AXIS People Counter, its sums republished by an integrator.
    LiveSum,
    /// One message each time a person passes.
    Passage,
    /// AXIS Object Analytics, occupancy in area.
    Area(Style),
    /// An input of a door contact.
    Port(Style),
    /// A siren's light.
    Light(Style),
}

/// Options of the event bridge and generations of firmware.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Namespaces in the topic name.
    pub(super) namespaces: bool,
    /// The serial number in the payload.
    pub(super) signed: bool,
    /// All events on this one topic instead of one each.
    pub(super) flat_topic: Option<&'static str>,
    /// Every event is kept by the broker.
    pub(super) retain: bool,
    pub(super) firmware: Firmware,
    /// It also tells vehicles.
    pub(super) vehicles: bool,
}

/// What changed between generations of firmware: keys, and how times are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Firmware {
    /// `startTime`, `2022-12-06T22:01:25Z`, `totalMotorcycle/bicycle`
    Old,
    /// `resetTime`, `2025-10-17T10:28:04.528+0200`
    New,
    /// `resetTime`, `2025-10-09T11:57:22.928315-04:00`
    Newest,
}

const PLAIN: Style = Style {
    namespaces: false,
    signed: false,
    flat_topic: None,
    retain: false,
    firmware: Firmware::New,
    vehicles: false,
};

/// All devices: one a door in the doors' order, then the others.
pub const DEVICES: &[DeviceSpec; 12] = &[
    counter(
        "ACCC8E100001",
        "Gate 1 counter",
        "1번 게이트 카운터",
        Speaks::Crossline(Style {
            retain: true,
            ..PLAIN
        }),
    ),
    counter(
        "ACCC8E100002",
        "Gate 2 counter",
        "2번 게이트 카운터",
        Speaks::Crossline(Style {
            namespaces: true,
            signed: true,
            firmware: Firmware::Newest,
            ..PLAIN
        }),
    ),
    counter(
        "ACCC8E100003",
        "Gate 3 counter",
        "3번 게이트 카운터",
        Speaks::Crossline(PLAIN),
    ),
    counter(
        "ACCC8E100004",
        "Car park counter",
        "주차장 카운터",
        Speaks::Crossline(Style {
            namespaces: true,
            firmware: Firmware::Old,
            vehicles: true,
            ..PLAIN
        }),
    ),
    counter(
        "ACCC8E100005",
        "Metro counter",
        "지하철 카운터",
        Speaks::Crossline(Style {
            signed: true,
            flat_topic: Some("riverside/metro/event"),
            ..PLAIN
        }),
    ),
    counter(
        "00408C100006",
        "Food court east counter",
        "푸드 코트 동쪽 카운터",
        Speaks::LiveSum,
    ),
    counter(
        "ACCC8E100007",
        "Roof lift counter",
        "옥상 승강기 카운터",
        Speaks::Passage,
    ),
    counter(
        "ACCC8E100008",
        "Stairs counter",
        "계단 카운터",
        Speaks::Crossline(Style {
            firmware: Firmware::Newest,
            ..PLAIN
        }),
    ),
    DeviceSpec {
        serial: "ACCC8E100009",
        en: "Stairs camera",
        ko: "계단 카메라",
        kind: DeviceKind::Area,
        speaks: Speaks::Area(PLAIN),
    },
    DeviceSpec {
        serial: "ACCC8E10000A",
        en: "Roof stairs camera",
        ko: "옥상 계단 카메라",
        kind: DeviceKind::Area,
        speaks: Speaks::Area(Style {
            namespaces: true,
            signed: true,
            ..PLAIN
        }),
    },
    DeviceSpec {
        serial: "ACCC8E10000B",
        en: "Delivery door",
        ko: "하역장 문",
        kind: DeviceKind::Door,
        speaks: Speaks::Port(Style {
            namespaces: true,
            retain: true,
            ..PLAIN
        }),
    },
    DeviceSpec {
        serial: "ACCC8E10000C",
        en: "Hall siren",
        ko: "홀 사이렌",
        kind: DeviceKind::Siren,
        speaks: Speaks::Light(Style {
            signed: true,
            retain: true,
            ..PLAIN
        }),
    },
];
pub(super) const GATE_3: usize = 2;
pub(super) const FOOD_EAST: usize = 5;
pub(super) const STAIRS_CAMERA: usize = 8;
pub(super) const ROOF_STAIRS_CAMERA: usize = 9;
pub(super) const DELIVERY_DOOR: usize = 10;
pub(super) const SIREN: usize = 11;

const fn counter(
    serial: &'static str,
    en: &'static str,
    ko: &'static str,
    speaks: Speaks,
) -> DeviceSpec {
    DeviceSpec {
        serial,
        en,
        ko,
        kind: DeviceKind::Counter,
        speaks,
    }
}

impl DeviceSpec {
    /// Its English name.
    pub const fn name(&self) -> &'static str {
        self.en
    }
}

/// Where the mall stands.
pub const TIME_ZONE: &str = "Asia/Seoul";

/// The mall's site, in English and Korean.
pub fn site(options: &Options) -> Site {
    Site {
        id: "riverside".to_owned(),
        name: name("Riverside Mall", "리버사이드 몰"),
        time_zone: TIME_ZONE.to_owned(),
        reset: Duration::ZERO,
        hours: Some(OpeningHours {
            week: std::array::from_fn(|_day| vec![OPEN]),
            exceptions: OrderedMap::new(),
        }),
        zones: ZONES.iter().map(|zone| zone_of(zone, options)).collect(),
        doors: DOORS.iter().zip(DEVICES).map(door_of).collect(),
        devices: DEVICES.iter().map(device_of).collect(),
    }
}

/// The configuration of a page that shows the mall through the broker at `url`.
pub fn config(options: &Options, url: &str) -> Config {
    let filter = |text: &&str| {
        Some(Filter {
            filter: TopicFilter::new(text).ok()?,
            qos: DEFAULT_QOS,
            wide: false,
        })
    };
    Config {
        site: Some(site(options)),
        profiles: vec![Profile {
            id: ProfileId("mall".to_owned()),
            name: "Mall broker".to_owned(),
            platform: DEFAULT_PLATFORM.to_owned(),
            url: url.to_owned(),
            other_urls: Vec::new(),
            prefix: String::new(),
            paused: Vec::new(),
            version: VersionChoice::Auto,
            client_id: None,
            username: None,
            password: None,
            authentication: None,
            filters: FILTERS.iter().filter_map(filter).collect(),
            keep_alive: DEFAULT_KEEP_ALIVE,
            session_expiry: DEFAULT_SESSION_EXPIRY,
            will: None,
            publishes: false,
        }],
        mappings: Vec::new(),
        demo: true,
        mistakes: Vec::new(),
    }
}

fn name(en: &str, ko: &str) -> Name {
    Name {
        any: en.to_owned(),
        by_language: [
            ("en".to_owned(), en.to_owned()),
            ("ko".to_owned(), ko.to_owned()),
        ]
        .into(),
    }
}

fn zone_of(zone: &ZoneSpec, options: &Options) -> Zone {
    let door = |door: &DoorSpec| {
        Some(ZoneDoor {
            door: door.id.to_owned(),
            sign: zone.sign(door)?,
        })
    };
    Zone {
        id: zone.id.to_owned(),
        name: name(zone.en, zone.ko),
        capacity: Some(
            zone.capacity * u64::from(options.people) / u64::from(Options::default().people),
        ),
        doors: DOORS.iter().filter_map(door).collect(),
    }
}

fn door_of((door, device): (&DoorSpec, &DeviceSpec)) -> Door {
    let reading = |line: &str, channel| {
        vec![ReadingRef {
            device: DeviceId::new(device.serial),
            line: LineId(line.into()),
            channel,
        }]
    };
    let (entered, exited) = match device.speaks {
        Speaks::Crossline(_) => (
            reading(SCENARIOS[0], Channel::Crossed),
            reading(SCENARIOS[1], Channel::Crossed),
        ),
        _ => (reading("", Channel::Entered), reading("", Channel::Exited)),
    };
    Door {
        id: door.id.to_owned(),
        name: name(door.en, door.ko),
        entered,
        exited,
    }
}

fn device_of(device: &DeviceSpec) -> NamedDevice {
    NamedDevice {
        id: DeviceId::new(device.serial),
        name: name(device.en, device.ko),
        kind: Some(device.kind),
    }
}

/// Minutes since midnight when the mall opens and closes, every day.
pub(super) const OPEN: (u16, u16) = (10 * 60, 22 * 60);
/// The scenarios of a crossline device: inward, outward.
pub(super) const SCENARIOS: [&str; 2] = ["Device1Scenario1", "Device1Scenario2"];
/// What the mall's devices publish on.
const FILTERS: &[&str] = &["axis/+/event/#", "riverside/#", "counters/#", "people/#"];
