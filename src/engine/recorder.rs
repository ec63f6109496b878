//! An engine's inputs → the last of them as a [`recording`](super::recording), bounded, and without passwords.
//!
//! The last inputs are kept in two segments. Each begins where an engine can begin: the first with the engine's own
//! beginning, any other with what was stored then and with how the links were. When the present one is full it takes the place
//! of the former, which goes. So the tail is always there, and costs a copy of what came in.

use std::time::Duration;

use super::recording::{Head, append_block};
use super::wire::{BUILD, Request, ViewId};
use super::{Engine, Input};
use crate::ordered::OrderedMap;
use crate::packed;
use crate::secret::Secret;
use crate::snapshot::Record;
use crate::time::{Monotonic, Now};

/// Keeps the last inputs of an engine.
#[derive(Debug)]
pub struct Recorder {
    /// Bytes of a segment.
    limit: usize,
    former: Option<Segment>,
    present: Segment,
    /// [`Input::Started`].
    start: Vec<u8>,
    /// The last [`Input::Zone`].
    zone: Vec<u8>,
    /// What is shown: the cards (`None`) and the charts.
    shown: OrderedMap<Option<ViewId>, Vec<u8>>,
    stored: Stored,
    passwords: Vec<Secret<String>>,
}

#[derive(Debug, Default)]
struct Segment {
    head: Head,
    begun: Option<Monotonic>,
    /// What had led to where it begins.
    opening: Vec<u8>,
    inputs: Vec<u8>,
}

/// What lies in the store; nothing of it any more once it is too much.
#[derive(Debug, Default)]
struct Stored {
    records: OrderedMap<String, Vec<u8>>,
    bytes: usize,
    is_too_much: bool,
}

/// A site of twenty devices says so much in ten minutes. Twice this, and twice what is stored, is what recording costs.
pub const SEGMENT: usize = 1 << 20;

/// Of a page that hardly anything comes to, it is not the day before that matters.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// A person mistypes a password some times, not a hundred.
const PASSWORDS: usize = 100;

impl Default for Recorder {
    fn default() -> Self {
        Self::new(SEGMENT)
    }
}

impl Recorder {
    /// One that keeps at most about four times as many bytes.
    pub const fn new(limit: usize) -> Self {
        Self {
            limit,
            former: None,
            present: Segment {
                head: Head {
                    build: String::new(),
                    from_start: true,
                    opening: 0,
                    links: Vec::new(),
                    last_link: 0,
                },
                begun: None,
                opening: Vec::new(),
                inputs: Vec::new(),
            },
            start: Vec::new(),
            zone: Vec::new(),
            shown: OrderedMap::new(),
            stored: Stored {
                records: OrderedMap::new(),
                bytes: 0,
                is_too_much: false,
            },
            passwords: Vec::new(),
        }
    }

    /// Notes an input that the engine is about to be given.
    pub fn note(&mut self, input: &Input, now: Now, engine: &Engine) {
        let begun = *self.present.begun.get_or_insert(now.monotonic);
        if self.present.inputs.len() >= self.limit || now.monotonic.since(begun) >= LONGEST {
            let next = self.begin(now, engine);
            self.former = Some(std::mem::replace(&mut self.present, next));
        }
        let mut masked;
        let mut input = input;
        if let Input::Page(_, Request::Hello { .. } | Request::Save(_) | Request::Test(_)) = input {
            masked = input.clone();
            if let Input::Page(_, request) = &mut masked {
                self.mask(request);
            }
            input = &masked;
        }
        if let Input::Restored(restored) = input {
            self.note_store(restored.as_deref().unwrap_or_default());
            if self.stored.is_too_much {
                self.present.head.from_start = false;
                masked = Input::Restored(Ok(Vec::new()));
                input = &masked;
            }
        }
        let inputs = &mut self.present.inputs;
        let mut at = 0;
        append_block(inputs, |bytes| {
            packed::write(&now, bytes);
            at = bytes.len();
            packed::write(input, bytes);
        });
        let said = || inputs.get(at..).unwrap_or_default().to_vec();
        match input {
            Input::Started { .. } => self.start = said(),
            Input::Zone(..) => self.zone = said(),
            Input::Page(_, Request::Cards(_)) => {
                self.shown.insert(None, said());
            }
            Input::Page(_, Request::Watch(watch)) => {
                self.shown.insert(Some(watch.view), said());
            }
            Input::Page(_, Request::Unwatch(view)) => {
                self.shown.remove(&Some(*view));
            }
            _ => {}
        }
    }

