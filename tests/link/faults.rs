//! Everything that can keep a link from its broker, and how it comes back.

use std::time::Duration;

use footfall::link::{Fault, Hint, Input, Link, LinkState, Output, PlanFault, SocketError};
use footfall::mqtt::Version;
use footfall::secret::Secret;
use footfall::time::{Monotonic, Now, Timestamp};

use crate::wire::{connack, connack_with, packet, text};
use crate::world::{BOTH, World, ephemeral, new_identity, profile, seconds};

/// A world in which a socket is being opened.
fn opening() -> World {
    let mut world = World::new();
    let profile = profile(Version::V5);
    world.input(Input::Connect(Box::new(profile), ephemeral()));
    world
}

fn greeting(version: Version) -> World {
    World::greeting(profile(version), ephemeral())
}

fn refused(version: Version, code: u8) -> World {
    let mut world = greeting(version);
    world.bytes(&connack(version, false, code));
    world
}

/// Lets the next attempt end in the same refusal.
fn refuse_again(world: &mut World, version: Version, code: u8) -> Duration {
    let waited = world.until_next_socket();
    world.input(Input::SocketOpened);
    world.bytes(&connack(version, false, code));
    waited
}

#[test]
fn a_socket_that_does_not_open_is_tried_again_for_ever() {
    let mut world = opening();
    for attempt in 1..100 {
        assert_eq!(world.state, LinkState::Connecting { attempt });
        world.socket_is_open = false;
        world.input(Input::SocketFailed(SocketError::BeforeOpen));
        if let LinkState::Waiting { fault, .. } = &world.state {
            assert_eq!(*fault, Fault::Socket(SocketError::BeforeOpen));
        }
        assert!(world.until_next_socket() <= seconds(30));
    }
}

#[test]
fn a_socket_that_says_nothing_is_given_up_after_ten_seconds() {
    let mut world = opening();
    world.pass(Duration::from_millis(9_999));
    assert_eq!(world.state, LinkState::Connecting { attempt: 1 });
    world.pass(Duration::from_millis(1));
    assert!(world.outputs.contains(&Output::CloseSocket));
    assert_eq!(first_fault(&world), Fault::OpenTimeout);
}

#[test]
fn a_cluster_that_elects_for_nine_seconds_is_waited_for() {
    for version in BOTH {
        let mut world = greeting(version);
        world.pass(seconds(9));
        world.bytes(&connack(version, false, 0));
        assert!(matches!(world.state, LinkState::Connected { .. }));
    }
}

#[test]
fn a_broker_that_does_not_answer_connect_is_given_up_after_ten_seconds() {
    for version in BOTH {
        let mut world = greeting(version);
        world.outputs.clear();
        world.pass(seconds(10));
        assert_eq!(first_fault(&world), Fault::ConnackTimeout);
        assert!(world.outputs.contains(&Output::CloseSocket));
    }
}

#[test]
fn a_silent_close_is_never_read_as_a_refusal() {
    for version in BOTH {
        let mut world = greeting(version);
        for _ in 0..20 {
            world.outputs.clear();
            world.lose(1002);
            assert_eq!(
                first_fault(&world),
                Fault::ClosedBeforeConnack { code: 1002 }
            );
            assert!(world.until_next_socket() <= seconds(30));
            world.input(Input::SocketOpened);
        }
    }
}

/// 3.1.1: [MQTT-3.2.2-5]
/// 5.0: [MQTT-3.2.2-7], [MQTT-4.13.2-1]
#[test]
fn a_wrong_password_is_tried_after_a_minute_and_then_every_quarter_of_an_hour() {
    for (version, code) in [(Version::V311, 4), (Version::V5, 0x86)] {
        let mut world = refused(version, code);
        let fault = Fault::Refused {
            version,
            code,
            reason: None,
        };
        assert_eq!(world.fault(), fault);
        assert!(!world.socket_is_open);
        let waits: Vec<_> = (0..4)
            .map(|_| refuse_again(&mut world, version, code))
            .collect();
        assert_eq!(waits, [60, 900, 900, 900].map(seconds));
    }
}

#[test]
fn who_is_not_authorised_is_tried_again_within_five_minutes() {
    for (version, code) in [(Version::V311, 5), (Version::V5, 0x87)] {
        let mut world = refused(version, code);
        let waits: Vec<_> = (0..7)
            .map(|_| refuse_again(&mut world, version, code))
            .collect();
        assert_eq!(waits, [15, 30, 60, 120, 240, 300, 300].map(seconds));
    }
}

