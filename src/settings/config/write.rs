//! A configuration → the text of a `config.json`, short forms where they say all.

use serde::Serialize;

use super::super::OpeningHours;
use super::super::mapping::{MappedKind, Mapping};
use super::super::profile::{DEFAULT_QOS, Filter, Profile, VersionChoice};
use super::super::site::{Door, Name, NamedDevice, ReadingRef, Sign, Site, Zone, ZoneDoor};
use super::Config;
use super::hours::{WEEKDAYS, format_span, format_time};
use super::mappings::KIND_WORDS;
use super::site::{ANY_LANGUAGE, CHANNELS, KINDS, default_language};
use crate::mqtt::Will;
use crate::observation::{Channel, DeviceId};
use crate::ordered::OrderedMap;
use crate::time::Timestamp;

/// The text of a `config.json` for that site and those brokers; without passwords.
///
/// [`parse`](super::parse) of it gives the same again, if they came from a file or a form.
pub fn write(site: &Site, profiles: &[Profile]) -> String {
    to_json(&Config {
        site: Some(site.clone()),
        profiles: profiles.to_vec(),
        ..Config::default()
    })
}

pub(super) fn to_json(config: &Config) -> String {
    let file = File {
        demo: config.demo.then_some(true),
        site: config.site.as_ref().map(SiteOut::from),
        brokers: config.profiles.iter().map(BrokerOut::from).collect(),
        mappings: config.mappings.iter().map(MappingOut::from).collect(),
    };
    #[expect(
        clippy::expect_used,
        reason = "texts, numbers and maps with text keys: JSON can say them all"
    )]
    let mut text = serde_json::to_string_pretty(&file).expect("JSON can say it");
    text.push('\n');
    text
}

#[derive(Serialize)]
struct File<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    demo: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<SiteOut<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    brokers: Vec<BrokerOut<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mappings: Vec<MappingOut<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SiteOut<'a> {
    id: &'a str,
    name: NameOut<'a>,
    time_zone: &'a str,
    reset: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<HoursOut>,
    zones: Vec<ZoneOut<'a>>,
    doors: Vec<DoorOut<'a>>,
    devices: Vec<DeviceOut<'a>>,
}

impl<'a> From<&'a Site> for SiteOut<'a> {
    fn from(site: &'a Site) -> Self {
        Self {
            id: &site.id,
            name: (&site.name).into(),
            time_zone: &site.time_zone,
            reset: format_time(u16::try_from(site.reset.as_secs() / 60 % 1440).unwrap_or(0)),
            hours: site.hours.as_ref().map(HoursOut::from),
            zones: site.zones.iter().map(ZoneOut::from).collect(),
            doors: site.doors.iter().map(DoorOut::from).collect(),
            devices: site.devices.iter().map(DeviceOut::from).collect(),
        }
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum NameOut<'a> {
    Text(&'a str),
    Languages(OrderedMap<&'a str, &'a str>),
}

impl<'a> From<&'a Name> for NameOut<'a> {
    fn from(name: &'a Name) -> Self {
        if name.by_language.is_empty() {
            return Self::Text(&name.any);
        }
        let mut languages: OrderedMap<_, _> = name
            .by_language
            .iter()
            .map(|(tag, text)| (&**tag, &**text))
            .collect();
        if default_language(name) != Some(&name.any) {
            languages.insert(ANY_LANGUAGE, &name.any);
        }
        Self::Languages(languages)
    }
}

#[derive(Serialize)]
struct HoursOut {
    #[serde(flatten)]
    week: OrderedMap<InOrder, Vec<String>>,
    #[serde(skip_serializing_if = "OrderedMap::is_empty")]
    exceptions: OrderedMap<String, Vec<String>>,
}

/// A weekday that is written by its name and sorted by its place.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct InOrder(usize);

impl Serialize for InOrder {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(WEEKDAYS[self.0])
    }
}

