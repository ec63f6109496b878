//! What outlives a connection, and what must not.

use footfall::link::{
    DeliveryState, DeliveryToken, Fault, FilterId, Identity, Input, LinkState, Output, PublishId,
    Sessions,
};
use footfall::mqtt::{QoS, TopicFilter, Version};

use crate::wire::{self, answer, connack, connack_with, is, publish, suback};
use crate::world::{BOTH, World, ephemeral, new_identity, profile, seconds};

const QOS_1: u8 = 0b0010;
const QOS_2: u8 = 0b0100;
const DUP: u8 = 0b1000;

const PUBACK: u8 = 0x40;
const PUBREC: u8 = 0x50;
const PUBREL: u8 = 0x62;
const PUBCOMP: u8 = 0x70;

/// Who comes back after a reload of the page.
fn known_identity() -> Identity {
    Identity {
        session_exists: true,
        sessions: Sessions {
            held: ["wss://broker.example/mqtt".into()].into(),
            ..Sessions::default()
        },
        ..new_identity()
    }
}

/// The connection breaks, and comes back with or without the session.
fn reconnect(world: &mut World, version: Version, session_present: bool) {
    world.lose(1006);
    if !world.socket_is_open {
        world.until_next_socket();
    }
    world.outputs.clear();
    world.input(Input::SocketOpened);
    world.bytes(&connack(version, session_present, 0));
}

/// An answer to an identifier that we do not know (any more).
fn unknown(version: Version, first: u8, id: u16) -> Vec<u8> {
    match version {
        Version::V311 => answer(first, id),
        Version::V5 => [&[first, 3][..], &id.to_be_bytes(), &[0x92]].concat(),
    }
}

fn settle(world: &mut World, token: DeliveryToken) {
    world.input(Input::Settled(token));
}

fn tokens(world: &World) -> Vec<DeliveryToken> {
    world
        .messages()
        .into_iter()
        .map(|(_, token)| token)
        .collect()
}

/// Whether the last CONNECT was clean.
fn was_clean(world: &World) -> bool {
    let sent = world.sent();
    let connect = sent.iter().rfind(|packet| is(packet, 1)).unwrap();
    connect[9] & 0b10 != 0
}

fn deliveries(world: &World) -> Vec<(PublishId, DeliveryState)> {
    let delivery = |output: &Output| match output {
        Output::Delivery(id, state) => Some((*id, *state)),
        _ => None,
    };
    world.outputs.iter().filter_map(delivery).collect()
}

/// 3.1.1: [MQTT-4.3.2-2]
/// 5.0: [MQTT-4.3.2-4]
#[test]
fn an_acknowledgement_waits_until_the_message_is_kept() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.bytes(&publish(version, QOS_1, "t", 7, b""));
        world.pass(seconds(5));
        assert!(world.sent().is_empty());
        let token = tokens(&world)[0];
        settle(&mut world, token);
        assert_eq!(world.take_sent(), [answer(PUBACK, 7)]);
        settle(&mut world, token);
        assert!(world.sent().is_empty(), "settled twice, acknowledged once");
    }
}

/// 3.1.1: [MQTT-2.3.1-6], [MQTT-3.3.4-1], [MQTT-4.6.0-2], [MQTT-4.6.0-3]
/// 5.0: [MQTT-2.2.1-5], [MQTT-3.3.4-1], [MQTT-3.4.2-1], [MQTT-3.5.2-1], [MQTT-4.6.0-2], [MQTT-4.6.0-3]
#[test]
fn acknowledgements_leave_in_the_order_of_arrival_however_they_are_settled() {
    for version in BOTH {
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
            let mut world = World::connected(version, new_identity());
            let flags = [QOS_1, QOS_2, 0, QOS_1];
            let ids = [30, 20, 0, 10];
            for (flags, id) in flags.into_iter().zip(ids) {
                world.bytes(&publish(version, flags, "t", id, b""));
            }
            let tokens = tokens(&world);
            for index in order {
                settle(&mut world, tokens[index]);
            }
            let expected = [answer(PUBACK, 30), answer(PUBREC, 20), answer(PUBACK, 10)];
            assert_eq!(world.sent(), expected, "{order:?}");
        }
    }
}

