use super::*;
use crate::mqtt::PropertyBytes;
use crate::secret::Secret;

const NOW: Monotonic = Monotonic::from_millis(0);

fn clean_connect(version: Version) -> Connect {
    Connect {
        version,
        client_id: "c".into(),
        username: Some("u".into()),
        password: Some(Secret::new("hunter2".into())),
        will: None,
        keep_alive: 0,
        clean: true,
        session_expiry: 0,
    }
}

fn open(version: Version) -> Session {
    let mut session = Session::new();
    session.open(&clean_connect(version), false, None).unwrap();
    session.take_unsent();
    session.handle_bytes(match version {
        Version::V311 => vec![0x20, 2, 0, 0],
        Version::V5 => vec![0x20, 3, 0, 0, 0],
    });
    assert!(matches!(
        session.poll_event(NOW),
        Ok(Some(Event::Connected(_)))
    ));
    session
}

fn outbound() -> Publish {
    Publish {
        topic: "t".into(),
        payload: Vec::new(),
        qos: QoS::AtLeastOnce,
        retain: false,
        properties: PropertyBytes::default(),
    }
}

/// 3.1.1: [MQTT-2.3.1-2], [MQTT-4.3.2-1]
/// 5.0: [MQTT-2.2.1-3], [MQTT-4.3.2-1]
#[test]
fn a_packet_identifier_in_use_is_not_given_again() {
    for version in [Version::V311, Version::V5] {
        let mut session = open(version);
        session.publish(1, outbound());
        assert_eq!(session.take_unsent()[5..7], [0, 1]);
        for _ in 0..65_535 {
            session.publish(2, outbound());
            let sent = session.take_unsent();
            assert_ne!(sent[5..7], [0, 1]);
            assert_ne!(sent[5..7], [0, 0]);
            session.handle_bytes(vec![0x40, 2, sent[5], sent[6]]);
            while session.poll_event(NOW).unwrap().is_some() {}
        }
    }
}

/// 3.1.1: [MQTT-2.3.1-1], [MQTT-2.3.1-2]
/// 5.0: [MQTT-2.2.1-3]
#[test]
fn messages_and_requests_share_no_identifier() {
    for version in [Version::V311, Version::V5] {
        let mut session = open(version);
        let filter = TopicFilter::new("a").unwrap();
        session.publish(1, outbound());
        let sent = session.take_unsent();
        let mut ids = vec![u16::from_be_bytes([sent[5], sent[6]])];
        ids.push(
            session
                .subscribe(&[(filter.clone(), QoS::AtMostOnce)], None)
                .unwrap(),
        );
        ids.push(session.unsubscribe(&[filter]).unwrap());
        assert_eq!(ids, [1, 2, 3]);
    }
}

#[test]
fn after_a_violation_nothing_more_is_read() {
    let mut session = open(Version::V311);
    session.handle_bytes(vec![0xFF, 0, 0x30, 3, 0, 1, b't']);
    assert_eq!(session.poll_event(NOW), Err(Violation::Malformed));
    assert_eq!(session.poll_event(NOW), Ok(None));
    session.handle_bytes(vec![0x30, 3, 0, 1, b't']);
    assert_eq!(session.poll_event(NOW), Ok(None));
}

#[test]
fn without_a_connection_nothing_is_written() {
    let mut session = open(Version::V311);
    session.close();
    session.ping();
    session.publish(1, outbound());
    let filter = TopicFilter::new("a").unwrap();
    let filters = [(filter, QoS::AtMostOnce)];
    assert_eq!(session.subscribe(&filters, None), Err(Unsayable));
    session.settle(1);
    assert!(session.take_unsent().is_empty());
}

/// 3.1.1: [MQTT-3.2.2-1]
#[test]
fn after_a_clean_start_every_session_is_unknown() {
    let mut session = Session::new();
    session
        .open(&clean_connect(Version::V311), true, None)
        .unwrap();
    session.handle_bytes(vec![0x20, 2, 1, 0]);
    assert_eq!(session.poll_event(NOW), Ok(Some(Event::UnknownSession)));
    assert!(!session.is_open());
}

#[test]
fn a_password_is_not_printed_with_the_session() {
    let mut session = Session::new();
    session
        .open(&clean_connect(Version::V311), true, None)
        .unwrap();
    let printed = format!("{session:?} {:?}", clean_connect(Version::V311));
    // Neither as text nor as a list of numbers.
    assert!(!printed.contains("hunter2") && !printed.contains("117, 110, 116"));
}