impl From<&OpeningHours> for HoursOut {
    fn from(hours: &OpeningHours) -> Self {
        let spans = |spans: &[(u16, u16)]| spans.iter().map(|span| format_span(*span)).collect();
        let week = hours.week.iter().enumerate();
        Self {
            week: week
                .filter(|(_, day)| !day.is_empty())
                .map(|(index, day)| (InOrder(index), spans(day)))
                .collect(),
            exceptions: hours
                .exceptions
                .iter()
                .map(|(date, day)| (date.to_string(), spans(day)))
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct ZoneOut<'a> {
    id: &'a str,
    name: NameOut<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<u64>,
    doors: Vec<ZoneDoorOut<'a>>,
}

impl<'a> From<&'a Zone> for ZoneOut<'a> {
    fn from(zone: &'a Zone) -> Self {
        Self {
            id: &zone.id,
            name: (&zone.name).into(),
            capacity: zone.capacity,
            doors: zone.doors.iter().map(ZoneDoorOut::from).collect(),
        }
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum ZoneDoorOut<'a> {
    Inward(&'a str),
    Outward { door: &'a str, flip: bool },
}

impl<'a> From<&'a ZoneDoor> for ZoneDoorOut<'a> {
    fn from(zone_door: &'a ZoneDoor) -> Self {
        match zone_door.sign {
            Sign::Inward => Self::Inward(&zone_door.door),
            Sign::Outward => Self::Outward {
                door: &zone_door.door,
                flip: true,
            },
        }
    }
}

#[derive(Serialize)]
struct DoorOut<'a> {
    id: &'a str,
    name: NameOut<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flip: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entered: Option<ReadingsOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exited: Option<ReadingsOut<'a>>,
}

impl<'a> From<&'a Door> for DoorOut<'a> {
    fn from(door: &'a Door) -> Self {
        let mut out = Self {
            id: &door.id,
            name: (&door.name).into(),
            device: None,
            line: None,
            flip: None,
            entered: None,
            exited: None,
        };
        let by_itself = [Channel::Entered, Channel::Exited];
        match (&*door.entered, &*door.exited) {
            ([entered], [exited])
                if entered.device == exited.device
                    && entered.line == exited.line
                    && entered.channel != exited.channel
                    && by_itself.contains(&entered.channel)
                    && by_itself.contains(&exited.channel) =>
            {
                out.device = Some(entered.device.as_str());
                out.line = Some(&*entered.line.0).filter(|line| !line.is_empty());
                out.flip = (entered.channel == Channel::Exited).then_some(true);
            }
            ([entered], [exited])
                if entered.device == exited.device && is_short(entered) && is_short(exited) =>
            {
                out.device = Some(entered.device.as_str());
                out.entered = Some(ReadingsOut::Line(&entered.line.0));
                out.exited = Some(ReadingsOut::Line(&exited.line.0));
            }
            (entered, exited) => {
                out.entered = Some(ReadingsOut::List(
                    entered.iter().map(ReadingOut::from).collect(),
                ));
                out.exited = Some(ReadingsOut::List(
                    exited.iter().map(ReadingOut::from).collect(),
                ));
            }
        }
        out
    }
}

fn is_short(reading: &ReadingRef) -> bool {
    reading.channel == Channel::Crossed && !reading.line.0.is_empty()
}

#[derive(Serialize)]
#[serde(untagged)]
enum ReadingsOut<'a> {
    Line(&'a str),
    List(Vec<ReadingOut<'a>>),
}

#[derive(Serialize)]
struct ReadingOut<'a> {
    device: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    line: &'a str,
    channel: &'static str,
}

impl<'a> From<&'a ReadingRef> for ReadingOut<'a> {
    fn from(reading: &'a ReadingRef) -> Self {
        Self {
            device: reading.device.as_str(),
            line: &reading.line.0,
            channel: word(reading.channel, CHANNELS).unwrap_or("crossed"),
        }
    }
}

#[derive(Serialize)]
struct DeviceOut<'a> {
    id: &'a str,
    name: NameOut<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
}

