//! The properties of a version 5 packet → those of them that we use.

use super::Reader;
use crate::mqtt::property::*;
use crate::mqtt::{Properties, QoS, Violation};

/// What we use of the properties of any packet.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) reason: Option<String>,
    pub(super) keep_alive: Option<u16>,
    pub(super) session_expiry: Option<u32>,
    pub(super) assigned_client_id: Option<String>,
    pub(super) receive_maximum: Option<u16>,
    pub(super) maximum_qos: Option<QoS>,
    pub(super) retain_available: Option<bool>,
    pub(super) maximum_packet_size: Option<u32>,
    pub(super) topic_alias: Option<u16>,
    pub(super) subscription_identifiers: Option<bool>,
    pub(super) authentication_method: Option<String>,
    pub(super) authentication_data: Vec<u8>,
    pub(super) message: Properties,
}

/// Reads properties up to the end.
pub(super) fn read(fields: &mut Reader<'_>, allowed: u64) -> Result<Known, Violation> {
    let mut known = Known::default();
    let mut seen = 0;
    while !fields.rest.is_empty() {
        let id = fields.byte()?;
        let bit = 1_u64.checked_shl(u32::from(id)).unwrap_or(0);
        if bit & allowed == 0 {
            return Err(Violation::Malformed);
        }
        if seen & bit & ONCE != 0 {
            return Err(Violation::Unexpected);
        }
        seen |= bit;
        known.keep(id, fields)?;
    }
    Ok(known)
}

impl Known {
    fn keep(&mut self, id: u8, fields: &mut Reader<'_>) -> Result<(), Violation> {
        match id {
            // Another server to go to is all that some brokers say.
            REASON_STRING | SERVER_REFERENCE => {
                let text = fields.text()?.chars().take(MAX_REASON).collect();
                if id == REASON_STRING || self.reason.is_none() {
                    self.reason = Some(text);
                }
            }
            TOPIC_ALIAS => self.topic_alias = Some(fields.two_bytes()?),
            SERVER_KEEP_ALIVE => self.keep_alive = Some(fields.two_bytes()?),
            SESSION_EXPIRY_INTERVAL => self.session_expiry = Some(fields.four_bytes()?),
            ASSIGNED_CLIENT_IDENTIFIER => {
                self.assigned_client_id = Some(fields.text()?.to_owned());
            }
            RECEIVE_MAXIMUM => self.receive_maximum = Some(not_zero(fields.two_bytes()?)?),
            MAXIMUM_QOS => self.maximum_qos = QoS::from_number(fields.flag()?.into()),
            RETAIN_AVAILABLE => self.retain_available = Some(fields.flag()?),
            MAXIMUM_PACKET_SIZE => {
                self.maximum_packet_size = Some(not_zero(fields.four_bytes()?)?);
            }
            AUTHENTICATION_METHOD => {
                self.authentication_method = Some(fields.text()?.to_owned());
            }
            AUTHENTICATION_DATA => self.authentication_data = fields.binary()?.to_vec(),
            CONTENT_TYPE => self.message.content_type = Some(fields.text()?.to_owned()),
            RESPONSE_TOPIC => {
                let topic = fields.text()?;
                if topic.contains(['+', '#']) {
                    // [MQTT-3.3.2-14]
                    return Err(Violation::Malformed);
                }
                self.message.response_topic = Some(topic.to_owned());
            }
            CORRELATION_DATA => self.message.correlation_data = Some(fields.binary()?.to_vec()),
            MESSAGE_EXPIRY_INTERVAL => self.message.message_expiry = Some(fields.four_bytes()?),
            USER_PROPERTY => {
                let pair = (fields.text()?.to_owned(), fields.text()?.to_owned());
                self.message.user_properties.push(pair);
            }
            SUBSCRIPTION_IDENTIFIER => {
                let identifier = not_zero(fields.variable()?)? as u32;
                self.message.subscription_identifiers.push(identifier);
            }
            SUBSCRIPTION_IDENTIFIER_AVAILABLE => {
                self.subscription_identifiers = Some(fields.flag()?);
            }
            // Not used, and read all the same, so that its form is checked.
            TOPIC_ALIAS_MAXIMUM => {
                fields.two_bytes()?;
            }
            RESPONSE_INFORMATION => {
                fields.text()?;
            }
            // What is left in the sets below says yes or no.
            _ => {
                fields.flag()?;
            }
        }
        Ok(())
    }
}

fn not_zero<T: PartialEq + Default>(number: T) -> Result<T, Violation> {
    if number == T::default() {
        return Err(Violation::Unexpected);
    }
    Ok(number)
}

const fn set(ids: &[u8]) -> u64 {
    let mut set = 0;
    let mut index = 0;
    while index < ids.len() {
        set |= 1 << ids[index];
        index += 1;
    }
    set
}

/// Those of CONNACK. Whether the two of enhanced authentication are allowed depends on who asked [MQTT-4.12.0-6].
pub(super) const CONNACK: u64 = set(&[
    SESSION_EXPIRY_INTERVAL,
    RECEIVE_MAXIMUM,
    MAXIMUM_QOS,
    RETAIN_AVAILABLE,
    MAXIMUM_PACKET_SIZE,
    ASSIGNED_CLIENT_IDENTIFIER,
    TOPIC_ALIAS_MAXIMUM,
    REASON_STRING,
    USER_PROPERTY,
    WILDCARD_SUBSCRIPTION_AVAILABLE,
    SUBSCRIPTION_IDENTIFIER_AVAILABLE,
    SHARED_SUBSCRIPTION_AVAILABLE,
    SERVER_KEEP_ALIVE,
    RESPONSE_INFORMATION,
    SERVER_REFERENCE,
    AUTHENTICATION_METHOD,
    AUTHENTICATION_DATA,
]);

/// Those of PUBLISH from a broker.
pub(super) const PUBLISH: u64 = set(&[
    TOPIC_ALIAS,
    PAYLOAD_FORMAT_INDICATOR,
    MESSAGE_EXPIRY_INTERVAL,
    RESPONSE_TOPIC,
    CORRELATION_DATA,
    USER_PROPERTY,
    SUBSCRIPTION_IDENTIFIER,
    CONTENT_TYPE,
]);

/// Those of SUBACK, UNSUBACK and the answers to PUBLISH.
pub(super) const REASON: u64 = set(&[REASON_STRING, USER_PROPERTY]);

/// Those of DISCONNECT; the first is a client's alone [MQTT-3.14.2-2].
pub(super) const DISCONNECT: u64 = REASON | set(&[SESSION_EXPIRY_INTERVAL, SERVER_REFERENCE]);

/// All but the two that may stand in a packet more than once.
const ONCE: u64 = !set(&[USER_PROPERTY, SUBSCRIPTION_IDENTIFIER]);

/// A reason string is shown in one place of the page, and a broker may send 65,535 bytes.
const MAX_REASON: usize = 200;
