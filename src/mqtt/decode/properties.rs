//! The properties of a version 5 packet → those of them that we use.

use mqtt_protocol_core::mqtt::packet::{self as wire, PropertiesParse, Property, PropertyId};

use crate::mqtt::{Properties, QoS, Violation};

/// What we use of the properties of any packet.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) reason: Option<String>,
    pub(super) keep_alive: Option<u16>,
    pub(super) session_expiry: Option<u32>,
    pub(super) assigned_client_id: Option<String>,
    pub(super) receive_maximum: Option<u16>,
    pub(super) maximum_qos: Option<QoS>,
    pub(super) retain_available: Option<bool>,
    pub(super) maximum_packet_size: Option<u32>,
    pub(super) message: Properties,
}

/// Reads properties, their length in front.
pub(super) fn read(bytes: &[u8], allowed: u64) -> Result<Known, Violation> {
    let (properties, consumed) =
        wire::Properties::parse(bytes).map_err(|_| Violation::Malformed)?;
    if consumed != bytes.len() {
        return Err(Violation::Malformed);
    }
    let mut seen = 0;
    let mut known = Known::default();
    for property in properties {
        let bit = 1 << (property.id() as u8);
        if allowed & bit == 0 {
            // In this packet it is a protocol error; a topic alias is one because we allow none [MQTT-3.1.2-26].
            return Err(Violation::Unexpected);
        }
        if seen & bit & ONCE != 0 {
            return Err(Violation::Unexpected);
        }
        seen |= bit;
        known.keep(&property)?;
    }
    Ok(known)
}

impl Known {
    fn keep(&mut self, property: &Property) -> Result<(), Violation> {
        match property {
            Property::ReasonString(words) => {
                self.reason = Some(text(words.val())?.chars().take(MAX_REASON).collect());
            }
            Property::ServerKeepAlive(seconds) => self.keep_alive = Some(seconds.val()),
            Property::SessionExpiryInterval(seconds) => self.session_expiry = Some(seconds.val()),
            Property::AssignedClientIdentifier(id) => {
                self.assigned_client_id = Some(text(id.val())?);
            }
            Property::ReceiveMaximum(count) => self.receive_maximum = Some(count.val()),
            Property::MaximumQos(qos) => self.maximum_qos = QoS::from_number(qos.val()),
            Property::RetainAvailable(flag) => self.retain_available = Some(flag.val() == 1),
            Property::MaximumPacketSize(bytes) => self.maximum_packet_size = Some(bytes.val()),
            Property::ContentType(name) => self.message.content_type = Some(text(name.val())?),
            Property::ResponseTopic(topic) => {
                let topic = text(topic.val())?;
                if topic.contains(['+', '#']) {
                    // [MQTT-3.3.2-14]
                    return Err(Violation::Malformed);
                }
                self.message.response_topic = Some(topic);
            }
            Property::CorrelationData(bytes) => {
                self.message.correlation_data = Some(bytes.val().to_vec());
            }
            Property::MessageExpiryInterval(seconds) => {
                self.message.message_expiry = Some(seconds.val());
            }
            Property::UserProperty(pair) => {
                let pair = (text(pair.key())?, text(pair.val())?);
                self.message.user_properties.push(pair);
            }
            // Not used, and read all the same: their form was checked.
            _ => {}
        }
        Ok(())
    }
}

fn text(text: &str) -> Result<String, Violation> {
    if text.contains('\0') {
        // [MQTT-1.5.4-2]
        return Err(Violation::Malformed);
    }
    Ok(text.to_owned())
}

const fn set(ids: &[PropertyId]) -> u64 {
    let mut set = 0;
    let mut index = 0;
    while index < ids.len() {
        set |= 1 << (ids[index] as u8);
        index += 1;
    }
    set
}

/// Those of CONNACK; the two of enhanced authentication are missing, because we never ask for it.
pub(super) const CONNACK: u64 = set(&[
    PropertyId::SessionExpiryInterval,
    PropertyId::ReceiveMaximum,
    PropertyId::MaximumQos,
    PropertyId::RetainAvailable,
    PropertyId::MaximumPacketSize,
    PropertyId::AssignedClientIdentifier,
    PropertyId::TopicAliasMaximum,
    PropertyId::ReasonString,
    PropertyId::UserProperty,
    PropertyId::WildcardSubscriptionAvailable,
    PropertyId::SubscriptionIdentifierAvailable,
    PropertyId::SharedSubscriptionAvailable,
    PropertyId::ServerKeepAlive,
    PropertyId::ResponseInformation,
    PropertyId::ServerReference,
]);

/// Those of PUBLISH from a broker, without the topic alias, which we do not allow.
pub(super) const PUBLISH: u64 = set(&[
    PropertyId::PayloadFormatIndicator,
    PropertyId::MessageExpiryInterval,
    PropertyId::ResponseTopic,
    PropertyId::CorrelationData,
    PropertyId::UserProperty,
    PropertyId::SubscriptionIdentifier,
    PropertyId::ContentType,
]);

/// Those of SUBACK, UNSUBACK and the answers to PUBLISH.
pub(super) const REASON: u64 = set(&[PropertyId::ReasonString, PropertyId::UserProperty]);

/// Those of DISCONNECT from a broker, which may not change the session's expiry [MQTT-3.14.2-2].
pub(super) const DISCONNECT: u64 = REASON | set(&[PropertyId::ServerReference]);

/// All but the two that may stand in a packet more than once.
const ONCE: u64 = !set(&[PropertyId::UserProperty, PropertyId::SubscriptionIdentifier]);

/// A reason string is shown in one place of the page, and a broker may send 65,535 bytes.
const MAX_REASON: usize = 200;
