//! Patches of a chart's columns and bars → the window as the chart draws it.
//!
//! One [`Rows`] an open chart. Applying a patch twice changes nothing, and no patch makes it larger than its window.

use crate::engine::wire::BucketRow;
use crate::ordered::OrderedMap;
use crate::time::Timestamp;

/// What a curve did within one column: first, lowest, highest, last. NaN: nothing known.
pub type Column = [f32; 4];

/// The rows of one open chart, by series.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    curves: Vec<Curve>,
    bars: Vec<OrderedMap<Timestamp, BucketRow>>,
    capacity: usize,
}

/// The columns of one curve, without a hole: where nothing is known stands NaN.
#[derive(Clone, Debug, Default)]
pub struct Curve {
    first: i64,
    columns: Vec<Column>,
}

impl Rows {
    /// Nothing yet, for `series` curves or rows of bars of at most `capacity` each.
    pub fn new(series: usize, capacity: usize) -> Self {
        Self {
            curves: vec![Curve::default(); series],
            bars: vec![OrderedMap::new(); series],
            capacity: capacity.clamp(1, LARGEST),
        }
    }

    /// A curve, if there is one of that number.
    pub fn curve(&self, series: usize) -> Option<&Curve> {
        self.curves.get(series)
    }

    /// The bars of a series, by start.
    pub fn bars(&self, series: usize) -> impl DoubleEndedIterator<Item = &BucketRow> {
        self.bars
            .get(series)
            .into_iter()
            .flat_map(OrderedMap::values)
    }

    /// Forgets a series, because its whole window comes anew.
    pub fn clear(&mut self, series: usize) {
        if let Some(curve) = self.curves.get_mut(series) {
            *curve = Curve::default();
        }
        if let Some(bars) = self.bars.get_mut(series) {
            bars.clear();
        }
    }

    /// Puts columns where they belong.
    pub fn put_columns(&mut self, series: usize, first: i64, columns: &[Column]) {
        if let Some(curve) = self.curves.get_mut(series) {
            curve.put(first, columns, self.capacity);
        }
    }

    /// Puts bars where they belong.
    pub fn put_bars(&mut self, series: usize, rows: &[BucketRow]) {
        let Some(bars) = self.bars.get_mut(series) else {
            return;
        };
        for row in rows {
            bars.insert(row.start, *row);
            if bars.len() > self.capacity {
                bars.pop_first();
            }
        }
    }
}

impl Curve {
    /// The index of the first column: its time divided by the width.
    pub const fn first(&self) -> i64 {
        self.first
    }

    /// From the first on, without a hole.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of an index.
    pub fn at(&self, index: i64) -> Option<Column> {
        let offset = usize::try_from(index.checked_sub(self.first)?).ok()?;
        self.columns.get(offset).copied()
    }

    /// The newest value known, and its index.
    pub fn end(&self) -> Option<(i64, f32)> {
        let back = self.columns.iter().rposition(|[.., last]| !last.is_nan())?;
        let [.., last] = self.columns[back];
        Some((self.first.saturating_add(back as i64), last))
    }

    /// The last value known at or before an index, at most `reach` columns back.
    pub fn value_at(&self, index: i64, reach: i64) -> Option<f32> {
        (0..=reach)
            .filter_map(|back| self.at(index - back))
            .map(|[.., last]| last)
            .find(|last| !last.is_nan())
    }

    fn put(&mut self, first: i64, columns: &[Column], capacity: usize) {
        // Of more than fits only the newest counts.
        let surplus = columns.len().saturating_sub(capacity);
        let columns = &columns[surplus..];
        let Some(first) = first.checked_add_unsigned(surplus as u64) else {
            return;
        };
        if columns.is_empty() {
            return;
        }
        if self.columns.is_empty() {
            self.first = first;
        }
        if first < self.first && !self.extend_back(first, capacity) {
            return;
        }
        let Ok(mut at) = usize::try_from(first.abs_diff(self.first)) else {
            return;
        };
        if at >= self.columns.len().saturating_add(capacity) {
            // Nothing of what stands here is still in the window.
            self.columns.clear();
            self.first = first;
            at = 0;
        }
        let end = at + columns.len();
        if end > self.columns.len() {
            self.columns.resize(end, NOTHING);
        }
        self.columns[at..end].copy_from_slice(columns);
        self.trim(capacity);
    }

    /// Makes room before the first column, if the window is that wide.
    fn extend_back(&mut self, first: i64, capacity: usize) -> bool {
        let Ok(missing) = usize::try_from(first.abs_diff(self.first)) else {
            return false;
        };
        if missing + self.columns.len() > capacity {
            return false;
        }
        self.columns
            .splice(0..0, std::iter::repeat_n(NOTHING, missing));
        self.first = first;
        true
    }

