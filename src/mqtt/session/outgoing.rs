//! Messages and wishes of ours: numbered, sent within the broker's limits, sent again after a resume, answered.

mod in_flight;

use std::collections::VecDeque;

use super::{Event, Outcome};
use crate::mqtt::decode::PacketId;
use crate::mqtt::encode::{self, Answer, answer, answer_unknown};
use crate::mqtt::{
    Connack, Publish, QoS, TopicFilter, Unsayable, Version, Violation, is_topic_name,
};
use crate::ordered::OrderedMap;

/// The sending half of a session.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    /// Messages of QoS 1 and 2 without their last answer, in the order in which they were given to us.
    outbound: VecDeque<Outbound>,
    /// Those whose PUBREC came and whose PUBREL waits, in the order in which they came [MQTT-4.6.0-4].
    received: Vec<PacketId>,
    /// SUBSCRIBE and UNSUBSCRIBE without answer.
    requests: OrderedMap<PacketId, Request>,
    last_id: u16,
    /// Answers to what we do not know (any more); they change nothing.
    strays: u64,
    /// In which the last connection speaks, or spoke.
    version: Option<Version>,
    /// None: there is no connection.
    limits: Option<Limits>,
}

#[derive(Debug)]
struct Outbound {
    key: u64,
    publish: Publish,
    /// As it is sent again, if a former run sent it: the message is not taken apart for that.
    packet: Option<Vec<u8>>,
    stage: Stage,
    /// Written on this connection.
    is_under_way: bool,
    /// QoS 2: with PUBREC the broker said that nobody has subscribed to the topic.
    is_unheard: bool,
    /// Connections in a row that the broker ended soon after this was written, without an answer to it.
    refusals: u8,
    /// Nobody waits for it any more: it is sent again only where the standard demands it.
    is_withdrawn: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Waiting,
    Published(PacketId),
    /// QoS 2: PUBREC came. PUBREL is sent when that is kept: a later run that did not know of it would send the message again,
    /// and the broker would take it for another one.
    Received(PacketId),
    /// QoS 2: PUBREL may be sent.
    Released(PacketId),
}

impl Stage {
    const fn id(self) -> Option<PacketId> {
        match self {
            Self::Waiting => None,
            Self::Published(id) | Self::Received(id) | Self::Released(id) => Some(id),
        }
    }
}

#[derive(Debug)]
enum Request {
    Subscribe { filters: usize },
    Unsubscribe { filters: usize },
}

/// What the broker takes.
#[derive(Debug)]
struct Limits {
    version: Version,
    receive_maximum: usize,
    maximum_qos: QoS,
    retain_available: bool,
    maximum_packet_size: usize,
    subscription_identifiers: bool,
}

type Events = VecDeque<Event>;

impl Outgoing {
    /// CONNACK came: what was under way is sent again, in order [MQTT-4.4.0-1], [MQTT-4.6.0-1], then what waited.
    pub(super) fn open(
        &mut self,
        version: Version,
        connack: &Connack,
        unsent: &mut Vec<u8>,
        events: &mut Events,
    ) {
        if self.version.replace(version) != Some(version) {
            // Its packets have another form.
            self.outbound.retain(|message| message.packet.is_none());
        }
        self.limits = Some(Limits {
            version,
            receive_maximum: usize::from(connack.receive_maximum),
            maximum_qos: connack.maximum_qos,
            retain_available: connack.retain_available,
            maximum_packet_size: usize::try_from(connack.maximum_packet_size).unwrap_or(usize::MAX),
            subscription_identifiers: connack.subscription_identifiers,
        });
        self.send(unsent, events);
    }

    /// The connection ends soon after it began. A broker may have no other answer to a message than this, as NATS 2.9 at
    /// QoS 2: to send it again and again would be the end of the link.
    pub(super) fn end_early(&mut self, events: &mut Events) {
        self.outbound.retain_mut(|message| {
            if message.is_under_way && matches!(message.stage, Stage::Published(_)) {
                message.refusals += 1;
            }
            let is_refused = message.refusals >= REFUSALS;
            if is_refused {
                let outcome = Outcome::Refused(IMPLEMENTATION_SPECIFIC_ERROR);
                events.push_back(Event::Published(message.key, outcome));
            }
            !is_refused
        });
    }

    /// The connection has lasted: what it ended with was not said to what is under way.
    pub(super) fn end_late(&mut self) {
        for message in &mut self.outbound {
            message.refusals = 0;
        }
    }

    /// The connection is gone.
    pub(super) fn close(&mut self) {
        self.limits = None;
        self.requests.clear();
        for message in &mut self.outbound {
            message.is_under_way = false;
        }
    }

