//! Times in which messages may have been missed.

use serde::{Deserialize, Serialize};

use crate::observation::DeviceId;
use crate::series::gaps::Gaps;
use crate::series::{Lost, Series, Span};
use crate::snapshot::{self, RecordError};
use crate::time::Timestamp;

const VERSION: u8 = 1;

/// There is one record of gaps.
pub(super) const KEY: &str = "gaps";

#[derive(Serialize, Deserialize)]
struct Stored {
    all: Vec<(Timestamp, Timestamp)>,
    devices: Vec<(DeviceId, Vec<(Timestamp, Timestamp)>)>,
}

pub(super) fn write(gaps: &Gaps) -> Vec<u8> {
    let (all, devices) = gaps.parts();
    let pairs = |spans: &[Span]| spans.iter().map(|span| (span.from, span.until)).collect();
    let devices = devices
        .iter()
        .map(|(device, spans)| (device.clone(), pairs(spans)));
    snapshot::write(
        VERSION,
        &Stored {
            all: pairs(all),
            devices: devices.collect(),
        },
    )
}

pub(super) fn restore(bytes: &[u8], series: &mut Series) -> Result<(), RecordError> {
    let stored: Stored = snapshot::read(VERSION, bytes)?;
    for (from, until) in stored.all {
        series.restore_gap(&Lost::All, Span { from, until });
    }
    for (device, spans) in stored.devices {
        let lost = Lost::Devices([device].into());
        for (from, until) in spans {
            series.restore_gap(&lost, Span { from, until });
        }
    }
    Ok(())
}
