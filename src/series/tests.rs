//! Readings in, courses out.

use super::*;
use crate::time::{BucketSize, Offsets};
use proptest::prelude::*;
use std::time::Duration;

const DAY: i64 = 1440;

fn calendar() -> Calendar {
    Calendar::new(Offsets::fixed(9 * 3600), Duration::ZERO)
}

/// Minutes since a midnight of the site.
fn at(minutes: i64) -> Timestamp {
    Timestamp::from_millis(1_790_002_800_000 + minutes * 60_000)
}

fn live(minutes: i64) -> Arrival {
    Arrival {
        received_at: at(minutes),
        retained: false,
        maybe_repeated: false,
        link: 1,
    }
}

fn stored(minutes: i64) -> Arrival {
    Arrival {
        retained: true,
        ..live(minutes)
    }
}

fn reading(kind: CountKind, value: u64, sent_at: Option<Timestamp>) -> CountReading {
    CountReading {
        line: LineId::default(),
        channel: Channel::Entered,
        class: Class::Any,
        kind,
        value,
        sent_at,
    }
}

/// A counter that was reset at this minute.
fn counter(reset: i64) -> CountKind {
    CountKind::Cumulative {
        reset_at: Some(at(reset)),
    }
}

const OLD_COUNTER: CountKind = CountKind::Cumulative { reset_at: None };
const PERSON: CountKind = CountKind::Crossing { sequence: None };

fn apply(series: &mut Series, reading: &CountReading, arrival: &Arrival) -> Applied {
    series.apply(&DeviceId::new("a"), reading, arrival, &calendar())
}

/// Applies live readings of one line: minute and value.
fn tell(series: &mut Series, kind: CountKind, readings: &[(i64, u64)]) {
    for (minute, value) in readings {
        apply(
            series,
            &reading(kind, *value, Some(at(*minute))),
            &live(*minute),
        );
    }
}

/// The course of a day of the only line.
fn course(series: &Series, day: i64) -> Course {
    let (from, to) = (at(day * DAY), at(day * DAY + DAY));
    let line = LineId::default();
    let course = series.course(&DeviceId::new("a"), &line, Channel::Entered, from, to);
    course.expect("it spoke")
}

fn total(series: &Series) -> Total {
    course(series, 0).total()
}

fn exactly(value: u64) -> Total {
    Total {
        value,
        ..Total::default()
    }
}

fn since(minute: i64, value: u64) -> Total {
    Total {
        since: Some(at(minute)),
        ..exactly(value)
    }
}

fn at_least(value: u64) -> Total {
    Total {
        at_least: true,
        ..exactly(value)
    }
}

/// Series that listens since before the day.
fn listening() -> Series {
    let mut series = Series::default();
    series.listens(1, at(-60));
    series
}

#[test]
fn a_counter_that_is_reset_at_midnight_tells_the_day() {
    let mut series = listening();
    tell(&mut series, counter(0), &[(480, 1), (500, 7), (1200, 90)]);
    assert_eq!(total(&series), exactly(90));
    tell(&mut series, counter(DAY), &[(DAY + 480, 3)]);
    assert_eq!(total(&series), exactly(90));
    assert_eq!(course(&series, 1).total(), exactly(3));
}

#[test]
fn who_joins_at_noon_knows_the_whole_day_of_such_a_counter() {
    let mut series = Series::default();
    tell(&mut series, counter(0), &[(720, 50), (725, 52)]);
    assert_eq!(total(&series), exactly(52));
}

#[test]
fn a_counter_that_ran_for_days_counts_since_it_was_heard() {
    let mut series = Series::default();
    tell(&mut series, counter(-5 * DAY), &[(720, 5000), (725, 5003)]);
    assert_eq!(total(&series), since(720, 3));
    tell(&mut series, counter(-5 * DAY), &[(DAY + 600, 5010)]);
    assert_eq!(course(&series, 1).total(), exactly(7));
}

