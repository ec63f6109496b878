//! What a page can know of the mall from the messages that reached it: a second way of counting, as plain as can be.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use footfall::settings::Sign;
use footfall::simulation::{self, Counters, DEVICES, Options, Passed, Truth};
use footfall::time::{Offsets, Timestamp, parse_iso};
use footfall_demo::tape::Published;
use serde_json::Value;

use crate::screen::{Figure, Figures, Screen};

/// What was heard of one line of a door.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    /// By when their counter began to count (`None`: it does not tell): the earliest total and the highest.
    epochs: BTreeMap<Option<Timestamp>, ((Timestamp, u64), u64)>,
    /// When people passed that are told one by one.
    people: BTreeSet<i64>,
    /// When it was first and last heard, by its own clock.
    pub(crate) first: Option<Timestamp>,
    pub(crate) last: Option<Timestamp>,
}

/// The doors, in the order of the site: entered, exited.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) doors: Vec<[Line; 2]>,
}

impl Model {
    /// From messages in any order, repetitions among them.
    pub(crate) fn of(messages: &[Published]) -> Result<Self> {
        let mut model = Self {
            doors: vec![<[Line; 2]>::default(); simulation::site(&Options::default()).doors.len()],
        };
        for message in messages {
            model.hear(message)?;
        }
        Ok(model)
    }

    fn hear(&mut self, message: &Published) -> Result<()> {
        let Ok(said) = serde_json::from_slice::<Value>(&message.payload) else {
            return Ok(());
        };
        let of_payload = ["serial", "device"]
            .iter()
            .find_map(|key| said[key].as_str());
        let door = DEVICES[..self.doors.len()].iter().position(|device| {
            message.topic.contains(device.serial) || of_payload == Some(device.serial)
        });
        let Some(door) = door else { return Ok(()) };
        let lines = &mut self.doors[door];
        if message.topic.starts_with("people/") {
            let line = &mut lines[usize::from(said["direction"] == "out")];
            let at = said["timestamp"].as_i64().context("no timestamp")?;
            line.people.insert(at);
            line.heard(Timestamp::from_millis(at));
        } else if message.topic.starts_with("counters/") {
            let at = written(said["timestamp"].as_str().unwrap_or_default())
                .context("a time that nobody can read")?;
            for (line, key) in lines.iter_mut().zip(["in", "out"]) {
                line.total(None, said[key].as_u64().context("no sum")?, at);
            }
        } else if let Some(name) = said["topic"].as_str()
            && let Some((_, scenario)) = name.split_once("Device1Scenario")
        {
            let data = &said["message"]["data"];
            let began = ["resetTime", "startTime"]
                .iter()
                .find_map(|key| parse_iso(data[key].as_str()?, &Offsets::fixed(0)));
            let total = data["totalHuman"]
                .as_str()
                .and_then(|text| text.parse().ok());
            let at = said["timestamp"].as_i64().context("no timestamp")?;
            lines[usize::from(scenario != "1")].total(
                began,
                total.context("no total")?,
                Timestamp::from_millis(at),
            );
        }
        Ok(())
    }

    /// How many a page can know that begins to count at `day`.
    pub(crate) fn known(&self, day: Timestamp) -> Vec<Known> {
        let known = |lines: &[Line; 2]| Known {
            passed: Passed {
                entered: lines[0].people(day),
                exited: lines[1].people(day),
            },
            counts: lines.iter().all(|line| line.first.is_some()),
        };
        self.doors.iter().map(known).collect()
    }
}

/// What is known of a door.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known {
    pub(crate) passed: Passed,
    /// Both of its lines were heard: before, it counts in no zone.
    pub(crate) counts: bool,
}

/// All that really happened.
pub(crate) fn all(truth: &Truth) -> Vec<Known> {
    let known = |passed: &Passed| Known {
        passed: *passed,
        counts: true,
    };
    truth.doors.iter().map(known).collect()
}

impl Line {
    fn heard(&mut self, at: Timestamp) {
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = self.last.max(Some(at));
    }

    fn total(&mut self, began: Option<Timestamp>, value: u64, at: Timestamp) {
        let new = ((at, value), value);
        let (first, highest) = self.epochs.entry(began).or_insert(new);
        *first = (at, value).min(*first);
        *highest = value.max(*highest);
        self.heard(at);
    }

    /// A counter that began before the day counts from what it said first.
    fn people(&self, day: Timestamp) -> u64 {
        let totals = self.epochs.iter().map(|(began, (first, highest))| {
            let begins_today = began.is_some_and(|began| began >= day);
            if begins_today {
                *highest
            } else {
                highest - first.1
            }
        });
        totals.sum::<u64>() + self.people.len() as u64
    }
}