#[test]
fn what_is_answered_while_a_chunk_is_read_goes_out_in_one_frame() {
    let mut world = World::connected(Version::V311, new_identity());
    let chunk: Vec<u8> = (1..=500)
        .flat_map(|id| publish(Version::V311, QOS_1, "t", id, b""))
        .collect();
    let now = footfall::time::Now {
        wall: footfall::time::Timestamp::from_millis(0),
        monotonic: world.at,
    };
    world.link.handle(Input::Bytes(chunk), now);
    let mut frames = Vec::new();
    while let Some(output) = world.link.poll_output() {
        match output {
            Output::Message(_, token) => world.link.handle(Input::Settled(token), now),
            Output::Send(bytes) => frames.push(bytes.len()),
            _ => {}
        }
    }
    assert_eq!(frames, [4 * 500]);
}

/// 3.1.1: [MQTT-4.1.0-1], [MQTT-4.3.3-2]
/// 5.0: [MQTT-3.1.2-23], [MQTT-3.7.2-1], [MQTT-4.1.0-1], [MQTT-4.3.3-8], [MQTT-4.3.3-10], [MQTT-4.3.3-11], [MQTT-4.3.3-12]
#[test]
fn qos_2_is_delivered_exactly_once() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.bytes(&publish(version, QOS_2, "t", 5, b"one"));
        let token = tokens(&world)[0];
        settle(&mut world, token);
        assert_eq!(world.take_sent(), [answer(PUBREC, 5)]);
        // PUBREC was lost: it comes again, and only its answer is repeated.
        reconnect(&mut world, version, true);
        world.take_sent();
        world.bytes(&publish(version, QOS_2 | DUP, "t", 5, b"one"));
        assert_eq!(world.take_sent(), [answer(PUBREC, 5)]);
        world.bytes(&answer(PUBREL, 5));
        assert_eq!(world.take_sent(), [answer(PUBCOMP, 5)]);
        world.bytes(&answer(PUBREL, 5));
        assert_eq!(world.take_sent(), [unknown(version, PUBCOMP, 5)]);
        assert!(world.messages().is_empty());
        // The identifier is free again.
        world.bytes(&publish(version, QOS_2, "t", 5, b"two"));
        assert_eq!(world.messages().len(), 1);
    }
}

#[test]
fn a_qos_2_message_that_is_not_kept_yet_is_not_answered_when_it_comes_again() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.bytes(&publish(version, QOS_2, "t", 5, b""));
        let token = tokens(&world)[0];
        reconnect(&mut world, version, true);
        world.take_sent();
        world.bytes(&publish(version, QOS_2 | DUP, "t", 5, b""));
        assert!(world.messages().is_empty() && world.sent().is_empty());
        settle(&mut world, token);
        assert_eq!(world.sent(), [answer(PUBREC, 5)]);
    }
}

/// 5.0: [MQTT-3.2.2-5]
#[test]
fn a_lost_session_forgets_the_identifiers_of_qos_2() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.bytes(&publish(version, QOS_2, "t", 5, b"old"));
        let token = tokens(&world)[0];
        reconnect(&mut world, version, false);
        world.take_sent();
        world.bytes(&publish(version, QOS_2, "t", 5, b"new"));
        assert_eq!(world.messages()[0].0.payload, b"new");
        settle(&mut world, token);
        assert!(world.sent().is_empty(), "the old token settles nothing");
    }
}

#[test]
fn tokens_of_a_former_connection_acknowledge_nothing() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.bytes(&publish(version, QOS_1, "t", 1, b"old"));
        let old = tokens(&world)[0];
        reconnect(&mut world, version, true);
        world.take_sent();
        world.bytes(&publish(version, QOS_1, "t", 1, b"other"));
        settle(&mut world, old);
        assert!(world.sent().is_empty());
        let new = tokens(&world)[0];
        settle(&mut world, new);
        assert_eq!(world.sent(), [answer(PUBACK, 1)]);
    }
}

#[test]
fn a_message_that_is_repeated_before_its_answer_is_delivered_once() {
    for version in BOTH {
        for flags in [QOS_1, QOS_2] {
            let mut world = World::connected(version, new_identity());
            world.bytes(&publish(version, flags, "t", 1, b""));
            world.bytes(&publish(version, flags | DUP, "t", 1, b""));
            assert_eq!(world.messages().len(), 1);
            let token = tokens(&world)[0];
            settle(&mut world, token);
            assert_eq!(world.sent().len(), 1);
        }
    }
}

