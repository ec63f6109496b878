//! What each page has asked for and already knows: credits, watches, cards in view, effects.

use std::collections::VecDeque;
use std::time::Duration;

use super::wire::{
    Cards, DeviceView, DoorView, Effect, EffectKind, EffectNumber, Levels, ViewId, Watch, ZoneView,
};
use crate::fleet::Fleet;
use crate::observation::DeviceId;
use crate::ordered::OrderedMap;
use crate::time::{Monotonic, Timestamp};

/// One page.
#[derive(Debug)]
pub(super) struct Page {
    /// It may be sent one update.
    pub credit: bool,
    /// Something changed that it might watch.
    pub dirty: bool,
    /// Nothing had changed for it when it was last looked at; look again then.
    pub rests_until: Option<Monotonic>,
    /// When it last spoke.
    pub heard_at: Monotonic,
    /// Its open charts.
    pub watches: OrderedMap<ViewId, Watching>,
    /// Cards in view.
    pub cards: Cards,
    /// The devices that it looks for, as the fleet stood at that revision; 0: to be found anew.
    found: (u64, Vec<DeviceId>),
    known: Levels,
    known_zones: OrderedMap<String, ZoneView>,
    known_doors: OrderedMap<String, DoorView>,
    known_devices: OrderedMap<String, DeviceView>,
    effects: VecDeque<Effect>,
    next_effect: u64,
}

/// One open chart, and the rows that its page has.
#[derive(Debug)]
pub(super) struct Watching {
    /// What was asked.
    pub watch: Watch,
    /// By series: what the page has.
    pub sent: Vec<Sent>,
    /// The whole window has been sent.
    pub answered: bool,
}

/// The rows of one series that a page has.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// What its rows were computed from.
    pub basis: Option<super::charts::Basis>,
    /// Columns by index; compared by bits, so that "none" equals itself.
    pub columns: OrderedMap<i64, [u32; 4]>,
    /// Bars by start.
    pub buckets: OrderedMap<Timestamp, super::wire::BucketRow>,
}

/// A page that says nothing for so long is gone: a living one grants credits, or says at least that it is hidden.
pub(super) const SILENCE: Duration = Duration::from_secs(30);

/// Nothing new was found for a page: it is not looked at again with each message.
pub(super) const REST: Duration = Duration::from_millis(50);

/// Effects that wait for a page that does not acknowledge; the oldest leave first.
const EFFECTS: usize = 256;

/// A chart shows less than this many series; a page that asks for more gets the first ones.
const SERIES: usize = 32;

/// More device cards than this are never in view at once.
const CARDS: u32 = 500;

/// A page shows less than this many charts at once.
const WATCHES: usize = 64;

impl Page {
    pub(super) fn new(heard_at: Monotonic) -> Self {
        Self {
            credit: false,
            dirty: true,
            rests_until: None,
            heard_at,
            watches: OrderedMap::new(),
            cards: Cards::default(),
            found: (0, Vec::new()),
            known: Levels::default(),
            known_zones: OrderedMap::new(),
            known_doors: OrderedMap::new(),
            known_devices: OrderedMap::new(),
            effects: VecDeque::new(),
            next_effect: 0,
        }
    }

    /// Shows a chart from now on. A generation that is not later than the one shown is stale and ignored.
    pub(super) fn watch(&mut self, mut watch: Watch) {
        let stale = self
            .watches
            .get(&watch.view)
            .is_some_and(|old| old.watch.generation >= watch.generation);
        if stale || (self.watches.len() >= WATCHES && !self.watches.contains_key(&watch.view)) {
            return;
        }
        watch.series.truncate(SERIES);
        let sent = watch.series.iter().map(|_| Sent::default()).collect();
        self.watches.insert(
            watch.view,
            Watching {
                watch,
                sent,
                answered: false,
            },
        );
    }

    /// Shows these cards from now on.
    pub(super) fn show_cards(&mut self, cards: Cards) {
        self.found.0 = 0;
        self.cards = cards;
    }

    /// The devices whose cards are in view, and how many there are of those looked for.
    pub(super) fn find(&mut self, fleet: &mut Fleet) -> (Vec<DeviceId>, u32) {
        let Cards {
            first,
            count,
            text,
            freshness,
        } = &self.cards;
        let revision = fleet.order_revision();
        if self.found.0 != revision {
            self.found = (revision, fleet.find(text, *freshness));
        }
        let (_, found) = &self.found;
        let in_view = found.iter().skip(*first as usize);
        let in_view = in_view.take((*count).min(CARDS) as usize);
        let all = u32::try_from(found.len()).unwrap_or(u32::MAX);
        (in_view.cloned().collect(), all)
    }

    /// Keeps an effect until it is acknowledged, and returns it to be sent.
    pub(super) fn effect(&mut self, kind: EffectKind) -> Effect {
        self.next_effect += 1;
        let effect = Effect {
            number: EffectNumber(self.next_effect),
            kind,
        };
        if self.effects.len() >= EFFECTS {
            self.effects.pop_front();
        }
        self.effects.push_back(effect.clone());
        effect
    }

    /// An effect was carried out.
    pub(super) fn acknowledge(&mut self, number: EffectNumber) {
        self.effects.retain(|effect| effect.number != number);
    }

    /// Leaves of all levels only what this page does not know yet, and remembers that it knows them from now on.
    pub(super) fn news(&mut self, all: Levels) -> Levels {
        let mut news = Levels {
            site: changed(&mut self.known.site, all.site),
            links: changed(&mut self.known.links, all.links),
            storage: changed(&mut self.known.storage, all.storage),
            day: changed(&mut self.known.day, all.day),
            found: changed(&mut self.known.found, all.found),
            order: changed(&mut self.known.order, all.order),
            roll_up: changed(&mut self.known.roll_up, all.roll_up),
            warnings: changed(&mut self.known.warnings, all.warnings),
            ..Levels::default()
        };
        if news.site.is_some() {
            // Zones and doors of a former site mean nothing any more.
            self.known_zones.clear();
            self.known_doors.clear();
        }
        news.zones = changed_of(&mut self.known_zones, all.zones, |zone| &zone.id);
        news.doors = changed_of(&mut self.known_doors, all.doors, |door| &door.id);
        let in_view: Vec<String> = all.devices.iter().map(|device| device.id.clone()).collect();
        self.known_devices.retain(|id, _| in_view.contains(id));
        news.devices = changed_of(&mut self.known_devices, all.devices, |device| &device.id);
        news
    }
}

fn changed<T: Clone + PartialEq>(known: &mut Option<T>, new: Option<T>) -> Option<T> {
    if new.is_none() || *known == new {
        return None;
    }
    known.clone_from(&new);
    new
}

fn changed_of<T: Clone + PartialEq>(
    known: &mut OrderedMap<String, T>,
    new: Vec<T>,
    id: impl Fn(&T) -> &String,
) -> Vec<T> {
    new.into_iter()
        .filter(|view| {
            let same = known.get(id(view)) == Some(view);
            if !same {
                known.insert(id(view).clone(), view.clone());
            }
            !same
        })
        .collect()
}
