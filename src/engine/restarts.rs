//! Whether an engine still runs, and how long to wait before one that stopped is started anew.

use std::time::Duration;

use crate::time::Monotonic;

/// Pauses between the starts of an engine that stops again and again: each twice as long as the one before.
#[derive(Clone, Copy, Debug, Default)]
pub struct Restarts {
    started_at: Option<Monotonic>,
    /// Stops in a row, each after a short run.
    stops: u32,
}

/// Notices that an engine hangs: it says nothing any more, not even that it stopped.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pulse {
    /// Beats since it was heard.
    silent: u32,
}

/// An engine is asked so often whether it still runs.
pub const BEAT: Duration = Duration::from_secs(5);

/// An engine that works off what came while its machine slept answers after some seconds. Beats are counted and no time
/// is measured: a page that slept, or is hidden and woken seldom, gives its engine as many chances.
const PATIENCE: u32 = 4;

impl Pulse {
    /// It was heard.
    pub const fn handle_answer(&mut self) {
        self.silent = 0;
    }

    /// A beat has passed. Returns whether the engine hangs; if not, it is to be asked.
    pub const fn handle_beat(&mut self) -> bool {
        self.silent += 1;
        self.silent > PATIENCE
    }
}

/// Somebody looks at the page: an engine that stopped once is back in about a second.
const FIRST: Duration = Duration::from_secs(1);

/// Whatever stops it may be gone at any time, and a start a minute keeps no machine busy.
const LONGEST: Duration = Duration::from_secs(60);

/// Who ran for so long does not stop because it was started.
const STEADY: Duration = Duration::from_secs(180);

impl Restarts {
    /// It starts now.
    pub const fn handle_start(&mut self, now: Monotonic) {
        self.started_at = Some(now);
    }

    /// It stopped now. Returns how long to wait before it is started again.
    pub fn handle_stop(&mut self, now: Monotonic) -> Duration {
        let started_at = self.started_at.take();
        if started_at.is_some_and(|started_at| now.since(started_at) >= STEADY) {
            self.stops = 0;
        }
        let pause = FIRST.saturating_mul(2_u32.saturating_pow(self.stops));
        self.stops = self.stops.saturating_add(1);
        pause.min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pauses of an engine that stops after each of these runs, in seconds.
    fn pauses(runs: impl IntoIterator<Item = u64>) -> Vec<u64> {
        let (mut restarts, mut now) = (Restarts::default(), Monotonic::from_millis(0));
        let pause = |run| {
            restarts.handle_start(now);
            now = now.after(Duration::from_secs(run));
            let pause = restarts.handle_stop(now);
            now = now.after(pause);
            pause.as_secs()
        };
        runs.into_iter().map(pause).collect()
    }

    #[test]
    fn an_engine_that_stops_at_every_start_is_started_ever_less_often_down_to_once_a_minute() {
        assert_eq!(pauses([0; 9]), [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(pauses([0; 100]).last(), Some(&60));
    }

    #[test]
    fn an_engine_that_was_asked_four_times_and_says_nothing_hangs() {
        let mut pulse = Pulse::default();
        for _ in 0..10 {
            assert!((0..4).all(|_| !pulse.handle_beat()));
            pulse.handle_answer();
        }
        assert!((0..4).all(|_| !pulse.handle_beat()));
        assert!(pulse.handle_beat());
    }

    #[test]
    fn an_engine_that_ran_for_some_minutes_is_back_in_a_second() {
        assert_eq!(pauses([0, 0, 0, 179, 180, 0]), [1, 2, 4, 8, 1, 2]);
    }
}
