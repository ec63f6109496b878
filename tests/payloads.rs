//! Every payload mapping against samples of its family.
//!
//! `tests/payloads/<mapping>/<case>.json` is a message: `topic`, one of `json` (sent exactly as it is written there),
//! `text` and `hex`, and perhaps `retained`, `after` (messages decoded before it), `zone` (seconds east of UTC, else
//! UTC) and `note`. `<case>.expected` is what it decodes to. The folder names the mapping that decides; `unknown`
//! holds what no mapping knows. `UPDATE=1 cargo test --test payloads` writes the expectations.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use footfall::mqtt::Properties;
use footfall::observation::{CountKind, CountReading, Observation, What};
use footfall::payload::{Decoded, Incoming, JSON_LIMIT, Learned, MAPPINGS, PayloadError, decode};
use footfall::time::{Offsets, Timestamp};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::value::RawValue;

use payload::{TOPICS, ask_all};

#[path = "fuzz/corpus.rs"]
mod corpus;
#[path = "fuzz/payload.rs"]
mod payload;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(default, rename = "note")]
    _note: String,
    topic: String,
    json: Option<Box<RawValue>>,
    text: Option<String>,
    hex: Option<String>,
    #[serde(default)]
    retained: bool,
    #[serde(default)]
    after: Vec<Case>,
    #[serde(default)]
    zone: i32,
}

impl Case {
    fn payload(&self) -> Vec<u8> {
        match (&self.json, &self.text, &self.hex) {
            (Some(json), None, None) => json.get().as_bytes().to_vec(),
            (None, Some(text), None) => text.as_bytes().to_vec(),
            (None, None, Some(hex)) => (0..hex.len() / 2)
                .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
                .collect(),
            _ => panic!("a case has one of json, text and hex"),
        }
    }

    fn decode(&self, learned: &mut Learned) -> (Option<&'static str>, Decoded) {
        for before in &self.after {
            before.decode(learned);
        }
        run(
            &self.topic,
            &self.payload(),
            self.retained,
            self.zone,
            learned,
        )
    }
}

fn run(
    topic: &str,
    payload: &[u8],
    retained: bool,
    zone: i32,
    learned: &mut Learned,
) -> (Option<&'static str>, Decoded) {
    let (properties, zone) = (Properties::default(), Offsets::fixed(zone));
    let received_at = Timestamp::from_millis(1_760_000_000_000);
    let incoming = Incoming::new(topic, payload, retained, &properties, received_at, &zone);
    decode(&incoming, &[], learned)
}

fn render(decoded: &Decoded) -> String {
    match decoded {
        Decoded::NotMine => "not known\n".to_owned(),
        Decoded::Bad(error) => format!("bad: {error}\n"),
        Decoded::Observations(observations) if observations.is_empty() => "nothing\n".to_owned(),
        Decoded::Observations(observations) => observations.iter().map(line).collect(),
    }
}

fn line(observation: &Observation) -> String {
    let device = observation
        .device
        .as_ref()
        .map_or("sender unknown", |id| id.as_str());
    let at = observation
        .sent_at
        .map_or_else(|| "no time".to_owned(), time);
    let what = match &observation.what {
        What::Count(reading) => count(reading, observation.sent_at),
        What::State { name, active } => format!("state {name:?} {active}"),
        What::Measurement { name, value } => format!("measurement {name:?} {value}"),
        What::Presence(presence) => format!("presence {presence:?}"),
        What::Description { kind, name } => format!("description {kind:?} {name:?}"),
        What::Text(text) => format!("text {text:?}"),
    };
    format!("{device} | {at} | {what}\n")
}

