//! A broker that does everything right.

use footfall::link::{DeliveryState, FilterId, Input, LinkState, Output, PublishId};
use footfall::mqtt::{Properties, PropertyBytes, Publish, QoS, TopicFilter, Version, Will};
use footfall::secret::Secret;
use footfall::settings::{Filter, Profile};

use crate::wire::{self, connack, is, publish};
use crate::world::{BOTH, World, ephemeral, new_identity, profile, seconds};

/// 3.1.1: [MQTT-6.0.0-3]
/// 5.0: [MQTT-6.0.0-3]
#[test]
fn the_first_output_opens_one_socket_with_one_subprotocol() {
    let mut world = World::new();
    let profile = profile(Version::V5);
    world.input(Input::Connect(Box::new(profile), new_identity()));
    let url = Secret::new("wss://broker.example/mqtt".to_owned());
    let open = Output::OpenSocket {
        url,
        subprotocol: "mqtt",
    };
    assert_eq!(world.outputs[1], open);
    assert_eq!(world.state, LinkState::Connecting { attempt: 1 });
}

/// 3.1.1: [MQTT-3.1.0-1]
#[test]
fn connect_is_written_when_the_socket_opens() {
    let world = World::greeting(profile(Version::V311), ephemeral());
    let mut expected = vec![0x10, 24, 0, 4];
    expected.extend_from_slice(b"MQTT");
    // Level 4; user name, a password, which is not known, and clean session; 20 seconds.
    expected.extend_from_slice(&[4, 0b1100_0010, 0, 20]);
    expected.extend(wire::text("wall"));
    expected.extend(wire::text("anna"));
    expected.extend(wire::text(""));
    assert_eq!(world.sent(), [expected]);
}

/// 5.0: [MQTT-3.1.0-1]
#[test]
fn connect_of_version_5_says_what_we_take() {
    let world = World::greeting(profile(Version::V5), new_identity());
    let mut expected = vec![0x10, 41, 0, 4];
    expected.extend_from_slice(b"MQTT");
    expected.extend_from_slice(&[5, 0b1100_0010, 0, 20, 16]);
    // Receive maximum 1,024; maximum packet size 4 MiB; topic alias maximum 64; session expiry 3,600 s.
    expected.extend_from_slice(&[33, 4, 0, 39, 0, 0x40, 0, 0, 34, 0, 64]);
    expected.extend_from_slice(&[17, 0, 0, 0x0E, 0x10]);
    expected.extend(wire::text("wall"));
    expected.extend(wire::text("anna"));
    expected.extend(wire::text(""));
    assert_eq!(world.sent(), [expected]);
}

#[test]
fn after_connack_the_filters_are_asked_for_and_the_answer_is_told() {
    for version in BOTH {
        let mut world = World::greeting(profile(version), ephemeral());
        world.outputs.clear();
        world.bytes(&connack(version, false, 0));
        let state = LinkState::Connected {
            version,
            resumed: false,
        };
        assert_eq!(world.states(), [state]);
        world.grant(version);
        let granted = (FilterId(0), Ok(QoS::AtLeastOnce));
        assert_eq!(world.subscriptions(), [granted]);
    }
}

/// 3.1.1: [MQTT-1.5.3-3]
/// 5.0: [MQTT-1.5.4-3]
#[test]
fn a_byte_order_mark_stays_in_its_text() {
    for version in BOTH {
        let mut world = World::connected(version, ephemeral());
        let topic = "\u{FEFF}a/\u{FEFF}";
        world.bytes(&publish(version, 0, topic, 0, b""));
        assert_eq!(world.messages()[0].0.topic, topic);
    }
}

