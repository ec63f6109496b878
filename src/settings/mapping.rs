//! What a person explains of messages that no family knows: on which topics, and where in them, a count stands.

use std::time::Duration;

use crate::mqtt::{FilterError, TopicFilter, unshared};
use crate::observation::{Channel, DeviceId, LineId};

/// Messages of some topics hold one number each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Which messages; its names say whose number it is.
    pub topic: TopicTemplate,
    /// JSON pointer (RFC 6901) to the number; empty: the whole payload, as text.
    pub value: String,
    /// JSON pointer to the device's own time of it; `None`: the time of arrival.
    pub time: Option<String>,
    /// How numbers that follow each other add up.
    pub kind: MappedKind,
    /// What is counted.
    pub channel: Channel,
    /// Whose number it is, where the topic has no level for it; `None`: the topic itself stands for a device.
    pub device: Option<DeviceId>,
    /// Which line of the device, where the topic has no level for it.
    pub line: LineId,
}

/// How numbers that follow each other add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MappedKind {
    /// A counter that only rises, until it starts again at zero.
    Total,
    /// What was counted in a span of this length that begins at the message's time.
    Interval(Duration),
    /// Each message is this many people who just passed; one, if no place is told.
    Crossing,
    /// People who are there now.
    Occupancy,
}

/// A topic filter in which a level may have a name: `mall/+/{device}/{line}/in`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicTemplate {
    text: String,
    /// The same with `+` for its names.
    filter: TopicFilter,
}

/// Why a text is no template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// With `+` for its names it is no topic filter.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// A brace that is not around a whole level, or a name that is not known or stands there twice.
    #[error("a name is `{{device}}` or `{{line}}`, each a whole level and there once")]
    Name,
}

/// What the names of a template stand for in one topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named<'t> {
    /// The level `{device}`.
    pub device: Option<&'t str>,
    /// The level `{line}`.
    pub line: Option<&'t str>,
}

impl TopicTemplate {
    /// Parses a template.
    ///
    /// # Errors
    /// If no topic can match it, or a name means nothing.
    pub fn new(text: &str) -> Result<Self, TemplateError> {
        let filter = text.replace(DEVICE, "+").replace(LINE, "+");
        let twice = |name| text.matches(name).count() > 1;
        if filter.contains(['{', '}']) || twice(DEVICE) || twice(LINE) {
            return Err(TemplateError::Name);
        }
        Ok(Self {
            text: text.to_owned(),
            filter: TopicFilter::new(&filter)?,
        })
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a level names the device.
    pub fn names_device(&self) -> bool {
        self.text.contains(DEVICE)
    }

    /// Whether a level names the line.
    pub fn names_line(&self) -> bool {
        self.text.contains(LINE)
    }

    /// What the names stand for, if the topic matches.
    pub fn matches<'t>(&self, topic: &'t str) -> Option<Named<'t>> {
        if !self.filter.matches(topic) {
            return None;
        }
        let levels = || unshared(&self.text).split('/').zip(topic.split('/'));
        let named = |name| Some(levels().find(|(wanted, _)| *wanted == name)?.1);
        Some(Named {
            device: named(DEVICE),
            line: named(LINE),
        })
    }
}

const DEVICE: &str = "{device}";
const LINE: &str = "{line}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_says_whose_number_it_is() {
        let template = TopicTemplate::new("mall/+/{device}/{line}/in").unwrap();
        let named = template.matches("mall/1/cam-7/north/in").unwrap();
        assert_eq!((named.device, named.line), (Some("cam-7"), Some("north")));
        for other in [
            "mall/1/cam-7/north/out",
            "mall/1/cam-7/in",
            "mall/1/cam-7/north/in/raw",
            "",
            "mall",
        ] {
            assert_eq!(template.matches(other), None, "{other}");
        }
        let any = TopicTemplate::new("{device}/#").unwrap();
        assert_eq!(any.matches("a/b/c").unwrap().device, Some("a"));
        assert_eq!(any.matches("a").unwrap().device, Some("a"));
        assert_eq!(any.matches("$SYS/uptime"), None);
        assert!(
            TopicTemplate::new("$SYS/{line}")
                .unwrap()
                .matches("$SYS/uptime")
                .is_some()
        );
        // Copied from a subscription that is shared.
        let shared = TopicTemplate::new("$share/wall/mall/{device}").unwrap();
        assert_eq!(shared.matches("mall/cam-7").unwrap().device, Some("cam-7"));
    }

    #[test]
    fn a_template_that_means_nothing_is_refused() {
        for text in [
            "a/{devise}/in",
            "a/{device",
            "a/device}",
            "a/{}/b",
            "{device}/{device}",
            "{line}/{line}",
        ] {
            assert_eq!(TopicTemplate::new(text), Err(TemplateError::Name), "{text}");
        }
        for text in ["", "a/#/b", "a/x{device}/b", "a/b+"] {
            assert!(
                matches!(TopicTemplate::new(text), Err(TemplateError::Filter(_))),
                "{text}"
            );
        }
    }
}
