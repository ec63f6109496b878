//! Whole sessions: whatever happens to a link, in any order, it keeps what it owes a broker.
//!
//! The input: steps, of which each is something that a broker, a socket, a person or time does. The broker's packets are
//! whole and of every kind, right and wrong; `bytes` is for those that are cut and torn.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use arbitrary::{Arbitrary, Result, Unstructured};
use footfall::link::{
    DeliveryState, DeliveryToken, FilterId, Hint, Identity, Input, LinkState, Output, PublishId,
    SocketError,
};
use footfall::mqtt::{Publish, QoS, TopicFilter, Version};

use crate::wire;
use crate::world::{World, auto, new_identity, profile, seconds};

/// Any input.
pub(crate) fn check(data: &[u8]) {
    let mut data = Unstructured::new(data);
    let mut run = Run::new();
    for _ in 0..MOST_STEPS {
        match data.arbitrary() {
            Ok(step) if !data.is_empty() => run.step(step),
            _ => break,
        }
    }
    run.end();
}

/// One thing that happens.
#[derive(Debug)]
enum Step {
    Connect {
        version: u8,
        known: bool,
    },
    Open,
    /// CONNACK, and what comes with it.
    Greet {
        version: Version,
        present: bool,
        code: u8,
        window: u8,
        packets: Vec<Packet>,
    },
    /// In one chunk.
    Packets(Vec<Packet>),
    TextFrame,
    Lose,
    Fail,
    Pass(Duration),
    /// Time during which no timer fires.
    BeLate(Duration),
    Subscribe(u8, u8),
    Unsubscribe(u8),
    Publish(QoS, bool),
    /// One of the messages that are not settled, or a token that is none.
    Settle(u8),
    Hint(Hint),
    Disconnect,
}

/// What a broker sends.
#[derive(Debug)]
enum Packet {
    /// Flags, topic, alias, identifier.
    Publish(u8, u8, u8, u8),
    /// PUBACK, PUBREC, PUBREL or PUBCOMP, with a reason code or without.
    Answer(u8, u8, Option<u8>),
    Suback(u8, Vec<u8>),
    Unsuback(u8, Vec<u8>),
    Ping,
    Goodbye(u8),
    /// Anything but PUBLISH, whose messages are watched by what they say.
    Other(u8, Vec<u8>),
}

/// A link, and what it owes.
struct Run {
    world: World,
    version: Version,
    window: usize,
    /// Packets were sent on this socket; the last of them was DISCONNECT.
    has_spoken: bool,
    has_left: bool,
    /// Messages at QoS 1 of this connection without PUBACK, in the order in which they came.
    at_least_once: VecDeque<(u16, DeliveryToken)>,
    /// Messages at QoS 2 of this session by their identifier. More than one only while it is judged what a chunk did: the
    /// bytes are told after all its messages, and an identifier may have been released and used again in it.
    exactly_once: BTreeMap<u16, Vec<DeliveryToken>>,
    unsettled: Vec<DeliveryToken>,
    settled: BTreeSet<DeliveryToken>,
    /// Identifiers of messages of ours above QoS 0 that were sent on this connection and are not answered.
    under_way: BTreeSet<u16>,
    /// Those that the last chunk answers: they may be sent and answered before we see it.
    answered: BTreeSet<u16>,
    published: u64,
    /// Publications of which the last was told.
    done: BTreeSet<PublishId>,
}

impl Run {
    fn new() -> Self {
        Self {
            world: World::new(),
            version: Version::V5,
            window: usize::from(u16::MAX),
            has_spoken: false,
            has_left: false,
            at_least_once: VecDeque::new(),
            exactly_once: BTreeMap::new(),
            unsettled: Vec::new(),
            settled: BTreeSet::new(),
            under_way: BTreeSet::new(),
            answered: BTreeSet::new(),
            published: 0,
            done: BTreeSet::new(),
        }
    }

    fn step(&mut self, step: Step) {
        // The shell's part of the contract: a socket tells only while it is there.
        let has_socket = self.world.socket_is_open;
        match step {
            Step::Connect { version, known } => {
                let profile = match version % 3 {
                    0 => auto(),
                    1 => profile(Version::V5),
                    _ => profile(Version::V311),
                };
                let identity = Identity {
                    session_exists: known,
                    ..new_identity()
                };
                self.world
                    .input(Input::Connect(Box::new(profile), identity));
            }
            Step::Open if has_socket => self.world.input(Input::SocketOpened),
            Step::Greet {
                version,
                present,
                code,
                window,
                packets,
            } if has_socket => {
                self.greet(version, present, code, window, &packets);
            }
            Step::Packets(packets) if has_socket => {
                let bytes = self.written(self.version, &packets);
                self.world.bytes(&bytes);
            }
            Step::TextFrame if has_socket => self.world.input(Input::TextFrame),
            Step::Lose if has_socket => self.world.lose(1006),
            Step::Fail if has_socket => {
                self.world.socket_is_open = false;
                self.world
                    .input(Input::SocketFailed(SocketError::BeforeOpen));
            }
            Step::Pass(span) => self.world.pass(span),
            Step::BeLate(span) => self.world.be_late(span),
            Step::Subscribe(id, filter) => {
                let filter = TopicFilter::new(FILTERS[usize::from(filter) % FILTERS.len()]);
                let id = FilterId(u32::from(id % 4));
                self.world
                    .input(Input::Subscribe(id, filter.unwrap(), QoS::AtLeastOnce));
            }
            Step::Unsubscribe(id) => self
                .world
                .input(Input::Unsubscribe(FilterId(u32::from(id % 4)))),
            Step::Publish(qos, retain) => self.publish(qos, retain),
            Step::Settle(which) => self.settle(which),
            Step::Hint(hint) => self.world.input(Input::Hint(hint)),
            Step::Disconnect => self.world.input(Input::Disconnect),
            _ => {}
        }
        self.look();
        self.answered.clear();
    }

