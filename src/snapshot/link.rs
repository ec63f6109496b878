//! What is remembered of a broker: who we are to it, and until when we listened.

use serde::{Deserialize, Serialize};

use super::{RecordError, read, write};
use crate::link::{Identity, Sessions};
use crate::observation::DeviceId;
use crate::ordered::OrderedSet;
use crate::packed;
use crate::settings::ProfileId;
use crate::time::Timestamp;

const VERSION: u8 = 4;

const PREFIX: &str = "link/";

/// What is remembered of a broker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkMemory {
    /// Who we are to it; without a client identifier: nobody yet.
    pub identity: Identity,
    /// The topic filters of the session.
    pub filters: OrderedSet<String>,
    /// What came.
    pub listened: Listened,
}

/// How far a broker was listened to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listened {
    /// Until when its messages came to us; later ones may have been missed.
    pub until: Option<Timestamp>,
    /// Devices whose messages come at QoS 0: no session keeps those.
    pub unkept: OrderedSet<DeviceId>,
    /// The broker has answered each subscription of the session, so that it keeps what is sent meanwhile.
    pub is_answered: bool,
}

impl LinkMemory {
    /// Of a broker that was never heard.
    pub fn new(identity: Identity) -> Self {
        Self {
            identity,
            filters: OrderedSet::new(),
            listened: Listened::default(),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    client_id: String,
    session_exists: bool,
    held: OrderedSet<String>,
    left: OrderedSet<String>,
    #[serde(serialize_with = "packed::whole")]
    in_flight: Vec<u8>,
    filters: OrderedSet<String>,
    heard_until: Option<Timestamp>,
    unkept: OrderedSet<DeviceId>,
    is_answered: bool,
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
            in_flight: memory.identity.in_flight.clone(),
            filters: memory.filters.clone(),
            heard_until: memory.listened.until,
            unkept: memory.listened.unkept.clone(),
            is_answered: memory.listened.is_answered,
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
            in_flight: stored.in_flight,
        };
        (
            profile,
            LinkMemory {
                identity,
                filters: stored.filters,
                listened: Listened {
                    until: stored.heard_until,
                    unkept: stored.unkept,
                    is_answered: stored.is_answered,
                },
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
                in_flight: vec![4, 0x62, 2, 0, 7],
            },
            filters: ["door/#".to_owned()].into(),
            listened: Listened {
                until: Some(Timestamp::from_millis(7)),
                unkept: [DeviceId::new("a")].into(),
                is_answered: true,
            },
        };
        let profile = ProfileId("mall".to_owned());
        assert_eq!(
            read_link(&link_key(&profile), &write_link(&memory)),
            Some(Ok((profile, memory)))
        );
        assert_eq!(read_link("device/x", &[]), None);
    }
}
