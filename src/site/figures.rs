//! Books into figures: what a page shows of a zone, and of a door.

use std::time::Duration;

use super::book::Book;
use super::plan::{Plan, PlanDoor, PlanZone};
use super::{DoorFigures, HIGH, Level, MID, ZoneFigures};
use crate::fleet::{Fleet, Freshness};
use crate::series::start_of;
use crate::time::Timestamp;

/// The last hour of a door is told in spans of three minutes.
pub const LAST_HOUR_SPAN: Duration = Duration::from_secs(180);
const LAST_HOUR_SPANS: u32 = 20;

impl ZoneFigures {
    /// A zone of which nothing is known.
    pub(super) fn unknown(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            ..Self::default()
        }
    }
}

impl DoorFigures {
    /// A door that has never spoken.
    pub(super) fn unknown(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            entered: None,
            exited: None,
            last_hour: Vec::new(),
            freshness: Freshness::NeverSeen,
            counting: false,
        }
    }
}

/// The doors of a zone that do not count now.
pub(super) fn missing(zone: &PlanZone, doors: &[DoorFigures]) -> Vec<String> {
    let doors = zone.doors.iter().map(|(door, _)| &doors[*door]);
    let missing = doors.filter(|door| !door.counting);
    missing.map(|door| door.id.clone()).collect()
}

/// What the zone at a position shows.
pub(super) fn zone(
    zone: &PlanZone,
    position: usize,
    today: &Book,
    missing: Vec<String>,
    now: Timestamp,
) -> ZoneFigures {
    let curve = &today.zones[position];
    let index = usize::try_from(now.minute() - today.start.minute()).unwrap_or(0);
    let occupancy = curve.live(index.min(curve.len().saturating_sub(1)));
    let entered = today.total(&zone.entered).unwrap_or_default();
    let exited = today.total(&zone.exited).unwrap_or_default();
    // Whoever came before a door was first heard is not in the number: it says nothing of how full the zone is, and would
    // promise room or raise an alarm where there is none.
    let is_whole = entered.since.or(exited.since).is_none();
    let capacity = zone.capacity.filter(|_| is_whole);
    let level_at = |index| level(curve.live(index), capacity);
    let level = level(occupancy, capacity);
    let level_since = (level != Level::Unknown).then(|| {
        let mut former = (0..curve.len().saturating_sub(1)).rev();
        let other = former.find(|index| level_at(*index) != level);
        minute_of(today, other.map_or(0, |index| index + 1))
    });
    let peak = curve.peak().filter(|(people, _)| *people > 0);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    ZoneFigures {
        id: zone.id.clone(),
        occupancy,
        entered,
        exited,
        doors: count(zone.doors.len()),
        doors_counting: count(zone.doors.len() - missing.len()),
        doors_missing: missing,
        peak: peak.map(|(people, index)| (people, minute_of(today, index))),
        level,
        level_since,
    }
}

fn minute_of(book: &Book, index: usize) -> Timestamp {
    start_of(
        book.start
            .minute()
            .saturating_add(i64::try_from(index).unwrap_or(0)),
    )
}

/// How full a zone with so many people is.
fn level(occupancy: Option<u64>, capacity: Option<u64>) -> Level {
    let (Some(people), Some(capacity)) = (occupancy, capacity) else {
        return Level::Unknown;
    };
    let share = people.saturating_mul(100);
    if people >= capacity {
        Level::Full
    } else if share >= capacity.saturating_mul(HIGH) {
        Level::High
    } else if share >= capacity.saturating_mul(MID) {
        Level::Mid
    } else {
        Level::Normal
    }
}

/// How recent a door's devices are: the worst of them.
pub(super) fn freshness(plan: &Plan, door: &PlanDoor, fleet: &Fleet) -> Freshness {
    let of = |device| fleet.get(device).map(|device| device.freshness);
    let each = plan
        .devices(door)
        .map(|device| of(device).unwrap_or(Freshness::NeverSeen));
    each.max().unwrap_or(Freshness::NeverSeen)
}

/// What a door shows.
pub(super) fn door(
    door: &PlanDoor,
    freshness: Freshness,
    (today, yesterday): (&Book, &Book),
    now: Timestamp,
) -> DoorFigures {
    let is_told = |reading: usize| {
        today
            .course(reading)
            .is_some_and(|course| !course.total().waiting)
    };
    let has_readings = door.readings().next().is_some();
    DoorFigures {
        id: door.id.clone(),
        entered: today.total(&door.entered),
        exited: today.total(&door.exited),
        last_hour: last_hour(door, today, yesterday, now),
        freshness,
        counting: has_readings && freshness == Freshness::Live && door.readings().all(is_told),
    }
}

fn last_hour(door: &PlanDoor, today: &Book, yesterday: &Book, now: Timestamp) -> Vec<Option<u32>> {
    let width = i64::try_from(LAST_HOUR_SPAN.as_millis()).unwrap_or(i64::MAX);
    let newest = Timestamp::from_millis(now.as_millis().div_euclid(width).saturating_mul(width));
    let spans = (0..LAST_HOUR_SPANS)
        .rev()
        .map(|back| newest.before(LAST_HOUR_SPAN * back));
    spans
        .map(|from| {
            let until = from.after(LAST_HOUR_SPAN);
            let book = if until > today.start {
                today
            } else {
                yesterday
            };
            let (begin, end) = (from.max(book.start), until.min(book.end));
            let is_blind = |reading: &usize| {
                let course = book.course(*reading);
                course.is_none_or(|course| course.is_blind(begin, until.min(now)))
            };
            let is_lumped = |reading: &usize| {
                let course = book.course(*reading);
                course.is_some_and(|course| course.is_lumped(begin, end))
            };
            let people = yesterday.between(&door.entered, from, until)
                + today.between(&door.entered, from, until);
            let is_unknown =
                door.entered.iter().all(is_blind) || door.entered.iter().any(is_lumped);
            let is_gap = people == 0 && is_unknown;
            (!is_gap).then(|| u32::try_from(people).unwrap_or(u32::MAX))
        })
        .collect()
}
