//! Several addresses of one broker: one of them is connected, another takes its place, and the first comes back.

use std::time::Duration;

use footfall::link::{Fault, Hint, Identity, Input, LinkState, Output, Sessions, SocketError};
use footfall::mqtt::Version;
use footfall::settings::Profile;

use crate::wire::connack;
use crate::world::{BOTH, World, auto, new_identity, profile, seconds};

const FIRST: &str = "wss://one.example/mqtt";
const SECOND: &str = "wss://two.example/mqtt";
const THIRD: &str = "wss://three.example/mqtt";

fn several(version: Version) -> Profile {
    Profile {
        url: FIRST.into(),
        other_urls: vec![SECOND.into(), THIRD.into()],
        filters: Vec::new(),
        keep_alive: Duration::ZERO,
        ..profile(version)
    }
}

fn connecting(version: Version) -> World {
    let mut world = World::new();
    let profile = several(version);
    world.input(Input::Connect(Box::new(profile), new_identity()));
    world
}

fn connected(version: Version) -> World {
    let mut world = connecting(version);
    let_in(&mut world, version, false);
    world
}

/// The socket opens, and the broker lets us in.
fn let_in(world: &mut World, version: Version, session_present: bool) {
    world.input(Input::SocketOpened);
    world.bytes(&connack(version, session_present, 0));
    assert!(matches!(world.state, LinkState::Connected { .. }));
}

fn fail(world: &mut World) {
    world.socket_is_open = false;
    world.input(Input::SocketFailed(SocketError::BeforeOpen));
}

/// Whether the last CONNECT asked for a new session.
fn was_clean(world: &World) -> bool {
    let sent = world.sent();
    let connect = sent.iter().rfind(|packet| packet[0] == 0x10).unwrap();
    let flags = &connect[9];
    flags & 2 != 0
}

fn url(world: &World) -> &str {
    let opened = world.outputs.iter().rev();
    let mut opened = opened.filter_map(|output| match output {
        Output::OpenSocket { url, .. } => Some(url.reveal().as_str()),
        _ => None,
    });
    opened.next().unwrap()
}

fn looks(world: &World) -> usize {
    let outputs = world.outputs.iter();
    outputs.filter(|output| **output == Output::Look).count()
}

#[test]
fn where_an_attempt_fails_the_next_address_is_tried_within_half_a_second() {
    let mut world = connecting(Version::V5);
    for expected in [SECOND, THIRD] {
        fail(&mut world);
        assert!(world.until_next_socket() <= seconds(1) / 2);
        assert_eq!(url(&world), expected);
    }
    for _ in 0..50 {
        fail(&mut world);
        assert!(world.until_next_socket() <= seconds(30));
    }
}

#[test]
fn a_connection_that_is_lost_goes_on_at_the_next_address() {
    for version in BOTH {
        let mut world = connected(version);
        assert_eq!(world.link.address(), (0, FIRST));
        world.pass(seconds(60));
        world.lose(1006);
        assert_eq!(world.fault(), Fault::Closed { code: 1006 });
        assert_eq!(
            world.link.address(),
            (0, FIRST),
            "that is the one that was lost"
        );
        assert!(world.until_next_socket() <= seconds(1) / 2);
        let_in(&mut world, version, true);
        assert_eq!(world.link.address(), (1, SECOND));
    }
}

#[test]
fn all_that_are_away_are_tried_ever_less_often_together() {
    let mut world = connecting(Version::V5);
    let (start, hour) = (world.at, seconds(3_600));
    let mut attempts = 0_u32;
    while world.at.since(start) < hour {
        attempts += 1;
        fail(&mut world);
        world.until_next_socket();
    }
    assert!((300..1_200).contains(&attempts), "{attempts}");
}

#[test]
fn an_address_that_refuses_a_password_is_not_asked_again_because_another_is_away() {
    let mut world = connecting(Version::V5);
    world.input(Input::SocketOpened);
    world.bytes(&connack(Version::V5, false, 0x86));
    let refused_at = world.at;
    loop {
        world.until_next_socket();
        if url(&world) == FIRST {
            break;
        }
        fail(&mut world);
    }
    assert!(world.at.since(refused_at) >= seconds(60));
}

#[test]
fn who_is_thrown_out_by_another_client_does_not_throw_it_out_at_the_next_address() {
    let mut world = connected(Version::V5);
    world.bytes(&crate::wire::packet(0xE0, &[0x8E, 0]));
    // Nor because somebody looks at the page.
    world.input(Input::Hint(Hint::Visible));
    assert!(world.until_next_socket() >= seconds(60));
}

#[test]
fn a_version_that_one_address_does_not_speak_is_still_spoken_with_the_others() {
    let mut world = World::new();
    let profile = Profile {
        version: auto().version,
        ..several(Version::V5)
    };
    world.input(Input::Connect(Box::new(profile), new_identity()));
    world.input(Input::SocketOpened);
    world.bytes(&connack(Version::V5, false, 0x84));
    assert_eq!(url(&world), FIRST, "in the other version");
    fail(&mut world);
    world.until_next_socket();
    world.input(Input::SocketOpened);
    let sent = world.take_sent();
    assert_eq!(sent.last().unwrap()[8], 5);
}

