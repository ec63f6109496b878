//! The section `site`: zones, doors, names of devices.

use std::time::Duration;

use super::super::site::{Door, Name, NamedDevice, ReadingRef, Sign, Site, Zone, ZoneDoor};
use super::hours;
use super::node::{Fields, LONGEST_NAME, Node, Reader};
use super::{Shape, Wrong};
use crate::json::Kind;
use crate::observation::{Channel, DeviceId, DeviceKind, LineId};

pub(super) fn read<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<Site> {
    let mut fields = reader.fields(
        node,
        &[
            "id", "name", "timeZone", "reset", "hours", "zones", "doors", "devices",
        ],
    )?;
    // Without an id or a time zone the rest is still worth having; the mistake says what is used instead.
    let id = read_id(reader, &mut fields).unwrap_or_else(|| DEFAULT_ID.to_owned());
    let name = read_name(reader, &mut fields, &id);
    let time_zone = reader
        .required(&mut fields, "timeZone")
        .and_then(|node| hours::read_time_zone(reader, &node))
        .unwrap_or_else(|| DEFAULT_TIME_ZONE.to_owned());
    let reset = fields
        .take("reset")
        .and_then(|node| hours::read_time_of_day(reader, &node))
        .map_or(Duration::ZERO, |minutes| {
            Duration::from_secs(u64::from(minutes) * 60)
        });
    let hours = fields
        .take("hours")
        .and_then(|node| hours::read(reader, &node));
    let doors = match fields.take("doors") {
        Some(node) => reader.each(&node, read_door, |door| door.id.clone()),
        None => Vec::new(),
    };
    let zones = match fields.take("zones") {
        Some(node) => reader.each(
            &node,
            |reader, node| read_zone(reader, node, &doors),
            |zone| zone.id.clone(),
        ),
        None => Vec::new(),
    };
    let devices = match fields.take("devices") {
        Some(node) => reader.each(&node, read_device, |device| device.id.as_str().to_owned()),
        None => Vec::new(),
    };
    Some(Site {
        id,
        name,
        time_zone,
        reset,
        hours,
        zones,
        doors,
        devices,
    })
}

fn read_id<'a>(reader: &mut Reader<'a>, fields: &mut Fields<'a>) -> Option<String> {
    let node = reader.required(fields, "id")?;
    reader.text(&node, LONGEST_NAME)
}

fn read_device_id<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<DeviceId> {
    Some(DeviceId::new(&reader.text(node, LONGEST_NAME)?))
}

/// A name, or what stands in for it.
fn read_name<'a>(reader: &mut Reader<'a>, fields: &mut Fields<'a>, otherwise: &str) -> Name {
    fields
        .take("name")
        .and_then(|node| parse_name(reader, &node))
        .unwrap_or_else(|| Name::plain(otherwise))
}

fn parse_name<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<Name> {
    match node.kind() {
        Kind::Text(_) => Some(Name::plain(&reader.text(node, LONGEST_NAME)?)),
        Kind::Object(_) => {
            let mut name = Name::default();
            for (language, node) in reader.entries(node)? {
                let Some(text) = reader.text(&node, LONGEST_NAME) else {
                    continue;
                };
                if language == ANY_LANGUAGE {
                    name.any = text;
                } else if is_language(language) {
                    name.by_language.insert(language.to_owned(), text);
                } else {
                    reader.wrong(&node, Wrong::Language);
                }
            }
            if name.any.is_empty() {
                name.any = default_language(&name)?.to_owned();
            }
            Some(name)
        }
        _ => {
            reader.wrong(node, Wrong::Expected(Shape::TextOrObject));
            None
        }
    }
}

/// What a name says in a language that it has no text for, unless it tells.
pub(super) fn default_language(name: &Name) -> Option<&str> {
    let languages = &name.by_language;
    languages
        .get("en")
        .or_else(|| languages.values().next())
        .map(String::as_str)
}

fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_first =
        |part: &str| (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphabetic());
    let is_further = |part: &str| {
        (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
    };
    parts.next().is_some_and(is_first) && parts.all(is_further)
}

