//! How many are there now → lowest, highest and newest of each minute.

use crate::ordered::OrderedMap;
use crate::time::Timestamp;

/// One minute of a gauge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GaugeCell {
    pub(crate) lowest: u64,
    pub(crate) highest: u64,
    /// When the newest was measured, and what it was; of two at the same time the higher.
    pub(crate) newest: (Timestamp, u64),
}

/// All minutes of one line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gauge {
    minutes: OrderedMap<i64, GaugeCell>,
}

impl Gauge {
    pub(crate) fn is_empty(&self) -> bool {
        self.minutes.is_empty()
    }

    /// By minute.
    pub(crate) const fn minutes(&self) -> &OrderedMap<i64, GaugeCell> {
        &self.minutes
    }

    /// The newest value.
    pub(super) fn newest(&self) -> Option<(Timestamp, u64)> {
        self.minutes.values().next_back().map(|cell| cell.newest)
    }

    /// Takes a reading. Returns whether it told anything new.
    pub(super) fn note(&mut self, value: u64, at: Timestamp) -> bool {
        self.merge(
            at.minute(),
            GaugeCell {
                lowest: value,
                highest: value,
                newest: (at, value),
            },
        )
    }

    pub(crate) fn merge(&mut self, minute: i64, cell: GaugeCell) -> bool {
        let known = self.minutes.entry(minute);
        let mut is_new = false;
        let known = known.or_insert_with(|| {
            is_new = true;
            cell
        });
        let merged = GaugeCell {
            lowest: known.lowest.min(cell.lowest),
            highest: known.highest.max(cell.highest),
            newest: known.newest.max(cell.newest),
        };
        is_new | (std::mem::replace(known, merged) != merged)
    }

    pub(super) fn forget_before(&mut self, minute: i64) -> bool {
        // The newest stays: it says how many are there.
        let newest = self.minutes.keys().next_back().copied().unwrap_or(minute);
        let kept = self.minutes.split_off(&minute.min(newest));
        !std::mem::replace(&mut self.minutes, kept).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_keeps_lowest_highest_and_newest_in_any_order() {
        let readings = [(10, 5), (40, 2), (20, 9), (40, 3)];
        let folded = |readings: &mut dyn Iterator<Item = &(i64, u64)>| {
            let mut gauge = Gauge::default();
            for (second, value) in readings {
                gauge.note(*value, Timestamp::from_millis(second * 1000));
            }
            gauge.minutes
        };
        let cells = folded(&mut readings.iter());
        assert_eq!(cells, folded(&mut readings.iter().rev()));
        let cell = *cells.get(&0).unwrap();
        assert_eq!((cell.lowest, cell.highest, cell.newest.1), (2, 9, 3));
    }
}
