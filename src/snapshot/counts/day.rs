//! The cells of one line on one day of the site.

use serde::{Deserialize, Serialize};

use super::Whose;
use super::line::StoredKey;
use crate::series::gauge::GaugeCell;
use crate::series::interval::minute_of;
use crate::series::line::Line;
use crate::series::{Part, Series};
use crate::snapshot::{self, RecordError};
use crate::time::{Calendar, SiteDay, Timestamp};

const VERSION: u8 = 2;

#[derive(Serialize, Deserialize)]
struct Stored {
    whose: Whose,
    day: SiteDay,
    /// The day's first minute, from which the others are counted.
    first: i64,
    epochs: Vec<StoredEpoch>,
    /// Minute and people.
    crossings: Vec<(u32, u64)>,
    intervals: Vec<(Timestamp, u32, u64)>,
    gauge: Vec<StoredGauge>,
}

#[derive(Serialize, Deserialize)]
struct StoredEpoch {
    key: StoredKey,
    first: (Timestamp, u64),
    last: Timestamp,
    /// Minute, and how much higher than the step before.
    steps: Vec<(u32, u64)>,
}

#[derive(Serialize, Deserialize)]
struct StoredGauge {
    minute: u32,
    lowest: u64,
    highest: u64,
    newest: (Timestamp, u64),
}

pub(super) fn write(whose: Whose, line: &Line, day: SiteDay, calendar: &Calendar) -> Vec<u8> {
    let (first, end) = (
        calendar.start(day).minute(),
        calendar.start(day.next()).minute(),
    );
    let minute = |minute: i64| u32::try_from(minute - first).unwrap_or(u32::MAX);
    let mut epochs = Vec::new();
    for (key, epoch) in line.cumulative.epochs() {
        let mut former = 0;
        let steps = epoch.steps.range(first..end.max(first)).map(|(at, value)| {
            let risen = value - std::mem::replace(&mut former, *value);
            (minute(*at), risen)
        });
        let steps: Vec<_> = steps.collect();
        if !steps.is_empty() {
            epochs.push(StoredEpoch {
                key: (*key).into(),
                first: epoch.first,
                last: epoch.last,
                steps,
            });
        }
    }
    let crossings = line.crossings.minutes().range(first..end.max(first));
    let intervals = line
        .intervals
        .iter()
        .filter(|(start, span_ms, _)| (first..end).contains(&minute_of(*start, *span_ms)));
    let gauge = line.gauge.minutes().range(first..end.max(first));
    snapshot::write(
        VERSION,
        &Stored {
            whose,
            day,
            first,
            epochs,
            crossings: crossings
                .map(|(at, people)| (minute(*at), *people))
                .collect(),
            intervals: intervals.collect(),
            gauge: gauge
                .map(|(at, cell)| StoredGauge {
                    minute: minute(*at),
                    lowest: cell.lowest,
                    highest: cell.highest,
                    newest: cell.newest,
                })
                .collect(),
        },
    )
}

pub(super) fn restore(bytes: &[u8], series: &mut Series) -> Result<(), RecordError> {
    let stored: Stored = snapshot::read(VERSION, bytes)?;
    let (device, key, first_known) = stored.whose.into_parts();
    let minute = |minute: u32| stored.first.saturating_add(i64::from(minute));
    series.restore(device, key, first_known, Part::Day(stored.day), |line| {
        for epoch in stored.epochs {
            let mut value = 0_u64;
            let steps = epoch.steps.into_iter().map(|(at, risen)| {
                value = value.saturating_add(risen);
                (minute(at), value)
            });
            line.cumulative
                .restore(epoch.key.into(), epoch.first, epoch.last, steps);
        }
        let crossings = stored.crossings.into_iter();
        line.crossings
            .restore_minutes(crossings.map(|(at, people)| (minute(at), people)));
        for (start, span_ms, value) in stored.intervals {
            line.intervals.restore(start, span_ms, value);
        }
        for cell in stored.gauge {
            line.gauge.merge(
                minute(cell.minute),
                GaugeCell {
                    lowest: cell.lowest,
                    highest: cell.highest,
                    newest: cell.newest,
                },
            );
        }
    });
    Ok(())
}