#[test]
fn what_a_counter_counts_in_the_minute_in_which_it_is_first_heard_counts() {
    for kind in [OLD_COUNTER, counter(-5 * DAY)] {
        let mut series = Series::default();
        let begin = at(720).after(Duration::from_secs(10));
        let told = [(10, 5000), (30, 5001), (50, 5003), (20, 5000), (70, 5004)];
        for (second, value) in told {
            let sent_at = at(720).after(Duration::from_secs(second));
            apply(
                &mut series,
                &reading(kind, value, Some(sent_at)),
                &live(722),
            );
        }
        let since = Total {
            since: Some(begin),
            ..exactly(4)
        };
        assert_eq!(total(&series), since, "{kind:?}");
        assert_eq!(course(&series, 0).between(at(720), at(721)), 3);
    }
}

#[test]
fn a_counter_that_was_reset_before_it_was_heard_counts_since_then() {
    let mut series = Series::default();
    tell(&mut series, counter(724), &[(780, 20)]);
    assert_eq!(total(&series), since(724, 20));
}

#[test]
fn a_reset_counter_never_counts_backwards() {
    let mut series = listening();
    tell(&mut series, counter(0), &[(600, 40)]);
    let reset = reading(counter(700), 2, Some(at(710)));
    assert_eq!(apply(&mut series, &reset, &live(710)), Applied::Reset);
    tell(&mut series, counter(700), &[(800, 5)]);
    assert_eq!(total(&series), exactly(45));
}

#[test]
fn a_drop_is_a_reset_where_the_counter_does_not_tell() {
    let mut series = listening();
    tell(
        &mut series,
        OLD_COUNTER,
        &[(-10, 500), (600, 540), (700, 2), (800, 5)],
    );
    assert_eq!(total(&series), exactly(45));
}

#[test]
fn a_repeated_reading_counts_once_however_it_comes() {
    let mut series = listening();
    tell(&mut series, counter(0), &[(600, 40)]);
    let again = reading(counter(0), 40, Some(at(600)));
    assert_eq!(apply(&mut series, &again, &live(640)), Applied::Known);
    assert_eq!(apply(&mut series, &again, &stored(650)), Applied::Known);
    assert_eq!(total(&series), exactly(40));
}

#[test]
fn what_a_counter_counted_while_we_were_away_is_awaited_and_then_exact() {
    let mut series = listening();
    tell(&mut series, counter(0), &[(600, 40)]);
    series.lost(&Lost::All, at(610), at(640));
    let waits = Total {
        waiting: true,
        ..exactly(40)
    };
    assert_eq!(total(&series), waits);
    tell(&mut series, counter(0), &[(650, 70)]);
    assert_eq!(total(&series), exactly(70));
}

#[test]
fn a_stored_total_that_comes_before_the_last_subscription_is_answered_is_news() {
    let mut series = listening();
    tell(&mut series, counter(0), &[(600, 40)]);
    let told = reading(counter(0), 70, Some(at(630)));
    apply(&mut series, &told, &stored(640));
    series.lost(&Lost::All, at(610), at(640).after(Duration::from_secs(1)));
    assert_eq!(total(&series), exactly(70));
}

#[test]
fn a_counter_that_was_reset_while_we_were_away_says_at_least() {
    let mut series = listening();
    tell(&mut series, counter(0), &[(600, 40)]);
    series.lost(&Lost::All, at(610), at(640));
    tell(&mut series, counter(630), &[(650, 5)]);
    assert_eq!(total(&series), at_least(45));
    tell(&mut series, counter(DAY), &[(DAY + 60, 1)]);
    assert_eq!(
        course(&series, 1).total(),
        exactly(1),
        "the gap was yesterday's"
    );
}

#[test]
fn a_reset_before_we_were_away_loses_nothing() {
    let mut series = listening();
    tell(&mut series, counter(0), &[(600, 40)]);
    tell(&mut series, counter(605), &[(606, 1)]);
    series.lost(&Lost::All, at(610), at(640));
    tell(&mut series, counter(605), &[(650, 5)]);
    assert_eq!(total(&series), exactly(45));
}

