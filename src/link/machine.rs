//! The machine that keeps one broker connected: inputs, time and packets → outputs.

mod attempt;
mod connection;

use std::collections::VecDeque;
use std::time::Duration;

use crate::mqtt::{
    Authentication, Credentials, Event, NewAuthentication, Outcome, Session, Stream,
};
use crate::platform::{self, PlanFault, Step};
use crate::secret::Secret;
use crate::settings::{Filter, Profile};
use crate::time::{Monotonic, Now};

use super::addresses::Addresses;
use super::keep_alive::KeepAlive;
use super::subscriptions::Subscriptions;
use super::{
    DeliveryState, DeliveryToken, Fault, FilterId, Hint, Identity, Input, LinkState, Output,
};
use super::{PublishId, SocketError, Violation};
use attempt::Attempt;

/// Keeps one broker connected. Does no I/O: feed it [`Input`], then drain [`Link::poll_output`] until `None`.
///
/// What it holds is bounded: bytes that came and are not polled, one packet, publications that wait (256), one entry for
/// each unacknowledged message (1,024 in version 5, 65,535 in 3.1.1), and the subscriptions.
#[derive(Debug)]
pub struct Link {
    now: Now,
    target: Option<Target>,
    phase: Phase,
    session: Session,
    subscriptions: Subscriptions,
    /// How many of them are the plan's.
    planned: u32,
    seed: u64,
    random: fastrand::Rng,
    /// Told when it is asked for.
    authentication: Option<NewAuthentication>,
    addresses: Addresses,
    /// Since the last good connection.
    attempt: u32,
    /// As last told.
    state: LinkState,
    /// As last told; not told again while the timer fires early enough.
    wake_at: Option<Monotonic>,
    outputs: VecDeque<Output>,
}

/// Which broker, and who we are to it.
#[derive(Debug)]
struct Target {
    profile: Profile,
    identity: Identity,
    /// As last told, or given to us.
    remembered: Identity,
    /// The plan's filters were taken over.
    is_planned: bool,
}

#[derive(Debug)]
enum Phase {
    Idle,
    Opening {
        attempt: Attempt,
        deadline: Monotonic,
    },
    /// CONNECT was sent.
    Greeting {
        attempt: Attempt,
        deadline: Monotonic,
    },
    Connected {
        since: Monotonic,
        keep_alive: KeepAlive,
    },
    Waiting {
        retry_at: Monotonic,
        /// At which address.
        place: usize,
    },
    Stopped,
}

impl Link {
    /// A link that is not asked to connect. The seed decides the jitter of its waits.
    pub fn new(seed: u64) -> Self {
        Self {
            now: Now {
                wall: crate::time::Timestamp::from_millis(0),
                monotonic: Monotonic::from_millis(0),
            },
            target: None,
            phase: Phase::Idle,
            session: Session::new(),
            subscriptions: Subscriptions::default(),
            planned: 0,
            seed,
            random: fastrand::Rng::with_seed(seed),
            authentication: None,
            addresses: Addresses::none(seed),
            attempt: 0,
            state: LinkState::Idle,
            wake_at: None,
            outputs: VecDeque::new(),
        }
    }

    /// Takes what happened. Between two outputs of one chunk is a good moment for [`Input::Settled`]: what is then to be
    /// acknowledged goes out in one frame at the chunk's end.
    pub fn handle(&mut self, input: Input, now: Now) {
        if input.may_end_the_connection() {
            // What came before, and was not polled, happened before.
            while self.handle_event() {}
        }
        self.now = now;
        match input {
            Input::Connect(profile, identity) => self.connect(*profile, identity),
            Input::Renew(profile) => self.renew(*profile),
            Input::Disconnect => {
                self.leave();
                self.target = None;
                self.phase = Phase::Idle;
                self.tell(LinkState::Idle);
            }
            Input::SocketOpened => self.handle_socket_opened(),
            Input::SocketFailed(error) => self.handle_socket_lost(Fault::Socket(error), 1006),
            Input::SocketClosed { code, .. } => {
                self.handle_socket_lost(Fault::Socket(SocketError::BeforeOpen), code);
            }
            Input::Bytes(bytes) => self.handle_bytes(bytes),
            Input::TextFrame => {
                if self.is_socket_open() {
                    self.break_off(Violation::TextFrame);
                }
            }
            Input::TimerFired => self.handle_timer(),
            Input::Publish(id, publish) => self.session.publish(id.0, publish),
            Input::Withdraw(id) => self.session.withdraw(id.0),
            Input::Subscribe(id, filter, qos) => {
                self.subscriptions.insert(id, filter, qos);
                self.send_subscriptions();
            }
            Input::Unsubscribe(id) => {
                self.subscriptions.remove(id);
                self.send_subscriptions();
            }
            Input::Settled(token) => self.session.settle(token.0),
            Input::Remembered => self.session.release(),
            Input::Hint(hint) => self.handle_hint(hint),
            Input::FirstIsBack => self.go_back(),
        }
    }