    /// The broker has no session of ours. What it may not have is published anew at QoS 1; at QoS 2 that could be
    /// once too often, so its sender must decide.
    pub(super) fn forget(&mut self, events: &mut Events) {
        self.outbound
            .retain_mut(|message| match (message.stage, message.publish.qos) {
                (Stage::Waiting, _) => true,
                (Stage::Published(_), qos) if message.is_withdrawn || qos == QoS::ExactlyOnce => {
                    let outcome = Outcome::Refused(PACKET_IDENTIFIER_NOT_FOUND);
                    events.push_back(Event::Published(message.key, outcome));
                    false
                }
                (Stage::Published(_), _) => {
                    message.stage = Stage::Waiting;
                    true
                }
                (Stage::Received(_) | Stage::Released(_), _) => {
                    events.push_back(Event::Published(message.key, Outcome::Acknowledged));
                    false
                }
            });
    }

    pub(super) fn publish(
        &mut self,
        key: u64,
        publish: Publish,
        unsent: &mut Vec<u8>,
        events: &mut Events,
    ) {
        let refusal = if !is_topic_name(&publish.topic) {
            Some(TOPIC_NAME_INVALID)
        } else if publish.qos == QoS::AtMostOnce && self.limits.is_none() {
            Some(SERVER_UNAVAILABLE)
        } else if self.outbound.len() >= MAX_OUTBOUND {
            Some(QUOTA_EXCEEDED)
        } else {
            None
        };
        if let Some(code) = refusal {
            events.push_back(Event::Published(key, Outcome::Refused(code)));
            return;
        }
        self.outbound.push_back(Outbound {
            key,
            publish,
            packet: None,
            stage: Stage::Waiting,
            is_under_way: false,
            is_unheard: false,
            refusals: 0,
            is_withdrawn: false,
        });
        self.send(unsent, events);
    }

    /// Nobody waits for the message of that key any more. What was not sent is not sent.
    pub(super) fn withdraw(&mut self, key: u64) {
        self.outbound
            .retain(|message| message.key != key || message.stage != Stage::Waiting);
        for message in &mut self.outbound {
            message.is_withdrawn |= message.key == key;
        }
    }

    /// What was told of PUBREC is kept: PUBREL may leave.
    pub(super) fn release(&mut self, unsent: &mut Vec<u8>) {
        for id in std::mem::take(&mut self.received) {
            let mut outbound = self.outbound.iter_mut();
            if let Some(message) = outbound.find(|message| message.stage == Stage::Received(id)) {
                message.stage = Stage::Released(id);
                if message.is_under_way {
                    unsent.extend_from_slice(&answer(Answer::Pubrel, id));
                }
            }
        }
    }

    /// PUBACK. RabbitMQ 3.10 sends it for QoS 2 too.
    pub(super) fn acknowledged(
        &mut self,
        id: PacketId,
        code: u8,
        unsent: &mut Vec<u8>,
        events: &mut Events,
    ) {
        self.finish(Stage::Published(id), outcome(code), unsent, events);
    }

    /// PUBREC.
    pub(super) fn received(
        &mut self,
        id: PacketId,
        code: u8,
        unsent: &mut Vec<u8>,
        events: &mut Events,
    ) -> Result<(), Violation> {
        let mut outbound = self.outbound.iter_mut();
        match outbound.find(|message| message.stage.id() == Some(id)) {
            // For a message of QoS 1.
            Some(message) if message.publish.qos < QoS::ExactlyOnce => {
                return Err(Violation::Unexpected);
            }
            _ if code >= FIRST_ERROR => {
                self.finish(Stage::Published(id), outcome(code), unsent, events);
            }
            Some(message) if message.stage == Stage::Released(id) => {
                unsent.extend_from_slice(&answer(Answer::Pubrel, id));
            }
            Some(message) if message.stage == Stage::Received(id) => {}
            Some(message) => {
                self.received.push(id);
                message.stage = Stage::Received(id);
                message.is_unheard = code == NO_MATCHING_SUBSCRIBERS;
                events.push_back(Event::Received);
            }
            // The broker could not end otherwise.
            None => answer_unknown(
                self.version.unwrap_or(Version::V311),
                Answer::Pubrel,
                id,
                unsent,
            ),
        }
        Ok(())
    }

    /// PUBCOMP.
    pub(super) fn completed(
        &mut self,
        id: PacketId,
        unsent: &mut Vec<u8>,
        events: &mut Events,
    ) -> Result<(), Violation> {
        let too_early = [Stage::Published(id), Stage::Received(id)];
        let mut outbound = self.outbound.iter();
        if outbound.any(|message| too_early.contains(&message.stage)) {
            // Before PUBREL, or for a message of QoS 1.
            return Err(Violation::Unexpected);
        }
        self.finish(Stage::Released(id), Outcome::Acknowledged, unsent, events);
        Ok(())
    }