#[test]
fn people_who_passed_a_door_of_crossings_while_we_were_away_are_not_known() {
    let mut series = listening();
    tell(&mut series, PERSON, &[(600, 1), (601, 1)]);
    assert_eq!(total(&series), exactly(2));
    series.lost(
        &Lost::Devices([DeviceId::new("b")].into()),
        at(602),
        at(603),
    );
    assert_eq!(total(&series), exactly(2), "of another device");
    series.lost(
        &Lost::Devices([DeviceId::new("a")].into()),
        at(602),
        at(603),
    );
    tell(&mut series, PERSON, &[(700, 1)]);
    assert_eq!(total(&series), at_least(3));
}

#[test]
fn who_was_away_at_midnight_counts_since_the_return() {
    let mut series = listening();
    tell(&mut series, PERSON, &[(600, 1)]);
    tell(&mut series, counter(-5 * DAY), &[]);
    series.lost(&Lost::All, at(DAY - 30), at(DAY + 60));
    tell(&mut series, PERSON, &[(DAY + 120, 1)]);
    assert_eq!(course(&series, 1).total(), since(DAY + 60, 1));
    let mut series = listening();
    tell(&mut series, counter(-5 * DAY), &[(600, 1000)]);
    series.lost(&Lost::All, at(DAY - 30), at(DAY + 60));
    tell(
        &mut series,
        counter(-5 * DAY),
        &[(DAY + 120, 1500), (DAY + 130, 1501)],
    );
    assert_eq!(course(&series, 1).total(), since(DAY + 120, 1));
}

#[test]
fn a_door_of_crossings_is_known_since_its_link_listens() {
    let mut series = Series::default();
    series.listens(1, at(480));
    tell(&mut series, PERSON, &[(600, 1)]);
    assert_eq!(total(&series), since(480, 1));
}

#[test]
fn what_came_in_one_number_is_no_spike_that_looks_complete() {
    let mut series = listening();
    tell(&mut series, counter(0), &[(600, 40)]);
    series.lost(&Lost::All, at(610), at(700));
    tell(&mut series, counter(0), &[(725, 100), (790, 101)]);
    let course = course(&series, 0);
    let now = at(1000);
    let states =
        [600, 615, 660, 690, 705, 720, 735].map(|from| course.state(at(from), at(from + 15), now));
    let [first, blind, gap, last, after, told, later] = states;
    assert_eq!(first, BucketState::Partial, "the gap begins in it");
    assert_eq!((blind, gap), (BucketState::Gap, BucketState::Gap));
    assert_eq!(last, BucketState::Partial, "the gap ends in it");
    assert_eq!(
        after,
        BucketState::Partial,
        "its people are in the next number"
    );
    assert_eq!(
        (told, course.between(at(720), at(735))),
        (BucketState::Partial, 0),
        "they may have passed before"
    );
    assert_eq!(later, BucketState::Complete);
    assert_eq!(lumps(&course, 720, 735), [(610, 726, 60)]);
    assert_eq!(course.total(), exactly(101));
}

/// Who was told of in a span and may have passed before: from, until, people.
fn lumps(course: &Course, from: i64, until: i64) -> Vec<(i64, i64, u64)> {
    let minute = |time: Timestamp| time.minute() - at(0).minute();
    course
        .lumps_told(at(from), at(until))
        .map(|lump| (minute(lump.from), minute(lump.until), lump.people))
        .collect()
}

#[test]
fn who_joins_at_noon_does_not_see_the_morning_in_one_bar() {
    let mut series = Series::default();
    series.listens(1, at(720));
    tell(
        &mut series,
        counter(0),
        &[(721, 143), (724, 146), (740, 147)],
    );
    let course = course(&series, 0);
    let quarters = [0, 705, 720, 735].map(|from| course.between(at(from), at(from + 15)));
    assert_eq!(quarters, [0, 0, 3, 1]);
    assert_eq!(lumps(&course, 720, 735), [(0, 722, 143)]);
    assert_eq!(course.between(at(0), at(DAY)), 147, "the day is exact");
    let now = at(750);
    let states = [0, 705, 720, 735].map(|from| course.state(at(from), at(from + 15), now));
    let (gap, partly) = (BucketState::Gap, BucketState::Partial);
    assert_eq!(states, [gap, gap, partly, BucketState::Complete]);
    assert_eq!(course.total(), exactly(147));
}

