//! Numbers that stand for topics, in version 5.

use footfall::link::Input;
use footfall::mqtt::Version::V5;

use crate::wire::{connack, packet, text};
use crate::world::{World, ephemeral, new_identity};

/// PUBLISH at QoS 0 with a topic, which may be empty, and an alias.
fn publish(topic: &str, alias: u16) -> Vec<u8> {
    let mut body = text(topic);
    body.extend_from_slice(&[3, 35]);
    body.extend_from_slice(&alias.to_be_bytes());
    packet(0x30, &body)
}

fn topics(world: &World) -> Vec<String> {
    let messages = world.messages().into_iter();
    messages.map(|(message, _)| message.topic).collect()
}

/// 5.0: [MQTT-3.3.2-10]
#[test]
fn every_alias_up_to_the_maximum_stands_for_the_topic_it_came_with() {
    let mut world = World::connected(V5, ephemeral());
    for alias in 1..=64 {
        world.bytes(&publish(&format!("t/{alias}"), alias));
    }
    world.outputs.clear();
    for alias in 1..=64 {
        world.bytes(&publish("", alias));
    }
    let expected: Vec<_> = (1..=64).map(|alias| format!("t/{alias}")).collect();
    assert_eq!(topics(&world), expected);
}

#[test]
fn an_alias_may_come_to_stand_for_another_topic() {
    let mut world = World::connected(V5, ephemeral());
    world.bytes(&[publish("a", 1), publish("b", 1), publish("", 1)].concat());
    assert_eq!(topics(&world), ["a", "b", "b"]);
}

/// 5.0: [MQTT-3.3.2-7]
#[test]
fn an_alias_ends_with_its_connection() {
    let mut world = World::connected(V5, new_identity());
    world.bytes(&publish("a", 1));
    world.lose(1006);
    if !world.socket_is_open {
        world.until_next_socket();
    }
    world.input(Input::SocketOpened);
    world.bytes(&connack(V5, true, 0));
    world.outputs.clear();
    world.bytes(&publish("", 1));
    // A protocol error: the broker names no topic.
    assert_eq!(world.sent().pop().unwrap(), [0xE0, 1, 0x82]);
    assert!(topics(&world).is_empty());
}
