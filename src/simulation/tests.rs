use super::day::Doing;
use super::*;
use crate::mqtt::Properties;
use crate::observation::{Channel, CountKind, DeviceId, LineId, Presence, What};
use crate::payload::{Decoded, Incoming, Learned, decode};
use crate::settings::config::parse;
use crate::settings::{ReadingRef, Sign};
use crate::time::Offsets;
use std::collections::BTreeMap;

const HOUR: Duration = Duration::from_secs(3600);

fn seoul() -> Calendar {
    Calendar::new(Offsets::fixed(9 * 3600), Duration::ZERO)
}

fn at(text: &str) -> Timestamp {
    Timestamp::from_millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

/// A Wednesday in Seoul.
fn midnight() -> Timestamp {
    at("2026-11-18T00:00:00+09:00")
}

fn events_until(simulation: &mut Simulation, end: Timestamp) -> Vec<Event> {
    let mut events = Vec::new();
    while simulation.next_at() < end {
        events.push(simulation.next_event());
    }
    events
}

fn day_of(options: Options) -> Vec<Event> {
    let mut simulation = Simulation::with_options(options, midnight(), seoul());
    events_until(&mut simulation, midnight().after(24 * HOUR))
}

fn published(event: &Event) -> Option<&Publish> {
    match &event.what {
        Act::Publish(publish) => Some(publish),
        _ => None,
    }
}

fn text(publish: &Publish) -> &str {
    std::str::from_utf8(&publish.payload).unwrap()
}

/// What a message says of which device, as the engine will read it.
fn read(event: &Event, learned: &mut Learned) -> Vec<(DeviceId, What)> {
    let Some(publish) = published(event) else {
        return Vec::new();
    };
    let (zone, properties) = (Offsets::fixed(9 * 3600), Properties::default());
    let incoming = Incoming::new(
        &publish.topic,
        &publish.payload,
        false,
        &properties,
        event.at,
        &zone,
    );
    match decode(&incoming, &[], learned).1 {
        Decoded::Observations(observations) => observations
            .into_iter()
            .map(|observation| {
                (
                    observation.device.expect("every device signs or is signed"),
                    observation.what,
                )
            })
            .collect(),
        other => panic!("{other:?}: {} {}", publish.topic, text(publish)),
    }
}

/// What all messages together say that the site's doors counted.
fn counted(events: &[Event]) -> Vec<Passed> {
    let mut epochs: BTreeMap<(ReadingRef, Option<Timestamp>), u64> = BTreeMap::new();
    let mut learned = Learned::default();
    for event in events {
        for (device, what) in read(event, &mut learned) {
            let What::Count(reading) = what else {
                continue;
            };
            let is_people = !matches!(reading.class, crate::observation::Class::Other(_));
            let is_total =
                reading.class == crate::observation::Class::Any && event.device == mall::CAR_PARK;
            let key = |epoch| {
                let reading = ReadingRef {
                    device,
                    line: reading.line,
                    channel: reading.channel,
                };
                (reading, epoch)
            };
            match reading.kind {
                CountKind::Cumulative { reset_at } if is_people && !is_total => {
                    let highest = epochs.entry(key(reset_at)).or_default();
                    *highest = (*highest).max(reading.value);
                }
                CountKind::Crossing { .. } => {
                    *epochs.entry(key(None)).or_default() += reading.value
                }
                _ => {}
            }
        }
    }
    let sum = |readings: &[ReadingRef]| {
        let of_door = epochs
            .iter()
            .filter(|((reading, _), _)| readings.contains(reading));
        of_door.map(|(_, value)| value).sum()
    };
    let site = site(&Options::default());
    site.doors
        .iter()
        .map(|door| Passed {
            entered: sum(&door.entered),
            exited: sum(&door.exited),
        })
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let hash = |seed| {
        let events = day_of(Options {
            seed,
            ..Options::default()
        });
        let bytes = events
            .iter()
            .flat_map(|event| format!("{event:?}").into_bytes());
        // FNV-1a.
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    assert_eq!(hash(1), hash(1));
    assert_ne!(hash(1), hash(2));
}

#[test]
fn no_device_does_two_things_in_one_millisecond() {
    let mut simulation = Simulation::new(1, midnight().after(HOUR * 12), seoul());
    let mut last = [None; DEVICES.len()];
    let mut newest = midnight();
    for event in events_until(&mut simulation, midnight().after(HOUR * 80)) {
        assert!(event.at >= newest, "{event:?}");
        assert!(
            last[event.device].is_none_or(|last| last < event.at),
            "{event:?}"
        );
        newest = event.at;
        last[event.device] = Some(event.at);
    }
}

#[test]
fn nobody_leaves_a_room_that_is_empty_and_at_night_all_are() {
    for seed in 0..5 {
        let options = Options {
            seed,
            people: 1000,
            ..Options::default()
        };
        let day = Day::of(&options, &seoul(), midnight());
        let mut present = [0_i64; 4];
        for step in &day.steps {
            let Doing::Pass {
                inward,
                is_car: false,
            } = step.what
            else {
                continue;
            };
            for (zone, present) in mall::ZONES.iter().zip(&mut present) {
                match zone.sign(&mall::DOORS[step.device]) {
                    Some(sign) if (sign == Sign::Inward) == inward => *present += 1,
                    Some(_) => *present -= 1,
                    None => {}
                }
            }
            assert!(
                present.iter().all(|present| *present >= 0),
                "{seed} {step:?} {present:?}"
            );
            assert_eq!(
                present[0],
                present[1..].iter().sum::<i64>(),
                "the zones are the whole site"
            );
        }
        assert_eq!(present, [0; 4], "{seed}");
    }
}

#[test]
fn a_day_is_believable() {
    let site = site(&Options::default());
    for weekday in 0..7 {
        let day_begins = midnight().after(HOUR * 24 * weekday);
        let simulation = Simulation::new(1, day_begins, seoul());
        let mut peaks = vec![(0, 0); site.zones.len()];
        for quarter in 0..96 {
            let present = simulation
                .truth_at(day_begins.after(HOUR / 4 * quarter))
                .present;
            for (peak, present) in peaks.iter_mut().zip(present) {
                *peak = (*peak).max((present, quarter));
            }
        }
        let shares: Vec<u64> = peaks
            .iter()
            .zip(&site.zones)
            .map(|(peak, zone)| peak.0 * 100 / zone.capacity.unwrap())
            .collect();
        assert!(
            (78..115).contains(&shares[1]),
            "one zone comes near its capacity: {shares:?}"
        );
        assert!(
            (40..90).contains(&shares[0])
                && shares[2..].iter().all(|share| (35..95).contains(share)),
            "{shares:?}"
        );
        assert!(
            (4 * 12..4 * 20).contains(&peaks[0].1),
            "the most at noon or in the evening: {peaks:?}"
        );
        let truth = simulation.truth_at(day_begins.after(HOUR * 24).before(MINUTE));
        let came: u64 = truth.doors[..5].iter().map(|door| door.entered).sum();
        assert!((2700..3400).contains(&came), "{came}");
        assert!(
            truth.doors.iter().all(|door| door.entered > 100),
            "{truth:?}"
        );
    }
}

#[test]
fn what_the_devices_say_adds_up_to_the_truth() {
    let mut simulation = Simulation::new(7, midnight(), seoul());
    let events = events_until(&mut simulation, midnight().after(24 * HOUR));
    let truth = simulation.truth();
    assert_eq!(counted(&events), truth.doors);
    assert_eq!(truth.present, [0; 4]);
    let mut by_hour = vec![Passed::default(); truth.doors.len()];
    for (sum, door) in truth
        .hours
        .iter()
        .flat_map(|(_, doors)| doors.iter().enumerate())
    {
        by_hour[sum].entered += door.entered;
        by_hour[sum].exited += door.exited;
    }
    assert_eq!((by_hour, truth.hours.len()), (truth.doors, 24));
}

#[test]
fn every_device_is_read_and_is_one_that_the_site_names() {
    let site = site(&Options::default());
    let mut learned = Learned::default();
    let mut lines: BTreeMap<DeviceId, Vec<(LineId, Channel)>> = BTreeMap::new();
    for event in day_of(Options::default()) {
        for (device, what) in read(&event, &mut learned) {
            assert_eq!(device, DeviceId::new(DEVICES[event.device].serial));
            let lines = lines.entry(device).or_default();
            if let What::Count(reading) = what {
                assert_eq!(
                    reading.sent_at.map(|sent| sent.as_millis() / 1000),
                    Some(event.at.as_millis() / 1000)
                );
                lines.push((reading.line, reading.channel));
            }
        }
    }
    assert_eq!(lines.len(), site.devices.len());
    for door in &site.doors {
        for reading in door.entered.iter().chain(&door.exited) {
            assert!(
                lines[&reading.device].contains(&(reading.line.clone(), reading.channel)),
                "{reading:?}"
            );
        }
    }
}

#[test]
fn a_lost_connection_is_told_by_the_will_and_ends_with_a_birth() {
    let events = day_of(Options::default());
    for device in [mall::FOOD_EAST, mall::ROOF_STAIRS_CAMERA] {
        let own: Vec<&Event> = events
            .iter()
            .filter(|event| event.device == device)
            .collect();
        let lost = own
            .iter()
            .position(|event| event.what == Act::Drop)
            .unwrap();
        let will = own[..lost]
            .iter()
            .rev()
            .find_map(|event| match &event.what {
                Act::Connect { will } => Some(will.clone()),
                _ => None,
            });
        let will = Event {
            what: Act::Publish(will.unwrap()),
            ..own[lost].clone()
        };
        assert_eq!(
            read(&will, &mut Learned::default())[0].1,
            What::Presence(Presence::Lost)
        );
        assert!(published(&will).unwrap().retain);
        assert!(
            matches!(own[lost + 1].what, Act::Connect { .. }),
            "{:?}",
            own[lost + 1]
        );
        assert_eq!(
            read(own[lost + 2], &mut Learned::default())[0].1,
            What::Presence(Presence::Connected)
        );
        assert!(own[lost + 1].at.since(own[lost].at) > MINUTE * 20);
    }
    let farewell = events
        .iter()
        .position(|event| event.what == Act::Disconnect)
        .unwrap();
    let before = events[..farewell]
        .iter()
        .rev()
        .find(|event| event.device == events[farewell].device)
        .unwrap();
    assert_eq!(
        read(before, &mut Learned::default())[0].1,
        What::Presence(Presence::Disconnected)
    );
}

#[test]
fn one_counter_is_silent_for_a_while_and_one_begins_again_at_noon() {
    let events = day_of(Options::default());
    let noon = midnight().after(HOUR * 12);
    let own = |device| {
        events
            .iter()
            .filter(move |event| event.device == device && event.at > noon)
    };
    let gate_3: Vec<Timestamp> = own(mall::GATE_3).map(|event| event.at).collect();
    let longest = gate_3.windows(2).map(|pair| pair[1].since(pair[0])).max();
    assert!(longest.unwrap() >= MINUTE * 30);
    let mut starts: Vec<Option<Timestamp>> = Vec::new();
    for event in own(mall::CAR_PARK) {
        for (_, what) in read(event, &mut Learned::default()) {
            if let What::Count(reading) = what
                && let CountKind::Cumulative { reset_at } = reading.kind
                && starts.last() != Some(&reset_at)
            {
                starts.push(reset_at);
            }
        }
    }
    assert_eq!(starts.len(), 2, "{starts:?}");
    assert!(starts[1] > Some(noon));
}

#[test]
fn who_joins_at_noon_meets_the_counters_of_the_whole_day() {
    let noon = midnight().after(HOUR * 12);
    let whole = day_of(Options::default());
    let mut simulation = Simulation::new(1, noon, seoul());
    assert_eq!(simulation.next_at(), noon);
    let half = events_until(&mut simulation, midnight().after(24 * HOUR));
    let counts = |events: &[Event]| -> Vec<Publish> {
        let later = events
            .iter()
            .filter(|event| event.at > noon.after(MINUTE) && event.device != mall::FOOD_EAST);
        later.filter_map(published).cloned().collect()
    };
    assert_eq!(counts(&whole), counts(&half));
    let mut from_midnight = Simulation::new(1, midnight(), seoul());
    events_until(&mut from_midnight, midnight().after(24 * HOUR));
    assert_eq!(simulation.truth(), from_midnight.truth());
}

#[test]
fn counters_that_run_for_days_say_since_when() {
    let options = Options {
        counters: Counters::RunForDays,
        ..Options::default()
    };
    let mut highest = 0;
    for event in day_of(options) {
        for (_, what) in read(&event, &mut Learned::default()) {
            if let What::Count(reading) = what
                && let CountKind::Cumulative {
                    reset_at: Some(reset_at),
                } = reading.kind
            {
                let is_reset = event.device == mall::CAR_PARK && reset_at > midnight();
                assert!(
                    is_reset || midnight().since(reset_at) > HOUR * 24,
                    "{event:?}"
                );
                highest = highest.max(reading.value);
            }
        }
    }
    assert!(highest > 1000, "{highest}");
}

#[test]
fn days_follow_days_and_each_begins_empty() {
    let mut simulation = Simulation::new(1, midnight().after(HOUR * 18), seoul());
    for day in 1..4_u32 {
        let begin = midnight().after(HOUR * 24 * day);
        events_until(&mut simulation, begin);
        assert_eq!(simulation.truth().present, [0; 4]);
        let events = events_until(&mut simulation, begin.after(HOUR * 24));
        assert_eq!(counted(&events), simulation.truth().doors, "day {day}");
    }
}

#[test]
fn a_day_of_the_site_may_begin_at_any_hour() {
    let noon_to_noon = Calendar::new(Offsets::fixed(9 * 3600), HOUR * 12);
    let simulation = Simulation::new(1, midnight(), noon_to_noon);
    let before = simulation.truth_at(midnight().after(HOUR * 36).before(Duration::from_millis(1)));
    let after = simulation.truth_at(midnight().after(HOUR * 36));
    assert_eq!((before.day.next(), before.hours.len()), (after.day, 24));
    let entered = |truth: &Truth| truth.doors.iter().map(|door| door.entered).sum::<u64>();
    assert!(entered(&before) > 3000);
    assert!(entered(&after) < 10);
    assert!(
        after.present[0] > 100,
        "who is there at the reset is still there: {after:?}"
    );
}

#[test]
fn the_mall_opens_by_the_sites_clocks_on_days_of_23_and_25_hours() {
    let berlin = Offsets::new(
        3600,
        vec![
            (at("2026-03-29T01:00:00Z"), 7200),
            (at("2026-10-25T01:00:00Z"), 3600),
        ],
    );
    for (begin, opens) in [
        ("2026-03-29T00:00:00+01:00", "2026-03-29T10:00:00+02:00"),
        ("2026-10-25T00:00:00+02:00", "2026-10-25T10:00:00+01:00"),
    ] {
        let simulation =
            Simulation::new(1, at(begin), Calendar::new(berlin.clone(), Duration::ZERO));
        let before = simulation.truth_at(at(opens));
        let after = simulation.truth_at(at(opens).after(HOUR));
        assert!(
            before.present[0] < 50 && after.present[0] > 100,
            "{before:?} {after:?}"
        );
    }
}

#[test]
fn the_configuration_is_one_that_the_page_reads_without_a_mistake() {
    let config = config(&Options::default(), "ws://127.0.0.1:8083");
    let read = parse(&config.to_json());
    assert_eq!(read, config);
    let site = read.site.unwrap();
    assert_eq!(
        (site.name.in_language("en"), site.name.in_language("ko")),
        ("Riverside Mall", "리버사이드 몰")
    );
    assert_eq!(
        site.zones
            .iter()
            .map(|zone| zone.doors.len())
            .collect::<Vec<_>>(),
        [5, 5, 4, 2]
    );
    assert_eq!(site.zones[0].capacity, Some(1400));
    let filters = &read.profiles[0].filters;
    for event in day_of(Options {
        people: 100,
        ..Options::default()
    }) {
        if let Some(publish) = published(&event) {
            assert!(
                filters
                    .iter()
                    .any(|filter| filter.filter.matches(&publish.topic)),
                "{}",
                publish.topic
            );
            assert_eq!(publish.qos, QoS::AtLeastOnce);
        }
    }
}
