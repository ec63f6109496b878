//! Answers to what is not known, and answers that must not wait.

use footfall::link::{FilterId, Input, LinkState};
use footfall::mqtt::{QoS, Version};

use crate::wire::{self, answer, connack_with, id_of_publish, is, publish, suback, unsuback};
use crate::world::{BOTH, World, ephemeral, new_identity, profile, seconds};

const QOS_1: u8 = 0b0010;
const QOS_2: u8 = 0b0100;
const DUP: u8 = 0b1000;

const PUBACK: u8 = 0x40;
const PUBREC: u8 = 0x50;
const PUBREL: u8 = 0x62;
const PUBCOMP: u8 = 0x70;

fn is_connected(world: &World) -> bool {
    matches!(world.state, LinkState::Connected { .. })
}

/// Settles all that came.
fn settle(world: &mut World) {
    for (_, token) in world.messages() {
        world.input(Input::Settled(token));
    }
}

/// The connection breaks, and comes back with the session.
fn resume(world: &mut World, version: Version, properties: &[u8]) {
    world.lose(1006);
    if !world.socket_is_open {
        world.until_next_socket();
    }
    world.outputs.clear();
    world.input(Input::SocketOpened);
    world.take_sent();
    world.bytes(&connack_with(version, true, 0, properties));
}

/// 3.1.1: [MQTT-2.3.1-7], [MQTT-3.8.4-2], [MQTT-3.10.4-4]
/// 5.0: [MQTT-2.2.1-6], [MQTT-3.8.4-2], [MQTT-3.10.4-5]
#[test]
fn answers_to_what_was_not_asked_are_counted_and_ignored() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.bytes(&answer(PUBACK, 77));
        world.bytes(&answer(PUBCOMP, 77));
        world.bytes(&suback(version, 77, &[0]));
        world.bytes(&unsuback(version, 77, &[0]));
        assert_eq!(world.link.strays(), 4);
        assert!(is_connected(&world));
        assert!(world.sent().is_empty() && world.subscriptions().is_empty());
    }
}

/// 3.1.1: [MQTT-4.3.3-1], [MQTT-4.3.3-2]
/// 5.0: [MQTT-3.6.2-1], [MQTT-3.7.2-1], [MQTT-4.3.3-4], [MQTT-4.3.3-11]
#[test]
fn pubrec_and_pubrel_of_what_is_unknown_are_answered_and_version_5_says_so() {
    for version in BOTH {
        for (asked, answered) in [(PUBREC, PUBREL), (PUBREL, PUBCOMP)] {
            let mut world = World::connected(version, new_identity());
            world.bytes(&answer(asked, 0x0102));
            let expected: &[u8] = match version {
                Version::V311 => &[answered, 2, 1, 2],
                Version::V5 => &[answered, 3, 1, 2, 0x92],
            };
            assert_eq!(world.sent(), [expected]);
            assert!(is_connected(&world));
        }
    }
}

/// 5.0: [MQTT-4.3.3-4]
#[test]
fn a_refusal_of_what_is_unknown_is_not_answered() {
    let mut world = World::connected(Version::V5, new_identity());
    world.bytes(&wire::packet(PUBREC, &[0, 77, 0x92]));
    assert!(world.sent().is_empty() && is_connected(&world));
    assert_eq!(world.link.strays(), 1);
}

/// 3.1.1: [MQTT-4.5.0-2]
/// 5.0: [MQTT-4.5.0-2]
#[test]
fn a_message_that_nobody_wants_is_acknowledged_too() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.input(Input::Unsubscribe(FilterId(0)));
        world.outputs.clear();
        world.bytes(&publish(version, QOS_1, "t", 7, b""));
        world.bytes(&publish(version, QOS_2, "t", 8, b""));
        settle(&mut world);
        assert_eq!(world.sent(), [answer(PUBACK, 7), answer(PUBREC, 8)]);
    }
}

/// 3.1.1: [MQTT-4.3.2-2]
/// 5.0: [MQTT-4.3.2-5]
#[test]
fn after_puback_its_identifier_is_that_of_a_new_message_whatever_dup_says() {
    for version in BOTH {
        for flags in [QOS_1, QOS_1 | DUP] {
            let mut world = World::connected(version, new_identity());
            world.bytes(&publish(version, QOS_1, "t", 7, b"one"));
            settle(&mut world);
            world.outputs.clear();
            world.bytes(&publish(version, flags, "t", 7, b"two"));
            assert_eq!(world.messages()[0].0.payload, b"two");
            settle(&mut world);
            assert_eq!(world.sent(), [answer(PUBACK, 7)]);
        }
    }
}

