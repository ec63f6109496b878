//! The built page in a real browser, end to end. `cargo xtask test` builds it first.

mod access;
mod addresses;
mod days;
mod doctor;
mod faults;
mod flood;
mod frame;
mod hostile;
mod kiosk;
mod languages;
mod many;
mod messages;
mod model;
mod replay;
mod screen;
mod secrets;
mod sign_in;
mod stand;
mod start;
mod tabs;
mod tls;
mod virtual_day;
mod will;
#[expect(
    dead_code,
    clippy::unwrap_used,
    reason = "of the scripted broker of the link's tests, which needs the rest too"
)]
#[path = "../link/wire.rs"]
mod wire;
