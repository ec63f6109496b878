//! Which part of a long list is in view: only that is in the document.

use leptos::html::Div;
use leptos::prelude::*;

use super::hand::follow;
use crate::browser::page::element::{length, place, property, window_height};
use crate::browser::page::frame::Frame;
use crate::browser::page::sight::{Listener, Size};

/// How the rows of a list lie, and which of them are in view.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rows {
    /// Entries in a row.
    columns: u32,
    /// Height of a row and the space below it, in pixels.
    step: f64,
    /// Rows before the first that is in view.
    first_row: u32,
    /// Rows in view.
    rows: u32,
}

impl Rows {
    /// Of a short list: all are in view.
    pub(super) const ALL: Self = Self {
        columns: 1,
        step: 0.0,
        first_row: 0,
        rows: u32::MAX,
    };

    /// From the list as the browser has laid it out: how far below the upper edge of what is seen it begins, and how high
    /// that is.
    fn new(columns: u32, step: f64, top: f64, seen: f64) -> Self {
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
    pub(super) fn in_view(&self, all: u32) -> (u32, u32) {
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
    pub(super) fn above(&self, all: u32) -> String {
        px(f64::from(self.first(all) / self.columns.max(1)) * self.step)
    }

    /// The room that all entries take.
    pub(super) fn height(&self, all: u32) -> String {
        px(f64::from(all.div_ceil(self.columns.max(1))) * self.step)
    }
}

/// Measures again when the list, the window or a scroll position changes, at most once a frame. The list's only child
/// holds what is in view, and says by `grid-template-columns`, `grid-auto-rows` and `row-gap` how it lies.
pub(super) fn follow_rows(list: NodeRef<Div>, rows: RwSignal<Rows>, all: Memo<u32>) {
    let measure = move || {
        let Some(list) = list.get_untracked() else {
            return;
        };
        let (Some(shown), Some(around)) = (list.first_element_child(), list.parent_element())
        else {
            return;
        };
        let columns = property(&shown, "grid-template-columns");
        let columns = columns.split_whitespace().count() as u32;
        let step = length(&shown, "grid-auto-rows") + length(&shown, "row-gap");
        let around = place(&around);
        let upper = around.top.max(0.0);
        let lower = (around.top + around.height).min(window_height());
        let new = Rows::new(columns, step, place(&list).top - upper, lower - upper);
        if new != rows.get_untracked() {
            rows.set(new);
        }
    };
    let frame = StoredValue::new_local(Frame::new(measure));
    let ask = move || frame.with_value(Frame::ask);
    let watches = StoredValue::new_local((None, Vec::new()));
    follow(move || {
        // What stands above the list may have moved it.
        all.track();
        let around = list.get().and_then(|list| list.parent_element());
        if let Some(around) = around {
            watches.set_value((
                Size::watch(&around, ask),
                vec![
                    Listener::window("scroll", ask),
                    Listener::window("resize", ask),
                ],
            ));
        }
        ask();
    });
}

fn px(length: f64) -> String {
    // As a whole number: writing fractions is code that the page does not have otherwise.
    format!("{}px", length.round() as i64)
}

/// No screen shows more; a list that measures itself wrongly asks for no more.
const MOST_ROWS: u32 = 100;

#[cfg(test)]
mod tests {
    use super::Rows;

    #[test]
    fn only_rows_in_view_are_asked_for_with_one_to_spare_on_each_side() {
        // Four columns; rows of 50 with 10 between; the grid begins 600 above the window, which is 300 high.
        let rows = Rows::new(4, 60.0, -600.0, 300.0);
        assert_eq!(rows.in_view(10_000), (36, 28));
        assert_eq!(
            (rows.above(10_000), rows.height(10_000)),
            ("540px".to_owned(), "150000px".to_owned())
        );
    }

    #[test]
    fn a_list_below_the_window_asks_for_little_and_a_short_one_for_no_more_than_it_has() {
        let below = Rows::new(8, 60.0, 2000.0, 900.0);
        assert_eq!(below.in_view(100), (0, 8));
        let short = Rows::new(8, 60.0, 100.0, 900.0);
        assert_eq!(short.in_view(3), (0, 3));
        assert_eq!(short.in_view(0), (0, 0));
        let shrunk = Rows::new(4, 60.0, -6000.0, 300.0);
        assert_eq!(shrunk.in_view(10), (8, 2));
        assert_eq!(Rows::default().in_view(5), (0, 0));
    }
}
