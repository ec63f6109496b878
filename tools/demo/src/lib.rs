//! A demo of Footfall on one machine, and the pieces its browser tests are built from.

pub mod arguments;
pub mod authority;
pub mod bench;
pub mod broker;
pub mod brokers;
pub mod browser;
pub mod cli;
pub mod faults;
pub mod frame_log;
mod frames;
pub mod interop;
pub mod names;
pub mod npm;
pub mod proxy;
pub mod publisher;
pub mod serve;
pub mod smoke;
pub mod tape;
pub mod tls;
pub mod zone;