    /// What it wants done next; `None` until something happens.
    pub fn poll_output(&mut self) -> Option<Output> {
        loop {
            if let Some(output) = self.outputs.pop_front() {
                return Some(output);
            }
            if !self.handle_event() {
                break;
            }
        }
        // After all messages of a chunk, so that what we answer goes in one frame.
        self.flush();
        self.outputs.pop_front().or_else(|| self.poll_wake())
    }

    /// Which of the profile's addresses is in use, or was tried last (0: the first), and where it leads.
    pub fn address(&self) -> (usize, &str) {
        (self.addresses.place(), self.addresses.url())
    }

    /// How many answers the broker gave to what this link does not know. They change nothing.
    pub const fn strays(&self) -> u64 {
        self.session.strays()
    }

    /// How far the bytes of its connection were read.
    pub fn stream(&self) -> Stream {
        self.session.stream()
    }

    /// Goes on with the bytes of another connection where that was.
    pub fn resume_stream(&mut self, stream: Stream) {
        self.session.resume_stream(stream);
    }

    /// The answer to [`Output::LoadAuthentication`], where it could be loaded.
    pub fn know_authentication(&mut self, authentication: NewAuthentication, now: Now) {
        self.now = now;
        let is_new = self.authentication.replace(authentication).is_none();
        let target = self.target.as_ref();
        let wants = target.is_some_and(|target| target.profile.authentication.is_some());
        if is_new
            && wants
            && let Phase::Waiting { place, .. } = self.phase
        {
            self.go(place);
        }
    }

    fn connect(&mut self, profile: Profile, identity: Identity) {
        self.leave();
        self.addresses = Addresses::of(&profile, self.seed);
        let held = &identity.sessions.held;
        if let Some(place) = profile.urls().position(|url| held.contains(url)) {
            // Where the session is, messages may wait.
            self.addresses.go(place);
        }
        self.attempt = 0;
        let is_the_same = |former: &Target| {
            former.profile.urls().eq(profile.urls())
                && former.identity.client_id == identity.client_id
        };
        if !self.target.as_ref().is_some_and(is_the_same) {
            // An identifier of a QoS 2 message of another session would swallow one of this.
            self.session.forget();
            if identity.session_exists {
                let last_id = self.random.u16(..);
                self.session.restore(&identity.in_flight, last_id);
            }
        }
        self.target = Some(Target {
            profile,
            remembered: identity.clone(),
            identity,
            is_planned: false,
        });
        self.open();
    }

    /// Opens a socket, with a plan made just now.
    fn open(&mut self) {
        self.sign_in(false);
    }

    /// The same; `renews`: on the connection that stands, if the broker can do that.
    fn sign_in(&mut self, renews: bool) {
        let Some(target) = &mut self.target else {
            return;
        };
        let (url, client_id) = (self.addresses.url(), &target.identity.client_id);
        let plan = platform::connect(&target.profile, url, client_id, self.now);
        let Step::Ready(plan) = match plan {
            Ok(step) => step,
            Err(fault) => return self.fail(Fault::Plan(fault)),
        };
        if plan.authentication.is_some() && self.authentication.is_none() {
            return self.load_authentication();
        }
        if renews {
            let method = plan.authentication.clone();
            let (username, password) = (plan.username.clone(), plan.password.clone());
            let authentication = self.authentication(method, username, password);
            if authentication.is_some_and(|it| self.session.renew(it).is_ok()) {
                return;
            }
            self.leave();
        }
        let Some(target) = &mut self.target else {
            return;
        };
        let is_first = !std::mem::replace(&mut target.is_planned, true);
        let filters = plan.filters.clone();
        let opened = plan.url.clone();
        let here = self.addresses.here();
        let (version, clears) = (here.versions.current(), here.clears_next);
        let attempt = Attempt::new(plan, &target.identity, &here.url, version, clears);
        if is_first {
            self.plan_subscriptions(filters);
        }
        self.attempt = self.attempt.saturating_add(1);
        self.phase = Phase::Opening {
            attempt,
            deadline: self.now.monotonic.after(OPEN_TIMEOUT),
        };
        self.tell(LinkState::Connecting {
            attempt: self.attempt,
        });
        self.outputs.push_back(Output::OpenSocket {
            url: opened,
            subprotocol: "mqtt",
        });
    }

