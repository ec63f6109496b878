//! Readings in, courses out.

use super::*;
use crate::time::Offsets;
use std::time::Duration;

fn calendar() -> Calendar {
    Calendar::new(Offsets::fixed(9 * 3600), Duration::ZERO)
}

#[test]
fn placeholder_compiles() {
    let mut series = Series::default();
    let device = DeviceId::new("a");
    let now = Timestamp::from_millis(1_790_000_000_000);
    let arrival = Arrival {
        received_at: now,
        retained: false,
        maybe_repeated: false,
        link: 1,
    };
    let reading = CountReading {
        line: LineId::default(),
        channel: Channel::Entered,
        class: Class::Any,
        kind: CountKind::Cumulative { reset_at: None },
        value: 3,
        sent_at: Some(now),
    };
    assert_eq!(
        series.apply(&device, &reading, &arrival, &calendar()),
        Applied::Counted
    );
}
