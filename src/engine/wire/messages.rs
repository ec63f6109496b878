//! Messages as a person who sets up or looks for a fault sees them: as they came, and what became of each.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::command::{Confirmation, Fallback, Stage};
use crate::link::PublishId;
use crate::mqtt::{Properties, QoS};
use crate::observation::{Channel, Class};
use crate::packed;
use crate::payload::PayloadError;
use crate::secret::Secret;
use crate::series::{Applied, Refusal};
use crate::settings::ProfileId;
use crate::snapshot::RecordError;
use crate::time::Timestamp;

/// What a page asks of the engine's desk, for [`super::Request::Desk`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeskRequest {
    /// Look at messages; answered by [`super::Reply::Seen`] at once. They are kept only while somebody asks again.
    Look(Look),
    /// Publish a message; how far it is, and what followed, tells [`Seen::publication`].
    Publish(Box<Publication>),
    /// The sound that [`super::EffectKind::Ring`] wanted could not be played.
    NotRung(PublishId),
}

impl From<DeskRequest> for super::Request {
    fn from(request: DeskRequest) -> Self {
        Self::Desk(packed::to_bytes(&request))
    }
}

/// What a page looks at. The one does not depend on the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The messages of its list; `None`: that stands still.
    pub list: Option<Listing>,
    /// What became of its last publication; `None`: there is none, or that is over.
    pub publication: Option<Following>,
}

/// Which messages a list shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// A topic filter.
    pub filter: String,
    /// It has all up to this number.
    pub after: u64,
}

/// A page's publication, and what it knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Following {
    /// [`Publication::key`]
    pub key: u64,
    /// Of what followed it has all up to this number.
    pub after: u64,
}

/// What comes within this time after a publication may be its answer.
pub const FOLLOWS: Duration = Duration::from_secs(10);

/// A message that a person publishes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// The page's own number for it.
    pub key: u64,
    /// To which broker.
    pub profile: ProfileId,
    /// Topic name.
    pub topic: String,
    /// Any bytes.
    pub payload: Vec<u8>,
    /// How often it may arrive.
    pub qos: QoS,
    /// The broker keeps it for later subscribers.
    pub retain: bool,
    /// Version 5 only; 3.1.1 leaves them out.
    pub properties: Properties,
    /// What confirms it.
    pub confirmation: Option<Confirmation>,
    /// What is done instead, if it is not.
    pub fallback: Option<WireFallback>,
}

/// A [`Fallback`] on its way to our own worker. The address of a webhook is a secret that stands in its bytes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WireFallback {
    /// [`Fallback::Publish`]
    Publish {
        /// To which broker.
        profile: ProfileId,
        /// Topic name.
        topic: String,
    },
    /// [`Fallback::Webhook`]
    Webhook(String),
    /// [`Fallback::Sound`]
    Sound,
}

impl From<WireFallback> for Fallback {
    fn from(fallback: WireFallback) -> Self {
        match fallback {
            WireFallback::Publish { profile, topic } => Self::Publish { profile, topic },
            WireFallback::Webhook(address) => Self::Webhook(Secret::new(address)),
            WireFallback::Sound => Self::Sound,
        }
    }
}

impl std::fmt::Debug for WireFallback {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Fallback::from(self.clone()).fmt(formatter)
    }
}

/// The answer to a [`Look`], each part to the same part of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// What came since.
    pub list: Option<Listed>,
    /// What became of the publication since.
    pub publication: Option<Published>,
}

/// What came since.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// [`Listing::after`]
    pub after: u64,
    /// The newest number: how many came since somebody looks.
    pub last: u64,
    /// Oldest first; not all, if more came than are kept.
    pub messages: Vec<MessageView>,
}

/// How far a publication is, and what followed since.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Published {
    /// [`Publication::key`]
    pub key: u64,
    /// How far it is; `None`: that is not known any more.
    pub stage: Option<Stage>,
    /// All that came in the [`FOLLOWS`] after it, whatever its topic; as in [`Listed`].
    pub followed: Listed,
    /// Nothing more will be told of it.
    pub is_over: bool,
}

impl Seen {
    /// For [`super::Reply::Seen`].
    pub fn to_bytes(&self) -> Vec<u8> {
        packed::to_bytes(self)
    }

    /// From [`super::Reply::Seen`]; `None`: they are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        packed::read(bytes).ok()
    }
}

/// One message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageView {
    /// Counts up from 1 as long as somebody looks.
    pub number: u64,
    /// By which broker; `None`: it is simulated.
    pub profile: Option<ProfileId>,
    /// On our clock.
    pub received_at: Timestamp,
    /// Topic name.
    pub topic: String,
    /// So many bytes of it a bridge put before it: it is read without them.
    pub prefix: u32,
    /// Its first bytes.
    pub payload: Vec<u8>,
    /// How many bytes it has.
    pub length: u64,
    /// As delivered.
    pub qos: QoS,
    /// The broker had stored it.
    pub retained: bool,
    /// DUP was set.
    pub duplicate: bool,
    /// Version 5 only.
    pub properties: Properties,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fate {
    /// It has no payload, which only clears what the broker had stored.
    Empty,
    /// Nothing knows it: it is shown as it is.
    Unknown,
    /// It is known and cannot be read.
    Unreadable {
        /// The mapping that knows it, or the topic of a person's own.
        mapping: String,
        /// Why.
        why: Unreadable,
    },
    /// It was read.
    Read {
        /// The mapping that knows it, or the topic of a person's own.
        mapping: String,
        /// What it said; empty: nothing that is shown.
        said: Vec<Said>,
    },
}

/// One thing that a message said of a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// Which device, or the topic where the sender is unknown.
    pub device: String,
    /// What it said.
    pub what: SaidWhat,
}

/// What a message said of a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SaidWhat {
    /// A number to count with.
    Count {
        /// Which line of the device.
        line: String,
        /// What is counted.
        channel: Channel,
        /// Of which objects.
        class: Class,
        /// People, or objects.
        value: u64,
        /// What it did.
        outcome: Applied,
        /// The ids of the doors that count with it.
        doors: Vec<String>,
    },
    /// Whether it is connected.
    Presence,
    /// A named state.
    State,
    /// A number that is no count.
    Measurement,
    /// What it is, what it is called.
    Description,
    /// Words of its own.
    Text,
}

/// Why a message cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Unreadable {
    /// More than 1 MiB.
    TooLarge,
    /// More than 127 levels.
    TooDeep,
    /// It ends inside a value.
    Truncated,
    /// No UTF-8.
    NotText,
    /// No JSON object.
    NotJson,
    /// A field is not there.
    Missing(String),
    /// A field is not what it should be.
    Field(String),
}

/// Something odd that is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Odd {
    /// A message.
    Unreadable(Unreadable),
    /// A reading.
    Refused(Refusal),
    /// Something that was stored.
    Record(RecordError),
    /// Of other kinds, which are too many to tell apart.
    More,
}

impl From<PayloadError> for Unreadable {
    fn from(error: PayloadError) -> Self {
        match error {
            PayloadError::TooLarge => Self::TooLarge,
            PayloadError::TooDeep => Self::TooDeep,
            PayloadError::Truncated => Self::Truncated,
            PayloadError::NotText => Self::NotText,
            PayloadError::NotJson => Self::NotJson,
            PayloadError::Missing(field) => Self::Missing(field.to_owned()),
            PayloadError::Unreadable(field) => Self::Field(field.to_owned()),
        }
    }
}
