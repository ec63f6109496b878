//! Whatever comes, in whatever pieces: no panic, no unbounded memory, the same outputs.

use std::time::Duration;

use footfall::link::{DeliveryToken, FilterId, Hint, Input, LinkState, PublishId, SocketError};
use footfall::mqtt::{Publish, QoS, TopicFilter, Version};
use footfall::settings::Profile;
use proptest::prelude::*;

use crate::bytes::{self, same_however_cut};
use crate::wire::{self, answer, connack, publish, suback};
use crate::world::{World, auto, new_identity, profile, seconds};
use crate::{corpus, session};

fn version() -> impl Strategy<Value = Version> {
    prop_oneof![Just(Version::V311), Just(Version::V5)]
}

/// Packets that a broker may send once it accepted us, and some that it may not.
fn packets(version: Version) -> impl Strategy<Value = Vec<u8>> {
    let packet = prop_oneof![
        12 => (flags(), "[a-c/]{1,5}", 1..5_u16, prop::collection::vec(any::<u8>(), 0..40)).prop_map(
            move |(flags, topic, id, payload)| {
                let id = if flags & 0b0110 == 0 { 0 } else { id };
                publish(version, flags, &topic, id, &payload)
            }
        ),
        4 => (prop::sample::select(vec![0x40, 0x50, 0x62, 0x70_u8]), 1..5_u16)
            .prop_map(|(first, id)| answer(first, id)),
        1 => Just(suback(version, 1, &[1])),
        1 => Just(wire::PINGRESP.to_vec()),
        1 => (any::<u8>(), prop::collection::vec(any::<u8>(), 0..20))
            .prop_map(|(first, body)| wire::packet(first, &body)),
    ];
    prop::collection::vec(packet, 0..20).prop_map(|packets| packets.concat())
}

/// Those of PUBLISH, nearly always allowed ones.
fn flags() -> impl Strategy<Value = u8> {
    prop_oneof![
        20 => prop::sample::select(vec![0, 1, 0b0010, 0b0011, 0b0100, 0b1010, 0b1100]),
        1 => 0..16_u8,
    ]
}

/// Settles everything that came, newest first.
fn settle_all(world: &mut World) {
    for (_, token) in world.messages().into_iter().rev() {
        world.input(Input::Settled(token));
    }
}

#[test]
fn what_was_found_or_kept_by_the_fuzzer_holds() {
    corpus::each("bytes", bytes::check);
    corpus::each("session", session::check);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// 3.1.1: [MQTT-6.0.0-2]
    /// 5.0: [MQTT-6.0.0-2]
    #[test]
    fn bytes_cut_anywhere_give_the_same_outputs(
        (version, stream) in version().prop_flat_map(|version| (Just(version), packets(version))),
        session_present: bool,
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let mut bytes = connack(version, session_present, 0);
        bytes.extend(stream);
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.index(bytes.len())).collect();
        cuts.sort_unstable();
        same_however_cut(version, &bytes, &cuts);
    }

    #[test]
    fn any_bytes_before_connack_never_panic(
        version in version(),
        chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 1..4),
    ) {
        let mut world = World::greeting(profile(version), new_identity());
        for chunk in chunks {
            world.bytes(&chunk);
        }
        let is_well = !matches!(world.state, LinkState::Idle | LinkState::Stopped { .. });
        prop_assert!(is_well);
    }

    #[test]
    fn any_bytes_after_connack_never_panic(
        version in version(),
        first in prop::sample::select(vec![0x30, 0x32, 0x34, 0x40, 0x50, 0x62, 0x70, 0x90, 0xB0, 0xD0, 0xE0_u8]),
        body in prop::collection::vec(any::<u8>(), 0..80),
        rest in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let mut world = World::connected(version, new_identity());
        let mut bytes = wire::packet(first, &body);
        bytes.extend(rest);
        world.bytes(&bytes);
        settle_all(&mut world);
    }

    #[test]
    fn any_properties_never_panic(
        first in prop::sample::select(vec![0x30, 0x40, 0x90, 0xB0, 0xE0, 0x20_u8]),
        properties in prop::collection::vec(property(), 0..5),
    ) {
        let properties = properties.concat();
        let mut body = match first {
            0x20 => vec![0, 0],
            0x30 => wire::text("t"),
            0x40 => vec![0, 1, 0],
            0xE0 => vec![0x87],
            _ => vec![0, 1],
        };
        body.push(u8::try_from(properties.len().min(127)).unwrap());
        body.extend(properties);
        let mut world = if first == 0x20 {
            World::greeting(profile(Version::V5), new_identity())
        } else {
            World::connected(Version::V5, new_identity())
        };
        world.bytes(&wire::packet(first, &body));
    }

    #[test]
    fn any_inputs_in_any_order_never_panic_and_never_leave_a_socket_behind(
        inputs in prop::collection::vec((input(), late()), 1..60),
    ) {
        let mut world = World::new();
        let connect = Input::Connect(Box::new(auto()), new_identity());
        world.input(connect);
        for (step, late) in inputs {
            // The shell's part of the contract: sockets tell only while they are there.
            let of_a_socket = matches!(
                step,
                Input::SocketOpened | Input::Bytes(_) | Input::TextFrame
            );
            match step {
                Input::SocketClosed { .. } | Input::SocketFailed(_) => {
                    if !world.socket_is_open {
                        continue;
                    }
                    world.socket_is_open = false;
                }
                _ if of_a_socket && !world.socket_is_open => continue,
                _ => {}
            }
            world.be_late(late);
            world.input(step);
            world.pass(seconds(3));
        }
        world.input(Input::Disconnect);
        prop_assert!(!world.socket_is_open);
        prop_assert_eq!(&world.state, &LinkState::Idle);
    }
}

