//! The life of one connection: from CONNACK to its end, and what its end leads to.

use std::time::Duration;

use crate::mqtt::{Connack, Version, Violation};

use super::super::keep_alive::{Beat, KeepAlive};
use super::super::retry::{Retry, is_of_the_network, refuses_version, retry};
use super::super::subscriptions::Answer;
use super::super::{Fault, LinkState, Output};
use super::{Link, Phase};

impl Link {
    /// CONNACK accepted us.
    pub(super) fn handle_connected(&mut self, connack: Connack) {
        let attempt = match std::mem::replace(&mut self.phase, Phase::Stopped) {
            Phase::Greeting { attempt, .. } => attempt,
            other => {
                self.phase = other;
                return;
            }
        };
        let here = self.addresses.here();
        here.versions.answered();
        here.clears_next = false;
        if attempt.is_for_clearing {
            // The broker has forgotten; the next attempt begins a session that lasts.
            self.leave();
            return self.open();
        }
        here.mismatches = 0;
        let connect = attempt.connect;
        let keep_alive = connack.keep_alive.unwrap_or(connect.keep_alive);
        let now = self.now.monotonic;
        self.phase = Phase::Connected {
            since: now,
            keep_alive: KeepAlive::new(keep_alive, now),
        };
        self.tell(LinkState::Connected {
            version: connect.version,
            resumed: connack.session_present,
        });
        let is_lasting = match connect.version {
            Version::V311 => !connect.clean,
            Version::V5 => connack.session_expiry.unwrap_or(connect.session_expiry) > 0,
        };
        self.addresses.connected(now);
        if let Some(target) = &mut self.target {
            let sessions = &mut target.identity.sessions;
            sessions.found(self.addresses.url(), connack.session_present, is_lasting);
        }
        if let Some(target) = &mut self.target {
            let identity = &mut target.identity;
            identity.session_exists = is_lasting;
            if let Some(client_id) = connack.assigned_client_id {
                identity.client_id = client_id;
            }
        }
        self.remember();
        self.subscriptions.open(connack.session_present);
        self.send_subscriptions();
    }

    /// What another run of the page must know to go on with the session.
    pub(super) fn remember(&mut self) {
        let Some(target) = &mut self.target else {
            return;
        };
        target.identity.in_flight = if target.identity.session_exists {
            self.session.in_flight()
        } else {
            Vec::new()
        };
        if target.identity != target.remembered && !target.identity.ephemeral {
            target.remembered = target.identity.clone();
            let identity = target.identity.clone();
            self.outputs.push_back(Output::Remember(identity));
        }
    }

    pub(super) fn send_subscriptions(&mut self) {
        let now = self.now.monotonic;
        let answers = self.subscriptions.send(&mut self.session, now);
        self.tell_subscriptions(answers);
    }

    pub(super) fn tell_subscriptions(&mut self, answers: Vec<Answer>) {
        for (id, answer) in answers {
            self.outputs.push_back(Output::Subscription(id, answer));
        }
    }

    pub(super) fn handle_timer(&mut self) {
        self.wake_at = None;
        let now = self.now.monotonic;
        if self.addresses.looks(now) {
            self.outputs.push_back(Output::Look);
        }
        match &mut self.phase {
            Phase::Opening { deadline, .. } if now >= *deadline => {
                self.give_up(Fault::OpenTimeout);
            }
            Phase::Greeting { deadline, .. } if now >= *deadline => {
                self.give_up(Fault::ConnackTimeout);
            }
            Phase::Waiting { retry_at, place } if now >= *retry_at => {
                let place = *place;
                self.go(place);
            }
            Phase::Connected { keep_alive, .. } => match keep_alive.poll(now) {
                Beat::GiveUp => self.give_up(Fault::PingTimeout),
                Beat::Ping => {
                    self.session.ping();
                    self.send_subscriptions();
                }
                Beat::Rest => self.send_subscriptions(),
            },
            _ => {}
        }
    }

    /// The broker broke the standard: says so where the version can, and closes [MQTT-4.13.1-1].
    pub(super) fn break_off(&mut self, violation: Violation) {
        if let LinkState::Connected {
            version: Version::V5,
            ..
        } = self.state
        {
            self.session.disconnect(violation.reason_code());
        }
        self.give_up(Fault::Protocol(violation));
    }

    /// Ends the connection because of a fault that is not the socket's own.
    pub(super) fn give_up(&mut self, fault: Fault) {
        self.flush();
        self.outputs.push_back(Output::CloseSocket);
        self.fail(fault);
    }

