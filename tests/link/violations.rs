//! A broker that breaks the standard: each time the link says so and leaves.

use footfall::link::{Fault, FilterId, Input, LinkState, Output, Violation};
use footfall::mqtt::QoS;
use footfall::mqtt::Version::{self, V5, V311};

use Violation::{Malformed, ReceiveMaximum, TextFrame, TooLarge, TopicAlias, Unexpected};

use crate::wire::{self, answer, connack, packet, publish, suback, text, unsuback};
use crate::world::{BOTH, World, new_identity, profile, seconds};

const PUBREC: u8 = 0x50;
const PUBREL: u8 = 0x62;
const PUBCOMP: u8 = 0x70;

/// PUBLISH of version 5 with these properties.
fn publish_with(properties: &[u8]) -> Vec<u8> {
    let mut body = text("t");
    body.push(u8::try_from(properties.len()).unwrap());
    body.extend_from_slice(properties);
    packet(0x30, &body)
}

/// Feeds the bytes to a connected link, which must leave because of them.
#[track_caller]
fn breaks(version: Version, bytes: &[u8], expected: Violation) {
    breaks_in(
        World::connected(version, new_identity()),
        version,
        bytes,
        expected,
    );
}

#[track_caller]
fn breaks_in(mut world: World, version: Version, bytes: &[u8], expected: Violation) {
    world.outputs.clear();
    world.bytes(bytes);
    let position = |wanted: fn(&Output) -> bool| world.outputs.iter().position(wanted);
    let state = world.states().into_iter().next();
    let Some(LinkState::Waiting { fault, .. }) = state else {
        panic!("{version:?} {bytes:02x?} was taken: {:?}", world.outputs);
    };
    assert_eq!(fault, Fault::Protocol(expected), "{version:?} {bytes:02x?}");
    let closed = position(|output| matches!(output, Output::CloseSocket)).unwrap();
    let said = position(|output| matches!(output, Output::Send(_)));
    match version {
        V5 => {
            assert!(said.unwrap() < closed, "says why before it closes");
            let goodbye = world.sent().pop().unwrap();
            assert_eq!(goodbye, [0xE0, 1, expected.reason_code()]);
        }
        V311 => assert_eq!(said, None),
    }
}

/// Feeds the bytes to a link that waits for CONNACK.
#[track_caller]
fn breaks_before_connack(version: Version, bytes: &[u8], expected: Violation) {
    let mut world = World::greeting(profile(version), new_identity());
    world.outputs.clear();
    world.bytes(bytes);
    assert!(world.outputs.contains(&Output::CloseSocket));
    assert!(world.sent().is_empty());
    let LinkState::Waiting { fault, .. } = &world.states()[0] else {
        panic!("{:?}", world.outputs);
    };
    assert_eq!(*fault, Fault::Protocol(expected), "{bytes:02x?}");
}

/// 3.1.1: [MQTT-4.8.0-1]
/// 5.0: [MQTT-3.2.0-2], [MQTT-4.13.1-1]
#[test]
fn a_second_connack_breaks_the_standard() {
    for version in BOTH {
        breaks(version, &connack(version, false, 0), Unexpected);
    }
}

/// 3.1.1: [MQTT-3.2.0-1]
/// 5.0: [MQTT-3.2.0-1], [MQTT-3.14.0-1]
#[test]
fn anything_before_connack_breaks_the_standard() {
    for version in BOTH {
        breaks_before_connack(version, &publish(version, 0, "t", 0, b""), Unexpected);
        breaks_before_connack(version, &suback(version, 1, &[0]), Unexpected);
        breaks_before_connack(version, &wire::PINGRESP, Unexpected);
        breaks_before_connack(version, &answer(0x40, 1), Unexpected);
    }
    breaks_before_connack(V5, &[0xE0, 0], Unexpected);
}

/// 3.1.1: [MQTT-4.8.0-1]
/// 5.0: [MQTT-4.12.0-6]
#[test]
fn what_only_a_client_sends_breaks_the_standard() {
    for version in BOTH {
        for first in [0x10, 0x82, 0xA2, 0xC0] {
            breaks(version, &[first, 0], Unexpected);
            breaks_before_connack(version, &[first, 0], Unexpected);
        }
    }
    breaks(V311, &[0xE0, 0], Unexpected);
    breaks(V5, &[0xF0, 0], Unexpected);
}

