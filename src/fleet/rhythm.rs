//! How often a device usually speaks, learned from its last messages.

use std::collections::VecDeque;
use std::time::Duration;

use crate::ordered::sort;

/// The last gaps between a device's messages.
///
/// A counter speaks only when somebody passes, so its silence is judged by what it has done itself: the usual gap is a
/// high quantile, and the longest gap is remembered and fades slowly, so that a quiet morning after a busy noon is no alarm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rhythm {
    gaps: VecDeque<u32>,
    longest_ms: u64,
}

/// Enough to see a rhythm, few enough to follow it when it changes.
const GAPS: usize = 32;

/// Fewer gaps say nothing yet.
const LEAST: usize = 4;

/// Below this nobody's silence is worth a look, however fast it usually speaks.
pub(super) const LATE_AT_LEAST: Duration = Duration::from_secs(180);
const STALE_AT_LEAST: Duration = Duration::from_secs(900);

/// Before a rhythm is known.
const LATE_UNKNOWN: Duration = Duration::from_secs(900);
const STALE_UNKNOWN: Duration = Duration::from_secs(3 * 3600);

impl Rhythm {
    /// From stored values; gaps in milliseconds, oldest first.
    pub fn from_parts(gaps: Vec<u32>, longest_ms: u64) -> Self {
        let skip = gaps.len().saturating_sub(GAPS);
        Self {
            gaps: gaps.into_iter().skip(skip).collect(),
            longest_ms,
        }
    }

    /// Gaps in milliseconds, oldest first, and the longest one, faded.
    pub fn parts(&self) -> (Vec<u32>, u64) {
        (self.gaps.iter().copied().collect(), self.longest_ms)
    }

    /// A message came this long after the one before.
    pub fn learn(&mut self, gap: Duration) {
        let gap = u32::try_from(gap.as_millis()).unwrap_or(u32::MAX);
        if self.gaps.len() >= GAPS {
            self.gaps.pop_front();
        }
        self.gaps.push_back(gap);
        // Fades by one fiftieth a message.
        self.longest_ms = u64::from(gap).max(self.longest_ms - self.longest_ms / 50);
    }

    /// The gap that nine of ten do not exceed; `None` before it is known.
    pub fn usual(&self) -> Option<Duration> {
        if self.gaps.len() < LEAST {
            return None;
        }
        let mut sorted: Vec<_> = self.gaps.iter().copied().collect();
        sort(&mut sorted);
        let index = (sorted.len() * 9).div_ceil(10).saturating_sub(1);
        Some(Duration::from_millis(u64::from(sorted[index])))
    }

    /// From which silence on it is late.
    pub fn late_after(&self) -> Duration {
        self.usual().map_or(LATE_UNKNOWN, |usual| {
            LATE_AT_LEAST
                .max(usual * 4)
                .max(Duration::from_millis(self.longest_ms * 2))
        })
    }

    /// From which silence on it is stale.
    pub fn stale_after(&self) -> Duration {
        self.usual()
            .map_or(STALE_UNKNOWN, |_| STALE_AT_LEAST.max(self.late_after() * 4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_speaks_every_five_seconds_is_late_after_minutes_not_hours() {
        let mut rhythm = Rhythm::default();
        assert_eq!(rhythm.usual(), None);
        for _ in 0..100 {
            rhythm.learn(Duration::from_secs(5));
        }
        assert_eq!(rhythm.usual(), Some(Duration::from_secs(5)));
        assert_eq!(rhythm.late_after(), LATE_AT_LEAST);
    }

    #[test]
    fn a_counter_that_was_quiet_before_may_be_quiet_again() {
        let mut rhythm = Rhythm::default();
        rhythm.learn(Duration::from_secs(1200));
        for _ in 0..20 {
            rhythm.learn(Duration::from_secs(10));
        }
        assert!(rhythm.late_after() > Duration::from_secs(1200));
    }
}
