//! State into records that the browser keeps, and back: at once while deliveries wait, else part by part.

use super::connection::Purpose;
use super::keeping::Extent;
use super::wire::{Odd, StorageView};
use super::{Engine, LinkId, Output, StoreFault};
use crate::observation::DeviceId;
use crate::ordered::OrderedSet;
use crate::settings::ProfileId;
use crate::snapshot::{self, LinkMemory, Listened, Record, RecordError};

impl Engine {
    /// Puts back what was stored. Records that cannot be read are said; they stay until what they hold is stored anew.
    pub(super) fn restore(&mut self, outcome: Result<Vec<Record>, StoreFault>) {
        match outcome {
            Err(fault) => self.keeping.refuse(fault),
            Ok(records) => {
                self.keeping.view = StorageView::Kept;
                let simulated = self.put_simulation_aside();
                for record in records {
                    if let Err(error) = self.restore_record(&record) {
                        self.keeping.view = StorageView::KeptInPart;
                        let (odd, now) = (Odd::Record(error), self.now.wall);
                        self.warnings.count("storage", odd, &record.key, now);
                    }
                }
                self.put_simulation_back(simulated);
                let memories = self.memories.values();
                self.stored_until = memories.filter_map(|memory| memory.listened.until).max();
            }
        }
        self.open_waiting();
    }

    fn restore_record(&mut self, record: &Record) -> Result<(), RecordError> {
        let (key, bytes) = (record.key.as_str(), record.bytes.as_slice());
        if let Some(device) = snapshot::read_device(key, bytes) {
            device.map(|(id, device)| self.fleet.restore(id, device))
        } else if let Some(memory) = snapshot::read_link(key, bytes) {
            memory.map(|(profile, memory)| {
                self.memories.insert(profile, memory);
            })
        } else {
            snapshot::restore_counts(key, bytes, &mut self.series)
                .unwrap_or(Err(RecordError::Version))
        }
    }

    /// Stores what deliveries wait for, and of what else changed the next part, if it is time.
    pub(super) fn store(&mut self) {
        let now = self.now.monotonic;
        // Whatever is counted, a device has said.
        let Some(extent) = self.keeping.due(now, self.fleet.has_changed()) else {
            return;
        };
        // Without counts the rest would claim to be newer than they are.
        let Some(calendar) = self.calendar().cloned() else {
            return;
        };
        let mut devices = self.keeping.take_awaited();
        let mut records = self.sweep(extent, &mut devices);
        if self.keeping.take_links() {
            records.extend(self.memories.iter().map(|(profile, memory)| Record {
                key: snapshot::link_key(profile),
                bytes: snapshot::write_link(memory),
            }));
        }
        records.extend(snapshot::take_counts(&mut self.series, &calendar, &devices));
        let id = self.keeping.begin();
        self.outputs.push_back(Output::Store(id, records));
    }

    /// Goes on with the sweep over all devices of which anything changed: those whose counts are to be stored now, and the
    /// records of everything else.
    fn sweep(&mut self, extent: Extent, devices: &mut OrderedSet<DeviceId>) -> Vec<Record> {
        let now = self.now.monotonic;
        let under_way = self.keeping.take_sweep();
        let after = under_way.as_ref().and_then(|sweep| sweep.after.clone());
        let mut part = self.changed_behind(after.as_ref(), extent.devices().saturating_add(1));
        let ends = part.len() <= extent.devices();
        if extent == Extent::Awaited && (under_way.is_some() || !ends) {
            self.keeping.put_back(under_way);
            return Vec::new();
        }
        let mut sweep = under_way.unwrap_or_else(|| {
            let links = self.links.keys();
            let listened = links.filter_map(|link| self.listened(*link)).collect();
            self.keeping.begin_sweep(now, listened)
        });
        part.truncate(extent.devices());
        sweep.after = part.last().cloned();
        let mut records = Vec::new();
        for id in part {
            if self.fleet.take_changed(&id) {
                let device = self.fleet.get(&id);
                records.push(Record {
                    key: snapshot::device_key(&id),
                    bytes: device.map(snapshot::write_device).unwrap_or_default(),
                });
            }
            devices.insert(id);
        }
        if ends {
            // Before, what is known of the links is older, and takes more for a gap than was one.
            records.extend(snapshot::take_gaps(&mut self.series));
            let listened = self.keeping.end_sweep(sweep);
            self.note_listened(listened);
            self.keeping.keep_links();
        } else {
            self.keeping.put_off(now, sweep);
        }
        records
    }

    /// The next devices behind one of which anything is to be stored, in order.
    fn changed_behind(&self, after: Option<&DeviceId>, most: usize) -> Vec<DeviceId> {
        let counted = self.series.unstored_behind(after).take(most);
        let said = self.fleet.changed_behind(after).take(most);
        let both: OrderedSet<DeviceId> = counted.chain(said).cloned().collect();
        both.into_iter().take(most).collect()
    }

    /// So far was listened to what is known of these brokers.
    pub(super) fn note_listened(
        &mut self,
        listened: impl IntoIterator<Item = (ProfileId, Listened)>,
    ) {
        for (profile, mut listened) in listened {
            let link = self.link_of(&profile);
            // What is known of one that was closed since was noted when it was.
            let Some(connection) = link.and_then(|link| self.links.get(&link)) else {
                continue;
            };
            // The session may have been begun anew since.
            listened.is_answered &= connection.unanswered.is_empty();
            if let Some(memory) = self.memories.get_mut(&profile) {
                memory.listened = listened;
            }
        }
    }

    /// Of a broker that is deleted nothing is known but until when it was listened to: it may be added again, and what was missed
    /// meanwhile was missed.
    pub(super) fn forget(&mut self, profile: &ProfileId) {
        if let Some(memory) = self.memories.get_mut(profile) {
            let until = memory.listened.until;
            *memory = LinkMemory::default();
            memory.listened.until = until;
            self.keeping.keep_links();
        }
    }

    /// How far a link has listened, if what it hears counts.
    pub(super) fn listened(&self, id: LinkId) -> Option<(ProfileId, Listened)> {
        let connection = self.links.get(&id)?;
        let until = if connection.sees() {
            // Not now: whether the connection still lives is not known before the next byte.
            Some(connection.heard_at)
        } else {
            connection.blind_since
        };
        let listened = Listened {
            until,
            unkept: connection.unkept.clone(),
            is_answered: connection.unanswered.is_empty(),
        };
        (connection.purpose == Purpose::Keep).then(|| (connection.profile.id.clone(), listened))
    }
}
