//! The topic of an event: which device, which event, which source.
//!
//! `{prefix}/event[/{event topic}[/$source/{key}/{value}]]`, the event topic with or without namespaces. Source: Axis
//! MQTT event bridge.

use std::borrow::Cow;

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
        let (mut first, mut from) = (None, 0);
        for level in topic.split('/') {
            let to = from + level.len();
            if level == "event" && level != topic {
                let address = Self {
                    prefix: topic.get(..from.wrapping_sub(1)).unwrap_or_default(),
                    event: topic.get(to + 1..).unwrap_or_default(),
                };
                if address.is_known() {
                    return Some(address);
                }
                first = first.or(Some(address));
            }
            from = to + 1;
        }
        first
    }

    /// What stands before the level `event`.
    pub(super) fn prefix(&self) -> &'t str {
        self.prefix
    }

    /// The event's topic without namespaces; empty if all events share one topic.
    pub(super) fn path(&self) -> Cow<'t, str> {
        normalised(self.event)
    }

    /// Whether it is surely an event of an Axis device: it has a namespace or a root of the event catalogue.
    pub(super) fn is_known(&self) -> bool {
        let first = self.event.split('/').next().unwrap_or_default();
        first.starts_with(NAMESPACE_LEVEL) || ROOTS.contains(&first)
    }

    /// The value in `$source/{key}/{value}`.
    pub(super) fn source(&self) -> Option<&'t str> {
        let mut levels = self.event.split('/');
        levels.find(|level| *level == "$source")?;
        levels.nth(1)
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
    without_namespace(topic).is_some()
}

fn without_namespace(level: &str) -> Option<&str> {
    let mut names = NAMESPACES.iter();
    names.find_map(|name| level.strip_prefix(name))
}

/// `onvif:Device/axis:IO/Port`, `tns:onvif/Device/tns:axis/IO/Port/$source/port/1` → `Device/IO/Port`.
pub(super) fn normalised(topic: &str) -> Cow<'_, str> {
    let rest = without_namespace(topic).unwrap_or(topic);
    if !rest.bytes().any(|byte| matches!(byte, b':' | b'$')) {
        return Cow::Borrowed(rest);
    }
    let mut path = String::with_capacity(topic.len());
    for level in topic.split('/').take_while(|level| *level != "$source") {
        let bare = match without_namespace(level) {
            Some(rest) => rest,
            None if level.starts_with(NAMESPACE_LEVEL) => continue,
            None => level,
        };
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(bare);
    }
    path.into()
}

/// A topic level that is a namespace: `tns:onvif`, `tns:axis`.
const NAMESPACE_LEVEL: &str = "tns:";

/// Before the name of a level in payloads; the second pair is the spelling of ONVIF and RTSP.
const NAMESPACES: &[&str] = &["onvif:", "axis:", "tns1:", "tnsaxis:"];

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
