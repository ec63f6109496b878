//! A broker profile: all that is needed to keep one broker connected.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::mqtt::{QoS, TopicFilter, Will};
use crate::secret::Secret;
use crate::time::Timestamp;

/// Which profile; made once, never shown, stable over renaming.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProfileId(pub String);

/// Which version of MQTT to speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum VersionChoice {
    /// 5.0 first, 3.1.1 where the broker refuses it.
    #[default]
    Auto,
    /// Only 5.0.
    V5,
    /// Only 3.1.1.
    V311,
}

/// One subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Which topics.
    pub filter: TopicFilter,
    /// The highest QoS at which the broker may deliver.
    pub qos: QoS,
    /// Somebody wants it however much comes by it.
    pub wide: bool,
}

/// A subscription that somebody does not want for now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// As it was, and will be again.
    pub filter: Filter,
    /// Since when.
    pub since: Timestamp,
}

/// A broker and how to sign in to it. Written without its password, wherever it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Which profile.
    pub id: ProfileId,
    /// Shown in the bar.
    pub name: String,
    /// The platform's `FORM.id`; decides what the other fields mean.
    pub platform: String,
    /// `ws://` or `wss://`, without user information.
    pub url: String,
    /// Further addresses of the same broker, tried in this order while those before are away.
    pub other_urls: Vec<String>,
    /// Which version of MQTT to speak.
    pub version: VersionChoice,
    /// As the person wants it; `None`: made once per profile and browser.
    pub client_id: Option<String>,
    /// None: the CONNECT carries no user name.
    pub username: Option<String>,
    /// None: the CONNECT carries no password.
    #[serde(skip)]
    pub password: Option<Secret<String>>,
    /// The method of an enhanced authentication, which takes user name and password to itself (5.0); `None`: they are sent as
    /// they are. Of one that we do not know, the password is the data: a token.
    pub authentication: Option<String>,
    /// What to subscribe to.
    pub filters: Vec<Filter>,
    /// What not to subscribe to for now.
    pub paused: Vec<Paused>,
    /// What a bridge puts before each topic: without it the messages are those of the broker behind it. Empty: nothing.
    pub prefix: String,
    /// How often we speak at least; zero: never.
    pub keep_alive: Duration,
    /// How long the broker keeps our session while we are away; zero: it does not.
    pub session_expiry: Duration,
    /// What the broker publishes when it loses us; only where [`Profile::publishes`].
    pub will: Option<Will>,
    /// The page may publish to it; else it only listens.
    pub publishes: bool,
}

impl Profile {
    /// All its addresses, in the order in which they are tried.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.url)
            .chain(&self.other_urls)
            .map(String::as_str)
    }

    /// Which version to speak: only 5.0 has an enhanced authentication, and in 3.1.1 the password would be sent as it is.
    pub const fn spoken(&self) -> VersionChoice {
        match self.authentication {
            Some(_) => VersionChoice::V5,
            None => self.version,
        }
    }
}

/// Any MQTT broker over WebSocket.
pub const DEFAULT_PLATFORM: &str = "generic";
/// Nothing is lost on a short outage, and a repeated reading changes nothing: 2 would buy nothing.
pub const DEFAULT_QOS: QoS = QoS::AtLeastOnce;
/// The keep alive that profiles have unless told otherwise: proxies cut idle sockets at 60 s.
pub const DEFAULT_KEEP_ALIVE: Duration = Duration::from_secs(30);
/// A reload, an update of the browser and a short power cut lose nothing; a screen that is gone does not fill the broker.
pub const DEFAULT_SESSION_EXPIRY: Duration = Duration::from_secs(3600);
/// Two bytes of seconds [MQTT-3.1.2-21].
pub const LONGEST_KEEP_ALIVE: Duration = Duration::from_secs(u16::MAX as u64);
/// Four bytes of seconds; the last value means for ever (5.0, 3.1.2.11.2).
pub const LONGEST_SESSION_EXPIRY: Duration = Duration::from_secs(u32::MAX as u64);