    fn greet(&mut self, version: Version, present: bool, code: u8, window: u8, packets: &[Packet]) {
        let properties: &[u8] = match window {
            0 => &[],
            _ => &[33, 0, window],
        };
        let mut bytes = wire::connack_with(version, present, code, properties);
        bytes.extend(self.written(version, packets));
        // Also where it will not be taken: then nothing is under way.
        self.window = match (version, window) {
            (Version::V5, 1..) => window.into(),
            _ => u16::MAX.into(),
        };
        self.version = version;
        self.world.bytes(&bytes);
    }

    fn publish(&mut self, qos: QoS, retain: bool) {
        self.published += 1;
        let publish = Publish {
            topic: "out".into(),
            payload: vec![1],
            qos,
            retain,
            properties: Default::default(),
        };
        self.world
            .input(Input::Publish(PublishId(self.published), publish));
    }

    fn settle(&mut self, which: u8) {
        let which = usize::from(which);
        let token = if which < self.unsettled.len() {
            self.unsettled.remove(which)
        } else {
            DeliveryToken(u64::MAX)
        };
        self.settled.insert(token);
        self.world.input(Input::Settled(token));
    }

    /// The packets as bytes; what they answer is no longer under way. By the bytes, because any of them may happen to answer.
    fn written(&mut self, version: Version, packets: &[Packet]) -> Vec<u8> {
        let packets: Vec<_> = packets.iter().map(|it| it.bytes(version)).collect();
        for packet in &packets {
            let is_last = match packet[0] >> 4 {
                4 | 7 => true,
                5 => packet.get(4).is_some_and(|code| *code >= 0x80),
                _ => false,
            };
            if is_last && packet.len() >= 4 {
                let id = wire::id_of(packet);
                self.under_way.remove(&id);
                self.answered.insert(id);
            }
        }
        packets.concat()
    }

    /// Judges what the link did since it was last looked at.
    fn look(&mut self) {
        for output in std::mem::take(&mut self.world.outputs) {
            match output {
                Output::OpenSocket { .. } => {
                    (self.has_spoken, self.has_left) = (false, false);
                    self.at_least_once.clear();
                    self.under_way.clear();
                }
                Output::State(LinkState::Connected { resumed: false, .. }) => {
                    self.exactly_once.clear()
                }
                Output::Message(message, token) => {
                    self.unsettled.push(token);
                    let id = message.payload.first().copied().map_or(0, u16::from);
                    match message.qos {
                        QoS::AtMostOnce => {}
                        QoS::AtLeastOnce => self.at_least_once.push_back((id, token)),
                        QoS::ExactlyOnce => {
                            self.exactly_once.entry(id).or_default().push(token);
                        }
                    }
                }
                Output::Send(bytes) => {
                    for packet in wire::packets(&bytes) {
                        self.look_at(&packet);
                    }
                }
                Output::Delivery(id, state) => {
                    assert!(
                        !self.done.contains(&id),
                        "{id:?} was done, and now is {state:?}"
                    );
                    if state != DeliveryState::Sent {
                        self.done.insert(id);
                    }
                }
                _ => {}
            }
        }
        for tokens in self.exactly_once.values_mut() {
            tokens.drain(..tokens.len() - 1);
        }
    }

    /// Judges one packet of the link's.
    fn look_at(&mut self, packet: &[u8]) {
        assert!(!self.has_left, "sent after DISCONNECT: {packet:02x?}");
        let kind = packet[0] >> 4;
        assert_eq!(kind == CONNECT, !self.has_spoken, "{packet:02x?}");
        self.has_spoken = true;
        match kind {
            CONNECT | 12 => {}
            3 if packet[0] & 0b0110 == 0 => {}
            3 => {
                let id = wire::id_of_publish(packet);
                if !self.answered.contains(&id) {
                    self.under_way.insert(id);
                }
                let under_way = self.under_way.len();
                assert!(under_way <= self.window, "{under_way} under way");
            }
            4 => {
                let (id, token) = self.at_least_once.pop_front().unwrap();
                assert_eq!(id, wire::id_of(packet), "acknowledged out of order");
                assert!(self.settled.contains(&token), "acknowledged, and not kept");
            }
            5 => {
                let mut tokens = self.exactly_once[&wire::id_of(packet)].iter();
                let is_kept = tokens.any(|token| self.settled.contains(token));
                assert!(is_kept, "received, and not kept");
            }
            7 => {
                let tokens = self.exactly_once.get_mut(&wire::id_of(packet));
                if let Some(tokens) = tokens.filter(|tokens| tokens.len() > 1) {
                    tokens.remove(0);
                }
            }
            6 | 8 | 10 => assert_ne!(wire::id_of(packet), 0),
            14 => self.has_left = true,
            _ => panic!("a client sends no such packet: {packet:02x?}"),
        }
    }

