//! What page and engine say to each other: levels in one direction, requests in the other, as [`packed`].
//!
//! That does not describe itself, so every message begins with the build's id, and another build's is refused.
//! All values are levels: applying an [`Update`] twice changes nothing.

mod messages;
mod update;

use serde::{Deserialize, Serialize};

pub use crate::command::{Confirmation, Stage};
pub use crate::fleet::Freshness;
use crate::link::{Hint, LinkState, PublishId};
use crate::packed::{self, Malformed};
use crate::secret::Secret;
pub use crate::series::{BucketState, Total};
use crate::settings::{Profile, ProfileId, secrets_in_address};
pub use crate::site::Earlier;
pub use crate::site::Level;
pub use crate::snapshot::RecordError;
use crate::time::{BucketSize, DemoClock, Monotonic, Timestamp};
pub use messages::{
    DeskRequest, FOLLOWS, Fate, Following, Listed, Listing, Look, MessageView, Odd, Publication,
    Published, Said, SaidWhat, Seen, Unreadable, WireFallback,
};
pub use update::{
    BucketRow, BucketsPatch, ColumnsPatch, Cut, DayView, DeviceView, DoorName, DoorView, Levels,
    LinkView, NoticeView, RollUp, SiteView, StorageView, Summary, TrafficView, Update, Volume,
    WarningView, WideView, ZoneName, ZoneView,
};

/// Which page of an engine; given by the shell that carries the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PageId(pub u32);

/// Which chart of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ViewId(pub u32);

/// Numbers an [`Effect`] for its acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EffectNumber(pub u64);

/// What a page says to the shell that carries its engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// The first one: where the engine keeps what it stores, and by which clock it lives.
    Start {
        /// Name of the store; the path of the page, so that two deployments of one origin do not meet.
        store: Option<String>,
        /// A demonstration's clock.
        clock: Option<DemoClock>,
        /// Record all of the engine's inputs, and not only the last; only a demonstration does.
        record: bool,
    },
    /// To the engine.
    Request(Request),
    /// Answer with [`Answer::Recording`].
    Recording,
    /// Answer with [`Answer::Here`].
    Ask,
}

/// What a shell says to its page, and to other tabs of this browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// From the engine.
    Reply(Reply),
    /// The engine's last inputs, for [`super::recording::read`].
    Recording(Vec<u8>),
    /// It still runs; to another tab also: our engine is yours.
    Here,
    /// To our page: a tab of this other build wants to share an engine with us.
    OtherBuild(String),
    /// To our page: the engine is another tab's now.
    Lost,
    /// To another tab: our engine is not yours.
    Refused,
    /// To another tab: the [`Call`] to say to an engine that follows after ours.
    Testament(Vec<u8>),
}

/// What a page asks of the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// The first one of a page.
    Hello {
        /// `config.json` as text, or what stands for it; parsed again here, so that no domain type is serialised.
        config: Option<String>,
        /// The profiles of forms and storage, with their passwords.
        profiles: Vec<WireProfile>,
        /// Connect to these at once.
        connect: Vec<ProfileId>,
    },
    /// Replaces a profile, or adds it.
    Save(WireProfile),
    /// Disconnects and forgets a profile.
    Delete(ProfileId),
    /// Keep it connected.
    Connect(ProfileId),
    /// Disconnect, and stay so.
    Disconnect(ProfileId),
    /// Tries a profile without keeping it; answered by [`EffectKind::Tested`].
    Test(WireProfile),
    /// Run the simulated site inside the engine.
    Simulate,
    /// Tell every link.
    Hint(Hint),
    /// The page is about to be hidden or closed: store now.
    Keep,
    /// Show a chart from now on; the same view with a later generation replaces the former.
    Watch(Watch),
    /// A chart closed.
    Unwatch(ViewId),
    /// Which device cards are in view.
    Cards(Cards),
    /// One credit: the engine may send one [`Update`].
    Flush,
    /// An effect was carried out.
    Acknowledge(EffectNumber),
    /// A [`DeskRequest`] as bytes, so that what reads it is loaded with what answers it.
    Desk(Vec<u8>),
}

/// Which device cards a page shows, as positions in the list of those looked for, first those that need somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cards {
    /// Position of the first.
    pub first: u32,
    /// How many.
    pub count: u32,
    /// Those whose name or id holds this; empty: all.
    pub text: String,
    /// Those that are so recent; `None`: all.
    pub freshness: Option<Freshness>,
}

