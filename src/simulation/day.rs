//! A date → everything that happens at the devices, in order: people at doors, and the devices' own troubles.

use std::time::Duration;

use fastrand::Rng;

use super::mall::{
    CAR_PARK, DELIVERY_DOOR, DEVICES, DOORS, FOOD_EAST, GATE_3, OPEN, ROOF_STAIRS_CAMERA, SIREN,
    STAIRS, STAIRS_CAMERA, ZONES,
};
use super::people::{Passing, passings};
use super::{MINUTE, Options, Truth};
use crate::ordered::sort_by;
use crate::settings::Sign;
use crate::time::{Calendar, SiteDay, Timestamp};

/// Something happens at a device, whether it can tell or not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) at: Timestamp,
    pub(super) device: usize,
    pub(super) what: Doing,
}

/// What happens at a device.
#[derive(Clone, Copy, Debug)]
pub(super) enum Doing {
    /// A person, or a car, passes its line.
    Pass {
        inward: bool,
        is_car: bool,
    },
    /// Somebody comes into its area, or goes.
    Area {
        comes: bool,
    },
    /// Its input or light changes.
    Switch {
        active: bool,
    },
    /// Time to say again what it has said.
    Repeat,
    /// Local midnight.
    Midnight,
    /// Somebody sets its counters to zero.
    Reset,
    /// It counts, but says nothing, or says again what it counts.
    Silence {
        begins: bool,
    },
    /// It connects, then says that it is there, then in which state it is.
    Connect,
    Birth,
    State,
    /// It says goodbye, then disconnects.
    Goodbye,
    Disconnect,
    /// Its connection is lost.
    Drop,
}

/// All steps of a date, from midnight to midnight.
#[derive(Clone, Debug)]
pub(super) struct Day {
    pub(super) date: SiteDay,
    pub(super) midnight: Timestamp,
    pub(super) steps: Vec<Step>,
}

impl Day {
    /// The date on which the instant lies, whatever the site calls a day.
    pub(super) fn date_of(calendar: &Calendar, at: Timestamp) -> SiteDay {
        Calendar::new(calendar.offsets().clone(), Duration::ZERO).day(at)
    }

    pub(super) fn of(options: &Options, calendar: &Calendar, at: Timestamp) -> Self {
        Self::on(options, calendar, Self::date_of(calendar, at))
    }

    pub(super) fn on(options: &Options, calendar: &Calendar, date: SiteDay) -> Self {
        let mut planned = Planned {
            calendar,
            date,
            steps: Vec::new(),
        };
        // Seeds of their own, so that more people change nothing of the devices' troubles.
        let seed = options.seed ^ u64::from(date.number().unsigned_abs()).wrapping_mul(GOLDEN);
        let midnight = planned.clock(0, 0);
        for device in 0..DEVICES.len() {
            planned.push(device, midnight, Doing::Midnight);
        }
        planned.people(options, Rng::with_seed(seed));
        planned.troubles(&mut Rng::with_seed(!seed));
        planned.routine();
        let mut day = Self {
            date,
            midnight,
            steps: planned.steps,
        };
        day.order();
        day
    }

    /// How many steps lie before `start`; a midnight at `start` is over by then.
    pub(super) fn steps_before(&self, start: Timestamp) -> usize {
        self.steps.partition_point(|step| {
            step.at < start || step.at == self.midnight && matches!(step.what, Doing::Midnight)
        })
    }

    /// All that are not away connect at `start`, before the step at `first`.
    pub(super) fn connect(&mut self, start: Timestamp, first: usize, connected: &[bool]) {
        let mut rest = self.steps.split_off(first);
        for device in (0..DEVICES.len()).filter(|device| connected[*device]) {
            for what in CONNECTING {
                self.steps.push(Step {
                    at: start,
                    device,
                    what,
                });
            }
        }
        self.steps.append(&mut rest);
        self.order();
    }

    /// By time, and so that no device does two things in one millisecond: a reading's time is part of its identity.
    fn order(&mut self) {
        sort_by(&mut self.steps, |one, other| one.at.cmp(&other.at));
        let mut last = [None; DEVICES.len()];
        for step in &mut self.steps {
            if let Some(last) = last[step.device] {
                step.at = step
                    .at
                    .max(Timestamp::after(last, Duration::from_millis(1)));
            }
            last[step.device] = Some(step.at);
        }
        sort_by(&mut self.steps, |one, other| one.at.cmp(&other.at));
    }
}

impl Step {
    /// Adds what happened to the truth of a day that began at `begin`. At midnight all areas are empty.
    pub(super) fn tell(&self, begin: Timestamp, truth: &mut Truth) {
        let Doing::Pass {
            inward,
            is_car: false,
        } = self.what
        else {
            return;
        };
        let door = &DOORS[self.device];
        for (zone, present) in ZONES.iter().zip(&mut truth.present) {
            if let Some(sign) = zone.sign(door) {
                *present = if (sign == Sign::Inward) == inward {
                    *present + 1
                } else {
                    present.saturating_sub(1)
                };
            }
        }
        if self.at < begin {
            return;
        }
        let count = |passed: &mut super::Passed| {
            if inward {
                passed.entered += 1;
            } else {
                passed.exited += 1;
            }
        };
        count(&mut truth.doors[self.device]);
        if let Some((_, doors)) = truth.hours.iter_mut().rev().find(|hour| hour.0 <= self.at) {
            count(&mut doors[self.device]);
        }
    }
}

