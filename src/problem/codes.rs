//! The codes with which a broker says no, of both versions of MQTT; what they mean stands with each language.

pub(super) mod en;
pub(super) mod ko;

use crate::mqtt::Version;

/// One code.
pub(super) struct Code {
    /// As MQTT 5.0 sends it (table 2-6).
    pub(super) number: u8,
    /// As the standard calls it.
    pub(super) name: &'static str,
}

/// What a code means, in one language.
pub(super) struct Meaning {
    /// As [`Code::number`].
    pub(super) number: u8,
    /// Continues "The broker refused the connection: ".
    pub(super) reason: &'static str,
    /// What to do about it.
    pub(super) advice: &'static str,
}

/// The code's row; `None` if the standard of that version does not know it.
pub(super) fn code(version: Version, number: u8) -> Option<&'static Code> {
    // The five return codes of 3.1.1 (table 3.1) have the same meaning as these of 5.0.
    let number = match (version, number) {
        (Version::V311, 1) => 0x84,
        (Version::V311, 2) => 0x85,
        (Version::V311, 3) => 0x88,
        (Version::V311, 4) => 0x86,
        (Version::V311, 5) => 0x87,
        (Version::V311, _) => return None,
        (Version::V5, number) => number,
    };
    CODES.iter().find(|code| code.number == number)
}

const fn row(number: u8, name: &'static str) -> Code {
    Code { number, name }
}

const fn meaning(number: u8, reason: &'static str, advice: &'static str) -> Meaning {
    Meaning {
        number,
        reason,
        advice,
    }
}

/// Every code that a broker may send in CONNACK, DISCONNECT, SUBACK, UNSUBACK, PUBACK, PUBREC or PUBCOMP to say that
/// something is not as asked.
pub(super) const CODES: &[Code] = &[
    row(0x00, "Normal disconnection"),
    row(0x10, "No matching subscribers"),
    row(0x11, "No subscription existed"),
    row(0x80, "Unspecified error"),
    row(0x81, "Malformed Packet"),
    row(0x82, "Protocol Error"),
    row(0x83, "Implementation specific error"),
    row(0x84, "Unsupported Protocol Version"),
    row(0x85, "Client Identifier not valid"),
    row(0x86, "Bad User Name or Password"),
    row(0x87, "Not authorized"),
    row(0x88, "Server unavailable"),
    row(0x89, "Server busy"),
    row(0x8A, "Banned"),
    row(0x8B, "Server shutting down"),
    row(0x8C, "Bad authentication method"),
    row(0x8D, "Keep Alive timeout"),
    row(0x8E, "Session taken over"),
    row(0x8F, "Topic Filter invalid"),
    row(0x90, "Topic Name invalid"),
    row(0x91, "Packet Identifier in use"),
    row(0x92, "Packet Identifier not found"),
    row(0x93, "Receive Maximum exceeded"),
    row(0x94, "Topic Alias invalid"),
    row(0x95, "Packet too large"),
    row(0x96, "Message rate too high"),
    row(0x97, "Quota exceeded"),
    row(0x98, "Administrative action"),
    row(0x99, "Payload format invalid"),
    row(0x9A, "Retain not supported"),
    row(0x9B, "QoS not supported"),
    row(0x9C, "Use another server"),
    row(0x9D, "Server moved"),
    row(0x9E, "Shared Subscriptions not supported"),
    row(0x9F, "Connection rate exceeded"),
    row(0xA0, "Maximum connect time"),
    row(0xA1, "Subscription Identifiers not supported"),
    row(0xA2, "Wildcard Subscriptions not supported"),
];
