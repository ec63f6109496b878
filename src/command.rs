//! A message that somebody wants published → how far it is: waiting, sent, acknowledged, and confirmed by what follows.
//!
//! [`Commands`] does no I/O: feed it what happens, then drain `poll_output` until `None`.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::link::{DeliveryState, PublishId};
use crate::mqtt::{Message, Publish, TopicFilter};
use crate::settings::ProfileId;
use crate::time::Monotonic;

/// What is to be published, where, and what shows that it was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// To which broker.
    pub profile: ProfileId,
    /// The message.
    pub publish: Publish,
    /// What confirms it; `None`: nothing does.
    pub confirmation: Option<Confirmation>,
}

/// What confirms that a command was carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// A message on a topic of this filter, that is not the command itself coming back.
    pub filter: TopicFilter,
    /// Within this time after it was wished.
    pub within: Duration,
}

/// How far a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// It waits for its turn, or for the broker to take more.
    Waiting,
    /// Written; at QoS 0 nobody says more.
    Sent,
    /// The broker has it.
    Acknowledged,
    /// The broker has it, and nobody has subscribed to its topic.
    Unheard,
    /// What followed confirms it.
    Confirmed,
    /// Nothing confirmed it in time, whatever the broker said.
    NotConfirmed,
    /// The broker, or its limits, refused it (reason code).
    Refused(u8),
    /// The broker is only listened to.
    ViewOnly,
    /// There is no connection to the broker. It is not kept for later: who presses a button now does not want it to act
    /// in an hour.
    NotConnected,
}

/// Whether a broker may be published to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It may.
    Open,
    /// Its profile does not allow it.
    ViewOnly,
    /// It is not connected.
    NotConnected,
}

/// All commands that are not forgotten yet.
#[derive(Debug, Default)]
pub struct Commands {
    last: u64,
    known: VecDeque<Known>,
    outputs: VecDeque<(ProfileId, PublishId, Publish)>,
    /// When the last ones left, oldest first: no broker gets more of them at once.
    left_at: VecDeque<(ProfileId, Monotonic)>,
}

#[derive(Debug)]
struct Known {
    id: PublishId,
    command: Command,
    stage: Stage,
    has_left: bool,
    deadline: Option<Monotonic>,
}

impl Commands {
    /// Wants a message published.
    pub fn issue(&mut self, command: Command, way: Way, now: Monotonic) -> PublishId {
        self.last += 1;
        let id = PublishId(self.last);
        let waiting = self.known.iter().filter(|known| !known.has_left).count();
        let stage = match way {
            Way::Open if waiting >= WAITING => Stage::Refused(QUOTA_EXCEEDED),
            Way::Open => Stage::Waiting,
            Way::ViewOnly => Stage::ViewOnly,
            Way::NotConnected => Stage::NotConnected,
        };
        let confirmation = command.confirmation.as_ref();
        self.known.push_back(Known {
            id,
            deadline: confirmation.map(|confirmation| now.after(confirmation.within)),
            command,
            stage,
            has_left: stage != Stage::Waiting,
        });
        // Those that have not left are fewer.
        while self.known.len() > KNOWN
            && let Some(place) = self.known.iter().position(|known| known.has_left)
        {
            self.known.remove(place);
        }
        self.send(now);
        id
    }

    /// How far a command is; `None`: it is forgotten.
    pub fn stage(&self, id: PublishId) -> Option<Stage> {
        let mut known = self.known.iter();
        known.find(|known| known.id == id).map(|known| known.stage)
    }

    /// A link says how far a message is.
    pub fn handle_delivery(&mut self, id: PublishId, state: DeliveryState) {
        let Some(known) = self.known.iter_mut().find(|known| known.id == id) else {
            return;
        };
        // What was confirmed stays so, and what was not in time, too.
        if matches!(known.stage, Stage::Waiting | Stage::Sent) {
            known.stage = match state {
                DeliveryState::Sent => Stage::Sent,
                DeliveryState::Acknowledged => Stage::Acknowledged,
                DeliveryState::Unheard => Stage::Unheard,
                DeliveryState::Refused(code) => Stage::Refused(code),
            };
        }
    }

    /// There is no connection any more by which it could leave.
    pub fn handle_no_way(&mut self, id: PublishId) {
        if let Some(known) = self.known.iter_mut().find(|known| known.id == id) {
            known.stage = Stage::NotConnected;
        }
    }

    /// A message came that may confirm one.
    pub fn handle_message(&mut self, message: &Message) {
        for known in self.known.iter_mut().filter(|known| known.is_open()) {
            let Command {
                publish,
                confirmation: Some(confirmation),
                ..
            } = &known.command
            else {
                continue;
            };
            let is_itself = message.topic == publish.topic && message.payload == publish.payload;
            let says_so = confirmation.filter.matches(&message.topic) && !message.retained;
            if says_so && known.has_left && !is_itself {
                known.stage = Stage::Confirmed;
            }
        }
    }

    /// The time that was asked for has come.
    pub fn handle_timer(&mut self, now: Monotonic) {
        for known in self.known.iter_mut().filter(|known| known.is_open()) {
            if known.deadline.is_some_and(|deadline| deadline <= now) {
                known.stage = Stage::NotConfirmed;
                // What has not even left by then must not act later.
                known.has_left = true;
            }
        }
        self.send(now);
    }

    /// The next message to be handed to a link.
    pub fn poll_output(&mut self) -> Option<(ProfileId, PublishId, Publish)> {
        self.outputs.pop_front()
    }

    /// When [`Commands::handle_timer`] has something to do.
    pub fn wakes_at(&self) -> Option<Monotonic> {
        let open = self.known.iter().filter(|known| known.is_open());
        let deadlines = open.filter_map(|known| known.deadline);
        let waits = self.known.iter().any(|known| !known.has_left);
        let next = self.left_at.front().filter(|_| waits);
        deadlines.chain(next.map(|(_, at)| at.after(SPAN))).min()
    }

    /// Hands over what waits, as fast as it may go.
    fn send(&mut self, now: Monotonic) {
        self.left_at.retain(|(_, at)| now.since(*at) < SPAN);
        for known in self.known.iter_mut().filter(|known| !known.has_left) {
            let profile = &known.command.profile;
            let left = self.left_at.iter().filter(|(to, _)| to == profile);
            if left.count() < AT_ONCE {
                known.has_left = true;
                self.left_at.push_back((profile.clone(), now));
                let publish = known.command.publish.clone();
                self.outputs.push_back((profile.clone(), known.id, publish));
            }
        }
    }
}

impl Known {
    /// Something may still confirm it.
    const fn is_open(&self) -> bool {
        self.command.confirmation.is_some()
            && matches!(
                self.stage,
                Stage::Waiting
                    | Stage::Sent
                    | Stage::Acknowledged
                    | Stage::Unheard
                    | Stage::Refused(_)
            )
    }
}

/// More than this is not looked at any more.
const KNOWN: usize = 128;

/// Persons press buttons and rules fire: where more than this waits, something runs in circles.
const WAITING: usize = 64;

/// So many to one broker in [`SPAN`]: enough for a person and for rules, and no flood if two of them drive each other.
const AT_ONCE: usize = 10;
const SPAN: Duration = Duration::from_secs(1);

/// The reason code of a broker that would say the same.
const QUOTA_EXCEEDED: u8 = 0x97;

#[cfg(test)]
mod tests;
