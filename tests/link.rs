//! A link and a scripted broker, in virtual time.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

#[path = "link/happy.rs"]
mod happy;
#[path = "link/wire.rs"]
mod wire;
#[path = "link/world.rs"]
#[allow(dead_code)]
mod world;