#[test]
fn the_first_deliveries_of_a_resumed_session_may_be_repetitions() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.bytes(&publish(version, QOS_1, "t", 1, b""));
        assert!(!world.messages()[0].0.maybe_repeated);
        reconnect(&mut world, version, true);
        for id in 1..=1_030 {
            world.bytes(&publish(version, QOS_1, "t", id, b""));
            let token = tokens(&world).pop().unwrap();
            settle(&mut world, token);
            world.bytes(&publish(version, 0, "t", 0, b""));
        }
        let (sure, unsure): (Vec<_>, Vec<_>) = world
            .messages()
            .into_iter()
            .partition(|(m, _)| !m.maybe_repeated);
        assert_eq!(unsure.len(), 1_024);
        assert_eq!(sure.len(), 6 + 1_030);
    }
}

#[test]
fn more_under_way_than_agreed_is_taken_and_answered() {
    let mut world = World::connected(Version::V5, new_identity());
    reconnect(&mut world, Version::V5, true);
    for id in 1..=3_000 {
        world.bytes(&publish(Version::V5, QOS_1, "t", id, b""));
    }
    let tokens = tokens(&world);
    assert_eq!(tokens.len(), 3_000);
    world.take_sent();
    for token in tokens {
        settle(&mut world, token);
    }
    let answered: usize = world.take_sent().iter().map(Vec::len).sum();
    assert_eq!(answered, 3_000 * 4, "a PUBACK of four bytes for each");
}

#[test]
fn a_minute_after_a_resume_only_dup_makes_a_message_unsure() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.answers_pings = true;
        reconnect(&mut world, version, true);
        world.pass(seconds(60));
        world.bytes(&publish(version, QOS_1, "t", 1, b""));
        world.bytes(&publish(version, QOS_1 | DUP, "t", 2, b""));
        let unsure: Vec<_> = world
            .messages()
            .iter()
            .map(|(m, _)| m.maybe_repeated)
            .collect();
        assert_eq!(unsure, [false, true]);
    }
}

/// 3.1.1: [MQTT-2.3.1-3], [MQTT-3.1.2-4], [MQTT-3.3.1-1], [MQTT-4.1.0-1], [MQTT-4.3.2-1], [MQTT-4.3.3-1]
/// 3.1.1: [MQTT-4.4.0-1], [MQTT-4.6.0-1]
/// 5.0: [MQTT-3.1.2-23], [MQTT-3.3.1-1], [MQTT-4.3.2-3], [MQTT-4.3.3-3], [MQTT-4.3.3-5], [MQTT-4.3.3-6]
/// 5.0: [MQTT-4.4.0-1], [MQTT-4.6.0-1]
#[test]
fn after_a_resume_unacknowledged_messages_of_ours_go_out_again_in_order() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.publish("a", QoS::AtLeastOnce);
        world.publish("b", QoS::ExactlyOnce);
        world.publish("c", QoS::AtLeastOnce);
        let sent = world.take_sent();
        let id_of = |packet: &Vec<u8>| u16::from_be_bytes([packet[5], packet[6]]);
        world.bytes(&answer(PUBREC, id_of(&sent[1])));
        world.take_sent();
        reconnect(&mut world, version, true);
        let again = world.take_sent();
        let expected: Vec<Vec<u8>> = vec![
            with_dup(&sent[0]),
            answer(PUBREL, id_of(&sent[1])),
            with_dup(&sent[2]),
        ];
        assert_eq!(again[1..], expected);
        assert!(deliveries(&world).is_empty(), "sent is told once");
    }
}

fn with_dup(packet: &[u8]) -> Vec<u8> {
    let mut packet = packet.to_vec();
    packet[0] |= DUP;
    packet
}

/// 3.1.1: [MQTT-3.3.1-3]
/// 5.0: [MQTT-3.2.2-5], [MQTT-3.3.1-3]
#[test]
fn after_a_lost_session_qos_1_is_published_anew_and_qos_2_is_left_to_its_sender() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.publish("a", QoS::AtLeastOnce);
        let twice = world.publish("b", QoS::ExactlyOnce);
        reconnect(&mut world, version, false);
        let sent = world.take_sent();
        let publications: Vec<_> = sent.iter().filter(|packet| is(packet, 3)).collect();
        assert_eq!(publications.len(), 1);
        assert_eq!(publications[0][0] & DUP, 0);
        let refused = (twice, DeliveryState::Refused(0x92));
        assert!(deliveries(&world).contains(&refused));
    }
}

