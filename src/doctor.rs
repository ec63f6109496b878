//! What a page tried of a broker's address → what stands in the way: one cause where a page can know it, else at most four.
//!
//! [`Examination`] does no I/O: it says what to try next, and takes what came of it. Nothing secret is tried: no CONNECT is
//! sent, and an address goes without its query.

mod cuts;
mod report;
mod say;
mod spaces;

use std::time::Duration;

use crate::engine::wire::Cut;
use crate::link::Fault;
use crate::mqtt::Version;
use crate::problem::Address;

pub use cuts::{Steady, steady};
pub use report::Report;
pub use say::{cause, finding};
use spaces::Space;

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

/// What is known of a broker beside its address.
#[derive(Clone, Copy, Debug, Default)]
pub struct Case<'a> {
    /// Why it is not connected, if it is not.
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

/// What a probe is to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aim {
    Itself,
    Subprotocol,
    OtherPath,
    OtherScheme,
    /// Whether name, port and certificate are right.
    Server,
    /// Whether the request made the browser choose a certificate of ours, which a WebSocket never does.
    Again,
    /// Whether name and port are right, if the certificate is not.
    PlainServer,
    /// Whether the name is right, if the port is not.
    Host,
}

/// Tries one address; see the module.
#[derive(Clone, Debug)]
pub struct Examination {
    address: Address,
    page: Page,
    findings: Vec<Finding>,
}

/// Less is usual, and harms nobody.
const SKEW: Duration = Duration::from_secs(60);

/// What is known beside the address to stand in the way, or may be.
pub fn known(case: &Case<'_>) -> Vec<Cause> {
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
    let steady = steady(case.cuts).filter(|_| lost).map(Cause::Cut);
    let twins = lost && steady.is_none() && case.has_own_client_id && cuts::are_short(case.cuts);
    let twins = twins.then_some(Cause::SameClientId);
    let skew = case.skew.filter(|skew| skew.by >= SKEW).map(Cause::Clock);
    [own_code, token, steady, twins, skew]
        .into_iter()
        .flatten()
        .collect()
}

/// Paths at which brokers take WebSockets.
const PATHS: [&str; 3] = ["/mqtt", "/ws", "/"];

/// A page shows no more, and a person reads no more.
const MOST: usize = 4;

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

impl Examination {
    /// Nothing was tried yet.
    pub const fn new(address: Address, page: Page) -> Self {
        Self {
            address,
            page,
            findings: Vec::new(),
        }
    }

    /// What to try next; `None`: there is nothing more to be learnt.
    pub fn poll_probe(&self) -> Option<Probe> {
        if self.known_before().is_some() {
            return None;
        }
        let mut plan = self.plan().into_iter();
        plan.find(|probe| self.is_worth_it(probe.aim) && !self.was_tried(probe))
    }

    /// What came of a probe, and how long it took.
    pub fn handle_answer(&mut self, probe: Probe, answer: Answer, took: Duration) {
        self.findings.push(Finding {
            probe,
            answer,
            took,
        });
    }

    /// What was tried, in order.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What may stand in the way, the likeliest first: one where it is known, else at most four, of which it is one.
    pub fn causes(&self) -> Vec<Cause> {
        if let Some(cause) = self.known_before().or_else(|| self.found()) {
            return vec![cause];
        }
        let mut causes = self.left();
        // It is silent while the browser's question stands on the screen, and fails without a word afterwards.
        if self.is_local_guarded() {
            let guard = match self.page.network {
                Permission::Asks => Some(Cause::LocalAsks),
                Permission::Denied => Some(Cause::LocalDenied {
                    is_framed: self.page.is_framed,
                }),
                Permission::Unknown if !self.page.is_https => Some(Cause::LocalInsecure),
                _ => None,
            };
            if let Some(guard) = guard {
                causes.insert(0, guard);
            }
        }
        causes.truncate(MOST);
        causes
    }

    /// What is known without trying anything.
    fn known_before(&self) -> Option<Cause> {
        let space = Space::of(&self.address.host);
        if self.page.is_offline && space != Space::Machine {
            return Some(Cause::Offline);
        }
        // Where the local network is allowed, browsers open ws:// there from https too.
        if !self.address.secure && !self.is_plain_allowed() {
            return Some(Cause::MixedContent);
        }
        let is_framed = self.page.is_framed;
        let is_near = space <= Space::Local && self.is_local_guarded();
        let denied = is_near && self.page.network == Permission::Denied;
        denied.then_some(Cause::LocalDenied { is_framed })
    }

