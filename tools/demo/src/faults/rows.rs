//! The faults: what each is called, what may be said of it, and when it runs.

use std::time::Duration;

use super::said::Verdict;
use crate::brokers::Make;

/// Something that goes wrong between a broker and the page, or on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    Killed,
    Paused,
    HalfOpen,
    CutAmid,
    Reset,
    Bytes,
    Joined,
    Garbage,
    Slow,
    NoConnack,
    SubackRefused,
    SessionLost,
    SameClientId,
    ClockForward,
    ClockBack,
    SignInExpired,
    TokenExpired,
    CertificateExpired,
    NameGone,
    KeepAliveLowered,
    TooLarge,
    IdleCut,
    WrongPassword,
    WrongPath,
    NobodyListens,
    NoSuchHost,
    Flood,
    Frozen,
    Trapped,
    BrowserKilled,
}

/// What must become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) verdict: Verdict,
    /// Within that time messages are counted again.
    pub(super) back_within: Duration,
    /// The broker loses the page's session, and with it what came meanwhile.
    pub(super) ends_the_session: bool,
}

impl Row {
    /// In the order in which they run.
    pub(super) const ALL: &[Self] = &[
        Self::CutAmid,
        Self::Reset,
        Self::Bytes,
        Self::Joined,
        Self::Garbage,
        Self::NoConnack,
        Self::SubackRefused,
        Self::KeepAliveLowered,
        Self::TooLarge,
        Self::SignInExpired,
        Self::TokenExpired,
        Self::SameClientId,
        Self::Killed,
        Self::SessionLost,
        Self::Trapped,
        Self::ClockForward,
        Self::ClockBack,
        Self::WrongPassword,
        Self::WrongPath,
        Self::NobodyListens,
        Self::NoSuchHost,
        Self::CertificateExpired,
        Self::NameGone,
        Self::HalfOpen,
        Self::Paused,
        Self::IdleCut,
        Self::Slow,
        Self::Flood,
        Self::Frozen,
        Self::BrowserKilled,
    ];