#[test]
fn what_was_told_of_a_gap_within_one_bar_is_exact_for_that_bar() {
    let mut series = listening();
    tell(&mut series, counter(0), &[(600, 40)]);
    series.lost(&Lost::All, at(601), at(605));
    tell(&mut series, counter(0), &[(607, 70)]);
    let course = course(&series, 0);
    assert_eq!(course.between(at(600), at(615)), 70);
    assert_eq!(
        course.between(at(606), at(609)),
        0,
        "of a finer bar it is not"
    );
    assert!(course.is_lumped(at(603), at(606)));
    assert!(!course.is_lumped(at(600), at(615)) && !course.is_lumped(at(609), at(612)));
}

#[test]
fn what_is_told_late_of_a_gap_makes_its_lumps_smaller() {
    let mut series = listening();
    tell(&mut series, counter(0), &[(600, 40)]);
    series.lost(&Lost::All, at(610), at(700));
    tell(&mut series, counter(0), &[(725, 100)]);
    let late = reading(counter(0), 90, Some(at(660)));
    apply(&mut series, &late, &live(726));
    let course = course(&series, 0);
    let lumps = [(600, 720), (720, 735)].map(|(from, until)| lumps(&course, from, until));
    assert_eq!(lumps, [vec![], vec![(660, 726, 10)]]);
    assert_eq!(course.between(at(600), at(720)), 90);
}

#[test]
fn what_a_device_tells_after_it_was_away_is_no_spike_and_the_total_stays_as_it_is() {
    let mut series = listening();
    tell(&mut series, counter(0), &[(600, 40), (609, 41)]);
    series.silent(&DeviceId::new("a"), at(610), at(700));
    assert_eq!(
        total(&series),
        exactly(41),
        "nothing is missing that we know of"
    );
    tell(
        &mut series,
        counter(0),
        &[(702, 100), (703, 101), (790, 102)],
    );
    let course = course(&series, 0);
    assert_eq!(lumps(&course, 690, 705), [(610, 703, 59)]);
    let now = at(1000);
    let bars = [600, 615, 690, 705, 780].map(|from| {
        let (from, until) = (at(from), at(from + 15));
        (course.between(from, until), course.state(from, until, now))
    });
    let (partly, whole) = (BucketState::Partial, BucketState::Complete);
    assert_eq!(
        bars,
        [
            (41, partly),
            (0, partly),
            (1, partly),
            (0, whole),
            (1, whole)
        ]
    );
    assert_eq!(course.total(), exactly(102));
}

#[test]
fn a_silence_over_midnight_leaves_both_days_as_they_are() {
    let mut series = listening();
    tell(&mut series, counter(-5 * DAY), &[(-5, 1000), (600, 1040)]);
    let quiet = [course(&series, 0).total(), course(&series, -1).total()];
    series.silent(&DeviceId::new("a"), at(-3), at(500));
    tell(&mut series, counter(-5 * DAY), &[(601, 1041)]);
    assert_eq!(course(&series, 0).total().value, quiet[0].value + 1);
    assert_eq!(course(&series, -1).total(), quiet[1]);
}

#[test]
fn a_counter_that_was_reset_in_a_gap_tells_of_the_time_since_then() {
    let mut series = listening();
    tell(&mut series, counter(0), &[(600, 40)]);
    series.lost(&Lost::All, at(610), at(640));
    tell(&mut series, counter(630), &[(650, 5)]);
    assert_eq!(lumps(&course(&series, 0), 645, 660), [(630, 651, 5)]);
    let mut series = Series::default();
    tell(&mut series, counter(724), &[(780, 20)]);
    assert_eq!(lumps(&course(&series, 0), 780, 795), [(724, 781, 20)]);
}

#[test]
fn a_stored_crossing_never_counts() {
    let mut series = listening();
    let applied = apply(
        &mut series,
        &reading(PERSON, 1, Some(at(600))),
        &stored(601),
    );
    assert_eq!(applied, Applied::Refused(Refusal::RetainedCrossing));
    assert_eq!(series.lines, 0);
}

