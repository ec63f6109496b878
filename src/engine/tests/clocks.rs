//! A wall clock that is set, and a machine that sleeps: neither makes anybody late, or keeps anybody from being so.

use super::house::{ACCEPTED, CONFIG, House, crossing};
use super::*;
use crate::fleet::Freshness;
use crate::observation::DeviceId;

const HOURS: Duration = Duration::from_secs(3 * 3_600);

/// A device is late after a quarter of an hour, as long as its rhythm is not known.
const LATE: u64 = 910;

fn heard() -> House {
    let mut house = House::connected(Ok(Vec::new()));
    house.hear(&crossing(1, 5));
    house.wait(10);
    house
}

/// The broker is asked whether it is there, and says so.
fn answer_ping(house: &mut House) {
    house.sent.clear();
    house.wait(1);
    assert_eq!(house.sent, [[0xC0, 0]], "PINGREQ");
    house.hear(&[0xD0, 0]);
}

fn freshness(house: &House) -> Freshness {
    let device = house.engine.fleet.get(&DeviceId::new("door/a"));
    device.unwrap().freshness
}

#[test]
fn a_clock_that_is_set_forward_makes_nobody_late() {
    let mut house = heard();
    house.now.wall = house.now.wall.after(HOURS);
    answer_ping(&mut house);
    house.wait(600);
    assert_eq!(freshness(&house), Freshness::Live);
    house.wait(LATE - 600);
    assert_eq!(freshness(&house), Freshness::Late, "it says nothing");
    house.hear(&crossing(1, 6));
    house.wait(1);
    assert_eq!(freshness(&house), Freshness::Live);
}

#[test]
fn a_machine_that_slept_finds_nobody_late() {
    let mut house = heard();
    house.now.wall = house.now.wall.after(HOURS);
    house.now.monotonic = house.now.monotonic.after(HOURS);
    answer_ping(&mut house);
    house.wait(600);
    assert_eq!(freshness(&house), Freshness::Live);
    house.wait(LATE - 600);
    assert_eq!(freshness(&house), Freshness::Late);
}

/// Of one whose monotonic clock stands still in a sleep: so little has passed that nothing is due.
#[test]
fn after_a_sleep_each_broker_is_asked_at_once_whether_it_is_there() {
    let mut house = House::new(Ok(Vec::new()));
    house.connect(
        CONFIG.replace(r#""keepAlive": 0"#, r#""keepAlive": 300"#),
        "b",
    );
    house.wait(1);
    house.now.wall = house.now.wall.after(HOURS);
    answer_ping(&mut house);
}

#[test]
fn a_clock_that_is_set_back_keeps_nobody_from_being_late() {
    let mut house = heard();
    house.now.wall = house.now.wall.before(HOURS);
    answer_ping(&mut house);
    house.wait(600);
    assert_eq!(freshness(&house), Freshness::Live);
    house.wait(LATE - 600);
    assert_eq!(freshness(&house), Freshness::Late);
    // Also not when the clock shows again what it showed when the device spoke.
    house.wait(HOURS.as_secs() + 600);
    assert_eq!(freshness(&house), Freshness::Stale);
}

#[test]
fn what_was_heard_is_as_long_ago_as_it_was_before_the_clock_was_set_back() {
    let mut house = heard();
    let heard_at = |house: &House| {
        let device = house.engine.fleet.get(&DeviceId::new("door/a"));
        house.now.wall.since(device.unwrap().received_at().unwrap())
    };
    let ago = heard_at(&house);
    house.now.wall = house.now.wall.before(HOURS);
    house.feed(Input::TimerFired);
    assert_eq!(heard_at(&house), ago);
}

#[test]
fn a_blindness_lasts_as_long_as_it_does_though_the_clock_is_set_back() {
    let mut house = heard();
    house.hear(&[0xD0, 0]);
    house.lose();
    house.wait(100);
    house.now.wall = house.now.wall.before(HOURS);
    house.wait(500);
    house.wait_for_attempt();
    house.welcome(ACCEPTED);
    let until = house.now.wall;
    house.grant(&[1, 1]);
    let [gap] = house.gaps()[..] else {
        panic!("{:?}", house.gaps());
    };
    assert_eq!(gap.until, until);
    let seconds = gap.until.since(gap.from).as_secs();
    assert!((600..800).contains(&seconds), "{seconds}");
}
