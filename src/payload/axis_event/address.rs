//! The topic of an event: which device, which event, which source.
//!
//! `{prefix}/event[/{event topic}[/$source/{key}/{value}]]`, the event topic with or without namespaces. Source: Axis
//! MQTT event bridge.

use crate::observation::DeviceId;
use crate::payload::fields::is_serial;

/// An MQTT topic that has a level `event`.
#[derive(Clone, Copy)]
pub(super) struct Address<'t> {
    prefix: &'t str,
    event: &'t str,
}

impl<'t> Address<'t> {
    /// `None` if no level is `event`. If several are, the one before a known event is meant, else the first.
    pub(super) fn of(topic: &'t str) -> Option<Self> {
        let inner = topic.match_indices("/event/").map(|(at, level)| Self {
            prefix: &topic[..at],
            event: &topic[at + level.len()..],
        });
        let first = topic.strip_prefix("event/");
        let all = first.map(|event| Self { prefix: "", event });
        let last = topic.strip_suffix("/event");
        let last = last.map(|prefix| Self { prefix, event: "" });
        let mut all = all.into_iter().chain(inner).chain(last).peekable();
        let fallback = all.peek().copied();
        all.take(LEVELS).find(Self::is_known).or(fallback)
    }

    /// What stands before the level `event`.
    pub(super) fn prefix(&self) -> &'t str {
        self.prefix
    }

    /// The event's topic without namespaces; empty if all events share one topic.
    pub(super) fn path(&self) -> String {
        normalised(self.event)
    }

    /// Whether it is surely an event of an Axis device: it has a namespace or a root of the event catalogue.
    pub(super) fn is_known(&self) -> bool {
        let first = self.event.split('/').next().unwrap_or_default();
        first.starts_with(NAMESPACE_LEVEL) || ROOTS.contains(&first)
    }

    /// The value in `$source/{key}/{value}`.
    pub(super) fn source(&self) -> Option<&'t str> {
        let (_, source) = self.event.split_once("$source/")?;
        source.split('/').nth(1)
    }
}

/// The device in a topic prefix: a serial number before the level `event` (`axis/ACCC8E012345`, older firmware
/// `ACCC8E012345`, own prefixes that end with it), else whatever stands in `axis/<X>`.
pub(super) fn device(prefix: &str) -> Option<DeviceId> {
    let last = prefix.rsplit('/').next().unwrap_or_default();
    let own = prefix.strip_prefix("axis/");
    let named = own.filter(|rest| !rest.is_empty() && !rest.contains('/'));
    is_serial(last).then_some(last).or(named).map(DeviceId::new)
}

/// Whether a payload's `topic` is an event topic: `onvif:Device/axis:IO/Port`.
pub(super) fn has_namespace(topic: &str) -> bool {
    topic
        .split_once(':')
        .is_some_and(|(name, _)| NAMESPACES.contains(&name))
}

/// `onvif:Device/axis:IO/Port`, `tns:onvif/Device/tns:axis/IO/Port/$source/port/1` → `Device/IO/Port`.
pub(super) fn normalised(topic: &str) -> String {
    let mut path = String::new();
    for level in topic.split('/').take_while(|level| *level != "$source") {
        let bare = match level.split_once(':') {
            Some((name, rest)) if NAMESPACES.contains(&name) => rest,
            _ if level.starts_with(NAMESPACE_LEVEL) => continue,
            _ => level,
        };
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(bare);
    }
    path
}

/// Levels `event` that are looked at; a topic of 65,535 bytes has room for many.
const LEVELS: usize = 8;

/// A topic level that is a namespace: `tns:onvif`, `tns:axis`.
const NAMESPACE_LEVEL: &str = "tns:";

/// Before the name of a level in payloads; the second pair is the spelling of ONVIF and RTSP.
const NAMESPACES: &[&str] = &["onvif", "axis", "tns1", "tnsaxis"];

/// First levels of event topics where namespaces are left out. Source: Axis event catalogue.
const ROOTS: &[&str] = &[
    "AudioControl",
    "AudioSource",
    "CameraApplicationPlatform",
    "Device",
    "LightControl",
    "Media",
    "MQTT",
    "PTZController",
    "RecordingConfig",
    "RuleEngine",
    "Storage",
    "UserAlarm",
    "VideoAnalytics",
    "VideoSource",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_one_path_however_its_topic_is_written() {
        for topic in [
            "onvif:Device/axis:IO/Port",
            "tns1:Device/tnsaxis:IO/Port",
            "tns:onvif/Device/tns:axis/IO/Port/$source/port/1",
            "Device/IO/Port",
        ] {
            assert_eq!(normalised(topic), "Device/IO/Port", "{topic}");
        }
        assert_eq!(
            normalised("axis:CameraApplicationPlatform/axis-thing"),
            "CameraApplicationPlatform/axis-thing"
        );
    }

    #[test]
    fn a_topic_tells_prefix_event_and_source() {
        let address =
            Address::of("axis/ACCC8E012345/event/tns:onvif/Device/tns:axis/IO/Port/$source/port/1")
                .unwrap();
        assert_eq!(address.prefix(), "axis/ACCC8E012345");
        assert_eq!(address.path(), "Device/IO/Port");
        assert_eq!(address.source(), Some("1"));
        assert!(address.is_known());
        assert!(
            !Address::of("axis/ACCC8E012345/event/high")
                .unwrap()
                .is_known()
        );
        assert!(Address::of("axis/ACCC8E012345/events").is_none());
        assert_eq!(Address::of("lobby/event").unwrap().path(), "");
        let twice = Address::of("expo/event/hall/event/Device/IO/Port").unwrap();
        assert_eq!(twice.prefix(), "expo/event/hall");
    }

    #[test]
    fn a_prefix_tells_its_device_or_none() {
        for (prefix, device) in [
            ("axis/ACCC8E012345", Some("ACCC8E012345")),
            ("ACCC8E012345", Some("ACCC8E012345")),
            ("stores/7/accc8e012345", Some("ACCC8E012345")),
            ("axis/lobby-camera", Some("lobby-camera")),
            ("axis", None),
            ("lobby", None),
            ("stores/axis/7", None),
            ("", None),
        ] {
            assert_eq!(super::device(prefix), device.map(DeviceId::new), "{prefix}");
        }
    }
}
