//! How long to wait before the next attempt: exponential, capped, with full jitter.

use std::time::Duration;

/// Waits after failures in a row. Deterministic from its seed.
#[derive(Debug)]
pub(super) struct Backoff {
    random: fastrand::Rng,
    failures: u32,
}

impl Backoff {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            random: fastrand::Rng::with_seed(seed),
            failures: 0,
        }
    }

    /// Counts a failure, and says how long to wait: anything from nothing to the cap, so that a hundred walls that lost
    /// one broker do not come back in one second.
    pub(super) fn wait(&mut self) -> Duration {
        let doublings = self.failures.min(MAX_DOUBLINGS);
        self.failures = self.failures.saturating_add(1);
        let cap = (FIRST_MS << doublings).min(CEILING_MS);
        Duration::from_millis(self.random.u64(0..=cap))
    }

    /// Before another address is tried in place of the one that failed: as if that had failed once.
    pub(super) fn jitter(&mut self) -> Duration {
        Duration::from_millis(self.random.u64(0..=FIRST_MS))
    }

    /// A connection proved good.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

/// A broker that restarts is back in about a second.
const FIRST_MS: u64 = 500;

/// A person who repaired something waits for it at most this long.
const CEILING_MS: u64 = 30_000;

/// As many as lead to the ceiling.
const MAX_DOUBLINGS: u32 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_stay_under_a_cap_that_doubles_from_half_a_second_to_thirty() {
        let caps = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
        let mut longest = [Duration::ZERO; 8];
        for seed in 0..200 {
            let mut backoff = Backoff::new(seed);
            for (longest, cap) in longest.iter_mut().zip(caps) {
                let wait = backoff.wait();
                assert!(wait <= Duration::from_millis(cap));
                *longest = wait.max(*longest);
            }
        }
        for (longest, cap) in longest.iter().zip(caps) {
            assert!(
                *longest > Duration::from_millis(cap / 10 * 9),
                "jitter is full"
            );
        }
    }

    #[test]
    fn a_good_connection_makes_the_next_wait_short_again() {
        let mut backoff = Backoff::new(1);
        for _ in 0..50 {
            backoff.wait();
        }
        backoff.reset();
        assert!(backoff.wait() <= Duration::from_millis(FIRST_MS));
    }
}
