//! What a client and a broker remember of each other: bytes → events, and wishes → bytes, over any number of connections.
//!
//! A [`Session`] does no I/O and knows no clock but the one it is told. It reads one packet at a time, when it is asked
//! for the next event, so that a frame with a hundred thousand packets costs no more memory than its bytes.

mod incoming;
mod outgoing;

use std::collections::VecDeque;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Monotonic;

use super::decode::{Packet, decode};
use super::encode;
use super::frame::{Frames, Kind};
use super::{
    Authentication, Connack, Connect, Message, Publish, QoS, Reason, TopicFilter, Unsayable,
};
use super::{Version, Violation};
use incoming::{Incoming, Repeating};
use outgoing::Outgoing;

/// The client's side of an MQTT session. It outlives the connections, as the standard's session state does
/// [MQTT-4.1.0-1]: what we publish and is not acknowledged, and the QoS 2 messages that came and are not released.
pub struct Session {
    phase: Phase,
    version: Version,
    frames: Frames,
    /// What the topic aliases of this connection stand for, alias 1 first.
    aliases: Vec<String>,
    /// Of this connection, if it is more than user name and password.
    authentication: Option<Box<dyn Authentication>>,
    incoming: Incoming,
    outgoing: Outgoing,
    unsent: Vec<u8>,
    events: VecDeque<Event>,
}

/// How far the bytes of a connection were read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    /// The beginning of a packet whose end has not come.
    rest: Vec<u8>,
    /// What its topic aliases stand for.
    aliases: Vec<String>,
    /// Whether what comes may have come before.
    repeating: Option<Repeating>,
    /// How many messages may be under way.
    window: u16,
}

/// What a session tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The broker accepted us. `session_present`: it still had our session.
    Connected(Connack),
    /// The broker refused us; it closes.
    Refused(Connack),
    /// The broker has a session that we do not know. The connection must be closed [MQTT-3.2.2-4].
    UnknownSession,
    /// A message, and the token with which it is settled.
    Message(Message, u64),
    /// The answer to the SUBSCRIBE of that number, a reason code a filter.
    Subscribed(u16, Vec<u8>),
    /// The answer to the UNSUBSCRIBE of that number.
    Unsubscribed(u16),
    /// How far the message published under that key is.
    Published(u64, Outcome),
    /// PUBREC came: [`Session::release`] when [`Session::in_flight`] is kept as it is now.
    Received,
    /// The broker said DISCONNECT; it closes.
    Disconnected(Reason),
}

/// How far a published message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Written.
    Sent,
    /// The broker has it.
    Acknowledged,
    /// The broker has it, and nobody has subscribed to its topic (version 5, where the broker says so).
    Unheard,
    /// The broker, or its limits, refused it (reason code).
    Refused(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Closed,
    AwaitingConnack { has_state: bool },
    Open,
}

impl Session {
    /// A session of which nothing is known yet.
    pub fn new() -> Self {
        Self {
            phase: Phase::Closed,
            version: Version::V5,
            frames: Frames::default(),
            aliases: Vec::new(),
            authentication: None,
            incoming: Incoming::default(),
            outgoing: Outgoing::default(),
            unsent: Vec::new(),
            events: VecDeque::new(),
        }
    }

    /// A connection is open: writes CONNECT. From now on bytes are understood, also those that come with CONNACK.
    ///
    /// `has_state`: this client identifier had a session before, in this run or a former one, and the broker may
    /// have kept it. `authentication`: what to sign in with instead of a password; version 5 only.
    ///
    /// # Errors
    /// If a text of the CONNECT has no form in MQTT.
    pub fn open(
        &mut self,
        connect: &Connect,
        has_state: bool,
        mut authentication: Option<Box<dyn Authentication>>,
    ) -> Result<(), Unsayable> {
        self.close();
        let properties = match &mut authentication {
            Some(authentication) => authentication.connect()?,
            None => Vec::new(),
        };
        self.authentication = authentication;
        self.unsent = encode::connect(
            connect,
            &properties,
            RECEIVE_MAXIMUM,
            MAXIMUM_PACKET_SIZE,
            TOPIC_ALIAS_MAXIMUM,
        )?;
        self.version = connect.version;
        self.incoming.window = match connect.version {
            Version::V5 => RECEIVE_MAXIMUM,
            // It cannot tell the broker.
            Version::V311 => u16::MAX,
        };
        // None of a former connection [MQTT-3.3.2-7].
        self.aliases.clear();
        self.aliases
            .resize(TOPIC_ALIAS_MAXIMUM.into(), String::new());
        self.phase = Phase::AwaitingConnack {
            has_state: has_state && !connect.clean,
        };
        Ok(())
    }

