//! What a broker means by its codes, in English.

use super::{Meaning, meaning};

/// For each of [`super::CODES`], in that order.
pub(in crate::problem) const MEANINGS: &[Meaning] = &[
    meaning(
        0x00,
        "it said goodbye in order",
        "Somebody may have stopped it, or ended this client.",
    ),
    meaning(
        0x10,
        "nobody listens",
        "No client has subscribed to this topic.",
    ),
    meaning(
        0x11,
        "there was no such subscription",
        "Nothing was subscribed to under this filter.",
    ),
    meaning(
        0x80,
        "it gives no reason",
        "The broker's log says more; for a topic filter it usually means that it is not allowed.",
    ),
    meaning(
        0x81,
        "it could not read what this page sent",
        "A proxy in between may alter the data; otherwise set the MQTT version to 3.1.1 only.",
    ),
    meaning(
        0x82,
        "what this page sent breaks a rule of MQTT",
        "Set the MQTT version to 3.1.1 only, and report it with the broker's name and version.",
    ),
    meaning(
        0x83,
        "a reason of its own",
        "The broker's manual or log says which.",
    ),
    meaning(
        0x84,
        "it does not speak this version of MQTT",
        "Choose the other MQTT version in the settings.",
    ),
    meaning(
        0x85,
        "it does not accept the client identifier",
        "Leave the client identifier empty, or enter the one that the broker expects.",
    ),
    meaning(
        0x86,
        "wrong user name or password",
        "Enter them again in the settings. It is tried again only every 15 minutes, so that no account is locked.",
    ),
    meaning(
        0x87,
        "not authorised",
        "The broker does not permit what this client wants. Ask whoever runs it for the permission: user, client identifier and topic filters.",
    ),
    meaning(
        0x88,
        "it is not available now",
        "It is running but cannot serve: starting, stopping, or without its database.",
    ),
    meaning(
        0x89,
        "it is busy",
        "Too much is asked of it at the moment; the page waits longer each time.",
    ),
    meaning(
        0x8A,
        "this client is banned",
        "Whoever runs the broker must lift the ban.",
    ),
    meaning(
        0x8B,
        "it is shutting down",
        "It is probably restarted or updated; the page connects again by itself.",
    ),
    meaning(
        0x8C,
        "it does not accept this way of signing in",
        "Choose another authentication method in the settings, or ask how it wants clients to sign in.",
    ),
    meaning(
        0x8D,
        "it heard nothing within the keep alive",
        "This device slept, or the network held the data back. A longer keep alive gives more time.",
    ),
    meaning(
        0x8E,
        "another client with the same client identifier took over",
        "Two screens or programs use the same client identifier. Leave it empty on this one, or give each its own.",
    ),
    meaning(
        0x8F,
        "it does not accept a topic filter",
        "Some brokers limit levels, length or wildcards. Check the topic filters.",
    ),
    meaning(
        0x90,
        "it does not accept a topic name",
        "The topic of a message sent by this page is not allowed there.",
    ),
    meaning(
        0x91,
        "a packet identifier was in use twice",
        "The sessions of both sides differ; a new one is started.",
    ),
    meaning(
        0x92,
        "it no longer knew a packet identifier",
        "The sessions of both sides differ; this settles by itself.",
    ),
    meaning(
        0x93,
        "this page sent more messages at once than agreed",
        "Report it with the broker's name and version.",
    ),
    meaning(
        0x94,
        "a topic alias was not valid",
        "Report it with the broker's name and version, or set the MQTT version to 3.1.1 only.",
    ),
    meaning(
        0x95,
        "a packet was too large for it",
        "What this page sent is longer than the broker allows.",
    ),
    meaning(
        0x96,
        "too many messages a second",
        "This page publishes faster than the broker allows.",
    ),
    meaning(
        0x97,
        "a quota is used up",
        "The plan or a limit of the broker is reached: clients, messages or bytes. Whoever runs it can raise it.",
    ),
    meaning(
        0x98,
        "somebody who runs it ended it",
        "Ask them before connecting again.",
    ),
    meaning(
        0x99,
        "a payload was not what it claimed to be",
        "A message or will of this page does not fit its stated format.",
    ),
    meaning(
        0x9A,
        "it does not keep retained messages",
        "Turn retain off for what this page publishes.",
    ),
    meaning(
        0x9B,
        "it does not support this quality of service",
        "Choose a lower quality of service.",
    ),
    meaning(
        0x9C,
        "it asks to use another server for now",
        "Whoever runs it knows the address to use meanwhile.",
    ),
    meaning(
        0x9D,
        "it has moved for good",
        "Enter its new address in the settings.",
    ),
    meaning(
        0x9E,
        "it does not support shared subscriptions",
        "Take the topic filters that begin with $share out.",
    ),
    meaning(
        0x9F,
        "too many connections in a short time",
        "The page waits longer before each further try.",
    ),
    meaning(
        0xA0,
        "the longest time allowed for one connection is over",
        "The page connects again by itself.",
    ),
    meaning(
        0xA1,
        "it does not support subscription identifiers",
        "Set the MQTT version to 3.1.1 only.",
    ),
    meaning(
        0xA2,
        "it does not support + and # in topic filters",
        "List the topics one by one.",
    ),
];
