//! What we say → bytes, by the crate's packet types.
//!
//! Their builders check lengths and report them; only a packet of more than 268,435,455 bytes makes them panic, and
//! [`publish`] refuses that before. They do not look for U+0000, which brokers answer by closing: [`text`] does.

use mqtt_protocol_core::mqtt::packet::{self as wire, v3_1_1, v5_0};
use mqtt_protocol_core::mqtt::result_code::MqttError;

use super::decode::PacketId;
use super::{Connect, Publish, QoS, TopicFilter, Version};

/// What MQTT has no form for: text over 65,535 bytes or with U+0000, a topic name with wildcards, a packet too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("longer than MQTT allows, or with a character that it forbids")]
pub struct Unsayable;

/// CONNECT. `receive_maximum` and `maximum_packet_size` say what we take (5 only).
pub(super) fn connect(
    connect: &Connect,
    receive_maximum: u16,
    maximum_packet_size: u32,
) -> Result<Vec<u8>, Unsayable> {
    // A password needs a user name in 3.1.1 [MQTT-3.1.2-22], and in the crate's version 5.
    let username = match (&connect.username, &connect.password) {
        (None, Some(_)) => Some(""),
        (username, _) => username.as_deref(),
    };
    // The builders of both versions have the same methods and no trait in common.
    macro_rules! fill {
        ($builder:expr) => {{
            let mut builder = $builder
                .clean_start(connect.clean)
                .keep_alive(connect.keep_alive)
                .client_id(text(&connect.client_id)?)?;
            if let Some(will) = &connect.will {
                let topic = text(&will.topic)?;
                builder = builder.will_message(topic, &will.payload, qos(will.qos), will.retain)?;
            }
            if let Some(username) = username {
                builder = builder.user_name(text(username)?)?;
            }
            if let Some(password) = &connect.password {
                builder = builder.password(password.reveal().as_str())?;
            }
            builder
        }};
    }
    Ok(match connect.version {
        Version::V311 => fill!(v3_1_1::Connect::builder())
            .build()?
            .to_continuous_buffer(),
        Version::V5 => {
            let mut properties: wire::Properties = vec![
                wire::ReceiveMaximum::new(receive_maximum)?.into(),
                wire::MaximumPacketSize::new(maximum_packet_size)?.into(),
            ];
            if connect.session_expiry > 0 {
                let expiry = wire::SessionExpiryInterval::new(connect.session_expiry)?;
                properties.push(expiry.into());
            }
            fill!(v5_0::Connect::builder())
                .props(properties)
                .build()?
                .to_continuous_buffer()
        }
    })
}

/// PUBLISH at a QoS, which may be lower than asked for. QoS 0 has neither packet identifier nor DUP [MQTT-3.3.1-2].
pub(super) fn publish(
    version: Version,
    publish: &Publish,
    level: QoS,
    id: PacketId,
    duplicate: bool,
) -> Result<Vec<u8>, Unsayable> {
    let size = publish.topic.len() + publish.payload.len();
    if publish.topic.is_empty() || size > MAX_PUBLISH {
        return Err(Unsayable);
    }
    let id = (level > QoS::AtMostOnce).then_some(id.get());
    macro_rules! fill {
        ($builder:expr) => {
            $builder
                .topic_name(text(&publish.topic)?)?
                .qos(qos(level))
                .dup(duplicate && id.is_some())
                .retain(publish.retain)
                .packet_id(id)
                .payload(publish.payload.as_slice())
                .build()?
                .to_continuous_buffer()
        };
    }
    Ok(match version {
        Version::V311 => fill!(v3_1_1::Publish::builder()),
        Version::V5 => fill!(v5_0::Publish::builder()),
    })
}

/// SUBSCRIBE. Retained messages are wanted, ours come back to us, and RETAIN = 1 means "stored" [MQTT-3.3.1-12].
pub(super) fn subscribe(
    version: Version,
    id: PacketId,
    filters: &[(TopicFilter, QoS)],
) -> Result<Vec<u8>, Unsayable> {
    let mut entries = Vec::with_capacity(filters.len());
    for (filter, level) in filters {
        let options = wire::SubOpts::new().set_qos(qos(*level));
        entries.push(wire::SubEntry::new(filter.as_str(), options)?);
    }
    Ok(match version {
        Version::V311 => v3_1_1::Subscribe::builder()
            .packet_id(id.get())
            .entries(entries)
            .build()?
            .to_continuous_buffer(),
        Version::V5 => v5_0::Subscribe::builder()
            .packet_id(id.get())
            .entries(entries)
            .build()?
            .to_continuous_buffer(),
    })
}

/// UNSUBSCRIBE.
pub(super) fn unsubscribe(
    version: Version,
    id: PacketId,
    filters: &[TopicFilter],
) -> Result<Vec<u8>, Unsayable> {
    let entries = || filters.iter().map(TopicFilter::as_str);
    Ok(match version {
        Version::V311 => v3_1_1::Unsubscribe::builder()
            .packet_id(id.get())
            .entries(entries())?
            .build()?
            .to_continuous_buffer(),
        Version::V5 => v5_0::Unsubscribe::builder()
            .packet_id(id.get())
            .entries(entries())?
            .build()?
            .to_continuous_buffer(),
    })
}

/// An answer of two bytes: a packet identifier. The builders allocate four buffers for it, thousands of times a second.
pub(super) fn answer(kind: Answer, id: PacketId) -> [u8; 4] {
    let [high, low] = id.get().to_be_bytes();
    [kind as u8, 2, high, low]
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

impl From<MqttError> for Unsayable {
    fn from(_: MqttError) -> Self {
        Self
    }
}

fn text(text: &str) -> Result<&str, Unsayable> {
    if text.contains('\0') {
        // [MQTT-1.5.4-2]
        return Err(Unsayable);
    }
    Ok(text)
}

fn qos(qos: QoS) -> wire::Qos {
    match qos {
        QoS::AtMostOnce => wire::Qos::AtMostOnce,
        QoS::AtLeastOnce => wire::Qos::AtLeastOnce,
        QoS::ExactlyOnce => wire::Qos::ExactlyOnce,
    }
}

/// Topic and payload together; under the largest Remaining Length with all that stands beside them.
const MAX_PUBLISH: usize = 268_000_000;

#[cfg(test)]
mod tests;