    fn end(mut self) {
        self.step(Step::Disconnect);
        assert!(!self.world.socket_is_open);
        assert_eq!(self.world.state, LinkState::Idle);
        self.step(Step::Pass(seconds(3_600)));
        assert_eq!(self.world.state, LinkState::Idle);
    }
}

impl<'a> Arbitrary<'a> for Step {
    fn arbitrary(data: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match data.int_in_range(0..=24)? {
            0 => Self::Connect {
                version: data.arbitrary()?,
                known: data.arbitrary()?,
            },
            1 | 2 => Self::Open,
            3..=5 => Self::Greet {
                version: *data.choose(&[Version::V5, Version::V311])?,
                present: data.arbitrary()?,
                code: *data.choose(&[0, 0, 0, 0, 0, 1, 5, 0x84, 0x87])?,
                window: data.int_in_range(0..=3)?,
                packets: data.arbitrary()?,
            },
            6..=11 => Self::Packets(data.arbitrary()?),
            12 => Self::TextFrame,
            13 => Self::Lose,
            14 => Self::Fail,
            15 => Self::Pass(Duration::from_millis(data.int_in_range(0..=100_000)?)),
            16 => Self::BeLate(Duration::from_millis(data.int_in_range(0..=100_000)?)),
            17 => Self::Subscribe(data.arbitrary()?, data.arbitrary()?),
            18 => Self::Unsubscribe(data.arbitrary()?),
            19 | 20 => Self::Publish(
                *data.choose(&[QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce])?,
                data.arbitrary()?,
            ),
            21 | 22 => Self::Settle(data.int_in_range(0..=7)?),
            23 => Self::Hint(*data.choose(&[Hint::Online, Hint::Visible, Hint::RetryNow])?),
            _ => Self::Disconnect,
        })
    }
}

impl<'a> Arbitrary<'a> for Packet {
    fn arbitrary(data: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match data.int_in_range(0..=15)? {
            0..=6 => Self::Publish(
                // Now and then flags that are not allowed.
                *data.choose(&[0, 1, 2, 2, 2, 4, 4, 4, 10, 12, 6, 8])?,
                data.int_in_range(0..=3)?,
                *data.choose(&[0, 0, 0, 0, 1, 1, 2, 200])?,
                // Now and then identifier 0.
                *data.choose(&[1, 2, 3, 4, 1, 2, 3, 0])?,
            ),
            7..=10 => Self::Answer(
                *data.choose(&[0x40, PUBREC, 0x62, 0x70])?,
                data.int_in_range(0..=4)?,
                *data.choose(&[None, None, Some(0), Some(0x10), Some(0x92)])?,
            ),
            11 => Self::Suback(data.int_in_range(1..=4)?, data.arbitrary()?),
            12 => Self::Unsuback(data.int_in_range(1..=4)?, data.arbitrary()?),
            13 => Self::Ping,
            14 => Self::Goodbye(data.arbitrary()?),
            _ => Self::Other(data.arbitrary()?, data.arbitrary()?),
        })
    }
}

impl Packet {
    fn bytes(&self, version: Version) -> Vec<u8> {
        match self {
            Self::Publish(flags, topic, alias, id) => {
                let mut body = wire::text(["", "a", "b/c", "b/+"][usize::from(*topic)]);
                if flags & 0b0110 != 0 {
                    body.extend_from_slice(&[0, *id]);
                }
                match (version, alias) {
                    (Version::V311, _) => {}
                    (Version::V5, 0) => body.push(0),
                    (Version::V5, alias) => body.extend_from_slice(&[3, 35, 0, *alias]),
                }
                // By its payload the message is known.
                body.push(*id);
                wire::packet(0x30 | flags, &body)
            }
            Self::Answer(first, id, code) => {
                let mut body = vec![0, *id];
                body.extend(code.filter(|_| version == Version::V5));
                wire::packet(*first, &body)
            }
            Self::Suback(id, codes) => wire::suback(version, (*id).into(), codes),
            Self::Unsuback(id, codes) => wire::unsuback(version, (*id).into(), codes),
            Self::Ping => wire::PINGRESP.to_vec(),
            Self::Goodbye(code) => vec![0xE0, 1, *code],
            Self::Other(first, body) => {
                let first = if first >> 4 == 3 {
                    first ^ 0xC0
                } else {
                    *first
                };
                wire::packet(first, body)
            }
        }
    }
}

const FILTERS: &[&str] = &["a", "b/#", "$share/g/a", "$share//a"];

const CONNECT: u8 = 1;
const PUBREC: u8 = 0x50;

/// More add time and no cases.
const MOST_STEPS: usize = 100;
