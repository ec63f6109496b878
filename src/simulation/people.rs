//! A date → who passes which door when.
//!
//! Groups come, walk through the areas, and leave before the mall is locked; so no area ever holds fewer than nobody,
//! and at night all are empty. Only integers and tables: the same in every build.

use std::time::Duration;

use fastrand::Rng;

use super::MINUTE;
use super::mall::{Area, CAR_PARK, DOORS, OPEN};
use crate::time::{Timestamp, Weekday};

/// One person, or one car, at a door.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passing {
    pub(super) at: Timestamp,
    pub(super) door: usize,
    pub(super) inward: bool,
    pub(super) is_car: bool,
}

/// All that pass on a day that opens at `opens`, in no order.
pub(super) fn passings(
    mut rng: Rng,
    weekday: Weekday,
    opens: Timestamp,
    people: u32,
) -> Vec<Passing> {
    let mut day = Walks {
        opens,
        closes: opens.after(MINUTE * u32::from(OPEN.1 - OPEN.0)),
        passings: Vec::new(),
    };
    let busy = BUSY[weekday.place()];
    let wanted = u64::from(people) * busy * rng.u64(97..=103) / 10_000;
    let staff = wanted / 80;
    for _ in 0..staff {
        day.employee(&mut rng);
    }
    let mut came = staff;
    while came < wanted {
        came += day.group(&mut rng);
    }
    day.passings
}

struct Walks {
    opens: Timestamp,
    closes: Timestamp,
    passings: Vec<Passing>,
}

impl Walks {
    /// Comes before the mall opens, leaves after it has closed.
    fn employee(&mut self, rng: &mut Rng) {
        let door = ENTRANCES[pick(rng, &ENTRANCES_OF_STAFF)].0;
        let from = self.opens.before(MINUTE * rng.u32(10..70));
        let to = self.closes.after(MINUTE * rng.u32(20..45));
        self.walk(rng, 1, &[(door, true, from), (door, false, to)]);
    }

    /// How many they are.
    fn group(&mut self, rng: &mut Rng) -> u64 {
        let size = 1 + pick(rng, &GROUPS) as u64;
        let slot = pick(rng, &ARRIVALS);
        let arrives = self
            .opens
            .after(millis(rng, slot as u64 * 30, slot as u64 * 30 + 30));
        let stay = STAYS[pick(rng, &STAY_WEIGHTS)];
        let stay = millis(rng, stay * 8 / 10, stay * 12 / 10);
        let mut leaves = arrives.after(stay);
        if leaves > self.closes {
            leaves = self.closes.after(millis(rng, 1, 18));
        }
        let entrance = pick(rng, &ENTRANCES.map(|entrance| entrance.1));
        let entrance = ENTRANCES[entrance].0;
        let by_car = entrance == CAR_PARK;
        let exit = if by_car {
            CAR_PARK
        } else {
            ENTRANCES[pick(rng, &EXITS)].0
        };
        let legs = self.legs(rng, entrance, exit, arrives, leaves);
        self.walk(rng, size, &legs);
        if by_car {
            self.car(arrives.before(millis(rng, 1, 3)), true);
            self.car(leaves.after(millis(rng, 1, 4)), false);
        }
        size
    }

    /// From entrance to exit: (door, inward, when).
    fn legs(
        &self,
        rng: &mut Rng,
        entrance: usize,
        exit: usize,
        arrives: Timestamp,
        leaves: Timestamp,
    ) -> Vec<(usize, bool, Timestamp)> {
        let mut legs = vec![(entrance, true, arrives)];
        let mut area = DOORS[entrance].to;
        let stay = leaves.since(arrives);
        let most = (stay.as_secs() / 60 / 30).min(4);
        let moves = u32::try_from(rng.u64(0..=most)).unwrap_or(0);
        let part = stay / (moves + 1);
        for index in 1..=moves {
            let at = arrives
                .after(part * index)
                .before(part / 5)
                .after(jitter(rng, part * 2 / 5));
            let next = self.choose(rng, area, at);
            if next != area {
                legs.push(between(area, next, at));
                area = next;
            }
        }
        let last = DOORS[exit].to;
        if area != last {
            legs.push(between(area, last, leaves.before(millis(rng, 2, 5))));
        }
        legs.push((exit, false, leaves));
        legs
    }