/// 3.1.1: [MQTT-2.2.2-2], [MQTT-3.6.1-1]
/// 5.0: [MQTT-2.1.3-1], [MQTT-3.6.1-1], [MQTT-3.14.1-1], [MQTT-3.15.1-1], [MQTT-4.13.1-1]
#[test]
fn reserved_types_and_flags_are_malformed() {
    for version in BOTH {
        for first in [0x00, 0x21, 0x48, 0x5F, 0x60, 0x66, 0x71, 0x92, 0xB1, 0xD8] {
            breaks(version, &[first, 0], Malformed);
        }
    }
    breaks(V311, &[0xF0, 0], Malformed);
    breaks(V5, &[0xE1, 0], Malformed);
    breaks(V5, &[0xF1, 0], Malformed);
}

/// 3.1.1: [MQTT-2.2.2-2]
/// 5.0: [MQTT-3.2.2-1]
#[test]
fn a_connack_with_reserved_flags_is_malformed() {
    breaks_before_connack(V311, &[0x20, 2, 2, 0], Malformed);
    breaks_before_connack(V5, &[0x20, 3, 0x80, 0, 0], Malformed);
}

#[test]
fn a_connack_of_the_wrong_length_is_malformed() {
    for bytes in [&[0x20, 0][..], &[0x20, 1, 0], &[0x20, 3, 0, 0, 0]] {
        breaks_before_connack(V311, bytes, Malformed);
    }
    for bytes in [
        &[0x20, 0][..],
        &[0x20, 1, 0],
        &[0x20, 2, 0, 0],
        // A property length that is too long, and one that is too short.
        &[0x20, 3, 0, 0, 1],
        &[0x20, 4, 0, 0, 0, 0],
    ] {
        breaks_before_connack(V5, bytes, Malformed);
    }
}

/// 3.1.1: [MQTT-3.3.1-2], [MQTT-3.3.1-4]
/// 5.0: [MQTT-3.3.1-2], [MQTT-3.3.1-4]
#[test]
fn qos_3_and_dup_at_qos_0_are_malformed() {
    for version in BOTH {
        for flags in [0b0110, 0b0111, 0b1110, 0b1000, 0b1001] {
            breaks(version, &publish(version, flags, "t", 1, b""), Malformed);
        }
    }
}

/// 3.1.1: [MQTT-2.3.1-4]
/// 5.0: [MQTT-2.2.1-4]
#[test]
fn packet_identifier_0_is_malformed() {
    for version in BOTH {
        let mut body = text("t");
        body.extend_from_slice(&[0, 0, 0]);
        breaks(version, &packet(0x32, &body), Malformed);
        for first in [0x40, 0x50, PUBREL, 0x70] {
            breaks(version, &answer(first, 0), Malformed);
        }
        breaks(version, &suback(version, 0, &[0]), Malformed);
    }
}

/// 3.1.1: [MQTT-1.5.3-1], [MQTT-1.5.3-2]
/// 5.0: [MQTT-1.5.4-1], [MQTT-1.5.4-2]
#[test]
fn text_that_is_no_text_is_malformed() {
    let topics: [&[u8]; 5] = [b"\xFF", b"a\xC0\x80", b"\xED\xA0\x80", b"a\0b", b"\xE2\x82"];
    for version in BOTH {
        for topic in topics {
            let mut body = vec![0, u8::try_from(topic.len()).unwrap()];
            body.extend_from_slice(topic);
            body.push(0);
            breaks(version, &packet(0x30, &body), Malformed);
        }
    }
}

/// 3.1.1: [MQTT-3.3.2-2], [MQTT-4.7.1-1], [MQTT-4.7.3-1]
/// 5.0: [MQTT-3.3.2-2], [MQTT-4.7.0-1], [MQTT-4.7.3-1]
#[test]
fn a_topic_name_with_wildcards_or_without_characters_breaks_the_standard() {
    for version in BOTH {
        for topic in ["#", "a/+/b", "a/#", "a+"] {
            breaks(version, &publish(version, 0, topic, 0, b"x"), Malformed);
        }
        // Version 5 calls it a protocol error: an alias could have stood for it.
        breaks(version, &publish(version, 0, "", 0, b"x"), Unexpected);
    }
}

