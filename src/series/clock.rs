//! When a reading was measured, as far as its device's clock can be trusted.

use std::time::Duration;

use super::Arrival;
use crate::time::Timestamp;

/// When a reading was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Measured {
    /// Never later than its arrival.
    pub(super) at: Timestamp,
    /// The device told it; otherwise it is when the reading came.
    pub(super) told: bool,
}

/// Clocks that are set by NTP and devices that round up are within this; more is a wrong clock.
pub(super) const AHEAD: Duration = Duration::from_secs(120);

/// Cells are kept for two days; what claims to be older comes from a clock that stands wrong.
pub(super) const OLD: Duration = Duration::from_secs(2 * 86_400);

/// The device's own time where it is usable, else the time of arrival.
///
/// This is the one place where a device's clock is judged: a learned offset of its clock belongs here.
pub(super) fn measured(sent_at: Option<Timestamp>, arrival: &Arrival) -> Measured {
    let received_at = arrival.received_at;
    match sent_at {
        Some(sent_at) if is_usable(sent_at, received_at) => Measured {
            at: sent_at.min(received_at),
            told: true,
        },
        _ => Measured {
            at: received_at,
            told: false,
        },
    }
}

/// Whether a device's time can be what it says.
pub(super) fn is_usable(time: Timestamp, received_at: Timestamp) -> bool {
    time <= received_at.after(AHEAD) && time >= received_at.before(OLD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_cannot_be_is_replaced_by_the_arrival() {
        let received_at = Timestamp::from_millis(1_000_000_000_000);
        let arrival = Arrival {
            received_at,
            retained: false,
            maybe_repeated: false,
            link: 1,
        };
        let an_hour = Duration::from_secs(3600);
        for (sent_at, expected) in [
            (None, (received_at, false)),
            (
                Some(received_at.before(an_hour)),
                (received_at.before(an_hour), true),
            ),
            (Some(received_at.after(AHEAD)), (received_at, true)),
            (Some(received_at.after(an_hour)), (received_at, false)),
            (Some(Timestamp::from_millis(0)), (received_at, false)),
        ] {
            let measured = measured(sent_at, &arrival);
            assert_eq!((measured.at, measured.told), expected, "{sent_at:?}");
        }
    }
}
