use super::*;
use crate::link::{FilterId, Sessions};
use crate::mqtt::QoS;
use crate::mqtt::TopicFilter;
use crate::settings::{ProfileId, VersionChoice};
use crate::time::Timestamp;

fn profile() -> Profile {
    Profile {
        id: ProfileId("p".into()),
        name: "Lobby".into(),
        platform: "generic".into(),
        url: "ws://broker".into(),
        other_urls: Vec::new(),
        prefix: String::new(),
        paused: Vec::new(),
        version: VersionChoice::V311,
        client_id: None,
        username: None,
        password: None,
        authentication: None,
        filters: Vec::new(),
        keep_alive: Duration::from_secs(30),
        session_expiry: Duration::from_secs(60),
        will: None,
        publishes: false,
    }
}

fn identity() -> Identity {
    Identity {
        client_id: "c".into(),
        session_exists: false,
        ephemeral: false,
        sessions: Sessions::default(),
        in_flight: Vec::new(),
    }
}

const NOW: Now = Now {
    wall: Timestamp::from_millis(0),
    monotonic: Monotonic::from_millis(0),
};

fn drain(link: &mut Link) -> Vec<Output> {
    std::iter::from_fn(|| link.poll_output()).collect()
}

fn connected() -> Link {
    let mut link = Link::new(1);
    link.handle(Input::Connect(Box::new(profile()), identity()), NOW);
    link.handle(Input::SocketOpened, NOW);
    link.handle(Input::Bytes(vec![0x20, 2, 0, 0]), NOW);
    drain(&mut link);
    link
}

#[test]
fn a_frame_of_many_packets_is_read_one_message_at_a_time() {
    let mut link = connected();
    link.handle(Input::Bytes([0x30, 3, 0, 1, b't'].repeat(100_000)), NOW);
    let mut messages = 0;
    while let Some(output) = link.poll_output() {
        messages += u32::from(matches!(output, Output::Message(..)));
        assert!(link.outputs.is_empty());
        link.handle(Input::Settled(DeliveryToken(1)), NOW);
        assert!(link.outputs.is_empty());
    }
    assert_eq!(messages, 100_000);
}

#[test]
fn a_message_that_comes_before_a_timer_that_is_due_is_told_and_then_nothing_more() {
    let mut link = connected();
    // Later than the next PINGREQ, and than any deadline there may be.
    for seconds in [23, 40, 4_000] {
        let now = Now {
            monotonic: Monotonic::from_millis(seconds * 1_000),
            ..NOW
        };
        link.handle(Input::Bytes(vec![0x30, 3, 0, 1, b't']), now);
        let told = std::iter::from_fn(|| link.poll_output()).take(5).count();
        assert!((1..5).contains(&told), "{told} outputs after {seconds} s");
    }
}

#[test]
fn what_came_before_a_close_is_not_lost_by_a_shell_that_polls_late() {
    let mut link = connected();
    link.handle(Input::Bytes(vec![0x30, 3, 0, 1, b't']), NOW);
    let closed = Input::SocketClosed {
        code: 1006,
        clean: false,
    };
    link.handle(closed, NOW);
    let outputs = drain(&mut link);
    assert!(matches!(outputs[0], Output::Message(..)));
}

#[test]
fn a_profile_with_fewer_filters_ends_the_subscriptions_of_the_former() {
    let filter = |text: &str| Filter {
        filter: TopicFilter::new(text).unwrap(),
        qos: QoS::AtMostOnce,
        wide: false,
    };
    let mut first = profile();
    first.filters = vec![filter("a"), filter("b"), filter("c")];
    let mut second = profile();
    second.filters = vec![filter("a")];
    let mut link = Link::new(1);
    link.handle(Input::Connect(Box::new(first), identity()), NOW);
    let extra = TopicFilter::new("extra").unwrap();
    link.handle(Input::Subscribe(FilterId(70), extra, QoS::AtMostOnce), NOW);
    link.handle(Input::Connect(Box::new(second), identity()), NOW);
    link.handle(Input::SocketOpened, NOW);
    drain(&mut link);
    link.handle(Input::Bytes(vec![0x20, 2, 0, 0]), NOW);
    let subscribe = drain(&mut link)
        .into_iter()
        .find_map(|output| match output {
            Output::Send(bytes) => Some(bytes),
            _ => None,
        });
    let mut expected = vec![0x82, 14, 0, 1, 0, 1, b'a', 0, 0, 5];
    expected.extend_from_slice(b"extra\0");
    assert_eq!(subscribe, Some(expected));
}

/// 3.1.1: [MQTT-3.1.3-2]
#[test]
fn an_identifier_of_another_sessions_message_swallows_none() {
    let mut link = connected();
    let publish = vec![0x34, 5, 0, 1, b't', 0, 9];
    link.handle(Input::Bytes(publish.clone()), NOW);
    drain(&mut link);
    let other = Identity {
        client_id: "other".into(),
        session_exists: true,
        ephemeral: false,
        sessions: Sessions::default(),
        in_flight: Vec::new(),
    };
    link.handle(Input::Connect(Box::new(profile()), other), NOW);
    link.handle(Input::SocketOpened, NOW);
    link.handle(Input::Bytes(vec![0x20, 2, 1, 0]), NOW);
    link.handle(Input::Bytes(publish), NOW);
    let messages = drain(&mut link);
    assert!(
        messages
            .iter()
            .any(|output| matches!(output, Output::Message(..)))
    );
}