/// 3.1.1: [MQTT-4.8.0-1]
/// 5.0: [MQTT-2.2.2-1]
#[test]
fn a_publish_that_ends_too_soon_is_malformed() {
    for version in BOTH {
        for body in [&[][..], &[0], &[0, 5, b'a'], &[0, 1]] {
            breaks(version, &packet(0x30, body), Malformed);
        }
        breaks(version, &packet(0x32, &[0, 1, b't', 0]), Malformed);
    }
    // Version 5 has a property length, also if there are none.
    breaks(V5, &packet(0x30, &[0, 1, b't']), Malformed);
}

/// 5.0: [MQTT-3.3.2-14], [MQTT-3.14.2-2], [MQTT-4.13.1-1]
#[test]
fn properties_that_do_not_belong_there_break_the_standard() {
    // Receive maximum and a method of authentication, which only other packets have: malformed by section 2.2.2.2.
    breaks(V5, &publish_with(&[33, 0, 1]), Malformed);
    breaks(V5, &publish_with(&[21, 0, 1, b'm']), Malformed);
    // A subscription identifier 0; a message expiry twice.
    breaks(V5, &publish_with(&[11, 0]), Unexpected);
    breaks(
        V5,
        &publish_with(&[2, 0, 0, 0, 1, 2, 0, 0, 0, 1]),
        Unexpected,
    );
    // An unknown one; one that is cut off; a payload format that does not exist; U+0000; wildcards in a response topic.
    breaks(V5, &publish_with(&[4, 0]), Malformed);
    breaks(V5, &publish_with(&[2, 0, 0]), Malformed);
    breaks(V5, &publish_with(&[1, 2]), Malformed);
    breaks(V5, &publish_with(&[3, 0, 1, 0]), Malformed);
    breaks(V5, &publish_with(&[8, 0, 1, b'#']), Malformed);
    // A length that is longer than it need be.
    breaks(V5, &packet(0x30, &[0, 1, b't', 0x80, 0]), Malformed);
    // The session's expiry in DISCONNECT [MQTT-3.14.2-2].
    breaks(V5, &[0xE0, 7, 0, 5, 17, 0, 0, 0, 1], Unexpected);
}

#[test]
fn a_large_picture_that_3_1_1_cannot_refuse_beforehand_does_not_end_the_link() {
    let mut world = World::connected(V311, new_identity());
    world.outputs.clear();
    let mut body = text("camera/picture");
    body.resize(5 * 1024 * 1024, 0);
    world.bytes(&packet(0x30, &body));
    let mut outputs = world.outputs.iter();
    assert!(outputs.any(|output| matches!(output, Output::Message(..))));
}

#[test]
fn megabytes_of_properties_are_too_large() {
    let properties = [38, 0, 0, 0, 0].repeat(200_000);
    let mut body = text("t");
    body.extend_from_slice(&[0xC0, 0x84, 0x3D]);
    body.extend(properties);
    breaks(V5, &packet(0x30, &body), TooLarge);
}

/// 5.0: [MQTT-3.1.2-24]
#[test]
fn a_packet_larger_than_agreed_is_refused_by_its_first_bytes() {
    for version in BOTH {
        breaks(version, &[0x30, 0xFF, 0xFF, 0xFF, 0x7F], TooLarge);
        // 4 MiB and a byte; exactly 4 MiB is still taken. 3.1.1 cannot agree on anything, so 64 MiB are.
        match version {
            V5 => breaks(version, &[0x30, 0xFC, 0xFF, 0xFF, 0x01], TooLarge),
            V311 => breaks(version, &[0x30, 0xFC, 0xFF, 0xFF, 0x1F], TooLarge),
        }
        let mut world = World::connected(version, new_identity());
        world.bytes(&[0x30, 0xFB, 0xFF, 0xFF, 0x01]);
        assert!(matches!(world.state, LinkState::Connected { .. }));
        breaks_before_connack(version, &[0x20, 0xFF, 0xFF, 0xFF, 0x7F], TooLarge);
    }
}