    /// How many answers came to what we do not know.
    pub(super) const fn strays(&self) -> u64 {
        self.strays
    }

    pub(super) fn subscribe(
        &mut self,
        filters: &[(TopicFilter, QoS)],
        identifier: Option<u32>,
        unsent: &mut Vec<u8>,
    ) -> Result<u16, Unsayable> {
        let request = Request::Subscribe {
            filters: filters.len(),
        };
        self.request(request, unsent, |version, id| {
            encode::subscribe(version, id, filters, identifier)
        })
    }

    pub(super) fn unsubscribe(
        &mut self,
        filters: &[TopicFilter],
        unsent: &mut Vec<u8>,
    ) -> Result<u16, Unsayable> {
        let request = Request::Unsubscribe {
            filters: filters.len(),
        };
        self.request(request, unsent, |version, id| {
            encode::unsubscribe(version, id, filters)
        })
    }

    /// SUBACK with so many codes. False: to nothing that we asked.
    pub(super) fn subscribed(&mut self, id: PacketId, codes: usize) -> Result<bool, Violation> {
        match self.requests.remove(&id) {
            Some(Request::Subscribe { filters }) if filters == codes => Ok(true),
            // [MQTT-3.9.3-1]
            Some(Request::Subscribe { .. }) => Err(Violation::Malformed),
            Some(Request::Unsubscribe { .. }) => Err(Violation::Unexpected),
            None => {
                self.strays += 1;
                Ok(false)
            }
        }
    }

    /// UNSUBACK; 3.1.1 has no codes. False: to nothing that we asked.
    pub(super) fn unsubscribed(
        &mut self,
        id: PacketId,
        codes: Option<usize>,
    ) -> Result<bool, Violation> {
        match self.requests.remove(&id) {
            Some(Request::Unsubscribe { filters })
                if codes.is_none_or(|codes| codes == filters) =>
            {
                Ok(true)
            }
            // [MQTT-3.11.3-1]
            Some(Request::Unsubscribe { .. }) => Err(Violation::Malformed),
            Some(Request::Subscribe { .. }) => Err(Violation::Unexpected),
            None => {
                self.strays += 1;
                Ok(false)
            }
        }
    }

    fn request(
        &mut self,
        request: Request,
        unsent: &mut Vec<u8>,
        encode: impl FnOnce(Version, PacketId) -> Result<Vec<u8>, Unsayable>,
    ) -> Result<u16, Unsayable> {
        let limits = self.limits.as_ref().ok_or(Unsayable)?;
        let id = free_id(self.last_id, &self.outbound, &self.requests).ok_or(Unsayable)?;
        let bytes = encode(limits.version, id)?;
        self.check(&bytes)?;
        unsent.extend_from_slice(&bytes);
        self.last_id = id.get();
        self.requests.insert(id, request);
        Ok(id.get())
    }

    /// Whether the broker takes a packet now [MQTT-3.2.2-15].
    pub(super) fn check(&self, packet: &[u8]) -> Result<(), Unsayable> {
        match &self.limits {
            Some(limits) if packet.len() <= limits.maximum_packet_size => Ok(()),
            _ => Err(Unsayable),
        }
    }

    /// The last answer to a message came.
    fn finish(
        &mut self,
        stage: Stage,
        outcome: Outcome,
        unsent: &mut Vec<u8>,
        events: &mut Events,
    ) {
        let position = self.outbound.iter().position(|it| it.stage == stage);
        if let Some(message) = position.and_then(|position| self.outbound.remove(position)) {
            let outcome = match outcome {
                Outcome::Acknowledged if message.is_unheard => Outcome::Unheard,
                outcome => outcome,
            };
            events.push_back(Event::Published(message.key, outcome));
            self.send(unsent, events);
        } else {
            self.strays += 1;
        }
    }

    pub(super) fn has_identifiers(&self) -> bool {
        let limits = self.limits.as_ref();
        limits.is_some_and(|limits| limits.subscription_identifiers)
    }