    /// Notes what the engine wants to be stored, or had stored before.
    pub fn note_store(&mut self, records: &[Record]) {
        let stored = &mut self.stored;
        for Record { key, bytes } in records {
            if stored.is_too_much {
                return;
            }
            let former = stored.records.insert(key.clone(), bytes.clone());
            stored.bytes += bytes.len();
            stored.bytes -= former.map_or(0, |former| former.len()).min(stored.bytes);
            // Else it would cost more than it tells.
            stored.is_too_much = stored.bytes > self.limit;
        }
        if stored.is_too_much {
            stored.records.clear();
        }
    }

    /// What was noted last. No password that the engine was told is in it, whoever sent it.
    pub fn recording(&self) -> Vec<u8> {
        let first = self.former.as_ref().unwrap_or(&self.present);
        let mut bytes = Vec::new();
        let build = BUILD.to_owned();
        let head = Head {
            build,
            ..first.head.clone()
        };
        append_block(&mut bytes, |bytes| packed::write(&head, bytes));
        bytes.extend_from_slice(&first.opening);
        bytes.extend_from_slice(&first.inputs);
        if self.former.is_some() {
            bytes.extend_from_slice(&self.present.inputs);
        }
        for password in &self.passwords {
            password.strike_from(&mut bytes);
        }
        bytes
    }

    /// A segment for an engine as it is now.
    fn begin(&self, now: Now, engine: &Engine) -> Segment {
        let (mut hello, links) = engine.outline();
        // Of whom it was told, these passwords are known already.
        if let Request::Hello { profiles, .. } = &mut hello {
            for profile in profiles {
                profile.mask();
            }
        }
        let page = |request| packed::to_bytes(&Input::Page(super::wire::PageId(0), request));
        let record = |(key, bytes): (&String, &Vec<u8>)| Record {
            key: key.clone(),
            bytes: bytes.clone(),
        };
        let records = self.stored.records.iter().map(record);
        let records = records.filter(|record| !record.bytes.is_empty()).collect();
        let restored = packed::to_bytes(&Input::Restored(Ok(records)));
        let hello = page(hello);
        let before = [&self.start, &restored, &hello, &self.zone];
        let mut opening = Vec::new();
        let mut count = 0;
        for input in before.into_iter().chain(self.shown.values()) {
            if !input.is_empty() {
                count += 1;
                append_block(&mut opening, |bytes| {
                    packed::write(&now, bytes);
                    bytes.extend_from_slice(input);
                });
            }
        }
        Segment {
            head: Head {
                build: String::new(),
                from_start: false,
                opening: count,
                links,
                last_link: engine.last_link,
            },
            begun: Some(now.monotonic),
            opening,
            inputs: Vec::new(),
        }
    }

    fn mask(&mut self, request: &mut Request) {
        let profiles = match request {
            Request::Hello { profiles, .. } => profiles.as_mut_slice(),
            Request::Save(profile) | Request::Test(profile) => std::slice::from_mut(profile),
            _ => return,
        };
        for profile in profiles {
            let Some(password) = profile.mask() else {
                continue;
            };
            if !self.passwords.contains(&password) {
                if self.passwords.len() == PASSWORDS {
                    self.passwords.remove(0);
                }
                self.passwords.push(password);
            }
        }
    }
}