fn read_door<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<Door> {
    let mut fields = reader.fields(
        node,
        &["id", "name", "device", "line", "flip", "entered", "exited"],
    )?;
    let id = read_id(reader, &mut fields)?;
    let name = read_name(reader, &mut fields, &id);
    let device = match fields.take("device") {
        Some(node) => Some(read_device_id(reader, &node)?),
        None => None,
    };
    let (entered, exited) = match (fields.take("entered"), fields.take("exited")) {
        (None, None) => read_line_door(reader, &mut fields, device)?,
        (entered, exited) => {
            let side = |reader: &mut Reader<'a>, side: Option<Node<'a>>| match side {
                Some(node) => read_readings(reader, &node, device.as_ref()),
                None => Some(Vec::new()),
            };
            let (entered_readings, exited_readings) =
                (side(reader, entered)?, side(reader, exited.clone())?);
            if let Some(node) = exited
                && exited_readings
                    .iter()
                    .any(|reading| entered_readings.contains(reading))
            {
                reader.wrong(&node, Wrong::SameReading);
                return None;
            }
            (entered_readings, exited_readings)
        }
    };
    Some(Door {
        id,
        name,
        entered,
        exited,
    })
}

/// One line that tells entered from exited by itself.
fn read_line_door<'a>(
    reader: &mut Reader<'a>,
    fields: &mut Fields<'a>,
    device: Option<DeviceId>,
) -> Option<(Vec<ReadingRef>, Vec<ReadingRef>)> {
    let Some(device) = device else {
        reader.required(fields, "device");
        return None;
    };
    let line = match fields.take("line") {
        Some(node) => LineId((*reader.text(&node, LONGEST_NAME)?).into()),
        None => LineId::default(),
    };
    let flipped = match fields.take("flip") {
        Some(node) => reader.switch(&node)?,
        None => false,
    };
    let reading = |channel| {
        vec![ReadingRef {
            device: device.clone(),
            line: line.clone(),
            channel,
        }]
    };
    let (entered, exited) = (reading(Channel::Entered), reading(Channel::Exited));
    Some(if flipped {
        (exited, entered)
    } else {
        (entered, exited)
    })
}

/// The name of a line of the door's device, or a list of them and of `{"device", "line", "channel"}`.
fn read_readings<'a>(
    reader: &mut Reader<'a>,
    node: &Node<'a>,
    device: Option<&DeviceId>,
) -> Option<Vec<ReadingRef>> {
    match node.kind() {
        Kind::Text(_) => Some(vec![read_reading(reader, node, device)?]),
        Kind::List(_) => Some(reader.each(
            node,
            |reader, node| read_reading(reader, node, device),
            |reading| {
                let (device, channel) = (reading.device.as_str(), reading.channel as u8);
                // No name has a line break.
                format!("{device}\n{}\n{channel}", reading.line.0)
            },
        )),
        _ => {
            reader.wrong(node, Wrong::Expected(Shape::TextOrList));
            None
        }
    }
}

fn read_reading<'a>(
    reader: &mut Reader<'a>,
    node: &Node<'a>,
    device: Option<&DeviceId>,
) -> Option<ReadingRef> {
    let (own_device, line, channel) = match node.kind() {
        Kind::Text(_) => (None, reader.text(node, LONGEST_NAME)?, Channel::Crossed),
        Kind::Object(_) => {
            let mut fields = reader.fields(node, &["device", "line", "channel"])?;
            let own_device = match fields.take("device") {
                Some(node) => Some(read_device_id(reader, &node)?),
                None => None,
            };
            let line = match fields.take("line") {
                Some(node) => reader.text(&node, LONGEST_NAME)?,
                None => String::new(),
            };
            let channel = match fields.take("channel") {
                Some(node) => named(reader.choice(&node, CHANNEL_WORDS)?, CHANNELS)?,
                None => Channel::Crossed,
            };
            (own_device, line, channel)
        }
        _ => {
            reader.wrong(node, Wrong::Expected(Shape::TextOrObject));
            return None;
        }
    };
    let Some(device) = own_device.or_else(|| device.cloned()) else {
        reader.wrong(node, Wrong::NoDevice);
        return None;
    };
    Some(ReadingRef {
        device,
        line: LineId((*line).into()),
        channel,
    })
}

