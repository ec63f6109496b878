//! Which part of a long list is in view: only that is in the document.

/// How the rows of a list lie, and which of them are in view.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ListRows {
    /// Entries in a row.
    columns: u32,
    /// Height of a row and the space below it, in pixels.
    step: f64,
    /// Rows before the first that is in view.
    first_row: u32,
    /// Rows in view.
    rows: u32,
}

impl ListRows {
    /// Of a short list: all are in view.
    pub const ALL: Self = Self {
        columns: 1,
        step: 0.0,
        first_row: 0,
        rows: u32::MAX,
    };

    /// From the list as the browser has laid it out: how far below the upper edge of what is seen it begins, and how high
    /// that is.
    pub fn new(columns: u32, step: f64, top: f64, seen: f64) -> Self {
        let step = step.max(1.0);
        // A row more on each side, so that scrolling shows no holes.
        let first_row = (-top / step).floor().max(0.0) as u32;
        let last_row = ((seen - top) / step).ceil().max(0.0) as u32;
        let first_row = first_row.saturating_sub(1);
        Self {
            columns: columns.max(1),
            step,
            first_row,
            rows: (last_row + 1).saturating_sub(first_row).min(MOST_ROWS),
        }
    }

    /// Position of the first entry in view, and how many.
    pub fn in_view(&self, all: u32) -> (u32, u32) {
        let first = self.first(all);
        let wanted = self.rows.saturating_mul(self.columns);
        (first, wanted.min(all - first))
    }

    fn first(&self, all: u32) -> u32 {
        let last_row = all.saturating_sub(1) / self.columns.max(1);
        self.first_row
            .min(last_row)
            .saturating_mul(self.columns)
            .min(all)
    }

    /// The room that the entries before those in view take.
    pub fn above(&self, all: u32) -> String {
        px(f64::from(self.first(all) / self.columns.max(1)) * self.step)
    }

    /// The room that all entries take.
    pub fn height(&self, all: u32) -> String {
        px(f64::from(all.div_ceil(self.columns.max(1))) * self.step)
    }
}

fn px(length: f64) -> String {
    // As a whole number: writing fractions is code that the page does not have otherwise.
    format!("{}px", length.round() as i64)
}

/// No screen shows more; a list that measures itself wrongly asks for no more.
const MOST_ROWS: u32 = 100;

#[cfg(test)]
mod tests {
    use super::ListRows;

    #[test]
    fn only_rows_in_view_are_asked_for_with_one_to_spare_on_each_side() {
        // Four columns; rows of 50 with 10 between; the grid begins 600 above the window, which is 300 high.
        let rows = ListRows::new(4, 60.0, -600.0, 300.0);
        assert_eq!(rows.in_view(10_000), (36, 28));
        assert_eq!(
            (rows.above(10_000), rows.height(10_000)),
            ("540px".to_owned(), "150000px".to_owned())
        );
    }

    #[test]
    fn a_list_below_the_window_asks_for_little_and_a_short_one_for_no_more_than_it_has() {
        let below = ListRows::new(8, 60.0, 2000.0, 900.0);
        assert_eq!(below.in_view(100), (0, 8));
        let short = ListRows::new(8, 60.0, 100.0, 900.0);
        assert_eq!(short.in_view(3), (0, 3));
        assert_eq!(short.in_view(0), (0, 0));
        let shrunk = ListRows::new(4, 60.0, -6000.0, 300.0);
        assert_eq!(shrunk.in_view(10), (8, 2));
        assert_eq!(ListRows::default().in_view(5), (0, 0));
    }
}