/// 3.1.1: [MQTT-4.8.0-1]
/// 5.0: [MQTT-1.5.5-1]
#[test]
fn a_remaining_length_that_never_ends_is_malformed() {
    for version in BOTH {
        breaks(version, &[0x30, 0x80, 0x80, 0x80, 0x80], Malformed);
    }
    breaks(V5, &[0xD0, 0x80, 0], Malformed);
}

#[test]
fn bytes_after_the_end_of_a_packet_are_malformed() {
    for version in BOTH {
        breaks(version, &[0xD0, 1, 0], Malformed);
    }
    breaks(V311, &packet(0x40, &[0, 1, 0]), Malformed);
    breaks(V311, &packet(0xB0, &[0, 1, 0]), Malformed);
    breaks(V5, &packet(0x40, &[0, 1, 0, 0, 0]), Malformed);
}

/// 3.1.1: [MQTT-2.3.1-7]
/// 5.0: [MQTT-2.2.1-6]
#[test]
fn an_answer_of_the_wrong_kind_breaks_the_standard() {
    for version in BOTH {
        // UNSUBACK for SUBSCRIBE, and SUBACK for UNSUBSCRIBE.
        let mut world = World::greeting(profile(version), new_identity());
        world.bytes(&connack(version, false, 0));
        let subscribe = wire::id_of(&world.sent().pop().unwrap());
        breaks_in(
            world,
            version,
            &unsuback(version, subscribe, &[0]),
            Unexpected,
        );
        let mut world = World::connected(version, new_identity());
        world.input(Input::Unsubscribe(FilterId(0)));
        let unsubscribe = wire::id_of(&world.take_sent()[0]);
        breaks_in(
            world,
            version,
            &suback(version, unsubscribe, &[0]),
            Unexpected,
        );
        // PUBREC and PUBCOMP for QoS 1; PUBCOMP before PUBREC.
        for (qos, first) in [
            (QoS::AtLeastOnce, PUBREC),
            (QoS::AtLeastOnce, PUBCOMP),
            (QoS::ExactlyOnce, PUBCOMP),
        ] {
            let mut world = World::connected(version, new_identity());
            world.publish("t", qos);
            let id = wire::id_of_publish(&world.take_sent()[0]);
            breaks_in(world, version, &answer(first, id), Unexpected);
        }
    }
}

/// 5.0: [MQTT-3.11.3-1]
#[test]
fn an_unsuback_must_answer_each_filter() {
    for codes in [&[][..], &[0, 0]] {
        let mut world = World::connected(V5, new_identity());
        world.input(Input::Unsubscribe(FilterId(0)));
        let id = wire::id_of(&world.take_sent()[0]);
        breaks_in(world, V5, &unsuback(V5, id, codes), Malformed);
    }
}

/// 5.0: [MQTT-1.5.7-1], [MQTT-3.3.2-13], [MQTT-3.3.2-19]
#[test]
fn texts_of_properties_that_are_no_text_are_malformed() {
    // User property, its name and its value; response topic; content type; each no UTF-8, and with U+0000.
    for bad in [0xFF, 0] {
        for properties in [
            &[38, 0, 1, bad, 0, 1, b'v'][..],
            &[38, 0, 1, b'k', 0, 1, bad],
            &[8, 0, 1, bad],
            &[3, 0, 1, bad],
        ] {
            breaks(V5, &publish_with(properties), Malformed);
        }
    }
}

/// 5.0: [MQTT-4.12.0-6]
#[test]
fn a_method_of_authentication_that_nobody_named_breaks_the_standard() {
    let properties = [21, 0, 1, b'm'];
    let bytes = wire::connack_with(V5, false, 0, &properties);
    breaks_before_connack(V5, &bytes, Unexpected);
}

/// 5.0: [MQTT-3.1.2-26], [MQTT-3.3.2-8], [MQTT-3.3.2-11]
#[test]
fn a_topic_alias_that_was_not_agreed_on_breaks_the_standard() {
    for alias in [0, 65, 0xFFFF_u16] {
        let [high, low] = alias.to_be_bytes();
        breaks(V5, &publish_with(&[35, high, low]), TopicAlias);
    }
    // One that stands for nothing yet.
    breaks(V5, &packet(0x30, &[0, 0, 3, 35, 0, 1]), Unexpected);
}

