//! An engine's inputs as bytes, and back: a test, a bug report, a replay.
//!
//! It can be read by any build in which inputs have the same shape.

use serde::{Deserialize, Serialize};

use super::wire::{DeskRequest, Reply, Request, TrafficView, WireError, WireFallback, WireProfile};
use super::{Input, LinkId};
use crate::mqtt::{Stream, Version};
use crate::packed::{self, Malformed};
use crate::secret::Secret;
use crate::settings::{ProfileId, secrets_in, secrets_in_address};
use crate::snapshot::read_link;
use crate::time::{Now, Timestamp};

/// Inputs, and what an engine must be like to go on with them.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// Of which build.
    pub build: String,
    /// What is said of it.
    pub head: Head,
    /// The inputs, with their time. The first [`Head::opening`] of them bring a new engine to where the others begin.
    pub inputs: Vec<(Now, Input)>,
}

/// What is said of a recording.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// It begins with the engine's own beginning: a replay gives what the engine gave, byte for byte. Else it begins amid its
    /// life, with what was stored then, and links that were open.
    pub from_start: bool,
    /// How many of the inputs are not what happened, but what had led there.
    pub opening: usize,
    /// The links as they were at its beginning; none if it begins with the engine's own.
    pub links: Vec<LinkThen>,
    /// The number of the last link that the engine had opened.
    pub last_link: u32,
}

/// A link as it was when a recording began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkThen {
    /// Which link.
    pub link: LinkId,
    /// To which broker.
    pub profile: ProfileId,
    /// It was connected, in that version.
    pub version: Option<Version>,
    /// [`LinkView::since`](super::wire::LinkView::since)
    pub since: Timestamp,
    /// [`LinkView::traffic`](super::wire::LinkView::traffic)
    pub traffic: TrafficView,
    /// What it had read.
    pub stream: Stream,
}

/// Appends a block: its length as four bytes, then its content.
pub(super) fn append_block(blocks: &mut Vec<u8>, content: &impl Serialize) {
    let at = blocks.len();
    blocks.extend_from_slice(&[0; 4]);
    packed::write(content, blocks);
    let length = u32::try_from(blocks.len() - at - 4).unwrap_or(0);
    if let Some(place) = blocks.get_mut(at..at + 4) {
        place.copy_from_slice(&length.to_le_bytes());
    }
}

/// Appends one reply with the numbers beside it, so that what a page got can be compared with what a replay gives.
pub fn append_reply(replies: &mut Vec<u8>, reply: &Reply, floats: &[f32]) {
    let bits: Vec<u32> = floats.iter().map(|float| float.to_bits()).collect();
    append_block(replies, &(reply, bits));
}

/// The same recording with asterisks in the place of every password that a page tells in it, of what is secret in the addresses
/// that stand in it, and of every secret that is known besides, whoever says it. Nothing else moves: a packet with a password in
/// it is as long as before.
///
/// # Errors
/// As [`read`].
pub fn without_secrets(
    recording: &[u8],
    mut known: Vec<Secret<String>>,
) -> Result<Vec<u8>, WireError> {
    let Recording {
        build,
        head,
        mut inputs,
    } = read(recording)?;
    for (_, input) in &mut inputs {
        for secret in secrets_of(input) {
            if !known.contains(&secret) {
                known.push(secret);
            }
        }
    }
    let strike = |bytes: &mut [u8]| known.iter().for_each(|secret| secret.strike_from(bytes));
    let mut bytes = Vec::new();
    append_block(&mut bytes, &(build, head));
    for (now, input) in &mut inputs {
        if let Input::Restored(Ok(records)) = input {
            // Else a replay would take what was stored for damaged.
            records.iter_mut().for_each(|record| record.amend(strike));
        }
        append_block(&mut bytes, &(*now, &*input));
    }
    strike(&mut bytes);
    Ok(bytes)
}

/// What is secret in an input. Of a password, which may be too short to be struck out wherever it stands, only asterisks are left
/// there.
fn secrets_of(input: &mut Input) -> Vec<Secret<String>> {
    match input {
        Input::Page(_, Request::Desk(asked)) => match packed::read(asked) {
            Ok(DeskRequest::Publish(publication)) => match publication.fallback {
                Some(WireFallback::Webhook(address)) => vec![Secret::new(address)],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        },
        Input::Page(
            _,
            Request::Hello {
                config, profiles, ..
            },
        ) => {
            let mut secrets: Vec<_> = profiles.iter_mut().flat_map(WireProfile::mask).collect();
            secrets.extend(config.as_deref().into_iter().flat_map(secrets_in));
            secrets
        }
        Input::Page(_, Request::Save(profile) | Request::Test(profile)) => profile.mask(),
        Input::Restored(Ok(records)) => {
            let links = records.iter();
            let links = links.filter_map(|record| read_link(&record.key, &record.bytes)?.ok());
            let addresses = links.flat_map(|(_, link)| {
                let sessions = link.identity.sessions;
                sessions.held.into_iter().chain(sessions.left)
            });
            addresses
                .flat_map(|address| secrets_in_address(&address))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Reads a recording.
///
/// # Errors
/// If it is cut off, or of another shape.
pub fn read(mut recording: &[u8]) -> Result<Recording, WireError> {
    let (build, head) = packed::read(block(&mut recording)?)?;
    let mut inputs = Vec::new();
    while !recording.is_empty() {
        inputs.push(packed::read(block(&mut recording)?)?);
    }
    Ok(Recording {
        build,
        head,
        inputs,
    })
}

fn block<'a>(blocks: &mut &'a [u8]) -> Result<&'a [u8], Malformed> {
    let (length, rest) = blocks.split_first_chunk().ok_or(Malformed)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
    let (content, rest) = rest.split_at_checked(length).ok_or(Malformed)?;
    *blocks = rest;
    Ok(content)
}