#[test]
fn a_busy_broker_is_tried_again_with_backoff() {
    let busy = [
        (Version::V311, 3),
        (Version::V5, 0x88),
        (Version::V5, 0x89),
        (Version::V5, 0x97),
        (Version::V5, 0x9F),
    ];
    for (version, code) in busy {
        let mut world = refused(version, code);
        for _ in 0..20 {
            assert!(refuse_again(&mut world, version, code) <= seconds(30));
        }
    }
}

#[test]
fn codes_that_the_standard_does_not_know_are_refusals_too() {
    for (version, code) in [(Version::V311, 7), (Version::V311, 13), (Version::V5, 0xEE)] {
        let world = refused(version, code);
        assert!(matches!(world.fault(), Fault::Refused { code: seen, .. } if seen == code));
    }
}

#[test]
fn the_brokers_own_words_are_kept_and_cut() {
    let mut world = greeting(Version::V5);
    let mut properties = vec![31];
    properties.extend(text("no such tenant"));
    world.bytes(&connack_with(Version::V5, false, 0x87, &properties));
    let reason = Some("no such tenant".to_owned());
    assert_eq!(
        world.fault(),
        Fault::Refused {
            version: Version::V5,
            code: 0x87,
            reason,
        }
    );

    let mut world = World::connected(Version::V5, ephemeral());
    let mut body = vec![0x98, 0x83, 0x08, 31];
    body.extend(text(&"x".repeat(1_024)));
    world.bytes(&packet(0xE0, &body));
    let Fault::Disconnected { code: 0x98, reason } = first_fault(&world) else {
        panic!("{:?}", world.state);
    };
    assert_eq!(reason.unwrap().chars().count(), 200);
}

#[test]
fn what_only_a_person_can_change_is_not_tried_again_before_a_person_asks() {
    for (url, fault) in [
        ("mqtt://broker", Fault::Plan(PlanFault::Scheme)),
        ("ws://anna:pw@broker", Fault::Plan(PlanFault::UserInfo)),
    ] {
        let mut world = World::new();
        let mut profile = profile(Version::V5);
        profile.url = url.into();
        world.input(Input::Connect(Box::new(profile), ephemeral()));
        assert_eq!(world.state, LinkState::Stopped { fault });
        world.pass(seconds(86_400));
        assert_eq!(world.sockets, 0);
    }
    for error in [SocketError::Policy, SocketError::RefusedByConstructor] {
        let mut world = opening();
        world.socket_is_open = false;
        world.input(Input::SocketFailed(error));
        let fault = Fault::Socket(error);
        assert_eq!(world.state, LinkState::Stopped { fault });
        world.pass(seconds(86_400));
        for hint in [Hint::Online, Hint::Visible] {
            world.input(Input::Hint(hint));
        }
        assert_eq!(world.sockets, 1);
        world.input(Input::Hint(Hint::RetryNow));
        assert_eq!(world.sockets, 2);
    }
}

#[test]
fn a_password_that_mqtt_cannot_carry_is_the_profiles_fault() {
    for version in BOTH {
        let mut world = World::new();
        let mut profile = profile(version);
        profile.password = Some(Secret::new("x".repeat(65_536)));
        world.input(Input::Connect(Box::new(profile), ephemeral()));
        world.input(Input::SocketOpened);
        assert_eq!(world.fault(), Fault::Plan(PlanFault::Text));
        assert!(!world.socket_is_open);
    }
}

#[test]
fn a_person_who_asks_is_obeyed_at_once() {
    let mut world = refused(Version::V5, 0x86);
    world.input(Input::Hint(Hint::RetryNow));
    assert_eq!(world.sockets, 2);
    // While it is being tried, asking again changes nothing.
    world.input(Input::Hint(Hint::RetryNow));
    assert_eq!(world.sockets, 2);
}

#[test]
fn a_network_that_comes_back_ends_a_wait_for_the_network_only() {
    for hint in [Hint::Online, Hint::Visible] {
        let mut world = World::connected(Version::V5, ephemeral());
        for _ in 0..9 {
            world.lose(1006);
            if !world.socket_is_open {
                let before = world.sockets;
                world.input(Input::Hint(hint));
                assert_eq!(world.sockets, before + 1);
            }
        }
        let mut world = refused(Version::V5, 0x86);
        world.input(Input::Hint(hint));
        assert_eq!(world.sockets, 1);
    }
}