/// 3.1.1: [MQTT-3.1.0-2]
/// 5.0: [MQTT-3.1.0-2], [MQTT-4.12.0-7]
#[test]
fn there_is_one_connect_a_connection_and_no_auth() {
    for version in BOTH {
        let mut world = World::greeting(profile(version), new_identity());
        world.answers_pings = true;
        world.bytes(&connack(version, false, 0));
        world.grant(version);
        world.publish("t", QoS::AtLeastOnce);
        world.input(Input::Hint(footfall::link::Hint::RetryNow));
        world.pass(seconds(3_600));
        let sent = world.sent();
        assert!(is(&sent[0], 1));
        assert!(
            sent[1..]
                .iter()
                .all(|packet| !is(packet, 1) && !is(packet, 15))
        );
        assert_eq!(world.sockets, 1);
    }
}

#[test]
fn a_message_comes_with_all_that_it_says() {
    for version in BOTH {
        let mut world = World::connected(version, ephemeral());
        world.bytes(&publish(version, 0b0001, "axis/1", 0, b"{}"));
        let (message, _) = world.messages().remove(0);
        assert_eq!(
            (message.topic.as_str(), &message.payload[..]),
            ("axis/1", &b"{}"[..])
        );
        assert_eq!(message.qos, QoS::AtMostOnce);
        assert!(message.retained && !message.duplicate && !message.maybe_repeated);
    }
}

/// 3.1.1: [MQTT-6.0.0-2]
/// 5.0: [MQTT-6.0.0-2]
#[test]
fn messages_that_come_with_connack_are_not_lost() {
    for version in BOTH {
        let mut world = World::greeting(profile(version), new_identity());
        let mut bytes = connack(version, false, 0);
        for number in 1..=100 {
            bytes.extend(publish(version, 0b0010, "queued", number, b"1"));
        }
        world.bytes(&bytes);
        assert_eq!(world.messages().len(), 100);
    }
}

#[test]
fn properties_of_version_5_are_read() {
    let mut world = World::connected(Version::V5, ephemeral());
    let mut body = wire::text("t");
    let mut properties = vec![2, 0, 0, 0, 60, 3];
    properties.extend(wire::text("application/json"));
    properties.push(38);
    properties.extend(wire::text("site"));
    properties.extend(wire::text("lobby"));
    body.push(u8::try_from(properties.len()).unwrap());
    body.extend(properties);
    body.extend_from_slice(b"payload");
    world.bytes(&wire::packet(0x30, &body));
    let (message, _) = world.messages().remove(0);
    assert_eq!(
        message.properties.content_type.as_deref(),
        Some("application/json")
    );
    assert_eq!(message.properties.message_expiry, Some(60));
    assert_eq!(
        message.properties.user_properties,
        [("site".into(), "lobby".into())]
    );
    assert_eq!(message.payload, b"payload");
}

#[test]
fn a_published_message_is_sent_and_acknowledged() {
    for version in BOTH {
        let mut world = World::connected(version, ephemeral());
        let id = world.publish("siren/set", QoS::AtLeastOnce);
        let sent = world.take_sent();
        assert!(is(&sent[0], 3));
        let number = u16::from_be_bytes([sent[0][13], sent[0][14]]);
        world.bytes(&wire::answer(0x40, number));
        let told: Vec<_> = world
            .outputs
            .iter()
            .filter(|output| matches!(output, Output::Delivery(..)))
            .collect();
        let expected = [
            Output::Delivery(id, DeliveryState::Sent),
            Output::Delivery(id, DeliveryState::Acknowledged),
        ];
        assert_eq!(told, expected.iter().collect::<Vec<_>>());
    }
}

/// 3.1.1: [MQTT-2.3.1-6], [MQTT-3.6.1-1], [MQTT-4.3.3-1]
/// 5.0: [MQTT-2.2.1-5], [MQTT-3.6.1-1], [MQTT-3.6.2-1], [MQTT-4.3.3-4]
#[test]
fn qos_2_goes_out_in_four_packets() {
    for version in BOTH {
        let mut world = World::connected(version, ephemeral());
        let id = world.publish("siren/set", QoS::ExactlyOnce);
        let sent = world.take_sent();
        let number = u16::from_be_bytes([sent[0][13], sent[0][14]]);
        world.bytes(&wire::answer(0x50, number));
        assert_eq!(world.take_sent(), [wire::answer(0x62, number)]);
        world.bytes(&wire::answer(0x70, number));
        let done = Output::Delivery(id, DeliveryState::Acknowledged);
        assert_eq!(world.outputs.last(), Some(&done));
    }
}

