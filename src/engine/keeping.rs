//! What outlives the page: when to store, and which deliveries wait for it.
//!
//! Acknowledged means kept: a message whose reading cannot be had again is acknowledged to its broker only when a store
//! that holds it is done. Where nothing can be kept, deliveries are settled at once and the page says so.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::LinkId;
use super::wire::StorageView;
use crate::link::DeliveryToken;
use crate::observation::DeviceId;
use crate::ordered::OrderedSet;
use crate::settings::ProfileId;
use crate::snapshot::Listened;
use crate::time::Monotonic;

/// Numbers a store, for its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StoreId(pub u64);

/// Why nothing is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum StoreFault {
    /// Another tab of this browser keeps the counts; one store has one writer.
    #[error("another tab of this browser keeps the counts")]
    HeldElsewhere,
    /// No room is left on the disk, or in what the browser gives this page of it.
    #[error("the browser's storage is full")]
    Full,
    /// The browser keeps nothing for this page, or no longer.
    #[error("the browser does not keep what the page stores")]
    Refused,
}

/// The state of the store.
#[derive(Debug)]
pub(super) struct Keeping {
    pub view: StorageView,
    /// Deliveries that wait for the next store.
    unsettled: Vec<Waiting>,
    /// Whose counts they hold.
    awaited: OrderedSet<DeviceId>,
    in_flight: Option<(StoreId, Vec<Waiting>)>,
    /// Seconds since the store was asked something that it has not answered.
    silence: u32,
    /// What is shown is not the real site: nothing of it may reach the store.
    pub simulated: bool,
    /// When the next part of what changed is stored.
    due: Monotonic,
    /// All that changed is being stored, part by part.
    sweep: Option<Sweep>,
    /// The page closes: all in one part.
    in_haste: bool,
    /// Who we are to a broker, or what its session is, is not as it was stored: the next store has that too. What comes from that
    /// session is then acknowledged by nobody who cannot find it again.
    links_due: bool,
    /// The store that has not ended has it.
    links_in_flight: bool,
    /// When a broker's sign of life is stored, if no device says anything before.
    heard_due: Option<Monotonic>,
    last: u64,
}

/// A delivery that a store settles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub link: LinkId,
    pub token: DeliveryToken,
    /// When it came.
    pub since: Monotonic,
}

/// How far the store of all that changed has come.
#[derive(Debug)]
pub(super) struct Sweep {
    begun: Monotonic,
    /// The last device that was stored.
    pub after: Option<DeviceId>,
    /// How far each link had listened when it began: stored at its end, together with all that had come until then.
    listened: Vec<(ProfileId, Listened)>,
}

/// How much is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Only what deliveries wait for, unless all that changed is no more than a part.
    Awaited,
    /// What deliveries wait for, and the next part of what else changed.
    Part,
    /// All that changed.
    All,
}

impl Extent {
    /// How many devices at most.
    pub(super) const fn devices(self) -> usize {
        match self {
            Self::Awaited | Self::Part => PART,
            Self::All => usize::MAX,
        }
    }
}

/// How often what can be had again is stored.
const PACE: Duration = Duration::from_secs(10);

/// A browser writes some thousand records a second, and does little else meanwhile: of a site with more devices than this
/// some are stored at a time, so that the page misses no frame.
const PART: usize = 12;
const BETWEEN_PARTS: Duration = Duration::from_millis(100);

/// A store that answers at all has answered: a write takes milliseconds, on a disk that wakes up seconds. Meanwhile a
/// broker sends no more than it may have unacknowledged, and the counts stand still.
const PATIENCE: u32 = 30;

impl Keeping {
    pub(super) const fn new(now: Monotonic) -> Self {
        Self {
            view: StorageView::Opening,
            unsettled: Vec::new(),
            awaited: OrderedSet::new(),
            in_flight: None,
            silence: 0,
            simulated: false,
            due: now,
            sweep: None,
            in_haste: false,
            links_due: false,
            links_in_flight: false,
            heard_due: None,
            last: 0,
        }
    }

    /// Whether a message that cannot be had again must wait for a store.
    pub(super) fn can_keep(&self) -> bool {
        matches!(self.view, StorageView::Kept | StorageView::KeptInPart) && !self.simulated
    }

    /// This delivery is settled by the next store; it holds counts of these devices.
    pub(super) fn wait(
        &mut self,
        link: LinkId,
        token: DeliveryToken,
        counted: OrderedSet<DeviceId>,
        now: Monotonic,
    ) {
        self.unsettled.push(Waiting {
            link,
            token,
            since: now,
        });
        self.awaited.extend(counted);
    }

