use super::*;
use crate::views::plan;

const ZONES: [&str; 3] = ["hall", "food", "roof"];
const HALL: View = View::Zone(0);
const FOOD: View = View::Zone(1);
const ROOF: View = View::Zone(2);

/// Views in turn, ten seconds each.
fn tour(views: &str) -> Tour {
    Tour::new(plan(Some(views), Some("10s"), &ZONES), at(1000))
}

/// Seconds.
const fn at(seconds: u64) -> Monotonic {
    Monotonic::from_millis(seconds * 1000)
}

fn alarm(view: View) -> Alarm {
    Alarm { view, degree: 1 }
}

/// What is shown at each of these seconds after the beginning, with these alarms.
fn shown(tour: &mut Tour, seconds: &[u64], alarms: &[View]) -> Vec<View> {
    let alarms: Vec<Alarm> = alarms.iter().copied().map(alarm).collect();
    let show = |second: &u64| tour.handle(at(1000 + second), &alarms);
    seconds.iter().map(show).collect()
}

#[test]
fn each_view_has_its_span_and_then_the_first_comes_again() {
    let mut tour = tour("site,hall,devices");
    let shown = shown(&mut tour, &[0, 9, 10, 19, 20, 29, 30], &[]);
    let (site, devices) = (View::Site, View::Devices);
    assert_eq!(shown, [site, site, HALL, HALL, devices, devices, site]);
}

#[test]
fn a_tab_that_was_frozen_shows_what_is_due_now() {
    let mut tour = tour("site,hall,devices");
    // A day is 8640 spans, which is 2880 times around.
    assert_eq!(
        shown(&mut tour, &[0, 86_410, 86_420], &[]),
        [View::Site, HALL, View::Devices]
    );
}

#[test]
fn a_plan_without_a_span_stays_whatever_alarms() {
    let mut tour = Tour::new(plan(Some("hall"), None, &ZONES), at(0));
    assert_eq!(tour.handle(at(100_000), &[alarm(ROOF)]), HALL);
}

#[test]
fn a_place_that_begins_to_alarm_is_shown_at_once_also_if_it_has_no_turn() {
    let mut tour = tour("site,hall");
    assert_eq!(shown(&mut tour, &[0, 3], &[]), [View::Site; 2]);
    assert_eq!(shown(&mut tour, &[4, 13], &[ROOF]), [ROOF; 2]);
    // Who was interrupted has a whole span.
    assert_eq!(shown(&mut tour, &[14, 23], &[ROOF]), [View::Site; 2]);
    assert_eq!(shown(&mut tour, &[24], &[ROOF]), [HALL]);
}

#[test]
fn an_alarm_that_lasts_for_days_is_shown_once_in_each_tour_and_the_tour_goes_on() {
    let mut tour = tour("site,hall,food");
    let devices = View::Devices;
    let round = [devices, View::Site, HALL, FOOD];
    for round_of_days in 0..10_000 {
        let begin = round_of_days * 40;
        let seconds: Vec<u64> = (0..40).map(|second| begin + second).collect();
        let wanted: Vec<View> = round.iter().flat_map(|view| [*view; 10]).collect();
        assert_eq!(shown(&mut tour, &seconds, &[devices]), wanted);
    }
}

#[test]
fn a_place_that_alarms_when_it_has_its_turn_is_not_shown_twice() {
    let mut tour = tour("hall,food");
    assert_eq!(shown(&mut tour, &[0, 9], &[HALL]), [HALL; 2]);
    assert_eq!(shown(&mut tour, &[10, 19], &[HALL]), [FOOD; 2]);
    assert_eq!(shown(&mut tour, &[20, 29, 30], &[HALL]), [HALL, HALL, FOOD]);
}