impl<'a> From<&'a NamedDevice> for DeviceOut<'a> {
    fn from(device: &'a NamedDevice) -> Self {
        Self {
            id: device.id.as_str(),
            name: (&device.name).into(),
            kind: device.kind.and_then(|kind| word(kind, KINDS)),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BrokerOut<'a> {
    id: &'a str,
    name: &'a str,
    platform: &'a str,
    url: UrlOut<'a>,
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authentication: Option<&'a str>,
    filters: Vec<FilterOut<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    prefix: &'a str,
    keep_alive: u64,
    session_expiry: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    publish: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    will: Option<WillOut<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WillOut<'a> {
    topic: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    payload: &'a str,
    qos: u8,
    retain: bool,
    delay_interval: u64,
}

impl<'a> From<&'a Will> for WillOut<'a> {
    fn from(will: &'a Will) -> Self {
        Self {
            topic: &will.topic,
            // A file and a form know no other bytes.
            payload: std::str::from_utf8(&will.payload).unwrap_or_default(),
            qos: will.qos as u8,
            retain: will.retain,
            delay_interval: will.delay.into(),
        }
    }
}

impl<'a> From<&'a Profile> for BrokerOut<'a> {
    fn from(profile: &'a Profile) -> Self {
        let filters = profile.filters.iter().map(|filter| (filter, None));
        let filters = filters.map(FilterOut::from);
        let paused = profile.paused.iter();
        let paused = paused.map(|one| FilterOut::from((&one.filter, Some(one.since))));
        Self {
            id: &profile.id.0,
            name: &profile.name,
            platform: &profile.platform,
            url: match profile.other_urls.is_empty() {
                true => UrlOut::One(&profile.url),
                false => UrlOut::List(profile.urls().collect()),
            },
            version: match profile.version {
                VersionChoice::Auto => "auto",
                VersionChoice::V5 => "5",
                VersionChoice::V311 => "3.1.1",
            },
            client_id: profile.client_id.as_deref(),
            username: profile.username.as_deref(),
            authentication: profile.authentication.as_deref(),
            filters: filters.chain(paused).collect(),
            prefix: &profile.prefix,
            keep_alive: profile.keep_alive.as_secs(),
            session_expiry: profile.session_expiry.as_secs(),
            publish: profile.publishes.then_some(true),
            will: profile.will.as_ref().map(WillOut::from),
        }
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum UrlOut<'a> {
    One(&'a str),
    List(Vec<&'a str>),
}

#[derive(Serialize)]
#[serde(untagged)]
enum FilterOut<'a> {
    Text(&'a str),
    Whole {
        filter: &'a str,
        qos: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        wide: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        paused: Option<i64>,
    },
}

impl<'a> From<(&'a Filter, Option<Timestamp>)> for FilterOut<'a> {
    fn from((filter, paused): (&'a Filter, Option<Timestamp>)) -> Self {
        let text = filter.filter.as_str();
        if filter.qos == DEFAULT_QOS && !filter.wide && paused.is_none() {
            return Self::Text(text);
        }
        Self::Whole {
            filter: text,
            qos: filter.qos as u8,
            wide: filter.wide.then_some(true),
            paused: paused.map(Timestamp::as_millis),
        }
    }
}

#[derive(Serialize)]
struct MappingOut<'a> {
    topic: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<&'a str>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    line: &'a str,
}

impl<'a> From<&'a Mapping> for MappingOut<'a> {
    fn from(mapping: &'a Mapping) -> Self {
        let [total, interval, crossing, occupancy] = KIND_WORDS;
        let (kind, seconds) = match mapping.kind {
            MappedKind::Total => (total, None),
            MappedKind::Interval(span) => (interval, Some(span.as_secs())),
            MappedKind::Crossing => (crossing, None),
            MappedKind::Occupancy => (occupancy, None),
        };
        Self {
            topic: mapping.topic.as_str(),
            value: &mapping.value,
            time: mapping.time.as_deref(),
            kind,
            seconds,
            channel: word(mapping.channel, CHANNELS),
            device: mapping.device.as_ref().map(DeviceId::as_str),
            line: &mapping.line.0,
        }
    }
}

fn word<T: Copy + PartialEq>(value: T, table: &[(&'static str, T)]) -> Option<&'static str> {
    table.iter().find(|row| row.1 == value).map(|row| row.0)
}
