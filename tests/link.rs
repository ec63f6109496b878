//! A link and a scripted broker, in virtual time.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

#[path = "link/addresses.rs"]
mod addresses;
#[path = "link/aliases.rs"]
mod aliases;
#[path = "link/answers.rs"]
mod answers;
#[path = "link/any_input.rs"]
mod any_input;
#[path = "link/authentication.rs"]
mod authentication;
#[path = "fuzz/bytes.rs"]
mod bytes;
#[path = "fuzz/corpus.rs"]
mod corpus;
#[path = "link/faults.rs"]
mod faults;
#[path = "link/happy.rs"]
mod happy;
#[path = "link/keep_alive.rs"]
mod keep_alive;
#[path = "fuzz/session.rs"]
mod session;
#[path = "link/sessions.rs"]
mod sessions;
#[path = "link/versions.rs"]
mod versions;
#[path = "link/violations.rs"]
mod violations;
#[path = "link/wire.rs"]
mod wire;
#[path = "link/world.rs"]
mod world;
