//! What of the series is to be stored, and putting back what was.

use super::gaps::{Gaps, Lost, Span};
use super::house::Part;
use super::line::Line;
use super::{LineKey, Series};
use crate::observation::DeviceId;
use crate::ordered::{OrderedMap, OrderedSet, behind};
use crate::time::Timestamp;

/// Parts that changed since they were taken last.
pub(crate) type Unstored = OrderedMap<(DeviceId, LineKey), OrderedSet<Part>>;

impl Series {
    /// The devices behind one of which something is to be stored, in order.
    pub(crate) fn unstored_behind(
        &self,
        after: Option<&DeviceId>,
    ) -> impl Iterator<Item = &DeviceId> {
        let is_unstored = |line: &Line| !line.unstored.is_empty();
        self.devices
            .range(behind(after))
            .filter(move |(_, lines)| lines.values().any(is_unstored))
            .map(|(device, _)| device)
    }

    /// Takes the list of what is to be stored of devices; from then on it counts as stored.
    pub(crate) fn take_unstored(&mut self, devices: &OrderedSet<DeviceId>) -> Unstored {
        let mut unstored = Unstored::new();
        for device in devices {
            for (key, line) in self.devices.get_mut(device).into_iter().flatten() {
                if !line.unstored.is_empty() {
                    let parts = std::mem::take(&mut line.unstored);
                    line.stored.extend(&parts);
                    unstored.insert((device.clone(), key.clone()), parts);
                }
            }
        }
        unstored
    }

    /// Stored parts of lines that are to be deleted.
    pub(crate) fn take_dropped(&mut self) -> OrderedMap<(DeviceId, LineKey), Vec<Part>> {
        std::mem::take(&mut self.house.dropped)
    }

    /// Whether gaps are to be stored; from then on they count as stored.
    pub(crate) const fn take_gaps(&mut self) -> bool {
        std::mem::replace(&mut self.house.gaps_unstored, false)
    }

    /// One line.
    pub(crate) fn line(&self, device: &DeviceId, key: &LineKey) -> Option<&Line> {
        self.devices.get(device)?.get(key)
    }

    /// The first minute that is kept; of what came before only the last total of each counter is.
    pub(crate) const fn oldest(&self) -> i64 {
        self.house.oldest
    }

    pub(crate) const fn gaps(&self) -> &Gaps {
        &self.gaps
    }

    pub(crate) const fn silences(&self) -> &Gaps {
        &self.silences
    }

    /// Puts a stored part of a line back; what is known stays.
    pub(crate) fn restore(
        &mut self,
        device: DeviceId,
        key: LineKey,
        first_known: Timestamp,
        part: Part,
        restore: impl FnOnce(&mut Line),
    ) {
        let is_new = self.line(&device, &key).is_none();
        if is_new && !self.make_room(&device, &key) {
            return;
        }
        self.revision += 1;
        self.lines += usize::from(is_new);
        let line = self.devices.entry(device).or_default().entry(key);
        let line = line.or_insert_with(|| {
            let mut line = Line::new(first_known);
            line.unstored.clear();
            line
        });
        line.first_known = line.first_known.min(first_known);
        line.used = self.revision;
        line.stored.insert(part);
        restore(line);
        line.changes.note(self.revision, i64::MIN);
    }

    /// Puts a stored gap back.
    pub(crate) fn restore_gap(&mut self, lost: &Lost, span: Span) {
        if let Some(from) = self.gaps.add(lost, span) {
            self.revision += 1;
            self.gaps_changes.note(self.revision, from.minute());
        }
    }

    /// Puts a stored silence back.
    pub(crate) fn restore_silence(&mut self, silent: &Lost, span: Span) {
        if let Some(from) = self.silences.add(silent, span) {
            self.revision += 1;
            self.gaps_changes.note(self.revision, from.minute());
        }
    }
}
