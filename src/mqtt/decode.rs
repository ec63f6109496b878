//! Bodies of control packets → what the broker says.
//!
//! Strict where the standard says that a client must close the connection; and any reason code is taken, also one that
//! the standard does not know, because some platforms send their own.

mod properties;

use std::num::NonZeroU16;

use super::authentication::AUTH;
use super::frame::{Frame, Kind, variable_byte_integer};
use super::{Message, QoS, Version, Violation};
use properties::{CONNACK, DISCONNECT, Known, PUBLISH, REASON};

/// Numbers a packet until it is answered; never 0 [MQTT-2.2.1-3].
pub(super) type PacketId = NonZeroU16;

/// What a broker says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Packet {
    Connack(Connack),
    /// The topic is empty where the alias stands for it.
    Publish(Message, Option<PacketId>, Option<u16>),
    Puback(PacketId, u8),
    Pubrec(PacketId, u8),
    Pubrel(PacketId),
    Pubcomp(PacketId),
    Suback(PacketId, Vec<u8>),
    Unsuback(PacketId, Vec<u8>),
    Pingresp,
    Disconnect(Reason),
}

/// A broker's answer to CONNECT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connack {
    /// The version in whose form it came: a broker without version 5 answers a version 5 CONNECT in its own.
    pub version: Version,
    /// 0: accepted. Return code (3.1.1) or reason code (5), also one that the standard does not know.
    pub code: u8,
    /// The broker's own words, at most 200 characters.
    pub reason: Option<String>,
    /// The broker has a session of this client identifier.
    pub session_present: bool,
    /// The keep alive to use instead of ours, in seconds [MQTT-3.1.2-21].
    pub keep_alive: Option<u16>,
    /// How long the broker keeps the session, if not as long as asked for, in seconds.
    pub session_expiry: Option<u32>,
    /// The client identifier that the broker made, because we sent none.
    pub assigned_client_id: Option<String>,
    /// How many messages of QoS 1 and 2 we may have under way.
    pub receive_maximum: u16,
    /// The highest QoS that we may send.
    pub maximum_qos: QoS,
    /// We may send retained messages.
    pub retain_available: bool,
    /// The largest packet that we may send, in bytes.
    pub maximum_packet_size: u32,
    /// A subscription may have an identifier (5 only).
    pub subscription_identifiers: bool,
    /// Of an enhanced authentication.
    pub authentication_method: Option<String>,
    /// Of an enhanced authentication; empty: none.
    pub authentication_data: Vec<u8>,
}

/// A reason code and the broker's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    /// As sent; 0 where the packet may leave it out.
    pub code: u8,
    /// At most 200 characters.
    pub text: Option<String>,
}

/// What AUTH says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Auth {
    pub(super) code: u8,
    pub(super) method: Option<String>,
    /// Empty: none.
    pub(super) data: Vec<u8>,
}

/// Reads the body of AUTH.
pub(super) fn auth(body: &[u8]) -> Result<Auth, Violation> {
    let mut body = Reader {
        rest: body,
        version: Version::V5,
    };
    // Without a code and properties it is one of success, which names no method.
    let code = if body.rest.is_empty() {
        0
    } else {
        body.byte()?
    };
    let known = if body.rest.is_empty() {
        Known::default()
    } else {
        body.properties(AUTH)?
    };
    if !body.rest.is_empty() {
        return Err(Violation::Malformed);
    }
    Ok(Auth {
        code,
        method: known.authentication_method,
        data: known.authentication_data,
    })
}

