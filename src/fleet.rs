//! Observations into devices: who is there, how recent, what they said last.

mod device;
mod rhythm;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use device::{Device, Latest};
pub use rhythm::Rhythm;

use crate::observation::{DeviceId, Notice, NoticeKind, Observation, Severity};
use crate::ordered::{OrderedMap, OrderedSet, behind, sort};
use crate::settings::{Site, holds};
use crate::time::Timestamp;

/// How recent what we know is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Freshness {
    /// As often as usual.
    Live,
    /// Only a stored message came, and its time is not known or long ago.
    RetainedOld,
    /// Never any message.
    NeverSeen,
    /// It was live when the last link that brings it went down, and others did not.
    Unseen,
    /// Later than usual.
    Late,
    /// Much later than usual.
    Stale,
    /// It said goodbye, or its will did.
    Offline,
}

/// How a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// On our clock.
    pub at: Timestamp,
    /// The broker had stored it: it says nothing about now.
    pub retained: bool,
    /// By which link.
    pub link: u32,
}

/// From when on silence counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// The links, and since when messages come by each without a break; `None`: none come now.
    pub links: Vec<(u32, Option<Timestamp>)>,
    /// Since when the site is open; `None`: it is closed, and silence is normal.
    pub open_since: Option<Timestamp>,
}

/// All devices.
#[derive(Debug, Default)]
pub struct Fleet {
    devices: OrderedMap<DeviceId, Device>,
    /// Those first that need somebody.
    order: Vec<DeviceId>,
    order_is_stale: bool,
    /// How often the order was made anew.
    order_revision: u64,
    changed: OrderedSet<DeviceId>,
    /// Counts messages, to know who spoke least recently.
    turn: u64,
}

/// More devices than this are not kept; the one silent for longest leaves, unless the site names it.
const LIMIT: usize = 10_000;

impl Fleet {
    /// Devices that the site names exist before they speak.
    pub fn name(&mut self, site: &Site) {
        for (rank, named) in (0..).zip(&site.devices) {
            self.device(&named.id).name_by_site(named, rank);
        }
        self.order_is_stale = true;
    }

    /// Folds what one message says of one device. Counts are folded by `series`; here they only tell what the device is.
    /// `before` each observation it is told what is folded, and since when the device was away or silent, if it was.
    pub fn apply<'o>(
        &mut self,
        id: &DeviceId,
        sender_unknown: bool,
        observations: impl IntoIterator<Item = &'o Observation>,
        heard: Heard,
        mut before: impl FnMut(&'o Observation, Option<Timestamp>),
    ) {
        let device = self.device(id);
        device.sender_unknown = sender_unknown;
        let mut renamed = false;
        for observation in observations {
            before(observation, device.back_since(observation, heard));
            renamed |= device.apply(observation, heard);
        }
        // Who looks for a name may have waited for it.
        self.order_is_stale |= renamed;
        self.changed.insert(id.clone());
    }

    /// A message came from this device; call once a message, after its observations.
    pub fn hear(&mut self, id: &DeviceId, sent_at: Option<Timestamp>, heard: Heard) {
        self.device(id).hear(sent_at, heard);
        self.changed.insert(id.clone());
    }

    /// A message that no mapping knows: shown as it is, under its device or topic.
    pub fn show(&mut self, id: &DeviceId, payload: &[u8], heard: Heard) {
        let device = self.device(id);
        device.sender_unknown = true;
        device.latest = Latest::of_bytes(payload);
        self.hear(id, None, heard);
    }

    /// Something to tell about a device.
    pub fn notice(&mut self, id: &DeviceId, severity: Severity, what: NoticeKind, at: Timestamp) {
        self.device(id).notice(Notice { severity, what, at });
        self.changed.insert(id.clone());
    }

