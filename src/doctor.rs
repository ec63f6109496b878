//! What a page tried of a broker's address → what stands in the way: one cause where a page can know it, else at most four.
//!
//! [`Examination`] does no I/O: it says what to try next, and takes what came of it. Nothing secret is tried: no CONNECT is
//! sent, and an address goes without its query.

mod cuts;
mod examination;
mod report;
mod say;
mod spaces;

use std::time::Duration;

use crate::engine::wire::Cut;
use crate::link::Fault;
use crate::mqtt::Version;
use crate::problem::{Address, may_be_the_password};

pub use cuts::{Steady, steady};
use examination::Aim;
pub use examination::Examination;
pub use report::Report;
pub use say::{cause, finding};

/// What is known of the page before anything is tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// It came by https.
    pub is_https: bool,
    /// The host of its own address.
    pub host: String,
    /// It stands in a frame of another page.
    pub is_framed: bool,
    /// The browser says that it has no network at all.
    pub is_offline: bool,
    /// Whether it may open addresses of the network around it.
    pub network: Permission,
}

/// Whether a page may open addresses that are nearer than its own: of the local network, of the machine itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Permission {
    /// The browser knows no such permission, or does not say.
    #[default]
    Unknown,
    /// A person allowed it, or a policy.
    Granted,
    /// The browser asks at the first attempt.
    Asks,
    /// A person forbade it, or a policy, or the frame's page did not pass it on.
    Denied,
}

/// What to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// How.
    pub way: Way,
    /// Where.
    pub address: Address,
    aim: Aim,
}

/// How an address is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By a WebSocket that offers the subprotocol `mqtt`.
    Socket,
    /// By a WebSocket that offers none.
    BareSocket,
    /// By a request whose answer nobody may read; with `https:` for an encrypted address, else `http:`.
    Request,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The WebSocket opened, or somebody answered the request.
    Yes,
    /// It failed.
    No,
    /// The page's content security policy forbids it.
    Forbidden,
    /// Nothing came for so long that nothing will.
    Silence,
}

/// One probe and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was tried.
    pub probe: Probe,
    /// What came of it.
    pub answer: Answer,
    /// How long it took.
    pub took: Duration,
}

/// What may stand in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The browser has no network.
    Offline,
    /// `ws://` from a page that came by https.
    MixedContent,
    /// The content security policy of the page.
    Policy,
    /// A person, a policy or the frame's page forbids the local network.
    LocalDenied {
        /// The page stands in a frame, which needs `allow`.
        is_framed: bool,
    },
    /// The browser asks for the local network, and nobody has answered.
    LocalAsks,
    /// A page by http from elsewhere may not open the local network.
    LocalInsecure,
    /// Another path of the same server takes WebSockets.
    Path(Address),
    /// The other scheme is right.
    Scheme(Address),
    /// The server takes WebSockets, but does not agree to speak MQTT over them.
    Subprotocol,
    /// The WebSocket opens: what is wrong is said by MQTT.
    Opens,
    /// A web server is there, and takes no WebSocket at any usual path.
    NoSocketThere,
    /// A proxy before the broker does not pass the upgrade on.
    Upgrade,
    /// The certificate, in one of the three ways in which it can be wrong; or one of ours is wanted.
    Certificate,
    /// The broker wanted a certificate of ours, and has it now.
    ClientCertificate,
    /// The port takes no TLS.
    NotEncrypted,
    /// The port takes only TLS.
    WantsEncryption,
    /// The port is one for MQTT without WebSocket.
    RawPort,
    /// Nobody listens at the port.
    Port,
    /// There is no such host.
    Name,
    /// What is sent is swallowed on the way.
    Swallowed,
    /// Whoever listens at the port takes the connection and says nothing.
    Hangs,
    /// The host is in a network that this device is not in.
    OtherNetwork,
    /// The password is a token, and its time is over since then.
    TokenExpired(Duration),
    /// This device's clock differs from that of the page's server.
    Clock(Skew),
    /// AWS IoT refused with a return code of its own: what others call not authorised.
    RefusedByAws,
    /// ClearBlade refused with a return code of its own.
    RefusedByClearBlade,
    /// Connections end at a steady point of their life.
    Cut(Steady),
    /// Another client signs in under the same client identifier, and each throws the other out.
    SameClientId,
}

