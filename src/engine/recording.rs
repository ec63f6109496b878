//! An engine's inputs as bytes, and back: a test, a bug report, a replay.
//!
//! A recording holds what came in, with passwords: it is made only where a demonstration asks for it.

use super::wire::{WireError, decode, encode};
use super::{Engine, Input, Output};
use crate::time::Now;

/// Appends one input: its length as four bytes, then the input.
pub fn append(recording: &mut Vec<u8>, input: &Input, now: Now) {
    let bytes = encode(&(now, input));
    recording.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(0).to_le_bytes());
    recording.extend_from_slice(&bytes);
}

/// Reads the inputs of a recording of this build.
///
/// # Errors
/// If it was made by another build, or is cut off.
pub fn read(mut recording: &[u8]) -> Result<Vec<(Now, Input)>, WireError> {
    let mut inputs = Vec::new();
    while let Some((length, rest)) = recording.split_first_chunk() {
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let bytes = rest.get(..length).ok_or(WireError::Malformed)?;
        inputs.push(decode(bytes)?);
        recording = &rest[length..];
    }
    Ok(inputs)
}

/// Runs an engine on the inputs of a recording; every output is handed to `done`.
pub fn replay(inputs: impl IntoIterator<Item = (Now, Input)>, mut done: impl FnMut(Now, Output)) {
    let mut engine = Engine::new();
    for (now, input) in inputs {
        engine.handle(input, now);
        while let Some(output) = engine.poll_output() {
            done(now, output);
        }
    }
}
