//! A seed and a time → the messages of a shopping mall's devices, in their exact wire formats, and the truth about it.
//!
//! It is the only generator there is: the page's "try it" feeds its messages in where a link would, the demo publishes
//! them through a broker, tests compare what the engine counted with [`Simulation::truth`]. Nothing here reads a clock,
//! calls a float function or iterates a hash map, so one seed gives one day, byte for byte, natively and in wasm.

mod day;
mod device;
mod mall;
mod people;
mod wire;

use std::iter;
use std::time::Duration;

use crate::mqtt::{Publish, QoS};
use crate::settings::Site;
use crate::time::{BucketSize, Calendar, SiteDay, Timestamp};
use day::{Day, Step};
use device::Device;

pub use mall::{DEVICES, DeviceSpec, TIME_ZONE, config, site};

/// The simulated site as the page has it: loaded when somebody wants to see it, and by whoever carries the engine, which
/// knows nothing of it before.
#[derive(Clone, Copy)]
pub struct Mall {
    /// Its zones and doors.
    pub site: fn() -> Site,
    /// What happens from a start on, by the site's calendar, for ever.
    pub events: fn(Timestamp, Calendar) -> Events,
}

/// One after the other, as [`Simulation::next_event`] gives them.
pub type Events = Box<dyn Iterator<Item = Event>>;

/// With default options.
pub const MALL: Mall = Mall {
    site: || site(&Options::default()),
    events: |start, calendar| {
        let mut simulation = Simulation::with_options(Options::default(), start, calendar);
        Box::new(iter::repeat_with(move || simulation.next_event()))
    },
};

/// How the mall is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// One seed, one mall.
    pub seed: u64,
    /// About how many people come on an average day; capacities follow.
    pub people: u32,
    /// When the counters began to count.
    pub counters: Counters,
    /// Of all messages but those about the connection, which go at least once.
    pub qos: QoS,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            people: 3000,
            counters: Counters::ResetAtMidnight,
            qos: QoS::AtLeastOnce,
        }
    }
}

/// When counters begin to count from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counters {
    /// At each local midnight: what they say is the day's.
    ResetAtMidnight,
    /// Some days before the start, and never again by themselves: who joins later cannot know the day's total.
    RunForDays,
}

/// One thing that happens at a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When; never before the event before it, and later than the same device's event before it.
    pub at: Timestamp,
    /// Index into [`DEVICES`].
    pub device: usize,
    /// What the device does.
    pub what: Act,
}

/// What a device does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// It connects to the broker, and leaves a will.
    Connect {
        /// What the broker publishes if the connection is lost.
        will: Publish,
    },
    /// It publishes.
    Publish(Publish),
    /// Its connection is lost: the broker publishes the will.
    Drop,
    /// It disconnects in order: there is no will any more.
    Disconnect,
}

/// What really happened on a day of the site, up to an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truth {
    /// The site's day.
    pub day: SiteDay,
    /// By door, in the order of [`Site::doors`](crate::settings::Site::doors).
    pub doors: Vec<Passed>,
    /// The people in each zone, in the order of [`Site::zones`](crate::settings::Site::zones).
    pub present: Vec<u64>,
    /// The day's hours so far on the site's clocks, each with its begin and its doors.
    pub hours: Vec<(Timestamp, Vec<Passed>)>,
}

/// How many people passed a door.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// In the door's own direction.
    pub entered: u64,
    /// Against it.
    pub exited: u64,
}

/// The mall: give it a start, take its events one after the other, for ever.
#[derive(Clone, Debug)]
pub struct Simulation {
    options: Options,
    calendar: Calendar,
    devices: Vec<Device>,
    day: Day,
    /// The step of the day that comes next.
    cursor: usize,
    /// Looked for beforehand, so that [`Simulation::next_at`] can be asked at any time.
    upcoming: Event,
    now: Timestamp,
}

impl Simulation {
    /// The default mall from `start` on: first its devices connect, those that are not just away.
    ///
    /// What happened on the day before `start` is in the counters and in the truth, but was never published. Of the
    /// calendar the zone decides when the mall opens, the reset hour what [`Simulation::truth`] calls a day.
    pub fn new(seed: u64, start: Timestamp, calendar: Calendar) -> Self {
        let options = Options {
            seed,
            ..Options::default()
        };
        Self::with_options(options, start, calendar)
    }

    /// A mall with options of its own.
    pub fn with_options(options: Options, start: Timestamp, calendar: Calendar) -> Self {
        let mut day = Day::of(&options, &calendar, start);
        let mut devices = Device::all(&options, day.midnight);
        let cursor = day.steps_before(start);
        for step in &day.steps[..cursor] {
            devices[step.device].handle(step, &options, &calendar);
        }
        let connected: Vec<bool> = devices.iter_mut().map(Device::unplug).collect();
        day.connect(start, cursor, &connected);
        let mut simulation = Self {
            options,
            calendar,
            devices,
            day,
            cursor,
            upcoming: Event {
                at: start,
                device: 0,
                what: Act::Drop,
            },
            now: start,
        };
        simulation.upcoming = simulation.find();
        simulation
    }

    /// When the next event comes.
    pub const fn next_at(&self) -> Timestamp {
        self.upcoming.at
    }

    /// The next event. There is always one.
    pub fn next_event(&mut self) -> Event {
        let following = self.find();
        let event = std::mem::replace(&mut self.upcoming, following);
        self.now = event.at;
        event
    }

    /// What really happened on the site's day up to the event that was taken last.
    pub fn truth(&self) -> Truth {
        self.truth_at(self.now)
    }

    /// What really happens, or happened, on the site's day of any instant up to that instant.
    pub fn truth_at(&self, at: Timestamp) -> Truth {
        let site_day = self.calendar.day(at);
        let begin = self.calendar.start(site_day);
        let mut truth = Truth {
            day: site_day,
            doors: vec![Passed::default(); mall::DOORS.len()],
            present: vec![0; mall::ZONES.len()],
            hours: Vec::new(),
        };
        let mut hour = begin;
        while hour <= at {
            truth.hours.push((hour, truth.doors.clone()));
            hour = self.calendar.next_bucket(
                self.calendar.bucket_start(hour, BucketSize::Hour),
                BucketSize::Hour,
            );
        }
        for step in self.steps_between(begin, at) {
            step.tell(begin, &mut truth);
        }
        truth
    }

    /// The steps of all dates that the span touches, up to its end: a site's day may begin at any hour.
    fn steps_between(&self, from: Timestamp, to: Timestamp) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut day = Day::date_of(&self.calendar, from);
        while day <= Day::date_of(&self.calendar, to) {
            if day == self.day.date {
                steps.extend_from_slice(&self.day.steps);
            } else {
                steps.extend(Day::on(&self.options, &self.calendar, day).steps);
            }
            day = day.next();
        }
        steps.retain(|step| step.at <= to);
        steps
    }

    fn find(&mut self) -> Event {
        loop {
            let Some(step) = self.day.steps.get(self.cursor) else {
                self.day = Day::on(&self.options, &self.calendar, self.day.date.next());
                self.cursor = 0;
                continue;
            };
            self.cursor += 1;
            if let Some(what) =
                self.devices[step.device].handle(step, &self.options, &self.calendar)
            {
                return Event {
                    at: step.at,
                    device: step.device,
                    what,
                };
            }
        }
    }
}

const MINUTE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests;