#[test]
fn messages_of_ours_wait_for_a_connection_unless_they_may_be_lost() {
    for version in BOTH {
        let mut world = World::new();
        let lost = world.publish("a", QoS::AtMostOnce);
        let kept = world.publish("b", QoS::AtLeastOnce);
        assert_eq!(deliveries(&world), [(lost, DeliveryState::Refused(0x88))]);
        let profile = Box::new(profile(version));
        world.input(Input::Connect(profile, new_identity()));
        world.input(Input::SocketOpened);
        world.bytes(&connack(version, false, 0));
        assert_eq!(deliveries(&world)[1], (kept, DeliveryState::Sent));
    }
}

#[test]
fn what_waits_is_bounded() {
    let mut world = World::new();
    for _ in 0..300 {
        world.publish("a", QoS::AtLeastOnce);
    }
    assert_eq!(deliveries(&world).len(), 300 - 256);
}

/// 5.0: [MQTT-3.3.4-7], [MQTT-4.9.0-1], [MQTT-4.9.0-2]
#[test]
fn the_window_of_the_broker_is_kept() {
    let mut world = World::greeting(profile(Version::V5), new_identity());
    // Receive maximum 2.
    world.bytes(&connack_with(Version::V5, false, 0, &[33, 0, 2]));
    world.take_sent();
    for _ in 0..5 {
        world.publish("a", QoS::AtLeastOnce);
    }
    let sent = world.take_sent();
    assert_eq!(sent.len(), 2);
    world.bytes(&answer(
        PUBACK,
        u16::from_be_bytes([sent[0][5], sent[0][6]]),
    ));
    assert_eq!(world.take_sent().len(), 1);
}

/// 5.0: [MQTT-3.2.2-11], [MQTT-3.2.2-14], [MQTT-3.2.2-15]
#[test]
fn the_limits_of_the_broker_are_kept() {
    let mut world = World::greeting(profile(Version::V5), new_identity());
    // Maximum QoS 0, no retain, packets up to 64 bytes.
    let limits = [36, 0, 37, 0, 39, 0, 0, 0, 64];
    world.bytes(&connack_with(Version::V5, false, 0, &limits));
    world.outputs.clear();
    let lowered = world.publish("a", QoS::AtLeastOnce);
    assert_eq!(world.take_sent()[0][0], 0x30);
    let large = world.publish(&"x".repeat(64), QoS::AtMostOnce);
    let retained = PublishId(99);
    let publish = footfall::mqtt::Publish {
        topic: "a".into(),
        payload: Vec::new(),
        qos: QoS::AtMostOnce,
        retain: true,
        properties: Default::default(),
    };
    world.input(Input::Publish(retained, publish));
    assert!(world.sent().is_empty());
    let expected = [
        (lowered, DeliveryState::Sent),
        (large, DeliveryState::Refused(0x95)),
        (retained, DeliveryState::Refused(0x9A)),
    ];
    assert_eq!(deliveries(&world), expected);
}

/// 3.1.1: [MQTT-3.3.2-2], [MQTT-4.7.1-1], [MQTT-4.7.3-1], [MQTT-4.7.3-2]
/// 5.0: [MQTT-3.3.2-2], [MQTT-4.7.0-1], [MQTT-4.7.3-1], [MQTT-4.7.3-2]
#[test]
fn a_topic_with_wildcards_is_never_published() {
    let mut world = World::connected(Version::V5, new_identity());
    for topic in ["", "a/+", "#", "a\0"] {
        let id = world.publish(topic, QoS::AtMostOnce);
        let refused = (id, DeliveryState::Refused(0x90));
        assert_eq!(deliveries(&world).last(), Some(&refused));
    }
    assert!(world.sent().is_empty());
}

#[test]
fn rabbitmq_answers_qos_2_with_puback_and_that_is_an_answer() {
    let mut world = World::connected(Version::V311, new_identity());
    let id = world.publish("a", QoS::ExactlyOnce);
    let sent = world.take_sent();
    world.bytes(&answer(
        PUBACK,
        u16::from_be_bytes([sent[0][5], sent[0][6]]),
    ));
    let acknowledged = (id, DeliveryState::Acknowledged);
    assert_eq!(deliveries(&world).last(), Some(&acknowledged));
}

/// 5.0: [MQTT-4.4.0-2]
#[test]
fn a_refused_publication_is_told_and_not_sent_again() {
    let mut world = World::connected(Version::V5, new_identity());
    for (qos, first) in [(QoS::AtLeastOnce, PUBACK), (QoS::ExactlyOnce, PUBREC)] {
        let id = world.publish("a", qos);
        let sent = world.take_sent();
        world.bytes(&wire::packet(first, &[sent[0][5], sent[0][6], 0x87]));
        let refused = (id, DeliveryState::Refused(0x87));
        assert_eq!(deliveries(&world).last(), Some(&refused));
        reconnect(&mut world, Version::V5, true);
        let sent = world.take_sent();
        assert!(sent.iter().all(|packet| !is(packet, 3) && !is(packet, 6)));
    }
}