/// Reads one packet.
pub(super) fn decode(frame: Frame<'_>, version: Version) -> Result<Packet, Violation> {
    let mut body = Reader {
        rest: frame.body,
        version,
    };
    let packet = match frame.kind {
        Kind::Connack => Packet::Connack(connack(&mut body)?),
        Kind::Publish => publish(&mut body, frame.flags)?,
        Kind::Puback => answer(&mut body).map(|(id, code)| Packet::Puback(id, code))?,
        Kind::Pubrec => answer(&mut body).map(|(id, code)| Packet::Pubrec(id, code))?,
        Kind::Pubrel => answer(&mut body).map(|(id, _)| Packet::Pubrel(id))?,
        Kind::Pubcomp => answer(&mut body).map(|(id, _)| Packet::Pubcomp(id))?,
        Kind::Suback => suback(&mut body)?,
        Kind::Unsuback => unsuback(&mut body)?,
        Kind::Pingresp => Packet::Pingresp,
        Kind::Disconnect => Packet::Disconnect(reason(&mut body, DISCONNECT)?),
        // Read by who asked for it.
        Kind::Auth => return Err(Violation::Unexpected),
    };
    if body.rest.is_empty() {
        Ok(packet)
    } else {
        Err(Violation::Malformed)
    }
}

fn connack(body: &mut Reader<'_>) -> Result<Connack, Violation> {
    let flags = body.byte()?;
    let code = body.byte()?;
    if flags > 1 {
        // [MQTT-3.2.2-1]
        return Err(Violation::Malformed);
    }
    let mut connack = Connack {
        version: body.version,
        code,
        reason: None,
        session_present: flags == 1,
        keep_alive: None,
        session_expiry: None,
        assigned_client_id: None,
        receive_maximum: u16::MAX,
        maximum_qos: QoS::ExactlyOnce,
        retain_available: true,
        maximum_packet_size: u32::MAX,
        subscription_identifiers: false,
        authentication_method: None,
        authentication_data: Vec::new(),
    };
    if body.version == Version::V311 {
        return Ok(connack);
    }
    if body.rest.is_empty() {
        // Not version 5's form. Aedes: 20 02 00 01. A few put a version 5 code into the old form.
        return match code {
            0 => Err(Violation::Malformed),
            1..=0x7F => Ok(Connack {
                version: Version::V311,
                ..connack
            }),
            0x80.. => Ok(connack),
        };
    }
    let known = body.properties(CONNACK)?;
    connack.reason = known.reason;
    connack.keep_alive = known.keep_alive;
    connack.session_expiry = known.session_expiry;
    connack.assigned_client_id = known.assigned_client_id;
    connack.receive_maximum = known.receive_maximum.unwrap_or(u16::MAX);
    connack.maximum_qos = known.maximum_qos.unwrap_or(QoS::ExactlyOnce);
    connack.retain_available = known.retain_available.unwrap_or(true);
    connack.maximum_packet_size = known.maximum_packet_size.unwrap_or(u32::MAX);
    connack.subscription_identifiers = known.subscription_identifiers.unwrap_or(true);
    connack.authentication_method = known.authentication_method;
    connack.authentication_data = known.authentication_data;
    Ok(connack)
}

fn publish(body: &mut Reader<'_>, flags: u8) -> Result<Packet, Violation> {
    let qos = QoS::from_number((flags >> 1) & 3).ok_or(Violation::Malformed)?;
    let topic = body.text()?;
    if topic.bytes().any(|byte| matches!(byte, b'+' | b'#')) {
        // [MQTT-3.3.2-2]
        return Err(Violation::Malformed);
    }
    let id = match qos {
        QoS::AtMostOnce => None,
        QoS::AtLeastOnce | QoS::ExactlyOnce => Some(body.packet_id()?),
    };
    let known = match body.version {
        Version::V311 => Known::default(),
        Version::V5 => body.properties(PUBLISH)?,
    };
    let payload = std::mem::take(&mut body.rest).to_vec();
    let message = Message {
        topic: topic.to_owned(),
        payload,
        qos,
        retained: flags & 1 != 0,
        duplicate: flags & 0b1000 != 0,
        maybe_repeated: flags & 0b1000 != 0,
        properties: known.message,
    };
    Ok(Packet::Publish(message, id, known.topic_alias))
}