fn count(reading: &CountReading, sent_at: Option<Timestamp>) -> String {
    let kind = match reading.kind {
        CountKind::Cumulative { reset_at: Some(at) } => format!("cumulative since {}", time(at)),
        CountKind::Cumulative { reset_at: None } => "cumulative".to_owned(),
        CountKind::Interval { start, span_ms } => format!("in {span_ms} ms from {}", time(start)),
        CountKind::Crossing {
            sequence: Some(number),
        } => format!("crossing {number}"),
        CountKind::Crossing { sequence: None } => "crossing".to_owned(),
        CountKind::Gauge => "now".to_owned(),
    };
    let mut text = format!(
        "count line={:?} {:?} {:?} {} {kind}",
        reading.line.0, reading.channel, reading.class, reading.value
    );
    if reading.sent_at != sent_at {
        let own = reading.sent_at.map_or_else(|| "no time".to_owned(), time);
        write!(text, ", sent {own}").unwrap();
    }
    text
}

fn time(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .unwrap()
        .to_string()
}

fn cases() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads");
    let mut cases = Vec::new();
    for folder in fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        let mapping = folder.file_name().unwrap().to_str().unwrap().to_owned();
        for file in fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            if file
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                cases.push((mapping.clone(), file));
            } else {
                assert!(
                    file.with_extension("json").exists(),
                    "{} has no case",
                    file.display()
                );
            }
        }
    }
    cases.sort();
    cases
}

