//! Footfall turns MQTT messages of counting cameras and other devices into counts that can be trusted, in a browser.
//!
//! The modules stand in the order in which the data passes through them. `ARCHITECTURE.md` tells the whole way.

pub mod chart;
pub mod command;
pub mod doctor;
pub mod engine;
pub mod fleet;
pub mod json;
pub mod link;
pub mod mirror;
pub mod mqtt;
pub mod observation;
pub mod ordered;
pub mod packed;
pub mod payload;
pub mod platform;
pub mod problem;
pub mod secret;
pub mod series;
pub mod settings;
pub mod simulation;
pub mod site;
pub mod snapshot;
pub mod time;
pub mod views;
pub mod words;

#[cfg(feature = "browser")]
pub mod browser;
#[cfg(feature = "browser")]
pub mod live;
#[cfg(feature = "browser")]
pub mod ui;
