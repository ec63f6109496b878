//! The built page in a real browser, end to end. `cargo xtask test` builds it first.

mod days;
mod faults;
mod model;
mod replay;
mod screen;
mod stand;
mod start;
mod virtual_day;