/// How far this device's clock is from that of the page's server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew {
    /// How far.
    pub by: Duration,
    /// It is ahead.
    pub is_ahead: bool,
}

/// From what the doctor concludes without examining an address.
#[derive(Clone, Copy, Debug, Default)]
pub struct Case<'a> {
    /// Why it is not connected, or, if it is, why it was not.
    pub fault: Option<&'a Fault>,
    /// How the last connections ended.
    pub cuts: &'a [Cut],
    /// A person chose the client identifier.
    pub has_own_client_id: bool,
    /// How long ago the token ran out that is its password.
    pub token_expired: Option<Duration>,
    /// As far as the page's server tells its time.
    pub skew: Option<Skew>,
}

/// What is known of a broker beside its address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Why it is not connected, or was not: nothing else needs to be looked at.
    pub why: Option<Cause>,
    /// What may stand in the way, or soon will.
    pub beside: Vec<Cause>,
}

/// Less is usual, and harms nobody.
const SKEW: Duration = Duration::from_secs(60);

/// The address to examine of a broker that has these: the one in use or tried last, by its place among them, else the first.
pub fn present<'a>(urls: impl IntoIterator<Item = &'a str>, place: Option<u32>) -> Option<Address> {
    let mut urls = urls.into_iter();
    let first = urls.next()?;
    let other = match place {
        None | Some(0) => None,
        Some(place) => urls.nth(place as usize - 1),
    };
    Address::parse(other.unwrap_or(first))
}

/// What follows from these.
pub fn known(case: &Case<'_>) -> Known {
    // Both speak 3.1.1 here, which has no such codes.
    let own_code = match case.fault {
        Some(Fault::Refused {
            version: Version::V311,
            code: 7,
            ..
        }) => Some(Cause::RefusedByAws),
        Some(Fault::Refused {
            version: Version::V311,
            code: 13,
            ..
        }) => Some(Cause::RefusedByClearBlade),
        _ => None,
    };
    let token = case.token_expired.map(Cause::TokenExpired);
    let lost = matches!(case.fault, None | Some(Fault::Closed { .. }));
    // Where the broker or the link said why, that is no riddle.
    let unsaid = |cut: &&Cut| matches!(cut.fault, Fault::Closed { .. });
    let cuts: Vec<Cut> = case.cuts.iter().filter(unsaid).cloned().collect();
    let steady = steady(&cuts).filter(|_| lost).map(Cause::Cut);
    let twins = lost && steady.is_none() && case.has_own_client_id && cuts::are_short(&cuts);
    let twins = twins.then_some(Cause::SameClientId);
    let skew = case.skew.filter(|skew| skew.by >= SKEW).map(Cause::Clock);
    let causes = [token, own_code, steady, twins, skew];
    let mut beside: Vec<Cause> = causes.into_iter().flatten().collect();
    // Other refusals have other reasons.
    let may_be_it = case.fault.is_some_and(may_be_the_password);
    let why = beside.iter().position(|cause| match cause {
        // Where nothing answered, it may be that nothing is there.
        Cause::TokenExpired(_) => may_be_it,
        Cause::RefusedByAws | Cause::RefusedByClearBlade | Cause::Cut(_) => true,
        _ => false,
    });
    Known {
        why: why.map(|place| beside.remove(place)),
        beside,
    }
}

impl Probe {
    /// What is opened or asked, as the browser is given it.
    pub fn target(&self) -> String {
        match self.way {
            Way::Socket | Way::BareSocket => self.address.to_string(),
            // `ws:` to `http:`, `wss:` to `https:`.
            Way::Request => format!("{}/", self.address.origin().replacen("ws", "http", 1)),
        }
    }
}

#[cfg(test)]
mod tests;
