//! A broker that asks more than user name and password.

use base64ct::{Base64, Encoding};
use footfall::link::{DeliveryState, Fault, Input, LinkState, Output, PlanFault, Violation};
use footfall::mqtt::{QoS, SCRAM_SHA_256, Version};
use footfall::secret::Secret;
use footfall::settings::{Profile, VersionChoice};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::wire::{self, connack_with, is, packet, text};
use crate::world::{World, auto, new_identity, profile, seconds};

const METHOD: u8 = 21;
const DATA: u8 = 22;

/// Method and data, as properties.
fn fields(method: &str, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap().to_be_bytes();
    [&[METHOD], &text(method)[..], &[DATA], &length, data].concat()
}

/// AUTH: the code, how long the properties are, and those.
fn auth(code: u8, method: &str, data: &[u8]) -> Vec<u8> {
    packet(0xF0, &packet(code, &fields(method, data)))
}

/// The data that a packet of the client carries.
fn data_of(packet: &[u8], method: &str) -> Vec<u8> {
    let before = [&[METHOD], &text(method)[..], &[DATA]].concat();
    let mut parts = packet.windows(before.len());
    let at = parts.position(|part| part == before);
    let at = at.expect("it names the method") + before.len();
    let length = usize::from(u16::from_be_bytes([packet[at], packet[at + 1]]));
    packet[at + 2..at + 2 + length].to_vec()
}

fn welcome(method: &str, data: &[u8]) -> Vec<u8> {
    connack_with(Version::V5, false, 0, &fields(method, data))
}

/// The data of the last AUTH, which has not a word too many.
fn said(world: &mut World, code: u8, method: &str) -> Vec<u8> {
    let sent = world.take_sent().pop().unwrap();
    let data = data_of(&sent, method);
    assert_eq!(sent, auth(code, method, &data));
    data
}

fn signs_in(method: &str, password: &str) -> Profile {
    Profile {
        authentication: Some(method.to_owned()),
        password: Some(Secret::new(password.to_owned())),
        // Which is no choice: only 5.0 has it.
        version: VersionChoice::V311,
        ..auto()
    }
}

/// A server of SCRAM, by the formulas of RFC 5802, 3.
struct Server {
    password: &'static str,
    first: String,
    challenge: String,
}

impl Server {
    /// Takes the client's first message.
    fn new(password: &'static str, first: &[u8]) -> Self {
        let first = std::str::from_utf8(first).unwrap();
        let first = first.strip_prefix("n,,").unwrap().to_owned();
        let nonce = first.strip_prefix("n=anna,r=").unwrap();
        let challenge = format!("r={nonce}Srv,s=c2FsdA==,i=4096");
        Self {
            password,
            first,
            challenge,
        }
    }

    /// Takes the client's final message: the server's, if the client knows the password.
    fn end(&self, last: &[u8]) -> Option<String> {
        let last = std::str::from_utf8(last).unwrap();
        let (bare, proof) = last.rsplit_once(",p=").unwrap();
        let all = format!("{},{},{bare}", self.first, self.challenge);
        let mac = |key: &[u8], text: &str| {
            let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
            mac.update(text.as_bytes());
            mac.finalize().into_bytes()
        };
        let mut salted = [0; 32];
        pbkdf2::pbkdf2_hmac::<Sha256>(self.password.as_bytes(), b"salt", 4096, &mut salted);
        let stored = Sha256::digest(mac(&salted, "Client Key"));
        let signature = mac(&stored, &all);
        let proof = Base64::decode_vec(proof).unwrap();
        let key: Vec<u8> = proof.iter().zip(signature).map(|(a, b)| a ^ b).collect();
        let server = mac(&mac(&salted, "Server Key"), &all);
        (Sha256::digest(&key) == stored).then(|| format!("v={}", Base64::encode_string(&server)))
    }
}

/// A link that sent CONNECT, and the data of it.
fn greeting(method: &str, password: &str) -> (World, Vec<u8>) {
    let mut world = World::greeting(signs_in(method, password), new_identity());
    let connect = world.take_sent().pop().unwrap();
    assert!(is(&connect, 1));
    // 5.0, a user name, no password, a clean start.
    assert_eq!(connect[8..10], [5, 0b1000_0010], "{connect:02x?}");
    let data = data_of(&connect, method);
    (world, data)
}

/// A link that SCRAM let in, and its server.
fn connected() -> World {
    let (mut world, first) = greeting(SCRAM_SHA_256, "pencil");
    let server = Server::new("pencil", &first);
    world.bytes(&auth(0x18, SCRAM_SHA_256, server.challenge.as_bytes()));
    let last = said(&mut world, 0x18, SCRAM_SHA_256);
    let end = server.end(&last).expect("the client knows the password");
    world.bytes(&welcome(SCRAM_SHA_256, end.as_bytes()));
    assert!(matches!(world.state, LinkState::Connected { .. }));
    world.outputs.clear();
    world
}

