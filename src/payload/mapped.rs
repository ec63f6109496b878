//! What a person explained in `config.json`: one number in each message of some topics.

use super::{Decoded, Incoming, PayloadError, fields};
use crate::observation::{Class, CountKind, CountReading, DeviceId, LineId, Observation, What};
use crate::settings::{MappedKind, Mapping, Named};

/// What the mappings that match the topic read, with the topic of the one that decided. Several may each read their
/// number of one message; if none can, the first says why, so that a mistyped place is not passed over in silence.
pub(super) fn decode<'m>(
    incoming: &Incoming<'_>,
    mappings: &'m [Mapping],
) -> Option<(&'m str, Decoded)> {
    let mut observations = Vec::new();
    let mut by = None;
    let mut wrong = None;
    for mapping in mappings {
        let Some(named) = mapping.topic.matches(incoming.topic()) else {
            continue;
        };
        match read(incoming, mapping, named) {
            Ok(observation) => {
                by = by.or(Some(mapping.topic.as_str()));
                observations.push(observation);
            }
            Err(error) => wrong = wrong.or(Some((mapping.topic.as_str(), Decoded::Bad(error)))),
        }
    }
    by.map(|topic| (topic, Decoded::Observations(observations)))
        .or(wrong)
}

fn read(
    incoming: &Incoming<'_>,
    mapping: &Mapping,
    named: Named<'_>,
) -> Result<Observation, PayloadError> {
    let json = |pointer: &str, key| {
        let json = incoming.json()?.ok_or_else(|| incoming.not_an_object())?;
        json.at(pointer).ok_or(PayloadError::Missing(key))
    };
    let counted = if !mapping.value.is_empty() {
        fields::count(json(&mapping.value, "value")?)
    } else if mapping.kind == MappedKind::Crossing {
        Some(1)
    } else {
        incoming.word().and_then(fields::whole)
    };
    let value = counted.ok_or(PayloadError::Unreadable("value"))?;
    let sent_at = match &mapping.time {
        Some(pointer) => {
            let time = fields::time(json(pointer, "time")?, incoming.zone());
            Some(time.ok_or(PayloadError::Unreadable("time"))?)
        }
        None => None,
    };
    let kind = match mapping.kind {
        MappedKind::Total => CountKind::Cumulative { reset_at: None },
        MappedKind::Interval(span) => CountKind::Interval {
            start: sent_at.ok_or(PayloadError::Missing("time"))?,
            span_ms: u32::try_from(span.as_millis()).unwrap_or(u32::MAX),
        },
        MappedKind::Crossing if !fields::GROUP.contains(&value) => {
            return Err(PayloadError::Unreadable("value"));
        }
        MappedKind::Crossing => CountKind::Crossing { sequence: None },
        MappedKind::Occupancy => CountKind::Gauge,
    };
    let level = |level: Option<&str>| {
        let level = level?.trim();
        (!level.is_empty()).then(|| fields::shortened(level, NAME_LIMIT))
    };
    let line = level(named.line).map(|line| LineId((*line).into()));
    Ok(Observation {
        device: level(named.device)
            .map(|device| DeviceId::new(&device))
            .or_else(|| mapping.device.clone()),
        sent_at,
        what: What::Count(CountReading {
            line: line.unwrap_or_else(|| mapping.line.clone()),
            channel: mapping.channel,
            class: Class::Any,
            kind,
            value,
            sent_at,
        }),
    })
}