/// In which points the doors and zones on a screen differ from these counts; occupancy is compared if it is given.
pub(crate) fn differences(
    screen: &Screen,
    doors: &[Known],
    present: Option<&[u64]>,
) -> Vec<String> {
    let site = simulation::site(&Options::default());
    let mut found = Vec::new();
    for (door, known) in site.doors.iter().zip(doors) {
        let shown = screen.doors.get(&door.id);
        compare(
            &mut found,
            &format!("door {}", door.id),
            shown,
            known.passed,
        );
    }
    for (index, zone) in site.zones.iter().enumerate() {
        let mut sum = Passed::default();
        for door in &zone.doors {
            let at = site.doors.iter().position(|other| other.id == door.door);
            let known = at.and_then(|at| doors.get(at)).filter(|known| known.counts);
            let passed = known.map(|known| known.passed).unwrap_or_default();
            let (entered, exited) = match door.sign {
                Sign::Inward => (passed.entered, passed.exited),
                Sign::Outward => (passed.exited, passed.entered),
            };
            sum.entered += entered;
            sum.exited += exited;
        }
        let name = format!("zone {}", zone.id);
        let shown = screen.zones.get(&zone.id);
        compare(&mut found, &name, shown, sum);
        let occupancy = shown.and_then(|shown| shown.occupancy.value);
        match present {
            Some(present) if occupancy != Some(present[index]) => found.push(format!(
                "{name} shows {occupancy:?} present, there are {}",
                present[index]
            )),
            // What is shown is never clamped per door: at least the difference.
            None if occupancy < Some(sum.entered.saturating_sub(sum.exited)) => {
                found.push(format!(
                    "{name} shows {occupancy:?} present, fewer than {} - {}",
                    sum.entered, sum.exited
                ))
            }
            _ => {}
        }
    }
    found
}

fn compare(found: &mut Vec<String>, name: &str, shown: Option<&Figures>, passed: Passed) {
    let Some(shown) = shown else {
        found.push(format!("{name} is not shown"));
        return;
    };
    let mut one = |what: &str, figure: &Figure, value: u64| {
        // A line that was never heard shows nothing.
        if figure.value.unwrap_or(0) != value {
            found.push(format!(
                "{name} shows {:?} {:?} {what}, it is {value}",
                figure.value, figure.qualifiers
            ));
        }
    };
    one("entered", &shown.entered, passed.entered);
    one("exited", &shown.exited, passed.exited);
}

/// In which points what reached the page differs from the truth.
pub(crate) fn missed(truth: &Truth, known: &[Known]) -> BTreeMap<&'static str, (i64, i64)> {
    let less =
        |all: u64, known: u64| i64::try_from(all).unwrap_or(0) - i64::try_from(known).unwrap_or(0);
    truth
        .doors
        .iter()
        .zip(known)
        .enumerate()
        .map(|(door, (truth, known))| {
            let known = known.passed;
            let missed = (
                less(truth.entered, known.entered),
                less(truth.exited, known.exited),
            );
            (DEVICES[door].serial, missed)
        })
        .filter(|(_, missed)| *missed != (0, 0))
        .collect()
}

/// `20261118102530` in Seoul.
fn written(digits: &str) -> Option<Timestamp> {
    let part = |from: usize, to: usize| digits.get(from..to);
    let text = format!(
        "{}-{}-{}T{}:{}:{}+09:00",
        part(0, 4)?,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?
    );
    parse_iso(&text, &Offsets::fixed(0))
}

/// Counters that begin at midnight.
pub(crate) fn mall(qos: footfall::mqtt::QoS, counters: Counters) -> Options {
    Options {
        qos,
        counters,
        ..Options::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use footfall::mqtt::QoS;
    use footfall::simulation::{Act, Simulation, TIME_ZONE};
    use footfall_demo::zone::calendar;

    #[test]
    fn who_hears_all_counts_the_truth() {
        let options = mall(QoS::AtLeastOnce, Counters::ResetAtMidnight);
        let (start, end) = (crate::stand::clock(9, 59), crate::stand::clock(23, 30));
        let mut simulation =
            Simulation::with_options(options, start, calendar(TIME_ZONE, start).unwrap());
        let mut messages = Vec::new();
        while simulation.next_at() < end {
            if let Act::Publish(publish) = simulation.next_event().what {
                messages.push(Published {
                    topic: publish.topic,
                    payload: publish.payload,
                    qos: 1,
                    retained: false,
                    duplicate: false,
                    id: 0,
                });
            }
        }
        let known = Model::of(&messages)
            .unwrap()
            .known(crate::stand::clock(0, 0));
        assert_eq!(missed(&simulation.truth_at(end), &known), BTreeMap::new());
        assert!(
            known
                .iter()
                .all(|door| door.counts && door.passed.entered > 0)
        );
    }
}
