//! Why a link is not connected → what a person reads: what happened, what to do, and whether it is tried again.
//!
//! This is the one place where such sentences are made. It takes only the parts of an address that can be shown, so no
//! sentence can hold a secret.

mod address;
mod codes;
mod en;
mod ko;

use crate::link::{Fault, LinkState, PlanFault, SocketError, Violation};
use crate::mqtt::Version;
use crate::time::Monotonic;
use crate::words::shown;

pub use address::Address;
use address::Place;
use codes::{Meaning, code};
pub use en::EN;
pub use ko::KO;

/// What a person reads about a link that is not connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What happened, in one sentence.
    pub headline: String,
    /// What to check or do, the likeliest first.
    pub advice: Vec<String>,
    /// For support: what exactly came, in the standard's words. The same in every language.
    pub cause: String,
    /// Whether it is tried again.
    pub retry: Retry,
    /// An address worth opening in another tab, to see what the browser says about its certificate.
    pub open: Option<String>,
}

/// Whether it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// By itself, then.
    At(Monotonic),
    /// Only when something is changed.
    AfterChange,
}

/// What is known around a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Which broker; `None` if its address is none.
    pub address: Option<Address>,
    /// The page itself came by https.
    pub page_is_https: bool,
    /// This address worked since the page began: it is not the address that is wrong.
    pub worked_before: bool,
}

/// All sentences of one language; a page loads those of the one that it speaks.
pub struct Sentences {
    /// The headline, and the advice.
    text: fn(Case, &Place) -> (String, Vec<String>),
    /// Around the broker's own words.
    broker_says: fn(&str) -> String,
    meanings: &'static [Meaning],
}

impl Problem {
    /// What a link's state says; `None` if nothing is wrong.
    pub fn of(state: &LinkState, context: &Context, sentences: &Sentences) -> Option<Self> {
        match state {
            LinkState::Waiting { retry_at, fault } => {
                Some(Self::new(fault, Retry::At(*retry_at), context, sentences))
            }
            LinkState::Stopped { fault } => {
                Some(Self::new(fault, Retry::AfterChange, context, sentences))
            }
            LinkState::Idle | LinkState::Connecting { .. } | LinkState::Connected { .. } => None,
        }
    }

    /// What a fault says.
    pub fn new(fault: &Fault, retry: Retry, context: &Context, sentences: &Sentences) -> Self {
        let case = Case::of(fault, context, sentences.meanings);
        let mut address = context.address.clone().unwrap_or_default();
        let open = matches!(case, Case::NotOpened { .. } if address.secure)
            .then(|| address.https_origin());
        address.host = shown(&address.host);
        address.path = shown(&address.path);
        let (headline, mut advice) = (sentences.text)(case, &address.into());
        if let Some(reason) = broker_words(fault) {
            advice.insert(0, (sentences.broker_says)(&shown(reason)));
        }
        Self {
            headline,
            advice,
            cause: cause(fault),
            retry,
            open,
        }
    }

    /// The same of a fault where more is known: that stands instead of what is usual, behind the broker's own words.
    pub fn because(mut self, fault: &Fault, why: String) -> Self {
        self.advice
            .truncate(usize::from(broker_words(fault).is_some()));
        self.advice.push(why);
        self
    }
}

/// A reason code of either version in a few words, as a refused subscription or message shows it.
pub fn reason(code: u8, sentences: &Sentences) -> String {
    match Said::of(Version::V5, code, sentences.meanings) {
        Said::Known(meaning) => meaning.reason.to_owned(),
        Said::Unknown(code) => format!("0x{code:02X}"),
    }
}

/// A fault as far as it needs a sentence of its own.
#[derive(Clone, Copy)]
enum Case {
    Plan(PlanFault),
    /// `ws://` on an https page.
    MixedContent,
    /// No address that the browser takes.
    BadAddress,
    Policy,
    NotOpened {
        worked_before: bool,
        /// The same address without TLS is possible.
        maybe_plain: bool,
    },
    OpenTimeout {
        worked_before: bool,
    },
    ConnackTimeout,
    ClosedBeforeConnack,
    Refused(Said),
    Disconnected(Said),
    Closed(u16),
    PingTimeout,
    Protocol(Violation),
    SessionMismatch,
}

