//! Of a line what outlives its days: since when it is known, when it spoke, where its counters stood.

use serde::{Deserialize, Serialize};

use super::Whose;
use crate::series::Part;
use crate::series::Series;
use crate::series::cumulative::EpochKey;
use crate::series::line::Line;
use crate::snapshot::{self, RecordError};
use crate::time::Timestamp;

const VERSION: u8 = 2;

#[derive(Serialize, Deserialize)]
struct Stored {
    whose: Whose,
    heard: Option<Timestamp>,
    bridges: Vec<(Timestamp, i64)>,
    epochs: Vec<StoredEpoch>,
}

#[derive(Serialize, Deserialize)]
struct StoredEpoch {
    key: StoredKey,
    first: (Timestamp, u64),
    last: Timestamp,
    /// The last step of before the days that are kept.
    step: Option<(i64, u64)>,
}

/// An epoch's key.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) enum StoredKey {
    Unknown,
    Dropped(Timestamp),
    Told(Timestamp),
}

impl From<EpochKey> for StoredKey {
    fn from(key: EpochKey) -> Self {
        match key {
            EpochKey::Unknown => Self::Unknown,
            EpochKey::Dropped(at) => Self::Dropped(at),
            EpochKey::Told(at) => Self::Told(at),
        }
    }
}

impl From<StoredKey> for EpochKey {
    fn from(key: StoredKey) -> Self {
        match key {
            StoredKey::Unknown => Self::Unknown,
            StoredKey::Dropped(at) => Self::Dropped(at),
            StoredKey::Told(at) => Self::Told(at),
        }
    }
}

pub(super) fn write(whose: Whose, line: &Line, oldest: i64) -> Vec<u8> {
    let epochs = line.cumulative.epochs().iter().map(|(key, epoch)| {
        let before = epoch.steps.range(..oldest).next_back();
        StoredEpoch {
            key: (*key).into(),
            first: epoch.first,
            last: epoch.last,
            step: before.map(|(minute, value)| (*minute, *value)),
        }
    });
    snapshot::write(
        VERSION,
        &Stored {
            whose,
            heard: line.heard,
            bridges: line
                .bridges
                .iter()
                .map(|(until, minute)| (*until, *minute))
                .collect(),
            epochs: epochs.collect(),
        },
    )
}

pub(super) fn restore(bytes: &[u8], series: &mut Series) -> Result<(), RecordError> {
    let stored: Stored = snapshot::read(VERSION, bytes)?;
    let (device, key, first_known) = stored.whose.into_parts();
    series.restore(device, key, first_known, Part::Line, |line| {
        line.heard = line.heard.max(stored.heard);
        line.bridges.extend(stored.bridges);
        for epoch in stored.epochs {
            line.cumulative
                .restore(epoch.key.into(), epoch.first, epoch.last, epoch.step);
        }
    });
    Ok(())
}
