//! Brokers that do not speak version 5, each in its own way.

use footfall::link::{Fault, Input, LinkState, Output};
use footfall::mqtt::Version;

use crate::wire::{connack, is, packet};
use crate::world::{World, auto, ephemeral, profile, seconds};

/// The protocol level of the last CONNECT.
fn level(world: &World) -> u8 {
    let sent = world.sent();
    let connect = sent.iter().rfind(|packet| is(packet, 1)).unwrap();
    connect[8]
}

/// Connects again until the broker was asked in 3.1.1, which it then accepts.
fn accept_in_3_1_1(world: &mut World) {
    world.input(Input::SocketOpened);
    assert_eq!(level(world), 4);
    world.bytes(&connack(Version::V311, false, 0));
    assert!(matches!(
        world.state,
        LinkState::Connected {
            version: Version::V311,
            ..
        }
    ));
}

fn asked_in_5() -> World {
    let world = World::greeting(auto(), ephemeral());
    assert_eq!(level(&world), 5);
    world
}

#[test]
fn version_5_is_asked_for_first_and_kept() {
    let mut world = asked_in_5();
    for _ in 0..3 {
        world.bytes(&connack(Version::V5, false, 0));
        world.lose(1006);
        if !world.socket_is_open {
            world.until_next_socket();
        }
        world.input(Input::SocketOpened);
        assert_eq!(level(&world), 5);
    }
}

/// 3.1.1: [MQTT-3.1.2-2]
/// 5.0: [MQTT-3.1.2-2]
#[test]
fn a_refusal_of_version_5_leads_to_3_1_1_at_once() {
    let in_words: [&[u8]; 4] = [
        // Version 5's form.
        &[0x20, 3, 0, 0x84, 0],
        // Aedes.
        &[0x20, 2, 0, 1],
        // A version 5 code in the old form.
        &[0x20, 2, 0, 0x84],
        // The CONNECT was read as one of 3.1.1.
        &[0x20, 2, 0, 5],
    ];
    for bytes in in_words {
        let mut world = asked_in_5();
        world.outputs.clear();
        world.bytes(bytes);
        assert_eq!(world.sockets, 2, "{bytes:02x?}");
        let states = world.states();
        assert_eq!(states, [LinkState::Connecting { attempt: 2 }]);
        accept_in_3_1_1(&mut world);
    }
}

#[test]
fn a_broker_that_accepts_version_5_in_the_form_of_3_1_1_is_asked_in_3_1_1() {
    let mut world = asked_in_5();
    world.bytes(&[0x20, 2, 0, 0]);
    accept_in_3_1_1(&mut world);
}

#[test]
fn silence_at_version_5_leads_to_3_1_1_at_once() {
    let mut world = asked_in_5();
    world.lose(1002);
    accept_in_3_1_1(&mut world);
    let mut world = asked_in_5();
    world.pass(seconds(10));
    assert_eq!(world.sockets, 2);
    accept_in_3_1_1(&mut world);
}

#[test]
fn silence_at_both_is_waited_out_and_tried_in_the_same_order() {
    let mut world = asked_in_5();
    for _ in 0..3 {
        world.lose(1002);
        world.input(Input::SocketOpened);
        assert_eq!(level(&world), 4);
        world.lose(1002);
        if !world.socket_is_open {
            assert_eq!(world.fault(), Fault::ClosedBeforeConnack { code: 1002 });
            world.until_next_socket();
        }
        world.input(Input::SocketOpened);
        assert_eq!(level(&world), 5);
    }
}

#[test]
fn what_worked_is_spoken_from_then_on() {
    let mut world = asked_in_5();
    world.bytes(&[0x20, 2, 0, 1]);
    accept_in_3_1_1(&mut world);
    for _ in 0..3 {
        // The broker restarts, and closes while it does.
        world.lose(1006);
        if !world.socket_is_open {
            world.until_next_socket();
        }
        accept_in_3_1_1(&mut world);
    }
}

#[test]
fn a_wrong_password_is_not_tried_in_the_other_version() {
    let mut world = asked_in_5();
    world.bytes(&connack(Version::V5, false, 0x86));
    assert_eq!(world.until_next_socket(), seconds(60));
    world.input(Input::SocketOpened);
    assert_eq!(level(&world), 5);
}

#[test]
fn a_broker_that_refuses_both_versions_is_asked_rarely() {
    let mut world = asked_in_5();
    world.bytes(&[0x20, 3, 0, 0x84, 0]);
    world.input(Input::SocketOpened);
    world.bytes(&connack(Version::V311, false, 1));
    let fault = Fault::Refused {
        version: Version::V311,
        code: 1,
        reason: None,
    };
    assert_eq!(world.fault(), fault);
    assert_eq!(world.until_next_socket(), seconds(900));
}

#[test]
fn a_person_who_chose_version_5_hears_that_the_broker_refuses_it() {
    let mut world = World::greeting(profile(Version::V5), ephemeral());
    world.bytes(&[0x20, 2, 0, 1]);
    let fault = Fault::Refused {
        version: Version::V311,
        code: 1,
        reason: None,
    };
    assert_eq!(world.fault(), fault);
}

#[test]
fn an_answer_in_version_5s_form_to_3_1_1_is_malformed() {
    let mut world = World::greeting(profile(Version::V311), ephemeral());
    world.outputs.clear();
    world.bytes(&packet(0x20, &[0, 0, 0]));
    assert!(world.outputs.contains(&Output::CloseSocket));
}
