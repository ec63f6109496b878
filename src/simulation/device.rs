//! One device: what happens at it → what it publishes.

use fastrand::Rng;

use super::day::{Doing, Step};
use super::mall::{DEVICES, DeviceSpec, Speaks};
use super::{Act, Counters, MINUTE, Options, wire};
use crate::time::{Calendar, Timestamp};

/// What a device knows.
#[derive(Clone, Debug)]
pub(super) struct Device {
    pub(super) spec: &'static DeviceSpec,
    connected: bool,
    silent: bool,
    /// When it began to count.
    pub(super) reset_at: Timestamp,
    /// People and cars since then: inward, outward.
    pub(super) people: [u64; 2],
    pub(super) cars: [u64; 2],
    /// In its area now.
    pub(super) present: u64,
    /// Its input or light.
    pub(super) active: bool,
}

impl Device {
    /// All devices as they stand at the first midnight, all connected.
    pub(super) fn all(options: &Options, midnight: Timestamp) -> Vec<Self> {
        let mut rng = Rng::with_seed(options.seed);
        DEVICES
            .iter()
            .map(|spec| {
                let days = rng.u64(2..9);
                let (reset_at, before) = match options.counters {
                    Counters::ResetAtMidnight => (midnight, [0, 0]),
                    Counters::RunForDays => {
                        let back = u32::try_from(days).unwrap_or(1) * 24 * 60 - rng.u32(480..900);
                        // As many in as out: nobody has stayed over night.
                        (
                            midnight.before(MINUTE * back),
                            [days * rng.u64(300..900); 2],
                        )
                    }
                };
                Self {
                    spec,
                    connected: true,
                    silent: false,
                    reset_at,
                    people: before,
                    cars: [0, 0],
                    present: 0,
                    active: false,
                }
            })
            .collect()
    }

    /// Takes its connection away. Returns whether it had one.
    pub(super) const fn unplug(&mut self) -> bool {
        std::mem::replace(&mut self.connected, false)
    }

    /// What it does about a step, if anything.
    pub(super) fn handle(
        &mut self,
        step: &Step,
        options: &Options,
        calendar: &Calendar,
    ) -> Option<Act> {
        let at = step.at;
        match step.what {
            Doing::Midnight => {
                if options.counters == Counters::ResetAtMidnight {
                    self.reset(at);
                }
                return None;
            }
            Doing::Reset => {
                self.reset(at);
                return None;
            }
            Doing::Silence { begins } => {
                self.silent = begins;
                return None;
            }
            Doing::Connect => {
                self.connected = true;
                let will = wire::connection(self.spec, wire::Connection::Lost);
                return Some(Act::Connect { will });
            }
            Doing::Drop => return self.unplug().then_some(Act::Drop),
            Doing::Disconnect => return self.unplug().then_some(Act::Disconnect),
            Doing::Pass { inward, is_car } => {
                let count = if is_car {
                    &mut self.cars
                } else {
                    &mut self.people
                };
                count[usize::from(!inward)] += 1;
            }
            Doing::Area { comes } => {
                self.present = if comes {
                    self.present + 1
                } else {
                    self.present.saturating_sub(1)
                };
            }
            Doing::Switch { active } => self.active = active,
            Doing::Repeat | Doing::Birth | Doing::State | Doing::Goodbye => {}
        }
        if !self.connected || self.silent {
            return None;
        }
        self.say(step, options, calendar).map(Act::Publish)
    }

    fn say(
        &self,
        step: &Step,
        options: &Options,
        calendar: &Calendar,
    ) -> Option<crate::mqtt::Publish> {
        let at = step.at;
        let offsets = calendar.offsets();
        let said = match (step.what, self.spec.speaks) {
            (Doing::Birth, _) => {
                return Some(wire::connection(self.spec, wire::Connection::Made(at)));
            }
            (Doing::Goodbye, _) => {
                return Some(wire::connection(self.spec, wire::Connection::Ended(at)));
            }
            (Doing::Pass { inward, is_car }, Speaks::Crossline(style))
                if !is_car || style.vehicles =>
            {
                wire::crossline(self, style, inward, is_car, at, offsets)
            }
            (
                Doing::Pass {
                    inward,
                    is_car: false,
                },
                Speaks::Passage,
            ) => wire::passage(self.spec, inward, at, offsets),
            (Doing::Repeat | Doing::State, Speaks::LiveSum) => wire::live_sum(self, at, offsets),
            (Doing::Area { .. } | Doing::State, Speaks::Area(style)) => wire::area(self, style, at),
            (Doing::Switch { .. } | Doing::Repeat | Doing::State, Speaks::Port(style)) => {
                wire::port(self, style, at)
            }
            (Doing::Switch { .. } | Doing::Repeat | Doing::State, Speaks::Light(style)) => {
                wire::light(self, style, at)
            }
            _ => return None,
        };
        Some(said.publish(options.qos))
    }

    const fn reset(&mut self, at: Timestamp) {
        self.reset_at = at;
        self.people = [0, 0];
        self.cars = [0, 0];
    }
}
