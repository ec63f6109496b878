use std::collections::BTreeMap;

use super::*;
use crate::observation::{CountKind, CountReading};
use crate::series::{Arrival, Course, Lost};
use crate::time::Offsets;
use proptest::prelude::*;
use std::time::Duration;

fn calendar() -> Calendar {
    Calendar::new(Offsets::fixed(9 * 3600), Duration::ZERO)
}

/// Minutes since a midnight of the site.
fn at(minutes: i64) -> Timestamp {
    Timestamp::from_millis(1_790_002_800_000 + minutes * 60_000)
}

/// Of all devices.
fn take_all(series: &mut Series) -> Vec<Record> {
    let devices = series.unstored_behind(None).cloned().collect();
    let mut records = take_counts(series, &calendar(), &devices);
    records.extend(take_gaps(series));
    records
}

/// What the store holds after some records were written.
#[derive(Default)]
struct Store(BTreeMap<String, Vec<u8>>);

impl Store {
    fn keep(&mut self, series: &mut Series) {
        for record in take_all(series) {
            if record.bytes.is_empty() {
                self.0.remove(&record.key);
            } else {
                self.0.insert(record.key, record.bytes);
            }
        }
    }

    fn restored(&self) -> Series {
        let mut series = Series::default();
        for (key, bytes) in &self.0 {
            assert_eq!(
                restore_counts(key, bytes, &mut series),
                Some(Ok(())),
                "{key}"
            );
        }
        series
    }
}

fn reading(kind: CountKind, value: u64, sent_at: Timestamp) -> CountReading {
    CountReading {
        line: LineId("a/b".into()),
        channel: Channel::Entered,
        class: Class::Any,
        kind,
        value,
        sent_at: Some(sent_at),
    }
}

fn apply(series: &mut Series, device: &str, reading: &CountReading, received_at: Timestamp) {
    let arrival = Arrival {
        received_at,
        retained: false,
        maybe_repeated: false,
        link: 1,
    };
    series.apply(&DeviceId::new(device), reading, &arrival, &calendar());
}

fn course(series: &Series, device: &str, day: i64) -> Option<Course> {
    let (from, to) = (at(day * 1440), at(day * 1440 + 1440));
    let line = LineId("a/b".into());
    series.course(&DeviceId::new(device), &line, Channel::Entered, from, to)
}

fn total(series: &Series, device: &str, day: i64) -> Option<crate::series::Total> {
    course(series, device, day).map(|course| course.total())
}

#[test]
fn midnight_is_midnight() {
    assert_eq!(
        calendar().bucket_start(at(0), crate::time::BucketSize::Day),
        at(0)
    );
}

#[test]
fn only_what_changed_is_stored() {
    let (mut series, mut store) = (Series::default(), Store::default());
    let counts = CountKind::Cumulative {
        reset_at: Some(at(0)),
    };
    for device in ["a", "b"] {
        apply(&mut series, device, &reading(counts, 3, at(5)), at(5));
    }
    store.keep(&mut series);
    assert_eq!(store.0.len(), 4, "{:?}", store.0.keys());
    assert!(take_all(&mut series).is_empty());
    apply(&mut series, "a", &reading(counts, 4, at(9)), at(9));
    let keys: Vec<String> = take_all(&mut series)
        .into_iter()
        .map(|record| record.key)
        .collect();
    assert_eq!(
        keys,
        [format!(
            "day/{}/a/a%2Fb/entered/any",
            calendar().day(at(0)).number()
        )]
    );
}

#[test]
fn a_crossing_that_was_stored_is_recognised_when_it_comes_again() {
    let (mut series, mut store) = (Series::default(), Store::default());
    let crossing = reading(CountKind::Crossing { sequence: None }, 1, at(5));
    apply(&mut series, "a", &crossing, at(5));
    store.keep(&mut series);
    let mut series = store.restored();
    let again = Arrival {
        received_at: at(30),
        retained: false,
        maybe_repeated: true,
        link: 1,
    };
    let applied = series.apply(&DeviceId::new("a"), &crossing, &again, &calendar());
    assert_eq!(applied, crate::series::Applied::Known);
    assert_eq!(total(&series, "a", 0).unwrap().value, 1);
}