#[test]
fn the_network_that_is_back_begins_with_the_first_address() {
    let mut world = connecting(Version::V5);
    for _ in 0..20 {
        fail(&mut world);
        world.until_next_socket();
    }
    fail(&mut world);
    let sockets = world.sockets;
    world.input(Input::Hint(Hint::Online));
    assert_eq!((world.sockets, url(&world)), (sockets + 1, FIRST));
}

#[test]
fn the_first_address_is_looked_at_every_other_minute_and_returned_to_when_it_is_back() {
    for version in BOTH {
        let mut world = connected(version);
        world.lose(1006);
        world.until_next_socket();
        let_in(&mut world, version, true);
        world.pass(seconds(119));
        assert_eq!(looks(&world), 0);
        world.pass(seconds(1));
        assert_eq!(looks(&world), 1);
        world.pass(seconds(240));
        assert_eq!(looks(&world), 3, "nobody answered");
        let sockets = world.sockets;
        world.outputs.clear();
        world.input(Input::FirstIsBack);
        assert_eq!(url(&world), FIRST);
        assert_eq!(world.sockets, sockets + 1);
        assert!(
            world.outputs.contains(&Output::CloseSocket),
            "one at a time"
        );
        assert!(
            world.sent().iter().any(|packet| packet[0] == 0xE0),
            "it says goodbye"
        );
        let_in(&mut world, version, true);
        world.pass(seconds(3_600));
        assert_eq!(looks(&world), 0, "it is where it belongs");
    }
}

#[test]
fn a_first_address_that_comes_and_goes_is_returned_to_ever_less_often() {
    let version = Version::V5;
    let mut world = connected(version);
    let mut returns = 0;
    let start = world.at;
    while world.at.since(start) < seconds(24 * 3_600) {
        world.lose(1006);
        world.until_next_socket();
        let_in(&mut world, version, true);
        assert_eq!(world.link.address().0, 1);
        world.outputs.clear();
        while looks(&world) == 0 {
            world.pass(seconds(1));
        }
        world.input(Input::FirstIsBack);
        let_in(&mut world, version, true);
        returns += 1;
        world.pass(seconds(20));
    }
    assert!(returns < 60, "{returns} returns in a day");
    // It stays, and is trusted again.
    world.pass(seconds(3_600));
    world.lose(1006);
    world.until_next_socket();
    let_in(&mut world, version, true);
    world.outputs.clear();
    world.pass(seconds(120));
    assert_eq!(looks(&world), 1);
}

#[test]
fn an_answer_about_the_first_that_comes_too_late_changes_nothing() {
    let mut world = connected(Version::V5);
    let sockets = world.sockets;
    world.input(Input::FirstIsBack);
    assert_eq!(world.sockets, sockets);
    world.lose(1006);
    world.input(Input::FirstIsBack);
    assert_eq!(world.sockets, sockets, "it waits as before");
}

#[test]
fn the_session_of_a_cluster_goes_on_at_each_of_its_nodes() {
    let mut world = connected(Version::V5);
    for place in [1, 0, 1] {
        world.lose(1006);
        world.until_next_socket();
        assert_eq!(world.link.address().0, place);
        world.outputs.clear();
        world.input(Input::SocketOpened);
        assert!(!was_clean(&world));
        world.bytes(&connack(Version::V5, true, 0));
        world.pass(seconds(20));
    }
}

#[test]
fn a_session_that_was_left_for_that_of_another_broker_is_not_resumed() {
    for version in BOTH {
        let mut world = connected(version);
        world.pass(seconds(20));
        world.lose(1006);
        world.until_next_socket();
        let_in(&mut world, version, false);
        let sessions = &world.remembered.last().unwrap().sessions;
        assert!(sessions.held.iter().eq([SECOND]));
        assert!(sessions.left.iter().eq([FIRST]));
        world.pass(seconds(20));
        // What waits at the first came by the second, too.
        world.lose(1006);
        world.until_next_socket();
        assert_eq!(world.link.address(), (0, FIRST));
        world.outputs.clear();
        world.input(Input::SocketOpened);
        if version == Version::V5 {
            assert!(was_clean(&world));
        } else {
            // Where the broker still has it, it is told to forget it, and then asked for one that lasts.
            world.bytes(&connack(version, true, 0));
            world.input(Input::SocketOpened);
            assert!(was_clean(&world));
            world.bytes(&connack(version, false, 0));
            world.input(Input::SocketOpened);
            assert!(!was_clean(&world));
        }
        world.bytes(&connack(version, false, 0));
        assert!(matches!(world.state, LinkState::Connected { .. }));
        let sessions = &world.remembered.last().unwrap().sessions;
        assert!(sessions.held.iter().eq([FIRST]));
        assert!(sessions.left.iter().eq([SECOND]));
    }
}

#[test]
fn another_run_of_the_page_begins_where_the_session_is() {
    let mut world = World::new();
    let identity = Identity {
        session_exists: true,
        sessions: Sessions {
            held: [SECOND.to_owned()].into(),
            left: [FIRST.to_owned()].into(),
        },
        ..new_identity()
    };
    let profile = several(Version::V5);
    world.input(Input::Connect(Box::new(profile), identity));
    assert_eq!(url(&world), SECOND);
    world.input(Input::SocketOpened);
    assert!(!was_clean(&world));
    world.bytes(&connack(Version::V5, true, 0));
    world.pass(seconds(120));
    assert_eq!(looks(&world), 1);
}
