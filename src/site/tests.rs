//! The simulated mall's messages in, figures out, compared with what really happened.

use super::*;
use crate::mqtt::{Properties, Publish};
use crate::observation::What;
use crate::payload::{Decoded, Incoming, Learned, decode};
use crate::series::Arrival;
use crate::simulation::{self, Act, Options, Simulation};
use crate::time::Offsets;
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
        }
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
            self.fold(&publish, event.at);
        }
        self.refresh(until);
    }

    fn fold(&mut self, publish: &Publish, received_at: Timestamp) {
        let properties = Properties::default();
        let (topic, payload) = (&publish.topic, &publish.payload);
        let offsets = self.calendar.offsets();
        let incoming = Incoming::new(topic, payload, false, &properties, received_at, offsets);
        let Decoded::Observations(observations) = decode(&incoming, &mut self.learned).1 else {
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
        let is_left_out = |zone: &crate::settings::Zone| {
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