#[test]
fn a_stored_total_without_time_is_only_compared_with() {
    let mut series = listening();
    apply(&mut series, &reading(OLD_COUNTER, 500, None), &stored(600));
    apply(&mut series, &reading(OLD_COUNTER, 503, None), &live(610));
    assert_eq!(total(&series), since(600, 3));
    let older = reading(OLD_COUNTER, 490, None);
    assert_eq!(apply(&mut series, &older, &stored(620)), Applied::Known);
    assert_eq!(total(&series), since(600, 3));
}

#[test]
fn a_repeated_total_without_time_is_no_reset() {
    let mut series = listening();
    for (minute, value) in [(600, 10), (601, 11), (602, 12)] {
        apply(
            &mut series,
            &reading(OLD_COUNTER, value, None),
            &live(minute),
        );
    }
    let again = Arrival {
        maybe_repeated: true,
        ..live(603)
    };
    assert_eq!(
        apply(&mut series, &reading(OLD_COUNTER, 10, None), &again),
        Applied::Known
    );
    assert_eq!(total(&series), since(600, 2));
}

#[test]
fn what_has_no_time_is_taken_from_one_link() {
    let mut series = listening();
    let person = reading(PERSON, 1, None);
    let other = |minute| Arrival {
        link: 2,
        ..live(minute)
    };
    apply(&mut series, &person, &live(600));
    assert_eq!(
        apply(&mut series, &person, &other(600)),
        Applied::Refused(Refusal::OtherLink)
    );
    assert_eq!(
        apply(&mut series, &person, &other(615)),
        Applied::Counted,
        "the first is silent"
    );
    assert_eq!(total(&series).value, 2);
}

#[test]
fn a_crossing_that_comes_long_after_its_day_is_refused() {
    let mut series = listening();
    let late = reading(PERSON, 1, Some(at(1430)));
    assert_eq!(apply(&mut series, &late, &live(DAY + 59)), Applied::Counted);
    assert_eq!(
        apply(&mut series, &late, &live(DAY + 61)),
        Applied::Refused(Refusal::TooLate)
    );
    assert_eq!(total(&series).value, 1);
}

#[test]
fn a_settled_day_keeps_its_number() {
    let mut series = listening();
    tell(&mut series, PERSON, &[(600, 1), (700, 1), (DAY + 300, 1)]);
    assert_eq!(total(&series).value, 2);
    assert_eq!(course(&series, 1).total().value, 1);
}

#[test]
fn a_device_whose_clock_stands_wrong_counts_when_its_messages_come() {
    let mut series = listening();
    let person = reading(PERSON, 1, Some(Timestamp::from_millis(0)));
    apply(&mut series, &person, &live(600));
    assert_eq!(course(&series, 0).until(at(600).minute()), 1);
    let interval = CountKind::Interval {
        start: at(-9000),
        span_ms: 60_000,
    };
    let applied = apply(&mut series, &reading(interval, 3, None), &live(600));
    assert_eq!(applied, Applied::Refused(Refusal::WrongTime));
}

#[test]
fn an_interval_counts_in_its_last_minute_and_once() {
    let mut series = listening();
    let quarter = CountKind::Interval {
        start: at(600),
        span_ms: 900_000,
    };
    for (minute, value) in [(616, 4), (617, 6), (618, 6)] {
        apply(&mut series, &reading(quarter, value, None), &live(minute));
    }
    let course = course(&series, 0);
    assert_eq!(
        (
            course.between(at(600), at(614)),
            course.between(at(614), at(615))
        ),
        (0, 6)
    );
}

#[test]
fn people_are_counted_where_the_device_tells_them_apart() {
    let mut series = listening();
    tell(&mut series, counter(0), &[(600, 9)]);
    let people = CountReading {
        class: Class::Person,
        ..reading(counter(0), 4, Some(at(600)))
    };
    apply(&mut series, &people, &live(600));
    assert_eq!(total(&series), exactly(4));
    let summary = series.summary(&DeviceId::new("a"), at(0), at(DAY)).unwrap();
    assert_eq!((summary.entered, summary.exited), (Some(4), None));
}