    /// Goes on when what signs in is there, and asks for it again until then.
    fn load_authentication(&mut self) {
        let retry_at = self.now.monotonic.after(LOAD_TIMEOUT);
        let place = self.addresses.place();
        self.outputs.push_back(Output::LoadAuthentication);
        self.tell(match self.phase {
            Phase::Waiting { .. } => LinkState::Waiting {
                retry_at,
                fault: Fault::Plan(PlanFault::NotLoaded),
            },
            _ => LinkState::Connecting { attempt: 1 },
        });
        self.phase = Phase::Waiting { retry_at, place };
    }

    /// Signs in anew with what the profile has now, on the connection that stands if it was authenticated by that method.
    fn renew(&mut self, profile: Profile) {
        if let Some(target) = &mut self.target {
            target.profile = profile;
            self.sign_in(true);
        }
    }

    fn authentication(
        &mut self,
        method: Option<String>,
        username: Option<String>,
        password: Option<Secret<String>>,
    ) -> Option<Box<dyn Authentication>> {
        let credentials = Credentials {
            method: method?,
            username: username.unwrap_or_default(),
            password: password.unwrap_or_default(),
        };
        Some((self.authentication?)(credentials, self.random.u64(..)))
    }

    /// The filters of a new plan replace those of the former one.
    fn plan_subscriptions(&mut self, filters: Vec<Filter>) {
        let former = std::mem::take(&mut self.planned);
        for (id, filter) in (0..).zip(filters) {
            self.subscriptions
                .insert(FilterId(id), filter.filter, filter.qos);
            self.planned = id + 1;
        }
        for id in self.planned..former {
            self.subscriptions.remove(FilterId(id));
        }
    }

    fn handle_socket_opened(&mut self) {
        let mut attempt = match std::mem::replace(&mut self.phase, Phase::Stopped) {
            Phase::Opening { attempt, .. } => attempt,
            other => {
                self.phase = other;
                return;
            }
        };
        let authentication = match attempt.authentication.take() {
            None => None,
            method => {
                let connect = &mut attempt.connect;
                let username = connect.username.clone();
                self.authentication(method, username, connect.password.take())
            }
        };
        let opened = self
            .session
            .open(&attempt.connect, attempt.has_state, authentication);
        if opened.is_err() {
            self.outputs.push_back(Output::CloseSocket);
            return self.stop(Fault::Plan(PlanFault::Text));
        }
        self.phase = Phase::Greeting {
            attempt,
            deadline: self.now.monotonic.after(CONNACK_TIMEOUT),
        };
    }

    fn handle_socket_lost(&mut self, before_open: Fault, code: u16) {
        match self.phase {
            Phase::Opening { .. } => self.fail(before_open),
            Phase::Greeting { .. } => self.fail(Fault::ClosedBeforeConnack { code }),
            Phase::Connected { .. } => self.fail(Fault::Closed { code }),
            Phase::Idle | Phase::Waiting { .. } | Phase::Stopped => {}
        }
    }

    fn handle_bytes(&mut self, bytes: Vec<u8>) {
        if let Phase::Connected { keep_alive, .. } = &mut self.phase {
            keep_alive.received(self.now.monotonic);
        }
        self.session.handle_bytes(bytes);
    }

    fn handle_hint(&mut self, hint: Hint) {
        let person_asks = hint == Hint::RetryNow;
        let now = self.now.monotonic;
        match &mut self.phase {
            Phase::Waiting { .. } => {
                if let Some(place) = self.addresses.hurry(person_asks, now) {
                    self.go(place);
                }
            }
            Phase::Stopped if person_asks => {
                let place = self.addresses.hurry(true, now);
                self.go(place.unwrap_or_default());
            }
            Phase::Connected { keep_alive, .. } => {
                let asks = keep_alive.check(now);
                if asks {
                    self.session.ping();
                }
            }
            _ => {}
        }
    }