/// By how much a timer comes late, if at all.
fn late() -> impl Strategy<Value = Duration> {
    prop_oneof![4 => Just(0), 1 => 1..100_000_u64].prop_map(Duration::from_millis)
}

fn property() -> impl Strategy<Value = Vec<u8>> {
    (0..45_u8, prop::collection::vec(any::<u8>(), 0..12)).prop_map(|(id, mut value)| {
        value.insert(0, id);
        // Half of them with a length that fits.
        if value.len() > 2 && value.len() % 2 == 0 {
            value[1] = 0;
            value[2] = u8::try_from(value.len() - 3).unwrap();
        }
        value
    })
}

fn input() -> impl Strategy<Value = Input> {
    let filter = |text: &str| TopicFilter::new(text).unwrap();
    let bytes = version().prop_flat_map(packets);
    let greeted = (
        version(),
        any::<bool>(),
        prop::sample::select(vec![0, 0, 0, 1, 4, 5, 0x84, 0x86]),
    )
        .prop_map(|(version, present, code)| connack(version, present, code));
    prop_oneof![
        4 => Just(Input::SocketOpened),
        4 => greeted.prop_map(Input::Bytes),
        4 => bytes.prop_map(Input::Bytes),
        1 => prop::collection::vec(any::<u8>(), 0..9).prop_map(Input::Bytes),
        1 => Just(Input::TextFrame),
        1 => Just(Input::SocketClosed { code: 1006, clean: false }),
        1 => Just(Input::SocketFailed(SocketError::BeforeOpen)),
        1 => Just(Input::TimerFired),
        1 => (0..3_u32, 0..3_u8).prop_map(move |(id, qos)| {
            Input::Subscribe(FilterId(id), filter("a/b"), QoS::from_number(qos).unwrap())
        }),
        1 => any::<bool>().prop_map(|is_asked| Input::Renew(Box::new(Profile {
            authentication: is_asked.then(|| "SCRAM-SHA-256".to_owned()),
            ..auto()
        }))),
        1 => (0..3_u32).prop_map(|id| Input::Unsubscribe(FilterId(id))),
        2 => (0..3_u8, "[a+]{0,2}").prop_map(|(qos, topic)| Input::Publish(PublishId(1), Publish {
            topic,
            payload: vec![1],
            qos: QoS::from_number(qos).unwrap(),
            retain: false,
            properties: Default::default(),
        })),
        4 => (0..40_u64).prop_map(|token| Input::Settled(DeliveryToken(token))),
        1 => prop::sample::select(vec![Hint::Online, Hint::Visible, Hint::RetryNow]).prop_map(Input::Hint),
        1 => Just(Input::Connect(Box::new(auto()), new_identity())),
    ]
}