    /// Where people go next: to eat at noon and in the evening, to the roof in the afternoon.
    fn choose(&self, rng: &mut Rng, area: Area, at: Timestamp) -> Area {
        let minutes =
            u16::try_from(at.since(self.opens).as_secs() / 60).unwrap_or(u16::MAX) + OPEN.0;
        let (hall, food, roof) = match minutes / 30 {
            23..28 => (4, 6, 1),
            28..35 => (7, 2, 4),
            35..40 => (4, 5, 2),
            _ => (7, 3, 1),
        };
        let weight = |own: Area, weight: u32| if own == area { 0 } else { weight };
        let weights = [
            weight(Area::Hall, hall),
            weight(Area::Food, food),
            weight(Area::Roof, roof),
        ];
        [Area::Hall, Area::Food, Area::Roof][pick(rng, &weights)]
    }

    /// Each of them passes each door a step behind the one before.
    fn walk(&mut self, rng: &mut Rng, size: u64, legs: &[(usize, bool, Timestamp)]) {
        for &(door, inward, at) in legs {
            let mut at = at;
            for _ in 0..size {
                self.passings.push(Passing {
                    at,
                    door,
                    inward,
                    is_car: false,
                });
                at = at.after(Duration::from_millis(rng.u64(600..2400)));
            }
        }
    }

    fn car(&mut self, at: Timestamp, inward: bool) {
        self.passings.push(Passing {
            at,
            door: CAR_PARK,
            inward,
            is_car: true,
        });
    }
}

/// The door between two areas of the mall, and which way it is passed.
fn between(from: Area, to: Area, at: Timestamp) -> (usize, bool, Timestamp) {
    let door = DOORS
        .iter()
        .position(|door| (door.from, door.to) == (from, to) || (door.from, door.to) == (to, from))
        .unwrap_or_default();
    (door, DOORS[door].to == to, at)
}

/// A time between two whole minutes, to the millisecond.
fn millis(rng: &mut Rng, from: u64, to: u64) -> Duration {
    Duration::from_millis(rng.u64(from * 60_000..to * 60_000))
}

fn jitter(rng: &mut Rng, within: Duration) -> Duration {
    let most = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(rng.u64(0..=most))
}

/// An index, more often where its weight is greater.
fn pick(rng: &mut Rng, weights: &[u32]) -> usize {
    let mut left = rng.u32(0..weights.iter().sum::<u32>().max(1));
    for (index, weight) in weights.iter().enumerate() {
        if left < *weight {
            return index;
        }
        left -= weight;
    }
    0
}

/// Percent of an average day, Monday first.
const BUSY: [u64; 7] = [94, 94, 97, 100, 106, 110, 102];
/// Groups that come, by half hours from the opening on: noon, a quiet afternoon, the evening.
const ARRIVALS: [u32; 23] = [
    6, 8, 11, 15, 19, 18, 14, 11, 9, 8, 8, 8, 9, 11, 13, 15, 15, 12, 9, 7, 4, 2, 1,
];
/// Groups of one, two, three, four.
const GROUPS: [u32; 4] = [50, 30, 12, 8];
/// Minutes that a group stays, and how many do.
const STAYS: [u64; 7] = [25, 45, 70, 100, 140, 190, 260];
const STAY_WEIGHTS: [u32; 7] = [7, 12, 19, 21, 19, 14, 8];
/// The doors from outside, and how many groups come in by each.
const ENTRANCES: [(usize, u32); 5] = [(0, 29), (1, 23), (2, 15), (CAR_PARK, 14), (4, 19)];
/// How many leave by each, of those who came on foot.
const EXITS: [u32; 5] = [30, 26, 18, 0, 26];
/// Nobody works in the car park.
const ENTRANCES_OF_STAFF: [u32; 5] = [1, 3, 2, 0, 4];
