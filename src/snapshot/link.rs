//! What is remembered of a broker: who we are to it, and until when we listened.

use serde::{Deserialize, Serialize};

use super::{RecordError, read, write};
use crate::link::{Identity, Sessions};
use crate::observation::DeviceId;
use crate::ordered::OrderedSet;
use crate::settings::ProfileId;
use crate::time::Timestamp;

const VERSION: u8 = 3;

const PREFIX: &str = "link/";

/// What is remembered of a broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkMemory {
    /// Who we are to it.
    pub identity: Identity,
    /// Until when its messages came to us; later ones may have been missed.
    pub heard_until: Option<Timestamp>,
    /// Devices whose messages come at QoS 0: no session keeps those.
    pub unkept: OrderedSet<DeviceId>,
    /// The topic filters of the session.
    pub filters: OrderedSet<String>,
}

impl LinkMemory {
    /// Of a broker that was never heard.
    pub const fn new(identity: Identity) -> Self {
        Self {
            identity,
            heard_until: None,
            unkept: OrderedSet::new(),
            filters: OrderedSet::new(),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    client_id: String,
    session_exists: bool,
    held: OrderedSet<String>,
    left: OrderedSet<String>,
    heard_until: Option<Timestamp>,
    unkept: OrderedSet<DeviceId>,
    filters: OrderedSet<String>,
}

/// The key of a broker's record.
pub fn link_key(profile: &ProfileId) -> String {
    format!("{PREFIX}{}", profile.0)
}

/// A broker's memory as bytes.
pub fn write_link(memory: &LinkMemory) -> Vec<u8> {
    write(
        VERSION,
        &Stored {
            client_id: memory.identity.client_id.clone(),
            session_exists: memory.identity.session_exists,
            held: memory.identity.sessions.held.clone(),
            left: memory.identity.sessions.left.clone(),
            heard_until: memory.heard_until,
            unkept: memory.unkept.clone(),
            filters: memory.filters.clone(),
        },
    )
}

/// The memory in a record; `None` if the key is not one of a broker.
///
/// # Errors
/// [`RecordError`].
pub fn read_link(key: &str, bytes: &[u8]) -> Option<Result<(ProfileId, LinkMemory), RecordError>> {
    let profile = ProfileId(key.strip_prefix(PREFIX)?.to_owned());
    Some(read(VERSION, bytes).map(|stored: Stored| {
        let identity = Identity {
            client_id: stored.client_id,
            session_exists: stored.session_exists,
            // It was stored.
            ephemeral: false,
            sessions: Sessions {
                held: stored.held,
                left: stored.left,
            },
        };
        (
            profile,
            LinkMemory {
                identity,
                heard_until: stored.heard_until,
                unkept: stored.unkept,
                filters: stored.filters,
            },
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_is_remembered_as_it_was() {
        let memory = LinkMemory {
            identity: Identity {
                client_id: "wall-1".to_owned(),
                session_exists: true,
                ephemeral: false,
                sessions: Sessions {
                    held: ["wss://a".to_owned()].into(),
                    left: ["wss://b".to_owned()].into(),
                },
            },
            heard_until: Some(Timestamp::from_millis(7)),
            unkept: [DeviceId::new("a")].into(),
            filters: ["door/#".to_owned()].into(),
        };
        let profile = ProfileId("mall".to_owned());
        assert_eq!(
            read_link(&link_key(&profile), &write_link(&memory)),
            Some(Ok((profile, memory)))
        );
        assert_eq!(read_link("device/x", &[]), None);
    }
}
