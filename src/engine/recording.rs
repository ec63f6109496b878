//! An engine's inputs as bytes, and back: a test, a bug report, a replay.
//!
//! A recording holds what came in, with passwords: it is made only where a demonstration asks for it. It can be read by
//! any build in which inputs have the same shape.

use serde::Serialize;

use super::desk::DESK;
use super::wire::{Reply, WireError};
use super::{Engine, Input, Output};
use crate::packed::{self, Malformed};
use crate::simulation::MALL;
use crate::time::Now;

/// Appends one input with its time.
pub fn append(recording: &mut Vec<u8>, input: &Input, now: Now) {
    append_block(recording, &(now, input));
}

/// Appends one reply with the numbers beside it, so that what a page got can be compared with what a replay gives.
pub fn append_reply(replies: &mut Vec<u8>, reply: &Reply, floats: &[f32]) {
    let bits: Vec<u32> = floats.iter().map(|float| float.to_bits()).collect();
    append_block(replies, &(reply, bits));
}

/// A block is its length as four bytes, then its content.
fn append_block(blocks: &mut Vec<u8>, content: &impl Serialize) {
    let bytes = packed::to_bytes(content);
    blocks.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(0).to_le_bytes());
    blocks.extend_from_slice(&bytes);
}

/// Reads the inputs of a recording.
///
/// # Errors
/// If it is cut off, or of another shape.
pub fn read(mut recording: &[u8]) -> Result<Vec<(Now, Input)>, WireError> {
    let mut inputs = Vec::new();
    while let Some((length, rest)) = recording.split_first_chunk() {
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let bytes = rest.get(..length).ok_or(Malformed)?;
        inputs.push(packed::read(bytes)?);
        recording = &rest[length..];
    }
    Ok(inputs)
}

/// Runs an engine on the inputs of a recording; every output is handed to `done`.
pub fn replay(inputs: impl IntoIterator<Item = (Now, Input)>, mut done: impl FnMut(Now, Output)) {
    let mut engine = Engine::new();
    engine.know_mall(MALL);
    engine.know_desk(DESK);
    for (now, input) in inputs {
        engine.handle(input, now);
        while let Some(output) = engine.poll_output() {
            done(now, output);
        }
    }
}
