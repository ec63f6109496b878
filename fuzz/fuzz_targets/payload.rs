//! See `tests/fuzz/payload.rs`.
#![no_main]

#[path = "../../tests/fuzz/payload.rs"]
mod payload;

libfuzzer_sys::fuzz_target!(|data: &[u8]| payload::check(data));