/// 5.0: [MQTT-4.12.0-3], [MQTT-4.12.0-5], [MQTT-3.15.2-1], [MQTT-3.15.2-2], [MQTT-3.15.2-3]
#[test]
fn a_password_is_proved_and_not_sent() {
    let (mut world, first) = greeting(SCRAM_SHA_256, "pencil");
    let server = Server::new("pencil", &first);
    world.bytes(&auth(0x18, SCRAM_SHA_256, server.challenge.as_bytes()));
    let last = said(&mut world, 0x18, SCRAM_SHA_256);
    let end = server.end(&last).expect("the client knows the password");
    assert!(
        !String::from_utf8([first, last].concat())
            .unwrap()
            .contains("pencil")
    );
    world.bytes(&welcome(SCRAM_SHA_256, end.as_bytes()));
    assert_eq!(
        world.state,
        LinkState::Connected {
            version: Version::V5,
            resumed: false
        }
    );
}

/// 5.0: [MQTT-3.1.2-30]
#[test]
fn before_connack_nothing_but_auth_is_sent() {
    let (mut world, first) = greeting(SCRAM_SHA_256, "pencil");
    let server = Server::new("pencil", &first);
    world.publish("a", QoS::AtLeastOnce);
    world.bytes(&auth(0x18, SCRAM_SHA_256, server.challenge.as_bytes()));
    world.publish("a", QoS::ExactlyOnce);
    world.pass(seconds(9));
    let sent = world.sent();
    assert_eq!(sent.len(), 1, "{sent:02x?}");
    assert!(is(&sent[0], 15));
}

#[test]
fn a_broker_that_does_not_know_the_password_is_left_and_seldom_asked_again() {
    let (mut world, first) = greeting(SCRAM_SHA_256, "pencil");
    let server = Server::new("guessed", &first);
    world.bytes(&auth(0x18, SCRAM_SHA_256, server.challenge.as_bytes()));
    let last = said(&mut world, 0x18, SCRAM_SHA_256);
    assert_eq!(server.end(&last), None);
    world.bytes(&welcome(SCRAM_SHA_256, b"v=AAAA"));
    assert_eq!(world.fault(), Fault::Protocol(Violation::Authentication));
    assert_eq!(world.until_next_socket(), seconds(15 * 60));
}

/// A broker that lets us in without a word about it may be anybody.
///
/// 5.0: [MQTT-4.12.0-5]
#[test]
fn the_method_stays_the_same_from_connect_to_connack() {
    for bytes in [
        wire::connack(Version::V5, false, 0),
        welcome("JWT", b""),
        auth(0x18, "SCRAM-SHA-1", b"r=x,s=y,i=4096"),
        packet(0xF0, &[]),
        packet(0xF0, &[0x18, 0]),
    ] {
        let (mut world, _) = greeting(SCRAM_SHA_256, "pencil");
        world.bytes(&bytes);
        assert_eq!(
            world.fault(),
            Fault::Protocol(Violation::Unexpected),
            "{bytes:02x?}"
        );
    }
}

/// 5.0: [MQTT-3.15.2-1]
#[test]
fn a_reason_code_that_auth_does_not_have_ends_the_connection() {
    // Success is told by CONNACK, and only a client begins anew.
    for code in [0, 1, 0x19, 0x80, 0x87] {
        let (mut world, _) = greeting(SCRAM_SHA_256, "pencil");
        world.bytes(&auth(code, SCRAM_SHA_256, b""));
        assert_eq!(
            world.fault(),
            Fault::Protocol(Violation::Unexpected),
            "{code}"
        );
    }
}

#[test]
fn a_refusal_is_told_as_the_broker_means_it() {
    for code in [0x86, 0x87, 0x8C] {
        let (mut world, _) = greeting("JWT", "a.b.c");
        world.bytes(&wire::connack(Version::V5, false, code));
        assert!(
            matches!(world.fault(), Fault::Refused { code: said, .. } if said == code),
            "{code}"
        );
        // In 3.1.1 the password would be sent as it is.
        assert!(world.until_next_socket() >= seconds(15));
        world.input(Input::SocketOpened);
        assert_eq!(world.sent().pop().unwrap()[8], 5);
    }
}

#[test]
fn a_silent_broker_is_never_told_the_password_in_another_version() {
    let (mut world, _) = greeting(SCRAM_SHA_256, "pencil");
    for _ in 0..10 {
        world.lose(1006);
        world.until_next_socket();
        world.input(Input::SocketOpened);
        assert_eq!(world.take_sent().pop().unwrap()[8], 5);
    }
}

