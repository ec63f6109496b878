//! State into what pages are told: all levels, and the rows of their charts that they do not have yet.

use std::time::Duration;

use super::connection::{Connection, Purpose};
use super::pages::{self, Page};
use super::wire::{
    DayView, DeviceView, DoorName, DoorView, Levels, NoticeView, PageId, Reply, RollUp, SiteView,
    Summary, Update, ZoneName, ZoneView,
};
use super::{Engine, Output};
use crate::fleet::{Device, Freshness, Latest};
use crate::observation::DeviceId;
use crate::settings::{Name, Sign, ZoneDoor};
use crate::time::Timestamp;

impl Engine {
    /// Spends the credits of those pages for which something changed.
    pub(super) fn flush(&mut self) {
        let now = self.now.monotonic;
        let ready: Vec<PageId> = self
            .pages
            .iter()
            .filter(|(_, page)| {
                page.credit && page.dirty && page.rests_until.is_none_or(|until| until <= now)
            })
            .map(|(id, _)| *id)
            .collect();
        if ready.is_empty() {
            return;
        }
        self.refresh();
        for id in ready {
            let Some(mut page) = self.pages.remove(&id) else {
                continue;
            };
            page.dirty = false;
            let levels = self.levels(&mut page);
            let mut update = Update {
                at: Some(self.now.wall),
                levels: page.news(levels),
                ..Update::default()
            };
            let mut floats = Vec::new();
            for watching in page.watches.values_mut() {
                self.rows(watching, &mut update, &mut floats);
            }
            if update.is_empty() {
                // Looked at again with the next change, but not with each of ten thousand a second.
                page.rests_until = Some(now.after(pages::REST));
            } else {
                page.credit = false;
                self.outputs
                    .push_back(Output::Reply(id, Reply::Update(Box::new(update)), floats));
            }
            self.pages.insert(id, page);
        }
    }

    /// Everything that a page may know.
    fn levels(&mut self, page: &mut Page) -> Levels {
        let (ids, found) = page.find(&mut self.fleet);
        Levels {
            site: Some(self.site_view()),
            links: Some(
                self.links
                    .values()
                    .filter(|link| link.purpose == Purpose::Keep)
                    .map(Connection::view)
                    .collect(),
            ),
            storage: Some(self.keeping.view),
            day: self.day_view(),
            zones: self.zone_views(),
            doors: self.door_views(),
            found: Some(found),
            order: Some(ids.iter().map(ToString::to_string).collect()),
            devices: ids
                .iter()
                .filter_map(|id| Some(self.device_view(id, self.fleet.get(id)?)))
                .collect(),
            roll_up: Some(self.roll_up()),
            warnings: Some(self.warnings.views()),
        }
    }

    fn site_view(&self) -> SiteView {
        let zone = self.zone.as_ref().map(|zone| zone.name.clone());
        let zone = zone.unwrap_or_default();
        let Some(site) = self.places.site() else {
            return SiteView {
                time_zone: zone,
                demo: self.demo,
                ..SiteView::default()
            };
        };
        let outward = |door: &&ZoneDoor| door.sign == Sign::Outward;
        let id = |door: &ZoneDoor| door.door.clone();
        let zones = site.zones.iter().map(|zone| ZoneName {
            id: zone.id.clone(),
            name: zone.name.clone(),
            capacity: zone.capacity,
            doors: zone.doors.iter().map(id).collect(),
            outward: zone.doors.iter().filter(outward).map(id).collect(),
        });
        let doors = site.doors.iter().map(|door| DoorName {
            id: door.id.clone(),
            name: door.name.clone(),
        });
        SiteView {
            name: site.name.clone(),
            time_zone: zone,
            simulated: self.simulation.is_some(),
            demo: self.demo,
            zones: zones.collect(),
            doors: doors.collect(),
        }
    }