#[test]
fn the_identity_is_remembered_once_a_session_lasts() {
    for version in BOTH {
        let mut world = World::greeting(profile(version), new_identity());
        assert_eq!(was_clean(&world), version == Version::V5);
        assert!(world.remembered.is_empty());
        world.bytes(&connack(version, false, 0));
        assert_eq!(world.remembered, [known_identity()]);
        reconnect(&mut world, version, true);
        assert!(!was_clean(&world));
        assert_eq!(world.remembered.len(), 1, "told once");
    }
}

/// 3.1.1: [MQTT-3.1.3-7]
#[test]
fn without_a_client_identifier_the_session_is_clean() {
    let mut nobody = new_identity();
    nobody.client_id.clear();
    let world = World::greeting(profile(Version::V311), nobody);
    assert!(was_clean(&world));
}

/// 3.1.1: [MQTT-3.1.2-6]
/// 5.0: [MQTT-3.1.2-4]
#[test]
fn a_clean_start_uses_nothing_of_a_former_session() {
    for version in BOTH {
        let mut world = World::connected(version, ephemeral());
        world.bytes(&publish(version, QOS_2, "t", 5, b"old"));
        world.publish("a", QoS::ExactlyOnce);
        world.publish("b", QoS::AtLeastOnce);
        reconnect(&mut world, version, false);
        assert!(was_clean(&world));
        let sent = world.take_sent();
        let again: Vec<_> = sent.iter().filter(|packet| is(packet, 3)).collect();
        // Of what we publish only what the former session may not have told, and as new.
        assert_eq!(again.len(), 1);
        assert_eq!(again[0][0] & DUP, 0);
        world.bytes(&publish(version, QOS_2, "t", 5, b"new"));
        assert_eq!(world.messages()[0].0.payload, b"new");
    }
}

/// 5.0: [MQTT-3.1.3-2]
#[test]
fn another_client_identifier_has_a_session_of_its_own() {
    let version = Version::V5;
    let mut world = World::connected(version, new_identity());
    world.bytes(&publish(version, QOS_2, "t", 5, b"old"));
    let other = Identity {
        client_id: "other".into(),
        ..known_identity()
    };
    world.input(Input::Connect(Box::new(profile(version)), other));
    world.input(Input::SocketOpened);
    world.outputs.clear();
    world.bytes(&connack(version, true, 0));
    world.bytes(&publish(version, QOS_2, "t", 5, b"new"));
    assert_eq!(world.messages()[0].0.payload, b"new");
}

#[test]
fn a_broker_that_keeps_no_session_is_believed() {
    let mut world = World::greeting(profile(Version::V5), known_identity());
    // Session expiry 0.
    world.bytes(&connack_with(Version::V5, false, 0, &[17, 0, 0, 0, 0]));
    assert_eq!(world.remembered, [new_identity()]);
}

#[test]
fn a_client_identifier_that_the_broker_made_is_ours_from_then_on() {
    let mut nobody = new_identity();
    nobody.client_id.clear();
    let mut world = World::greeting(profile(Version::V5), nobody);
    let mut properties = vec![18];
    properties.extend(wire::text("given"));
    world.bytes(&connack_with(Version::V5, false, 0, &properties));
    let expected = Identity {
        client_id: "given".into(),
        ..known_identity()
    };
    assert_eq!(world.remembered, [expected]);
}

#[test]
fn who_is_ephemeral_starts_clean_and_leaves_nothing() {
    for version in BOTH {
        let mut world = World::greeting(profile(version), ephemeral());
        assert!(was_clean(&world));
        world.bytes(&connack(version, false, 0));
        reconnect(&mut world, version, false);
        assert!(was_clean(&world));
        assert!(world.remembered.is_empty());
    }
}

/// 3.1.1: [MQTT-3.1.2-4]
/// 5.0: [MQTT-3.1.2-23]
#[test]
fn after_a_reload_the_session_goes_on_and_all_filters_are_asked_for() {
    for version in BOTH {
        let mut world = World::greeting(profile(version), known_identity());
        assert!(!was_clean(&world));
        world.bytes(&connack(version, true, 0));
        let state = LinkState::Connected {
            version,
            resumed: true,
        };
        assert_eq!(world.state, state);
        assert!(is(world.sent().last().unwrap(), 8));
    }
}

