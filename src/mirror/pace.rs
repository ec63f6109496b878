//! When to grant the engine a credit: often enough to look live, never more than the screen can show.

use std::time::Duration;

use crate::time::Monotonic;

/// At most one credit is out; at most five a second are granted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    granted_at: Option<Monotonic>,
    out: bool,
}

impl Pace {
    /// The engine spent its credit.
    pub const fn handle_update(&mut self) {
        self.out = false;
    }

    /// The engine is a new one and knows of no credit.
    pub fn handle_new_engine(&mut self) {
        *self = Self::default();
    }

    /// Whether to grant one now. Asked from a frame, so never while the page is hidden.
    pub fn poll_grant(&mut self, now: Monotonic) -> bool {
        let due = self.wait(now).is_zero();
        if due {
            self.granted_at = Some(now);
            self.out = true;
        }
        due
    }

    /// How long until [`Self::poll_grant`] says yes, unless an update comes before.
    pub fn wait(&self, now: Monotonic) -> Duration {
        let Some(granted_at) = self.granted_at else {
            return Duration::ZERO;
        };
        let pause = if self.out { REPEAT } else { CALM };
        pause.saturating_sub(now.since(granted_at))
    }
}

/// Five times a second: numbers that change faster cannot be read, and what a picture costs is style, layout and paint, whatever
/// is new in it. Ten times a second took twice as much of a page's thread under load.
const CALM: Duration = Duration::from_millis(200);

/// The engine takes a page for gone that says nothing for 30 s; a credit that is out already may be granted again.
const REPEAT: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> Monotonic {
        Monotonic::from_millis(millis)
    }

    /// Credits granted in a second of frames, if the engine answers each at once.
    fn granted(frames: u64) -> usize {
        let mut pace = Pace::default();
        (0..frames)
            .filter(|frame| {
                let granted = pace.poll_grant(at(1000 * frame / frames));
                if granted {
                    pace.handle_update();
                }
                granted
            })
            .count()
    }

    #[test]
    fn five_a_second_whatever_the_screen_does() {
        assert_eq!(granted(60), 5);
        assert_eq!(granted(144), 5);
    }

    #[test]
    fn one_credit_is_out_and_is_only_repeated_as_a_sign_of_life() {
        let mut pace = Pace::default();
        assert!(pace.poll_grant(at(0)));
        assert!(!pace.poll_grant(at(9_999)));
        assert_eq!(pace.wait(at(9_000)), Duration::from_secs(1));
        assert!(pace.poll_grant(at(10_000)));
        pace.handle_update();
        assert!(pace.poll_grant(at(10_200)));
    }

    #[test]
    fn a_new_engine_gets_a_credit_at_once() {
        let mut pace = Pace::default();
        assert!(pace.poll_grant(at(0)));
        pace.handle_new_engine();
        assert!(pace.poll_grant(at(1)));
    }
}