    /// Looks how recent everybody is. Returns whether anything changed.
    pub fn tick(&mut self, now: Timestamp, watch: &Watch) -> bool {
        let mut any = false;
        for device in self.devices.values_mut() {
            any |= device.look(now, watch);
        }
        self.order_is_stale |= any;
        any
    }

    /// The wall clock was set back: what was heard by it is as long ago as it was.
    pub fn set_back(&mut self, by: Duration) {
        for (id, device) in &mut self.devices {
            device.set_back(by);
            self.changed.insert(id.clone());
        }
    }

    /// One device.
    pub fn get(&self, id: &DeviceId) -> Option<&Device> {
        self.devices.get(id)
    }

    /// All devices, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&DeviceId, &Device)> {
        self.devices.iter()
    }

    /// How many devices there are.
    pub fn len(&self) -> usize {
        self.devices.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.devices.is_empty()
    }

    /// All ids, those first that need somebody; then as the site names them, then by id.
    pub fn order(&mut self) -> &[DeviceId] {
        if self.order_is_stale {
            self.order_is_stale = false;
            self.order_revision += 1;
            let mut order: Vec<_> = self
                .devices
                .iter()
                .map(|(id, device)| ((device.urgency(), device.rank()), id))
                .collect();
            sort(&mut order);
            self.order = order.into_iter().map(|(_, id)| id.clone()).collect();
        }
        &self.order
    }

    /// Changes with whatever [`Fleet::order`] and [`Fleet::find`] depend on.
    pub fn order_revision(&mut self) -> u64 {
        self.order();
        self.order_revision
    }

    /// Those whose name or id holds the text and that are so recent, in [`Fleet::order`].
    pub fn find(&mut self, text: &str, freshness: Option<Freshness>) -> Vec<DeviceId> {
        self.order();
        let is_wanted = |id: &&DeviceId| {
            let device = self.devices.get(id);
            device.is_some_and(|device| {
                freshness.is_none_or(|wanted| device.freshness == wanted)
                    && (holds(id.as_str(), text) || device.is_called(text))
            })
        };
        self.order.iter().filter(is_wanted).cloned().collect()
    }

    /// Whether there is anything to be stored.
    pub fn has_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// The devices behind one that changed since they were taken last, in order.
    pub fn changed_behind(&self, after: Option<&DeviceId>) -> impl Iterator<Item = &DeviceId> {
        self.changed.range(behind(after))
    }

    /// Whether a device changed, to be stored, or to be deleted if it is gone; from then on it counts as stored.
    pub fn take_changed(&mut self, id: &DeviceId) -> bool {
        self.changed.remove(id)
    }

    /// Nothing is to be stored.
    pub fn forget_changed(&mut self) {
        self.changed.clear();
    }

    /// Puts a stored device back; one that has spoken already stays as it is.
    pub fn restore(&mut self, id: DeviceId, device: Device) {
        let known = self.devices.get(&id);
        if known.is_none() && self.devices.len() >= LIMIT {
            self.changed.insert(id);
            return;
        }
        if known.is_none_or(|known| known.received_at().is_none()) {
            let mut device = device;
            if let Some(known) = known {
                device.take_site_name(known);
            }
            self.devices.insert(id, device);
            self.order_is_stale = true;
        }
    }

    fn device(&mut self, id: &DeviceId) -> &mut Device {
        self.turn += 1;
        if !self.devices.contains_key(id) {
            if self.devices.len() >= LIMIT {
                self.drop_one();
            }
            self.order_is_stale = true;
        }
        let device = self.devices.entry(id.clone()).or_default();
        device.turn = self.turn;
        device
    }

    fn drop_one(&mut self) {
        let unnamed = self
            .devices
            .iter()
            .filter(|(_, device)| device.site_name().is_none());
        if let Some(id) = unnamed
            .min_by_key(|(_, device)| device.turn)
            .map(|(id, _)| id.clone())
        {
            self.devices.remove(&id);
            self.changed.insert(id);
        }
    }
}

#[cfg(test)]
mod tests;
