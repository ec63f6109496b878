//! A link, its socket and its clock, without any of them being real.

use std::time::Duration;

use footfall::link::{
    DeliveryToken, Fault, FilterId, Identity, Input, Link, LinkState, Output, PublishId, Sessions,
};
use footfall::mqtt::{AUTHENTICATION, Message, Publish, QoS, TopicFilter, Version};
use footfall::settings::{Filter, Profile, ProfileId, VersionChoice};
use footfall::time::{Monotonic, Now, Timestamp};

use crate::wire;

/// Everything around a link.
pub(crate) struct World {
    pub(crate) link: Link,
    pub(crate) at: Monotonic,
    wake_at: Option<Monotonic>,
    /// Since they were last taken.
    pub(crate) outputs: Vec<Output>,
    pub(crate) state: LinkState,
    pub(crate) remembered: Vec<Identity>,
    /// Sockets opened so far, and whether the last one still is.
    pub(crate) sockets: u32,
    pub(crate) socket_is_open: bool,
    /// The broker lives: PINGREQ gets its answer.
    pub(crate) answers_pings: bool,
    /// The part of the page that signs in can be loaded.
    pub(crate) loads: bool,
    /// What is to be remembered is kept at once.
    pub(crate) keeps: bool,
    next_publish: u64,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_seed(7)
    }

    pub(crate) fn with_seed(seed: u64) -> Self {
        Self {
            link: Link::new(seed),
            at: Monotonic::from_millis(1_000_000),
            wake_at: None,
            outputs: Vec::new(),
            state: LinkState::Idle,
            remembered: Vec::new(),
            sockets: 0,
            socket_is_open: false,
            answers_pings: false,
            loads: true,
            keeps: true,
            next_publish: 0,
        }
    }

    /// A world in which this profile is being connected, its socket open.
    pub(crate) fn greeting(profile: Profile, identity: Identity) -> Self {
        let mut world = Self::new();
        world.input(Input::Connect(Box::new(profile), identity));
        world.input(Input::SocketOpened);
        world
    }

    /// A world that is connected, with one filter `#` granted at the profile's QoS.
    pub(crate) fn connected(version: Version, identity: Identity) -> Self {
        let mut world = Self::greeting(profile(version), identity);
        world.bytes(&wire::connack(version, false, 0));
        world.grant(version);
        world.outputs.clear();
        world
    }

    /// Answers the last SUBSCRIBE as asked.
    pub(crate) fn grant(&mut self, version: Version) {
        let packets = self.sent();
        let subscribe = packets.iter().rfind(|p| wire::is(p, 8)).unwrap();
        let qos = subscribe.last().unwrap() & 3;
        self.bytes(&wire::suback(version, wire::id_of(subscribe), &[qos]));
    }

    pub(crate) fn input(&mut self, input: Input) {
        self.link.handle(input, self.now());
        self.drain();
    }

    fn now(&self) -> Now {
        Now {
            wall: Timestamp::from_millis(0),
            monotonic: self.at,
        }
    }

    fn drain(&mut self) {
        let (mut pinged, mut asked, mut told_identity) = (false, false, false);
        let before = self.outputs.len();
        while let Some(output) = self.link.poll_output() {
            let told = self.outputs.len() - before;
            assert!(told < ENDLESS, "it never ends, and says {output:?}");
            match &output {
                Output::WakeAt(at) => self.wake_at = Some(*at),
                Output::OpenSocket { .. } => {
                    self.sockets += 1;
                    self.socket_is_open = true;
                }
                Output::CloseSocket => {
                    assert!(self.socket_is_open, "closed a socket that is not there");
                    self.socket_is_open = false;
                }
                Output::State(state) => self.state = state.clone(),
                Output::Send(bytes) => {
                    assert!(self.socket_is_open, "sent without a socket");
                    pinged |= wire::packets(bytes)
                        .iter()
                        .any(|packet| wire::is(packet, 12));
                }
                Output::LoadAuthentication => asked = true,
                Output::Remember(identity) => {
                    self.remembered.push(identity.clone());
                    told_identity = true;
                }
                _ => {}
            }
            self.outputs.push(output);
        }
        if asked && self.loads {
            self.link.know_authentication(AUTHENTICATION, self.now());
            self.drain();
        }
        if told_identity && self.keeps {
            self.input(Input::Remembered);
        }
        if pinged && self.answers_pings {
            self.bytes(&wire::PINGRESP);
        }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.input(Input::Bytes(bytes.to_vec()));
    }

    /// Lets time pass, and the timer fire when it was asked to.
    pub(crate) fn pass(&mut self, span: Duration) {
        let end = self.at.after(span);
        while let Some(at) = self.wake_at.filter(|at| *at <= end) {
            self.at = self.at.max(at);
            self.wake_at = None;
            self.input(Input::TimerFired);
        }
        self.at = end;
    }

    /// Lets time pass without any timer: it comes late, because there is so much else to do.
    pub(crate) fn be_late(&mut self, span: Duration) {
        self.at = self.at.after(span);
    }

    /// Lets time pass without any timer: the machine sleeps. Then the timer fires late.
    pub(crate) fn sleep(&mut self, span: Duration) {
        self.at = self.at.after(span);
        self.wake_at = None;
        self.input(Input::TimerFired);
    }

    /// Waits until the link opens a socket by itself, and says how long that took.
    pub(crate) fn until_next_socket(&mut self) -> Duration {
        let (start, sockets) = (self.at, self.sockets);
        while self.sockets == sockets {
            self.at = self.wake_at.expect("the link never tries again");
            self.wake_at = None;
            self.input(Input::TimerFired);
        }
        self.at.since(start)
    }

    /// The socket breaks.
    pub(crate) fn lose(&mut self, code: u16) {
        self.socket_is_open = false;
        self.input(Input::SocketClosed { code, clean: false });
    }

    /// What the link sent since it was last asked, as packets.
    pub(crate) fn sent(&self) -> Vec<Vec<u8>> {
        let bytes: Vec<u8> = self
            .outputs
            .iter()
            .filter_map(|output| match output {
                Output::Send(bytes) => Some(bytes.as_slice()),
                _ => None,
            })
            .collect::<Vec<_>>()
            .concat();
        wire::packets(&bytes)
    }

    /// The same, and forgets it.
    pub(crate) fn take_sent(&mut self) -> Vec<Vec<u8>> {
        let sent = self.sent();
        self.outputs
            .retain(|output| !matches!(output, Output::Send(_)));
        sent
    }

    pub(crate) fn messages(&self) -> Vec<(Message, DeliveryToken)> {
        self.outputs
            .iter()
            .filter_map(|output| match output {
                Output::Message(message, token) => Some((message.clone(), *token)),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn subscriptions(&self) -> Vec<(FilterId, Result<QoS, u8>)> {
        self.outputs
            .iter()
            .filter_map(|output| match output {
                Output::Subscription(id, answer) => Some((*id, *answer)),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn states(&self) -> Vec<LinkState> {
        self.outputs
            .iter()
            .filter_map(|output| match output {
                Output::State(state) => Some(state.clone()),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn publish(&mut self, topic: &str, qos: QoS) -> PublishId {
        self.next_publish += 1;
        let id = PublishId(self.next_publish);
        let publish = Publish {
            topic: topic.into(),
            payload: b"on".to_vec(),
            qos,
            retain: false,
            properties: Default::default(),
        };
        self.input(Input::Publish(id, publish));
        id
    }

    /// Why it is not connected; panics if it does not say so.
    pub(crate) fn fault(&self) -> Fault {
        match &self.state {
            LinkState::Waiting { fault, .. } | LinkState::Stopped { fault } => fault.clone(),
            other => panic!("no fault in {other:?}"),
        }
    }
}

pub(crate) fn profile(version: Version) -> Profile {
    Profile {
        id: ProfileId("p".into()),
        name: "Lobby".into(),
        platform: "generic".into(),
        url: "wss://broker.example/mqtt".into(),
        other_urls: Vec::new(),
        prefix: String::new(),
        paused: Vec::new(),
        version: match version {
            Version::V5 => VersionChoice::V5,
            Version::V311 => VersionChoice::V311,
        },
        client_id: None,
        username: Some("anna".into()),
        password: None,
        authentication: None,
        filters: vec![Filter {
            filter: TopicFilter::new("#").unwrap(),
            qos: QoS::AtLeastOnce,
            wide: false,
        }],
        keep_alive: Duration::from_secs(20),
        session_expiry: Duration::from_secs(3_600),
        will: None,
        publishes: false,
    }
}

/// A profile that speaks what the broker speaks.
pub(crate) fn auto() -> Profile {
    Profile {
        version: VersionChoice::Auto,
        ..profile(Version::V5)
    }
}

/// Nobody knows us yet.
pub(crate) fn new_identity() -> Identity {
    Identity {
        client_id: "wall".into(),
        session_exists: false,
        ephemeral: false,
        sessions: Sessions::default(),
        in_flight: Vec::new(),
    }
}

/// Nothing of it is stored.
pub(crate) fn ephemeral() -> Identity {
    Identity {
        ephemeral: true,
        ..new_identity()
    }
}

pub(crate) const BOTH: [Version; 2] = [Version::V311, Version::V5];

pub(crate) const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// No chunk of a test's has so many messages.
const ENDLESS: usize = 10_000;
