//! What passed between page and broker, as the browser's own log has it and as the proxy kept it → messages, each once.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use crate::frame_log::Socket;
use crate::proxy::Proxy;
use crate::tape::{Published, acknowledged, acknowledged_in, answers_in, published};

/// The payloads that came of some topics, and those that the page acknowledged to the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Witness {
    pub(super) sent: BTreeSet<Vec<u8>>,
    pub(super) acknowledged: BTreeSet<Vec<u8>>,
}

impl Witness {
    /// As the browser tells of its sockets.
    pub(super) fn of_browser(sockets: &[Socket], topics: &[String]) -> Self {
        let mut witness = Self::default();
        for socket in sockets {
            let came = answers_in(&socket.received).published;
            witness.note(came, &acknowledged_in(&socket.sent), topics);
        }
        witness
    }

    /// As it passed the proxy.
    pub(super) fn of_proxy(proxy: &Proxy, topics: &[String]) -> Self {
        let mut witness = Self::default();
        for (tape, said) in proxy.tapes().iter().zip(proxy.said()) {
            witness.note(published(tape), &acknowledged(&said), topics);
        }
        witness
    }

    /// What both know together.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.sent.extend(other.sent);
        self.acknowledged.extend(other.acknowledged);
        self
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

    fn note(&mut self, came: Vec<Published>, acknowledged: &[u16], topics: &[String]) {
        let acknowledged: BTreeSet<&u16> = acknowledged.iter().collect();
        for message in came {
            if !topics.contains(&message.topic) {
                continue;
            }
            // One that was made too large is the same message.
            let payload = message.payload.trim_ascii_end().to_vec();
            if acknowledged.contains(&message.id) {
                self.acknowledged.insert(payload.clone());
            }
            self.sent.insert(payload);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket(messages: &[(u8, u8)], acknowledged: &[u8]) -> Socket {
        let came = messages.iter().flat_map(|&(id, payload)| {
            let mut packet = vec![0x32, 6, 0, 1, b'a', 0, id, payload];
            packet.extend((payload == b'L').then_some(b' '));
            packet[1] = u8::try_from(packet.len() - 2).unwrap();
            packet
        });
        let sent = acknowledged.iter().flat_map(|&id| [0x40, 2, 0, id]);
        Socket {
            url: String::new(),
            received: came.collect(),
            sent: sent.collect(),
        }
    }

    #[test]
    fn messages_are_told_once_whatever_connection_they_came_by() {
        let topics = ["a".to_owned()];
        let first = socket(&[(1, b'x'), (2, b'y')], &[1]);
        let second = socket(&[(2, b'y'), (3, b'L')], &[2]);
        let told = Witness::of_browser(&[first.clone(), second], &topics);
        assert_eq!((told.sent.len(), told.acknowledged.len()), (3, 2));
        let passed = told.clone();
        assert!(told.confirm(&passed).is_ok());
        let less = Witness::of_browser(&[first], &topics);
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
        assert_eq!(Witness::of_browser(&[], &topics), nothing);
    }
}
