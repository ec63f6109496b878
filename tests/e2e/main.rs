//! The built page in a real browser, end to end. `cargo xtask test` builds it first.

mod start;
