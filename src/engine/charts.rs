//! The rows of open charts that their pages do not have yet.

use super::Engine;
use super::pages::{Sent, Watching};
use super::wire::{
    BucketRow, BucketState, BucketsPatch, ColumnsPatch, Resolution, SeriesId, Update, Window,
};
use crate::ordered::sort_by;
use crate::site::{Look, Places};
use crate::time::{BucketSize, Timestamp};

/// More columns than this are wider than any screen.
const COLUMNS: i64 = 8_192;

const MINUTE_MS: i64 = 60_000;

/// What the rows of a series are computed from: as long as it is the same, and the zone has not changed since, so are
/// they.
#[derive(Clone, Copy, Debug)]
pub(super) struct Basis {
    pub(super) look: Look,
    span: (i64, i64),
    /// The minute of now: bars begin and end with one.
    minute: i64,
    traced_from: Option<i64>,
    seen_until: Option<Timestamp>,
}

impl Basis {
    fn holds(&self, former: Option<Self>, zone: &str, places: &Places) -> bool {
        let key = |basis: &Self| {
            let (span, minute) = (basis.span, basis.minute);
            (span, minute, basis.traced_from, basis.seen_until)
        };
        former.is_some_and(|former| {
            key(&former) == key(self) && !places.has_changed(zone, former.look)
        })
    }
}

impl Engine {
    /// Adds to an update what changed in a chart since its page was told last.
    pub(super) fn rows(&self, watching: &mut Watching, update: &mut Update, floats: &mut Vec<f32>) {
        let Some((from, to)) = self.span(watching.watch.window) else {
            return;
        };
        let whole = !std::mem::replace(&mut watching.answered, true);
        let watch = &watching.watch;
        for ((number, series), sent) in (0..).zip(&watch.series).zip(&mut watching.sent) {
            match (series, watch.resolution) {
                (SeriesId::Occupancy(zone), Resolution::Columns { width_ms }) => {
                    let width = i64::from(width_ms.max(1));
                    let from = from.max(Timestamp::from_millis(
                        to.as_millis().saturating_sub(width * COLUMNS),
                    ));
                    let until = self.zone_seen_until(zone).unwrap_or(self.now.wall);
                    let to = to.min(until);
                    let span = (floor(from, width), ceiling(to, width));
                    let traced_from = self.places.traced_from(zone, width_ms);
                    if self.has_rows(sent, zone, span, traced_from) {
                        continue;
                    }
                    let rows = self.places.columns(zone, from, to, width_ms);
                    let runs = sent.new_columns(rows, from.as_millis().div_euclid(width), floats);
                    if whole || !runs.is_empty() {
                        let (view, generation) = (watch.view, watch.generation);
                        update.columns.push(ColumnsPatch {
                            view,
                            generation,
                            series: number,
                            whole,
                            runs,
                        });
                    }
                }
                (SeriesId::Flow(zone), Resolution::Buckets(size)) => {
                    let first = self
                        .calendar()
                        .map(|calendar| calendar.bucket_start(from, size));
                    let first = first.unwrap_or(from).as_millis();
                    let span = (first, ceiling(to, MINUTE_MS));
                    if self.has_rows(sent, zone, span, None) {
                        continue;
                    }
                    let rows = sent.new_buckets(self.buckets(zone, from, to, size), from);
                    if whole || !rows.is_empty() {
                        let (view, generation) = (watch.view, watch.generation);
                        update.buckets.push(BucketsPatch {
                            view,
                            generation,
                            series: number,
                            whole,
                            rows,
                        });
                    }
                }
                // A curve of bars, or bars of a curve: nothing that a chart of ours asks.
                (SeriesId::Occupancy(_), Resolution::Buckets(_))
                | (SeriesId::Flow(_), Resolution::Columns { .. }) => {}
            }
        }
    }

    /// Site or calendar are others: what is drawn of them is computed anew.
    pub(super) fn forget_rows(&mut self) {
        let watches = self
            .pages
            .values_mut()
            .flat_map(|page| page.watches.values_mut());
        for sent in watches.flat_map(|watching| &mut watching.sent) {
            sent.basis = None;
        }
    }

    /// Whether a page has all rows of a series as they are now. Else what they are computed from now is noted.
    fn has_rows(
        &self,
        sent: &mut Sent,
        zone: &str,
        span: (i64, i64),
        traced_from: Option<i64>,
    ) -> bool {
        let basis = self.places.look().map(|look| Basis {
            look,
            span,
            minute: self.now.wall.minute(),
            traced_from,
            seen_until: self.zone_seen_until(zone),
        });
        let has = basis.is_some_and(|basis| basis.holds(sent.basis, zone, &self.places));
        if !has {
            sent.basis = basis;
        }
        has
    }