/// The next run of the page, let in where the session goes on: what it sends.
fn after_reload(world: &World, version: Version) -> (World, Vec<Vec<u8>>) {
    let identity = world.remembered.last().unwrap().clone();
    let mut next = World::with_seed(99);
    next.input(Input::Connect(Box::new(profile(version)), identity));
    next.input(Input::SocketOpened);
    next.take_sent();
    next.bytes(&connack(version, true, 0));
    let sent = next.take_sent();
    (next, sent)
}

/// 3.1.1: [MQTT-4.1.0-1], [MQTT-4.4.0-1]
/// 5.0: [MQTT-4.1.0-1], [MQTT-4.4.0-1]
#[test]
fn after_a_reload_what_was_under_way_is_sent_again_and_answered() {
    for version in BOTH {
        for (qos, answers) in [
            (QoS::AtLeastOnce, &[PUBACK][..]),
            (QoS::ExactlyOnce, &[PUBREC, PUBCOMP]),
        ] {
            let mut world = World::connected(version, new_identity());
            world.publish("t", qos);
            let first = world.take_sent().pop().unwrap();
            let id = u16::from_be_bytes([first[5], first[6]]);
            let (mut next, sent) = after_reload(&world, version);
            assert_eq!(sent[0][0], first[0] | 8, "a duplicate");
            assert_eq!(sent[0][1..], first[1..]);
            // A new message has another identifier.
            next.publish("t", qos);
            assert_ne!(next.take_sent()[0][5..7], first[5..7]);
            for first in answers {
                next.bytes(&answer(*first, id));
            }
            let (_, left) = next.remembered.last().unwrap().in_flight.split_at(1);
            assert_eq!(wire::packets(left).len(), 1, "{left:02x?}");
        }
    }
}

/// 3.1.1: [MQTT-4.3.3-1]
/// 5.0: [MQTT-4.3.3-5], [MQTT-4.3.3-6]
#[test]
fn a_message_that_a_broker_received_is_not_sent_again_after_a_reload() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.publish("t", QoS::ExactlyOnce);
        let first = world.take_sent().pop().unwrap();
        let id = u16::from_be_bytes([first[5], first[6]]);
        world.keeps = false;
        world.bytes(&answer(PUBREC, id));
        assert!(world.sent().is_empty(), "not before it is kept");
        let (mut next, sent) = after_reload(&world, version);
        assert_eq!(sent[0], answer(PUBREL, id));
        // As long as the broker has not said that it has it.
        reconnect(&mut next, version, true);
        assert!(next.take_sent().contains(&answer(PUBREL, id)));
        next.bytes(&answer(PUBCOMP, id));
        assert_eq!(next.link.strays(), 0);
        reconnect(&mut next, version, true);
        assert!(next.take_sent().iter().all(|packet| !is(packet, 6)));
        // Nor after a reconnect.
        reconnect(&mut world, version, true);
        assert!(
            world
                .sent()
                .iter()
                .all(|packet| !is(packet, 3) && !is(packet, 6))
        );
        world.input(Input::Remembered);
        assert_eq!(world.take_sent().pop(), Some(answer(PUBREL, id)));
        world.bytes(&answer(PUBCOMP, id));
        assert_eq!(world.remembered.last().unwrap().in_flight, [0; 0]);
    }
}

#[test]
fn what_a_broker_received_is_released_though_it_takes_no_more_of_that_quality() {
    let mut world = World::connected(Version::V5, new_identity());
    world.publish("t", QoS::ExactlyOnce);
    let first = world.take_sent().pop().unwrap();
    let id = u16::from_be_bytes([first[5], first[6]]);
    world.bytes(&answer(PUBREC, id));
    const MAXIMUM_QOS: u8 = 0x24;
    for _ in 0..2 {
        world.lose(1006);
        world.until_next_socket();
        world.take_sent();
        world.input(Input::SocketOpened);
        world.bytes(&connack_with(Version::V5, true, 0, &[MAXIMUM_QOS, 0]));
        assert!(world.take_sent().contains(&answer(PUBREL, id)));
        // It may say once more that it has it.
        world.bytes(&answer(PUBREC, id));
        assert!(world.take_sent().contains(&answer(PUBREL, id)));
        assert!(world.socket_is_open);
    }
    assert!(
        deliveries(&world)
            .iter()
            .all(|(_, state)| *state != DeliveryState::Acknowledged)
    );
    world.bytes(&answer(PUBCOMP, id));
    assert!(
        deliveries(&world)
            .iter()
            .any(|(_, state)| *state == DeliveryState::Acknowledged)
    );
}

