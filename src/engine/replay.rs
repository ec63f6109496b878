//! A recording → what an engine says to it.
//!
//! One that begins amid an engine's life has open links: a broker that only nods lets those in again, and each goes on where
//! it had been.

use super::desk::desk_with;
use super::recording::{LinkThen, Recording};
use super::simulated::STAGE;
use super::{Engine, Input, LinkId, Output, SocketEvent};
use crate::mqtt::{Authentication, Connack, Unsayable, Version, Violation};
use crate::time::Now;

/// Runs an engine on a recording; every output is handed to `done`, but for those of the opening.
pub fn replay(recording: Recording, mut done: impl FnMut(Now, Output)) {
    let Recording { head, inputs, .. } = recording;
    let mut engine = Engine::new();
    engine.know_stage(STAGE);
    engine.know_desk(|| desk_with(|_credentials, _nonce| Box::new(Believes)));
    // The numbers of links: as recorded, and of this engine. Both number those that they open one after the other.
    let (mut numbers, mut last) = (Vec::new(), head.last_link);
    for (place, (now, input)) in inputs.into_iter().enumerate() {
        if !head.from_start && place == head.opening {
            for then in &head.links {
                numbers.extend(let_in(&mut engine, then, now));
            }
            last = engine.last_link;
        }
        let input = if head.from_start {
            input
        } else {
            let known = |link: LinkId| {
                let known = numbers.iter().find(|(then, _)| *then == link);
                let later = || LinkId((link.0 + last).saturating_sub(head.last_link));
                known.map_or_else(later, |(_, own)| *own)
            };
            match input {
                Input::Socket(link, event) => Input::Socket(known(link), event),
                Input::Buffered(link, bytes) => Input::Buffered(known(link), bytes),
                Input::Stored(id, outcome) => {
                    Input::Stored(engine.keeping.in_flight().unwrap_or(id), outcome)
                }
                other => other,
            }
        };
        engine.handle(input, now);
        while let Some(output) = engine.poll_output() {
            if place >= head.opening {
                done(now, output);
            }
        }
    }
}

/// Lets the link in as a broker would that goes on where it was. Returns both numbers of it.
fn let_in(engine: &mut Engine, then: &LinkThen, now: Now) -> Option<(LinkId, LinkId)> {
    let own = engine.link_of(&then.profile)?;
    let wanted = match then.version {
        Some(version) => version,
        None => return Some((then.link, own)),
    };
    engine.handle(Input::Loaded, now);
    let mut says = vec![SocketEvent::Opened];
    // CONNECT in both versions, SUBSCRIBE, and what else a link may say before it is let in.
    for _ in 0..ANSWERS {
        let mut answers = Vec::new();
        for event in says {
            engine.handle(Input::Socket(own, event), now);
            while let Some(output) = engine.poll_output() {
                match output {
                    Output::Send(link, bytes) if link == own => {
                        let said = packets(&bytes);
                        let said = said.filter_map(|(first, body)| answer(first, body, wanted));
                        answers.extend(said.map(SocketEvent::Bytes));
                    }
                    // Another version is tried.
                    Output::OpenSocket { link, .. } if link == own => {
                        answers.push(SocketEvent::Opened);
                    }
                    _ => {}
                }
            }
        }
        says = answers;
    }
    let connection = engine.links.get_mut(&own)?;
    connection.link.resume_stream(then.stream.clone());
    connection.since = then.since;
    connection.traffic.go_on(then.traffic);
    Some((then.link, own))
}

/// The passwords of a recording are asterisks, and its brokers prove nothing: whatever they said is believed.
struct Believes;

impl Authentication for Believes {
    fn connect(&mut self) -> Result<Vec<u8>, Unsayable> {
        Ok(Vec::new())
    }

    fn renew(&mut self) -> Result<Vec<u8>, Unsayable> {
        Ok(Vec::new())
    }

    fn handle_auth(&mut self, _body: &[u8]) -> Result<Vec<u8>, Violation> {
        Ok(Vec::new())
    }

    fn handle_connack(&mut self, _connack: &Connack) -> Result<(), Violation> {
        Ok(())
    }
}

/// Rounds of question and answer.
const ANSWERS: usize = 6;

/// The first byte of each packet, and what follows its length.
fn packets(mut bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        let (&first, mut rest) = bytes.split_first()?;
        let (mut length, mut shift) = (0, 0);
        loop {
            let (&byte, after) = rest.split_first()?;
            length |= usize::from(byte & 0x7F) << shift;
            (rest, shift) = (after, shift + 7);
            if byte & 0x80 == 0 {
                break;
            }
        }
        let (body, after) = rest.split_at_checked(length)?;
        bytes = after;
        Some((first, body))
    })
}

/// What a broker says to a packet that we sent: yes to everything, but to the wrong version of CONNECT.
fn answer(first: u8, body: &[u8], wanted: Version) -> Option<Vec<u8>> {
    match first {
        0x10 => {
            let is_v5 = body.get(6) == Some(&5);
            let present = u8::from(body.get(7)? & 2 == 0);
            Some(match (is_v5, wanted) {
                (true, Version::V5) => vec![0x20, 3, present, 0, 0],
                (false, Version::V311) => vec![0x20, 2, present, 0],
                // As a broker of 3.1.1 says it.
                _ => vec![0x20, 2, 0, 1],
            })
        }
        0x82 => {
            let id = body.get(..2)?;
            let (properties, mut filters): (&[u8], _) = match wanted {
                Version::V311 => (&[], body.get(2..)?),
                Version::V5 => {
                    let length = usize::from(*body.get(2)?);
                    (&[0], body.get(3 + length..)?)
                }
            };
            let mut codes = Vec::new();
            while let Some((length, rest)) = filters.split_first_chunk() {
                let length = usize::from(u16::from_be_bytes(*length));
                codes.push(rest.get(length)? & 3);
                filters = rest.get(length + 1..)?;
            }
            let said = [id, properties, &codes].concat();
            let head = [0x90, u8::try_from(said.len()).ok()?];
            Some([&head[..], &said].concat())
        }
        _ => None,
    }
}
