//! The identities of one line's crossings in one hour, so that a message that comes again is recognised after a restart.

use serde::{Deserialize, Serialize};

use super::Whose;
use crate::series::crossing::Identity;
use crate::series::line::Line;
use crate::series::{Part, Series};
use crate::snapshot::{self, RecordError};
use crate::time::Timestamp;

const VERSION: u8 = 2;

#[derive(Serialize, Deserialize)]
struct Stored {
    whose: Whose,
    /// Hours since the Unix epoch.
    hour: i64,
    passages: Vec<StoredPassage>,
}

#[derive(Serialize, Deserialize)]
struct StoredPassage {
    sequence: Option<u64>,
    sent_at: Option<Timestamp>,
    minute: i64,
}

pub(super) fn write(whose: Whose, line: &Line, hour: i64) -> Vec<u8> {
    let passages = line.crossings.hour(hour).map(|(minute, identity)| {
        let (sequence, sent_at) = identity.parts();
        StoredPassage {
            sequence,
            sent_at,
            minute,
        }
    });
    snapshot::write(
        VERSION,
        &Stored {
            whose,
            hour,
            passages: passages.collect(),
        },
    )
}

pub(super) fn restore(bytes: &[u8], series: &mut Series) -> Result<(), RecordError> {
    let stored: Stored = snapshot::read(VERSION, bytes)?;
    let (device, key, first_known) = stored.whose.into_parts();
    let passages = stored.passages.into_iter().filter_map(|passage| {
        let identity = Identity::new(passage.sequence, passage.sent_at)?;
        Some((passage.minute, identity))
    });
    series.restore(device, key, first_known, Part::Hour(stored.hour), |line| {
        line.crossings.restore_identities(passages);
    });
    Ok(())
}
