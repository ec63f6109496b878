//! Observations into devices: who is there, how recent, what they said last.

use serde::{Deserialize, Serialize};

/// How recent what we know is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Freshness {
    /// As often as usual.
    Live,
    /// Only a stored message came, and its time is not known or long ago.
    RetainedOld,
    /// Never any message.
    NeverSeen,
    /// Later than usual.
    Late,
    /// Much later than usual.
    Stale,
    /// It said goodbye, or its will did.
    Offline,
}
