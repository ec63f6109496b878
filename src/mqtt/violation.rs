//! What a broker sends against the standard, and what we answer.

use serde::{Deserialize, Serialize};

/// What a broker sent against the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Violation {
    /// The bytes are no packet: [MQTT-2.1.3-1], [MQTT-4.8.0-1].
    #[error("the bytes are not MQTT")]
    Malformed,
    /// The packet is not allowed now, or never from a broker.
    #[error("a packet came that is not allowed here")]
    Unexpected,
    /// Larger than we said we take [MQTT-3.1.2-24].
    #[error("a packet was larger than agreed")]
    TooLarge,
    /// A topic alias that we did not allow [MQTT-3.3.2-11], or 0 [MQTT-3.3.2-8].
    #[error("a topic alias came that was not agreed on")]
    TopicAlias,
    /// More messages at once than we said we take [MQTT-3.3.4-9].
    #[error("more messages were under way than agreed")]
    ReceiveMaximum,
    /// The broker did not show that it knows the password, or asks for more than the method has to say.
    #[error("the broker could not be authenticated")]
    Authentication,
    /// A text frame [MQTT-6.0.0-1].
    #[error("a text frame came where MQTT needs binary frames")]
    TextFrame,
}

impl Violation {
    /// The reason code with which a version 5 client says why it leaves [MQTT-4.13.1-1].
    pub const fn reason_code(self) -> u8 {
        match self {
            // A client has no other for it.
            Self::Authentication => 0x80,
            Self::Malformed => 0x81,
            Self::Unexpected | Self::TextFrame => 0x82,
            Self::ReceiveMaximum => 0x93,
            Self::TopicAlias => 0x94,
            Self::TooLarge => 0x95,
        }
    }
}