    fn buckets(
        &self,
        zone: &str,
        from: Timestamp,
        to: Timestamp,
        size: BucketSize,
    ) -> Vec<BucketRow> {
        let Some(calendar) = self.calendar() else {
            return Vec::new();
        };
        let buckets = self
            .places
            .buckets(zone, (from, to), size, calendar, self.now.wall);
        let row = |bucket: crate::site::Bucket| BucketRow {
            start: bucket.start,
            end: bucket.end,
            entered: bucket.entered,
            exited: bucket.exited,
            state: bucket.state,
            earlier: bucket.earlier,
        };
        let mut rows: Vec<BucketRow> = buckets.into_iter().map(row).collect();
        if let Some(until) = self.zone_seen_until(zone) {
            for row in &mut rows {
                row.see_until(until);
            }
        }
        rows
    }

    fn zone_seen_until(&self, zone: &str) -> Option<Timestamp> {
        self.seen_until(self.places.devices_of_zone(zone))
    }

    fn span(&self, window: Window) -> Option<(Timestamp, Timestamp)> {
        let now = self.now.wall;
        match window {
            Window::Live { span } => {
                let span = i64::try_from(span).unwrap_or(i64::MAX);
                Some((
                    Timestamp::from_millis(now.as_millis().saturating_sub(span)),
                    now,
                ))
            }
            Window::Fixed { from, to } => Some((from, to)),
            Window::Day => self.day_view().map(|day| (day.start, day.end)),
        }
    }
}

/// In which column an instant lies.
const fn floor(at: Timestamp, width: i64) -> i64 {
    at.as_millis().div_euclid(width)
}

/// The first column that does not begin before an instant.
const fn ceiling(at: Timestamp, width: i64) -> i64 {
    at.as_millis().saturating_add(width - 1).div_euclid(width)
}

impl BucketRow {
    /// Nobody has seen what came later: it is not zero, it is not known yet.
    fn see_until(&mut self, until: Timestamp) {
        if self.start >= until && (self.entered, self.exited) == (0, 0) {
            self.state = BucketState::Gap;
        } else if self.end > until && self.state == BucketState::Complete {
            self.state = BucketState::Partial;
        }
    }
}

impl Sent {
    /// Of all columns those that the page does not have; their numbers go into the buffer. Returns where they stand.
    /// Columns that left the window are forgotten, here as on the page.
    fn new_columns(
        &mut self,
        rows: Vec<(i64, [f32; 4])>,
        first: i64,
        floats: &mut Vec<f32>,
    ) -> Vec<(i64, u32)> {
        self.columns.retain(|index, _| *index >= first);
        let mut gone: Vec<i64> = Vec::new();
        let known: crate::ordered::OrderedSet<i64> = rows.iter().map(|(index, _)| *index).collect();
        self.columns.retain(|index, _| {
            let stays = known.contains(index);
            if !stays {
                gone.push(*index);
            }
            stays
        });
        // What was drawn and is not known any more becomes "none".
        let mut news: Vec<(i64, [f32; 4])> = gone
            .into_iter()
            .map(|index| (index, [f32::NAN; 4]))
            .collect();
        for (index, row) in rows {
            let bits = row.map(f32::to_bits);
            if self.columns.insert(index, bits) != Some(bits) {
                news.push((index, row));
            }
        }
        sort_by(&mut news, |one, other| one.0.cmp(&other.0));
        let mut runs: Vec<(i64, u32)> = Vec::new();
        for (index, row) in news {
            floats.extend_from_slice(&row);
            match runs.last_mut() {
                Some((first, count)) if *first + i64::from(*count) == index => *count += 1,
                _ => runs.push((index, 1)),
            }
        }
        runs
    }

    fn new_buckets(&mut self, rows: Vec<BucketRow>, from: Timestamp) -> Vec<BucketRow> {
        // The first one holds the begin of the window.
        self.buckets.retain(|_, row| row.end > from);
        rows.into_iter()
            .filter(|row| self.buckets.insert(row.start, *row) != Some(*row))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_columns_that_changed_are_told_and_neighbours_are_one_run() {
        let mut sent = Sent::default();
        let mut floats = Vec::new();
        let rows = vec![(10, [1.0; 4]), (11, [2.0; 4]), (14, [3.0; 4])];
        assert_eq!(
            sent.new_columns(rows.clone(), 0, &mut floats),
            vec![(10, 2), (14, 1)]
        );
        assert_eq!(floats.len(), 12);
        floats.clear();
        assert_eq!(sent.new_columns(rows, 0, &mut floats), vec![]);
        let rows = vec![(11, [2.0; 4]), (14, [4.0; 4])];
        assert_eq!(
            sent.new_columns(rows, 0, &mut floats),
            vec![(10, 1), (14, 1)]
        );
        assert!(floats[0].is_nan() && floats[4] == 4.0);
    }

    #[test]
    fn a_bar_that_began_before_the_window_is_told_once() {
        let at = Timestamp::from_millis;
        let row = BucketRow {
            start: at(0),
            end: at(3_600_000),
            entered: 1,
            exited: 0,
            state: BucketState::Complete,
            earlier: None,
        };
        let mut sent = Sent::default();
        assert_eq!(sent.new_buckets(vec![row], at(60_000)), vec![row]);
        assert_eq!(sent.new_buckets(vec![row], at(61_000)), vec![]);
    }
}
