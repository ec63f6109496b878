//! Counts into places: doors, zones, occupancy, the site's day.
//!
//! [`Places`] follows the series: after each [`Places::refresh`] it holds what pages show, recomputed only where something
//! changed. Today's and yesterday's minutes are kept as curves; older ones are not asked for.

mod bars;
mod book;
mod columns;
mod curve;
mod figures;
mod plan;
mod trace;

use serde::{Deserialize, Serialize};

use crate::fleet::{Fleet, Freshness};
use crate::observation::{Channel, DeviceId, LineId};
use crate::series::{Series, Total};
use crate::settings::Site;
use crate::time::{Calendar, Timestamp};
use book::Book;
use plan::Plan;
use trace::Trace;

pub use bars::{Bucket, Earlier};
pub use columns::Column;
pub use figures::LAST_HOUR_SPAN;

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

/// What a zone shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZoneFigures {
    /// Which zone.
    pub id: String,
    /// People present; `None`: no door has spoken, or others were not heard yet.
    pub occupancy: Option<u64>,
    /// Of the site's day.
    pub entered: Total,
    /// Of the site's day.
    pub exited: Total,
    /// Doors.
    pub doors: u32,
    /// Doors whose every reading is known and of whose devices none is late.
    pub doors_counting: u32,
    /// The ids of the others.
    pub doors_missing: Vec<String>,
    /// The most people present today, and when.
    pub peak: Option<(u64, Timestamp)>,
    /// How full.
    pub level: Level,
    /// Since when.
    pub level_since: Option<Timestamp>,
}

/// What a door shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorFigures {
    /// Which door.
    pub id: String,
    /// Of the site's day; `None`: never spoken.
    pub entered: Option<Total>,
    /// Of the site's day; `None`: never spoken.
    pub exited: Option<Total>,
    /// Entered in the last hour, in spans of three minutes, oldest first; `None`: a gap.
    pub last_hour: Vec<Option<u32>>,
    /// How recent its devices are: the worst of them.
    pub freshness: Freshness,
    /// Every reading of it is known, and none of its devices is late.
    pub counting: bool,
}

/// A site and what its doors and zones show.
#[derive(Debug, Default)]
pub struct Places {
    site: Option<Site>,
    plan: Plan,
    calendar: Option<Calendar>,
    now: Option<Timestamp>,
    books: Option<Books>,
    traces: Vec<Trace>,
    zones: Vec<ZoneFigures>,
    doors: Vec<DoorFigures>,
    revision: u64,
    /// By zone: when its rows changed last; `None`: nothing was ever known of it.
    changed: Vec<Option<Look>>,
}

/// A refresh, and when it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    revision: u64,
    at: Timestamp,
}

/// The site's days whose minutes are known.
#[derive(Debug)]
struct Books {
    today: Book,
    yesterday: Book,
}

impl Places {
    /// A site that nobody has told anything yet.
    pub fn new(site: Site) -> Self {
        let plan = Plan::new(&site);
        Self {
            zones: plan
                .zones
                .iter()
                .map(|zone| ZoneFigures::unknown(&zone.id))
                .collect(),
            doors: plan
                .doors
                .iter()
                .map(|door| DoorFigures::unknown(&door.id))
                .collect(),
            traces: site.zones.iter().map(|_| Trace::default()).collect(),
            changed: site.zones.iter().map(|_| None).collect(),
            plan,
            site: Some(site),
            ..Self::default()
        }
    }

    /// The site; `None`: none is configured.
    pub const fn site(&self) -> Option<&Site> {
        self.site.as_ref()
    }

    /// The lines that the site counts with, for [`Series::pin`].
    pub fn lines(&self) -> impl Iterator<Item = (DeviceId, LineId, Channel)> {
        let readings = self.plan.readings.iter();
        readings.map(|reading| {
            (
                reading.device.clone(),
                reading.line.clone(),
                reading.channel,
            )
        })
    }

    /// The ids of the doors that count with a line.
    pub fn doors_of(&self, device: &DeviceId, line: &LineId, channel: Channel) -> Vec<String> {
        let doors = self.site.iter().flat_map(|site| &site.doors);
        let theirs = doors.filter(|door| {
            let mut readings = door.entered.iter().chain(&door.exited);
            readings.any(|reading| {
                reading.device == *device && reading.line == *line && reading.channel == channel
            })
        });
        theirs.map(|door| door.id.clone()).collect()
    }

