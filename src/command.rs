//! A message that somebody wants published → how far it is: waiting, sent, acknowledged, and confirmed by what follows.
//!
//! [`Commands`] does no I/O: feed it what happens, then drain `poll_output` until `None`.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::link::{DeliveryState, PublishId};
use crate::mqtt::{Message, Publish, QoS, TopicFilter};
use crate::observation::{Observation, Presence, What};
use crate::ordered::OrderedSet;
use crate::secret::Secret;
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
    /// What is done instead where this was not: not confirmed in time, or refused, or there is no way.
    pub fallback: Option<Fallback>,
    /// So many messages a second the platform takes from one client.
    pub rate: usize,
}

/// What stands in for a message that was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// It is published on another topic, or by another broker; all else is that of the command.
    Publish {
        /// To which broker.
        profile: ProfileId,
        /// Topic name.
        topic: String,
    },
    /// This address is told what was not done, and why.
    Webhook(Secret<String>),
    /// A sound is played.
    Sound,
}

/// What is to be done for a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// To be handed to the link of a profile.
    Publish(ProfileId, PublishId, Publish),
    /// To be told to that link: nobody waits for it any more.
    Withdraw(ProfileId, PublishId),
    /// To be posted to an address; [`Commands::handle_fallback`] wants to know the outcome.
    Post(PublishId, Secret<String>, String),
    /// A sound is to be played; [`Commands::handle_fallback`] wants to know if it was not.
    Ring(PublishId),
}

/// What confirms that a command was carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// A message on a topic of this filter, by the same broker, that is not the command itself coming back.
    pub filter: TopicFilter,
    /// What it must say: its payload is that text, or a device is so in it (`on`, `off`, `online`, `offline`, a number, words).
    /// Empty: whatever it says.
    pub says: String,
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
    /// It was not confirmed; its fallback is done, or on its way.
    FellBack,
    /// It was not confirmed, and its fallback failed.
    FallbackFailed,
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
    /// It may, but MQTT has no form for the message.
    Unsayable,
}

/// All commands that are not forgotten yet.
#[derive(Debug, Default)]
pub struct Commands {
    last: u64,
    known: VecDeque<Known>,
    outputs: VecDeque<Output>,
    /// When the last ones left, oldest first: no broker gets more of them at once.
    left_at: VecDeque<(ProfileId, Monotonic)>,
    /// What is written to these has not left the browser: nothing more is, until it has.
    held: OrderedSet<ProfileId>,
}

#[derive(Debug)]
struct Known {
    id: PublishId,
    command: Command,
    stage: Stage,
    has_left: bool,
    deadline: Option<Monotonic>,
    /// What has not left by then does not act later.
    leaves_by: Monotonic,
    /// Its fallback.
    instead: Option<PublishId>,
}

impl Commands {
    /// Wants a message published.
    pub fn issue(&mut self, command: Command, way: Way, now: Monotonic) -> PublishId {
        let waiting = self.known.iter().filter(|known| !known.has_left).count();
        let stage = match way {
            Way::Open if waiting >= WAITING => Stage::Refused(QUOTA_EXCEEDED),
            Way::Open => Stage::Waiting,
            Way::Unsayable => Stage::Refused(PAYLOAD_FORMAT_INVALID),
            Way::ViewOnly => Stage::ViewOnly,
            Way::NotConnected => Stage::NotConnected,
        };
        let id = self.add(command, stage, now);
        self.fall_back(now);
        id
    }

    fn add(&mut self, command: Command, stage: Stage, now: Monotonic) -> PublishId {
        self.last += 1;
        let id = PublishId(self.last);
        let confirmation = command.confirmation.as_ref();
        self.known.push_back(Known {
            id,
            deadline: confirmation.map(|confirmation| now.after(confirmation.within)),
            leaves_by: now.after(LONGEST_WAIT),
            command,
            stage,
            has_left: stage != Stage::Waiting,
            instead: None,
        });
        // Those that have not left are fewer.
        while self.known.len() > KNOWN
            && let Some(place) = self.known.iter().position(|known| known.has_left)
        {
            self.known.remove(place);
        }
        id
    }

    /// A broker's socket holds so much that nothing more is to be written to it, or no longer.
    pub fn hold(&mut self, profile: &ProfileId, is_full: bool, now: Monotonic) {
        if is_full {
            self.held.insert(profile.clone());
        } else if self.held.remove(profile) {
            self.send(now);
        }
    }

