//! What we say → bytes.
//!
//! A text that MQTT cannot carry is noted where it is written, and the packet refused when it is whole: a way out at each
//! text would be most of the code.

use super::decode::PacketId;
use super::property;
use super::{Connect, Properties, PropertyBytes, Publish, QoS, TopicFilter, Version};

/// What MQTT has no form for: text over 65,535 bytes or with U+0000, a topic name with wildcards, a packet too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("longer than MQTT allows, or with a character that it forbids")]
pub struct Unsayable;

/// CONNECT; the maxima say what we take, `authentication` are properties (5 only).
pub(super) fn connect(
    connect: &Connect,
    authentication: &[u8],
    receive_maximum: u16,
    maximum_packet_size: u32,
    topic_alias_maximum: u16,
) -> Result<Vec<u8>, Unsayable> {
    // A password needs a user name in 3.1.1 [MQTT-3.1.2-22], and brokers of version 5 expect one too.
    let username = match (&connect.username, &connect.password) {
        (None, Some(_)) => Some(""),
        (username, _) => username.as_deref(),
    };
    let will_flags = connect.will.as_ref().map_or(0, |will| {
        0b100 | (will.qos as u8) << 3 | u8::from(will.retain) << 5
    });
    let mut body = Body::default();
    body.text("MQTT");
    body.byte(connect.version.level());
    body.byte(
        u8::from(username.is_some()) << 7
            | u8::from(connect.password.is_some()) << 6
            | will_flags
            | u8::from(connect.clean) << 1,
    );
    body.two_bytes(connect.keep_alive);
    if connect.version == Version::V5 {
        let expires = connect.session_expiry > 0;
        let limits = if expires { 16 } else { 11 };
        body.variable(limits + authentication.len());
        body.bytes.extend_from_slice(authentication);
        body.byte(property::RECEIVE_MAXIMUM);
        body.two_bytes(receive_maximum);
        body.byte(property::MAXIMUM_PACKET_SIZE);
        body.four_bytes(maximum_packet_size);
        body.byte(property::TOPIC_ALIAS_MAXIMUM);
        body.two_bytes(topic_alias_maximum);
        if expires {
            body.byte(property::SESSION_EXPIRY_INTERVAL);
            body.four_bytes(connect.session_expiry);
        }
    }
    body.text(&connect.client_id);
    if let Some(will) = &connect.will {
        // [MQTT-4.7.3-1]
        body.is_unsayable |= will.topic.is_empty() || will.topic.contains(['+', '#']);
        if connect.version == Version::V5 {
            body.byte(if will.delay > 0 { 5 } else { 0 });
            if will.delay > 0 {
                body.byte(property::WILL_DELAY_INTERVAL);
                body.four_bytes(will.delay);
            }
        }
        body.text(&will.topic);
        body.binary(&will.payload);
    }
    if let Some(username) = username {
        body.text(username);
    }
    if let Some(password) = &connect.password {
        body.binary(password.reveal().as_bytes());
    }
    body.packet(0x10)
}

/// The properties of CONNECT and AUTH that carry an enhanced authentication.
pub(super) fn authentication(method: &str, data: &[u8]) -> Result<Vec<u8>, Unsayable> {
    let mut fields = Body::default();
    fields.byte(property::AUTHENTICATION_METHOD);
    fields.text(method);
    fields.byte(property::AUTHENTICATION_DATA);
    fields.binary(data);
    if fields.is_unsayable {
        return Err(Unsayable);
    }
    Ok(fields.bytes)
}

/// AUTH.
pub(super) fn auth(code: u8, method: &str, data: &[u8]) -> Result<Vec<u8>, Unsayable> {
    let fields = authentication(method, data)?;
    let mut body = Body::default();
    body.byte(code);
    body.variable(fields.len());
    body.bytes.extend_from_slice(&fields);
    body.packet(0xF0)
}