    /// The devices whose counts the next store must hold.
    pub(super) fn take_awaited(&mut self) -> OrderedSet<DeviceId> {
        std::mem::take(&mut self.awaited)
    }

    /// A broker gave a sign of life: we listened until now. A store for that alone would keep the total waiting that comes
    /// after it, and what a device says is stored with it anyway.
    pub(super) fn hear(&mut self, now: Monotonic) {
        self.heard_due.get_or_insert(now.after(PACE));
    }

    /// The next store has what is remembered of the brokers, and begins at once.
    pub(super) const fn keep_links(&mut self) {
        self.links_due = true;
    }

    /// Whether the store that begins has it.
    pub(super) const fn take_links(&mut self) -> bool {
        self.links_in_flight = std::mem::replace(&mut self.links_due, false);
        self.links_in_flight
    }

    /// Whether all that is remembered of the brokers is kept since the store that ended; told once.
    pub(super) const fn take_links_kept(&mut self) -> bool {
        std::mem::replace(&mut self.links_in_flight, false) && !self.links_due
    }

    /// Store what changed as soon as possible.
    pub(super) fn hurry(&mut self, now: Monotonic) {
        self.due = now;
        self.in_haste = true;
        // What a sweep has passed may have changed since: it begins anew.
        let ends_early = self.sweep.take().is_some();
        if ends_early || self.heard_due.is_some() {
            self.heard_due = Some(now);
        }
    }

    /// What to store now: what changed, at the pace; at once while deliveries wait, but then no more than they wait for.
    /// Never two at a time.
    pub(super) fn due(&self, now: Monotonic, changed: bool) -> Option<Extent> {
        if !self.can_keep() || self.in_flight.is_some() {
            return None;
        }
        let heard = self.heard_due.is_some_and(|due| due <= now);
        if (changed || heard || self.sweep.is_some()) && self.due <= now {
            Some(if self.in_haste {
                Extent::All
            } else {
                Extent::Part
            })
        } else {
            (self.links_due || !self.unsettled.is_empty()).then_some(Extent::Awaited)
        }
    }

    /// When the next part is due, if nothing else happens before.
    pub(super) fn wakes_at(&self) -> Option<Monotonic> {
        let goes_on = self.sweep.is_some() && self.in_flight.is_none() && self.can_keep();
        goes_on.then_some(self.due)
    }

    /// The sweep that is under way.
    pub(super) const fn take_sweep(&mut self) -> Option<Sweep> {
        self.sweep.take()
    }

    /// It goes on when it is due.
    pub(super) fn put_back(&mut self, sweep: Option<Sweep>) {
        self.sweep = sweep;
    }

    /// A sweep begins; `listened` as it is now.
    pub(super) const fn begin_sweep(
        &mut self,
        now: Monotonic,
        listened: Vec<(ProfileId, Listened)>,
    ) -> Sweep {
        self.heard_due = None;
        Sweep {
            begun: now,
            after: None,
            listened,
        }
    }

    /// The sweep goes on later.
    pub(super) fn put_off(&mut self, now: Monotonic, sweep: Sweep) {
        self.due = now.after(BETWEEN_PARTS);
        self.sweep = Some(sweep);
    }

    /// The sweep has come to its end: so far was listened to what is stored now.
    pub(super) fn end_sweep(&mut self, sweep: Sweep) -> Vec<(ProfileId, Listened)> {
        self.due = sweep.begun.after(PACE);
        self.in_haste = false;
        sweep.listened
    }

    /// A store begins, and takes the waiting deliveries with it.
    pub(super) fn begin(&mut self) -> StoreId {
        self.last += 1;
        self.silence = 0;
        let id = StoreId(self.last);
        self.in_flight = Some((id, std::mem::take(&mut self.unsettled)));
        id
    }

    /// A store ended. Returns the deliveries that are settled by it; `None` after a failure: those that wait are settled
    /// by nothing, and nothing is kept from now on.
    pub(super) fn end(
        &mut self,
        id: StoreId,
        outcome: Result<(), StoreFault>,
    ) -> Option<Vec<Waiting>> {
        let Some((_, settled)) = self.in_flight.take_if(|(in_flight, _)| *in_flight == id) else {
            return Some(Vec::new());
        };
        if let Err(fault) = outcome {
            self.refuse(fault);
            self.unsettled.clear();
            self.awaited.clear();
            return None;
        }
        Some(settled)
    }

