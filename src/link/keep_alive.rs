//! When to send PINGREQ, and when to give a connection up that nobody closed.

use std::time::Duration;

use crate::time::Monotonic;

/// Watches one connection. Any byte of the broker counts as a sign of life: PINGRESP may wait behind megabytes.
#[derive(Debug)]
pub(super) struct KeepAlive {
    interval: Option<Duration>,
    sent_at: Monotonic,
    received_at: Monotonic,
    probe: Option<Probe>,
}

/// PINGREQ was sent, and nothing came since.
#[derive(Debug)]
struct Probe {
    deadline: Monotonic,
    /// The machine slept over a former deadline, so it was sent again.
    repeated: bool,
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beat {
    Rest,
    Ping,
    /// The connection is dead.
    GiveUp,
}

impl KeepAlive {
    /// With the keep alive of the connection in seconds; 0: never [MQTT-3.1.2-20].
    pub(super) fn new(seconds: u16, now: Monotonic) -> Self {
        Self {
            interval: (seconds > 0).then(|| Duration::from_secs(seconds.into())),
            sent_at: now,
            received_at: now,
            probe: None,
        }
    }

    /// A packet was sent.
    pub(super) const fn sent(&mut self, now: Monotonic) {
        self.sent_at = now;
    }

    /// Bytes came.
    pub(super) fn received(&mut self, now: Monotonic) {
        self.received_at = now;
        self.probe = None;
    }

    /// When [`KeepAlive::poll`] wants to be asked.
    pub(super) fn deadline(&self) -> Option<Monotonic> {
        let probe = self.probe.as_ref().map(|probe| probe.deadline);
        probe.into_iter().chain(self.ping_at()).min()
    }

    /// What to do now. After `Ping`, PINGREQ must be sent.
    pub(super) fn poll(&mut self, now: Monotonic) -> Beat {
        let patience = self.patience();
        let ping_is_due = self.ping_at().is_some_and(|at| now >= at);
        match &mut self.probe {
            Some(probe) if now >= probe.deadline => {
                if probe.repeated || now.since(probe.deadline) < SLEPT {
                    return Beat::GiveUp;
                }
                // We slept; the answer may lie in the socket, or the broker forgot us.
                *probe = Probe {
                    deadline: now.after(patience),
                    repeated: true,
                };
                Beat::Ping
            }
            _ if ping_is_due => {
                self.probe.get_or_insert(Probe {
                    deadline: now.after(patience),
                    repeated: false,
                });
                Beat::Ping
            }
            _ => Beat::Rest,
        }
    }

    /// Something suggests that the network changed: is the connection alive? False if that is being asked already.
    pub(super) fn check(&mut self, now: Monotonic) -> bool {
        if self.probe.is_some() {
            return false;
        }
        self.probe = Some(Probe {
            deadline: now.after(LEAST_PATIENCE),
            repeated: false,
        });
        true
    }

    /// A quarter of the interval early, because timers come late, and the interval is a promise [MQTT-3.1.2-20]. Counted
    /// from the last packet that we sent, and from the last that came: who only sends must also learn of a dead broker.
    fn ping_at(&self) -> Option<Monotonic> {
        let since = match self.probe {
            Some(_) => self.sent_at,
            None => self.sent_at.min(self.received_at),
        };
        Some(since.after(self.interval? * 3 / 4))
    }

    fn patience(&self) -> Duration {
        self.interval.map_or(LEAST_PATIENCE, |interval| {
            (interval / 2).max(LEAST_PATIENCE)
        })
    }
}

/// A mobile network may take seconds to answer.
const LEAST_PATIENCE: Duration = Duration::from_secs(5);

/// A timer that comes this late did not run: the machine slept, or the browser froze us.
const SLEPT: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Monotonic {
        Monotonic::from_millis(seconds * 1_000)
    }

    fn after_ping() -> KeepAlive {
        let mut keep_alive = KeepAlive::new(20, at(0));
        assert_eq!(keep_alive.poll(at(15)), Beat::Ping);
        keep_alive.sent(at(15));
        keep_alive
    }

    #[test]
    fn a_ping_goes_out_a_quarter_before_the_keep_alive_ends() {
        let mut keep_alive = KeepAlive::new(20, at(0));
        assert_eq!(keep_alive.deadline(), Some(at(15)));
        assert_eq!(keep_alive.poll(at(14)), Beat::Rest);
        assert_eq!(keep_alive.poll(at(15)), Beat::Ping);
    }

    #[test]
    fn silence_after_a_ping_ends_the_connection() {
        let mut keep_alive = after_ping();
        assert_eq!(keep_alive.deadline(), Some(at(25)));
        assert_eq!(keep_alive.poll(at(24)), Beat::Rest);
        assert_eq!(keep_alive.poll(at(25)), Beat::GiveUp);
    }

    #[test]
    fn any_byte_is_a_sign_of_life() {
        let mut keep_alive = after_ping();
        keep_alive.received(at(24));
        assert_eq!(keep_alive.poll(at(25)), Beat::Rest);
        assert_eq!(keep_alive.deadline(), Some(at(30)));
    }

    #[test]
    fn who_only_sends_pings_all_the_same() {
        let mut keep_alive = KeepAlive::new(20, at(0));
        keep_alive.sent(at(14));
        assert_eq!(keep_alive.poll(at(15)), Beat::Ping);
    }

    #[test]
    fn who_only_receives_pings_all_the_same() {
        let mut keep_alive = KeepAlive::new(20, at(0));
        keep_alive.received(at(14));
        assert_eq!(keep_alive.poll(at(15)), Beat::Ping);
    }

    #[test]
    fn after_sleep_the_broker_is_asked_once_more() {
        let mut keep_alive = after_ping();
        assert_eq!(keep_alive.poll(at(3_600)), Beat::Ping);
        keep_alive.sent(at(3_600));
        assert_eq!(keep_alive.poll(at(3_610)), Beat::GiveUp);
    }

    #[test]
    fn without_keep_alive_only_a_check_sends_a_ping() {
        let mut keep_alive = KeepAlive::new(0, at(0));
        assert_eq!(keep_alive.deadline(), None);
        assert_eq!(keep_alive.poll(at(90_000)), Beat::Rest);
        assert!(keep_alive.check(at(90_000)));
        assert!(!keep_alive.check(at(90_001)));
        assert_eq!(keep_alive.poll(at(90_005)), Beat::GiveUp);
    }
}