    /// The connection is about to be closed; `early`: soon after it began.
    pub fn end(&mut self, early: bool) {
        if early {
            self.outgoing.end_early(&mut self.events);
        } else {
            self.outgoing.end_late();
        }
    }

    /// The connection is closed. What both sides remember stays.
    pub fn close(&mut self) {
        self.phase = Phase::Closed;
        self.frames.clear();
        self.unsent.clear();
        self.incoming.close();
        self.outgoing.close();
        let is_of_us = |event: &Event| matches!(event, Event::Published(..));
        self.events.retain(is_of_us);
    }

    /// What both sides remember is of no use: the next connection is another client's, or to another broker.
    pub fn forget(&mut self) {
        self.incoming.forget();
        self.outgoing.forget(&mut self.events);
    }

    /// Whether CONNACK accepted us.
    pub fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    /// How many answers came to what we did not ask, or no longer know. They are no faults: a run of
    /// the page before this one may have asked.
    pub const fn strays(&self) -> u64 {
        self.outgoing.strays()
    }

    /// How far the bytes of this connection were read.
    pub fn stream(&self) -> Stream {
        Stream {
            rest: self.frames.rest().to_vec(),
            aliases: self.aliases.clone(),
            repeating: self.incoming.repeating,
            window: self.incoming.window,
        }
    }

    /// Goes on with the bytes of another connection where that was.
    pub fn resume_stream(&mut self, stream: Stream) {
        self.frames.clear();
        self.frames.push(stream.rest);
        self.aliases = stream.aliases;
        self.incoming.repeating = stream.repeating;
        self.incoming.window = stream.window;
    }

    /// Takes bytes of the connection, cut anywhere.
    pub fn handle_bytes(&mut self, bytes: Vec<u8>) {
        if self.phase != Phase::Closed {
            self.frames.push(bytes);
        }
    }

