//! The simulated site inside the engine: its messages come in where a link's would. Loaded when somebody wants to see it: until
//! then nothing of it is reached but through a [`Stage`].

use std::iter::Peekable;
use std::pin::Pin;
use std::time::Duration;

use super::Engine;
use crate::fleet::Fleet;
use crate::mqtt::{Message, Properties, Publish};
use crate::ordered::OrderedMap;
use crate::payload::Learned;
use crate::series::Series;
use crate::simulation::{Act, Events, MALL, Mall};
use crate::site::Places;
use crate::time::{BucketSize, Calendar, Offsets, Timestamp};

/// Where the simulated site plays.
#[derive(Clone, Copy)]
pub struct Stage {
    mall: Mall,
    begin: fn(&mut Engine, Mall),
    run: fn(&mut Engine) -> bool,
}

/// With the mall.
pub const STAGE: Stage = Stage {
    mall: MALL,
    begin: Engine::begin_simulation,
    run: Engine::run_events,
};

/// Loads it; `None` if it cannot be had from where the page came from. May be asked again then.
pub type LoadStage = fn() -> Pin<Box<dyn Future<Output = Option<Stage>>>>;

/// A running simulation, and the wills that its devices left.
pub(super) struct Simulated {
    events: Peekable<Events>,
    wills: OrderedMap<usize, Publish>,
    /// What is known of the real site.
    real: Known,
}

/// What is known of a site.
#[derive(Default)]
pub(super) struct Known {
    series: Series,
    fleet: Fleet,
    learned: Learned,
}

/// The clocks of the simulated site stand between this hour and the next when it is opened: a mall with people in it,
/// wherever the viewer is.
const HOUR: i64 = 14;

/// Messages of the day so far that are folded at once; the page stays able to draw in between.
const BATCH: usize = 2_000;

/// A simulation moves so often.
pub(super) const TICK: Duration = Duration::from_millis(100);

/// As a link's number: that of no link.
pub(super) const NO_LINK: u32 = 0;

impl Engine {
    /// What is simulated if a page asks for it; until then such a request does nothing. To be told before the request.
    pub fn know_stage(&mut self, stage: Stage) {
        self.stage = Some(stage);
    }

    /// Replaces the site by the simulated one and lets its day begin, quickly up to now. What is known of the real one is
    /// put aside, and nothing is stored.
    pub(super) fn simulate(&mut self) {
        // It is loaded first, and whoever asked for it may have connected a broker meanwhile.
        if self.all_wanted().next().is_none()
            && let Some(stage) = self.stage
        {
            (stage.begin)(self, stage.mall);
        }
    }

    fn begin_simulation(&mut self, mall: Mall) {
        let (zone, offsets) = zone_in_the_afternoon(self.now.wall);
        let mut site = (mall.site)();
        site.time_zone.clone_from(&zone);
        let calendar = Calendar::new(offsets, site.reset);
        let start = calendar.bucket_start(self.now.wall, BucketSize::Day);
        let shown = self.swap_known(Known::default());
        let real = match self.simulation.take() {
            Some(former) => former.real,
            None => shown,
        };
        self.keeping.simulated = true;
        self.series.listens(NO_LINK, start);
        self.places = Places::new(site);
        self.know_site();
        self.simulation = Some(Simulated {
            events: (mall.events)(start, calendar.clone()).peekable(),
            wills: OrderedMap::new(),
            real,
        });
        self.asked_zone = None;
        self.zone = Some(super::Zone {
            name: zone,
            calendar: calendar.into(),
        });
    }

    /// Returns to what is known of the real site, if another was simulated; its places and time zone are to be
    /// configured anew then.
    pub(super) fn end_simulation(&mut self) -> bool {
        let Some(simulated) = self.simulation.take() else {
            return false;
        };
        self.keeping.simulated = false;
        self.swap_known(simulated.real);
        true
    }

    /// Lets what follows change what is known of the real site; [`Engine::put_simulation_back`] ends that.
    pub(super) fn put_simulation_aside(&mut self) -> Option<Known> {
        let real = std::mem::take(&mut self.simulation.as_mut()?.real);
        Some(self.swap_known(real))
    }

    /// Shows again what was put aside.
    pub(super) fn put_simulation_back(&mut self, simulated: Option<Known>) {
        if let Some(known) = simulated {
            let real = self.swap_known(known);
            if let Some(simulated) = &mut self.simulation {
                simulated.real = real;
            }
        }
    }

    fn swap_known(&mut self, known: Known) -> Known {
        Known {
            series: std::mem::replace(&mut self.series, known.series),
            fleet: std::mem::replace(&mut self.fleet, known.fleet),
            learned: std::mem::replace(&mut self.learned, known.learned),
        }
    }

    /// Folds what the simulated devices have sent until now. Returns whether more of it is due.
    pub(super) fn run_simulation(&mut self) -> bool {
        let stage = self.stage.filter(|_| self.simulation.is_some());
        stage.is_some_and(|stage| (stage.run)(self))
    }

    fn run_events(&mut self) -> bool {
        let Some(mut simulated) = self.simulation.take() else {
            return false;
        };
        let now = self.now.wall;
        let mut left = BATCH;
        while left > 0
            && let Some(event) = simulated.events.next_if(|event| event.at <= now)
        {
            left -= 1;
            let publish = match event.what {
                Act::Connect { will } => {
                    simulated.wills.insert(event.device, will);
                    None
                }
                Act::Publish(publish) => Some(publish),
                Act::Drop => simulated.wills.remove(&event.device),
                Act::Disconnect => {
                    simulated.wills.remove(&event.device);
                    None
                }
            };
            if let Some(publish) = publish {
                self.fold(&delivered(publish), NO_LINK, event.at);
            }
        }
        let more = left == 0;
        self.simulation = Some(simulated);
        more
    }
}

/// As a broker would deliver it to a subscriber that is there.
fn delivered(publish: Publish) -> Message {
    Message {
        topic: publish.topic,
        payload: publish.payload,
        qos: publish.qos,
        retained: false,
        duplicate: false,
        maybe_repeated: false,
        properties: Properties::default(),
    }
}

/// A zone of whole hours in which it is afternoon now.
fn zone_in_the_afternoon(now: Timestamp) -> (String, Offsets) {
    let utc = now.as_millis().div_euclid(3_600_000).rem_euclid(24);
    // From -11 to +12; names of these zones have the sign of the Unix tradition, west positive.
    let east = (HOUR - utc + 11).rem_euclid(24) - 11;
    let name = match east {
        0 => "Etc/GMT".to_owned(),
        1.. => format!("Etc/GMT-{east}"),
        _ => format!("Etc/GMT+{}", -east),
    };
    (
        name,
        Offsets::fixed(i32::try_from(east * 3600).unwrap_or(0)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_simulated_site_has_people_in_it_whenever_it_is_opened() {
        for hour in 0..48 {
            let now = Timestamp::from_millis(1_800_000_000_000 + hour * 3_600_000);
            let (name, offsets) = zone_in_the_afternoon(now);
            let (_, minute) = Calendar::new(offsets, Duration::ZERO).clock(now);
            assert_eq!(i64::from(minute) / 60, HOUR, "{name}");
        }
    }
}
