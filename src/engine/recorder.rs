//! An engine's inputs → the last of them as a [`recording`](super::recording), bounded.
//!
//! The last inputs are kept in two segments. Each begins where an engine can begin: the first with the engine's own
//! beginning, any other with what was stored then and with how the links were. When the present one is full it takes the place
//! of the former, which goes. So the tail is always there, and costs a copy of what came in.

use std::time::Duration;

use super::recording::{Head, append_block};
use super::wire::{BUILD, PageId, Request};
use super::{Engine, Input, StoreFault};
use crate::ordered::OrderedMap;
use crate::snapshot::Record;
use crate::time::{Monotonic, Now};

/// Keeps the last inputs of an engine.
#[derive(Debug)]
pub struct Recorder {
    /// Bytes of a segment.
    limit: usize,
    former: Option<Segment>,
    present: Segment,
    /// What lay in the store where the first of both begins.
    stored: Stored,
    /// Bytes of it and of what was stored since; `None`: too many once, and from then on nothing of it.
    stores: Option<usize>,
}

/// Records by their keys.
type Stored = OrderedMap<String, Vec<u8>>;

#[derive(Debug, Default)]
struct Segment {
    head: Head,
    begun: Option<Monotonic>,
    /// When it began, and how fast the engine's time passed; `None`: with the engine's own beginning.
    start: Option<(Now, u32)>,
    inputs: Vec<u8>,
    /// What was stored meanwhile.
    stored: Stored,
}

/// A site of twenty devices says so much in ten minutes. Twice this, and as much of what is stored, is the most that
/// recording costs.
pub const SEGMENT: usize = 1 << 20;

/// Of a page that hardly anything comes to, it is not the day before that matters.
const LONGEST: Duration = Duration::from_secs(30 * 60);

impl Default for Recorder {
    fn default() -> Self {
        Self::new(SEGMENT)
    }
}

impl Recorder {
    /// One that keeps at most about four times as many bytes.
    pub fn new(limit: usize) -> Self {
        let mut present = Segment::default();
        present.head.from_start = true;
        Self {
            limit,
            former: None,
            present,
            stored: Stored::new(),
            stores: Some(0),
        }
    }

    /// Notes an input that the engine is about to be given.
    pub fn note(&mut self, input: &Input, now: Now, engine: &Engine) {
        let begun = *self.present.begun.get_or_insert(now.monotonic);
        if self.present.inputs.len() >= self.limit || now.monotonic.since(begun) >= LONGEST {
            let next = self.begin(now, engine);
            self.former = Some(std::mem::replace(&mut self.present, next));
        }
        if let Input::Restored(restored) = input {
            self.note_store(restored.as_deref().unwrap_or_default());
            if self.stores.is_none() {
                self.present.head.from_start = false;
                let nothing = Input::Restored(Err(StoreFault::Refused));
                return append(&mut self.present.inputs, &nothing, now);
            }
        }
        append(&mut self.present.inputs, input, now);
    }

    /// Notes what the engine wants to be stored, or had stored before.
    pub fn note_store(&mut self, records: &[Record]) {
        for Record { key, bytes } in records {
            let Some(stores) = &mut self.stores else {
                return;
            };
            let before = self.present.stored.insert(key.clone(), bytes.clone());
            *stores += bytes.len();
            *stores -= before.map_or(0, |before| before.len());
            if *stores > 2 * self.limit {
                // It would cost more than it tells.
                self.stores = None;
                self.stored.clear();
                self.present.stored.clear();
                if let Some(former) = &mut self.former {
                    former.stored.clear();
                }
            }
        }
    }

    /// What was noted last, with passwords; see [`without_secrets`](super::recording::without_secrets).
    pub fn recording(&self) -> Vec<u8> {
        let first = self.former.as_ref().unwrap_or(&self.present);
        let mut bytes = Vec::new();
        append_block(&mut bytes, &(BUILD, &first.head));
        if let Some((at, speed)) = first.start {
            let record = |(key, bytes): (&String, &Vec<u8>)| Record {
                key: key.clone(),
                bytes: bytes.clone(),
            };
            let stored = self.stored.iter().filter(|(_, bytes)| !bytes.is_empty());
            let stored = stored.map(record).collect();
            append(&mut bytes, &Input::Started { seed: 0, speed }, at);
            append(&mut bytes, &Input::Restored(Ok(stored)), at);
        }
        bytes.extend_from_slice(&first.inputs);
        if self.former.is_some() {
            bytes.extend_from_slice(&self.present.inputs);
        }
        bytes
    }

    /// A segment for an engine as it is now; the former one goes, but for what it stored and the room of its inputs.
    fn begin(&mut self, now: Now, engine: &Engine) -> Segment {
        let former = self.former.take().unwrap_or_default();
        for (key, bytes) in former.stored {
            let before = self.stored.insert(key, bytes);
            if let Some(stores) = &mut self.stores {
                *stores -= before.map_or(0, |before| before.len());
            }
        }
        let mut inputs = former.inputs;
        inputs.clear();
        let (hello, links) = engine.outline();
        let zone = engine.zone.as_ref().map(|zone| {
            let offsets = zone.calendar.offsets().clone();
            Input::Zone(zone.name.clone(), Some(offsets))
        });
        let shown = engine.pages.values().next().map(|page| page.cards.clone());
        let shown = shown.map(|cards| Input::Page(PageId(0), Request::Cards(cards)));
        // Behind what begins it: that it started, and what was restored.
        let mut opening = 2;
        let hello = Input::Page(PageId(0), hello);
        for input in [Some(hello), zone, shown].iter().flatten() {
            append(&mut inputs, input, now);
            opening += 1;
        }
        Segment {
            head: Head {
                from_start: false,
                opening,
                links,
                last_link: engine.last_link,
            },
            begun: Some(now.monotonic),
            start: Some((now, engine.speed)),
            inputs,
            stored: Stored::new(),
        }
    }
}

fn append(inputs: &mut Vec<u8>, input: &Input, now: Now) {
    append_block(inputs, &(now, input));
}