    /// What a probe has shown beyond doubt.
    fn found(&self) -> Option<Cause> {
        let first = |answer| {
            let mut findings = self.findings.iter();
            findings.find(|finding| finding.answer == answer && finding.probe.way != Way::Request)
        };
        if first(Answer::Forbidden).is_some_and(|finding| finding.probe.aim == Aim::Itself) {
            return Some(Cause::Policy);
        }
        let Finding { probe, .. } = first(Answer::Yes)?;
        Some(match probe.aim {
            Aim::Itself => Cause::Opens,
            Aim::Subprotocol => Cause::Subprotocol,
            Aim::OtherPath => Cause::Path(probe.address.clone()),
            Aim::Again => Cause::ClientCertificate,
            _ => Cause::Scheme(probe.address.clone()),
        })
    }

    /// What is left when no WebSocket opened.
    fn left(&self) -> Vec<Cause> {
        let secure = self.address.secure;
        let raw = self.address.port_is_raw().then_some(Cause::RawPort);
        let answered = |aim| self.answer(aim) == Some(Answer::Yes);
        let mut causes: Vec<Cause> = raw.into_iter().collect();
        if answered(Aim::Server) {
            causes.extend([Cause::NoSocketThere, Cause::Upgrade]);
        } else if answered(Aim::PlainServer) {
            causes.extend([Cause::Certificate, Cause::NotEncrypted]);
        } else if self.answer(Aim::Itself) == Some(Answer::Silence) {
            causes.extend((!answered(Aim::Host)).then_some(Cause::OtherNetwork));
            causes.extend([Cause::Swallowed, Cause::Hangs]);
        } else if self.answer(Aim::Itself).is_some() {
            causes.push(if secure {
                Cause::Certificate
            } else {
                Cause::WantsEncryption
            });
            causes.push(Cause::Port);
            let is_known = answered(Aim::Host) || spaces::is_number(&self.address.host);
            causes.extend((!is_known).then_some(Cause::Name));
        }
        causes
    }

    fn answer(&self, aim: Aim) -> Option<Answer> {
        let mut findings = self.findings.iter();
        let finding = findings.find(|finding| finding.probe.aim == aim);
        finding.map(|finding| finding.answer)
    }

    fn was_tried(&self, probe: &Probe) -> bool {
        self.findings.iter().any(|finding| finding.probe == *probe)
    }

    /// Whether a probe can still tell anything, after what is known.
    fn is_worth_it(&self, aim: Aim) -> bool {
        if self.found().is_some() {
            return false;
        }
        let answered = |aim| self.answer(aim) == Some(Answer::Yes);
        // Where nothing comes back at all, each further attempt would take as long and say the same.
        let is_silent = self.answer(Aim::Itself) == Some(Answer::Silence);
        match aim {
            Aim::Itself => true,
            Aim::Subprotocol | Aim::OtherPath | Aim::OtherScheme | Aim::Server | Aim::Again => {
                !is_silent
            }
            Aim::PlainServer => !is_silent && !answered(Aim::Server),
            Aim::Host => !answered(Aim::Server) && !answered(Aim::PlainServer),
        }
    }

    fn plan(&self) -> Vec<Probe> {
        let here = || self.address.clone();
        let probe = |aim, way, address| Probe { way, address, aim };
        let mut plan = vec![
            probe(Aim::Itself, Way::Socket, here()),
            probe(Aim::Subprotocol, Way::BareSocket, here()),
        ];
        let others = PATHS.iter().filter(|path| **path != self.address.path);
        plan.extend(others.map(|path| {
            let path = (*path).to_owned();
            probe(Aim::OtherPath, Way::Socket, Address { path, ..here() })
        }));
        let plain = Address {
            secure: false,
            ..here()
        };
        let other = Address {
            secure: !self.address.secure,
            ..here()
        };
        if other.secure || self.is_plain_allowed() {
            plan.push(probe(Aim::OtherScheme, Way::Socket, other));
        }
        plan.push(probe(Aim::Server, Way::Request, here()));
        if self.address.secure {
            plan.push(probe(Aim::Again, Way::Socket, here()));
        }
        if self.address.secure && self.is_plain_allowed() {
            plan.push(probe(Aim::PlainServer, Way::Request, plain));
        }
        let usual_port = Address {
            port: if self.address.secure { 443 } else { 80 },
            ..here()
        };
        if usual_port.port != self.address.port {
            plan.push(probe(Aim::Host, Way::Request, usual_port));
        }
        plan
    }

    fn is_plain_allowed(&self) -> bool {
        let space = Space::of(&self.address.host);
        !self.page.is_https
            || space == Space::Machine
            || space == Space::Local
                && matches!(self.page.network, Permission::Granted | Permission::Asks)
    }

    /// Whether browsers guard this address from this page: it is nearer to the device than the page's own.
    fn is_local_guarded(&self) -> bool {
        Space::of(&self.address.host) < Space::of(&self.page.host)
    }
}

#[cfg(test)]
mod tests;
