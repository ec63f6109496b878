//! A demo of Footfall on one machine, and the pieces its browser tests are built from.

pub mod chromium;
pub mod serve;
