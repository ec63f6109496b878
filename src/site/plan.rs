//! A site's doors and zones → positions, so that nothing is looked up by name while counting.

use crate::observation::DeviceId;
use crate::settings::{ReadingRef, Sign, Site};

/// Which readings each door has, and which doors each zone.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    /// Every reading of the site once.
    pub(super) readings: Vec<ReadingRef>,
    pub(super) doors: Vec<PlanDoor>,
    pub(super) zones: Vec<PlanZone>,
}

/// A door's readings, by position.
#[derive(Clone, Debug, Default)]
pub(super) struct PlanDoor {
    pub(super) id: String,
    pub(super) entered: Vec<usize>,
    pub(super) exited: Vec<usize>,
}

/// A zone's doors, by position.
#[derive(Clone, Debug, Default)]
pub(super) struct PlanZone {
    pub(super) id: String,
    pub(super) doors: Vec<(usize, Sign)>,
    /// The readings that count people into the zone.
    pub(super) entered: Vec<usize>,
    /// The readings that count people out of it.
    pub(super) exited: Vec<usize>,
    pub(super) capacity: Option<u64>,
}

impl PlanDoor {
    /// All its readings.
    pub(super) fn readings(&self) -> impl Iterator<Item = usize> + Clone {
        self.entered.iter().chain(&self.exited).copied()
    }
}

impl Plan {
    pub(super) fn new(site: &Site) -> Self {
        let mut plan = Self::default();
        for door in &site.doors {
            let entered = door
                .entered
                .iter()
                .map(|reading| plan.position(reading))
                .collect();
            let exited = door
                .exited
                .iter()
                .map(|reading| plan.position(reading))
                .collect();
            let id = door.id.clone();
            plan.doors.push(PlanDoor {
                id,
                entered,
                exited,
            });
        }
        for zone in &site.zones {
            // A door that the site does not have was said to be a mistake when the configuration was read.
            let known = zone.doors.iter().filter_map(|part| {
                let position = site.doors.iter().position(|door| door.id == part.door)?;
                Some((position, part.sign))
            });
            let doors: Vec<_> = known.collect();
            let (entered, exited) = plan.flows(&doors);
            plan.zones.push(PlanZone {
                id: zone.id.clone(),
                doors,
                entered,
                exited,
                capacity: zone.capacity,
            });
        }
        plan
    }

    fn position(&mut self, reading: &ReadingRef) -> usize {
        let known = self.readings.iter().position(|known| known == reading);
        known.unwrap_or_else(|| {
            self.readings.push(reading.clone());
            self.readings.len() - 1
        })
    }

    /// The devices of a door.
    pub(super) fn devices<'a>(
        &'a self,
        door: &'a PlanDoor,
    ) -> impl Iterator<Item = &'a DeviceId> + Clone {
        door.readings()
            .map(|reading| &self.readings[reading].device)
    }

    /// The readings that count people in through some doors, and those that count them out.
    fn flows(&self, doors: &[(usize, Sign)]) -> (Vec<usize>, Vec<usize>) {
        let (mut entered, mut exited) = (Vec::new(), Vec::new());
        for (door, sign) in doors {
            let door = &self.doors[*door];
            let (inward, outward) = match sign {
                Sign::Inward => (&door.entered, &door.exited),
                Sign::Outward => (&door.exited, &door.entered),
            };
            entered.extend_from_slice(inward);
            exited.extend_from_slice(outward);
        }
        (entered, exited)
    }
}
