//! Counts into places: doors, zones, occupancy, the site's day.

mod curve;
mod figures;

use serde::{Deserialize, Serialize};

pub use curve::Column;
pub use figures::{DoorFigures, ZoneFigures};

use curve::Curve;

use crate::fleet::{Fleet, Freshness};
use crate::observation::{Channel, DeviceId, LineId};
use crate::series::{BucketState, Course, Series, Total};
use crate::settings::{Door, ReadingRef, Sign, Site, Zone};
use crate::time::{BucketSize, Calendar, Timestamp};

/// How full a zone is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// No capacity, or nothing known.
    #[default]
    Unknown,
    /// Room enough.
    Normal,
    /// From [`MID`] of the capacity on.
    Mid,
    /// From [`HIGH`] on.
    High,
    /// No one may enter.
    Full,
}

/// Share of a capacity, in percent, from which on a zone is getting full.
pub const MID: u64 = 70;

/// Share of a capacity, in percent, from which on somebody should look.
pub const HIGH: u64 = 90;

/// A bar of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// When it begins.
    pub start: Timestamp,
    /// When the next begins.
    pub end: Timestamp,
    /// People.
    pub entered: u64,
    /// People.
    pub exited: u64,
    /// How far it can be trusted.
    pub state: BucketState,
}

/// The site with its figures.
#[derive(Debug, Default)]
pub struct Places {
    site: Option<Site>,
    doors: Vec<DoorState>,
    zones: Vec<ZoneState>,
    /// The site's day for which the figures stand.
    day: Option<(Timestamp, Timestamp)>,
}

#[derive(Debug, Default)]
struct DoorState {
    entered: Option<Flow>,
    exited: Option<Flow>,
    figures: DoorFigures,
}

#[derive(Debug, Default)]
struct ZoneState {
    /// Index of each door, and which way it leads.
    doors: Vec<(usize, Sign)>,
    curve: Curve,
    figures: ZoneFigures,
}

/// What several readings count together.
#[derive(Debug)]
struct Flow(Vec<Course>);

impl Flow {
    fn total(&self) -> Total {
        self.0
            .iter()
            .map(Course::total)
            .reduce(Total::and)
            .unwrap_or_default()
    }

    fn until(&self, minute: i64) -> u64 {
        self.0.iter().map(|course| course.until(minute)).sum()
    }

    fn between(&self, from: Timestamp, until: Timestamp) -> u64 {
        self.0
            .iter()
            .map(|course| course.between(from, until))
            .sum()
    }

    fn is_blind(&self, from: Timestamp, until: Timestamp) -> bool {
        self.0.iter().any(|course| course.is_blind(from, until))
    }

    fn state(&self, from: Timestamp, until: Timestamp, now: Timestamp) -> BucketState {
        let states = self.0.iter().map(|course| course.state(from, until, now));
        states.fold(BucketState::Complete, worse)
    }
}

/// Together they are known only in part if one of them is, and not at all if none is.
fn worse(a: BucketState, b: BucketState) -> BucketState {
    match (a, b) {
        (BucketState::Complete, BucketState::Complete) => BucketState::Complete,
        (BucketState::Gap, BucketState::Gap) => BucketState::Gap,
        _ => BucketState::Partial,
    }
}

impl Places {
    /// A site of which nothing is known yet.
    pub fn new(site: Site) -> Self {
        let door_index = |id: &str| site.doors.iter().position(|door| door.id == id);
        let zones = site.zones.iter().map(|zone| ZoneState {
            doors: zone
                .doors
                .iter()
                .filter_map(|door| Some((door_index(&door.door)?, door.sign)))
                .collect(),
            figures: ZoneFigures::unknown(&zone.id),
            ..ZoneState::default()
        });
        let doors = site.doors.iter().map(|door| DoorState {
            figures: DoorFigures::unknown(&door.id),
            ..DoorState::default()
        });
        Self {
            zones: zones.collect(),
            doors: doors.collect(),
            site: Some(site),
            day: None,
        }
    }

    /// The site as configured.
    pub const fn site(&self) -> Option<&Site> {
        self.site.as_ref()
    }

