//! What the page's address asks to be shown → which view of the site stands on the page, at each time.

mod asked;
mod room;
mod tour;

pub use asked::{Plan, plan};
pub use room::{Rows, first_in_need, rows_in};
pub use tour::{Alarm, Tour};

/// One sheet of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The whole wall.
    Site,
    /// One zone, by its place in the site.
    Zone(usize),
    /// All devices.
    Devices,
}