    /// Lets the oldest go; not one by one, because each time moves all the others.
    fn trim(&mut self, capacity: usize) {
        if self.columns.len() > capacity + capacity / 4 {
            let surplus = self.columns.len() - capacity;
            self.columns.drain(..surplus);
            self.first = self.first.saturating_add(surplus as i64);
        }
    }
}

const NOTHING: Column = [f32::NAN; 4];

/// No screen has so many columns of pixels; a window that wants more gets the newest.
const LARGEST: usize = 16_384;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::BucketState;

    fn column(value: f32) -> Column {
        [value; 4]
    }

    fn values(rows: &Rows) -> Vec<Option<u32>> {
        let curve = rows.curve(0).unwrap();
        let value = |[.., last]: &Column| (!last.is_nan()).then_some(*last as u32);
        curve.columns().iter().map(value).collect()
    }

    #[test]
    fn applying_a_patch_twice_changes_nothing() {
        let mut rows = Rows::new(1, 10);
        for _ in 0..2 {
            rows.put_columns(0, 100, &[column(1.0), column(2.0)]);
            rows.put_columns(0, 103, &[column(4.0)]);
        }
        assert_eq!(rows.curve(0).unwrap().first(), 100);
        assert_eq!(values(&rows), [Some(1), Some(2), None, Some(4)]);
    }

    #[test]
    fn a_patch_changes_what_it_names_and_nothing_else() {
        let mut rows = Rows::new(1, 10);
        rows.put_columns(0, 5, &[column(1.0), column(2.0), column(3.0)]);
        rows.put_columns(0, 6, &[column(9.0)]);
        rows.put_columns(0, 8, &[]);
        rows.put_columns(7, 8, &[column(1.0)]);
        assert_eq!(values(&rows), [Some(1), Some(9), Some(3)]);
    }

    #[test]
    fn a_window_that_moves_on_for_ever_stays_as_large_as_it_is() {
        let mut rows = Rows::new(1, 100);
        for index in 0..100_000 {
            rows.put_columns(0, index, &[column(index as f32)]);
            assert!(rows.curve(0).unwrap().columns().len() <= 125);
        }
        let curve = rows.curve(0).unwrap();
        assert_eq!(curve.value_at(99_999, 0), Some(99_999.0));
        assert_eq!(curve.value_at(99_900, 0), Some(99_900.0));
    }

    #[test]
    fn a_leap_beyond_the_window_forgets_what_was_before() {
        let mut rows = Rows::new(1, 100);
        rows.put_columns(0, 0, &[column(1.0)]);
        rows.put_columns(0, i64::MAX - 1, &[column(2.0)]);
        assert_eq!(values(&rows), [Some(2)]);
        rows.put_columns(0, i64::MIN, &[column(3.0)]);
        assert_eq!(values(&rows), [Some(2)]);
        rows.put_columns(0, i64::MAX, &vec![column(3.0); 101]);
        assert_eq!(values(&rows), [Some(2)]);
    }

    #[test]
    fn earlier_columns_find_their_place_as_long_as_the_window_is_wide_enough() {
        let mut rows = Rows::new(1, 4);
        rows.put_columns(0, 10, &[column(3.0)]);
        rows.put_columns(0, 8, &[column(1.0)]);
        assert_eq!(values(&rows), [Some(1), None, Some(3)]);
        rows.put_columns(0, 6, &[column(0.0)]);
        assert_eq!(values(&rows), [Some(1), None, Some(3)]);
    }

    #[test]
    fn a_value_is_looked_for_no_further_back_than_asked() {
        let mut rows = Rows::new(1, 10);
        rows.put_columns(0, 0, &[column(7.0), NOTHING, NOTHING]);
        let curve = rows.curve(0).unwrap();
        assert_eq!(curve.value_at(2, 1), None);
        assert_eq!(curve.value_at(2, 2), Some(7.0));
        assert_eq!(curve.value_at(-1, 3), None);
    }

    #[test]
    fn bars_stand_by_their_start_and_the_oldest_leave_first() {
        let bar = |start: i64, entered| BucketRow {
            start: Timestamp::from_millis(start),
            end: Timestamp::from_millis(start + 10),
            entered,
            exited: 0,
            state: BucketState::Complete,
            earlier: None,
        };
        let mut rows = Rows::new(1, 2);
        rows.put_bars(0, &[bar(10, 1), bar(20, 2)]);
        rows.put_bars(0, &[bar(10, 5)]);
        rows.put_bars(0, &[bar(30, 3)]);
        let seen: Vec<u64> = rows.bars(0).map(|row| row.entered).collect();
        assert_eq!(seen, [2, 3]);
        rows.clear(0);
        assert_eq!(rows.bars(0).count(), 0);
    }
}