    /// The lines that the site counts with.
    pub fn lines(&self) -> impl Iterator<Item = (DeviceId, LineId, Channel)> {
        let doors = self.site.iter().flat_map(|site| &site.doors);
        let readings = doors.flat_map(|door| door.entered.iter().chain(&door.exited));
        readings.map(|reading| {
            (
                reading.device.clone(),
                reading.line.clone(),
                reading.channel,
            )
        })
    }

    /// All zones, in the site's order.
    pub fn zones(&self) -> impl Iterator<Item = &ZoneFigures> {
        self.zones.iter().map(|zone| &zone.figures)
    }

    /// All doors, in the site's order.
    pub fn doors(&self) -> impl Iterator<Item = &DoorFigures> {
        self.doors.iter().map(|door| &door.figures)
    }

    /// Computes all figures anew from what is counted.
    pub fn refresh(&mut self, series: &Series, fleet: &Fleet, calendar: &Calendar, now: Timestamp) {
        let Some(site) = &self.site else { return };
        let day = calendar.day(now);
        let (start, end) = (calendar.start(day), calendar.start(day.next()));
        if self.day != Some((start, end)) {
            self.day = Some((start, end));
            for zone in &mut self.zones {
                zone.curve = Curve::default();
                zone.figures.level_since = None;
            }
        }
        for (state, door) in self.doors.iter_mut().zip(&site.doors) {
            state.entered = flow(series, &door.entered, start, end);
            state.exited = flow(series, &door.exited, start, end);
            state.figures = door_figures(door, state, fleet, start, now);
        }
        for (state, zone) in self.zones.iter_mut().zip(&site.zones) {
            refresh_zone(state, zone, &self.doors, start, now);
        }
    }

    /// People present in a zone: a column a span of `width_ms`, by index = floor(wall / width), each {first, lowest, highest,
    /// last}. Spans of which nothing is known are left out, and those still to come.
    pub fn columns(
        &self,
        zone: &str,
        from: Timestamp,
        to: Timestamp,
        width_ms: u32,
    ) -> Vec<(i64, Column)> {
        let zone = self.zones.iter().find(|state| state.figures.id == zone);
        zone.map(|state| state.curve.columns(from, to, width_ms))
            .unwrap_or_default()
    }

    /// Entered and exited of a zone by spans of the site's calendar, up to now.
    pub fn buckets(
        &self,
        zone: &str,
        (from, to): (Timestamp, Timestamp),
        size: BucketSize,
        calendar: &Calendar,
        now: Timestamp,
    ) -> Vec<Bucket> {
        let Some(state) = self.zones.iter().find(|state| state.figures.id == zone) else {
            return Vec::new();
        };
        let mut buckets = Vec::new();
        let mut start = calendar.bucket_start(from, size);
        while start < to.min(now) && buckets.len() < BUCKETS {
            let end = calendar.next_bucket(start, size);
            buckets.push(bucket(state, &self.doors, start, end, now));
            start = end;
        }
        buckets
    }
}

/// More bars than this are never drawn at once: a day of minutes.
const BUCKETS: usize = 1_500;

/// The last hour of a door, in spans of so many minutes.
const SPARK_MINUTES: i64 = 3;
const SPARKS: i64 = 20;

fn flow(
    series: &Series,
    readings: &[ReadingRef],
    start: Timestamp,
    end: Timestamp,
) -> Option<Flow> {
    let courses: Vec<_> = readings
        .iter()
        .filter_map(|reading| {
            series.course(&reading.device, &reading.line, reading.channel, start, end)
        })
        .collect();
    // A door of several readings is known when each of them is.
    (!courses.is_empty() && courses.len() == readings.len()).then_some(Flow(courses))
}

fn door_figures(
    door: &Door,
    state: &DoorState,
    fleet: &Fleet,
    start: Timestamp,
    now: Timestamp,
) -> DoorFigures {
    let devices = door
        .entered
        .iter()
        .chain(&door.exited)
        .map(|reading| &reading.device);
    let freshness = devices
        .map(|id| {
            fleet
                .get(id)
                .map_or(Freshness::NeverSeen, |device| device.freshness)
        })
        .max()
        .unwrap_or(Freshness::NeverSeen);
    let last_minute = now.minute().div_euclid(SPARK_MINUTES) * SPARK_MINUTES;
    let last_hour = (0..SPARKS).rev().map(|back| {
        let from = instant(last_minute - back * SPARK_MINUTES);
        let until = instant(last_minute - back * SPARK_MINUTES + SPARK_MINUTES);
        let entered = state
            .entered
            .as_ref()
            .filter(|flow| from >= start && !flow.is_blind(from, until.min(now)))?;
        Some(u32::try_from(entered.between(from, until)).unwrap_or(u32::MAX))
    });
    DoorFigures {
        id: door.id.clone(),
        entered: state.entered.as_ref().map(Flow::total),
        exited: state.exited.as_ref().map(Flow::total),
        last_hour: last_hour.collect(),
        freshness,
    }
}