/// 5.0: [MQTT-4.3.3-13]
#[test]
fn a_message_with_an_expiry_is_answered_to_the_end() {
    let mut world = World::connected(Version::V5, new_identity());
    world.answers_pings = true;
    // QoS 2, a message expiry of one second.
    let body = [&wire::text("t")[..], &[0, 7, 5, 2, 0, 0, 0, 1]].concat();
    world.bytes(&wire::packet(0x34, &body));
    world.pass(seconds(60));
    world.take_sent();
    settle(&mut world);
    world.bytes(&answer(PUBREL, 7));
    assert_eq!(world.sent(), [answer(PUBREC, 7), answer(PUBCOMP, 7)]);
}

/// 3.1.1: [MQTT-3.9.3-1]
/// 5.0: [MQTT-3.9.3-1]
#[test]
fn the_codes_of_suback_are_those_of_the_filters_in_their_order() {
    for version in BOTH {
        let mut profile = profile(version);
        let mut filter = profile.filters[0].clone();
        filter.filter = footfall::mqtt::TopicFilter::new("other").unwrap();
        profile.filters.push(filter);
        let mut world = World::greeting(profile, ephemeral());
        // Without subscription identifiers, for which each filter has a packet of its own.
        world.bytes(&wire::connack_with(version, false, 0, &[41, 0]));
        let subscribe = world.take_sent().pop().unwrap();
        world.bytes(&suback(version, wire::id_of(&subscribe), &[0x80, 1]));
        let answers = [
            (FilterId(0), Err(0x80)),
            (FilterId(1), Ok(QoS::AtLeastOnce)),
        ];
        assert_eq!(world.subscriptions(), answers);
    }
}

/// 3.1.1: [MQTT-4.6.0-4]
/// 5.0: [MQTT-4.6.0-4]
#[test]
fn pubrel_packets_leave_in_the_order_in_which_pubrec_came() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        for _ in 0..3 {
            world.publish("t", QoS::ExactlyOnce);
        }
        let ids: Vec<_> = world
            .take_sent()
            .iter()
            .map(|it| id_of_publish(it))
            .collect();
        let order = [ids[2], ids[0], ids[1]];
        world.bytes(&order.map(|id| answer(PUBREC, id)).concat());
        assert_eq!(world.sent(), order.map(|id| answer(PUBREL, id)));
    }
}

/// 5.0: [MQTT-3.3.4-8], [MQTT-4.9.0-3]
#[test]
fn nothing_but_publish_waits_for_the_window_of_the_broker() {
    let version = Version::V5;
    let mut world = World::connected(version, new_identity());
    for _ in 0..3 {
        world.publish("t", QoS::ExactlyOnce);
    }
    let ids: Vec<_> = world
        .take_sent()
        .iter()
        .map(|it| id_of_publish(it))
        .collect();
    world.bytes(&answer(PUBREC, ids[2]));
    world.take_sent();
    // Receive maximum 1: the first message fills it, the second waits, and PUBREL of the third does not.
    resume(&mut world, version, &[33, 0, 1]);
    let sent = world.take_sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(id_of_publish(&sent[0]), ids[0]);
    assert_eq!(sent[1], answer(PUBREL, ids[2]));
    // Nor do answers and requests.
    world.bytes(&publish(version, QOS_1, "t", 7, b""));
    settle(&mut world);
    world.input(Input::Unsubscribe(FilterId(0)));
    let sent = world.take_sent();
    assert_eq!(sent[0], answer(PUBACK, 7));
    assert!(is(&sent[1], 10));
}

/// 3.1.1: [MQTT-3.3.1-3], [MQTT-4.3.2-1], [MQTT-4.3.3-1]
/// 5.0: [MQTT-3.3.1-3], [MQTT-4.3.2-1], [MQTT-4.3.2-2], [MQTT-4.3.3-1], [MQTT-4.3.3-2]
#[test]
fn each_new_message_is_first_sent_without_dup_and_with_an_identifier_of_its_own() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        // What came with DUP makes no difference.
        world.bytes(&publish(version, QOS_1 | DUP, "t", 7, b""));
        for qos in [QoS::AtLeastOnce, QoS::ExactlyOnce, QoS::ExactlyOnce] {
            world.publish("t", qos);
        }
        let sent = world.take_sent();
        let flags: Vec<_> = sent.iter().map(|packet| packet[0] & 0x0F).collect();
        assert_eq!(flags, [QOS_1, QOS_2, QOS_2]);
        let mut ids: Vec<_> = sent.iter().map(|it| id_of_publish(it)).collect();
        ids.dedup();
        assert_eq!(ids.len(), 3);
    }
}

/// 3.1.1: [MQTT-4.4.0-1]
/// 5.0: [MQTT-4.4.0-1]
#[test]
fn what_is_not_acknowledged_is_not_sent_again_on_the_same_connection() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.answers_pings = true;
        world.publish("t", QoS::AtLeastOnce);
        world.publish("t", QoS::ExactlyOnce);
        world.take_sent();
        world.pass(seconds(3_600));
        // Nothing but PINGREQ.
        assert!(world.sent().iter().all(|packet| is(packet, 12)));
    }
}
