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
fn a_place_that_alarms_is_shown_at_once_also_if_it_has_no_turn_and_as_long_as_it_lasts() {
    let mut tour = tour("site,hall");
    assert_eq!(shown(&mut tour, &[0, 3], &[]), [View::Site; 2]);
    assert_eq!(shown(&mut tour, &[4, 14, 400], &[ROOF]), [ROOF; 3]);
}

#[test]
fn after_an_alarm_and_a_quiet_span_the_turn_is_the_next_ones() {
    let mut tour = tour("site,hall,food");
    shown(&mut tour, &[12, 15, 30], &[ROOF]);
    assert_eq!(shown(&mut tour, &[31, 39], &[]), [ROOF; 2]);
    // The hall was interrupted.
    assert_eq!(
        shown(&mut tour, &[40, 49, 50], &[]),
        [FOOD, FOOD, View::Site]
    );
}

#[test]
fn a_zone_at_its_bound_does_not_make_the_wall_flicker() {
    let mut tour = tour("site,hall");
    for second in (0..60).step_by(2) {
        assert_eq!(shown(&mut tour, &[second], &[ROOF]), [ROOF]);
        assert_eq!(shown(&mut tour, &[second + 1], &[]), [ROOF]);
    }
}

#[test]
fn a_new_alarm_wins_when_the_one_before_had_its_span() {
    let mut tour = tour("site");
    assert_eq!(shown(&mut tour, &[0], &[ROOF]), [ROOF]);
    assert_eq!(shown(&mut tour, &[3, 9], &[HALL, ROOF]), [ROOF; 2]);
    assert_eq!(shown(&mut tour, &[10, 100], &[HALL, ROOF]), [HALL; 2]);
    // The older one lasts longer.
    assert_eq!(shown(&mut tour, &[101], &[ROOF]), [ROOF]);
}

#[test]
fn an_alarm_that_becomes_worse_is_a_new_one_and_one_that_becomes_better_is_not() {
    let mut tour = tour("site");
    let degrees =
        |hall, roof| [(HALL, hall), (ROOF, roof)].map(|(view, degree)| Alarm { view, degree });
    assert_eq!(tour.handle(at(1000), &degrees(1, 1)), ROOF);
    assert_eq!(tour.handle(at(1020), &degrees(2, 1)), HALL);
    assert_eq!(tour.handle(at(1040), &degrees(1, 1)), HALL);
    assert_eq!(tour.handle(at(1060), &degrees(1, 2)), ROOF);
}

#[test]
fn of_alarms_that_begin_together_the_last_is_shown() {
    let mut tour = tour("site");
    assert_eq!(shown(&mut tour, &[0], &[View::Devices, HALL, FOOD]), [FOOD]);
}
