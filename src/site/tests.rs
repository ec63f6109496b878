//! The simulated mall's messages in, figures out, compared with what really happened.

use super::*;
use crate::mqtt::{Properties, Publish};
use crate::observation::What;
use crate::payload::{Decoded, Incoming, Learned, decode};
use crate::series::{Arrival, BucketState, Lost};
use crate::settings::{Sign, Zone, ZoneDoor};
use crate::simulation::{self, Act, Counters, Options, Simulation};
use crate::time::{BucketSize, Offsets};
use std::collections::BTreeMap;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

/// A mall, and whoever listens to it.
struct Mall {
    simulation: Simulation,
    wills: BTreeMap<usize, Publish>,
    calendar: Calendar,
    learned: Learned,
    series: Series,
    fleet: Fleet,
    places: Places,
    /// The link is up.
    listens: bool,
}

fn midnight() -> Timestamp {
    let text = "2026-11-18T00:00:00+09:00";
    Timestamp::from_millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

fn at(hours: u32) -> Timestamp {
    midnight().after(HOUR * hours)
}

impl Mall {
    fn new(options: Options) -> Self {
        let calendar = Calendar::new(Offsets::fixed(9 * 3600), Duration::ZERO);
        let mut series = Series::default();
        series.listens(1, midnight());
        let places = Places::new(simulation::site(&options));
        series.pin(places.lines());
        Self {
            simulation: Simulation::with_options(options, midnight(), calendar.clone()),
            wills: BTreeMap::new(),
            calendar,
            learned: Learned::default(),
            series,
            fleet: Fleet::default(),
            places,
            listens: true,
        }
    }

    /// Whoever begins to listen at `start`.
    fn from(options: Options, start: Timestamp) -> Self {
        let mut mall = Self::new(options);
        mall.simulation = Simulation::with_options(options, start, mall.calendar.clone());
        mall.series = Series::default();
        mall.series.listens(1, start);
        mall
    }

    fn run(&mut self, until: Timestamp) {
        while self.simulation.next_at() < until {
            let event = self.simulation.next_event();
            let publish = match event.what {
                Act::Connect { will } => {
                    self.wills.insert(event.device, will);
                    continue;
                }
                Act::Publish(publish) => publish,
                Act::Drop => match self.wills.remove(&event.device) {
                    Some(will) => will,
                    None => continue,
                },
                Act::Disconnect => continue,
            };
            if self.listens {
                self.fold(&publish, event.at);
            }
        }
        self.refresh(until);
    }

    /// Runs and looks at every step.
    fn watch(&mut self, from: Timestamp, until: Timestamp, step: Duration) {
        let mut now = from;
        while now < until {
            now = now.after(step).min(until);
            self.run(now);
        }
    }

    /// The link is down from one instant up to another.
    fn lose(&mut self, from: Timestamp, until: Timestamp) {
        self.run(from);
        self.listens = false;
        self.run(until);
        self.listens = true;
        self.series.lost(&Lost::All, from, until);
        self.refresh(until);
    }

    fn door(&self, id: &str) -> &DoorFigures {
        self.places.doors().find(|door| door.id == id).unwrap()
    }

    fn zone(&self, id: &str) -> &ZoneFigures {
        self.places.zones().find(|zone| zone.id == id).unwrap()
    }

    fn buckets(&self, zone: &str, size: BucketSize, now: Timestamp) -> Vec<Bucket> {
        let day = (midnight(), at(24));
        self.places.buckets(zone, day, size, &self.calendar, now)
    }

    /// The most people who were in a zone at a quarter of an hour; between those there were hardly more.
    fn true_peak(&self, zone: usize, until: Timestamp) -> u64 {
        let instants = (0_u32..).map(|step| midnight().after(HOUR / 4 * step));
        let instants = instants.take_while(|instant| *instant < until);
        let present = instants.map(|instant| self.simulation.truth_at(instant).present[zone]);
        present.max().unwrap_or(0) * 21 / 20
    }

    fn fold(&mut self, publish: &Publish, received_at: Timestamp) {
        let properties = Properties::default();
        let (topic, payload) = (&publish.topic, &publish.payload);
        let offsets = self.calendar.offsets();
        let incoming = Incoming::new(topic, payload, false, &properties, received_at, offsets);
        let Decoded::Observations(observations) = decode(&incoming, &[], &mut self.learned).1
        else {
            return;
        };
        let arrival = Arrival {
            received_at,
            retained: false,
            maybe_repeated: false,
            link: 1,
        };
        for observation in observations {
            if let (Some(device), What::Count(reading)) = (&observation.device, &observation.what) {
                self.series.apply(device, reading, &arrival, &self.calendar);
            }
        }
    }

    fn refresh(&mut self, wall: Timestamp) {
        self.places
            .refresh(&self.series, &self.fleet, &self.calendar, wall);
    }

    /// Compares doors, zones and hours with the truth; the doors at these positions are left out.
    fn compare(&self, at: Timestamp, without: &[usize]) {
        let truth = self
            .simulation
            .truth_at(Timestamp::from_millis(at.as_millis() - 1));
        let site = self.places.site().unwrap();
        for (index, (door, figures)) in truth.doors.iter().zip(self.places.doors()).enumerate() {
            if without.contains(&index) {
                continue;
            }
            let value = |total: Option<Total>| total.unwrap_or_default().value;
            assert_eq!(
                (value(figures.entered), value(figures.exited)),
                (door.entered, door.exited),
                "{} {figures:?}",
                site.doors[index].id
            );
        }
        let is_left_out = |zone: &Zone| {
            let doors = zone.doors.iter().map(|part| &part.door);
            let mut positions =
                doors.filter_map(|id| site.doors.iter().position(|door| door.id == *id));
            positions.any(|door| without.contains(&door))
        };
        for (index, zone) in site.zones.iter().enumerate() {
            if !is_left_out(zone) {
                let shown = self.places.zones().nth(index).unwrap().occupancy;
                assert_eq!(shown, Some(truth.present[index]), "{}", zone.id);
            }
        }
    }
}

/// It tells its sums every few seconds, not with each person.
const FOOD_EAST: usize = 5;

/// One person, one message.
const ROOF_LIFT: usize = 6;

/// Its counter is reset after noon.
const CAR_PARK: usize = 3;

#[test]
fn what_is_shown_of_a_day_is_what_happened() {
    let mut mall = Mall::new(Options::default());
    for hour in [11, 12, 13, 14, 16, 18, 20, 22] {
        mall.run(at(hour).before(Duration::from_millis(1)));
        mall.compare(at(hour), &[FOOD_EAST]);
    }
    mall.run(at(24).before(Duration::from_millis(1)));
    mall.compare(at(24), &[]);
    for door in mall.places.doors() {
        let total = door.entered.unwrap().and(door.exited.unwrap());
        assert_eq!(
            (total.since, total.at_least, total.waiting),
            (None, false, false)
        );
    }
}

#[test]
fn the_hours_of_a_day_are_what_happened() {
    let mut mall = Mall::new(Options::default());
    let now = at(24).before(Duration::from_millis(1));
    mall.run(now);
    let truth = mall.simulation.truth_at(now);
    let site = mall.places.site().unwrap();
    for zone in &site.zones {
        let sign = |door: usize| {
            zone.doors
                .iter()
                .find(|part| part.door == site.doors[door].id)
        };
        if sign(FOOD_EAST).is_some() {
            continue;
        }
        let buckets = mall.buckets(&zone.id, BucketSize::Hour, now);
        assert_eq!(buckets.len(), 24);
        for (bucket, (start, passed)) in buckets.iter().zip(&truth.hours) {
            let (mut entered, mut exited) = (0, 0);
            for (door, passed) in passed.iter().enumerate() {
                match sign(door).map(|part| part.sign) {
                    Some(Sign::Inward) => {
                        (entered, exited) = (entered + passed.entered, exited + passed.exited)
                    }
                    Some(Sign::Outward) => {
                        (entered, exited) = (entered + passed.exited, exited + passed.entered)
                    }
                    None => {}
                }
            }
            assert_eq!(
                (bucket.start, bucket.entered, bucket.exited),
                (*start, entered, exited),
                "{}",
                zone.id
            );
        }
        let complete = buckets
            .iter()
            .filter(|bucket| bucket.state == BucketState::Complete);
        assert_eq!(complete.count(), 23, "the last hour is not over");
    }
}

#[test]
fn looking_often_and_looking_once_show_the_same() {
    let whole_day = (Mall::new(Options::default()), at(9));
    let since_noon = (Mall::from(Options::default(), at(12)), at(12));
    for (mut mall, from) in [whole_day, since_noon] {
        mall.watch(from, at(13), Duration::from_secs(31));
        mall.lose(at(13), at(14));
        mall.watch(at(14), at(16), Duration::from_secs(31));
        let mut once = Places::new(mall.places.site().unwrap().clone());
        once.refresh(&mall.series, &mall.fleet, &mall.calendar, at(16));
        assert!(mall.places.zones().eq(once.zones()));
        assert!(mall.places.doors().eq(once.doors()));
        for zone in ["site", "hall", "food", "roof"] {
            let columns = |places: &Places| places.columns(zone, midnight(), at(24), 120_000);
            assert_eq!(columns(&mall.places), columns(&once));
            let size = BucketSize::Quarter;
            let buckets = once.buckets(zone, (midnight(), at(24)), size, &mall.calendar, at(16));
            assert_eq!(mall.buckets(zone, size, at(16)), buckets);
        }
    }
}

#[test]
fn who_joins_in_the_afternoon_sees_no_crowd_that_never_was() {
    let mut mall = Mall::from(Options::default(), at(14));
    mall.watch(at(14), at(18), Duration::from_secs(60));
    // The door of crossings is known only since then, and the zone with it.
    mall.compare(at(18), &[FOOD_EAST, ROOF_LIFT, CAR_PARK]);
    assert_eq!(mall.door("roof-lift").entered.unwrap().since, Some(at(14)));
    let reset = mall.door("car-park").entered.unwrap().since.unwrap();
    assert!(reset > at(13) && reset < at(14));
    let zone = mall.zone("site");
    let (peak, _) = zone.peak.unwrap();
    assert!(peak <= mall.true_peak(0, at(18)), "{peak}");
    let hours = mall.buckets("site", BucketSize::Hour, at(18));
    assert!(
        hours[..14]
            .iter()
            .all(|hour| hour.state == BucketState::Gap)
    );
    assert_eq!(hours[14].state, BucketState::Partial);
    assert_eq!(hours[17].state, BucketState::Complete);
    let first = mall.places.columns("site", midnight(), at(18), 60_000)[0].0;
    assert!(first >= at(14).minute(), "nothing is drawn of before");
}

#[test]
fn until_all_doors_were_heard_for_the_first_time_nobody_knows_how_many_there_are() {
    let mut mall = Mall::from(Options::default(), at(14));
    let site = mall.places.site().unwrap().clone();
    let mut known = 0;
    for second in 1..900 {
        mall.run(at(14).after(Duration::from_secs(second)));
        for (zone, shown) in site.zones.iter().zip(mall.places.zones()) {
            let is_heard = |part: &ZoneDoor| {
                let door = mall.door(&part.door);
                // Where each message counts, one is enough: what the other direction counts begins now anyway.
                let needed = if part.door == "roof-lift" { 1 } else { 2 };
                door.entered.iter().chain(&door.exited).count() >= needed
            };
            let is_known = second >= 600 || zone.doors.iter().all(is_heard);
            assert!(
                is_known || shown.occupancy.is_none(),
                "{}: {second} s",
                zone.id
            );
            known += u32::from(shown.occupancy.is_some());
        }
    }
    assert!(known > 2_000, "{known}");
}

#[test]
fn who_comes_before_the_subscription_is_answered_leaves_nobody_behind() {
    for delay in [0, 45, 70] {
        for start in [37, 555, 592] {
            let begun = at(14).after(Duration::from_secs(start));
            let mut mall = Mall::from(Options::default(), begun);
            mall.series = Series::default();
            let listens = begun.after(Duration::from_secs(delay));
            mall.watch(begun, listens, Duration::from_secs(10));
            mall.series.listens(1, listens);
            let until = listens.after(HOUR / 2);
            mall.watch(listens, until, Duration::from_secs(20));
            for zone in mall.places.zones() {
                let inside = zone.entered.value.saturating_sub(zone.exited.value);
                let occupancy = zone.occupancy.unwrap_or_default();
                // A door that counts since then only may have let out a few more than it let in.
                assert!(
                    (inside..inside + 10).contains(&occupancy),
                    "{} shows {occupancy}, {inside} are inside; {delay} s after {start} s",
                    zone.id
                );
            }
        }
    }
}

#[test]
fn a_door_that_is_never_heard_keeps_its_zone_waiting_for_ten_minutes_only() {
    let mut mall = Mall::from(Options::default(), at(14));
    let mut site = mall.places.site().unwrap().clone();
    let lift = &mut site.doors[ROOF_LIFT];
    for reading in lift.entered.iter_mut().chain(&mut lift.exited) {
        reading.device = DeviceId::new("nobody");
    }
    mall.places = Places::new(site);
    let minute = |minute: u32| at(14).after(HOUR / 60 * minute);
    mall.watch(at(14), minute(9), Duration::from_secs(30));
    assert_eq!(mall.zone("roof").occupancy, None);
    mall.run(minute(11));
    assert!(mall.zone("roof").occupancy.is_some());
    // The next day it is known that nobody has said anything.
    mall.run(at(24).after(Duration::from_secs(1)));
    assert!(mall.zone("roof").occupancy.is_some());
}

/// How many entered and left a zone in a quarter of an hour.
fn truth_of(mall: &Mall, zone: usize, quarter: u32) -> (u64, u64) {
    let site = mall.places.site().unwrap();
    let edges = [quarter, quarter + 1].map(|quarter| {
        let edge = midnight()
            .after(HOUR / 4 * quarter)
            .before(Duration::from_millis(1));
        mall.simulation.truth_at(edge.max(midnight())).doors
    });
    let (mut entered, mut exited) = (0, 0);
    for part in &site.zones[zone].doors {
        let door = site
            .doors
            .iter()
            .position(|door| door.id == part.door)
            .unwrap();
        let inward = edges[1][door].entered - edges[0][door].entered;
        let outward = edges[1][door].exited - edges[0][door].exited;
        let (inward, outward) = match part.sign {
            Sign::Inward => (inward, outward),
            Sign::Outward => (outward, inward),
        };
        (entered, exited) = (entered + inward, exited + outward);
    }
    (entered, exited)
}

#[test]
fn no_bar_is_higher_than_what_passed_in_it_whenever_one_began_to_listen() {
    let mut mall = Mall::from(Options::default(), at(12));
    mall.watch(at(12), at(13), Duration::from_secs(60));
    mall.lose(at(13), at(14));
    // Then a gate falls silent, which only the fleet can know.
    let now = at(14).after(HOUR / 4);
    mall.run(now);
    let site = mall.places.site().unwrap();
    for (zone, place) in site.zones.iter().zip(0..) {
        // What it tells a few seconds late may stand in the next bar.
        if zone
            .doors
            .iter()
            .any(|part| part.door == site.doors[FOOD_EAST].id)
        {
            continue;
        }
        let bars = mall.buckets(&zone.id, BucketSize::Quarter, now);
        for (bar, quarter) in bars.iter().zip(0..) {
            let (entered, exited) = truth_of(&mall, place, quarter);
            let is_right = match bar.state {
                BucketState::Complete => (bar.entered, bar.exited) == (entered, exited),
                BucketState::Partial => bar.entered <= entered && bar.exited <= exited,
                BucketState::Gap => (bar.entered, bar.exited) == (0, 0),
            };
            assert!(
                is_right,
                "{} {bar:?}, really {entered} and {exited}",
                zone.id
            );
        }
        let told = |bar: &Bucket| bar.entered + bar.earlier.map_or(0, |earlier| earlier.entered);
        let shown = mall.zone(&zone.id).entered.value;
        assert_eq!(bars.iter().map(told).sum::<u64>(), shown, "nobody is lost");
        let earlier = bars[48].earlier.expect("the morning came in one number");
        assert_eq!(earlier.from, midnight());
        assert!(bars.iter().all(|bar| bar.earlier.is_none_or(|earlier| {
            earlier.from < bar.start && earlier.until > bar.start && earlier.until <= bar.end
        })));
    }
}

#[test]
fn the_last_hour_of_a_door_begins_when_it_is_first_heard() {
    let mut mall = Mall::from(Options::default(), at(12));
    mall.run(at(12).after(HOUR / 4));
    let truth = mall.simulation.truth_at(at(12).after(HOUR / 4)).doors;
    let before = mall.simulation.truth_at(at(12)).doors;
    for (door, (truth, before)) in mall.places.doors().zip(truth.iter().zip(&before)) {
        let people = door
            .last_hour
            .iter()
            .flatten()
            .map(|people| u64::from(*people));
        assert!(
            people.sum::<u64>() <= truth.entered - before.entered,
            "{door:?}"
        );
    }
    let gate = mall.door("gate-1");
    assert_eq!(gate.last_hour[0], None);
    assert!(gate.last_hour.iter().flatten().sum::<u32>() > 0);
}

#[test]
fn counters_that_ran_for_days_show_since_when_they_count() {
    let options = Options {
        counters: Counters::RunForDays,
        ..Options::default()
    };
    let mut mall = Mall::from(options, at(14));
    mall.run(at(18));
    let truth = mall.simulation.truth_at(at(18));
    let total = mall.door("gate-1").entered.unwrap();
    assert!(total.since.is_some_and(|since| since >= at(14)));
    assert!(total.value < truth.doors[0].entered);
    assert!(mall.zone("site").peak.unwrap().0 <= mall.true_peak(0, at(18)));
    // Who was there before is not in the number: how full the zone is nobody knows.
    assert!(mall.zone("site").occupancy.is_some());
    assert_eq!(mall.zone("site").level, Level::Unknown);
}

#[test]
fn an_hour_without_connection_is_a_gap_and_the_day_is_right_again() {
    let mut mall = Mall::new(Options::default());
    mall.run(at(15));
    mall.lose(at(15), at(16));
    let waits = mall.door("gate-1");
    assert!(waits.entered.unwrap().waiting && !waits.counting);
    mall.watch(at(16), at(20), Duration::from_secs(60));
    mall.compare(at(20), &[FOOD_EAST, ROOF_LIFT]);
    assert!(mall.door("roof-lift").entered.unwrap().at_least);
    assert!(!mall.door("gate-1").entered.unwrap().at_least);
    let hours = mall.buckets("site", BucketSize::Hour, at(20));
    let states = [14, 15, 16, 17].map(|hour: usize| hours[hour].state);
    let (whole, partly) = (BucketState::Complete, BucketState::Partial);
    assert_eq!(states, [whole, BucketState::Gap, partly, whole]);
    let drawn = mall.places.columns("site", at(15), at(16), 60_000);
    assert!(drawn.is_empty(), "a gap is drawn as a gap");
    let (peak, _) = mall.zone("site").peak.unwrap();
    assert!(peak <= mall.true_peak(0, at(20)), "{peak}");
}

#[test]
fn the_day_begins_anew_and_yesterday_stays() {
    let mut mall = Mall::new(Options::default());
    mall.run(at(23));
    let entered = mall.zone("site").entered.value;
    mall.watch(at(23), at(26), Duration::from_secs(60));
    assert!(mall.zone("site").entered.value < 50);
    let hours = mall.buckets("site", BucketSize::Hour, at(26));
    assert!(hours.iter().map(|hour| hour.entered).sum::<u64>() >= entered);
    let columns = mall.places.columns("site", at(12), at(13), 60_000);
    assert_eq!(columns.len(), 60);
}

#[test]
fn seconds_are_drawn_as_fine_as_they_are_asked_for() {
    let mut mall = Mall::new(Options::default());
    mall.run(at(13));
    let (now, five) = (at(13).after(HOUR / 6), HOUR / 12);
    mall.watch(at(13), now, Duration::from_secs(1));
    let seconds = mall.places.columns("site", now.before(five), now, 1000);
    assert_eq!(seconds.len(), 300);
    assert_eq!(seconds[0].0, now.before(five).as_millis() / 1000);
    let shown = mall.zone("site").occupancy.unwrap();
    assert_eq!(format!("{}", seconds[299].1[3]), format!("{shown}"));
    let future = mall.places.columns("site", now.after(five), at(15), 1000);
    assert!(future.is_empty());
}

#[test]
fn how_full_a_zone_is_follows_its_capacity() {
    let mut mall = Mall::new(Options::default());
    mall.run(at(15));
    let zone = mall.zone("site");
    let capacity = mall.places.site().unwrap().zones[0].capacity.unwrap();
    let share = zone.occupancy.unwrap() * 100 / capacity;
    let expected = match share {
        0..MID => Level::Normal,
        MID..HIGH => Level::Mid,
        HIGH..100 => Level::High,
        _ => Level::Full,
    };
    assert_eq!(zone.level, expected);
    assert!(zone.level_since.is_some_and(|since| since < at(15)));
}

#[test]
fn without_a_word_nothing_is_known() {
    let mut mall = Mall::new(Options::default());
    mall.refresh(at(1));
    let zone = mall.zone("site");
    assert_eq!(
        (zone.occupancy, zone.peak, zone.level),
        (None, None, Level::Unknown)
    );
    assert_eq!((zone.doors, zone.doors_counting), (5, 0));
    assert_eq!(mall.door("gate-1").entered, None);
    assert!(
        mall.places
            .columns("site", midnight(), at(1), 60_000)
            .is_empty()
    );
    assert!(
        mall.buckets("site", BucketSize::Hour, at(1))
            .iter()
            .all(|hour| hour.state == BucketState::Gap)
    );
}

/// Two doors of one zone, one of them seen from the other side.
fn two_doors() -> crate::settings::Site {
    use crate::settings::{Door, Name, ReadingRef};
    let reading = |device: &str, channel| ReadingRef {
        device: DeviceId::new(device),
        line: LineId::default(),
        channel,
    };
    let door = |id: &str| Door {
        id: id.to_owned(),
        name: Name::plain(id),
        entered: vec![reading(id, Channel::Entered)],
        exited: vec![reading(id, Channel::Exited)],
    };
    let part = |id: &str, sign| ZoneDoor {
        door: id.to_owned(),
        sign,
    };
    crate::settings::Site {
        doors: vec![door("in"), door("out")],
        zones: vec![Zone {
            id: "zone".to_owned(),
            name: Name::plain("zone"),
            capacity: Some(20),
            doors: vec![part("in", Sign::Inward), part("out", Sign::Outward)],
        }],
        ..simulation::site(&Options::default())
    }
}

#[test]
fn the_last_direction_to_speak_puts_right_what_was_shown_before() {
    use crate::observation::{Class, CountKind, CountReading};
    let calendar = Calendar::new(Offsets::fixed(9 * 3600), Duration::ZERO);
    let (mut series, fleet) = (Series::default(), Fleet::default());
    let mut places = Places::new(two_doors());
    let minute = |minute: u32| at(20).after(HOUR / 60 * minute);
    series.listens(1, minute(0));
    let mut shown = Vec::new();
    for (at, channel, value) in [
        (1, Channel::Exited, 600),
        (30, Channel::Exited, 601),
        (70, Channel::Entered, 650),
        (80, Channel::Exited, 603),
    ] {
        let reading = CountReading {
            line: LineId::default(),
            channel,
            class: Class::Any,
            kind: CountKind::Cumulative {
                reset_at: Some(midnight()),
            },
            value,
            sent_at: Some(minute(at)),
        };
        let arrival = Arrival {
            received_at: minute(at),
            retained: false,
            maybe_repeated: false,
            link: 1,
        };
        places.refresh(&series, &fleet, &calendar, minute(at));
        series.apply(&DeviceId::new("in"), &reading, &arrival, &calendar);
        places.refresh(&series, &fleet, &calendar, minute(at));
        shown.push(places.zones().next().unwrap().occupancy);
    }
    // All have left, as far as that is known; then some are known to have stayed, and nobody was ever there below zero.
    assert_eq!(shown, [None, Some(0), Some(49), Some(47)]);
    let peak = places.zones().next().unwrap().peak;
    assert_eq!(peak, Some((50, minute(0))));
    let column = |at| places.columns("zone", minute(at), minute(at + 1), 60_000)[0].1[3];
    let drawn = [0, 15, 30, 69, 80].map(|at| format!("{}", column(at)));
    assert_eq!(drawn, ["50", "50", "49", "49", "47"]);
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    #[test]
    fn a_zone_shows_its_sum_less_the_lowest_it_ever_was(
        passed in proptest::collection::vec((0_i64..300, 0_usize..4, 1_u64..4), 1..80),
        looks in proptest::collection::vec(0_usize..80, 0..6),
    ) {
        use crate::observation::{Class, CountKind, CountReading};
        let calendar = Calendar::new(Offsets::fixed(9 * 3600), Duration::ZERO);
        let (mut series, fleet) = (Series::default(), Fleet::default());
        let mut places = Places::new(two_doors());
        series.listens(1, midnight());
        let minute = |minute: i64| midnight().after(Duration::from_secs(minute.unsigned_abs() * 60));
        let mut raw = [0_i64; 300];
        for (index, (at, way, people)) in passed.iter().enumerate() {
            let (device, channel, sign) = [
                ("in", Channel::Entered, 1),
                ("in", Channel::Exited, -1),
                ("out", Channel::Entered, -1),
                ("out", Channel::Exited, 1),
            ][*way];
            let reading = CountReading {
                line: LineId::default(),
                channel,
                class: Class::Any,
                kind: CountKind::Crossing { sequence: None },
                value: *people,
                sent_at: Some(minute(*at)),
            };
            let arrival = Arrival {
                received_at: minute(300),
                retained: false,
                maybe_repeated: false,
                link: 1,
            };
            series.apply(&DeviceId::new(device), &reading, &arrival, &calendar);
            for later in &mut raw[usize::try_from(*at).unwrap()..] {
                *later += sign * i64::try_from(*people).unwrap();
            }
            if looks.contains(&index) {
                places.refresh(&series, &fleet, &calendar, minute(299));
            }
        }
        places.refresh(&series, &fleet, &calendar, minute(299));
        let mut lowest = 0;
        let live = raw.map(|raw| {
            lowest = raw.min(lowest);
            u64::try_from(raw - lowest).unwrap()
        });
        let zone = places.zones().next().unwrap();
        proptest::prop_assert_eq!(zone.occupancy, Some(live[299]));
        proptest::prop_assert_eq!(zone.peak.map_or(0, |peak| peak.0), live.into_iter().max().unwrap());
        let span = (midnight(), minute(300));
        let minutes = places.buckets("zone", span, BucketSize::Minute, &calendar, minute(299));
        let entered: u64 = minutes.iter().map(|bucket| bucket.entered).sum();
        proptest::prop_assert_eq!(entered, zone.entered.value);
    }

    #[test]
    fn a_curve_that_follows_is_the_same_as_one_that_is_read_anew(
        told in proptest::collection::vec((0_u32..240, 0_usize..4, 0_u64..9, 0_u32..12), 1..40),
        lost in proptest::collection::vec((0_u32..240, 1_u32..90), 0..3),
        begins in 0_u32..120,
    ) {
        use crate::observation::{Class, CountKind, CountReading};
        let calendar = Calendar::new(Offsets::fixed(9 * 3600), Duration::ZERO);
        let (mut series, fleet) = (Series::default(), Fleet::default());
        let mut places = Places::new(two_doors());
        let minute = |minute: u32| at(10).after(HOUR / 60 * minute);
        series.listens(1, minute(begins));
        let mut values = [300, 200, 0, 50];
        let mut told = told;
        told.sort_unstable();
        let mut lost = lost;
        for (now, way, risen, late) in told {
            values[way] += risen;
            let (device, channel) = [
                ("in", Channel::Entered),
                ("in", Channel::Exited),
                ("out", Channel::Entered),
                ("out", Channel::Exited),
            ][way];
            let reading = CountReading {
                line: LineId::default(),
                channel,
                class: Class::Any,
                kind: CountKind::Cumulative { reset_at: Some(midnight()) },
                value: values[way],
                // Some come late.
                sent_at: Some(minute(now).before(HOUR / 60 * late.saturating_sub(8))),
            };
            let arrival = Arrival {
                received_at: minute(now),
                retained: false,
                maybe_repeated: false,
                link: 1,
            };
            lost.retain(|(from, length)| {
                let is_over = from + length <= now;
                if is_over {
                    series.lost(&Lost::All, minute(*from), minute(from + length));
                }
                !is_over
            });
            if now >= begins {
                series.apply(&DeviceId::new(device), &reading, &arrival, &calendar);
            }
            places.refresh(&series, &fleet, &calendar, minute(now));
            if late % 6 != 0 {
                continue;
            }
            let mut anew = Places::new(two_doors());
            anew.refresh(&series, &fleet, &calendar, minute(now));
            proptest::prop_assert!(places.zones().eq(anew.zones()));
            let columns = |places: &Places| places.columns("zone", at(10), at(14), 60_000);
            proptest::prop_assert_eq!(columns(&places), columns(&anew));
        }
    }
}