/// Names are shown on one line.
const NAME_LIMIT: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::Properties;
    use crate::observation::Channel;
    use crate::settings::config;
    use crate::time::{Offsets, Timestamp};

    fn mappings(entries: &str) -> Vec<Mapping> {
        let config = config::parse(&format!(r#"{{"mappings":[{entries}]}}"#));
        assert_eq!(config.mistakes, []);
        config.mappings
    }

    /// What mappings make of a message, in short.
    fn said(entries: &str, topic: &str, payload: &str) -> String {
        let (properties, zone) = (Properties::default(), Offsets::fixed(0));
        let at = Timestamp::from_millis(1_800_000_000_000);
        let incoming = Incoming::new(topic, payload.as_bytes(), false, &properties, at, &zone);
        let observations = match decode(&incoming, &mappings(entries)) {
            None => return "not mine".to_owned(),
            Some((by, Decoded::Bad(error))) => return format!("{by}: {error}"),
            Some((_, Decoded::NotMine)) => return "never".to_owned(),
            Some((_, Decoded::Observations(observations))) => observations,
        };
        let said = observations.iter().map(|observation| {
            let What::Count(count) = &observation.what else {
                return "no count".to_owned();
            };
            let device = observation.device.as_ref().map_or("?", DeviceId::as_str);
            let at = count.sent_at.map(Timestamp::as_millis);
            let (line, channel, value) = (&count.line.0, count.channel, count.value);
            format!(
                "{device} {line:?} {channel:?} {value} {:?} {at:?}",
                count.kind
            )
        });
        said.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn a_number_is_read_where_a_person_said_it_stands() {
        let plain = r#"{"topic":"mall/{device}/{line}/in","kind":"total","channel":"entered"}"#;
        assert_eq!(
            said(plain, "mall/cam-7/north/in", " 12 "),
            r#"cam-7 "north" Entered 12 Cumulative { reset_at: None } None"#
        );
        assert_eq!(said(plain, "mall/cam-7/north/out", "12"), "not mine");
        let interval = r#"{"topic":"stats","value":"/people/1/out","time":"/ts","kind":"interval","seconds":60,
            "channel":"exited","device":"roof","line":"East"}"#;
        assert_eq!(
            said(
                interval,
                "stats",
                r#"{"people":[{},{"out":"3"}],"ts":1670518346}"#
            ),
            r#"roof "East" Exited 3 Interval { start: Timestamp(1670518346000), span_ms: 60000 } Some(1670518346000)"#
        );
        let occupancy = r#"{"topic":"room/+","value":"/0","kind":"occupancy"}"#;
        assert_eq!(
            said(occupancy, "room/1", "[7]"),
            r#"? "" Present 7 Gauge None"#
        );
        let crossing = r#"{"topic":"gate","kind":"crossing","channel":"crossed"}"#;
        assert_eq!(
            said(crossing, "gate", "someone"),
            r#"? "" Crossed 1 Crossing { sequence: None } None"#
        );
    }

    #[test]
    fn several_read_their_numbers_of_one_message() {
        let both = r#"{"topic":"{device}","value":"/in","kind":"total","channel":"entered"},
            {"topic":"{device}","value":"/out","kind":"total","channel":"exited"}"#;
        let said_both = said(both, "a", r#"{"in":1,"out":2}"#);
        assert!(
            said_both.contains("Entered 1") && said_both.contains("Exited 2"),
            "{said_both}"
        );
        assert!(said(both, "a", r#"{"out":2}"#).contains("Exited 2"));
    }

    #[test]
    fn what_cannot_be_read_says_which_topic_and_why() {
        let one = r#"{"topic":"m/{device}","value":"/in","time":"/ts","kind":"crossing","channel":"entered"}"#;
        for (payload, why) in [
            (r#"{"inn":1}"#, "payload has no `value`"),
            (r#"{"in":"many"}"#, "`value` cannot be read"),
            (r#"{"in":1.5}"#, "`value` cannot be read"),
            (r#"{"in":1}"#, "payload has no `time`"),
            (r#"{"in":1,"ts":0}"#, "`time` cannot be read"),
            (r#"{"in":0,"ts":1670518346}"#, "`value` cannot be read"),
            (r#"{"in":5000,"ts":1670518346}"#, "`value` cannot be read"),
            (r#"{"in":"#, "payload is cut off"),
            ("12", "payload is not a JSON object"),
        ] {
            assert_eq!(said(one, "m/a", payload), format!("m/{{device}}: {why}"));
        }
    }

    #[test]
    fn a_persons_own_mapping_is_asked_before_ours() {
        let (properties, zone) = (Properties::default(), Offsets::fixed(0));
        let at = Timestamp::from_millis(0);
        let own = mappings(r#"{"topic":"hall/#","kind":"crossing","channel":"exited"}"#);
        let incoming = Incoming::new("hall/door", b"in", false, &properties, at, &zone);
        let mut learned = super::super::Learned::default();
        let mut by = |own: &[Mapping]| {
            let (by, decoded) = super::super::decode(&incoming, own, &mut learned);
            let Decoded::Observations(said) = decoded else {
                panic!("a count");
            };
            let What::Count(count) = &said[0].what else {
                panic!("a count");
            };
            (by.map(str::to_owned), count.channel)
        };
        assert_eq!(by(&own), (Some("hall/#".to_owned()), Channel::Exited));
        assert_eq!(by(&[]), (Some("crossing".to_owned()), Channel::Entered));
    }
}
