use proptest::prelude::*;
use proptest::{collection, option};

use super::*;
use crate::mqtt::Will;
use crate::mqtt::decode::{Packet, decode};
use crate::mqtt::frame::Frames;
use crate::secret::Secret;

mod reference;

const ID: PacketId = PacketId::new(0x0102).unwrap();

fn client(version: Version) -> Connect {
    Connect {
        version,
        client_id: "c".into(),
        username: Some("u".into()),
        password: Some(Secret::new("p".into())),
        will: Some(Will {
            topic: "w".into(),
            payload: vec![7],
            qos: QoS::AtLeastOnce,
            retain: true,
            delay: 0,
        }),
        keep_alive: 0x0304,
        clean: false,
        session_expiry: 0,
    }
}

/// 3.1.1: [MQTT-3.1.2-1], [MQTT-3.1.2-2], [MQTT-3.1.2-3], [MQTT-3.1.2-9], [MQTT-3.1.2-14], [MQTT-3.1.2-19]
/// 3.1.1: [MQTT-3.1.2-21], [MQTT-3.1.3-1], [MQTT-3.1.3-3]
/// 5.0: [MQTT-3.1.2-1], [MQTT-3.1.2-2], [MQTT-3.1.2-3], [MQTT-3.1.2-9], [MQTT-3.1.2-12], [MQTT-3.1.2-17]
/// 5.0: [MQTT-3.1.2-19], [MQTT-3.1.3-1], [MQTT-3.1.3-3]
#[test]
fn connect_carries_will_user_name_and_password() {
    // Name, level, all flags but clean (will QoS 1), keep alive; client identifier, will topic and payload, user, password.
    let expected = [
        0x10,
        25,
        0,
        4,
        b'M',
        b'Q',
        b'T',
        b'T',
        4,
        0b1110_1100,
        3,
        4,
        0,
        1,
        b'c',
        0,
        1,
        b'w',
        0,
        1,
        7,
        0,
        1,
        b'u',
        0,
        1,
        b'p',
    ];
    assert_eq!(
        connect(&client(Version::V311), &[], 10, 20, 30).unwrap(),
        expected
    );

    // With receive maximum, maximum packet size and topic alias maximum, and no will properties.
    let expected = [
        0x10,
        38,
        0,
        4,
        b'M',
        b'Q',
        b'T',
        b'T',
        5,
        0b1110_1100,
        3,
        4,
        11,
        33,
        0,
        10,
        39,
        0,
        0,
        0,
        20,
        34,
        0,
        30,
        0,
        1,
        b'c',
        0,
        0,
        1,
        b'w',
        0,
        1,
        7,
        0,
        1,
        b'u',
        0,
        1,
        b'p',
    ];
    assert_eq!(
        connect(&client(Version::V5), &[], 10, 20, 30).unwrap(),
        expected
    );
}

/// 3.1.1: [MQTT-3.1.2-11], [MQTT-3.1.2-13], [MQTT-3.1.2-15], [MQTT-3.1.2-18], [MQTT-3.1.2-20]
/// 5.0: [MQTT-3.1.2-11], [MQTT-3.1.2-13], [MQTT-3.1.2-16], [MQTT-3.1.2-18]
#[test]
fn what_connect_does_not_carry_has_neither_flag_nor_field() {
    for version in [Version::V311, Version::V5] {
        let mut connect = client(version);
        (connect.will, connect.username, connect.password) = (None, None, None);
        let bytes = super::connect(&connect, &[], 10, 20, 30).unwrap();
        assert_eq!(bytes[9], 0);
        // The client identifier is the last field.
        assert!(bytes.ends_with(&[0, 1, b'c']));
        let properties = if version == Version::V5 { 12 } else { 0 };
        assert_eq!(bytes.len(), 12 + properties + 3);
    }
}

/// 3.1.1: [MQTT-3.1.2-14]
/// 5.0: [MQTT-3.1.2-12]
#[test]
fn a_will_has_one_of_three_qualities() {
    for version in [Version::V311, Version::V5] {
        for (number, qos) in (0..).zip([QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce]) {
            let mut connect = client(version);
            connect.will.as_mut().unwrap().qos = qos;
            let bytes = super::connect(&connect, &[], 10, 20, 30).unwrap();
            assert_eq!(bytes[9] >> 3 & 3, number);
        }
    }
}

