//! The identities of one line's crossings in one hour, so that a message that comes again is recognised after a restart.

use serde::{Deserialize, Serialize, Serializer};

use super::Whose;
use crate::series::crossing::{Identity, Known};
use crate::series::line::Line;
use crate::series::{Part, Series};
use crate::snapshot::{self, RecordError};

const VERSION: u8 = 3;

#[derive(Serialize, Deserialize)]
struct Stored<M> {
    whose: Whose,
    /// Hours since the Unix epoch.
    hour: i64,
    /// By the minute in which they are counted.
    minutes: Vec<(i64, M)>,
}

/// A minute's identities, written where they lie: a crowd's hour is long.
struct Minute<'a>(&'a Known);

impl Serialize for Minute<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.keys())
    }
}

pub(super) fn write(whose: Whose, line: &Line, hour: i64) -> Vec<u8> {
    let minutes = line.crossings.hour(hour);
    let minutes = minutes.map(|(minute, known)| (minute, Minute(known)));
    snapshot::write(
        VERSION,
        &Stored {
            whose,
            hour,
            minutes: minutes.collect(),
        },
    )
}

pub(super) fn restore(bytes: &[u8], series: &mut Series) -> Result<(), RecordError> {
    let stored: Stored<Vec<Identity>> = snapshot::read(VERSION, bytes)?;
    let (device, key, first_known) = stored.whose.into_parts();
    series.restore(device, key, first_known, Part::Hour(stored.hour), |line| {
        line.crossings.restore_identities(stored.minutes);
    });
    Ok(())
}