    /// Ends the connection, if there is one, because we no longer want it.
    pub(super) fn leave(&mut self) {
        if self.session.is_open() {
            self.session.disconnect(NORMAL);
            self.flush();
        }
        if self.is_socket_open()
            || self.session.is_open()
            || matches!(self.phase, Phase::Opening { .. })
        {
            self.outputs.push_back(Output::CloseSocket);
        }
        self.close();
    }

    /// Trying again cannot help.
    pub(super) fn stop(&mut self, fault: Fault) {
        self.close();
        self.phase = Phase::Stopped;
        self.tell(LinkState::Stopped { fault });
    }

    /// The connection is gone. Decides what follows.
    pub(super) fn fail(&mut self, fault: Fault) {
        let now = self.now.monotonic;
        if let Phase::Connected { since, .. } = self.phase {
            let lasted = now.since(since);
            let is_good = lasted >= GOOD_AFTER;
            self.addresses.lost(lasted, is_good);
            if is_good {
                self.attempt = 0;
            }
            self.session.end(!is_good);
        }
        let tries_other_version = self.judge_version(&fault);
        self.close();
        if tries_other_version {
            return self.open();
        }
        let begins_anew = fault == Fault::SessionMismatch && self.forget_session();
        let here = self.addresses.here();
        here.versions.wait();
        here.is_of_the_network = is_of_the_network(&fault);
        if matches!(fault, Fault::Refused { .. } | Fault::Disconnected { .. }) {
            here.refusals = here.refusals.saturating_add(1);
        }
        let wait = match retry(&fault, here.refusals) {
            _ if begins_anew => Some(Duration::ZERO),
            Retry::AfterBackoff => Some(here.backoff.wait()),
            Retry::AfterUserActionOr(wait) => Some(wait),
            Retry::Never => None,
        };
        here.due = wait.map(|wait| now.after(wait));
        if let (
            Fault::Disconnected {
                code: TAKEN_OVER, ..
            },
            Some(until),
        ) = (&fault, here.due)
        {
            // At another node of a cluster it would throw the other out as well.
            self.addresses.put_off(until);
        }
        let next = if begins_anew {
            Some((self.addresses.place(), now))
        } else {
            self.addresses.next(now)
        };
        let Some((place, retry_at)) = next else {
            return self.stop(fault);
        };
        self.phase = Phase::Waiting { retry_at, place };
        self.tell(LinkState::Waiting { retry_at, fault });
        if retry_at <= now {
            self.go(place);
        }
    }

    /// Tries this address.
    pub(super) fn go(&mut self, place: usize) {
        self.addresses.go(place);
        self.open();
    }

    /// Leaves the address in use for the first one, which is back.
    pub(super) fn go_back(&mut self) {
        if matches!(self.phase, Phase::Connected { .. }) && self.addresses.place() > 0 {
            self.leave();
            self.addresses.go_back();
            self.open();
        }
    }

    /// What the end of an attempt says about the version. True if the other one is to be tried at once.
    fn judge_version(&mut self, fault: &Fault) -> bool {
        if !matches!(self.phase, Phase::Greeting { .. }) {
            return false;
        }
        let versions = &mut self.addresses.here().versions;
        match fault {
            Fault::Refused { version, code, .. } => {
                // A refusal in 3.1.1's form is one of version 5, whatever it says: the CONNECT was not understood.
                if refuses_version(*version, *code) || *version != versions.current() {
                    return versions.refused();
                }
                versions.answered();
                false
            }
            Fault::ClosedBeforeConnack { .. } | Fault::ConnackTimeout | Fault::Protocol(_) => {
                versions.silent()
            }
            _ => false,
        }
    }

    /// The broker has a session that we do not know. True if a clean start may help at once.
    fn forget_session(&mut self) -> bool {
        let here = self.addresses.here();
        here.mismatches = here.mismatches.saturating_add(1);
        here.clears_next = true;
        let is_first = here.mismatches == 1;
        if let Some(target) = &mut self.target {
            target.identity.session_exists = false;
        }
        self.remember();
        is_first
    }

    fn close(&mut self) {
        self.session.close();
        self.subscriptions.close();
    }
}

/// A broker that closes sooner refuses something that we do after CONNACK.
const GOOD_AFTER: Duration = Duration::from_secs(10);

/// Another client has our identifier.
const TAKEN_OVER: u8 = 0x8E;

/// Normal disconnection; the session goes on as agreed.
const NORMAL: u8 = 0;