fn read_zone<'a>(reader: &mut Reader<'a>, node: &Node<'a>, doors: &[Door]) -> Option<Zone> {
    let mut fields = reader.fields(node, &["id", "name", "capacity", "doors"])?;
    let id = read_id(reader, &mut fields)?;
    let name = read_name(reader, &mut fields, &id);
    let capacity = fields
        .take("capacity")
        .and_then(|node| reader.whole(&node, 0, LARGEST_CAPACITY));
    let node = reader.required(&mut fields, "doors")?;
    let doors = reader.each(
        &node,
        |reader, node| read_zone_door(reader, node, doors),
        |zone_door| zone_door.door.clone(),
    );
    Some(Zone {
        id,
        name,
        capacity,
        doors,
    })
}

/// The id of a door, or `{"door", "flip"}`.
fn read_zone_door<'a>(
    reader: &mut Reader<'a>,
    node: &Node<'a>,
    doors: &[Door],
) -> Option<ZoneDoor> {
    let (door_node, flipped) = match node.kind() {
        Kind::Text(_) => (node.clone(), false),
        Kind::Object(_) => {
            let mut fields = reader.fields(node, &["door", "flip"])?;
            let flipped = match fields.take("flip") {
                Some(node) => reader.switch(&node)?,
                None => false,
            };
            (reader.required(&mut fields, "door")?, flipped)
        }
        _ => {
            reader.wrong(node, Wrong::Expected(Shape::TextOrObject));
            return None;
        }
    };
    let door = reader.text(&door_node, LONGEST_NAME)?;
    if !doors.iter().any(|known| known.id == door) {
        reader.wrong(&door_node, Wrong::UnknownDoor);
        return None;
    }
    let sign = if flipped { Sign::Outward } else { Sign::Inward };
    Some(ZoneDoor { door, sign })
}

fn read_device<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<NamedDevice> {
    let mut fields = reader.fields(node, &["id", "name", "kind"])?;
    let id_node = reader.required(&mut fields, "id")?;
    let id = read_device_id(reader, &id_node)?;
    let name = read_name(reader, &mut fields, id.as_str());
    let kind = fields
        .take("kind")
        .and_then(|node| reader.choice(&node, KIND_WORDS))
        .and_then(|word| named(word, KINDS));
    Some(NamedDevice { id, name, kind })
}

pub(super) fn named<T: Copy>(word: &str, table: &[(&str, T)]) -> Option<T> {
    table.iter().find(|row| row.0 == word).map(|row| row.1)
}

const fn words<T, const N: usize>(table: &[(&'static str, T); N]) -> [&'static str; N] {
    let mut words = [""; N];
    let mut index = 0;
    while index < N {
        words[index] = table[index].0;
        index += 1;
    }
    words
}

/// The kinds of devices that a file may name.
pub(super) const KINDS: &[(&str, DeviceKind); 5] = &[
    ("counter", DeviceKind::Counter),
    ("area", DeviceKind::Area),
    ("door", DeviceKind::Door),
    ("siren", DeviceKind::Siren),
    ("gateway", DeviceKind::Gateway),
];
const KIND_WORDS: &[&str] = &words(KINDS);
/// The numbers of a line that a door may use.
pub(super) const CHANNELS: &[(&str, Channel); 3] = &[
    ("entered", Channel::Entered),
    ("exited", Channel::Exited),
    ("crossed", Channel::Crossed),
];
pub(super) const CHANNEL_WORDS: &[&str] = &words(CHANNELS);
/// The key of a name for every language that has none of its own.
pub(super) const ANY_LANGUAGE: &str = "any";
const DEFAULT_ID: &str = "site";
const DEFAULT_TIME_ZONE: &str = "UTC";
/// More people than any place holds, and exact in every number type.
const LARGEST_CAPACITY: u64 = 10_000_000;