    /// A second has passed in which we were awake: seconds are counted and not measured, because a machine that slept gave
    /// its store no time either. Returns whether the store has said nothing for too long.
    pub(super) const fn tick(&mut self) -> bool {
        let is_asked = self.in_flight.is_some() || matches!(self.view, StorageView::Opening);
        self.silence = if is_asked { self.silence + 1 } else { 0 };
        self.silence > PATIENCE
    }

    /// The store that has not ended yet.
    pub(super) fn in_flight(&self) -> Option<StoreId> {
        self.in_flight.as_ref().map(|(id, _)| *id)
    }

    /// Nothing is kept from now on.
    pub(super) const fn refuse(&mut self, fault: StoreFault) {
        self.view = match fault {
            StoreFault::HeldElsewhere => StorageView::KeptElsewhere,
            StoreFault::Full => StorageView::Full,
            StoreFault::Refused => StorageView::Refused,
        };
    }

    /// Forgets the waiting deliveries of a link that is gone. Of one that only lost its connection they stay: what came at
    /// QoS 2 is still to be answered when it is back, and nobody else can say that it is kept.
    pub(super) fn forget(&mut self, link: LinkId) {
        self.unsettled.retain(|waiting| waiting.link != link);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: LinkId = LinkId(1);

    fn at(millis: u64) -> Monotonic {
        Monotonic::from_millis(millis)
    }

    fn kept() -> Keeping {
        Keeping {
            view: StorageView::Kept,
            ..Keeping::new(at(0))
        }
    }

    #[test]
    fn a_waiting_delivery_makes_a_store_begin_at_once_and_puts_nothing_off() {
        let mut keeping = kept();
        let all = Some(Extent::Part);
        assert_eq!(keeping.due(at(0), true), all);
        let sweep = keeping.begin_sweep(at(0), Vec::new());
        assert!(keeping.end_sweep(sweep).is_empty());
        keeping.begin();
        assert_eq!(keeping.due(at(10_000), true), None, "one store at a time");
        keeping.end(StoreId(1), Ok(()));
        assert_eq!(keeping.due(at(9_999), true), None);
        keeping.wait(LINK, DeliveryToken(7), OrderedSet::new(), at(3));
        assert_eq!(keeping.due(at(5), true), Some(Extent::Awaited));
        let id = keeping.begin();
        keeping.end(id, Ok(()));
        assert_eq!(keeping.due(at(10_000), true), all);
    }

    #[test]
    fn a_large_sweep_goes_on_part_by_part_and_at_once_where_the_page_closes() {
        let mut keeping = kept();
        let sweep = keeping.begin_sweep(at(0), Vec::new());
        keeping.put_off(at(0), sweep);
        assert_eq!(keeping.due(at(99), true), None);
        let part = Some(Extent::Part);
        assert_eq!(keeping.due(at(100), false), part, "it is not at its end");
        assert_eq!(keeping.wakes_at(), Some(at(100)));
        keeping.hurry(at(50));
        assert_eq!(keeping.due(at(50), false), Some(Extent::All));
        assert!(keeping.take_sweep().is_none(), "it begins anew");
        let sweep = keeping.begin_sweep(at(0), Vec::new());
        keeping.end_sweep(sweep);
        assert_eq!(keeping.due(at(9_999), true), None);
        assert_eq!(keeping.due(at(10_000), true), part);
    }

    #[test]
    fn a_delivery_that_comes_during_a_store_waits_for_the_next() {
        let mut keeping = kept();
        keeping.wait(LINK, DeliveryToken(1), OrderedSet::new(), at(1));
        let id = keeping.begin();
        keeping.wait(LINK, DeliveryToken(2), OrderedSet::new(), at(2));
        let waited = |token, since| {
            Some(vec![Waiting {
                link: LINK,
                token: DeliveryToken(token),
                since: at(since),
            }])
        };
        assert_eq!(keeping.end(id, Ok(())), waited(1, 1));
        let id = keeping.begin();
        assert_eq!(keeping.end(id, Ok(())), waited(2, 2));
    }

    #[test]
    fn a_store_that_fails_settles_nothing_and_is_said() {
        let mut keeping = kept();
        keeping.wait(LINK, DeliveryToken(1), OrderedSet::new(), at(1));
        let id = keeping.begin();
        keeping.wait(LINK, DeliveryToken(2), OrderedSet::new(), at(2));
        assert_eq!(keeping.end(id, Err(StoreFault::Refused)), None);
        assert_eq!(keeping.view, StorageView::Refused);
        assert_eq!(keeping.due(at(20_000), true), None);
    }
}