#[test]
fn a_flood_of_invented_lines_leaves_the_sites_own() {
    let mut series = listening();
    series.pin([(DeviceId::new("a"), LineId::default(), Channel::Entered)]);
    tell(&mut series, counter(0), &[(600, 9)]);
    for n in 0..20_000 {
        let device = DeviceId::new(&format!("d{n}"));
        series.apply(
            &device,
            &reading(counter(0), 1, None),
            &live(600),
            &calendar(),
        );
    }
    assert!(series.lines <= LINES);
    assert_eq!(
        series.devices.values().map(OrderedMap::len).sum::<usize>(),
        series.lines
    );
    assert_eq!(total(&series), exactly(9));
}

#[test]
fn ten_thousand_messages_a_second_are_no_effort() {
    let mut series = listening();
    for n in 0..50_000_i64 {
        let device = DeviceId::new(&format!("d{}", n % 500));
        let value = (n / 500).unsigned_abs();
        series.apply(
            &device,
            &reading(counter(0), value, Some(at(600 + n / 5000))),
            &live(620),
            &calendar(),
        );
    }
    assert_eq!(series.lines, 500);
}

#[test]
fn days_before_yesterday_are_forgotten() {
    let mut series = listening();
    for day in 0..20 {
        for minute in 0..100 {
            tell(
                &mut series,
                counter(0),
                &[(day * DAY + minute * 10, (day * 100 + minute).unsigned_abs())],
            );
            tell(&mut series, PERSON, &[(day * DAY + minute * 10, 1)]);
        }
    }
    let line = series
        .devices
        .values()
        .flat_map(OrderedMap::values)
        .next()
        .unwrap();
    assert!(line.crossings.minutes().len() <= 200);
    assert!(
        line.cumulative
            .epochs()
            .values()
            .all(|epoch| epoch.steps.len() <= 201)
    );
    assert_eq!(course(&series, 19).total(), exactly(100));
}

/// Any readings of a counter that tells when it was reset: minute, epoch, value.
fn readings() -> impl Strategy<Value = Vec<(i64, u64)>> {
    prop::collection::vec((0_i64..DAY, 0_u64..6), 1..50)
}

/// The counter's resets, as minutes, and what it showed at a minute if it counts `rises`.
fn shown(rises: &[(i64, u64)], minute: i64) -> (i64, u64) {
    let reset = if minute < 500 {
        -300
    } else {
        minute.div_euclid(500) * 500
    };
    let counted = rises
        .iter()
        .filter(|rise| rise.0 > reset && rise.0 <= minute);
    (reset, counted.map(|rise| rise.1).sum())
}

#[test]
fn a_reset_from_before_the_last_reading_is_followed_from_there() {
    let mut series = Series::default();
    series.listens(1, at(-DAY + 200));
    let (device, line) = (DeviceId::new("a"), LineId::default());
    let (from, to) = (at(-DAY), at(0));
    let mut followed = None;
    let mut tell = |series: &mut Series, reset, value, sent_at, minute| {
        let told = reading(counter(reset), value, Some(at(sent_at)));
        apply(series, &told, &live(minute));
        series.follow((&device, &line, Channel::Entered), from, to, &mut followed);
        let course = followed.as_ref().map(|followed| followed.course.clone());
        let anew = series.course(&device, &line, Channel::Entered, from, to);
        assert_eq!(course, anew);
    };
    tell(&mut series, -2 * DAY, 50, -5, -2);
    tell(&mut series, -2 * DAY, 51, -1, -1);
    series.silent(&device, at(-5), at(0));
    tell(&mut series, -2 * DAY, 51, 0, 0);
    tell(&mut series, -4, 0, 6, 6);
}