    /// The next event; `None` until something happens.
    ///
    /// # Errors
    /// If the broker breaks the standard. The connection is then of no use, and the session counts it as closed, but
    /// [`Session::disconnect`] may still say why.
    pub fn poll_event(&mut self, now: Monotonic) -> Result<Option<Event>, Violation> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(Some(event));
            }
            match self.handle_packet(now) {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(violation) => {
                    self.frames.clear();
                    self.phase = Phase::Closed;
                    return Err(violation);
                }
            }
        }
    }

    /// Takes what is to be sent; empty if nothing is.
    pub fn take_unsent(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.unsent)
    }

    /// What the message with this token said is kept: it may be acknowledged, after all that came before it.
    pub fn settle(&mut self, token: u64) {
        self.incoming.settle(token, &mut self.unsent);
    }

    /// What we sent and the broker may have, for another run of the page.
    pub fn in_flight(&self) -> Vec<u8> {
        self.outgoing.in_flight()
    }

    /// Goes on with what a former run had sent; `last_id`: any number, other than in that run.
    pub fn restore(&mut self, in_flight: &[u8], last_id: u16) {
        self.outgoing.restore(in_flight, last_id);
    }

    /// What [`Session::in_flight`] says of each [`Event::Received`] is kept, or need not be.
    pub fn release(&mut self) {
        self.outgoing.release(&mut self.unsent);
    }

    /// Nobody waits any more for the message that was published under this key: it is not sent, and not sent again unless the
    /// standard demands it.
    pub fn withdraw(&mut self, key: u64) {
        self.outgoing.withdraw(key);
    }

    /// Publishes. QoS 1 and 2 wait for a connection, QoS 0 does not: it is refused without one.
    pub fn publish(&mut self, key: u64, publish: Publish) {
        let (outgoing, unsent, events) = self.outgoing();
        outgoing.publish(key, publish, unsent, events);
    }

    /// Writes SUBSCRIBE and gives its number. Messages tell the identifier, if [`Session::has_identifiers`].
    ///
    /// # Errors
    /// If there is no connection, or the packet would be larger than the broker takes.
    pub fn subscribe(
        &mut self,
        filters: &[(TopicFilter, QoS)],
        identifier: Option<u32>,
    ) -> Result<u16, Unsayable> {
        let (outgoing, unsent, _) = self.outgoing();
        outgoing.subscribe(filters, identifier, unsent)
    }

    /// Whether the broker tells by which subscription a message comes.
    pub fn has_identifiers(&self) -> bool {
        self.outgoing.has_identifiers()
    }

    /// Writes UNSUBSCRIBE and gives its number.
    ///
    /// # Errors
    /// If there is no connection, or the packet would be larger than the broker takes.
    pub fn unsubscribe(&mut self, filters: &[TopicFilter]) -> Result<u16, Unsayable> {
        let (outgoing, unsent, _) = self.outgoing();
        outgoing.unsubscribe(filters, unsent)
    }

    /// Writes AUTH: signs in anew on a connection that was authenticated by the same method [MQTT-4.12.1-1].
    ///
    /// # Errors
    /// If there is no such connection, or the packet would be larger than the broker takes.
    pub fn renew(&mut self, mut authentication: Box<dyn Authentication>) -> Result<(), Unsayable> {
        if self.authentication.is_none() {
            return Err(Unsayable);
        }
        let packet = authentication.renew()?;
        self.outgoing.check(&packet)?;
        self.unsent.extend(packet);
        self.authentication = Some(authentication);
        Ok(())
    }

    /// Writes PINGREQ.
    pub fn ping(&mut self) {
        if self.phase == Phase::Open {
            self.unsent.extend_from_slice(&encode::PINGREQ);
        }
    }

    /// Writes DISCONNECT. Nothing may follow it [MQTT-3.14.4-2].
    pub fn disconnect(&mut self, code: u8) {
        self.unsent
            .extend_from_slice(&encode::disconnect(self.version, code));
    }

    /// Handles the next whole packet. False if there is none.
    fn handle_packet(&mut self, now: Monotonic) -> Result<bool, Violation> {
        if self.phase == Phase::Closed {
            return Ok(false);
        }
        let maximum = match self.version {
            Version::V5 => MAXIMUM_PACKET_SIZE,
            Version::V311 => MAXIMUM_UNSAID,
        };
        let maximum = usize::try_from(maximum).unwrap_or(usize::MAX);
        let Some(frame) = self.frames.next(self.version, maximum)? else {
            return Ok(false);
        };
        if frame.kind == Kind::Auth {
            // Only to who asked for it [MQTT-4.12.0-6].
            let authentication = self.authentication.as_mut().ok_or(Violation::Unexpected)?;
            let answer = authentication.handle_auth(frame.body)?;
            self.unsent.extend(answer);
            return Ok(true);
        }
        let packet = decode(frame, self.version)?;
        if let Phase::AwaitingConnack { has_state } = self.phase {
            // The first packet from a broker is CONNACK [MQTT-3.2.0-1].
            let Packet::Connack(connack) = packet else {
                return Err(Violation::Unexpected);
            };
            self.handle_connack(connack, has_state, now)?;
            return Ok(true);
        }
        self.handle_open_packet(packet, now)?;
        Ok(true)
    }

    fn handle_connack(
        &mut self,
        connack: Connack,
        has_state: bool,
        now: Monotonic,
    ) -> Result<(), Violation> {
        if connack.code != 0 {
            self.phase = Phase::Closed;
            self.events.push_back(Event::Refused(connack));
            return Ok(());
        }
        match &mut self.authentication {
            Some(authentication) => authentication.handle_connack(&connack)?,
            // [MQTT-4.12.0-6]
            None if connack.authentication_method.is_some() => return Err(Violation::Unexpected),
            None => {}
        }
        if connack.session_present && !has_state {
            self.phase = Phase::Closed;
            self.events.push_back(Event::UnknownSession);
            return Ok(());
        }
        self.phase = Phase::Open;
        if connack.session_present {
            self.incoming.resume(now);
        } else {
            // [MQTT-3.2.2-5]: also the identifiers of QoS 2, or the next message with one of them would be lost.
            self.forget();
        }
        // Before what follows from it: publications that waited are told as sent after "connected".
        self.events.push_front(Event::Connected(connack.clone()));
        let version = self.version;
        let (outgoing, unsent, events) = self.outgoing();
        outgoing.open(version, &connack, unsent, events);
        Ok(())
    }

    fn handle_open_packet(&mut self, packet: Packet, now: Monotonic) -> Result<(), Violation> {
        match packet {
            Packet::Publish(mut message, id, alias) => {
                self.resolve(&mut message.topic, alias)?;
                let delivery = self.incoming.publish(message, id, now, &mut self.unsent)?;
                if let Some((message, token)) = delivery {
                    self.events.push_back(Event::Message(message, token));
                }
            }
            Packet::Pubrel(id) => self.incoming.release(id, self.version, &mut self.unsent)?,
            Packet::Puback(id, code) => {
                let (outgoing, unsent, events) = self.outgoing();
                outgoing.acknowledged(id, code, unsent, events);
            }
            Packet::Pubrec(id, code) => {
                let (outgoing, unsent, events) = self.outgoing();
                outgoing.received(id, code, unsent, events)?;
            }
            Packet::Pubcomp(id) => {
                let (outgoing, unsent, events) = self.outgoing();
                outgoing.completed(id, unsent, events)?;
            }
            Packet::Suback(id, codes) => {
                if self.outgoing.subscribed(id, codes.len())? {
                    self.events.push_back(Event::Subscribed(id.get(), codes));
                }
            }
            Packet::Unsuback(id, codes) => {
                let codes = (self.version == Version::V5).then_some(codes.len());
                if self.outgoing.unsubscribed(id, codes)? {
                    self.events.push_back(Event::Unsubscribed(id.get()));
                }
            }
            // Its bytes have done their work: they show that the broker lives.
            Packet::Pingresp => {}
            Packet::Disconnect(reason) => {
                self.phase = Phase::Closed;
                self.events.push_back(Event::Disconnected(reason));
            }
            // [MQTT-3.2.0-2]
            Packet::Connack(_) => return Err(Violation::Unexpected),
        }
        Ok(())
    }

    /// Puts the topic that its alias stands for where it is missing, and remembers it where it is not.
    fn resolve(&mut self, topic: &mut String, alias: Option<u16>) -> Result<(), Violation> {
        if let Some(alias) = alias {
            let index = usize::from(alias).wrapping_sub(1);
            let known = self.aliases.get_mut(index).ok_or(Violation::TopicAlias)?;
            if topic.is_empty() {
                topic.clone_from(known);
            } else {
                known.clone_from(topic);
            }
        }
        if topic.is_empty() {
            // [MQTT-4.7.3-1]
            return Err(Violation::Unexpected);
        }
        Ok(())
    }

    fn outgoing(&mut self) -> (&mut Outgoing, &mut Vec<u8>, &mut VecDeque<Event>) {
        (&mut self.outgoing, &mut self.unsent, &mut self.events)
    }
}

/// Without the bytes to send, because the first of them hold the password.
impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Session")
            .field("phase", &self.phase)
            .field("version", &self.version)
            .field("incoming", &self.incoming)
            .field("outgoing", &self.outgoing)
            .finish_non_exhaustive()
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

/// How many messages of QoS 1 and 2 a broker may have under way to us. NATS uses as many by default; the others fewer.
/// At 100 messages a second it leaves ten seconds to keep what they say.
pub(super) const RECEIVE_MAXIMUM: u16 = 1_024;

/// How many topics a broker may give a number on a connection: those of the busiest devices. 64 of the longest are 4 MB.
const TOPIC_ALIAS_MAXIMUM: u16 = 64;

/// The largest packet that we take, in bytes. Counts are some hundred; pictures of cameras some hundred thousand.
const MAXIMUM_PACKET_SIZE: u32 = 4 * 1024 * 1024;

/// The same in 3.1.1, which cannot tell the broker: what it keeps for a session would come again after every reconnect, so
/// that one large picture would end the link for good.
const MAXIMUM_UNSAID: u32 = 64 * 1024 * 1024;

#[cfg(test)]
mod tests;
