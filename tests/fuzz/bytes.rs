//! What a broker sends gives the same outputs however it is cut into frames.
//!
//! The input: how the session begins, where to cut, and then the broker's bytes after CONNACK.

use footfall::link::{Identity, Input, Output};
use footfall::mqtt::Version;

use crate::wire::connack;
use crate::world::{World, new_identity, profile};

/// Any input.
pub(crate) fn check(data: &[u8]) {
    let Some((&[head, cut, other], stream)) = data.split_first_chunk() else {
        return;
    };
    let version = if head & 1 == 0 {
        Version::V5
    } else {
        Version::V311
    };
    let mut bytes = Vec::new();
    if head & 4 == 0 {
        bytes = connack(version, head & 2 != 0, 0);
    }
    bytes.extend_from_slice(stream);
    let end = bytes.len();
    let mut cuts = match head & 8 {
        0 => vec![usize::from(cut) % (end + 1), usize::from(other) % (end + 1)],
        // Each byte alone.
        _ => (1..end).collect(),
    };
    cuts.sort_unstable();
    same_however_cut(version, &bytes, &cuts);
}

/// What comes before CONNACK, with it and after it, whole and cut at these places.
pub(crate) fn same_however_cut(version: Version, bytes: &[u8], cuts: &[usize]) {
    let known = Identity {
        session_exists: true,
        ..new_identity()
    };
    let mut whole = World::greeting(profile(version), known.clone());
    whole.bytes(bytes);
    settle_all(&mut whole);
    let mut in_pieces = World::greeting(profile(version), known);
    let mut rest = bytes;
    let mut taken = 0;
    for &cut in cuts.iter().chain([&bytes.len()]) {
        let (piece, after) = rest.split_at(cut - taken);
        (rest, taken) = (after, cut);
        // What follows a violation belongs to a socket that is closed.
        if in_pieces.sockets == 1 && in_pieces.socket_is_open {
            in_pieces.bytes(piece);
        }
    }
    settle_all(&mut in_pieces);
    assert_eq!(seen(&whole), seen(&in_pieces));
}

/// All that a world saw, without timers and with what was sent in one piece.
fn seen(world: &World) -> (Vec<Output>, Vec<u8>) {
    let others = |output: &&Output| !matches!(output, Output::Send(_) | Output::WakeAt(_));
    let outputs = world.outputs.iter().filter(others).cloned().collect();
    (outputs, world.sent().concat())
}

/// Settles everything that came, newest first.
fn settle_all(world: &mut World) {
    for (_, token) in world.messages().into_iter().rev() {
        world.input(Input::Settled(token));
    }
}
