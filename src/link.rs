//! Keeps one broker connected.
//!
//! [`Link`] does no I/O: feed it [`Input`], then drain `poll_output` until `None`.

mod addresses;
mod backoff;
mod keep_alive;
mod machine;
mod retry;
mod subscriptions;
mod versions;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::mqtt::{Message, Publish, QoS, TopicFilter, Version};
use crate::ordered::OrderedSet;
use crate::secret::Secret;
use crate::settings::Profile;
use crate::time::Monotonic;

pub use crate::mqtt::Violation;
pub use crate::platform::PlanFault;
pub use machine::Link;

/// One of a link's subscriptions. Those of a profile are numbered from 0 in its order; [`Input::Subscribe`] adds others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FilterId(pub u32);

impl FilterId {
    /// As the broker knows it, where it tells by which subscription a message comes; never 0 (5.0, 3.8.2.1.2). `None`: the number is
    /// larger than one can be.
    pub fn identifier(self) -> Option<u32> {
        let identifier = self.0.checked_add(1)?;
        (identifier <= LARGEST_IDENTIFIER).then_some(identifier)
    }
}

/// A variable byte integer [MQTT-1.5.5-1].
const LARGEST_IDENTIFIER: u32 = 268_435_455;

/// One message that we publish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PublishId(pub u64);

/// One delivered message that waits to be kept. Settled in any order; acknowledged in the order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeliveryToken(pub u64);

/// What happens to a link.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Connect, with this profile from now on, and subscribe to its filters.
    Connect(Box<Profile>, Identity),
    /// The profile has other credentials now: sign in anew, without an end of the connection where the broker can do that.
    Renew(Box<Profile>),
    /// Disconnect, and stay so.
    Disconnect,
    /// The WebSocket opened.
    SocketOpened,
    /// The WebSocket cannot be, or did not open.
    SocketFailed(SocketError),
    /// Bytes of any number of packets, cut anywhere [MQTT-6.0.0-2].
    Bytes(Vec<u8>),
    /// A text frame came, which the standard forbids [MQTT-6.0.0-1].
    TextFrame,
    /// The WebSocket closed after it had opened.
    SocketClosed {
        /// As the browser tells it; 1006 where it may not tell.
        code: u16,
        /// The closing handshake was complete.
        clean: bool,
    },
    /// The time that was asked for has come, or the clock has jumped.
    TimerFired,
    /// Publish a message.
    Publish(PublishId, Publish),
    /// Nobody waits any more for what was published under this number.
    Withdraw(PublishId),
    /// Subscribe, now and after each reconnect. A filter has one subscription [MQTT-3.8.4-3]: the same id with another
    /// filter replaces that, the same filter under another id takes it over.
    Subscribe(FilterId, TopicFilter, QoS),
    /// End a subscription.
    Unsubscribe(FilterId),
    /// What the message said is kept.
    Settled(DeliveryToken),
    /// All that [`Output::Remember`] told is kept.
    Remembered,
    /// What the page notices.
    Hint(Hint),
    /// The answer to [`Output::Look`]: the first address lets somebody in.
    FirstIsBack,
}

/// What a link wants done. Its `Debug` does not print the bytes to send, because the first of them hold the password.
#[derive(Clone, PartialEq)]
pub enum Output {
    /// Open a WebSocket; a former one is forgotten.
    OpenSocket {
        /// With everything secret that is in it.
        url: Secret<String>,
        /// Exactly this one is offered.
        subprotocol: &'static str,
    },
    /// Send in one binary frame.
    Send(Vec<u8>),
    /// Close the WebSocket; nothing more is wanted from it.
    CloseSocket,
    /// Fire the timer then; replaces the former wish.
    WakeAt(Monotonic),
    /// A message came. Settle the token when what it says is kept.
    Message(Message, DeliveryToken),
    /// What the broker granted, or why not (its reason code).
    Subscription(FilterId, Result<QoS, u8>),
    /// How far a published message is.
    Delivery(PublishId, DeliveryState),
    /// The state changed.
    State(LinkState),
    /// The session state to store, so that another run of the page may resume it.
    Remember(Identity),
    /// Load what signs in by an enhanced authentication, for [`Link::know_authentication`]; asked again if it does not come.
    LoadAuthentication,
    /// Another address than the first is in use: look whether the first lets anybody in, as somebody else and for a moment.
    Look,
}