struct Planned<'a> {
    calendar: &'a Calendar,
    date: SiteDay,
    steps: Vec<Step>,
}

impl Planned<'_> {
    /// When the site's clocks show that time on the date.
    fn clock(&self, hour: u16, minute: u16) -> Timestamp {
        self.calendar.at(self.date, hour * 60 + minute)
    }

    fn push(&mut self, device: usize, at: Timestamp, what: Doing) {
        self.steps.push(Step { at, device, what });
    }

    fn people(&mut self, options: &Options, rng: Rng) {
        let opens = self.clock(10, 0);
        for passing in passings(rng, self.date.weekday(), opens, options.people) {
            let Passing {
                at,
                door,
                inward,
                is_car,
            } = passing;
            self.push(door, at, Doing::Pass { inward, is_car });
            if door == STAIRS {
                // Whoever takes the stairs is seen at their foot, then at their head, or the other way round.
                let (foot, head) = if inward { (0, 25) } else { (25, 0) };
                self.area(STAIRS_CAMERA, at, foot);
                self.area(ROOF_STAIRS_CAMERA, at, head);
            }
        }
    }

    fn area(&mut self, device: usize, at: Timestamp, later: u64) {
        let comes = at.after(Duration::from_secs(later));
        self.push(device, comes, Doing::Area { comes: true });
        let goes = comes.after(Duration::from_secs(20));
        self.push(device, goes, Doing::Area { comes: false });
    }

    /// What every operator sees sooner or later, each at about the same time of day.
    fn troubles(&mut self, rng: &mut Rng) {
        let mut near = |planned: &Self, hour, minute| {
            planned
                .clock(hour, minute)
                .after(Duration::from_millis(rng.u64(0..50_000)))
        };

        let at = near(self, 12, 15);
        self.push(FOOD_EAST, at, Doing::Drop);
        self.connect(FOOD_EAST, at.after(MINUTE * 25));

        let at = near(self, 13, 20);
        self.push(CAR_PARK, at, Doing::Reset);

        let at = near(self, 14, 2);
        self.push(ROOF_STAIRS_CAMERA, at, Doing::Drop);
        self.connect(ROOF_STAIRS_CAMERA, at.after(MINUTE * 68));

        let at = near(self, 14, 20);
        self.push(GATE_3, at, Doing::Silence { begins: true });
        self.push(
            GATE_3,
            at.after(MINUTE * 30),
            Doing::Silence { begins: false },
        );

        let at = near(self, 5, 10);
        self.push(STAIRS_CAMERA, at, Doing::Goodbye);
        self.push(STAIRS_CAMERA, at, Doing::Disconnect);
        self.connect(STAIRS_CAMERA, at.after(Duration::from_secs(40)));

        let test = near(self, 9, 0);
        self.push(SIREN, test, Doing::Switch { active: true });
        self.push(
            SIREN,
            test.after(Duration::from_secs(3)),
            Doing::Switch { active: false },
        );

        // Deliveries, mostly before the mall opens.
        for (hour, minute) in [
            (6, 40),
            (7, 15),
            (7, 50),
            (8, 30),
            (10, 20),
            (11, 5),
            (13, 45),
            (16, 30),
        ] {
            let opens = near(self, hour, minute);
            self.push(DELIVERY_DOOR, opens, Doing::Switch { active: true });
            let shuts = near(self, hour, minute).after(MINUTE * 4);
            self.push(DELIVERY_DOOR, shuts, Doing::Switch { active: false });
        }
    }

    fn connect(&mut self, device: usize, at: Timestamp) {
        for what in CONNECTING {
            self.push(device, at, what);
        }
    }

    /// A rule in the device repeats its state every minute, so that silence means something; an integrator asks the
    /// old counter four times a minute while there are people.
    fn routine(&mut self) {
        let (midnight, end) = (self.clock(0, 0), self.clock(23, 59));
        let mut at = midnight;
        while at < end {
            for (device, seconds) in [(FOOD_EAST, 10), (DELIVERY_DOOR, 30), (SIREN, 50)] {
                self.push(
                    device,
                    at.after(Duration::from_secs(seconds)),
                    Doing::Repeat,
                );
            }
            at = at.after(MINUTE);
        }
        let (mut at, end) = (
            self.clock(9, 0),
            self.clock(10, 0)
                .after(MINUTE * u32::from(OPEN.1 - OPEN.0 + 60)),
        );
        while at < end {
            for seconds in [25, 40, 55] {
                self.push(
                    FOOD_EAST,
                    at.after(Duration::from_secs(seconds)),
                    Doing::Repeat,
                );
            }
            at = at.after(MINUTE);
        }
    }
}

const CONNECTING: [Doing; 3] = [Doing::Connect, Doing::Birth, Doing::State];
/// 2⁶⁴ divided by the golden ratio: neighbouring dates get seeds that share no bits.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