proptest! {
    #[test]
    fn any_order_and_repetition_gives_the_same(
        rises in readings(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..50),
    ) {
        let told: Vec<(i64, i64, u64)> = rises
            .iter()
            .map(|(minute, _)| {
                let (reset, value) = shown(&rises, *minute);
                (*minute, reset, value)
            })
            .collect();
        let fold = |told: &mut dyn Iterator<Item = &(i64, i64, u64)>| {
            let mut series = listening();
            for (minute, reset, value) in told {
                let reading = reading(counter(*reset), *value, Some(at(*minute)));
                apply(&mut series, &reading, &live(DAY - 1));
            }
            course(&series, 0)
        };
        let in_order = fold(&mut told.iter());
        prop_assert_eq!(&in_order, &fold(&mut told.iter().rev().chain(&told)));
        let any = order.iter().map(|index| index.get(&told));
        prop_assert_eq!(&in_order, &fold(&mut any.chain(told.iter().rev())));
    }

    #[test]
    fn the_hours_of_a_day_are_the_day(
        readings in prop::collection::vec((-DAY..DAY, 0_u8..4, 0_u64..9), 1..60),
        lost in prop::collection::vec((-DAY..DAY, 1_i64..90), 0..4),
    ) {
        let mut series = Series::default();
        let mut readings = readings;
        readings.sort_unstable();
        let mut value = 0;
        for (minute, kind, rise) in readings {
            value += rise;
            let (kind, value) = match kind {
                0 => (PERSON, rise),
                1 => (counter(minute.div_euclid(700) * 700), value),
                _ => (counter(-3 * DAY), value),
            };
            apply(&mut series, &reading(kind, value, Some(at(minute))), &live(minute));
        }
        for (from, length) in lost {
            series.lost(&Lost::All, at(from), at(from + length));
        }
        let course = course(&series, 0);
        let calendar = calendar();
        let (mut start, mut sum) = (at(0), 0);
        while start < at(DAY) {
            let end = calendar.next_bucket(start, BucketSize::Hour);
            sum += course.between(start, end);
            sum += course.lumps_told(start, end).map(|lump| lump.people).sum::<u64>();
            start = end;
        }
        prop_assert_eq!(sum, course.total().value);
    }

    #[test]
    fn a_course_that_follows_is_the_same_as_one_that_is_read_anew(
        readings in prop::collection::vec((-DAY..DAY, 0_u8..5, 0_u64..9, 0_i64..200, 0_u8..8), 1..50),
        kinds in 0_u8..4,
    ) {
        let mut series = Series::default();
        series.listens(1, at(-DAY + 200));
        let (device, line) = (DeviceId::new("a"), LineId::default());
        let days = [(at(-DAY), at(0)), (at(0), at(DAY))];
        let mut followed = [None, None];
        let mut readings = readings;
        readings.sort_unstable();
        let (mut value, mut reset) = (50, -2 * DAY);
        for (minute, kind, rise, back, chance) in readings {
            value += rise;
            if chance == 0 {
                (value, reset) = (rise, minute - back.min(30));
            }
            if chance == 1 {
                series.lost(&Lost::All, at(minute - back), at(minute - back / 2));
            }
            if chance == 3 {
                series.silent(&device, at(minute - back), at(minute));
            }
            let (kind, value) = match (kinds, kind) {
                (0, _) => (counter(reset), value),
                (1, _) => (OLD_COUNTER, value),
                (2, _) => (PERSON, rise),
                (_, 0) => (PERSON, rise),
                (_, 1..) => (counter(reset), value),
            };
            // Some come late, some are measured by a clock that is behind.
            let sent_at = at(minute - if chance == 2 { back } else { 0 });
            apply(&mut series, &reading(kind, value, Some(sent_at)), &live(minute));
            if chance < 5 {
                for ((from, to), followed) in days.into_iter().zip(&mut followed) {
                    series.follow((&device, &line, Channel::Entered), from, to, followed);
                    let anew = series.course(&device, &line, Channel::Entered, from, to);
                    let course = followed.as_ref().map(|followed| followed.course.clone());
                    prop_assert_eq!(&course, &anew);
                    let summary = series.summary(&device, from, to).unwrap_or_default();
                    prop_assert_eq!(summary.entered, anew.map(|course| course.total().value));
                }
            }
        }
    }
}