/// What a chart shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// Which chart.
    pub view: ViewId,
    /// Counts up at each change; answers to a former one are dropped.
    pub generation: u32,
    /// In the order in which patches name them.
    pub series: Vec<SeriesId>,
    /// Which time.
    pub window: Window,
    /// How fine.
    pub resolution: Resolution,
}

/// A curve, or a row of bars.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SeriesId {
    /// People present in a zone.
    Occupancy(String),
    /// Entered and exited of a zone; with [`Resolution::Buckets`].
    Flow(String),
}

/// Which time a chart shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Window {
    /// The newest span, in milliseconds.
    Live {
        /// Milliseconds.
        span: u64,
    },
    /// From one instant up to another.
    Fixed {
        /// First.
        from: Timestamp,
        /// Not included.
        to: Timestamp,
    },
    /// The site's day so far and to come.
    Day,
}

/// How fine a chart is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Resolution {
    /// One row {first, min, max, last} a pixel column.
    Columns {
        /// Milliseconds.
        width_ms: u32,
    },
    /// One row {entered, exited} a span of the site's calendar.
    Buckets(BucketSize),
}

/// Something to do once; kept until acknowledged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// For the acknowledgement.
    pub number: EffectNumber,
    /// What to do.
    pub kind: EffectKind,
}

/// What to do once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum EffectKind {
    /// A tested profile's outcome: connected, or what stands in the way.
    Tested {
        /// Which profile.
        profile: ProfileId,
        /// `Connected`, `Waiting` or `Stopped`.
        outcome: LinkState,
    },
    /// Play a sound: this was published, and not done. [`DeskRequest::NotRung`] if that cannot be.
    Ring(PublishId),
}

/// What an engine sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// Costs one credit.
    Update(Box<Update>),
    /// Costs nothing.
    Effect(Effect),
    /// A [`Seen`] in bytes: read only by what shows it, which is loaded later.
    Seen(Vec<u8>),
    /// The engine does not know this page (it was silent for long, or the engine is a new one): begin with
    /// [`Request::Hello`] again, and ask again for everything.
    Introduce,
}

/// A profile with its password, on its way to our own worker. The one place where a secret is written into bytes.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct WireProfile {
    // Boxed, because it is much larger than what else a page asks.
    profile: Box<Profile>,
    password: Option<String>,
}

impl WireProfile {
    /// For our own worker: reveals the password for the bytes to it.
    pub fn for_worker(profile: &Profile) -> Self {
        Self {
            profile: Box::new(profile.clone()),
            password: profile
                .password
                .as_ref()
                .map(|secret| secret.reveal().clone()),
        }
    }

    /// Puts as many asterisks in the place of the password. Returns it, and what is secret in the addresses.
    pub(super) fn mask(&mut self) -> Vec<Secret<String>> {
        let mut secrets: Vec<_> = self.profile.urls().flat_map(secrets_in_address).collect();
        if let Some(password) = &mut self.password {
            let masked = "*".repeat(password.len());
            secrets.push(Secret::new(std::mem::replace(password, masked)));
        }
        secrets
    }

    /// The profile, its password a secret again.
    pub fn into_profile(self) -> Profile {
        Profile {
            password: self.password.map(Secret::new),
            ..*self.profile
        }
    }
}

impl std::fmt::Debug for WireProfile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.profile.fmt(formatter)
    }
}

/// Why a message cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The other side is of another build: one of the two files is stale.
    #[error("the other side is of build {0}, this one of build {BUILD}")]
    OtherBuild(String),
    /// The bytes are no message.
    #[error("the message cannot be read")]
    Malformed(#[from] Malformed),
}

/// The build's id; `cargo xtask build` sets it, and two builds with the same sources have the same.
pub const BUILD: &str = match option_env!("FOOTFALL_BUILD") {
    Some(id) => id,
    None => "dev",
};

/// Writes a message for the other side.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    packed::to_bytes(&(BUILD, message))
}

/// Reads a message of the other side.
///
/// # Errors
/// If it comes from another build, or is none.
pub fn decode<'a, T: Deserialize<'a>>(mut bytes: &'a [u8]) -> Result<T, WireError> {
    let build: &str = packed::read_first(&mut bytes)?;
    if build != BUILD {
        return Err(WireError::OtherBuild(build.chars().take(64).collect()));
    }
    Ok(packed::read(bytes)?)
}

/// When a countdown on the page ends.
pub fn retry_at(state: &LinkState) -> Option<Monotonic> {
    match state {
        LinkState::Waiting { retry_at, .. } => Some(*retry_at),
        _ => None,
    }
}
