//! Two clocks that do not go together: somebody set the wall clock, or the machine slept.

use std::time::Duration;

use super::Engine;
use crate::link;
use crate::time::Now;

/// The wall clock is read in whole milliseconds and corrected by a few now and then; nobody sets it by less.
const EVEN: Duration = Duration::from_secs(5);

/// We ask to be woken every second, and a hidden page is woken every minute: who was not for longer slept.
const ASLEEP: Duration = Duration::from_secs(90);

impl Engine {
    /// Takes the time of an input.
    ///
    /// From a wall clock that is set forward a sleep cannot be told, and who slept cannot say that somebody else was
    /// silent: from now on silence is counted anew. One that is set back was wrong before; what was noted by it is as long
    /// ago as it was, else it would be to come for hours, and nobody late until then.
    pub(super) fn follow_clocks(&mut self, now: Now) {
        let passed = now.monotonic.since(self.now.monotonic);
        let expected = self.now.wall.after(passed.saturating_mul(self.speed));
        let even = EVEN.saturating_mul(self.speed);
        self.now = now;
        let is_set_back = now.wall < expected.before(even);
        if !is_set_back && now.wall <= expected.after(even) && passed < ASLEEP {
            return;
        }
        self.awake_since = now.wall;
        // Where the monotonic clock stands still in a sleep, no timer says that it is time to ask.
        self.hint(link::Hint::Visible);
        if is_set_back {
            let back = expected.since(now.wall);
            self.fleet.set_back(back);
            for connection in self.links.values_mut() {
                connection.set_back(back);
            }
        }
        // Before a message comes, which would be judged by what was known of the time before.
        self.tick_fleet();
    }
}