    /// The site's day.
    pub(super) fn day_view(&self) -> Option<DayView> {
        let calendar = self.calendar()?;
        let day = calendar.day(self.now.wall);
        let (start, end) = (calendar.start(day), calendar.start(day.next()));
        let (from, to) = self.open_span().unwrap_or((start, end));
        Some(DayView {
            start,
            end,
            from,
            to,
        })
    }

    /// The hours of the day that its charts show: opening hours with a margin.
    fn open_span(&self) -> Option<(Timestamp, Timestamp)> {
        let calendar = self.calendar()?;
        let hours = self.places.site()?.hours.as_ref()?;
        let (from, to) = hours.span(calendar, calendar.day(self.now.wall))?;
        Some((from.before(MARGIN), to.after(MARGIN)))
    }

    /// Until when messages of these devices came, if none can come now: while no link by which they come sees, what follows
    /// is not known. `None`: they come, or never did.
    pub(super) fn seen_until<'a>(
        &self,
        devices: impl Iterator<Item = &'a DeviceId> + Clone,
    ) -> Option<Timestamp> {
        if self.simulation.is_some() {
            return None;
        }
        let kept = self.links.values();
        let kept = kept.filter(|connection| connection.purpose == Purpose::Keep);
        let carries =
            |connection: &Connection, device: &DeviceId| connection.devices.contains(device);
        // Who has not spoken yet may come by any of them.
        let is_told = (devices.clone()).all(|id| kept.clone().any(|link| carries(link, id)));
        let theirs = kept.filter(|link| !is_told || devices.clone().any(|id| carries(link, id)));
        if theirs.clone().any(Connection::sees) {
            return None;
        }
        // Also of a broker that is not connected any more.
        let stored = self.memories.values().filter(|_| !is_told);
        let stored = stored.filter_map(|memory| memory.listened.until);
        theirs
            .filter_map(|connection| connection.blind_since)
            .chain(stored)
            .max()
    }

    /// Since when the site is open; a site that does not tell its hours is always open.
    pub(super) fn open_since(&self, now: Timestamp) -> Option<Timestamp> {
        let hours = self.places.site().and_then(|site| site.hours.as_ref());
        match (hours, self.calendar()) {
            (Some(hours), Some(calendar)) => hours.open_since(calendar, now),
            _ => Some(Timestamp::from_millis(0)),
        }
    }

    /// Computes doors and zones anew.
    fn refresh(&mut self) {
        if let Some(zone) = &self.zone {
            self.places
                .refresh(&self.series, &self.fleet, &zone.calendar, self.now.wall);
        }
    }

    fn zone_views(&self) -> Vec<ZoneView> {
        let view = |zone: &crate::site::ZoneFigures| ZoneView {
            id: zone.id.clone(),
            occupancy: zone.occupancy,
            entered: zone.entered,
            exited: zone.exited,
            doors_counting: zone.doors_counting,
            doors: zone.doors,
            doors_missing: zone.doors_missing.clone(),
            peak: zone.peak,
            level: zone.level,
            level_since: zone.level_since,
        };
        self.places.zones().map(view).collect()
    }

    fn door_views(&self) -> Vec<DoorView> {
        let unseen = |place| {
            let until = self.seen_until(self.places.devices_of_door(place));
            until.map_or(0, |until| {
                let span = crate::site::LAST_HOUR_SPAN.as_millis();
                let spans = self.now.wall.since(until).as_millis() / span;
                usize::try_from(spans).unwrap_or(usize::MAX)
            })
        };
        let view = |(place, door): (usize, &crate::site::DoorFigures)| {
            let mut last_hour = door.last_hour.clone();
            for people in last_hour.iter_mut().rev().take(unseen(place)) {
                *people = people.filter(|people| *people > 0);
            }
            DoorView {
                id: door.id.clone(),
                entered: door.entered,
                exited: door.exited,
                last_hour,
                freshness: door.freshness,
            }
        };
        self.places.doors().enumerate().map(view).collect()
    }

    /// A counter's day in a line: as its door counts it, where it serves one, because the site knows which way is in.
    fn counts_of(&self, id: &DeviceId) -> Summary {
        if let Some(flow) = self.flow_of(id) {
            return flow;
        }
        let Some(day) = self.day_view() else {
            return Summary::Nothing;
        };
        let counts = self
            .series
            .summary(id, day.start, day.end)
            .unwrap_or_default();
        match (
            counts.entered,
            counts.exited,
            counts.crossed,
            counts.present,
        ) {
            (None, None, Some(crossed), _) => Summary::Crossed(crossed),
            (None, None, None, Some(present)) => Summary::Present(present),
            (None, None, None, None) => Summary::Nothing,
            (entered, exited, ..) => Summary::Flow {
                entered: entered.unwrap_or(0),
                exited: exited.unwrap_or(0),
            },
        }
    }

    fn flow_of(&self, id: &DeviceId) -> Option<Summary> {
        let doors = self.places.site().into_iter().flat_map(|site| &site.doors);
        let mut served = doors.zip(self.places.doors()).filter(|(door, _)| {
            let mut readings = door.entered.iter().chain(&door.exited);
            readings.all(|reading| reading.device == *id)
        });
        let (_, figures) = served.next()?;
        match (figures.entered, figures.exited, served.next()) {
            (Some(entered), Some(exited), None) => Some(Summary::Flow {
                entered: entered.value,
                exited: exited.value,
            }),
            _ => None,
        }
    }

    fn roll_up(&self) -> RollUp {
        let mut roll_up = RollUp::default();
        for (_, device) in self.fleet.iter() {
            let count = match device.freshness {
                Freshness::Live => &mut roll_up.live,
                Freshness::RetainedOld => &mut roll_up.retained_old,
                Freshness::NeverSeen => &mut roll_up.never_seen,
                Freshness::Unseen => &mut roll_up.unseen,
                Freshness::Late => &mut roll_up.late,
                Freshness::Stale => &mut roll_up.stale,
                Freshness::Offline => &mut roll_up.offline,
            };
            *count += 1;
        }
        roll_up
    }

    fn device_view(&self, id: &DeviceId, device: &Device) -> DeviceView {
        let own_name = device.own_name().map(Name::plain);
        let notices = device.notices().take(NOTICES).map(|notice| NoticeView {
            severity: notice.severity,
            what: notice.what.clone(),
            at: notice.at,
        });
        DeviceView {
            id: id.to_string(),
            name: device.site_name().cloned().or(own_name),
            sender_unknown: device.sender_unknown,
            kind: device.kind(),
            presence: device.presence(),
            freshness: device.freshness,
            last_received_at: device.received_at(),
            usual_ms: device
                .rhythm()
                .usual()
                .map(|usual| u64::try_from(usual.as_millis()).unwrap_or(u64::MAX)),
            summary: self.summary(id, device),
            notices: notices.collect(),
        }
    }

    fn summary(&self, id: &DeviceId, device: &Device) -> Summary {
        match &device.latest {
            Latest::Nothing => Summary::Nothing,
            Latest::Counts => self.counts_of(id),
            Latest::Present(value) => Summary::Present(*value),
            Latest::State {
                name,
                active,
                since,
            } => Summary::State {
                name: name.clone(),
                active: *active,
                since: *since,
            },
            Latest::Measurement { name, value } => Summary::Measurement {
                name: name.clone(),
                value: *value,
            },
            Latest::Text(text) => Summary::Text(text.clone()),
            Latest::Binary { length, first } => Summary::Binary {
                length: *length,
                first: first.clone(),
            },
        }
    }
}

/// People come before a door opens and leave after it closes.
const MARGIN: Duration = Duration::from_secs(3600);

/// A card has room for no more.
const NOTICES: usize = 3;