/// 5.0: [MQTT-1.5.5-1]
#[test]
fn a_length_takes_as_few_bytes_as_it_can() {
    // A topic of one letter, its length, and a property length: four bytes beside the payload.
    for (rest, width) in [
        (127, 1),
        (128, 2),
        (16_383, 2),
        (16_384, 3),
        (2_097_151, 3),
        (2_097_152, 4),
    ] {
        let message = Publish {
            topic: "t".into(),
            payload: vec![0; rest - 4],
            qos: QoS::AtMostOnce,
            retain: false,
            properties: PropertyBytes::default(),
        };
        let bytes = publish(Version::V5, &message, QoS::AtMostOnce, ID, false).unwrap();
        assert_eq!(bytes.len(), 1 + width + rest);
    }
}

/// 3.1.1: [MQTT-3.1.2-22]
#[test]
fn a_password_alone_gets_an_empty_user_name() {
    for version in [Version::V311, Version::V5] {
        let mut connect = client(version);
        connect.username = None;
        let bytes = super::connect(&connect, &[], 10, 20, 30).unwrap();
        assert_eq!(bytes[9] & 0b1100_0000, 0b1100_0000);
        assert!(bytes.ends_with(&[0, 0, 0, 1, b'p']));
    }
}

/// 3.1.1: [MQTT-1.5.3-2], [MQTT-3.1.3-4], [MQTT-3.1.3-10], [MQTT-3.1.3-11]
/// 5.0: [MQTT-1.5.4-2], [MQTT-3.1.3-4], [MQTT-3.1.3-11], [MQTT-3.1.3-12]
#[test]
fn text_that_mqtt_cannot_carry_is_refused() {
    for version in [Version::V311, Version::V5] {
        for text in ["x".repeat(65_536), "a\0b".to_owned()] {
            let mut by_name = client(version);
            by_name.client_id.clone_from(&text);
            assert_eq!(connect(&by_name, &[], 10, 20, 30), Err(Unsayable));
            let mut by_user = client(version);
            by_user.username = Some(text.clone());
            assert_eq!(connect(&by_user, &[], 10, 20, 30), Err(Unsayable));
            let mut by_will = client(version);
            by_will.will.as_mut().unwrap().topic = text;
            assert_eq!(connect(&by_will, &[], 10, 20, 30), Err(Unsayable));
        }
    }
}

/// 3.1.1: [MQTT-2.3.1-1], [MQTT-2.3.1-5], [MQTT-3.3.1-2], [MQTT-3.3.1-4], [MQTT-3.3.2-1], [MQTT-4.3.1-1]
/// 5.0: [MQTT-2.2.1-2], [MQTT-2.2.2-1], [MQTT-3.2.2-17], [MQTT-3.2.2-18], [MQTT-3.3.1-2], [MQTT-3.3.1-4]
/// 5.0: [MQTT-3.3.2-1], [MQTT-3.3.2-9], [MQTT-3.3.4-6], [MQTT-4.3.1-1]
#[test]
fn publish_has_an_identifier_and_dup_only_above_qos_0() {
    let message = Publish {
        topic: "t".into(),
        payload: b"on".to_vec(),
        qos: QoS::ExactlyOnce,
        retain: true,
        properties: PropertyBytes::default(),
    };
    let bytes = |version, qos| publish(version, &message, qos, ID, true).unwrap();
    assert_eq!(
        bytes(Version::V311, QoS::AtMostOnce),
        [0x31, 5, 0, 1, b't', b'o', b'n']
    );
    assert_eq!(
        bytes(Version::V311, QoS::AtLeastOnce),
        [0x3B, 7, 0, 1, b't', 1, 2, b'o', b'n']
    );
    assert_eq!(
        bytes(Version::V5, QoS::ExactlyOnce),
        [0x3D, 8, 0, 1, b't', 1, 2, 0, b'o', b'n']
    );
}

