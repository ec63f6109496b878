//! See `tests/fuzz/session.rs`.
#![no_main]
#![expect(dead_code, reason = "the tests of the link use more of their world")]

#[path = "../../tests/fuzz/session.rs"]
mod session;
#[path = "../../tests/link/wire.rs"]
mod wire;
#[path = "../../tests/link/world.rs"]
mod world;

libfuzzer_sys::fuzz_target!(|data: &[u8]| session::check(data));
