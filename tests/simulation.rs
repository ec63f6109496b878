//! The simulated day is the same in every build, byte for byte; `tests/browser.rs` asks the same of the wasm.

use std::time::Duration;

use footfall::simulation::Simulation;
use footfall::time::{Calendar, Offsets, Timestamp};

#[cfg_attr(not(target_arch = "wasm32"), test)]
pub(crate) fn a_simulated_day_is_the_same_in_every_build() {
    let midnight = Timestamp::from_millis(1_794_927_600_000);
    let calendar = Calendar::new(Offsets::fixed(9 * 3600), Duration::ZERO);
    let mut simulation = Simulation::new(1, midnight, calendar);
    // FNV-1a.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    while simulation.next_at() < midnight.after(Duration::from_secs(24 * 3600)) {
        for byte in format!("{:?}", simulation.next_event()).bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    assert_eq!(hash, DAY, "the day's hash is now {hash:#x}");
}

/// Of all events of 18 November 2026 in Seoul. Changes with every change of the mall; then write the new one here.
const DAY: u64 = 0xf622_769a_82be_9b99;