/// 3.1.1: [MQTT-2.2.2-1], [MQTT-2.3.1-1], [MQTT-3.8.1-1], [MQTT-3.8.3-1], [MQTT-3.8.3-4], [MQTT-3.10.1-1]
/// 3.1.1: [MQTT-3.10.3-1]
/// 5.0: [MQTT-2.1.3-1], [MQTT-2.2.2-1], [MQTT-3.8.1-1], [MQTT-3.8.3-1], [MQTT-3.8.3-4], [MQTT-3.8.3-5]
/// 5.0: [MQTT-3.10.1-1], [MQTT-3.10.3-1]
#[test]
fn filters_are_asked_for_with_their_qos_and_nothing_else() {
    let filters = [(TopicFilter::new("a/#").unwrap(), QoS::AtLeastOnce)];
    assert_eq!(
        subscribe(Version::V311, ID, &filters, None).unwrap(),
        [0x82, 8, 1, 2, 0, 3, b'a', b'/', b'#', 1]
    );
    assert_eq!(
        subscribe(Version::V5, ID, &filters, None).unwrap(),
        [0x82, 9, 1, 2, 0, 0, 3, b'a', b'/', b'#', 1]
    );
    let filters = [TopicFilter::new("a").unwrap()];
    assert_eq!(
        unsubscribe(Version::V311, ID, &filters).unwrap(),
        [0xA2, 5, 1, 2, 0, 1, b'a']
    );
    assert_eq!(
        unsubscribe(Version::V5, ID, &filters).unwrap(),
        [0xA2, 6, 1, 2, 0, 0, 1, b'a']
    );
}

/// 5.0: [MQTT-4.8.2-1]
#[test]
fn a_shared_subscription_without_a_name_is_refused_by_version_5() {
    let filters = [(TopicFilter::new("$share//a").unwrap(), QoS::AtMostOnce)];
    assert_eq!(subscribe(Version::V5, ID, &filters, None), Err(Unsayable));
}

/// 3.1.1: [MQTT-3.8.3-3], [MQTT-3.10.3-2]
/// 5.0: [MQTT-3.8.3-2], [MQTT-3.10.3-2], [MQTT-4.8.2-1], [MQTT-4.8.2-2]
#[test]
fn what_brokers_cannot_be_asked_for_is_refused() {
    assert_eq!(subscribe(Version::V5, ID, &[], None), Err(Unsayable));
    assert_eq!(unsubscribe(Version::V311, ID, &[]), Err(Unsayable));
    let shared = |filter: &str| [TopicFilter::new(filter).unwrap()];
    for filter in ["$share/name", "$share/+/a", "$share//a"] {
        let filters = shared(filter);
        assert_eq!(unsubscribe(Version::V5, ID, &filters), Err(Unsayable));
        assert!(unsubscribe(Version::V311, ID, &filters).is_ok());
    }
    assert!(unsubscribe(Version::V5, ID, &shared("$share/name/a/+")).is_ok());
}

proptest! {
    #[test]
    fn every_packet_is_as_another_implementation_writes_it(
        version in prop_oneof![Just(Version::V311), Just(Version::V5)],
        client_id in text(),
        username in option::of(text()),
        password in option::of(text()),
        will in option::of((text(), collection::vec(any::<u8>(), 0..300), level(), any::<bool>())),
        keep_alive: u16,
        clean: bool,
        session_expiry: u32,
        payload in collection::vec(any::<u8>(), 0..20_000),
        filters in collection::vec(("[a-z/$\u{0}]{1,9}", level()), 1..9),
        id in 1..=u16::MAX,
        duplicate: bool,
    ) {
        let (id, level) = (PacketId::new(id).unwrap(), filters[0].1);
        let will = will.map(|(topic, payload, qos, retain)| Will { topic, payload, qos, retain, delay: 0 });
        let password = password.map(Secret::new);
        let message =
            Publish { topic: client_id.clone(), payload, qos: level, retain: clean, properties: PropertyBytes::default() };
        let client = Connect {
            version, client_id, username, password, will, keep_alive, clean, session_expiry,
        };
        prop_assert_eq!(connect(&client, &[], 10, 20, 30), reference::connect(&client, 10, 20, 30));
        prop_assert_eq!(
            publish(version, &message, level, id, duplicate),
            reference::publish(version, &message, level, id, duplicate)
        );
        let filters = filters.iter().filter_map(|(filter, level)| {
            Some((TopicFilter::new(filter).ok()?, *level))
        });
        let filters: Vec<_> = filters.collect();
        prop_assert_eq!(
            subscribe(version, id, &filters, None),
            reference::subscribe(version, id, &filters)
        );
        let filters: Vec<_> = filters.into_iter().map(|(filter, _)| filter).collect();
        prop_assert_eq!(
            unsubscribe(version, id, &filters),
            reference::unsubscribe(version, id, &filters)
        );
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => "\\PC{0,40}",
        1 => Just("x".repeat(65_535)),
        1 => Just("x".repeat(65_536)),
    ]
}

