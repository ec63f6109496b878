//! What is known of an address and its page → what to try next, and what is left when all was tried.

use std::time::Duration;

use super::spaces::{self, Space};
use super::{Answer, Cause, Finding, Page, Permission, Probe, Way};
use crate::problem::Address;

/// Tries one address; see the module.
#[derive(Clone, Debug)]
pub struct Examination {
    address: Address,
    page: Page,
    findings: Vec<Finding>,
}

/// What a probe is to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
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

/// Paths at which brokers take WebSockets.
const PATHS: [&str; 3] = ["/mqtt", "/ws", "/"];

/// A page shows no more, and a person reads no more.
const MOST: usize = 4;

impl Examination {
    /// Nothing was tried yet.
    pub const fn new(address: Address, page: Page) -> Self {
        Self {
            address,
            page,
            findings: Vec::new(),
        }
    }

    /// What is tried.
    pub const fn address(&self) -> &Address {
        &self.address
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