#[test]
fn days_that_are_forgotten_leave_the_store_and_the_counter_goes_on() {
    let (mut series, mut store) = (Series::default(), Store::default());
    let counts = CountKind::Cumulative {
        reset_at: Some(at(0)),
    };
    let passes = |series: &mut Series, minute: i64| {
        let crossing = reading(CountKind::Crossing { sequence: None }, 1, at(minute));
        apply(series, "door", &crossing, at(minute));
    };
    for day in 0..6_i64 {
        let minute = day * 1440 + 600;
        apply(
            &mut series,
            "a",
            &reading(counts, minute.unsigned_abs(), at(minute)),
            at(minute),
        );
        passes(&mut series, minute);
        store.keep(&mut series);
        series = store.restored();
    }
    // Of each line what outlives its days, and two days; of the door the hour of today.
    assert_eq!(store.0.len(), 2 * 3 + 1, "{:?}", store.0.keys());
    assert_eq!(total(&series, "a", 5).unwrap().value, 1440);
    // After a week of silence the total is still compared with what it was.
    let minute = 14 * 1440 + 10;
    apply(
        &mut series,
        "a",
        &reading(counts, 10_000, at(minute)),
        at(minute),
    );
    store.keep(&mut series);
    let total = total(&store.restored(), "a", 14).unwrap();
    assert_eq!(
        (total.value, total.since),
        (10_000 - (5 * 1440 + 600), None)
    );
}

#[test]
fn garbage_and_other_versions_are_refused_and_change_nothing() {
    let (mut series, mut store) = (Series::default(), Store::default());
    let counts = CountKind::Cumulative { reset_at: None };
    apply(&mut series, "a", &reading(counts, 3, at(5)), at(5));
    series.lost(&Lost::All, at(6), at(7));
    series.silent(&DeviceId::new("a"), at(5), at(6));
    store.keep(&mut series);
    let mut series = Series::default();
    for (key, bytes) in &store.0 {
        let mut newer = bytes.clone();
        newer[0] = 99;
        assert_eq!(
            restore_counts(key, &newer, &mut series),
            Some(Err(RecordError::Version))
        );
        for length in 0..bytes.len() {
            assert!(
                restore_counts(key, &bytes[..length], &mut series)
                    .unwrap()
                    .is_err()
            );
        }
    }
    assert_eq!(series.revision(), 0);
    assert_eq!(restore_counts("theme", &[1, 2], &mut series), None);
}

/// A reading of one of four lines, and whether a link was lost before it.
#[derive(Clone, Debug)]
struct Event {
    minute: i64,
    device: usize,
    rise: u64,
    resets: bool,
    is_after_gap: bool,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = (1_i64..90, 0_usize..4, 0_u64..5, 0_u8..12, 0_u8..10);
    prop::collection::vec(event, 1..60).prop_map(|steps| {
        let mut minute = 0;
        let event = |(wait, device, rise, resets, gap): (i64, usize, u64, u8, u8)| {
            minute += wait;
            Event {
                minute,
                device,
                rise,
                resets: resets == 0,
                is_after_gap: gap == 0,
            }
        };
        steps.into_iter().map(event).collect()
    })
}

/// Applies events; between any two the series may be stored and restored.
fn run(events: &[Event], splits: &[bool]) -> Vec<Option<Course>> {
    let (mut series, mut store) = (Series::default(), Store::default());
    let (mut counted, mut reset_at) = ([0_u64; 4], at(0));
    let devices = ["told", "untold", "passing", "interval"];
    for (event, split) in events.iter().zip(splits.iter().cycle()) {
        if *split {
            store.keep(&mut series);
            series = store.restored();
        }
        let now = at(event.minute);
        if event.is_after_gap {
            series.lost(
                &Lost::All,
                now.before(Duration::from_secs(60)),
                now.before(Duration::from_secs(20)),
            );
        }
        if event.rise == 4 {
            let device = DeviceId::new(devices[event.device]);
            series.silent(&device, now.before(Duration::from_secs(1200)), now);
        }
        if event.resets {
            counted = [0; 4];
            reset_at = now.before(Duration::from_secs(30));
        }
        let device = event.device;
        counted[device] += event.rise;
        let (kind, value) = match device {
            0 => (
                CountKind::Cumulative {
                    reset_at: Some(reset_at),
                },
                counted[0],
            ),
            1 => (CountKind::Cumulative { reset_at: None }, counted[1]),
            2 => (CountKind::Crossing { sequence: None }, event.rise),
            _ => {
                let start = now.before(Duration::from_secs(60));
                (
                    CountKind::Interval {
                        start,
                        span_ms: 60_000,
                    },
                    event.rise,
                )
            }
        };
        apply(
            &mut series,
            devices[device],
            &reading(kind, value, now),
            now,
        );
    }
    let last = events.last().map_or(0, |event| event.minute / 1440);
    let days = [last, last - 1];
    devices
        .iter()
        .flat_map(|device| days.map(|day| course(&series, device, day)))
        .collect()
}

proptest! {
    #[test]
    fn a_day_that_is_split_stored_and_resumed_gives_the_same(
        events in events(),
        splits in prop::collection::vec(any::<bool>(), 1..8),
    ) {
        prop_assert_eq!(run(&events, &[false]), run(&events, &splits));
    }
}