#[test]
fn a_lost_connection_is_made_again_within_half_a_second() {
    for version in BOTH {
        let mut world = World::connected(version, ephemeral());
        world.answers_pings = true;
        world.pass(seconds(60));
        let start = world.at;
        world.lose(1006);
        assert_eq!(first_fault(&world), Fault::Closed { code: 1006 });
        if world.socket_is_open {
            continue;
        }
        assert!(world.until_next_socket() <= Duration::from_millis(500));
        assert!(world.at.since(start) <= Duration::from_millis(500));
    }
}

#[test]
fn only_a_connection_that_stays_makes_the_waits_short_again() {
    let mut longest = Duration::ZERO;
    for seed in 0..40 {
        let mut world = World::with_seed(seed);
        let profile = profile(Version::V5);
        world.input(Input::Connect(Box::new(profile), ephemeral()));
        for _ in 0..12 {
            world.input(Input::SocketOpened);
            world.bytes(&connack(Version::V5, false, 0));
            world.pass(seconds(1));
            world.lose(1006);
            if !world.socket_is_open {
                longest = longest.max(world.until_next_socket());
            }
        }
        assert_eq!(world.state, LinkState::Connecting { attempt: 13 });
        world.input(Input::SocketOpened);
        world.bytes(&connack(Version::V5, false, 0));
        world.pass(seconds(10));
        world.lose(1006);
        if !world.socket_is_open {
            assert!(world.until_next_socket() <= Duration::from_millis(500));
        }
        assert_eq!(world.state, LinkState::Connecting { attempt: 1 });
    }
    assert!(longest > seconds(20) && longest <= seconds(30));
}

/// 5.0: [MQTT-4.13.2-1]
#[test]
fn a_session_taken_over_waits_a_minute() {
    let mut world = World::connected(Version::V5, ephemeral());
    world.bytes(&[0xE0, 1, 0x8E]);
    let fault = Fault::Disconnected {
        code: 0x8E,
        reason: None,
    };
    assert_eq!(world.fault(), fault);
    assert_eq!(world.until_next_socket(), seconds(60));
}

#[test]
fn a_broker_that_shuts_down_is_tried_again_soon() {
    let mut world = World::connected(Version::V5, ephemeral());
    world.bytes(&[0xE0, 1, 0x8B]);
    assert!(world.socket_is_open || world.until_next_socket() <= Duration::from_millis(500));
}

#[test]
fn what_an_old_socket_says_late_changes_nothing() {
    let mut world = refused(Version::V5, 0x86);
    let state = world.state.clone();
    for input in [
        Input::Bytes(connack(Version::V5, false, 0)),
        Input::TextFrame,
        Input::SocketOpened,
        Input::SocketClosed {
            code: 1000,
            clean: true,
        },
    ] {
        world.input(input);
        assert_eq!(world.state, state);
    }
}

#[test]
fn two_links_with_one_seed_do_the_same() {
    let run = || {
        let mut world = World::with_seed(3);
        let profile = profile(Version::V5);
        world.input(Input::Connect(Box::new(profile), new_identity()));
        for _ in 0..30 {
            world.socket_is_open = false;
            world.input(Input::SocketFailed(SocketError::BeforeOpen));
            if !world.socket_is_open {
                world.until_next_socket();
            }
        }
        world.outputs
    };
    assert_eq!(run(), run());
}

#[test]
fn a_password_is_not_printed_with_what_is_sent() {
    let mut profile = profile(Version::V5);
    profile.password = Some(Secret::new("hunter2".into()));
    let world = World::greeting(profile, ephemeral());
    let printed = format!("{:?} {:?}", world.outputs, world.link);
    // Neither as text nor as a list of numbers.
    assert!(!printed.contains("hunter2") && !printed.contains("117, 110, 116"));
}

#[test]
fn an_idle_link_wants_nothing() {
    let mut link = Link::new(1);
    let now = Now {
        wall: Timestamp::from_millis(0),
        monotonic: Monotonic::from_millis(0),
    };
    link.handle(Input::TimerFired, now);
    link.handle(Input::Hint(Hint::RetryNow), now);
    assert_eq!(link.poll_output(), None);
}

/// The first fault among the states told since outputs were last cleared: a wait of no length is over at once.
fn first_fault(world: &World) -> Fault {
    let fault = world.states().into_iter().find_map(|state| match state {
        LinkState::Waiting { fault, .. } | LinkState::Stopped { fault } => Some(fault),
        _ => None,
    });
    fault.expect("a fault was told")
}