    /// Handles the next event of the session. False if there is none.
    fn handle_event(&mut self) -> bool {
        match self.session.poll_event(self.now.monotonic) {
            Ok(Some(event)) => self.take_event(event),
            Ok(None) => return false,
            Err(violation) => self.break_off(violation),
        }
        true
    }

    fn take_event(&mut self, event: Event) {
        match event {
            Event::Connected(connack) => self.handle_connected(connack),
            Event::Refused(connack) => self.give_up(Fault::Refused {
                version: connack.version,
                code: connack.code,
                reason: connack.reason,
            }),
            Event::UnknownSession => self.give_up(Fault::SessionMismatch),
            Event::Disconnected(reason) => self.give_up(Fault::Disconnected {
                code: reason.code,
                reason: reason.text,
            }),
            Event::Message(message, token) => {
                let output = Output::Message(message, DeliveryToken(token));
                self.outputs.push_back(output);
            }
            Event::Published(key, outcome) => {
                let state = match outcome {
                    Outcome::Sent => DeliveryState::Sent,
                    Outcome::Acknowledged => DeliveryState::Acknowledged,
                    Outcome::Unheard => DeliveryState::Unheard,
                    Outcome::Refused(code) => DeliveryState::Refused(code),
                };
                self.outputs
                    .push_back(Output::Delivery(PublishId(key), state));
                self.remember();
            }
            Event::Received => {
                let keeps =
                    |target: &Target| target.identity.session_exists && !target.identity.ephemeral;
                if self.target.as_ref().is_some_and(keeps) {
                    self.remember();
                } else {
                    self.session.release();
                }
            }
            Event::Subscribed(packet, codes) => {
                let now = self.now.monotonic;
                let answers = self.subscriptions.handle_answer(packet, &codes, now);
                self.tell_subscriptions(answers);
            }
            Event::Unsubscribed(packet) => self.subscriptions.handle_end(packet),
        }
    }

    fn tell(&mut self, state: LinkState) {
        if self.state != state {
            self.state = state.clone();
            self.outputs.push_back(Output::State(state));
        }
    }

    fn flush(&mut self) {
        let bytes = self.session.take_unsent();
        if bytes.is_empty() {
            return;
        }
        if let Phase::Connected { keep_alive, .. } = &mut self.phase {
            keep_alive.sent(self.now.monotonic);
        }
        self.outputs.push_back(Output::Send(bytes));
    }

    fn poll_wake(&mut self) -> Option<Output> {
        let deadline = match &self.phase {
            Phase::Opening { deadline, .. } | Phase::Greeting { deadline, .. } => Some(*deadline),
            Phase::Waiting { retry_at, .. } => Some(*retry_at),
            Phase::Connected { keep_alive, .. } => {
                let subscriptions = self.subscriptions.deadline();
                let look_at = self.addresses.look_at();
                let deadlines = keep_alive.deadline().into_iter().chain(subscriptions);
                deadlines.chain(look_at).min()
            }
            Phase::Idle | Phase::Stopped => None,
        }?;
        // A timer that fires early costs less than one that is set anew for every message. One that is due fires, however
        // much comes before it: to ask again would be to ask for ever.
        if self.wake_at.is_some_and(|at| at <= deadline) {
            return None;
        }
        self.wake_at = Some(deadline);
        Some(Output::WakeAt(deadline))
    }

    fn is_socket_open(&self) -> bool {
        matches!(self.phase, Phase::Greeting { .. } | Phase::Connected { .. })
    }
}

impl Input {
    const fn may_end_the_connection(&self) -> bool {
        matches!(
            self,
            Self::Connect(..)
                | Self::Renew(_)
                | Self::Disconnect
                | Self::SocketFailed(_)
                | Self::SocketClosed { .. }
                | Self::TextFrame
                | Self::FirstIsBack
        )
    }
}

/// Name, TCP, TLS and upgrade take a second where they work at all; browsers give up after minutes.
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);

/// A part of the page is a few kilobytes.
const LOAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Some brokers say nothing where they should refuse, and a cluster that elects takes four to nine seconds.
const CONNACK_TIMEOUT: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests;
