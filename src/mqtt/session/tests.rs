use super::*;
use crate::secret::Secret;

const NOW: Monotonic = Monotonic::from_millis(0);

fn clean_connect() -> Connect {
    Connect {
        version: Version::V311,
        client_id: "c".into(),
        username: Some("u".into()),
        password: Some(Secret::new("hunter2".into())),
        will: None,
        keep_alive: 0,
        clean: true,
        session_expiry: 0,
    }
}

fn open() -> Session {
    let mut session = Session::new();
    session.open(&clean_connect(), false).unwrap();
    session.take_unsent();
    session.handle_bytes(vec![0x20, 2, 0, 0]);
    assert!(matches!(
        session.poll_event(NOW),
        Ok(Some(Event::Connected(_)))
    ));
    session
}

fn letter() -> Publish {
    Publish {
        topic: "t".into(),
        payload: Vec::new(),
        qos: QoS::AtLeastOnce,
        retain: false,
    }
}

#[test]
fn a_packet_identifier_in_use_is_not_given_again() {
    let mut session = open();
    session.publish(1, letter());
    assert_eq!(session.take_unsent()[5..], [0, 1]);
    for _ in 0..65_535 {
        session.publish(2, letter());
        let sent = session.take_unsent();
        assert_ne!(sent[5..], [0, 1]);
        assert_ne!(sent[5..], [0, 0]);
        session.handle_bytes(vec![0x40, 2, sent[5], sent[6]]);
        while session.poll_event(NOW).unwrap().is_some() {}
    }
}

#[test]
fn after_a_violation_nothing_more_is_read() {
    let mut session = open();
    session.handle_bytes(vec![0xFF, 0, 0x30, 3, 0, 1, b't']);
    assert_eq!(session.poll_event(NOW), Err(Violation::Malformed));
    assert_eq!(session.poll_event(NOW), Ok(None));
    session.handle_bytes(vec![0x30, 3, 0, 1, b't']);
    assert_eq!(session.poll_event(NOW), Ok(None));
}

#[test]
fn without_a_connection_nothing_is_written() {
    let mut session = open();
    session.close();
    session.ping();
    session.publish(1, letter());
    let filter = TopicFilter::new("a").unwrap();
    let filters = [(filter, QoS::AtMostOnce)];
    assert_eq!(session.subscribe(&filters), Err(Unsayable));
    session.settle(1);
    assert!(session.take_unsent().is_empty());
}

#[test]
fn after_a_clean_start_every_session_is_unknown() {
    let mut session = Session::new();
    session.open(&clean_connect(), true).unwrap();
    session.handle_bytes(vec![0x20, 2, 1, 0]);
    assert_eq!(session.poll_event(NOW), Ok(Some(Event::UnknownSession)));
    assert!(!session.is_open());
}

#[test]
fn a_password_is_not_printed_with_the_session() {
    let mut session = Session::new();
    session.open(&clean_connect(), true).unwrap();
    let printed = format!("{session:?} {:?}", clean_connect());
    // Neither as text nor as a list of numbers.
    assert!(!printed.contains("hunter2") && !printed.contains("117, 110, 116"));
}