#[test]
fn what_nobody_waits_for_is_sent_again_only_in_the_same_session() {
    for version in BOTH {
        for goes_on in [true, false] {
            let mut world = World::connected(version, new_identity());
            let id = world.publish("t", QoS::AtLeastOnce);
            world.input(Input::Withdraw(id));
            reconnect(&mut world, version, goes_on);
            let sent = world.take_sent();
            assert_eq!(sent.iter().any(|packet| is(packet, 3)), goes_on);
        }
        let mut world = World::connected(version, new_identity());
        world.lose(1006);
        let id = world.publish("t", QoS::AtLeastOnce);
        world.input(Input::Withdraw(id));
        world.until_next_socket();
        world.input(Input::SocketOpened);
        world.bytes(&connack(version, true, 0));
        assert!(world.sent().iter().all(|packet| !is(packet, 3)));
    }
}

#[test]
fn a_message_that_a_broker_always_closes_at_is_refused_and_the_link_lives() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        let id = world.publish("t", QoS::ExactlyOnce);
        for _ in 0..2 {
            let sent = world.take_sent();
            assert!(sent.iter().any(|packet| is(packet, 3)), "it is sent again");
            reconnect(&mut world, version, true);
            assert!(deliveries(&world).is_empty());
        }
        world.lose(1002);
        assert_eq!(deliveries(&world), [(id, DeliveryState::Refused(0x83))]);
        reconnect(&mut world, version, true);
        assert!(world.sent().iter().all(|packet| !is(packet, 3)));
    }
}

#[test]
fn a_message_outlives_any_number_of_lost_connections_that_had_lasted() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.answers_pings = true;
        world.publish("t", QoS::ExactlyOnce);
        for _ in 0..10 {
            let sent = world.take_sent();
            assert!(sent.iter().any(|packet| is(packet, 3)), "it is sent again");
            world.pass(seconds(11));
            reconnect(&mut world, version, true);
        }
        // Not even if a few that had not come between them.
        for _ in 0..3 {
            for _ in 0..2 {
                reconnect(&mut world, version, true);
            }
            world.pass(seconds(11));
            reconnect(&mut world, version, true);
        }
        assert!(deliveries(&world).is_empty());
    }
}

#[test]
fn after_a_resume_granted_filters_are_not_asked_for_again() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        let filter = TopicFilter::new("lost/while/away").unwrap();
        world.input(Input::Subscribe(FilterId(5), filter, QoS::AtMostOnce));
        world.grant(version);
        reconnect(&mut world, version, true);
        let sent = world.take_sent();
        let subscribes: Vec<_> = sent.iter().filter(|packet| is(packet, 8)).collect();
        // Only the one of QoS 0, whose messages nobody kept.
        assert_eq!(subscribes.len(), 1);
        assert!(subscribes[0].ends_with(b"away\0"));
        reconnect(&mut world, version, false);
        let sent = world.take_sent();
        let asked = sent.iter().filter(|packet| is(packet, 8));
        let asked: usize = asked.map(Vec::len).sum();
        assert!(asked > subscribes[0].len(), "now both");
    }
}

#[test]
fn what_was_unsubscribed_while_away_is_unsubscribed_after_a_resume() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.lose(1006);
        world.input(Input::Unsubscribe(FilterId(0)));
        if !world.socket_is_open {
            world.until_next_socket();
        }
        world.input(Input::SocketOpened);
        world.take_sent();
        world.bytes(&connack(version, true, 0));
        let sent = world.take_sent();
        assert_eq!(sent.len(), 1);
        assert!(is(&sent[0], 10));
    }
}

#[test]
fn filters_that_are_too_long_together_are_unsubscribed_one_by_one() {
    let mut world = World::greeting(profile(Version::V5), new_identity());
    // Packets up to 64 bytes.
    let limits = [39, 0, 0, 0, 64];
    world.bytes(&connack_with(Version::V5, false, 0, &limits));
    for id in 1..=3 {
        let filter = TopicFilter::new(&format!("{}/{id}", "x".repeat(40))).unwrap();
        world.input(Input::Subscribe(FilterId(id), filter, QoS::AtLeastOnce));
    }
    world.lose(1006);
    for id in 1..=3 {
        world.input(Input::Unsubscribe(FilterId(id)));
    }
    world.until_next_socket();
    world.input(Input::SocketOpened);
    world.take_sent();
    world.bytes(&connack_with(Version::V5, true, 0, &limits));
    let sent = world.take_sent();
    assert_eq!(sent.iter().filter(|packet| is(packet, 10)).count(), 3);
}

