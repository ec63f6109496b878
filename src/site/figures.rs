//! The numbers of a door and of a zone.

use super::Level;
use crate::fleet::Freshness;
use crate::series::Total;
use crate::time::Timestamp;

/// The numbers of a door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorFigures {
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

impl Default for DoorFigures {
    fn default() -> Self {
        Self::unknown("")
    }
}

impl DoorFigures {
    /// A door that has never spoken.
    pub fn unknown(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            entered: None,
            exited: None,
            last_hour: Vec::new(),
            freshness: Freshness::NeverSeen,
        }
    }

    /// Whether it counts now.
    pub fn counts(&self) -> bool {
        let known = |total: Option<Total>| total.is_some_and(|total| !total.waiting);
        self.freshness == Freshness::Live && known(self.entered) && known(self.exited)
    }
}

/// The numbers of a zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZoneFigures {
    /// Which zone.
    pub id: String,
    /// People present; `None`: no door has spoken.
    pub occupancy: Option<u64>,
    /// Of the site's day.
    pub entered: Total,
    /// Of the site's day.
    pub exited: Total,
    /// Doors that count now.
    pub doors_counting: u32,
    /// Doors.
    pub doors: u32,
    /// Doors that do not count now.
    pub doors_missing: Vec<String>,
    /// The most people present today, and when.
    pub peak: Option<(u64, Timestamp)>,
    /// How full.
    pub level: Level,
    /// Since when.
    pub level_since: Option<Timestamp>,
}

impl ZoneFigures {
    /// A zone of which nothing is known.
    pub fn unknown(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            ..Self::default()
        }
    }
}