fn refresh_zone(
    state: &mut ZoneState,
    zone: &Zone,
    doors: &[DoorState],
    start: Timestamp,
    now: Timestamp,
) {
    let flows: Vec<_> = state
        .doors
        .iter()
        .filter_map(|(index, sign)| {
            let door = doors.get(*index)?;
            let (entered, exited) = (door.entered.as_ref()?, door.exited.as_ref()?);
            Some(match sign {
                Sign::Inward => (entered, exited),
                Sign::Outward => (exited, entered),
            })
        })
        .collect();
    let (first, last) = (start.minute(), now.minute());
    state.curve.begin(first);
    for minute in first..=last {
        let raw = flows.iter().fold(0_i64, |raw, (inward, outward)| {
            raw + signed(inward.until(minute)) - signed(outward.until(minute))
        });
        let (from, until) = (instant(minute), instant(minute + 1).min(now));
        let blind = |(inward, outward): &(&Flow, &Flow)| {
            inward.is_blind(from, until) || outward.is_blind(from, until)
        };
        let known = !flows.is_empty() && !flows.iter().all(blind);
        state.curve.push(known.then_some(raw), raw);
    }
    state.curve.note_now(now);

    let total = |which: fn(&(&Flow, &Flow)) -> Total| {
        flows
            .iter()
            .map(which)
            .reduce(Total::and)
            .unwrap_or_default()
    };
    let occupancy = if flows.is_empty() {
        None
    } else {
        state.curve.last()
    };
    let missing: Vec<_> = state
        .doors
        .iter()
        .filter_map(|(index, _)| doors.get(*index))
        .filter(|door| !door.figures.counts())
        .map(|door| door.figures.id.clone())
        .collect();
    let level = level(occupancy, zone.capacity);
    let figures = &mut state.figures;
    if figures.level != level || figures.level_since.is_none() {
        figures.level = level;
        figures.level_since = Some(now);
    }
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    figures.occupancy = occupancy;
    figures.entered = total(|(inward, _)| inward.total());
    figures.exited = total(|(_, outward)| outward.total());
    figures.doors = count(state.doors.len());
    figures.doors_counting = count(state.doors.len() - missing.len());
    figures.doors_missing = missing;
    figures.peak = state.curve.peak();
}

fn bucket(
    state: &ZoneState,
    doors: &[DoorState],
    start: Timestamp,
    end: Timestamp,
    now: Timestamp,
) -> Bucket {
    let (mut entered, mut exited) = (0, 0);
    let mut states = Vec::new();
    for (index, sign) in &state.doors {
        let Some(door) = doors.get(*index) else {
            continue;
        };
        let (inward, outward) = match sign {
            Sign::Inward => (&door.entered, &door.exited),
            Sign::Outward => (&door.exited, &door.entered),
        };
        for (flow, sum) in [(inward, &mut entered), (outward, &mut exited)] {
            let flow = flow.as_ref();
            *sum += flow.map_or(0, |flow| flow.between(start, end));
            states.push(flow.map_or(BucketState::Gap, |flow| flow.state(start, end, now)));
        }
    }
    let state = states.into_iter().reduce(worse).unwrap_or(BucketState::Gap);
    Bucket {
        start,
        end,
        entered,
        exited,
        state,
    }
}

fn level(occupancy: Option<u64>, capacity: Option<u64>) -> Level {
    match (occupancy, capacity) {
        (Some(present), Some(capacity)) if capacity > 0 => {
            match present.saturating_mul(100) / capacity {
                100.. => Level::Full,
                HIGH.. => Level::High,
                MID.. => Level::Mid,
                _ => Level::Normal,
            }
        }
        _ => Level::Unknown,
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn instant(minute: i64) -> Timestamp {
    Timestamp::from_millis(minute.saturating_mul(60_000))
}
