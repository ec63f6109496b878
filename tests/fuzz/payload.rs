//! Whatever a message says, decoding it ends, says no more than it may, and says the same again.
//!
//! The input: messages that are separated by the byte 0x1E, which JSON does not have. The first byte of each chooses its
//! topic and whether it is retained; the rest is its payload. What one teaches is known to the next.

use std::sync::LazyLock;

use footfall::mqtt::Properties;
use footfall::payload::{Decoded, Incoming, Learned, MAPPINGS, decode};
use footfall::settings::{Mapping, config};
use footfall::time::{Offsets, Timestamp};

/// Any input.
pub(crate) fn check(data: &[u8]) {
    let mut learned = Learned::default();
    for message in data.split(|byte| *byte == SEPARATOR).take(8) {
        if let Some((&head, payload)) = message.split_first() {
            let topic = TOPICS[usize::from(head & 0x7F) % TOPICS.len()];
            ask_all(topic, payload, head & 0x80 != 0, &mut learned);
        }
    }
}

/// Asks every mapping, whether or not an earlier one decides, and then all together, with those of a person.
pub(crate) fn ask_all(topic: &str, payload: &[u8], retained: bool, learned: &mut Learned) {
    let (properties, zone) = (Properties::default(), Offsets::fixed(32_400));
    let received_at = Timestamp::from_millis(1_760_000_000_000);
    let incoming = Incoming::new(topic, payload, retained, &properties, received_at, &zone);
    for mapping in MAPPINGS {
        if let Decoded::Observations(said) = (mapping.decode)(&incoming, learned) {
            assert!(
                said.len() <= 3 * 1440,
                "{} says {} things",
                mapping.id,
                said.len()
            );
        }
    }
    let again = decode(&incoming, &OWN, &mut learned.clone());
    // As text, because no number is equal to a number that is none.
    let once = decode(&incoming, &OWN, learned);
    assert_eq!(format!("{once:?}"), format!("{again:?}"));
}

/// Of each kind one that a person might explain.
static OWN: LazyLock<Vec<Mapping>> = LazyLock::new(|| {
    let config = config::parse(
        r#"{ "mappings": [
            { "topic": "own/{device}/+", "kind": "total", "channel": "entered" },
            { "topic": "own/{device}/#", "value": "/0", "kind": "crossing", "channel": "exited" },
            { "topic": "own/{device}/{line}", "value": "/n", "time": "/t", "kind": "interval", "seconds": 60, "channel": "crossed" },
            { "topic": "own/room", "value": "/a~1b/c", "time": "/t", "kind": "occupancy" }
        ] }"#,
    );
    assert_eq!(config.mistakes, []);
    config.mappings
});

/// Topics on which each mapping listens, and some on which none does.
pub(crate) const TOPICS: &[&str] = &[
    "axis/ACCC8E012345/event/connection",
    "dataq/connect/B8A44F7ADD87",
    "Camera_1/ConnectionStatus",
    "axis/ACCC8E012345/event/tns:axis/CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1",
    "axis/ACCC8E012345/event/tns:onvif/Device/tns:axis/IO/Port/$source/port/1",
    "axis/ACCC8E012345/event/Storage/Alert",
    "axis/ACCC8E012345/event",
    "event/",
    "events",
    "simqtt/port/0/true",
    "simqtt/",
    "dataq/occupancy/B8A44F7ADD87",
    "dataq/tracker/B8A44F7ADD87",
    "counters/gate",
    "tele/plug/LWT",
    "homie/5/door/$state",
    "shellies/door/relay/0",
    "$SYS/broker/clients/connected",
    "",
    "/",
    "문/1",
    "own/a/b",
    "own/room",
];

/// Between two messages.
const SEPARATOR: u8 = 0x1E;
