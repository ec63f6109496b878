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
    /// What lies in the store; nothing of it any more once it is too much.
    stored: OrderedMap<String, Vec<u8>>,
    /// Bytes of it.
    stores: usize,
}

#[derive(Debug, Default)]
struct Segment {
    head: Head,
    begun: Option<Monotonic>,
    /// What had led to where it begins.
    opening: Vec<u8>,
    inputs: Vec<u8>,
}

/// A site of twenty devices says so much in ten minutes. Twice this, and twice what is stored, is what recording costs.
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
            stored: OrderedMap::new(),
            stores: 0,
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
            if self.stores > self.limit {
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
            // Else it would cost more than it tells.
            if self.stores > self.limit {
                return self.stored.clear();
            }
            let former = self.stored.insert(key.clone(), bytes.clone());
            self.stores += bytes.len();
            self.stores -= former.map_or(0, |former| former.len());
        }
    }

    /// What was noted last, with passwords; see [`without_secrets`](super::recording::without_secrets).
    pub fn recording(&self) -> Vec<u8> {
        let first = self.former.as_ref().unwrap_or(&self.present);
        let mut bytes = Vec::new();
        append_block(&mut bytes, &(BUILD, &first.head));
        bytes.extend_from_slice(&first.opening);
        bytes.extend_from_slice(&first.inputs);
        if self.former.is_some() {
            bytes.extend_from_slice(&self.present.inputs);
        }
        bytes
    }

    /// A segment for an engine as it is now.
    fn begin(&self, now: Now, engine: &Engine) -> Segment {
        let (hello, links) = engine.outline();
        let record = |(key, bytes): (&String, &Vec<u8>)| Record {
            key: key.clone(),
            bytes: bytes.clone(),
        };
        let mut inputs = vec![
            Input::Started {
                seed: 0,
                speed: engine.speed,
            },
            Input::Restored(Ok(self.stored.iter().map(record).collect())),
            Input::Page(PageId(0), hello),
        ];
        if let Some(zone) = &engine.zone {
            let offsets = zone.calendar.offsets().clone();
            inputs.push(Input::Zone(zone.name.clone(), Some(offsets)));
        }
        let shown = engine.pages.values().next().map(|page| page.cards.clone());
        inputs.extend(shown.map(|cards| Input::Page(PageId(0), Request::Cards(cards))));
        let mut opening = Vec::new();
        for input in &inputs {
            append(&mut opening, input, now);
        }
        Segment {
            head: Head {
                from_start: false,
                opening: inputs.len(),
                links,
                last_link: engine.last_link,
            },
            begun: Some(now.monotonic),
            opening,
            inputs: Vec::new(),
        }
    }
}

fn append(inputs: &mut Vec<u8>, input: &Input, now: Now) {
    append_block(inputs, &(now, input));
}