    /// Writes what is not under way, in order, as far as the broker's window reaches [MQTT-3.3.4-7]. PUBREL does not
    /// wait for the window [MQTT-3.3.4-8].
    fn send(&mut self, unsent: &mut Vec<u8>, events: &mut Events) {
        let Some(limits) = &self.limits else { return };
        let under_way = self.outbound.iter().filter(|it| it.is_under_way).count();
        let mut window = limits.receive_maximum.saturating_sub(under_way);
        let mut index = 0;
        while let Some(message) = self.outbound.get(index) {
            let is_received = matches!(message.stage, Stage::Received(_) | Stage::Released(_));
            if message.is_under_way || window == 0 && !is_received {
                index += 1;
                continue;
            }
            let known = message.stage.id();
            let id = known.or_else(|| free_id(self.last_id, &self.outbound, &self.requests));
            // Never none: fewer messages than identifiers.
            let Some(id) = id else { return };
            let was_waiting = message.stage == Stage::Waiting;
            let qos = match message.publish.qos {
                // Its PUBLISH is not sent again.
                qos if is_received => qos,
                // [MQTT-3.2.2-11]
                qos => qos.min(limits.maximum_qos),
            };
            match limits.write(message, id, qos) {
                Ok(bytes) => {
                    unsent.extend_from_slice(&bytes);
                    if was_waiting || qos == QoS::AtMostOnce {
                        events.push_back(Event::Published(message.key, Outcome::Sent));
                    }
                }
                Err(code) => {
                    events.push_back(Event::Published(message.key, Outcome::Refused(code)));
                    self.outbound.remove(index);
                    continue;
                }
            }
            if qos == QoS::AtMostOnce {
                self.outbound.remove(index);
                continue;
            }
            if let Some(message) = self.outbound.get_mut(index) {
                message.is_under_way = true;
                message.publish.qos = qos;
                if was_waiting {
                    message.stage = Stage::Published(id);
                    self.last_id = id.get();
                }
            }
            window = window.saturating_sub(1);
            index += 1;
        }
    }
}

impl Limits {
    /// The packet that takes a message a step further, or the reason code for which it cannot be sent.
    fn write(&self, message: &Outbound, id: PacketId, qos: QoS) -> Result<Vec<u8>, u8> {
        let duplicate = match message.stage {
            // [MQTT-3.3.1-1]
            Stage::Waiting => false,
            Stage::Published(_) => true,
            // PUBREL when that is kept.
            Stage::Received(_) => return Ok(Vec::new()),
            Stage::Released(_) => return Ok(answer(Answer::Pubrel, id).to_vec()),
        };
        if message.publish.retain && !self.retain_available {
            // [MQTT-3.2.2-14]
            return Err(RETAIN_NOT_SUPPORTED);
        }
        let bytes = match &message.packet {
            Some(packet) if qos == message.publish.qos => packet.clone(),
            Some(_) => return Err(QOS_NOT_SUPPORTED),
            None => encode::publish(self.version, &message.publish, qos, id, duplicate)
                .map_err(|Unsayable| PACKET_TOO_LARGE)?,
        };
        // [MQTT-3.2.2-15]
        if bytes.len() > self.maximum_packet_size {
            return Err(PACKET_TOO_LARGE);
        }
        Ok(bytes)
    }
}

/// The next identifier that no unanswered packet has [MQTT-2.2.1-3].
fn free_id(
    last: u16,
    outbound: &VecDeque<Outbound>,
    requests: &OrderedMap<PacketId, Request>,
) -> Option<PacketId> {
    let is_used = |id: PacketId| {
        let has_id = |message: &Outbound| message.stage.id() == Some(id);
        requests.contains_key(&id) || outbound.iter().any(has_id)
    };
    (1..=u16::MAX)
        .filter_map(|step| PacketId::new(last.wrapping_add(step)))
        .find(|&id| !is_used(id))
}

const fn outcome(code: u8) -> Outcome {
    match code {
        FIRST_ERROR.. => Outcome::Refused(code),
        NO_MATCHING_SUBSCRIBERS => Outcome::Unheard,
        _ => Outcome::Acknowledged,
    }
}

/// A person presses buttons and rules fire: more than this waiting means that nothing goes out.
const MAX_OUTBOUND: usize = 256;

/// Chance ends one connection so, or two.
const REFUSALS: u8 = 3;

const NO_MATCHING_SUBSCRIBERS: u8 = 0x10;

/// Reason codes from here on say no.
const FIRST_ERROR: u8 = 0x80;
const IMPLEMENTATION_SPECIFIC_ERROR: u8 = 0x83;
const SERVER_UNAVAILABLE: u8 = 0x88;
const TOPIC_NAME_INVALID: u8 = 0x90;
const PACKET_IDENTIFIER_NOT_FOUND: u8 = 0x92;
const PACKET_TOO_LARGE: u8 = 0x95;
const QUOTA_EXCEEDED: u8 = 0x97;
const QOS_NOT_SUPPORTED: u8 = 0x9B;
const RETAIN_NOT_SUPPORTED: u8 = 0x9A;
