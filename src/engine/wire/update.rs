//! What an engine tells of its state: an [`Update`] and all that stands in it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Odd, ViewId};
use crate::fleet::Freshness;
use crate::link::{Fault, LinkState};
use crate::observation::{DeviceKind, NoticeKind, Presence, Severity};
use crate::series::{BucketState, Total};
use crate::settings::{Name, ProfileId};
use crate::site::{Earlier, Level};
use crate::time::Timestamp;

/// Everything that changed since the last one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Update {
    /// The engine's wall clock when it was made.
    pub at: Option<Timestamp>,
    /// Figures, states, names.
    pub levels: Levels,
    /// Rows of charts; their numbers are in the buffer beside, in this order.
    pub columns: Vec<ColumnsPatch>,
    /// Bars of charts.
    pub buckets: Vec<BucketsPatch>,
}

impl Update {
    /// Whether it tells nothing.
    pub fn is_empty(&self) -> bool {
        self.levels == Levels::default() && self.columns.is_empty() && self.buckets.is_empty()
    }
}

/// What changed; `None` and absent entries: as before.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Levels {
    /// The site as configured.
    pub site: Option<SiteView>,
    /// All links.
    pub links: Option<Vec<LinkView>>,
    /// Whether counts survive a reload.
    pub storage: Option<StorageView>,
    /// The site's day.
    pub day: Option<DayView>,
    /// Changed zones.
    pub zones: Vec<ZoneView>,
    /// Changed doors.
    pub doors: Vec<DoorView>,
    /// How many devices there are of those looked for.
    pub found: Option<u32>,
    /// The ids of the cards asked for, in order; set when membership or order changed.
    pub order: Option<Vec<String>>,
    /// Changed cards among them.
    pub devices: Vec<DeviceView>,
    /// All devices in one line.
    pub roll_up: Option<RollUp>,
    /// Counted warnings.
    pub warnings: Option<Vec<WarningView>>,
}

/// The site's names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SiteView {
    /// Shown in the bar.
    pub name: Name,
    /// IANA name.
    pub time_zone: String,
    /// The engine runs the simulated site.
    pub simulated: bool,
    /// The configuration is a demonstration's.
    pub demo: bool,
    /// In the order shown.
    pub zones: Vec<ZoneName>,
    /// In the order shown.
    pub doors: Vec<DoorName>,
}

/// A zone's names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZoneName {
    /// Which zone.
    pub id: String,
    /// Shown.
    pub name: Name,
    /// How many people it may hold.
    pub capacity: Option<u64>,
    /// Its doors' ids.
    pub doors: Vec<String>,
    /// Those of them that lead out of it: who enters the door leaves the zone.
    pub outward: Vec<String>,
}

/// A door's names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DoorName {
    /// Which door.
    pub id: String,
    /// Shown.
    pub name: Name,
}

/// One link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkView {
    /// Which profile.
    pub profile: ProfileId,
    /// Shown.
    pub name: String,
    /// The one in use, or tried last. Without query and user information.
    pub address: String,
    /// Its place in the list of the profile's addresses, from 0.
    pub place: u32,
    /// What it is doing.
    pub state: LinkState,
    /// Since when (wall clock); for a lost connection: when it was lost or, if nobody knows, when it was last heard.
    pub since: Timestamp,
    /// Since when messages may have been missed: what is shown is from then. `None`: never, or nothing came yet.
    pub blind_since: Option<Timestamp>,
    /// Filters that the broker refused, with its reason code.
    pub refused: Vec<(String, u8)>,
    /// How much comes.
    pub traffic: TrafficView,
    /// A subscription that brings far more than devices have to say: somebody is to decide.
    pub wide: Option<WideView>,
    /// How the last connections ended, the last one last.
    pub cuts: Vec<Cut>,
    /// How many answers the broker gave to what nobody had asked, in this run. They changed nothing.
    pub strays: u64,
}

/// Messages, and the bytes of their topics and payloads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// How many.
    pub messages: u64,
    /// Together.
    pub bytes: u64,
}

impl Volume {
    /// So many a second are too many: no site has so many people at its doors, and the engine bears ten times as many.
    pub const MANY_MESSAGES: u64 = 1_000;
}

/// How much comes by a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficView {
    /// In the last second.
    pub rate: Volume,
    /// On this day of the site's.
    pub today: Volume,
    /// Since when that is counted; `None`: since the day began.
    pub since: Option<Timestamp>,
    /// How long a message last waited until it was kept and acknowledged; `None`: none had to.
    pub kept_after: Option<Duration>,
}

/// A subscription that brings far too much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WideView {
    /// Which.
    pub filter: String,
    /// A second, as measured over five.
    pub rate: Volume,
}

/// How a connection ended that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// When (wall clock).
    pub at: Timestamp,
    /// Why, as far as anybody said.
    pub fault: Fault,
    /// How long it had lasted.
    pub lived: Duration,
    /// For how long the broker had said nothing.
    pub silent: Duration,
}

/// Whether counts survive a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StorageView {
    /// Not known yet.
    Opening,
    /// They do.
    Kept,
    /// They do, but some of what was kept before cannot be read.
    KeptInPart,
    /// Another tab of this browser keeps them.
    KeptElsewhere,
    /// There is no room for them: they do not.
    Full,
    /// The browser refuses to store: they do not.
    Refused,
}