    /// The devices of the door at that place of the site's order.
    pub fn devices_of_door(&self, place: usize) -> impl Iterator<Item = &DeviceId> + Clone {
        let door = self.plan.doors.get(place);
        door.into_iter().flat_map(|door| self.plan.devices(door))
    }

    /// The devices of a zone.
    pub fn devices_of_zone(&self, zone: &str) -> impl Iterator<Item = &DeviceId> + Clone {
        let mut zones = self.plan.zones.iter();
        let zone = zones.find(|known| known.id == zone);
        let doors = zone.into_iter().flat_map(|zone| &zone.doors);
        doors.flat_map(|(door, _)| self.plan.devices(&self.plan.doors[*door]))
    }

    /// Brings everything up to date. Cheap where nothing changed; meant to be called when figures are asked for, and at
    /// least every few seconds, so that charts of seconds have no holes.
    pub fn refresh(&mut self, series: &Series, fleet: &Fleet, calendar: &Calendar, now: Timestamp) {
        if self.site.is_none() {
            return;
        }
        let mut books = self.open(calendar, now);
        self.revision += 1;
        let yesterday = books
            .yesterday
            .refresh(&self.plan, series, books.yesterday.end);
        let today = books.today.refresh(&self.plan, series, now);
        let of_both = (&books.today, &books.yesterday);
        for (index, door) in self.plan.doors.iter().enumerate() {
            let freshness = figures::freshness(&self.plan, door, fleet);
            let shown = &mut self.doors[index];
            if today.doors[index] || yesterday.doors[index] || shown.freshness != freshness {
                *shown = figures::door(door, freshness, of_both, now);
            }
        }
        for index in 0..self.plan.zones.len() {
            let changed = yesterday.zones[index].or(today.zones[index]);
            let missing = figures::missing(&self.plan.zones[index], &self.doors);
            let shown = &mut self.zones[index];
            if changed.is_some() || shown.doors_missing != missing {
                *shown = figures::zone(&self.plan.zones[index], index, &books.today, missing, now);
            }
            let is_new = self.traces[index].look(now, shown.occupancy);
            if changed.is_some() || is_new {
                let revision = self.revision;
                self.changed[index] = Some(Look { revision, at: now });
            }
        }
        self.books = Some(books);
        self.now = Some(now);
    }

    /// The books of the day of `now` and the day before.
    fn open(&mut self, calendar: &Calendar, now: Timestamp) -> Books {
        let day = calendar.day(now);
        if self.calendar.as_ref() != Some(calendar) {
            self.calendar = Some(calendar.clone());
            self.books = None;
        }
        let new = |day| Book::new(&self.plan, calendar, day);
        match self.books.take() {
            Some(books) if books.today.day == day => books,
            Some(books) if books.today.day.next() == day => Books {
                today: new(day),
                yesterday: books.today,
            },
            _ => Books {
                today: new(day),
                yesterday: new(day.previous()),
            },
        }
    }

    /// All zones, in the site's order.
    pub fn zones(&self) -> impl Iterator<Item = &ZoneFigures> {
        self.zones.iter()
    }

    /// All doors, in the site's order.
    pub fn doors(&self) -> impl Iterator<Item = &DoorFigures> {
        self.doors.iter()
    }

    /// The last refresh, to be remembered for [`Places::has_changed`]; `None`: there was none.
    pub fn look(&self) -> Option<Look> {
        let revision = self.revision;
        self.now.map(|at| Look { revision, at })
    }

    /// Whether rows of a zone may be others than after a former refresh, beside those that are new because time passes.
    pub fn has_changed(&self, zone: &str, since: Look) -> bool {
        let changed = self.position(zone).and_then(|zone| self.changed[zone]);
        // At the very instant at which a blindness ends a bar is all blind, and right after it is not.
        changed.is_some_and(|last| last.revision > since.revision || last.at >= since.at)
    }

    fn position(&self, zone: &str) -> Option<usize> {
        self.site
            .as_ref()?
            .zones
            .iter()
            .position(|known| known.id == zone)
    }
}

#[cfg(test)]
mod tests;