    /// How far a command is; `None`: it is forgotten.
    pub fn stage(&self, id: PublishId) -> Option<Stage> {
        let find = |id| self.known.iter().find(|known| known.id == id);
        let known = find(id)?;
        match known.instead.and_then(find) {
            Some(instead) if instead.is_undone() => Some(Stage::FallbackFailed),
            _ => Some(known.stage),
        }
    }

    /// Whether nothing more will come of a command, or it is forgotten.
    pub fn is_over(&self, id: PublishId) -> bool {
        let mut known = self.known.iter();
        let known = known.find(|known| known.id == id);
        known.is_none_or(Known::is_over)
    }

    /// A link says how far a message is.
    pub fn handle_delivery(&mut self, id: PublishId, state: DeliveryState, now: Monotonic) {
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
        self.fall_back(now);
    }

    /// There is no connection any more by which it could leave.
    pub fn handle_no_way(&mut self, id: PublishId, now: Monotonic) {
        if let Some(known) = self.known.iter_mut().find(|known| known.id == id) {
            known.stage = Stage::NotConnected;
        }
        self.fall_back(now);
    }

    /// The link of a profile is at its end, with what it had not sent: who waits for the rest waits in vain.
    pub fn handle_end(&mut self, profile: &ProfileId, now: Monotonic) {
        for known in self.known.iter_mut() {
            if known.command.profile == *profile && known.has_left && known.is_open() {
                known.stage = Stage::NotConfirmed;
            }
        }
        self.fall_back(now);
    }

    /// A message came that may confirm one: by which broker, on which topic (without a bridge's prefix), and what it says.
    pub fn handle_message(
        &mut self,
        profile: &ProfileId,
        topic: &str,
        message: &Message,
        observations: &[Observation],
    ) {
        for known in self.known.iter_mut().filter(|known| known.is_open()) {
            let Command {
                profile: to,
                publish,
                confirmation: Some(confirmation),
                ..
            } = &known.command
            else {
                continue;
            };
            let is_itself = topic == publish.topic && message.payload == publish.payload;
            let says_so = to == profile
                && confirmation.filter.matches(topic)
                && !message.retained
                && says(&confirmation.says, &message.payload, observations);
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
                if std::mem::replace(&mut known.has_left, true) {
                    let output = Output::Withdraw(known.command.profile.clone(), known.id);
                    self.outputs.push_back(output);
                }
            }
        }
        for known in self.known.iter_mut().filter(|known| !known.has_left) {
            if known.leaves_by <= now {
                known.stage = Stage::Refused(QUOTA_EXCEEDED);
                known.has_left = true;
            }
        }
        self.fall_back(now);
    }

    /// How it ended with what stands in for a command.
    pub fn handle_fallback(&mut self, id: PublishId, is_done: bool) {
        if let Some(known) = self.known.iter_mut().find(|known| known.id == id)
            && known.stage == Stage::FellBack
            && !is_done
        {
            known.stage = Stage::FallbackFailed;
        }
    }

    /// What is to be done next.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Commands::handle_timer`] has something to do.
    pub fn wakes_at(&self) -> Option<Monotonic> {
        let open = self.known.iter().filter(|known| known.is_open());
        let deadlines = open.filter_map(|known| known.deadline);
        let is_held = |known: &Known| self.held.contains(&known.command.profile);
        let mut known = self.known.iter();
        let waits = known.any(|known| !known.has_left && !is_held(known));
        let next = self.left_at.front().filter(|_| waits);
        let stuck = self.known.iter().filter(|known| !known.has_left);
        let deadlines = deadlines.chain(stuck.map(|known| known.leaves_by));
        deadlines.chain(next.map(|(_, at)| at.after(SPAN))).min()
    }

    /// Issues what stands in for what was not done, then hands over what waits.
    fn fall_back(&mut self, now: Monotonic) {
        let mut undone = Vec::new();
        for known in self.known.iter_mut().filter(|known| known.is_undone()) {
            undone.extend(known.command.fallback.take().map(|it| (known.id, it)));
        }
        for (id, fallback) in undone {
            let Some(known) = self.known.iter_mut().find(|known| known.id == id) else {
                continue;
            };
            let undone = Undone::of(known);
            known.stage = Stage::FellBack;
            match fallback {
                Fallback::Publish { profile, topic } => {
                    let mut command = known.command.clone();
                    (command.profile, command.publish.topic) = (profile, topic);
                    command.confirmation = None;
                    // Whether its broker may be published to is looked at when it leaves.
                    let instead = self.add(command, Stage::Waiting, now);
                    if let Some(known) = self.known.iter_mut().find(|known| known.id == id) {
                        known.instead = Some(instead);
                    }
                }
                Fallback::Webhook(address) => {
                    self.outputs.push_back(Output::Post(id, address, undone));
                }
                Fallback::Sound => self.outputs.push_back(Output::Ring(id)),
            }
        }
        self.send(now);
    }

    /// Hands over what waits, as fast as it may go.
    fn send(&mut self, now: Monotonic) {
        self.left_at.retain(|(_, at)| now.since(*at) < SPAN);
        for known in self.known.iter_mut().filter(|known| !known.has_left) {
            let profile = &known.command.profile;
            if self.held.contains(profile) {
                continue;
            }
            let left = self.left_at.iter().filter(|(to, _)| to == profile);
            if left.count() < known.command.rate {
                known.has_left = true;
                if known.command.publish.qos > QoS::AtMostOnce {
                    // Without anything else to confirm it, the broker does.
                    known.deadline.get_or_insert(now.after(LONGEST_WAIT));
                }
                self.left_at.push_back((profile.clone(), now));
                let publish = known.command.publish.clone();
                let output = Output::Publish(profile.clone(), known.id, publish);
                self.outputs.push_back(output);
            }
        }
    }
}

