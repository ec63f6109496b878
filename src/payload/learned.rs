//! What earlier messages told and later ones leave out; bounded, least recently used out.

use crate::observation::DeviceId;
use crate::ordered::{OrderedMap, OrderedSet};

/// The memory of the mappings.
#[derive(Clone, Debug, Default)]
pub struct Learned {
    senders: Recent<Sender>,
    classes: Recent<OrderedSet<String>>,
}

#[derive(Clone, Debug)]
enum Sender {
    One(DeviceId),
    /// More than one device publishes under the prefix: it names nobody.
    Several,
}

impl Learned {
    /// A connection message under a topic prefix told the device's serial number.
    pub(super) fn sender_told(&mut self, prefix: &str, device: &DeviceId) {
        if prefix.len() > KEY_LIMIT {
            return;
        }
        let sender = self.senders.entry(prefix, || Sender::One(device.clone()));
        if matches!(sender, Sender::One(known) if known != device) {
            *sender = Sender::Several;
        }
    }

    /// Which device publishes under a topic prefix, if exactly one did so far.
    pub(super) fn sender(&mut self, prefix: &str) -> Option<DeviceId> {
        match self.senders.known(prefix)? {
            Sender::One(device) => Some(device.clone()),
            Sender::Several => None,
        }
    }

    /// A topic counts these classes now: those that it counted before and leaves out now are zero.
    pub(super) fn absent_classes(
        &mut self,
        topic: &str,
        present: &OrderedSet<String>,
    ) -> Vec<String> {
        if topic.len() > KEY_LIMIT {
            return Vec::new();
        }
        let seen = self.classes.entry(topic, OrderedSet::new);
        for class in present {
            if seen.len() < CLASSES {
                seen.insert(class.clone());
            }
        }
        seen.difference(present).cloned().collect()
    }
}

/// A map of at most [`ENTRIES`] entries.
#[derive(Clone, Debug)]
struct Recent<T> {
    entries: OrderedMap<String, (u64, T)>,
    uses: u64,
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self {
            entries: OrderedMap::new(),
            uses: 0,
        }
    }
}

impl<T> Recent<T> {
    fn known(&mut self, key: &str) -> Option<&T> {
        self.uses += 1;
        let (used, value) = self.entries.get_mut(key)?;
        *used = self.uses;
        Some(value)
    }

    fn entry(&mut self, key: &str, new: impl FnOnce() -> T) -> &mut T {
        self.uses += 1;
        if self.entries.len() >= ENTRIES && !self.entries.contains_key(key) {
            let oldest = self.entries.iter().min_by_key(|(_, (used, _))| *used);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                self.entries.remove(&oldest);
            }
        }
        let slot = self
            .entries
            .entry(key.to_owned())
            .or_insert_with(|| (0, new()));
        slot.0 = self.uses;
        &mut slot.1
    }
}

/// Devices of one site, with room to spare.
const ENTRIES: usize = 1024;

/// Bytes of a topic or prefix; a longer one is not remembered.
const KEY_LIMIT: usize = 256;

/// Classes that one device tells apart; detectors know at most some tens.
const CLASSES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_that_two_devices_use_names_neither() {
        let mut learned = Learned::default();
        let (first, second) = (DeviceId::new("ACCC8E000001"), DeviceId::new("ACCC8E000002"));
        learned.sender_told("lobby", &first);
        learned.sender_told("lobby", &first);
        assert_eq!(learned.sender("lobby"), Some(first.clone()));
        learned.sender_told("lobby", &second);
        learned.sender_told("lobby", &first);
        assert_eq!(learned.sender("lobby"), None);
    }

    #[test]
    fn the_least_recently_used_prefix_leaves_first() {
        let mut learned = Learned::default();
        let device = DeviceId::new("ACCC8E000001");
        for number in 0..ENTRIES {
            learned.sender_told(&number.to_string(), &device);
        }
        assert!(learned.sender("0").is_some());
        learned.sender_told("new", &device);
        assert!(learned.sender("0").is_some());
        assert!(learned.sender("1").is_none());
        assert_eq!(learned.senders.entries.len(), ENTRIES);
    }
}