/// PUBLISH at a QoS, which may be lower than asked for. QoS 0 has neither packet identifier nor DUP [MQTT-3.3.1-2].
pub(super) fn publish(
    version: Version,
    publish: &Publish,
    level: QoS,
    id: PacketId,
    duplicate: bool,
) -> Result<Vec<u8>, Unsayable> {
    if publish.topic.is_empty() || publish.topic.contains(['+', '#']) {
        // [MQTT-3.3.2-2], [MQTT-4.7.3-1]
        return Err(Unsayable);
    }
    let is_answered = level > QoS::AtMostOnce;
    let mut body = Body::default();
    body.text(&publish.topic);
    if is_answered {
        body.two_bytes(id.get());
    }
    if version == Version::V5 {
        let PropertyBytes(properties) = &publish.properties;
        body.variable(properties.len());
        body.bytes.extend_from_slice(properties);
    }
    body.bytes.extend_from_slice(&publish.payload);
    body.packet(
        0x30 | u8::from(duplicate && is_answered) << 3
            | (level as u8) << 1
            | u8::from(publish.retain),
    )
}

impl TryFrom<&Properties> for PropertyBytes {
    type Error = Unsayable;

    fn try_from(properties: &Properties) -> Result<Self, Unsayable> {
        let mut fields = Body::default();
        if let Some(seconds) = properties.message_expiry {
            fields.byte(property::MESSAGE_EXPIRY_INTERVAL);
            fields.four_bytes(seconds);
        }
        if let Some(kind) = &properties.content_type {
            fields.byte(property::CONTENT_TYPE);
            fields.text(kind);
        }
        if let Some(topic) = &properties.response_topic {
            // [MQTT-3.3.2-14]
            fields.is_unsayable |= topic.is_empty() || topic.contains(['+', '#']);
            fields.byte(property::RESPONSE_TOPIC);
            fields.text(topic);
        }
        if let Some(bytes) = &properties.correlation_data {
            fields.byte(property::CORRELATION_DATA);
            fields.binary(bytes);
        }
        for (name, value) in &properties.user_properties {
            fields.byte(property::USER_PROPERTY);
            fields.text(name);
            fields.text(value);
        }
        if fields.is_unsayable {
            return Err(Unsayable);
        }
        Ok(Self(fields.bytes))
    }
}

/// SUBSCRIBE. Retained messages are wanted, ours come back to us, and RETAIN = 1 means "stored" [MQTT-3.3.1-12]. Messages tell
/// the identifier, of which only version 5 may have one.
pub(super) fn subscribe(
    version: Version,
    id: PacketId,
    filters: &[(TopicFilter, QoS)],
    identifier: Option<u32>,
) -> Result<Vec<u8>, Unsayable> {
    let filters = filters.iter().map(|(filter, level)| (filter, Some(*level)));
    request(0x82, version, id, identifier, filters)
}

/// UNSUBSCRIBE.
pub(super) fn unsubscribe(
    version: Version,
    id: PacketId,
    filters: &[TopicFilter],
) -> Result<Vec<u8>, Unsayable> {
    request(
        0xA2,
        version,
        id,
        None,
        filters.iter().map(|filter| (filter, None)),
    )
}

fn request<'a>(
    first: u8,
    version: Version,
    id: PacketId,
    identifier: Option<u32>,
    filters: impl ExactSizeIterator<Item = (&'a TopicFilter, Option<QoS>)>,
) -> Result<Vec<u8>, Unsayable> {
    if filters.len() == 0 {
        // [MQTT-3.8.3-2], [MQTT-3.10.3-2]
        return Err(Unsayable);
    }
    let mut body = Body::default();
    body.two_bytes(id.get());
    let mut fields = Body::default();
    if let Some(identifier) = identifier {
        fields.byte(property::SUBSCRIPTION_IDENTIFIER);
        fields.variable(identifier as usize);
    }
    if version == Version::V5 {
        body.variable(fields.bytes.len());
        body.bytes.extend(fields.bytes);
    }
    for (filter, level) in filters {
        if version == Version::V5 && !is_shared_rightly(filter.as_str()) {
            return Err(Unsayable);
        }
        body.text(filter.as_str());
        if let Some(level) = level {
            body.byte(level as u8);
        }
    }
    body.packet(first)
}