#[test]
fn every_sample_decodes_to_what_stands_beside_it() {
    let mut wrong = String::new();
    for (mapping, file) in cases() {
        let case: Case = serde_json::from_str(&fs::read_to_string(&file).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let (by, decoded) = case.decode(&mut Learned::default());
        let by = by.unwrap_or("unknown");
        if by != mapping {
            writeln!(wrong, "{}: decided by {by}", file.display()).unwrap();
        }
        let (found, beside) = (render(&decoded), file.with_extension("expected"));
        if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
            fs::write(&beside, &found).unwrap();
        }
        match fs::read_to_string(&beside) {
            Ok(expected) if expected == found => {}
            Ok(expected) => {
                writeln!(
                    wrong,
                    "{}:\nexpected\n{expected}found\n{found}",
                    file.display()
                )
                .unwrap();
            }
            Err(error) => {
                writeln!(wrong, "{}: {error}; UPDATE=1 writes it", beside.display()).unwrap()
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_mapping_has_samples_and_every_folder_is_a_mapping() {
    let folders: BTreeSet<String> = cases().into_iter().map(|(mapping, _)| mapping).collect();
    let mut ids: BTreeSet<String> = MAPPINGS
        .iter()
        .map(|mapping| mapping.id.to_owned())
        .collect();
    assert_eq!(ids.len(), MAPPINGS.len(), "ids are unique");
    ids.insert("unknown".to_owned());
    assert_eq!(folders, ids);
}

#[test]
fn the_order_of_keys_does_not_matter() {
    let topic = "axis/ACCC8E012345/event/tns:axis/CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1";
    let forward = r#"{"topic":"axis:CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1","timestamp":1670518346712,"message":{"source":{},"key":{},"data":{"reason":"human","total":"7","totalHuman":"7"}}}"#;
    let backward = r#"{"message":{"data":{"totalHuman":"7","total":"7","reason":"human"},"key":{},"source":{}},"timestamp":1670518346712,"topic":"axis:CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1"}"#;
    let decoded = |payload: &str| run(topic, payload.as_bytes(), false, 0, &mut Learned::default());
    assert_eq!(decoded(forward), decoded(backward));
    assert!(matches!(decoded(forward).1, Decoded::Observations(said) if said.len() == 2));
}

#[test]
fn a_payload_of_ten_megabytes_is_not_parsed() {
    let large = format!(
        "{{\"connected\":true,\"x\":\"{}\"}}",
        "x".repeat(10_000_000)
    );
    for (topic, expected) in [
        (
            "axis/ACCC8E012345/event/connection",
            Decoded::Bad(PayloadError::TooLarge),
        ),
        (
            "axis/ACCC8E012345/event/Device/IO/Port",
            Decoded::Bad(PayloadError::TooLarge),
        ),
        ("anything/else", Decoded::NotMine),
        ("$SYS/broker/load", Decoded::NotMine),
    ] {
        let (_, decoded) = run(topic, large.as_bytes(), false, 0, &mut Learned::default());
        assert_eq!(decoded, expected, "{topic}");
    }
    let blank = vec![b' '; 10_000_000];
    let binary = vec![0xff; 10_000_000];
    for payload in [blank, binary] {
        let (by, decoded) = run("anything", &payload, false, 0, &mut Learned::default());
        assert_eq!((by, decoded), (None, Decoded::NotMine));
    }
}

#[test]
fn the_largest_payload_that_is_parsed_says_no_more_than_a_small_one() {
    let mut large = String::from("{");
    for number in 0.. {
        let field = format!("\"{number}\":{number},");
        if large.len() + field.len() > JSON_LIMIT - 8 {
            break;
        }
        large.push_str(&field);
    }
    large.push_str("\"z\":0}");
    let (_, decoded) = run("plant", large.as_bytes(), false, 0, &mut Learned::default());
    assert!(matches!(decoded, Decoded::Observations(said) if said.len() == 32));
}

#[test]
fn a_payload_nested_ten_thousand_levels_deep_is_refused() {
    let deep = format!(
        "{{\"message\":{}{}}}",
        "{\"a\":".repeat(10_000),
        "1".to_owned() + &"}".repeat(10_000)
    );
    for (topic, expected) in [
        (
            "axis/ACCC8E012345/event/Device/IO/Port",
            Decoded::Bad(PayloadError::TooDeep),
        ),
        (
            "axis/ACCC8E012345/event/connection",
            Decoded::Bad(PayloadError::TooDeep),
        ),
        ("anything", Decoded::NotMine),
    ] {
        let (_, decoded) = run(topic, deep.as_bytes(), false, 0, &mut Learned::default());
        assert_eq!(decoded, expected, "{topic}");
    }
}

/// Keys that some mapping reads, so that arbitrary JSON reaches every branch.
const KEYS: &[&str] = &[
    "topic",
    "timestamp",
    "serial",
    "serialNumber",
    "device",
    "message",
    "source",
    "key",
    "data",
    "total",
    "totalHuman",
    "totalMotorcycle/bicycle",
    "reason",
    "startTime",
    "resetTime",
    "human",
    "car",
    "active",
    "state",
    "connected",
    "description",
    "name",
    "in",
    "out",
    "occupancy",
    "total_in",
    "total_out",
    "counter",
    "delta",
    "20170908000000",
    "apiName",
    "measurements",
    "kind",
    "utcFrom",
    "utcTo",
    "items",
    "direction",
    "count",
    "sensor",
    "tags",
    "values",
    "value",
    "list",
    "문",
];

const WORDS: &[&str] = &[
    "",
    "0",
    "1",
    "-1",
    "18446744073709551616",
    "1e999",
    "in",
    "out",
    "Connected",
    "Connection Lost",
    "online",
    "axis:CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1",
    "onvif:Device/axis:IO/Port",
    "axis:",
    "ACCC8E012345",
    "20170503112756",
    "2025-10-17T10:28:04.528+0200",
    "9999-12-31T23:59:59Z",
    "Axis Retail Data",
    "people-counts",
    "문",
];

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        (946_684_800_000_i64..4_102_444_800_000).prop_map(Into::into),
        proptest::sample::select(WORDS).prop_map(Into::into),
        ".{0,20}".prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        let key = proptest::sample::select(KEYS).prop_map(str::to_owned);
        prop_oneof![
            1 => proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            4 => proptest::collection::btree_map(key, inner, 0..8)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

#[test]
fn what_was_found_or_kept_by_the_fuzzer_decodes() {
    corpus::each("payload", payload::check);
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(data in proptest::collection::vec(any::<u8>(), 0..300)) {
        payload::check(&data);
    }

    #[test]
    fn arbitrary_json_never_panics(
        topic in proptest::sample::select(TOPICS),
        payloads in proptest::collection::vec(any_json(), 1..4),
    ) {
        let mut learned = Learned::default();
        for payload in payloads {
            ask_all(topic, payload.to_string().as_bytes(), false, &mut learned);
        }
    }

    #[test]
    fn arbitrary_topics_never_panic(topic in ".{0,60}", payload in any_json()) {
        ask_all(&topic, payload.to_string().as_bytes(), false, &mut Learned::default());
    }
}
