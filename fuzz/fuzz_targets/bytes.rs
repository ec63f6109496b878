//! See `tests/fuzz/bytes.rs`.
#![no_main]
#![expect(dead_code, reason = "the tests of the link use more of their world")]

#[path = "../../tests/fuzz/bytes.rs"]
mod bytes;
#[path = "../../tests/link/wire.rs"]
mod wire;
#[path = "../../tests/link/world.rs"]
mod world;

libfuzzer_sys::fuzz_target!(|data: &[u8]| bytes::check(data));
