//! Readings into counts: mergeable cells, kept in any order and at any repetition, and the differences read from them.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A total, and how far it can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// People.
    pub value: u64,
    /// It begins later than the day: "since 12:04".
    pub since: Option<Timestamp>,
    /// Some were missed and cannot be known: "at least".
    pub at_least: bool,
    /// Readings that came while we were away are still missing; it will be right when the device speaks again.
    pub waiting: bool,
}

/// How far a bar can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BucketState {
    /// Over, and nothing is missing.
    Complete,
    /// Not over, or something is missing.
    Partial,
    /// Nothing is known.
    Gap,
}
