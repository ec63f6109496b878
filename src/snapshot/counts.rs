//! Counts as records: of each line what outlives its days, the cells of each of the site's days, and by the hour the
//! identities of crossings, because those are stored while deliveries wait; and the gaps.

mod day;
mod gaps;
mod hour;
mod line;

use serde::{Deserialize, Serialize};

use super::{Record, RecordError};
use crate::observation::{Channel, Class, DeviceId, LineId};
use crate::ordered::{OrderedMap, OrderedSet};
use crate::series::{LineKey, Part, Series};
use crate::time::{Calendar, Timestamp};

/// The counts of devices that changed since they were taken last; they count as stored from then on. With them what is to
/// be deleted.
pub(crate) fn take_counts(
    series: &mut Series,
    calendar: &Calendar,
    devices: &OrderedSet<DeviceId>,
) -> Vec<Record> {
    let mut records = OrderedMap::new();
    for ((device, key), parts) in series.take_dropped() {
        for part in parts {
            records.insert(part_key(&device, &key, part), Vec::new());
        }
    }
    let unstored = series.take_unstored(devices);
    for ((device, key), parts) in &unstored {
        let Some(line) = series.line(device, key) else {
            continue;
        };
        let whose = Whose::new(device, key, line.first_known);
        for part in parts {
            let bytes = match part {
                Part::Line => line::write(whose.clone(), line, series.oldest()),
                Part::Day(day) => day::write(whose.clone(), line, *day, calendar),
                Part::Hour(hour) => hour::write(whose.clone(), line, *hour),
            };
            records.insert(part_key(device, key, *part), bytes);
        }
    }
    let record = |(key, bytes)| Record { key, bytes };
    records.into_iter().map(record).collect()
}

/// The gaps, if they changed since they were taken last.
pub(crate) fn take_gaps(series: &mut Series) -> Option<Record> {
    series.take_gaps().then(|| Record {
        key: gaps::KEY.to_owned(),
        bytes: gaps::write(series),
    })
}

/// Puts a record of counts back, in any order of records; `None` if the key is not one of counts.
///
/// # Errors
/// [`RecordError`]; the series is as before.
pub fn restore_counts(
    key: &str,
    bytes: &[u8],
    series: &mut Series,
) -> Option<Result<(), RecordError>> {
    match key.split('/').next()? {
        LINE => Some(line::restore(bytes, series)),
        DAY => Some(day::restore(bytes, series)),
        HOUR => Some(hour::restore(bytes, series)),
        gaps::KEY => Some(gaps::restore(bytes, series)),
        _ => None,
    }
}

const LINE: &str = "line";
const DAY: &str = "day";
const HOUR: &str = "hour";

/// Which line a record is of; a record is complete in itself, its key only has to be unique.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Whose {
    device: DeviceId,
    line: LineId,
    channel: Channel,
    class: Class,
    first_known: Timestamp,
}

impl Whose {
    fn new(device: &DeviceId, (line, channel, class): &LineKey, first_known: Timestamp) -> Self {
        Self {
            device: device.clone(),
            line: line.clone(),
            channel: *channel,
            class: class.clone(),
            first_known,
        }
    }

    fn into_parts(self) -> (DeviceId, LineKey, Timestamp) {
        (
            self.device,
            (self.line, self.channel, self.class),
            self.first_known,
        )
    }
}

fn part_key(device: &DeviceId, (line, channel, class): &LineKey, part: Part) -> String {
    let what = match part {
        Part::Line => LINE.to_owned(),
        Part::Day(day) => format!("{DAY}/{}", day.number()),
        Part::Hour(hour) => format!("{HOUR}/{hour}"),
    };
    let channel = match channel {
        Channel::Entered => "entered",
        Channel::Exited => "exited",
        Channel::Crossed => "crossed",
        Channel::Present => "present",
    };
    let class = match class {
        Class::Person => "person".to_owned(),
        Class::Any => "any".to_owned(),
        Class::Other(name) => format!("other/{}", escaped(name)),
    };
    let (device, line) = (escaped(device.as_str()), escaped(&line.0));
    format!("{what}/{device}/{line}/{channel}/{class}")
}

/// Two different names never give one key.
fn escaped(name: &str) -> String {
    name.replace('%', "%25").replace('/', "%2F")
}

#[cfg(test)]
mod tests;
