//! Connections that die without being closed.

use footfall::link::{Fault, Hint, Input, LinkState};
use footfall::mqtt::Version;

use crate::wire::{PINGRESP, connack_with, is};
use crate::world::{BOTH, World, ephemeral, profile, seconds};

fn pings(world: &World) -> usize {
    world.sent().iter().filter(|packet| is(packet, 12)).count()
}

fn is_connected(world: &World) -> bool {
    matches!(world.state, LinkState::Connected { .. })
}

/// 3.1.1: [MQTT-3.1.2-23], [MQTT-4.1.0-2]
/// 5.0: [MQTT-3.1.2-20]
#[test]
fn a_quiet_connection_is_kept_alive_for_a_day() {
    for version in BOTH {
        let mut world = World::connected(version, ephemeral());
        world.answers_pings = true;
        world.pass(seconds(86_400));
        assert!(is_connected(&world));
        // At least one packet in every 20 seconds.
        assert!(pings(&world) >= 86_400 / 20);
        assert!(pings(&world) <= 86_400 / 14);
    }
}

#[test]
fn a_busy_connection_is_kept_alive_too() {
    let mut world = World::connected(Version::V311, ephemeral());
    world.answers_pings = true;
    for _ in 0..60 {
        world.pass(seconds(1));
        world.bytes(&crate::wire::publish(Version::V311, 0, "t", 0, b""));
    }
    assert!((3..=4).contains(&pings(&world)));
}

/// 3.1.1: [MQTT-3.12.4-1]
/// 5.0: [MQTT-3.12.4-1]
#[test]
fn a_broker_that_answers_nothing_is_given_up_after_ten_seconds() {
    for version in BOTH {
        let mut world = World::connected(version, ephemeral());
        world.pass(seconds(24));
        assert!(is_connected(&world));
        world.pass(seconds(1));
        assert!(!is_connected(&world));
        let faults: Vec<_> = world.states();
        assert!(matches!(
            &faults[0],
            LinkState::Waiting {
                fault: Fault::PingTimeout,
                ..
            }
        ));
    }
}

/// 5.0: [MQTT-3.1.2-21], [MQTT-3.2.2-21]
#[test]
fn the_keep_alive_of_the_broker_wins() {
    let mut world = World::greeting(profile(Version::V5), ephemeral());
    world.bytes(&connack_with(Version::V5, false, 0, &[19, 0, 4]));
    world.grant(Version::V5);
    world.outputs.clear();
    world.pass(seconds(3));
    assert_eq!(pings(&world), 1);
}

#[test]
fn without_keep_alive_nothing_is_sent() {
    let mut profile = profile(Version::V5);
    profile.keep_alive = seconds(0);
    let mut world = World::greeting(profile, ephemeral());
    world.bytes(&connack_with(Version::V5, false, 0, &[]));
    world.grant(Version::V5);
    world.outputs.clear();
    world.pass(seconds(86_400));
    assert!(is_connected(&world) && world.sent().is_empty());
}

#[test]
fn a_page_that_is_seen_again_asks_whether_the_connection_lives() {
    for hint in [Hint::Visible, Hint::Online] {
        let mut world = World::connected(Version::V5, ephemeral());
        world.pass(seconds(1));
        world.input(Input::Hint(hint));
        world.input(Input::Hint(hint));
        assert_eq!(pings(&world), 1, "asked once");
        world.pass(seconds(4));
        assert!(is_connected(&world));
        world.pass(seconds(1));
        assert!(!is_connected(&world));
    }
}

#[test]
fn a_connection_that_answers_the_question_stays() {
    let mut world = World::connected(Version::V5, ephemeral());
    world.input(Input::Hint(Hint::Visible));
    world.bytes(&PINGRESP);
    world.pass(seconds(10));
    assert!(is_connected(&world));
}

#[test]
fn after_sleep_a_live_connection_stays_and_a_dead_one_is_found() {
    let mut world = World::connected(Version::V5, ephemeral());
    world.sleep(seconds(8 * 3_600));
    assert!(is_connected(&world));
    assert_eq!(pings(&world), 1);
    world.bytes(&PINGRESP);
    // Asleep again, just after a question.
    world.pass(seconds(15));
    assert_eq!(pings(&world), 2);
    world.sleep(seconds(3_600));
    assert!(is_connected(&world));
    assert_eq!(pings(&world), 3);
    world.pass(seconds(10));
    assert!(!is_connected(&world));
}

#[test]
fn the_timer_is_not_set_anew_for_every_message() {
    let mut world = World::connected(Version::V311, ephemeral());
    for _ in 0..1_000 {
        world.pass(std::time::Duration::from_millis(1));
        world.bytes(&crate::wire::publish(Version::V311, 0, "t", 0, b""));
    }
    let timers = world
        .outputs
        .iter()
        .filter(|output| matches!(output, footfall::link::Output::WakeAt(_)))
        .count();
    assert!(timers <= 1);
}
