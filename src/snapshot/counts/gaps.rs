//! Times in which messages may have been missed, and in which devices were away.

use serde::{Deserialize, Serialize};

use crate::observation::DeviceId;
use crate::series::gaps::Gaps;
use crate::series::{Lost, Series, Span};
use crate::snapshot::{self, RecordError};
use crate::time::Timestamp;

const VERSION: u8 = 2;

/// There is one record of gaps.
pub(super) const KEY: &str = "gaps";

#[derive(Serialize, Deserialize)]
struct Stored {
    gaps: StoredGaps,
    silences: StoredGaps,
}

#[derive(Serialize, Deserialize)]
struct StoredGaps {
    all: Vec<(Timestamp, Timestamp)>,
    devices: Vec<(DeviceId, Vec<(Timestamp, Timestamp)>)>,
}

impl StoredGaps {
    fn of(gaps: &Gaps) -> Self {
        let (all, devices) = gaps.parts();
        let pairs = |spans: &[Span]| spans.iter().map(|span| (span.from, span.until)).collect();
        let devices = devices
            .iter()
            .map(|(device, spans)| (device.clone(), pairs(spans)));
        Self {
            all: pairs(all),
            devices: devices.collect(),
        }
    }

    fn restore(self, mut restore: impl FnMut(&Lost, Span)) {
        for (from, until) in self.all {
            restore(&Lost::All, Span { from, until });
        }
        for (device, spans) in self.devices {
            let lost = Lost::Devices([device].into());
            for (from, until) in spans {
                restore(&lost, Span { from, until });
            }
        }
    }
}

pub(super) fn write(series: &Series) -> Vec<u8> {
    let stored = Stored {
        gaps: StoredGaps::of(series.gaps()),
        silences: StoredGaps::of(series.silences()),
    };
    snapshot::write(VERSION, &stored)
}

pub(super) fn restore(bytes: &[u8], series: &mut Series) -> Result<(), RecordError> {
    let stored: Stored = snapshot::read(VERSION, bytes)?;
    let gap = |lost: &Lost, span| series.restore_gap(lost, span);
    stored.gaps.restore(gap);
    let silence = |silent: &Lost, span| series.restore_silence(silent, span);
    stored.silences.restore(silence);
    Ok(())
}