#[test]
fn between_two_alarms_stands_a_view_in_its_turn() {
    let mut tour = tour("site,hall");
    let alarms = [View::Devices, ROOF, FOOD];
    let seconds: Vec<u64> = (0..12).map(|span| span * 10).collect();
    let (site, devices) = (View::Site, View::Devices);
    // Of those that begin together the last; then in turn, also if the tour is shorter than they are many.
    let wanted = [
        FOOD, site, ROOF, HALL, devices, site, FOOD, HALL, ROOF, site, devices, HALL,
    ];
    assert_eq!(shown(&mut tour, &seconds, &alarms), wanted);
}

#[test]
fn a_new_alarm_waits_until_what_came_before_it_had_its_span() {
    let mut tour = tour("site,hall,food");
    assert_eq!(shown(&mut tour, &[3, 12], &[ROOF]), [ROOF; 2]);
    let both = [ROOF, View::Devices];
    assert_eq!(shown(&mut tour, &[13, 22], &both), [View::Site; 2]);
    assert_eq!(shown(&mut tour, &[23, 32], &both), [View::Devices; 2]);
    assert_eq!(shown(&mut tour, &[33, 43], &both), [HALL, FOOD]);
}

#[test]
fn a_zone_at_its_bound_neither_makes_the_wall_flicker_nor_holds_it() {
    let mut tour = tour("site,hall");
    let mut seen = Vec::new();
    for second in 0..600 {
        let alarms = if second % 4 < 2 { &[ROOF][..] } else { &[] };
        seen.extend(shown(&mut tour, &[second], alarms));
    }
    let stays: Vec<&[View]> = seen.chunk_by(|one, next| one == next).collect();
    let (last, whole) = stays.split_last().unwrap();
    assert!(last.len() <= 10);
    assert!(whole.iter().all(|stay| stay.len() == 10), "{stays:?}");
    for view in [View::Site, HALL, ROOF] {
        let often = whole.iter().filter(|stay| stay[0] == view).count();
        assert!((19..=21).contains(&often), "{view:?} {often}");
    }
}

#[test]
fn whatever_alarms_each_view_has_its_whole_span() {
    // Each second other places alarm, by a sequence that has no pattern.
    let mut tour = tour("site,hall,food");
    let (mut seen, mut dice) = (Vec::new(), 1_u32);
    for second in 0..3000 {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let places = [View::Devices, HALL, ROOF, View::Zone(3), View::Zone(4)];
        let alarms: Vec<View> = (0..)
            .zip(places)
            .filter(|(bit, _)| dice >> (20 + bit) & 1 == 1)
            .map(|(_, place)| place)
            .collect();
        seen.extend(shown(&mut tour, &[second], &alarms));
    }
    for view in [View::Site, HALL, FOOD] {
        let seconds = seen.iter().filter(|shown| **shown == view).count();
        // Half of the time is for turns, and there are three.
        assert!(seconds >= 450, "{view:?} {seconds}");
    }
}

#[test]
fn what_was_quiet_for_a_span_is_new_again() {
    let mut tour = tour("site,hall,food");
    assert_eq!(shown(&mut tour, &[0], &[ROOF]), [ROOF]);
    assert_eq!(shown(&mut tour, &[10, 20], &[]), [View::Site, HALL]);
    assert_eq!(shown(&mut tour, &[23], &[ROOF]), [ROOF]);
    assert_eq!(shown(&mut tour, &[33, 42], &[]), [HALL; 2]);
}

#[test]
fn an_alarm_that_becomes_worse_is_a_new_one_and_one_that_becomes_better_is_not() {
    let mut tour = tour("site,hall,food,devices");
    let mut show = |second: u64, degree| {
        let alarm = Alarm { view: ROOF, degree };
        tour.handle(at(1000 + second), &[alarm])
    };
    assert_eq!([show(0, 1), show(10, 1)], [ROOF, View::Site]);
    assert_eq!([show(20, 1), show(23, 2), show(32, 2)], [HALL, ROOF, ROOF]);
    // To and fro is not worse.
    assert_eq!([show(33, 1), show(41, 2)], [HALL; 2]);
    assert_eq!([show(43, 1), show(44, 2)], [FOOD; 2]);
    // But after a span it is.
    assert_eq!([show(54, 1), show(56, 2)], [View::Devices, ROOF]);
}
