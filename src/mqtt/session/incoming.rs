//! Messages to us: which to deliver, which to acknowledge, in which order.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ordered::{OrderedMap, OrderedSet};
use crate::time::Monotonic;

use super::RECEIVE_MAXIMUM;
use crate::mqtt::decode::PacketId;
use crate::mqtt::encode::{Answer, answer, answer_unknown};
use crate::mqtt::{Message, QoS, Version, Violation};

/// The receiving half of a session. At most one entry a packet identifier, so 65,535 of each kind.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    /// Of the last delivery. Tokens are never used again, so those of a former connection settle nothing by mistake.
    last_token: u64,
    /// To be acknowledged on this connection, in the order of arrival [MQTT-4.6.0-2].
    unanswered: VecDeque<Unanswered>,
    /// The QoS 1 identifiers among them.
    at_least_once: OrderedSet<PacketId>,
    /// The QoS 2 identifiers among them.
    unreceived: OrderedSet<PacketId>,
    /// Tokens of QoS 1 and 2 whose messages are not kept yet.
    unsettled: OrderedSet<u64>,
    /// QoS 2 messages that were delivered and not released, and their tokens. They outlive the connection.
    exactly_once: OrderedMap<PacketId, u64>,
    /// While deliveries may be repetitions.
    pub(super) repeating: Option<Repeating>,
    /// How many messages of QoS 1 and 2 the broker may have under way to us.
    pub(super) window: u16,
}

#[derive(Debug)]
struct Unanswered {
    id: PacketId,
    answer: Answer,
    token: u64,
}

/// After a session was resumed, what was unacknowledged comes again. The standard marks it [MQTT-3.3.1-1], but Aedes
/// sends it with DUP = 0, and acknowledgements that were under way when the connection broke are known to nobody.
/// There can be no more of it than may be under way at once, and it comes first [MQTT-4.4.0-1]; only NATS holds it
/// back until its `ack_wait` (30 s by default) has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Repeating {
    left: u16,
    until: Monotonic,
}

impl Incoming {
    /// Takes a message. `None`: it was delivered before, and will be or was acknowledged.
    pub(super) fn publish(
        &mut self,
        mut message: Message,
        id: Option<PacketId>,
        now: Monotonic,
        unsent: &mut Vec<u8>,
    ) -> Result<Option<(Message, u64)>, Violation> {
        let Some(id) = id else {
            self.last_token += 1;
            return Ok(Some((message, self.last_token)));
        };
        let answer = match message.qos {
            QoS::ExactlyOnce => Answer::Pubrec,
            QoS::AtLeastOnce | QoS::AtMostOnce => Answer::Puback,
        };
        if self.is_in_use_otherwise(id, message.qos) {
            return Err(Violation::Unexpected);
        }
        if self.at_least_once.contains(&id) || self.unreceived.contains(&id) {
            // Repeated before we answered: the answer to come is for both [MQTT-4.3.2-2], [MQTT-4.3.3-2].
            return Ok(None);
        }
        if let Some(&token) = self.exactly_once.get(&id) {
            // Delivered before; answered again, when it is kept [MQTT-4.3.3-2].
            self.expect_answer(id, answer, token);
            self.answer(unsent);
            return Ok(None);
        }
        if self.at_least_once.len() + self.exactly_once.len() >= usize::from(self.window) {
            // [MQTT-3.3.4-9]
            return Err(Violation::ReceiveMaximum);
        }
        self.last_token += 1;
        let token = self.last_token;
        if message.qos == QoS::ExactlyOnce {
            self.exactly_once.insert(id, token);
        }
        self.unsettled.insert(token);
        self.expect_answer(id, answer, token);
        message.maybe_repeated |= self.may_repeat(now);
        Ok(Some((message, token)))
    }

    /// The message with this token is kept.
    pub(super) fn settle(&mut self, token: u64, unsent: &mut Vec<u8>) {
        if self.unsettled.remove(&token) {
            self.answer(unsent);
        }
    }

    /// PUBREL: the identifier is free again [MQTT-4.3.3-2].
    pub(super) fn release(
        &mut self,
        id: PacketId,
        version: Version,
        unsent: &mut Vec<u8>,
    ) -> Result<(), Violation> {
        if self.unreceived.contains(&id) || self.at_least_once.contains(&id) {
            // Before our PUBREC, or for a message of QoS 1.
            return Err(Violation::Unexpected);
        }
        if self.exactly_once.remove(&id).is_some() {
            unsent.extend_from_slice(&answer(Answer::Pubcomp, id));
        } else {
            // After a restart of ours the broker could not end otherwise.
            answer_unknown(version, Answer::Pubcomp, id, unsent);
        }
        Ok(())
    }

    /// The connection is gone, and with it the duty to answer: the broker sends again what is unanswered.
    pub(super) fn close(&mut self) {
        self.unanswered.clear();
        self.at_least_once.clear();
        self.unreceived.clear();
        self.repeating = None;
        let held: OrderedSet<u64> = self.exactly_once.values().copied().collect();
        self.unsettled.retain(|token| held.contains(token));
    }

    /// The broker has no session of ours.
    pub(super) fn forget(&mut self) {
        self.close();
        self.exactly_once.clear();
        self.unsettled.clear();
    }

    /// The broker still had our session.
    pub(super) fn resume(&mut self, now: Monotonic) {
        self.repeating = Some(Repeating {
            left: RECEIVE_MAXIMUM,
            until: now.after(REPEATING_FOR),
        });
        // Mosquitto 2.0.11 sends all that a session kept at once, and would again after each reconnect. What bounds it is the
        // number of identifiers, as in 3.1.1.
        self.window = u16::MAX;
    }

    fn is_in_use_otherwise(&self, id: PacketId, qos: QoS) -> bool {
        match qos {
            QoS::ExactlyOnce => self.at_least_once.contains(&id),
            QoS::AtLeastOnce | QoS::AtMostOnce => self.exactly_once.contains_key(&id),
        }
    }

    fn expect_answer(&mut self, id: PacketId, answer: Answer, token: u64) {
        match answer {
            Answer::Puback => self.at_least_once.insert(id),
            _ => self.unreceived.insert(id),
        };
        self.unanswered.push_back(Unanswered { id, answer, token });
    }

    /// Answers all that is kept and before which nothing waits.
    fn answer(&mut self, unsent: &mut Vec<u8>) {
        while let Some(next) = self.unanswered.front() {
            if self.unsettled.contains(&next.token) {
                return;
            }
            unsent.extend_from_slice(&answer(next.answer, next.id));
            self.at_least_once.remove(&next.id);
            self.unreceived.remove(&next.id);
            self.unanswered.pop_front();
        }
    }

    fn may_repeat(&mut self, now: Monotonic) -> bool {
        match &mut self.repeating {
            Some(repeating) if repeating.left > 0 && now < repeating.until => {
                repeating.left -= 1;
                true
            }
            _ => {
                self.repeating = None;
                false
            }
        }
    }
}

/// Twice the `ack_wait` of NATS.
const REPEATING_FOR: Duration = Duration::from_secs(60);
