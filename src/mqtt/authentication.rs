//! What a broker asks before it lets us in → what we answer: enhanced authentication (5.0, section 4.12).
//!
//! Few brokers want it, so it is loaded when a profile does: whatever is called only through [`Authentication`] is no part of
//! what every page loads.

mod scram;

use super::decode::{self, Auth};
use super::{Connack, Unsayable, Violation, encode, property};
use crate::secret::Secret;
use scram::Scram;

/// Who signs in, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The authentication method, as the broker knows it.
    pub method: String,
    /// May be empty, where the method has none.
    pub username: String,
    /// A password, or a token.
    pub password: Secret<String>,
}

/// Our side of one connection's authentication, from CONNECT on.
pub trait Authentication: Send {
    /// The properties with which CONNECT begins it.
    ///
    /// # Errors
    /// If method or data have no form in MQTT.
    fn connect(&mut self) -> Result<Vec<u8>, Unsayable>;
    /// AUTH, which begins it anew on a connection that stands.
    ///
    /// # Errors
    /// If method or data have no form in MQTT.
    fn renew(&mut self) -> Result<Vec<u8>, Unsayable>;
    /// Takes what follows AUTH's fixed header, and gives the packet that answers it; empty: none does.
    ///
    /// # Errors
    /// If it is not allowed now, or shows that the broker is not the one that knows the password.
    fn handle_auth(&mut self, body: &[u8]) -> Result<Vec<u8>, Violation>;
    /// CONNACK let us in, and said this.
    ///
    /// # Errors
    /// As above.
    fn handle_connack(&mut self, connack: &Connack) -> Result<(), Violation>;
}

/// Makes one. The number is random, and never the same again.
pub type NewAuthentication = fn(Credentials, u64) -> Box<dyn Authentication>;

/// See the module.
pub const AUTHENTICATION: NewAuthentication =
    |credentials, nonce| Box::new(Exchange::new(credentials, nonce));

/// A method that is more than a token.
pub const SCRAM_SHA_256: &str = "SCRAM-SHA-256";

struct Exchange {
    name: String,
    method: Method,
    stage: Stage,
}

enum Method {
    Scram(Box<Scram>),
    /// Any other: its data is what stands where a password stands, as it is.
    Token(Secret<String>),
    Unknown,
}

#[derive(PartialEq, Eq)]
enum Stage {
    Connecting,
    Renewing,
    Done,
}

impl Exchange {
    fn new(credentials: Credentials, nonce: u64) -> Self {
        let Credentials {
            method,
            username,
            password,
        } = credentials;
        Self {
            method: if method == SCRAM_SHA_256 {
                Method::Scram(Box::new(Scram::new(
                    &username,
                    password,
                    format!("{nonce:016x}"),
                )))
            } else if method.to_ascii_uppercase().starts_with("SCRAM-") {
                // As a token it would give the password away.
                Method::Unknown
            } else {
                Method::Token(password)
            },
            name: method,
            stage: Stage::Connecting,
        }
    }

    fn is_named(&self, method: Option<&str>) -> Result<(), Violation> {
        // [MQTT-4.12.0-5]
        if method == Some(&self.name) {
            Ok(())
        } else {
            Err(Violation::Unexpected)
        }
    }

    fn end(&mut self, data: &[u8]) -> Result<(), Violation> {
        self.stage = Stage::Done;
        match &mut self.method {
            Method::Scram(scram) => scram.verify(data),
            Method::Token(_) | Method::Unknown => Ok(()),
        }
    }
}

impl Authentication for Exchange {
    fn connect(&mut self) -> Result<Vec<u8>, Unsayable> {
        encode::authentication(&self.name, self.method.begin()?)
    }

    fn renew(&mut self) -> Result<Vec<u8>, Unsayable> {
        self.stage = Stage::Renewing;
        encode::auth(RE_AUTHENTICATE, &self.name, self.method.begin()?)
    }

    fn handle_auth(&mut self, body: &[u8]) -> Result<Vec<u8>, Violation> {
        let Auth { code, method, data } = decode::auth(body)?;
        self.is_named(method.as_deref())?;
        match (code, &self.stage, &mut self.method) {
            (_, Stage::Done, _) => Err(Violation::Unexpected),
            (CONTINUE, _, Method::Scram(scram)) => {
                let answer = scram.answer(&data)?;
                // [MQTT-4.12.0-3]; what could not be said would be the broker's own words.
                encode::auth(CONTINUE, &self.name, answer.as_bytes())
                    .map_err(|Unsayable| Violation::Authentication)
            }
            // All that there is to say is said.
            (CONTINUE, _, Method::Token(_) | Method::Unknown) => Err(Violation::Authentication),
            (SUCCESS, Stage::Renewing, _) => self.end(&data).map(|()| Vec::new()),
            _ => Err(Violation::Unexpected),
        }
    }

    fn handle_connack(&mut self, connack: &Connack) -> Result<(), Violation> {
        self.is_named(connack.authentication_method.as_deref())?;
        self.end(&connack.authentication_data)
    }
}

impl Method {
    fn begin(&self) -> Result<&[u8], Unsayable> {
        match self {
            Self::Scram(scram) => Ok(scram.begin().as_bytes()),
            Self::Token(token) => Ok(token.reveal().as_bytes()),
            Self::Unknown => Err(Unsayable),
        }
    }
}

const SUCCESS: u8 = 0;
const CONTINUE: u8 = 0x18;
const RE_AUTHENTICATE: u8 = 0x19;

/// Those of AUTH from a broker.
pub(super) const AUTH: u64 = 1 << property::AUTHENTICATION_METHOD
    | 1 << property::AUTHENTICATION_DATA
    | 1 << property::REASON_STRING
    | 1 << property::USER_PROPERTY;

#[cfg(test)]
mod tests;