impl Known {
    /// It was not done, and will not be.
    const fn is_undone(&self) -> bool {
        match self.stage {
            Stage::NotConfirmed | Stage::ViewOnly | Stage::NotConnected => true,
            // Something else may have carried out what this broker refused.
            Stage::Refused(_) => self.command.confirmation.is_none(),
            _ => false,
        }
    }

    /// Nothing more will come of it.
    fn is_over(&self) -> bool {
        match self.stage {
            Stage::Waiting => false,
            // What was begun may still fail.
            Stage::FellBack => false,
            _ => !self.is_open(),
        }
    }

    /// Something may still confirm it: what the broker says, where nothing else does.
    fn is_open(&self) -> bool {
        match self.stage {
            Stage::Waiting => true,
            Stage::Sent if self.command.publish.qos > QoS::AtMostOnce => true,
            Stage::Sent | Stage::Acknowledged | Stage::Unheard | Stage::Refused(_) => {
                self.command.confirmation.is_some()
            }
            _ => false,
        }
    }
}

/// Whether a message says this: see [`Confirmation::says`].
fn says(wanted: &str, payload: &[u8], observations: &[Observation]) -> bool {
    let wanted = wanted.trim();
    let is = |words: &[&str]| words.iter().any(|word| wanted.eq_ignore_ascii_case(word));
    let agrees = |observation: &Observation| match &observation.what {
        What::State { active: true, .. } => is(&["on", "true", "1"]),
        What::State { active: false, .. } => is(&["off", "false", "0"]),
        What::Presence(Presence::Connected) => is(&["online"]),
        What::Presence(Presence::Disconnected | Presence::Lost) => is(&["offline"]),
        What::Measurement { value, .. } => wanted.parse() == Ok(*value),
        What::Text(text) => text.trim() == wanted,
        What::Count(_) | What::Description { .. } => false,
    };
    wanted.is_empty()
        || payload.trim_ascii() == wanted.as_bytes()
        || observations.iter().any(agrees)
}

/// What a webhook is told.
#[derive(Serialize)]
struct Undone<'a> {
    /// In a sentence: what services show that take messages for people.
    text: String,
    topic: &'a str,
    /// `None`: it is no text.
    payload: Option<&'a str>,
    /// "not confirmed", "not connected", "view only", or "refused (0x87)".
    reason: String,
}

impl Undone<'_> {
    /// As JSON.
    fn of(known: &Known) -> String {
        let reason = match known.stage {
            Stage::NotConfirmed => "not confirmed".to_owned(),
            Stage::NotConnected => "not connected".to_owned(),
            Stage::Refused(code) => format!("refused (0x{code:02x})"),
            _ => "view only".to_owned(),
        };
        let Publish { topic, payload, .. } = &known.command.publish;
        let undone = Undone {
            text: format!("{topic}: {reason}"),
            topic,
            payload: str::from_utf8(payload).ok(),
            reason,
        };
        serde_json::to_string(&undone).unwrap_or_default()
    }
}

/// More than this is not looked at any more.
const KNOWN: usize = 128;

/// Persons press buttons and rules fire: where more than this waits, something runs in circles.
const WAITING: usize = 64;

/// Who presses a button now does not want it to act in an hour.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// For which [`Command::rate`] counts.
const SPAN: Duration = Duration::from_secs(1);

/// The reason code of a broker that would say the same.
const QUOTA_EXCEEDED: u8 = 0x97;
const PAYLOAD_FORMAT_INVALID: u8 = 0x99;

#[cfg(test)]
mod tests;
