//! What passed between page and broker, as the browser's own log has it and as the proxy kept it → messages, each once, and
//! what the broker held for the page.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use footfall::time::Timestamp;

use super::passage::{DOORS, Passage};
use super::source::Taken;
use crate::frame_log::Socket;
use crate::proxy::Proxy;
use crate::tape::{Published, acknowledged, acknowledged_in, answers_in, ends_in, published};

/// The messages that came, those that the page acknowledged to the end, and how the broker let it in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Witness {
    pub(super) sent: BTreeSet<Passage>,
    pub(super) acknowledged: BTreeSet<Passage>,
    /// In their order. A proxy tells none.
    pub(super) connections: Vec<Connection>,
}

/// A CONNACK that let the page in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Connection {
    at: Timestamp,
    /// The broker goes on with a session that it had.
    session_present: bool,
    /// When all subscriptions were answered, if they were made by this connection.
    subscribed: Option<Timestamp>,
}

/// A time in which the broker held what was published for the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: Timestamp,
    /// `None`: it never ended.
    pub(super) until: Option<Timestamp>,
}

#[cfg(test)]
impl Connection {
    /// Subscribed at once.
    pub(super) fn new(at: Timestamp, session_present: bool) -> Self {
        Self {
            at,
            session_present,
            subscribed: (!session_present).then_some(at),
        }
    }
}

impl Span {
    pub(super) fn holds(self, taken: &Taken) -> bool {
        taken.begun >= self.from && self.until.is_none_or(|until| taken.ended <= until)
    }
}

impl Witness {
    /// As the browser tells of its sockets, for the page with that first topic level.
    pub(super) fn of_browser(sockets: &[Socket], root: &str) -> Self {
        let mut witness = Self::default();
        for socket in sockets {
            let answers = answers_in(&socket.received);
            let accepted = answers.connack.filter(|connack| connack.code == 0);
            let ends = |kind| ends_in(&socket.received, kind);
            let connack = ends(CONNACK).first().and_then(|end| socket.told_of(*end));
            let suback = ends(SUBACK).last().and_then(|end| socket.told_of(*end));
            witness
                .connections
                .extend(accepted.zip(connack).map(|(accepted, at)| Connection {
                    at,
                    session_present: accepted.session_present,
                    subscribed: suback.filter(|_| answers.granted.len() >= DOORS.len()),
                }));
            witness.note(answers.published, &acknowledged_in(&socket.sent), root);
        }
        witness
    }

    /// As it passed the proxy.
    pub(super) fn of_proxy(proxy: &Proxy, root: &str) -> Self {
        let mut witness = Self::default();
        for (tape, said) in proxy.tapes().iter().zip(proxy.said()) {
            witness.note(published(tape), &acknowledged(&said), root);
        }
        witness
    }

    /// What both know together.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.sent.extend(other.sent);
        self.acknowledged.extend(other.acknowledged);
        self.connections.extend(other.connections);
        self.connections.sort();
        self
    }

    /// When the broker held messages for the page: from the answer to a session's subscriptions until it reported that
    /// session present for the last time. What the last session has is held for good, as the page listens in the end.
    pub(super) fn held(&self) -> Vec<Span> {
        let sessions = self
            .connections
            .chunk_by(|_before, connection| connection.session_present);
        let mut spans: Vec<_> = sessions.map(span).collect();
        if let Some(Some(last)) = spans.last_mut() {
            last.until = None;
        }
        spans.into_iter().flatten().collect()
    }

    /// Checks what the browser tells by what passed the proxy: nothing comes from nowhere, and what was acknowledged had come.
    ///
    /// # Errors
    /// One of both does not tell the truth, or not all of it.
    pub(super) fn confirm(&self, proxy: &Self) -> Result<()> {
        let invented = self.sent.difference(&proxy.sent).count();
        ensure!(
            invented == 0,
            "the browser tells of {invented} messages that never passed the proxy"
        );
        let untold = proxy.acknowledged.difference(&self.sent).count();
        ensure!(
            untold == 0,
            "the browser does not tell of {untold} messages that it acknowledged"
        );
        Ok(())
    }

    fn note(&mut self, came: Vec<Published>, acknowledged: &[u16], root: &str) {
        let acknowledged: BTreeSet<&u16> = acknowledged.iter().collect();
        for message in came {
            let Some(passage) = Passage::of(&message, root) else {
                continue;
            };
            if acknowledged.contains(&message.id) {
                self.acknowledged.insert(passage.clone());
            }
            self.sent.insert(passage);
        }
    }
}