fn level() -> impl Strategy<Value = QoS> {
    prop_oneof![
        Just(QoS::AtMostOnce),
        Just(QoS::AtLeastOnce),
        Just(QoS::ExactlyOnce)
    ]
}

#[test]
fn a_subscription_tells_its_identifier_in_the_fewest_bytes() {
    let filters = [(TopicFilter::new("a").unwrap(), QoS::AtLeastOnce)];
    for (identifier, bytes) in [
        (1, &[1][..]),
        (127, &[127]),
        (128, &[0x80, 1]),
        (268_435_455, &[0xFF, 0xFF, 0xFF, 0x7F]),
    ] {
        let packet = subscribe(Version::V5, ID, &filters, Some(identifier)).unwrap();
        let [high, low] = ID.get().to_be_bytes();
        let length = u8::try_from(1 + bytes.len()).unwrap();
        let rest = [
            &[high, low, length, property::SUBSCRIPTION_IDENTIFIER][..],
            bytes,
            &[0, 1, b'a', 1],
        ]
        .concat();
        assert_eq!(packet[2..], rest, "{identifier}");
    }
}

/// 5.0: [MQTT-3.3.2-14], [MQTT-3.3.4-6]
#[test]
fn what_a_message_carries_beside_is_read_as_it_was_said() {
    let said = Properties {
        content_type: Some("text/plain".to_owned()),
        response_topic: Some("answers".to_owned()),
        correlation_data: Some(vec![0, 255]),
        message_expiry: Some(60),
        user_properties: vec![
            ("b".to_owned(), "1".to_owned()),
            ("a".to_owned(), String::new()),
            ("b".to_owned(), "2".to_owned()),
        ],
        // What came with a message is not said again with one of ours.
        subscription_identifiers: vec![7],
    };
    let message = Publish {
        topic: "t".to_owned(),
        payload: b"on".to_vec(),
        qos: QoS::AtMostOnce,
        retain: false,
        properties: PropertyBytes::try_from(&said).unwrap(),
    };
    let packet = publish(Version::V5, &message, QoS::AtMostOnce, ID, false).unwrap();
    let mut frames = Frames::default();
    frames.push(packet);
    let frame = frames.next(Version::V5, 1_000).unwrap().unwrap();
    let Ok(Packet::Publish(read, None, None)) = decode(frame, Version::V5) else {
        panic!("a PUBLISH");
    };
    let expected = Properties {
        subscription_identifiers: Vec::new(),
        ..said
    };
    assert_eq!(read.properties, expected);
    let plain = publish(Version::V311, &message, QoS::AtMostOnce, ID, false).unwrap();
    assert_eq!(plain, [0x30, 5, 0, 1, b't', b'o', b'n']);
}

/// 5.0: [MQTT-3.1.2-9], [MQTT-3.1.3-11]
#[test]
fn a_will_of_version_5_may_wait() {
    let with = |version, delay, topic: &str| {
        let mut connect = client(version);
        if let Some(will) = &mut connect.will {
            will.delay = delay;
            will.topic = topic.to_owned();
        }
        super::connect(&connect, &[], 10, 20, 30)
    };
    let (soon, late) = (
        with(Version::V5, 0, "w").unwrap(),
        with(Version::V5, 60, "w").unwrap(),
    );
    let will = [5, 24, 0, 0, 0, 60, 0, 1, b'w'];
    assert!(late.windows(will.len()).any(|part| part == will));
    assert_eq!(late.len(), soon.len() + 5);
    // 3.1.1 has no properties: the broker does not wait.
    assert_eq!(with(Version::V311, 60, "w"), with(Version::V311, 0, "w"));
    for topic in ["", "w/#", "+", "a\0"] {
        assert_eq!(with(Version::V5, 0, topic), Err(Unsayable), "{topic}");
    }
}