#[test]
fn a_message_that_nobody_has_subscribed_to_is_told_as_such() {
    let reason = |first: u8, number: u16, code: u8| {
        wire::packet(first, &[&number.to_be_bytes()[..], &[code]].concat())
    };
    for qos in [QoS::AtLeastOnce, QoS::ExactlyOnce] {
        let mut world = World::connected(Version::V5, ephemeral());
        let id = world.publish("siren/set", qos);
        let sent = world.take_sent();
        let number = u16::from_be_bytes([sent[0][13], sent[0][14]]);
        if qos == QoS::AtLeastOnce {
            world.bytes(&reason(0x40, number, 0x10));
        } else {
            world.bytes(&reason(0x50, number, 0x10));
            world.bytes(&wire::answer(0x70, number));
        }
        let done = Output::Delivery(id, DeliveryState::Unheard);
        assert_eq!(world.outputs.last(), Some(&done));
    }
}

#[test]
fn filters_come_and_go_while_connected() {
    for version in BOTH {
        let mut world = World::connected(version, ephemeral());
        let filter = TopicFilter::new("doors/+").unwrap();
        world.input(Input::Subscribe(FilterId(9), filter, QoS::AtMostOnce));
        assert!(is(&world.take_sent()[0], 8));
        world.input(Input::Unsubscribe(FilterId(9)));
        let sent = world.take_sent();
        assert!(is(&sent[0], 10));
        let codes: &[u8] = if version == Version::V5 { &[0, 0] } else { &[] };
        let mut body = wire::id_of(&sent[0]).to_be_bytes().to_vec();
        body.extend_from_slice(codes);
        world.bytes(&wire::packet(0xB0, &body));
        assert!(matches!(world.state, LinkState::Connected { .. }));
    }
}

#[test]
fn nine_filters_go_in_two_packets_where_the_broker_tells_no_identifiers() {
    let mut profile = profile(Version::V5);
    profile.filters = (0..9)
        .map(|number| footfall::settings::Filter {
            filter: TopicFilter::new(&format!("floor/{number}")).unwrap(),
            qos: QoS::AtMostOnce,
            wide: false,
        })
        .collect();
    let mut world = World::greeting(profile, ephemeral());
    world.take_sent();
    world.bytes(&wire::connack_with(Version::V5, false, 0, &[41, 0]));
    assert_eq!(world.take_sent().len(), 2);
}

/// 3.1.1: [MQTT-3.14.1-1], [MQTT-3.14.4-1], [MQTT-3.14.4-2]
/// 5.0: [MQTT-3.14.1-1], [MQTT-3.14.2-1], [MQTT-3.14.4-1], [MQTT-3.14.4-2]
#[test]
fn disconnect_says_goodbye_and_stays_away() {
    for version in BOTH {
        let mut world = World::connected(version, ephemeral());
        // An answer that would be due, and is not sent after DISCONNECT.
        world.bytes(&publish(version, 0b0010, "t", 7, b""));
        let token = world.messages()[0].1;
        world.input(Input::Disconnect);
        world.input(Input::Settled(token));
        let goodbye: &[u8] = match version {
            Version::V311 => &[0xE0, 0],
            Version::V5 => &[0xE0, 1, 0],
        };
        assert_eq!(world.sent(), [goodbye]);
        assert_eq!(world.state, LinkState::Idle);
        assert!(!world.socket_is_open);
        world.pass(seconds(3_600));
        assert_eq!(world.sockets, 1);
    }
}