    /// As a person reads it.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Killed => "broker killed, started again after 3 s",
            Self::Paused => "broker paused for 12 s",
            Self::HalfOpen => "connection half open: nothing passes, nobody closes",
            Self::CutAmid => "connection closed amid a packet",
            Self::Reset => "connection reset",
            Self::Bytes => "one byte a frame",
            Self::Joined => "many packets a frame",
            Self::Garbage => "garbage instead of MQTT",
            Self::Slow => "20 KB a second",
            Self::NoConnack => "no answer to CONNECT",
            Self::SubackRefused => "subscription refused",
            Self::SessionLost => "session lost with the broker",
            Self::SameClientId => "another client with the same client identifier",
            Self::ClockForward => "clock set forward by 2 h",
            Self::ClockBack => "clock set back by 2 h",
            Self::SignInExpired => "sign-in no longer valid",
            Self::TokenExpired => "token expired",
            Self::CertificateExpired => "certificate of the broker expired",
            Self::NameGone => "host name gone from the name server",
            Self::KeepAliveLowered => "keep alive lowered by the broker",
            Self::TooLarge => "message larger than agreed",
            Self::IdleCut => "proxy that closes quiet connections",
            Self::WrongPassword => "wrong password",
            Self::WrongPath => "path that belongs to a web server",
            Self::NobodyListens => "port on which nobody listens",
            Self::NoSuchHost => "host name that does not exist",
            Self::Flood => "10,000 messages at once",
            Self::Frozen => "page frozen by the browser",
            Self::Trapped => "engine trapped",
            Self::BrowserKilled => "browser killed with -9",
        }
    }

    pub(super) fn expected(self, make: Make) -> Expected {
        Expected {
            verdict: self.verdict(make),
            back_within: self.promised(make) * FACTOR + NOISE,
            ends_the_session: self.ends_the_session(),
        }
    }

    /// What is expected of the page.
    const fn verdict(self, make: Make) -> Verdict {
        match self {
            // The embedded one says goodbye first.
            Self::Killed | Self::SessionLost => Verdict::Among(
                "can no longer be reached",
                "the broker or the network is probably down",
            ),
            Self::Paused | Self::HalfOpen => Verdict::Among(
                "no longer answers",
                "The connection was dead though nobody had closed it",
            ),
            Self::CutAmid | Self::Reset => {
                Verdict::Among("The connection to", "a proxy or the broker ended it")
            }
            Self::IdleCut => Verdict::Exactly("a proxy or firewall forgets quiet ones"),
            Self::Garbage => Verdict::Exactly("What the server sends is not MQTT"),
            Self::NoConnack => Verdict::Among("did not answer as an MQTT broker", "overloaded"),
            Self::SubackRefused => Verdict::Exactly("The broker refused 3"),
            // This one closes the connection before it could say so, as a bad network does.
            Self::SameClientId if matches!(make, Make::Mosquitto) => {
                Verdict::Among("The connection to", "each throws the other out")
            }
            Self::SameClientId => {
                Verdict::Exactly("another client with the same client identifier")
            }
            // With the code that brokers have for both, a wrong password and a missing permission.
            Self::SignInExpired => Verdict::Among(NOT_AUTHORISED, "Check user name and password"),
            Self::WrongPassword if matches!(make, Make::Mosquitto) => {
                Verdict::Among(NOT_AUTHORISED, "Check user name and password")
            }
            Self::WrongPassword => Verdict::Exactly("wrong user name or password"),
            Self::TokenExpired => Verdict::Exactly("The password is a token that expired"),
            Self::CertificateExpired => Verdict::Among("can no longer be reached", "Certificate:"),
            Self::NameGone => Verdict::Among("can no longer be reached", "Host:"),
            Self::TooLarge => Verdict::Exactly("larger message than was agreed"),
            Self::WrongPath => Verdict::Among(EXAMINED, "a web server answers"),
            Self::NobodyListens => Verdict::Among(EXAMINED, "nobody listens"),
            Self::NoSuchHost => Verdict::Among(EXAMINED, "is not known in this network"),
            Self::Trapped => Verdict::Exactly("Counting restarted"),
            Self::Flood => Verdict::Offer("messages a second on"),
            Self::Bytes
            | Self::Joined
            | Self::Slow
            | Self::ClockForward
            | Self::ClockBack
            | Self::KeepAliveLowered
            | Self::Frozen
            | Self::BrowserKilled => Verdict::Nothing,
        }
    }

    /// How soon messages are counted again, by what the product says of itself; it may be sooner.
    const fn promised(self, make: Make) -> Duration {
        match self {
            // Two screens are not to throw each other out for ever.
            Self::SameClientId if !matches!(make, Make::Mosquitto) => TAKEN_OVER,
            // Nobody tells the page that it is over.
            Self::Killed
            | Self::SessionLost
            | Self::Paused
            | Self::HalfOpen
            | Self::Garbage
            | Self::NoConnack
            | Self::TooLarge => LONGEST_BACKOFF,
            _ => AT_ONCE,
        }
    }

    /// Whether the broker loses the page's session: Mosquitto is set up to keep nothing on disk, the embedded broker
    /// cannot, and who connects under another's identifier with a clean start ends that one's session.
    const fn ends_the_session(self) -> bool {
        matches!(self, Self::Killed | Self::SessionLost | Self::SameClientId)
    }

    /// Whether it can be done with that broker.
    pub(super) const fn suits(self, make: Make) -> bool {
        match self {
            // Its sessions end with it, and it takes tokens.
            Self::SessionLost | Self::TokenExpired => matches!(make, Make::Embedded),
            Self::Killed | Self::Paused => matches!(make, Make::Mosquitto),
            _ => true,
        }
    }

    /// It runs before a page is connected, or instead.
    pub(super) const fn is_of_the_address(self) -> bool {
        matches!(
            self,
            Self::WrongPassword | Self::WrongPath | Self::NobodyListens | Self::NoSuchHost
        )
    }

    /// It needs an authority for certificates, and a browser of its own that trusts it.
    pub(super) const fn needs_certificates(self) -> bool {
        matches!(self, Self::CertificateExpired | Self::NameGone)
    }

    /// It has room in a minute and a half, two brokers together.
    pub(super) const fn is_quick(self, make: Make) -> bool {
        match self {
            Self::Killed | Self::SessionLost => true,
            Self::CutAmid | Self::Garbage | Self::Trapped => true,
            Self::Bytes | Self::Joined | Self::SubackRefused | Self::SignInExpired => {
                matches!(make, Make::Embedded)
            }
            _ => false,
        }
    }

    /// Seconds of keep alive that the page is configured with.
    pub(super) const fn keep_alive(self) -> u16 {
        match self {
            Self::HalfOpen | Self::Paused => 4,
            _ => 60,
        }
    }

    /// Where it is said: by the doctor, when all is well again, because a lost connection is soon back; else above the wall.
    pub(super) const fn is_asked_of_the_doctor(self, make: Make) -> bool {
        match self {
            Self::CutAmid | Self::Reset | Self::IdleCut => true,
            Self::SameClientId => matches!(make, Make::Mosquitto),
            _ => false,
        }
    }
}

/// How long a frozen page is frozen.
pub(super) const FROZEN: Duration = Duration::from_secs(600);
/// In short.
pub(super) const FROZEN_BRIEFLY: Duration = Duration::from_secs(30);

/// As `problem` says it.
const NOT_AUTHORISED: &str = "The broker refused the connection: not authorised";
/// As the doctor begins what is left after an examination.
const EXAMINED: &str = "One of these stands in the way";

/// Half a minute at most between two attempts, and one under way takes ten seconds until it is given up.
const LONGEST_BACKOFF: Duration = Duration::from_secs(40);
/// A minute, and an attempt.
const TAKEN_OVER: Duration = Duration::from_secs(70);
/// An engine that stopped runs again within that; anything else of the kind takes less.
const AT_ONCE: Duration = Duration::from_secs(5);
/// What a machine that does a lot else takes longer.
const FACTOR: u32 = 2;
const NOISE: Duration = Duration::from_secs(10);
