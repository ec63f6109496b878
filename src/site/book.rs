//! One day of the site: what each reading, door and zone counted, minute by minute.

use super::bars::together;
use super::curve::{DoorCurve, ZoneCurve};
use super::plan::Plan;
use crate::series::{BucketState, Course, Followed, Lump, Series, Total};
use crate::time::{Calendar, SiteDay, Timestamp};

/// One day, kept up to date incrementally.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) day: SiteDay,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    readings: Vec<Option<Followed>>,
    /// The series' revision up to which it was read.
    seen: Option<u64>,
    pub(super) doors: Vec<DoorCurve>,
    pub(super) zones: Vec<ZoneCurve>,
}

/// What a refresh changed.
#[derive(Debug)]
pub(super) struct Changed {
    /// By door: whether anything of it may have.
    pub(super) doors: Vec<bool>,
    /// By zone: the first minute (since the Unix epoch) that may have.
    pub(super) zones: Vec<Option<i64>>,
}

impl Book {
    pub(super) fn new(plan: &Plan, calendar: &Calendar, day: SiteDay) -> Self {
        let (start, end) = (calendar.start(day), calendar.start(day.next()));
        Self {
            day,
            start,
            end,
            readings: plan.readings.iter().map(|_| None).collect(),
            seen: None,
            doors: plan.doors.iter().map(|_| DoorCurve::default()).collect(),
            zones: plan.zones.iter().map(|_| ZoneCurve::default()).collect(),
        }
    }

    /// Reads what changed in the series, and goes on to `now`.
    pub(super) fn refresh(&mut self, plan: &Plan, series: &Series, now: Timestamp) -> Changed {
        let mut changed = vec![None; plan.readings.len()];
        let is_new = self.seen.is_none();
        if self.seen.replace(series.revision()) != Some(series.revision()) {
            let readings = plan
                .readings
                .iter()
                .zip(&mut self.readings)
                .zip(&mut changed);
            for ((reading, followed), changed) in readings {
                let line = (&reading.device, &reading.line, reading.channel);
                *changed = series.follow(line, self.start, self.end, followed);
            }
        }
        let first = self.start.minute();
        let length = now
            .min(self.end.before(std::time::Duration::from_millis(1)))
            .minute()
            - first
            + 1;
        let length = usize::try_from(length).unwrap_or(0);
        let mut doors_changed = Vec::with_capacity(plan.doors.len());
        let mut doors_read = Vec::with_capacity(plan.doors.len());
        let mut positions = Vec::with_capacity(plan.doors.len());
        for (door, curve) in plan.doors.iter().zip(&mut self.doors) {
            let readings = &self.readings;
            let course =
                |reading: &usize| readings[*reading].as_ref().map(|followed| &followed.course);
            let entered: Vec<_> = door.entered.iter().map(course).collect();
            let exited: Vec<_> = door.exited.iter().map(course).collect();
            let changed = door.readings().filter_map(|reading| changed[reading]).min();
            let position = curve.refresh(&entered, &exited, first, changed, length);
            doors_read.push(changed);
            doors_changed.push(changed.is_some() || position.is_some());
            positions.push(position);
        }
        let mut zones_changed = Vec::with_capacity(plan.zones.len());
        for (zone, curve) in plan.zones.iter().zip(&mut self.zones) {
            let from = zone
                .doors
                .iter()
                .filter_map(|(door, _)| positions[*door])
                .min();
            if is_new
                || zone
                    .doors
                    .iter()
                    .any(|(door, _)| doors_read[*door].is_some())
            {
                let readings = zone
                    .doors
                    .iter()
                    .flat_map(|(door, _)| plan.doors[*door].readings());
                let courses = readings.map(|reading| {
                    self.readings[reading]
                        .as_ref()
                        .map(|followed| &followed.course)
                });
                curve.note_blind(self.start, self.end, courses);
            }
            let doors = zone
                .doors
                .iter()
                .map(|(door, sign)| (&self.doors[*door], *sign));
            let begun = curve.refresh(doors, from, length);
            let drawn_from = from.into_iter().chain(begun).min();
            let drawn_from = drawn_from.map(|index| first + i64::try_from(index).unwrap_or(0));
            // Bars hold what is already counted in minutes still to come, which no curve has.
            let read_from = zone.doors.iter().filter_map(|(door, _)| doors_read[*door]);
            zones_changed.push(drawn_from.into_iter().chain(read_from).min());
        }
        Changed {
            doors: doors_changed,
            zones: zones_changed,
        }
    }

    /// What a reading counted; `None`: it never spoke.
    pub(super) fn course(&self, reading: usize) -> Option<&Course> {
        self.readings[reading]
            .as_ref()
            .map(|followed| &followed.course)
    }

    /// The whole day of some readings together; `None`: none of them ever spoke.
    pub(super) fn total(&self, readings: &[usize]) -> Option<Total> {
        let known = readings.iter().filter_map(|reading| self.course(*reading));
        known.map(Course::total).reduce(Total::and)
    }

    /// How many some readings counted together within a span, as far as it lies in this day.
    pub(super) fn between(&self, readings: &[usize], from: Timestamp, until: Timestamp) -> u64 {
        let (from, until) = (from.max(self.start), until.min(self.end));
        if from >= until {
            return 0;
        }
        let known = readings.iter().filter_map(|reading| self.course(*reading));
        known.fold(0, |sum, course| {
            sum.saturating_add(course.between(from, until))
        })
    }

    /// Who was told of by some readings within a span of this day, and may have passed before it.
    pub(super) fn lumps(
        &self,
        readings: &[usize],
        from: Timestamp,
        until: Timestamp,
    ) -> impl Iterator<Item = &Lump> {
        let known = readings.iter().filter_map(|reading| self.course(*reading));
        known.flat_map(move |course| course.lumps_told(from, until))
    }

    /// How far the counts of some readings within a span can be trusted.
    pub(super) fn state(
        &self,
        readings: impl Iterator<Item = usize>,
        from: Timestamp,
        until: Timestamp,
        now: Timestamp,
    ) -> BucketState {
        let state = |reading| {
            self.course(reading)
                .map_or(BucketState::Gap, |course| course.state(from, until, now))
        };
        readings
            .map(state)
            .reduce(together)
            .unwrap_or(BucketState::Gap)
    }
}