#[test]
fn another_profile_takes_the_place_of_the_first() {
    let mut world = World::connected(Version::V5, ephemeral());
    let mut other = profile(Version::V5);
    other.url = "wss://other.example".into();
    other.filters.clear();
    world.input(Input::Connect(Box::new(other), ephemeral()));
    assert_eq!(world.state, LinkState::Connecting { attempt: 1 });
    world.input(Input::SocketOpened);
    world.take_sent();
    world.bytes(&connack(Version::V5, false, 0));
    assert_eq!(world.sent(), Vec::<Vec<u8>>::new());
}

/// One packet has one identifier for all of its filters, so each filter has a packet of its own.
#[test]
fn a_message_tells_by_which_subscriptions_it_came_where_the_broker_can() {
    for (properties, count) in [(&[][..], 2), (&[41, 1], 2), (&[41, 0], 1)] {
        let profile = Profile {
            filters: ["a/#", "+/b"].map(at_least_once).to_vec(),
            ..profile(Version::V5)
        };
        let mut world = World::greeting(profile, ephemeral());
        world.take_sent();
        world.bytes(&wire::connack_with(Version::V5, false, 0, properties));
        let sent = world.take_sent();
        assert_eq!(sent.len(), count, "{sent:02x?}");
        for (packet, identifier) in sent.iter().zip(1..) {
            let told = if count == 2 {
                vec![2, 11, identifier]
            } else {
                vec![0]
            };
            assert!(packet[4..].starts_with(&told), "{packet:02x?}");
        }
    }
    let mut world = World::connected(Version::V5, ephemeral());
    let body = [&wire::text("a/b")[..], &[4, 11, 2, 11, 1], b"!"].concat();
    world.bytes(&wire::packet(0x30, &body));
    let (message, _) = world.messages().pop().unwrap();
    assert_eq!(message.properties.subscription_identifiers, [2, 1]);
}

/// 5.0: [MQTT-4.3.3-7]
#[test]
fn what_was_sent_at_qos_2_is_sent_again_however_old_it_is() {
    let mut world = World::connected(Version::V5, new_identity());
    world.answers_pings = true;
    let properties = Properties {
        message_expiry: Some(1),
        ..Properties::default()
    };
    let publish = Publish {
        topic: "a".into(),
        payload: b"on".to_vec(),
        qos: QoS::ExactlyOnce,
        retain: false,
        properties: PropertyBytes::try_from(&properties).unwrap(),
    };
    world.input(Input::Publish(PublishId(1), publish));
    let first = world.take_sent().pop().unwrap();
    world.pass(seconds(60));
    world.lose(1006);
    world.until_next_socket();
    world.input(Input::SocketOpened);
    world.take_sent();
    world.bytes(&connack(Version::V5, true, 0));
    let again = world.take_sent();
    let again = again.iter().find(|packet| is(packet, 3)).unwrap();
    // DUP is all that is other.
    assert_eq!(again[0], first[0] | 8);
    assert_eq!(again[1..], first[1..]);
}

fn at_least_once(filter: &str) -> Filter {
    Filter {
        filter: TopicFilter::new(filter).unwrap(),
        qos: QoS::AtLeastOnce,
        wide: false,
    }
}

#[test]
fn only_who_may_publish_leaves_a_will() {
    for version in BOTH {
        for publishes in [false, true] {
            let will = Will {
                topic: "walls/1".into(),
                payload: b"off".to_vec(),
                qos: QoS::AtLeastOnce,
                retain: true,
                delay: 60,
            };
            let profile = Profile {
                will: Some(will),
                publishes,
                ..profile(version)
            };
            let world = World::greeting(profile, ephemeral());
            let connect = world.sent().pop().unwrap();
            // The will, its QoS, and that it is retained.
            let flags = if publishes { 0b0010_1100 } else { 0 };
            assert_eq!(connect[9] & 0b0011_1100, flags);
            let topic = wire::text("walls/1");
            let says = connect.windows(topic.len()).any(|part| part == topic);
            assert_eq!(says, publishes);
        }
    }
}