#[test]
fn a_token_is_the_data_of_a_method_of_the_brokers() {
    let (mut world, data) = greeting("JWT", "a.b.c");
    assert_eq!(data, b"a.b.c");
    world.bytes(&welcome("JWT", b""));
    assert!(matches!(world.state, LinkState::Connected { .. }));
    // There is nothing more to say.
    let (mut world, _) = greeting("JWT", "a.b.c");
    world.bytes(&auth(0x18, "JWT", b"who?"));
    assert_eq!(world.fault(), Fault::Protocol(Violation::Authentication));
}

#[test]
fn a_method_that_proves_a_password_and_is_not_known_gives_none_away() {
    for method in ["SCRAM-SHA-1", "scram-sha-256", "SCRAM-SHA-256-PLUS"] {
        let world = World::greeting(signs_in(method, "pencil"), new_identity());
        assert_eq!(world.fault(), Fault::Plan(PlanFault::Text));
        assert_eq!(world.sent(), [[0_u8; 0]; 0]);
    }
}

/// 5.0: [MQTT-4.12.1-1]
#[test]
fn other_credentials_sign_in_anew_on_the_same_connection() {
    let mut world = connected();
    let renewed = Box::new(signs_in(SCRAM_SHA_256, "crayon"));
    world.input(Input::Renew(renewed));
    let first = said(&mut world, 0x19, SCRAM_SHA_256);
    let server = Server::new("crayon", &first);
    // Messages go on meanwhile.
    let id = world.publish("a", QoS::AtMostOnce);
    assert!(
        world
            .outputs
            .contains(&Output::Delivery(id, DeliveryState::Sent))
    );
    world.take_sent();
    world.bytes(&auth(0x18, SCRAM_SHA_256, server.challenge.as_bytes()));
    let last = said(&mut world, 0x18, SCRAM_SHA_256);
    let end = server.end(&last).expect("the client knows the password");
    world.bytes(&auth(0, SCRAM_SHA_256, end.as_bytes()));
    assert!(matches!(world.state, LinkState::Connected { .. }));
    assert_eq!(world.sockets, 1);
    // A broker does not begin one by itself.
    world.bytes(&auth(0x18, SCRAM_SHA_256, b"r=x,s=y,i=4096"));
    assert_eq!(world.fault(), Fault::Protocol(Violation::Unexpected));
}

/// 5.0: [MQTT-4.12.1-2]
#[test]
fn a_broker_that_fails_when_asked_anew_is_told_goodbye() {
    let mut world = connected();
    world.input(Input::Renew(Box::new(signs_in(SCRAM_SHA_256, "crayon"))));
    let first = said(&mut world, 0x19, SCRAM_SHA_256);
    let server = Server::new("guessed", &first);
    world.bytes(&auth(0x18, SCRAM_SHA_256, server.challenge.as_bytes()));
    world.take_sent();
    world.bytes(&auth(0, SCRAM_SHA_256, b"v=AAAA"));
    assert_eq!(world.sent(), [[0xE0, 1, 0x80]]);
    assert!(!world.socket_is_open);
    assert_eq!(world.fault(), Fault::Protocol(Violation::Authentication));
}

#[test]
fn other_credentials_for_who_cannot_take_them_begin_a_new_connection() {
    // Not connected; and connected by user name and password.
    let (mut world, _) = greeting(SCRAM_SHA_256, "pencil");
    world.input(Input::Renew(Box::new(signs_in(SCRAM_SHA_256, "crayon"))));
    assert_eq!(world.sockets, 2);
    let mut world = World::connected(Version::V5, new_identity());
    world.input(Input::Renew(Box::new(profile(Version::V5))));
    assert_eq!(world.sockets, 2);
}

#[test]
fn a_part_that_cannot_be_loaded_is_told_and_asked_for_again() {
    let mut world = World::new();
    world.loads = false;
    let profile = Box::new(signs_in("JWT", "a.b.c"));
    world.input(Input::Connect(profile, new_identity()));
    assert_eq!(world.state, LinkState::Connecting { attempt: 1 });
    world.pass(seconds(25));
    assert_eq!(world.fault(), Fault::Plan(PlanFault::NotLoaded));
    let asked = |output: &&Output| matches!(output, Output::LoadAuthentication);
    assert_eq!(world.outputs.iter().filter(asked).count(), 3);
    assert_eq!(world.sockets, 0);
    world.loads = true;
    world.pass(seconds(10));
    assert_eq!(world.sockets, 1);
}
