//! Counts into places: doors, zones, occupancy, the site's day.

use serde::{Deserialize, Serialize};

/// How full a zone is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// No capacity, or nothing known.
    #[default]
    Unknown,
    /// Room enough.
    Normal,
    /// From [`MID`] of the capacity on.
    Mid,
    /// From [`HIGH`] on.
    High,
    /// No one may enter.
    Full,
}

/// Share of a capacity, in percent, from which on a zone is getting full.
pub const MID: u64 = 70;

/// Share of a capacity, in percent, from which on somebody should look.
pub const HIGH: u64 = 90;