/// A code that a broker sent.
#[derive(Clone, Copy)]
enum Said {
    Known(&'static Meaning),
    Unknown(u8),
}

impl Said {
    fn of(version: Version, number: u8, meanings: &'static [Meaning]) -> Self {
        let meaning = code(version, number).and_then(|code| {
            let mut meanings = meanings.iter();
            meanings.find(|meaning| meaning.number == code.number)
        });
        meaning.map_or(Self::Unknown(number), Self::Known)
    }

    /// Whether brokers answer a wrong user name or password with it, though the standard has another code for that.
    const fn may_mean_the_password(self) -> bool {
        matches!(self, Self::Known(meaning) if meaning.number == NOT_AUTHORIZED)
    }
}

/// Whether a broker may have refused a user name or password: another one is worth a try.
pub fn may_be_the_password(fault: &Fault) -> bool {
    let Fault::Refused { version, code, .. } = *fault else {
        return false;
    };
    let known = codes::code(version, code);
    known.is_some_and(|code| [BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED].contains(&code.number))
}

/// As version 5 has them.
const BAD_USER_NAME_OR_PASSWORD: u8 = 0x86;
const NOT_AUTHORIZED: u8 = 0x87;

impl Case {
    fn of(fault: &Fault, context: &Context, meanings: &'static [Meaning]) -> Self {
        let worked_before = context.worked_before;
        match fault {
            Fault::Plan(plan) => Self::Plan(*plan),
            Fault::Socket(SocketError::RefusedByConstructor) => {
                let insecure = context
                    .address
                    .as_ref()
                    .is_some_and(|address| !address.secure);
                if context.page_is_https && insecure {
                    Self::MixedContent
                } else {
                    Self::BadAddress
                }
            }
            Fault::Socket(SocketError::Policy) => Self::Policy,
            Fault::Socket(SocketError::BeforeOpen) => Self::NotOpened {
                worked_before,
                maybe_plain: !context.page_is_https,
            },
            Fault::OpenTimeout => Self::OpenTimeout { worked_before },
            Fault::ConnackTimeout => Self::ConnackTimeout,
            Fault::ClosedBeforeConnack { .. } => Self::ClosedBeforeConnack,
            Fault::Refused { version, code, .. } => {
                Self::Refused(Said::of(*version, *code, meanings))
            }
            Fault::Disconnected { code, .. } => {
                Self::Disconnected(Said::of(Version::V5, *code, meanings))
            }
            Fault::Closed { code } => Self::Closed(*code),
            Fault::PingTimeout => Self::PingTimeout,
            Fault::Protocol(violation) => Self::Protocol(*violation),
            Fault::SessionMismatch => Self::SessionMismatch,
        }
    }
}

fn broker_words(fault: &Fault) -> Option<&str> {
    match fault {
        Fault::Refused { reason, .. } | Fault::Disconnected { reason, .. } => {
            reason.as_deref().filter(|reason| !reason.trim().is_empty())
        }
        _ => None,
    }
}

/// In the standard's words, so that a person who runs the broker finds them in its log.
fn cause(fault: &Fault) -> String {
    match fault {
        Fault::Plan(plan) => plan.to_string(),
        Fault::Socket(error) => error.to_string(),
        Fault::OpenTimeout => "no WebSocket handshake in time".to_owned(),
        Fault::ConnackTimeout => "no CONNACK in time".to_owned(),
        Fault::ClosedBeforeConnack { code } => {
            format!("closed before CONNACK, WebSocket close code {code}")
        }
        Fault::Refused { version, code, .. } => match version {
            Version::V311 => format!("CONNACK, MQTT 3.1.1, return code {}", name(*version, *code)),
            Version::V5 => format!("CONNACK, MQTT 5.0, reason code {}", name(*version, *code)),
        },
        Fault::Disconnected { code, .. } => {
            format!(
                "DISCONNECT, MQTT 5.0, reason code {}",
                name(Version::V5, *code)
            )
        }
        Fault::Closed { code } => format!("WebSocket close code {code}"),
        Fault::PingTimeout => "no PINGRESP in time".to_owned(),
        Fault::Protocol(violation) => violation.to_string(),
        Fault::SessionMismatch => "CONNACK, session present without a session of ours".to_owned(),
    }
}

fn name(version: Version, number: u8) -> String {
    let known = code(version, number).map_or("", |code| code.name);
    match version {
        Version::V311 => format!("{number} {known}"),
        Version::V5 => format!("0x{number:02X} {known}"),
    }
    .trim_end()
    .to_owned()
}

#[cfg(test)]
mod tests;