/// When the broker surely held messages in a session that these connections had; `None`: it was never subscribed.
fn span(session: &[Connection]) -> Option<Span> {
    let present = |connection: &&Connection| connection.session_present;
    let begun_before = session.first().filter(present);
    let mut subscribed = session
        .iter()
        .filter_map(|connection| connection.subscribed);
    let from = begun_before
        .map(|connection| connection.at)
        .or_else(|| subscribed.next())?;
    let reported = session.iter().rfind(present);
    Some(Span {
        from,
        // One that was never reported present may have been lost at once.
        until: Some(reported.map_or(from, |connection| connection.at)),
    })
}

/// Packet types.
const CONNACK: u8 = 2;
const SUBACK: u8 = 9;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn publish(id: u8, time: i64) -> Vec<u8> {
        let passage = Passage::new("gate", at(time));
        let (topic, payload) = (passage.topic("here"), passage.payload());
        let mut packet = vec![0x32, 0, 0, u8::try_from(topic.len()).unwrap()];
        packet.extend(topic.bytes());
        packet.extend([0, id]);
        packet.extend(payload.bytes());
        packet[1] = u8::try_from(packet.len() - 2).unwrap();
        packet
    }

    fn socket(messages: &[(u8, i64)], acknowledged: &[u8]) -> Socket {
        let came = messages.iter().flat_map(|&(id, time)| publish(id, time));
        let sent = acknowledged.iter().flat_map(|&id| [0x40, 2, 0, id]);
        Socket {
            received: came.collect(),
            sent: sent.collect(),
            ..Socket::default()
        }
    }

    #[test]
    fn messages_are_told_once_whatever_connection_they_came_by() {
        let first = socket(&[(1, 1), (2, 2)], &[1]);
        let second = socket(&[(2, 2), (3, 3)], &[2]);
        let told = Witness::of_browser(&[first.clone(), second], "here");
        assert_eq!((told.sent.len(), told.acknowledged.len()), (3, 2));
        let passed = told.clone();
        assert!(told.confirm(&passed).is_ok());
        let less = Witness::of_browser(&[first], "here");
        assert!(told.confirm(&less).is_err(), "one came from nowhere");
        assert!(
            less.confirm(&passed).is_ok(),
            "what was not acknowledged may get lost on the way"
        );
        let nothing = Witness::default();
        assert!(
            nothing.confirm(&passed).is_err(),
            "acknowledged, and never told"
        );
        assert_eq!(Witness::of_browser(&[], "here"), nothing);
    }

    /// Connected so; the answers to three subscriptions come 5 ms after.
    fn connected(millis: i64, session_present: bool) -> Socket {
        let mut socket = Socket {
            received: vec![0x20, 2, u8::from(session_present), 0],
            told: vec![(4, at(millis))],
            ..Socket::default()
        };
        if !session_present {
            for id in 1..=3 {
                socket.received.extend([0x90, 3, 0, id, 1]);
                let length = socket.received.len();
                socket
                    .told
                    .push((length, at(millis + 4 + i64::from(id) / 3)));
            }
        }
        socket
    }

    fn spans(sockets: &[Socket]) -> Vec<(i64, Option<i64>)> {
        let held = Witness::of_browser(sockets, "here").held();
        let span = |span: Span| (span.from.as_millis(), span.until.map(Timestamp::as_millis));
        held.into_iter().map(span).collect()
    }

    #[test]
    fn a_session_holds_messages_from_its_subscriptions_until_it_was_reported_present_last() {
        let (new, again) = (|at| connected(at, false), |at| connected(at, true));
        assert_eq!(spans(&[new(100)]), [(105, None)]);
        assert_eq!(spans(&[new(100), again(200)]), [(105, None)]);
        let lost = [new(100), again(200), again(300), new(400)];
        assert_eq!(spans(&lost), [(105, Some(300)), (405, None)]);
        let lost_twice = [new(100), new(200), again(300)];
        assert_eq!(spans(&lost_twice), [(105, Some(105)), (205, None)]);
        assert_eq!(spans(&[again(100)]), [(100, None)], "of another run");
        let mut unanswered = new(300);
        unanswered.received.truncate(4);
        let lost = [new(100), again(200), unanswered];
        assert_eq!(spans(&lost), [(105, Some(200))]);
        let mut refused = new(100);
        refused.received[3] = 5;
        assert_eq!(spans(&[refused]), []);
    }

    #[test]
    fn a_span_holds_what_was_published_and_taken_in_it() {
        let span = Span {
            from: at(10),
            until: Some(at(20)),
        };
        let taken = |begun, ended| Taken {
            passage: Passage::new("gate", at(begun)),
            begun: at(begun),
            ended: at(ended),
        };
        assert!(span.holds(&taken(10, 20)));
        assert!(!span.holds(&taken(9, 20)) && !span.holds(&taken(10, 21)));
        let open = Span {
            until: None,
            ..span
        };
        assert!(open.holds(&taken(10, 21)));
    }
}
