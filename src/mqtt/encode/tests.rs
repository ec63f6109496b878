use proptest::prelude::*;
use proptest::{collection, option};

use super::*;
use crate::mqtt::Will;
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
        }),
        keep_alive: 0x0304,
        clean: false,
        session_expiry: 0,
    }
}

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
    assert_eq!(connect(&client(Version::V311), 10, 20).unwrap(), expected);

    // With receive maximum and maximum packet size, and no will properties.
    let expected = [
        0x10,
        35,
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
        8,
        33,
        0,
        10,
        39,
        0,
        0,
        0,
        20,
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
    assert_eq!(connect(&client(Version::V5), 10, 20).unwrap(), expected);
}

#[test]
fn a_password_alone_gets_an_empty_user_name() {
    for version in [Version::V311, Version::V5] {
        let mut connect = client(version);
        connect.username = None;
        let bytes = super::connect(&connect, 10, 20).unwrap();
        assert_eq!(bytes[9] & 0b1100_0000, 0b1100_0000);
        assert!(bytes.ends_with(&[0, 0, 0, 1, b'p']));
    }
}

#[test]
fn text_that_mqtt_cannot_carry_is_refused() {
    for version in [Version::V311, Version::V5] {
        for text in ["x".repeat(65_536), "a\0b".to_owned()] {
            let mut by_name = client(version);
            by_name.client_id.clone_from(&text);
            assert_eq!(connect(&by_name, 10, 20), Err(Unsayable));
            let mut by_user = client(version);
            by_user.username = Some(text);
            assert_eq!(connect(&by_user, 10, 20), Err(Unsayable));
        }
    }
}

#[test]
fn publish_has_an_identifier_and_dup_only_above_qos_0() {
    let message = Publish {
        topic: "t".into(),
        payload: b"on".to_vec(),
        qos: QoS::ExactlyOnce,
        retain: true,
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

#[test]
fn filters_are_asked_for_with_their_qos_and_nothing_else() {
    let filters = [(TopicFilter::new("a/#").unwrap(), QoS::AtLeastOnce)];
    assert_eq!(
        subscribe(Version::V311, ID, &filters).unwrap(),
        [0x82, 8, 1, 2, 0, 3, b'a', b'/', b'#', 1]
    );
    assert_eq!(
        subscribe(Version::V5, ID, &filters).unwrap(),
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

#[test]
fn a_shared_subscription_without_a_name_is_refused_by_version_5() {
    let filters = [(TopicFilter::new("$share//a").unwrap(), QoS::AtMostOnce)];
    assert_eq!(subscribe(Version::V5, ID, &filters), Err(Unsayable));
}

#[test]
fn what_brokers_cannot_be_asked_for_is_refused() {
    assert_eq!(subscribe(Version::V5, ID, &[]), Err(Unsayable));
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
        let will = will.map(|(topic, payload, qos, retain)| Will { topic, payload, qos, retain });
        let password = password.map(Secret::new);
        let message =
            Publish { topic: client_id.clone(), payload, qos: level, retain: clean };
        let client = Connect {
            version, client_id, username, password, will, keep_alive, clean, session_expiry,
        };
        prop_assert_eq!(connect(&client, 10, 20), reference::connect(&client, 10, 20));
        prop_assert_eq!(
            publish(version, &message, level, id, duplicate),
            reference::publish(version, &message, level, id, duplicate)
        );
        let filters = filters.iter().filter_map(|(filter, level)| {
            Some((TopicFilter::new(filter).ok()?, *level))
        });
        let filters: Vec<_> = filters.collect();
        prop_assert_eq!(
            subscribe(version, id, &filters),
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