/// `$share/{name}/{filter}`, with a name that is one level without wildcards [MQTT-4.8.2-1], [MQTT-4.8.2-2]; or no `$share/`.
fn is_shared_rightly(filter: &str) -> bool {
    filter.strip_prefix("$share/").is_none_or(|rest| {
        rest.split_once('/').is_some_and(|(name, filter)| {
            !name.is_empty() && !name.contains(['+', '#']) && !filter.is_empty()
        })
    })
}

/// What follows the fixed header of a packet.
#[derive(Default)]
struct Body {
    bytes: Vec<u8>,
    is_unsayable: bool,
}

impl Body {
    fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    fn two_bytes(&mut self, number: u16) {
        self.bytes.extend_from_slice(&number.to_be_bytes());
    }

    fn four_bytes(&mut self, number: u32) {
        self.bytes.extend_from_slice(&number.to_be_bytes());
    }

    /// A variable byte integer: seven bits a byte, the lowest first.
    fn variable(&mut self, mut number: usize) {
        while number > 0x7F {
            self.byte(0x80 | (number & 0x7F) as u8);
            number >>= 7;
        }
        self.byte(number as u8);
    }

    fn text(&mut self, text: &str) {
        // [MQTT-1.5.4-2]
        self.is_unsayable |= text.contains('\0');
        self.binary(text.as_bytes());
    }

    fn binary(&mut self, bytes: &[u8]) {
        match u16::try_from(bytes.len()) {
            Ok(length) => {
                self.two_bytes(length);
                self.bytes.extend_from_slice(bytes);
            }
            Err(_) => self.is_unsayable = true,
        }
    }

    /// The whole packet.
    fn packet(self, first: u8) -> Result<Vec<u8>, Unsayable> {
        let length = self.bytes.len();
        if self.is_unsayable || length > LARGEST_BODY {
            return Err(Unsayable);
        }
        let mut packet = Self {
            bytes: Vec::with_capacity(MAX_HEADER + length),
            is_unsayable: false,
        };
        packet.byte(first);
        packet.variable(length);
        packet.bytes.extend_from_slice(&self.bytes);
        Ok(packet.bytes)
    }
}

/// An answer of two bytes: a packet identifier. Thousands of times a second, so without a buffer of its own.
pub(super) fn answer(kind: Answer, id: PacketId) -> [u8; 4] {
    let [high, low] = id.get().to_be_bytes();
    [kind as u8, 2, high, low]
}

/// The same where the identifier is none that we know: version 5 says so by reason code 0x92, which is no fault.
pub(super) fn answer_unknown(version: Version, kind: Answer, id: PacketId, unsent: &mut Vec<u8>) {
    let [first, _, high, low] = answer(kind, id);
    match version {
        Version::V311 => unsent.extend_from_slice(&[first, 2, high, low]),
        Version::V5 => unsent.extend_from_slice(&[first, 3, high, low, 0x92]),
    }
}

/// The first byte of an answer, flags included [MQTT-3.6.1-1].
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(super) enum Answer {
    Puback = 0x40,
    Pubrec = 0x50,
    Pubrel = 0x62,
    Pubcomp = 0x70,
}

/// PINGREQ.
pub(super) const PINGREQ: [u8; 2] = [0xC0, 0];

/// DISCONNECT; only version 5 has a reason code.
pub(super) fn disconnect(version: Version, code: u8) -> Vec<u8> {
    match version {
        Version::V311 => vec![0xE0, 0],
        Version::V5 => vec![0xE0, 1, code],
    }
}

/// The largest Remaining Length [MQTT-1.5.5-1].
const LARGEST_BODY: usize = 268_435_455;

/// The first byte, and up to four of Remaining Length.
const MAX_HEADER: usize = 5;

#[cfg(test)]
mod tests;
