//! The numbers of version 5's properties (table 2-4), but of those that neither side sends here.

pub(super) const PAYLOAD_FORMAT_INDICATOR: u8 = 1;
pub(super) const MESSAGE_EXPIRY_INTERVAL: u8 = 2;
pub(super) const CONTENT_TYPE: u8 = 3;
pub(super) const RESPONSE_TOPIC: u8 = 8;
pub(super) const CORRELATION_DATA: u8 = 9;
pub(super) const SUBSCRIPTION_IDENTIFIER: u8 = 11;
pub(super) const SESSION_EXPIRY_INTERVAL: u8 = 17;
pub(super) const ASSIGNED_CLIENT_IDENTIFIER: u8 = 18;
pub(super) const SERVER_KEEP_ALIVE: u8 = 19;
pub(super) const AUTHENTICATION_METHOD: u8 = 21;
pub(super) const AUTHENTICATION_DATA: u8 = 22;
pub(super) const WILL_DELAY_INTERVAL: u8 = 24;
pub(super) const RESPONSE_INFORMATION: u8 = 26;
pub(super) const SERVER_REFERENCE: u8 = 28;
pub(super) const REASON_STRING: u8 = 31;
pub(super) const RECEIVE_MAXIMUM: u8 = 33;
pub(super) const TOPIC_ALIAS_MAXIMUM: u8 = 34;
pub(super) const TOPIC_ALIAS: u8 = 35;
pub(super) const MAXIMUM_QOS: u8 = 36;
pub(super) const RETAIN_AVAILABLE: u8 = 37;
pub(super) const USER_PROPERTY: u8 = 38;
pub(super) const MAXIMUM_PACKET_SIZE: u8 = 39;
pub(super) const WILDCARD_SUBSCRIPTION_AVAILABLE: u8 = 40;
pub(super) const SUBSCRIPTION_IDENTIFIER_AVAILABLE: u8 = 41;
pub(super) const SHARED_SUBSCRIPTION_AVAILABLE: u8 = 42;
