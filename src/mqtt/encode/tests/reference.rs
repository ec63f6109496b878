//! The same packets by another implementation.

use mqtt_protocol_core::mqtt::packet::{self as wire, v3_1_1, v5_0};
use mqtt_protocol_core::mqtt::result_code::MqttError;

use super::super::{Connect, PacketId, Publish, QoS, TopicFilter, Unsayable, Version};

pub(in super::super) fn connect(
    connect: &Connect,
    receive_maximum: u16,
    maximum_packet_size: u32,
    topic_alias_maximum: u16,
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
                // The crate would send one that no broker may take.
                if will.topic.is_empty() || will.topic.contains(['+', '#']) {
                    return Err(Unsayable);
                }
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
                wire::TopicAliasMaximum::new(topic_alias_maximum)?.into(),
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

pub(in super::super) fn publish(
    version: Version,
    publish: &Publish,
    level: QoS,
    id: PacketId,
    duplicate: bool,
) -> Result<Vec<u8>, Unsayable> {
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

pub(in super::super) fn subscribe(
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

pub(in super::super) fn unsubscribe(
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