/// The site's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayView {
    /// When it began.
    pub start: Timestamp,
    /// When the next begins.
    pub end: Timestamp,
    /// The hours shown on charts of the day: opening hours with a margin, or the whole day.
    pub from: Timestamp,
    /// End of those.
    pub to: Timestamp,
}

/// One zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZoneView {
    /// Which zone.
    pub id: String,
    /// People present; `None`: no door has spoken, or others were not heard yet.
    pub occupancy: Option<u64>,
    /// Of the site's day.
    pub entered: Total,
    /// Of the site's day.
    pub exited: Total,
    /// Doors that count now.
    pub doors_counting: u32,
    /// Doors.
    pub doors: u32,
    /// The ids of doors that do not count now.
    pub doors_missing: Vec<String>,
    /// The most people present today, and when.
    pub peak: Option<(u64, Timestamp)>,
    /// How full.
    pub level: Level,
    /// Since when.
    pub level_since: Option<Timestamp>,
}

/// One door.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DoorView {
    /// Which door.
    pub id: String,
    /// Of the site's day; `None`: never spoken.
    pub entered: Option<Total>,
    /// Of the site's day.
    pub exited: Option<Total>,
    /// Entered in the last hour, in spans of three minutes, oldest first; `None`: a gap.
    pub last_hour: Vec<Option<u32>>,
    /// How recent its devices are: the worst of them.
    pub freshness: Freshness,
}

/// One device card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceView {
    /// Device id, or the topic where the sender is unknown.
    pub id: String,
    /// From the site, or the device's own.
    pub name: Option<Name>,
    /// The message did not tell its sender: the card stands for a topic.
    pub sender_unknown: bool,
    /// What it is.
    pub kind: DeviceKind,
    /// Whether it is connected, and since when (its own time, or when we heard); `None`: not known.
    pub presence: Option<(Presence, Timestamp)>,
    /// How recent.
    pub freshness: Freshness,
    /// When the last message came; never an age.
    pub last_received_at: Option<Timestamp>,
    /// The usual time between messages, once learned.
    pub usual_ms: Option<u64>,
    /// What it says, in a line.
    pub summary: Summary,
    /// Newest first, at most three.
    pub notices: Vec<NoticeView>,
}

/// What a device says, in a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Summary {
    /// Nothing yet.
    Nothing,
    /// A counter's day.
    Flow {
        /// People.
        entered: u64,
        /// People.
        exited: u64,
    },
    /// A line's day where the device does not tell the direction.
    Crossed(u64),
    /// People in its area.
    Present(u64),
    /// A state, and since when.
    State {
        /// As the device names it.
        name: String,
        /// Active or not.
        active: bool,
        /// When it changed.
        since: Timestamp,
    },
    /// A number that is no count.
    Measurement {
        /// As the device names it.
        name: String,
        /// In its own unit.
        value: f64,
    },
    /// Text that no mapping knows, at most 200 characters.
    Text(String),
    /// Bytes that are no text.
    Binary {
        /// How many.
        length: u64,
        /// The first of them.
        first: Vec<u8>,
    },
}

/// A message for the operator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeView {
    /// How much it matters.
    pub severity: Severity,
    /// What it says.
    pub what: NoticeKind,
    /// When.
    pub at: Timestamp,
}

/// All devices in one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollUp {
    /// As often as usual.
    pub live: u32,
    /// Later than usual.
    pub late: u32,
    /// Much later than usual.
    pub stale: u32,
    /// Said goodbye.
    pub offline: u32,
    /// Never any message.
    pub never_seen: u32,
    /// A broker that is not connected brings them.
    pub unseen: u32,
    /// Only an old stored message.
    pub retained_old: u32,
}

/// Something odd, counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WarningView {
    /// The mapping that claimed the message, or the part of the engine.
    pub source: String,
    /// What was odd.
    pub what: Odd,
    /// The last topic it came on.
    pub topic: String,
    /// How often.
    pub count: u64,
    /// When last.
    pub last_at: Timestamp,
}

/// Rows of one curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnsPatch {
    /// Which chart.
    pub view: ViewId,
    /// Of which of its generations.
    pub generation: u32,
    /// Which of the watch's series.
    pub series: u32,
    /// Forget the rows before: this is the whole window.
    pub whole: bool,
    /// Where the rows stand: (index of the first = floor(wall / width), number of rows).
    pub runs: Vec<(i64, u32)>,
}

/// Bars of one zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BucketsPatch {
    /// Which chart.
    pub view: ViewId,
    /// Of which of its generations.
    pub generation: u32,
    /// Which of the watch's series.
    pub series: u32,
    /// Forget the rows before: this is the whole window.
    pub whole: bool,
    /// By start.
    pub rows: Vec<BucketRow>,
}

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketRow {
    /// When it begins.
    pub start: Timestamp,
    /// When the next begins.
    pub end: Timestamp,
    /// People.
    pub entered: u64,
    /// People.
    pub exited: u64,
    /// How far it can be trusted.
    pub state: BucketState,
    /// People who were told of in it and may have passed before; not among those above.
    pub earlier: Option<Earlier>,
}
