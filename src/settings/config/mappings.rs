//! The section `mappings`: where counts stand in messages that nobody knows but the one who sends them.

use std::time::Duration;

use super::super::mapping::{MappedKind, Mapping, TemplateError, TopicTemplate};
use super::Wrong;
use super::node::{LONGEST_NAME, LONGEST_TEXT, Node, Reader};
use super::site::{CHANNEL_WORDS, CHANNELS, named};
use crate::observation::{Channel, DeviceId, LineId};

pub(super) fn read<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Vec<Mapping> {
    reader.each(node, read_mapping, |mapping| {
        let (topic, channel) = (mapping.topic.as_str(), mapping.channel as u8);
        let (device, line) = (
            mapping.device.as_ref().map(DeviceId::as_str),
            &mapping.line.0,
        );
        // A line has one total, and one number of an interval; people may pass it in several ways.
        let value = match mapping.kind {
            MappedKind::Crossing => mapping.value.as_str(),
            _ => "",
        };
        // No text has a line break.
        format!(
            "{topic}\n{value}\n{channel}\n{}\n{line}",
            device.unwrap_or_default()
        )
    })
}

fn read_mapping<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<Mapping> {
    let mut fields = reader.fields(
        node,
        &[
            "topic", "value", "time", "kind", "seconds", "channel", "device", "line",
        ],
    )?;
    let topic = reader
        .required(&mut fields, "topic")
        .and_then(|node| read_template(reader, &node));
    let kind = reader
        .required(&mut fields, "kind")
        .and_then(|node| reader.choice(&node, KIND_WORDS));
    let (topic, kind) = (topic?, kind?);
    let value = match fields.take("value") {
        Some(node) => read_pointer(reader, &node)?,
        None => String::new(),
    };
    let time = match fields.take("time") {
        Some(node) => Some(read_pointer(reader, &node)?),
        None => None,
    };
    // What this kind or this topic has no use for would be silently without effect.
    let mut unused = |reader: &mut Reader<'a>, key: &str, is_unused: bool| {
        if is_unused && let Some(node) = fields.take(key) {
            reader.wrong(&node, Wrong::NotHere);
        }
    };
    unused(reader, "channel", kind == OCCUPANCY);
    unused(reader, "seconds", kind != INTERVAL);
    unused(reader, "device", topic.names_device());
    unused(reader, "line", topic.names_line());
    let channel = if kind == OCCUPANCY {
        Channel::Present
    } else {
        let node = reader.required(&mut fields, "channel")?;
        named(reader.choice(&node, CHANNEL_WORDS)?, CHANNELS)?
    };
    let kind = match kind {
        INTERVAL => {
            let node = reader.required(&mut fields, "seconds")?;
            let seconds = reader.whole(&node, 1, LONGEST_INTERVAL)?;
            // Without its own time it cannot be told from the same span sent again.
            if time.is_none() {
                reader.required(&mut fields, "time");
                return None;
            }
            MappedKind::Interval(Duration::from_secs(seconds))
        }
        "crossing" => MappedKind::Crossing,
        OCCUPANCY => MappedKind::Occupancy,
        _ => MappedKind::Total,
    };
    let mut name = |reader: &mut Reader<'a>, key: &str| {
        let node = fields.take(key)?;
        reader.text(&node, LONGEST_NAME)
    };
    let device = name(reader, "device").map(|device| DeviceId::new(&device));
    let line = LineId((*name(reader, "line").unwrap_or_default()).into());
    Some(Mapping {
        topic,
        value,
        time,
        kind,
        channel,
        device,
        line,
    })
}

fn read_template<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<TopicTemplate> {
    let text = reader.text(node, LONGEST_TEXT)?;
    match TopicTemplate::new(&text) {
        Ok(template) => Some(template),
        Err(error) => {
            let what = match error {
                TemplateError::Filter(error) => Wrong::Filter(error),
                TemplateError::Name => Wrong::Template,
            };
            reader.wrong(node, what);
            None
        }
    }
}

/// `/people/in`, `/sensors/0/count`.
fn read_pointer<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<String> {
    let text = reader.text(node, LONGEST_NAME)?;
    // RFC 6901, section 3: `~` only as `~0` and `~1`.
    let escapes = text.split('~').skip(1);
    if text.starts_with('/') && escapes.into_iter().all(|rest| rest.starts_with(['0', '1'])) {
        return Some(text);
    }
    reader.wrong(node, Wrong::Pointer);
    None
}

const INTERVAL: &str = "interval";
const OCCUPANCY: &str = "occupancy";
/// The words for [`MappedKind`].
pub(super) const KIND_WORDS: &[&str; 4] = &["total", INTERVAL, "crossing", OCCUPANCY];
/// A day.
const LONGEST_INTERVAL: u64 = 86_400;