/// 5.0: [MQTT-3.3.4-9]
#[test]
fn more_messages_at_once_than_agreed_break_the_standard() {
    let at_once = |version, number: u16| -> Vec<u8> {
        (1..=number)
            .flat_map(|id| publish(version, if id % 2 == 0 { 2 } else { 4 }, "t", id, b""))
            .collect()
    };
    breaks(V5, &at_once(V5, 1_025), ReceiveMaximum);
    // As many as agreed; 3.1.1 agrees on nothing.
    for (version, number) in [(V5, 1_024), (V311, 1_025)] {
        let mut world = World::connected(version, new_identity());
        world.bytes(&at_once(version, number));
        assert_eq!(world.messages().len(), usize::from(number));
    }
}

/// 3.1.1: [MQTT-3.8.4-5], [MQTT-3.9.3-2]
/// 5.0: [MQTT-3.8.4-6], [MQTT-3.8.4-7], [MQTT-3.9.3-2]
#[test]
fn a_suback_must_answer_each_filter_with_a_code_that_exists() {
    for version in BOTH {
        for codes in [&[][..], &[0, 0], &[3], &[0x7F]] {
            let mut world = World::greeting(profile(version), new_identity());
            world.bytes(&connack(version, false, 0));
            let subscribe = world.sent().pop().unwrap();
            let bytes = suback(version, wire::id_of(&subscribe), codes);
            breaks_in(world, version, &bytes, Malformed);
        }
    }
    let mut world = World::greeting(profile(V311), new_identity());
    world.bytes(&connack(V311, false, 0));
    let subscribe = world.sent().pop().unwrap();
    let bytes = suback(V311, wire::id_of(&subscribe), &[0x87]);
    breaks_in(world, V311, &bytes, Malformed);
}

/// 3.1.1: [MQTT-2.3.1-4]
/// 5.0: [MQTT-2.2.1-4]
#[test]
fn one_identifier_for_two_messages_breaks_the_standard() {
    for version in BOTH {
        for (first, second) in [(0b0010, 0b0100), (0b0100, 0b0010)] {
            let mut world = World::connected(version, new_identity());
            world.bytes(&publish(version, first, "t", 9, b""));
            breaks_in(
                world,
                version,
                &publish(version, second, "t", 9, b""),
                Unexpected,
            );
        }
    }
}

#[test]
fn a_release_before_it_was_received_breaks_the_standard() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.bytes(&publish(version, 0b0100, "t", 9, b""));
        breaks_in(world, version, &answer(PUBREL, 9), Unexpected);
    }
}

/// 3.1.1: [MQTT-6.0.0-1]
/// 5.0: [MQTT-6.0.0-1]
#[test]
fn a_text_frame_breaks_the_standard() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.input(Input::TextFrame);
        let states = world.states();
        assert!(matches!(
            states[0],
            LinkState::Waiting {
                fault: Fault::Protocol(TextFrame),
                ..
            }
        ));
    }
}

/// 3.1.1: [MQTT-4.8.0-1]
/// 5.0: [MQTT-4.13.1-1]
#[test]
fn what_came_before_the_violation_is_delivered_and_what_came_after_is_not() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        let mut bytes = publish(version, 0, "before", 0, b"");
        bytes.extend_from_slice(&[0xD0, 1, 0]);
        bytes.extend(publish(version, 0, "after", 0, b""));
        world.bytes(&bytes);
        let topics: Vec<_> = world.messages().into_iter().map(|(m, _)| m.topic).collect();
        assert_eq!(topics, ["before"]);
    }
}

#[test]
fn after_a_violation_the_link_comes_back() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        world.bytes(&[0xFF]);
        if !world.socket_is_open {
            assert!(world.until_next_socket() <= seconds(1));
        }
        world.input(Input::SocketOpened);
        world.bytes(&connack(version, false, 0));
        assert!(matches!(world.state, LinkState::Connected { .. }));
    }
}

#[test]
fn answers_to_what_is_long_done_are_no_violation() {
    for version in BOTH {
        let mut world = World::connected(version, new_identity());
        for first in [0x40, 0x50, 0x70] {
            world.bytes(&answer(first, 500));
        }
        world.bytes(&wire::PINGRESP);
        world.publish("t", QoS::AtLeastOnce);
        assert!(matches!(world.state, LinkState::Connected { .. }));
    }
}