#[test]
fn an_unsubscribe_whose_answer_was_lost_is_repeated_after_a_resume() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.input(Input::Unsubscribe(FilterId(0)));
        let first = world.take_sent().pop().unwrap();
        reconnect(&mut world, version, true);
        let again = world.take_sent().pop().unwrap();
        assert!(is(&again, 10));
        assert_eq!(again[4..], first[4..]);
    }
}

#[test]
fn a_refused_filter_is_told_and_asked_for_again_where_that_may_help() {
    for version in BOTH {
        let mut world = World::greeting(profile(version), ephemeral());
        world.answers_pings = true;
        world.bytes(&connack(version, false, 0));
        let first = world.take_sent().pop().unwrap();
        world.bytes(&suback(version, wire::id_of(&first), &[0x80]));
        assert_eq!(world.subscriptions(), [(FilterId(0), Err(0x80))]);
        world.pass(seconds(5));
        world.grant(version);
        let granted = (FilterId(0), Ok(QoS::AtLeastOnce));
        assert_eq!(world.subscriptions()[1], granted);
    }
}

#[test]
fn a_filter_that_is_not_allowed_is_asked_for_again_and_one_that_cannot_be_is_not() {
    for (code, is_asked) in [(0x87, true), (0x8F, false)] {
        let mut world = World::greeting(profile(Version::V5), ephemeral());
        world.answers_pings = true;
        world.bytes(&connack(Version::V5, false, 0));
        let first = world.take_sent().pop().unwrap();
        world.bytes(&suback(Version::V5, wire::id_of(&first), &[code]));
        world.pass(seconds(3_600));
        let sent = world.sent();
        assert_eq!(sent.iter().any(|packet| is(packet, 8)), is_asked);
    }
}

#[test]
fn a_subscribe_that_is_never_answered_is_repeated_ever_less_often() {
    for version in BOTH {
        let mut world = World::greeting(profile(version), ephemeral());
        world.answers_pings = true;
        world.bytes(&connack(version, false, 0));
        world.pass(seconds(3_600));
        let sent = world.sent();
        let asked = sent.iter().filter(|packet| is(packet, 8)).count();
        assert!((5..=20).contains(&asked), "{asked}");
    }
}

/// 5.0: [MQTT-3.2.2-2], [MQTT-3.2.2-4]
#[test]
fn an_unknown_session_in_version_5_is_left_at_once_and_begun_clean() {
    // The broker breaks the standard: we asked for a clean start.
    let mut world = World::greeting(profile(Version::V5), new_identity());
    world.outputs.clear();
    world.bytes(&connack(Version::V5, true, 0));
    let states = world.states();
    assert!(matches!(
        &states[0],
        LinkState::Waiting {
            fault: Fault::SessionMismatch,
            retry_at,
        } if *retry_at == world.at
    ));
    assert_eq!(world.sockets, 2);
    // Again and again: with backoff.
    for _ in 0..10 {
        world.input(Input::SocketOpened);
        assert!(was_clean(&world));
        world.outputs.clear();
        world.bytes(&connack(Version::V5, true, 0));
        if !world.socket_is_open {
            assert!(world.until_next_socket() <= seconds(30));
        }
    }
}

/// 3.1.1: [MQTT-3.2.2-1]
#[test]
fn an_unknown_session_in_3_1_1_is_cleared_and_begun_anew() {
    let mut world = World::greeting(profile(Version::V311), new_identity());
    assert!(!was_clean(&world));
    world.bytes(&connack(Version::V311, true, 0));
    world.input(Input::SocketOpened);
    assert!(was_clean(&world));
    world.take_sent();
    world.bytes(&connack(Version::V311, false, 0));
    assert_eq!(world.take_sent(), [[0xE0, 0]]);
    assert!(world.remembered.is_empty());
    assert_eq!(world.sockets, 3);
    world.input(Input::SocketOpened);
    assert!(!was_clean(&world));
    world.bytes(&connack(Version::V311, false, 0));
    let state = LinkState::Connected {
        version: Version::V311,
        resumed: false,
    };
    assert_eq!(world.state, state);
    assert_eq!(world.remembered, [known_identity()]);
}