/// PUBACK, PUBREC, PUBREL or PUBCOMP: a packet identifier, and in version 5 perhaps a reason code and properties.
fn answer(body: &mut Reader<'_>) -> Result<(PacketId, u8), Violation> {
    let id = body.packet_id()?;
    Ok((id, reason(body, REASON)?.code))
}

/// What version 5 may leave out at the end of a packet: a reason code, and properties with a text.
fn reason(body: &mut Reader<'_>, allowed: u64) -> Result<Reason, Violation> {
    if body.version == Version::V311 || body.rest.is_empty() {
        return Ok(Reason::default());
    }
    let code = body.byte()?;
    let mut text = None;
    if !body.rest.is_empty() {
        let known = body.properties(allowed)?;
        if known.session_expiry.is_some() {
            // [MQTT-3.14.2-2]
            return Err(Violation::Unexpected);
        }
        text = known.reason;
    }
    Ok(Reason { code, text })
}

fn suback(body: &mut Reader<'_>) -> Result<Packet, Violation> {
    let id = body.packet_id()?;
    if body.version == Version::V5 {
        body.properties(REASON)?;
    }
    let codes = std::mem::take(&mut body.rest).to_vec();
    let allowed = |code: &u8| match body.version {
        // [MQTT-3.9.3-2]
        Version::V311 => matches!(code, 0..=2 | 0x80),
        Version::V5 => matches!(code, 0..=2 | 0x80..),
    };
    if codes.is_empty() || !codes.iter().all(allowed) {
        return Err(Violation::Malformed);
    }
    Ok(Packet::Suback(id, codes))
}

fn unsuback(body: &mut Reader<'_>) -> Result<Packet, Violation> {
    let id = body.packet_id()?;
    let codes = match body.version {
        Version::V311 => Vec::new(),
        Version::V5 => {
            body.properties(REASON)?;
            std::mem::take(&mut body.rest).to_vec()
        }
    };
    Ok(Packet::Unsuback(id, codes))
}

/// Takes fields from the front of a body.
struct Reader<'a> {
    rest: &'a [u8],
    version: Version,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Violation> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(Violation::Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Violation> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn two_bytes(&mut self) -> Result<u16, Violation> {
        self.take(2)
            .map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    fn packet_id(&mut self) -> Result<PacketId, Violation> {
        // [MQTT-2.2.1-3]
        PacketId::new(self.two_bytes()?).ok_or(Violation::Malformed)
    }

    fn four_bytes(&mut self) -> Result<u32, Violation> {
        self.take(4)
            .map(|bytes| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn flag(&mut self) -> Result<bool, Violation> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Violation::Malformed),
        }
    }

    fn binary(&mut self) -> Result<&'a [u8], Violation> {
        let length = self.two_bytes()?;
        self.take(usize::from(length))
    }

    fn text(&mut self) -> Result<&'a str, Violation> {
        // [MQTT-1.5.4-1], [MQTT-1.5.4-2]
        std::str::from_utf8(self.binary()?)
            .ok()
            .filter(|text| !text.bytes().any(|byte| byte == 0))
            .ok_or(Violation::Malformed)
    }

    /// A variable byte integer.
    fn variable(&mut self) -> Result<usize, Violation> {
        let (value, width) =
            variable_byte_integer(self.rest, self.version)?.ok_or(Violation::Malformed)?;
        self.take(width)?;
        Ok(value)
    }

    /// Properties, of which each must be in `allowed`.
    fn properties(&mut self, allowed: u64) -> Result<Known, Violation> {
        let length = self.variable()?;
        if length > MAX_PROPERTIES {
            return Err(Violation::TooLarge);
        }
        let mut fields = Self {
            rest: self.take(length)?,
            ..*self
        };
        properties::read(&mut fields, allowed)
    }
}

/// In memory a property takes up to ten times its smallest size on the wire; megabytes of them are an attack.
const MAX_PROPERTIES: usize = 128 * 1024;

#[cfg(test)]
mod tests;