impl fmt::Debug for Output {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OpenSocket { url, subprotocol } => formatter
                .debug_struct("OpenSocket")
                .field("url", url)
                .field("subprotocol", subprotocol)
                .finish(),
            Self::Send(bytes) => write!(formatter, "Send({} bytes)", bytes.len()),
            Self::CloseSocket => formatter.write_str("CloseSocket"),
            Self::WakeAt(at) => write!(formatter, "WakeAt({at:?})"),
            Self::Message(message, token) => write!(formatter, "Message({message:?}, {token:?})"),
            Self::Subscription(id, answer) => {
                write!(formatter, "Subscription({id:?}, {answer:?})")
            }
            Self::Delivery(id, state) => write!(formatter, "Delivery({id:?}, {state:?})"),
            Self::State(state) => write!(formatter, "State({state:?})"),
            Self::Remember(identity) => write!(formatter, "Remember({identity:?})"),
            Self::LoadAuthentication => formatter.write_str("LoadAuthentication"),
            Self::Look => formatter.write_str("Look"),
        }
    }
}

/// Who we are to the broker, and whether it knows us.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The client identifier.
    pub client_id: String,
    /// We hold the state of a session that the broker may still have: clean start 0 is allowed [MQTT-3.2.2-4].
    pub session_exists: bool,
    /// Nothing of this identity is stored: always start clean.
    pub ephemeral: bool,
    /// Where that session is.
    pub sessions: Sessions,
    /// What we sent to it, and it has not acknowledged to the end: for [`Session::restore`](crate::mqtt::Session::restore).
    pub in_flight: Vec<u8>,
}

/// At which of its addresses a broker has a session of ours. Those of a cluster have the same; those of brokers that know
/// nothing of each other have each their own, and one that we left holds messages that came to us another way since.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sessions {
    /// Addresses that had the session when we were there.
    pub held: OrderedSet<String>,
    /// Addresses that have a former one, if any: it is not resumed.
    pub left: OrderedSet<String>,
}

impl Sessions {
    /// An address let us in, and had the session or began a new one, which may end with its connection.
    fn found(&mut self, url: &str, resumed: bool, is_lasting: bool) {
        if !resumed {
            self.left.extend(std::mem::take(&mut self.held));
        }
        self.left.remove(url);
        if is_lasting {
            self.held.insert(url.to_owned());
        }
    }
}

/// Why a WebSocket is not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SocketError {
    /// The constructor threw: a bad address, or `ws://` on an https page.
    #[error("the browser refused to open the address")]
    RefusedByConstructor,
    /// The page's content security policy.
    #[error("the page's content security policy forbids the address")]
    Policy,
    /// Closed before it opened: name, port, TLS, path, subprotocol. The browser may not tell which.
    #[error("the connection closed before it opened")]
    BeforeOpen,
}

/// What the page notices that a link should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hint {
    /// The browser has a network again.
    Online,
    /// The page is seen again.
    Visible,
    /// A person asks to try now.
    RetryNow,
}

/// How far a published message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeliveryState {
    /// Handed to the browser.
    Sent,
    /// The broker has it (QoS 1: PUBACK, QoS 2: PUBCOMP).
    Acknowledged,
    /// The broker has it, and nobody has subscribed to its topic (version 5, where the broker says so).
    Unheard,
    /// The broker refused it (its reason code).
    Refused(u8),
}

/// What a link is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    /// Not asked to connect.
    Idle,
    /// Opening the socket, or waiting for CONNACK.
    Connecting {
        /// 1 for the first since the last good connection.
        attempt: u32,
    },
    /// Connected.
    Connected {
        /// Spoken.
        version: Version,
        /// The broker still had our session: what it queued comes now.
        resumed: bool,
    },
    /// Not connected; tries again by itself.
    Waiting {
        /// When.
        retry_at: Monotonic,
        /// Why it is not connected.
        fault: Fault,
    },
    /// Not connected, and trying again cannot help.
    Stopped {
        /// Why.
        fault: Fault,
    },
}

/// Why a link is not connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// The profile's platform cannot make a plan of it.
    Plan(PlanFault),
    /// No socket.
    Socket(SocketError),
    /// The socket did not open in time.
    OpenTimeout,
    /// The socket opened, and no CONNACK came in time.
    ConnackTimeout,
    /// Closed after the socket opened and before CONNACK.
    ClosedBeforeConnack {
        /// As the browser tells it.
        code: u16,
    },
    /// CONNACK said no: the version it was sent in, its code, its reason string.
    Refused {
        /// Spoken.
        version: Version,
        /// Return code (3.1.1) or reason code (5).
        code: u8,
        /// The broker's own words, at most 200 characters.
        reason: Option<String>,
    },
    /// The broker said DISCONNECT (5 only): its code, its reason string.
    Disconnected {
        /// Reason code.
        code: u8,
        /// The broker's own words, at most 200 characters.
        reason: Option<String>,
    },
    /// The connection was lost.
    Closed {
        /// As the browser tells it.
        code: u16,
    },
    /// No answer to PINGREQ: the connection is dead though nobody closed it.
    PingTimeout,
    /// What came is no MQTT, or not allowed now.
    Protocol(Violation),
    /// The broker has a session of ours that we do not: started anew, clean [MQTT-3.2.2-4].
    SessionMismatch,
}
