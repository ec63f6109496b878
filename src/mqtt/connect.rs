//! What a client says of itself first.

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

use super::{QoS, Version};

/// All that a CONNECT packet carries, beside what we take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connect {
    /// Which protocol level.
    pub version: Version,
    /// May be empty with a clean start: the broker then gives one (5), or keeps it to itself (3.1.1).
    pub client_id: String,
    /// None: no user name.
    pub username: Option<String>,
    /// None: no password.
    pub password: Option<Secret<String>>,
    /// What the broker publishes when we are lost.
    pub will: Option<Will>,
    /// Seconds; 0: never [MQTT-3.1.2-20].
    pub keep_alive: u16,
    /// Clean start (5), clean session (3.1.1).
    pub clean: bool,
    /// Seconds that the broker keeps the session after the connection; version 5 only, 0: not at all.
    pub session_expiry: u32,
}

/// A message that the broker publishes when the connection is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Will {
    /// Topic name.
    pub topic: String,
    /// At most 65,535 bytes.
    pub payload: Vec<u8>,
    /// As asked for.
    pub qos: QoS,
    /// The broker keeps it for later subscribers.
    pub retain: bool,
    /// Seconds after which it is published, if we are not back by then; version 5 only, 0: at once.
    pub delay: u32,
}
