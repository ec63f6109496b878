//! Messages into state: each one decoded once, folded once, and settled once it is kept.

use std::rc::Rc;

use super::connection::{Connection, Purpose};
use super::desk::{End, Story};
use super::simulated::NO_LINK;
use super::wire::{EffectKind, Odd};
use super::{Engine, LinkId, Output};
use crate::fleet::{Heard, Watch};
use crate::link::{self, DeliveryToken, Fault, FilterId, LinkState};
use crate::mqtt::{Message, QoS};
use crate::observation::{DeviceId, LineId, NoticeKind, Observation, Severity, What};
use crate::ordered::{OrderedMap, OrderedSet};
use crate::payload::{self, Decoded, Incoming};
use crate::series::{Applied, Arrival, Lost, Span, gaps};
use crate::snapshot::LinkMemory;
use crate::time::{Calendar, Timestamp};

impl Engine {
    /// Hands an input to a link and does what the link wants.
    pub(super) fn tell_link(&mut self, id: LinkId, input: link::Input) {
        let now = self.now;
        let Some(connection) = self.links.get_mut(&id) else {
            return;
        };
        if matches!(input, link::Input::Bytes(_)) {
            connection.heard_at = now.wall;
            self.keeping.hear(now.monotonic);
        }
        connection.link.handle(input, now);
        self.drain(id);
    }

    /// Does everything that a link wants done.
    pub(super) fn drain(&mut self, id: LinkId) {
        while let Some(output) = self
            .links
            .get_mut(&id)
            .and_then(|connection| connection.link.poll_output())
        {
            self.link_output(id, output);
        }
    }

    fn link_output(&mut self, id: LinkId, output: link::Output) {
        let Some(connection) = self.links.get_mut(&id) else {
            return;
        };
        match output {
            link::Output::OpenSocket { url, subprotocol } => {
                self.outputs.push_back(Output::OpenSocket {
                    link: id,
                    url,
                    subprotocol,
                });
            }
            link::Output::Send(bytes) => self.outputs.push_back(Output::Send(id, bytes)),
            link::Output::CloseSocket => self.outputs.push_back(Output::CloseSocket(id)),
            link::Output::WakeAt(at) => connection.wake_at = Some(at),
            link::Output::Message(message, token) => self.message(id, message, token),
            link::Output::Subscription(filter, outcome) => self.subscribed(id, filter, outcome),
            link::Output::Delivery(publish, state) => {
                if let Some(desk) = &mut self.desk {
                    desk.handle_delivery(publish, state, self.now.monotonic);
                }
            }
            link::Output::State(state) => self.link_state(id, state),
            link::Output::Remember(identity) => {
                let profile = connection.profile.id.clone();
                let memory = self
                    .memories
                    .entry(profile)
                    .or_insert_with(|| LinkMemory::new(identity.clone()));
                memory.identity = identity;
                self.keeping.keep_links();
            }
            link::Output::LoadAuthentication => self.outputs.push_back(Output::Load),
            link::Output::Look => {
                let mut profile = connection.profile.clone();
                profile.other_urls.clear();
                self.open(profile, Purpose::Look(id));
            }
        }
    }

    fn link_state(&mut self, id: LinkId, state: LinkState) {
        let (now, awake_since) = (self.now, self.awake_since);
        let Some(connection) = self.links.get_mut(&id) else {
            return;
        };
        let purpose = connection.purpose;
        if purpose != Purpose::Keep {
            let profile = connection.profile.id.clone();
            if matches!(state, LinkState::Idle | LinkState::Connecting { .. }) {
                return;
            }
            self.tell_link(id, link::Input::Disconnect);
            self.links.remove(&id);
            match purpose {
                Purpose::Test(page) => {
                    let outcome = state;
                    self.effect(page, EffectKind::Tested { profile, outcome });
                }
                Purpose::Look(link) if matches!(state, LinkState::Connected { .. }) => {
                    self.tell_link(link, link::Input::FirstIsBack);
                }
                Purpose::Look(_) | Purpose::Keep => {}
            }
            return;
        }
        let listened = connection.listens();
        connection.state = state;
        match (listened, connection.listens()) {
            (false, true) => {
                connection.since = now.wall;
                connection.refused.clear();
                let goes_on =
                    matches!(connection.state, LinkState::Connected { resumed: true, .. });
                if goes_on {
                    let away = connection.blind_since.map(|since| now.wall.since(since));
                    let away = away.unwrap_or_default();
                    connection.traffic.handle_resumed(away, now.monotonic);
                } else {
                    connection.await_answers();
                    self.keeping.keep_links();
                }
                // A session that has not all subscriptions has not kept all.
                connection.resumed = goes_on && connection.unanswered.is_empty();
                if let Some(memory) = self.memories.get_mut(&connection.profile.id) {
                    memory.listened.is_answered &= goes_on;
                    let filters = connection.profile.filters.iter();
                    memory.filters = filters
                        .map(|filter| filter.filter.as_str().to_owned())
                        .collect();
                }
                if connection.unanswered.is_empty() {
                    self.sees_again(id);
                }
            }
            (true, false) => {
                connection.note_cut(now.wall);
                // What died in silence or in a sleep was lost at some time after the last word.
                let died_unseen = connection.heard_at < awake_since
                    || matches!(
                        &connection.state,
                        LinkState::Waiting {
                            fault: Fault::PingTimeout,
                            ..
                        }
                    );
                connection.since = if died_unseen {
                    connection.heard_at
                } else {
                    now.wall
                };
                // Who was lost again before it saw anything is blind since before.
                if connection.unanswered.is_empty() {
                    connection.blind_since = Some(connection.heard_at);
                }
            }
            (true, true) | (false, false) => {}
        }
    }

    fn subscribed(&mut self, id: LinkId, filter: FilterId, outcome: Result<QoS, u8>) {
        let Some(connection) = self.links.get_mut(&id) else {
            return;
        };
        match outcome {
            Err(code) => connection.refused.insert(filter, code),
            // A broker may grant later what it refused before.
            Ok(_) => connection.refused.remove(&filter),
        };
        if connection.unanswered.remove(&filter) && connection.unanswered.is_empty() {
            self.sees_again(id);
        }
    }

    /// The end of a time in which messages may have been missed. What a resumed session kept comes now; what was sent at
    /// QoS 0 no session keeps.
    fn sees_again(&mut self, id: LinkId) {
        let now = self.now;
        let Some(connection) = self.links.get_mut(&id) else {
            return;
        };
        self.stored_until = None;
        // Of lines that were never heard before, what is known begins now.
        self.series.listens(id.0, now.wall);
        let Some(from) = connection.blind_since.take() else {
            return;
        };
        let gap = Span {
            from,
            until: now.wall,
        };
        let lost = if connection.resumed {
            gaps::add(&mut connection.unkept_gaps, gap);
            Lost::Devices(connection.unkept.clone())
        } else {
            gaps::add(&mut connection.gaps, gap);
            self.lost_with(id)
        };
        self.series.lost(&lost, gap.from, gap.until);
    }

    /// Whose messages are missed while this link is blind: everybody's that are not known to come only by another one.
    pub(super) fn lost_with(&self, id: LinkId) -> Lost {
        let (own, others): (Vec<_>, Vec<_>) = self
            .links
            .iter()
            .filter(|(_, connection)| connection.purpose == Purpose::Keep)
            .partition(|(link, _)| **link == id);
        if others.is_empty() {
            return Lost::All;
        }
        let comes_by = |links: &[(&LinkId, &Connection)], device: &DeviceId| {
            let mut links = links.iter();
            links.any(|(_, connection)| connection.devices.contains(device))
        };
        let devices = self.fleet.iter().map(|(device, _)| device);
        let lost = devices.filter(|device| comes_by(&own, device) || !comes_by(&others, device));
        Lost::Devices(lost.cloned().collect())
    }

    fn message(&mut self, id: LinkId, message: Message, token: DeliveryToken) {
        let Some(connection) = self.links.get_mut(&id) else {
            return;
        };
        let bytes = message.topic.len() + message.payload.len();
        let filters = &connection.profile.filters;
        connection.traffic.note(&message.topic, bytes, filters);
        let folded = self.fold(&message, id.0, self.now.wall);
        let Some(connection) = self.links.get_mut(&id) else {
            return;
        };
        for device in &folded.counted {
            for gap in connection.note_device(device, message.retained, message.qos) {
                let device = Lost::Devices([device.clone()].into());
                self.series.lost(&device, gap.from, gap.until);
            }
        }
        if folded.must_be_kept && message.qos > QoS::AtMostOnce && self.keeping.can_keep() {
            let now = self.now.monotonic;
            self.keeping.wait(id, token, folded.counted, now);
        } else if message.qos > QoS::AtMostOnce {
            connection
                .link
                .handle(link::Input::Settled(token), self.now);
        }
    }

    /// Folds one message: decodes it once, applies what it says once.
    pub(super) fn fold(&mut self, message: &Message, link: u32, received_at: Timestamp) -> Folded {
        // Links are opened when it is known.
        let Some(calendar) = self.calendar().map(Rc::clone) else {
            return Folded::default();
        };
        let connection = self.links.get(&LinkId(link));
        // A bridge's topic is that of the broker behind it.
        let prefix = connection.map_or("", |connection| &connection.profile.prefix);
        let topic = message.topic.strip_prefix(prefix);
        let topic = topic.filter(|topic| !topic.is_empty());
        let topic = topic.unwrap_or(&message.topic);
        let incoming = Incoming::new(
            topic,
            &message.payload,
            message.retained,
            &message.properties,
            received_at,
            calendar.offsets(),
        );
        let (mapping, decoded) = payload::decode(&incoming, &self.mappings, &mut self.learned);
        let heard = Heard {
            at: received_at,
            retained: message.retained,
            link,
        };
        if let Some(desk) = &mut self.desk
            && let Some(connection) = connection
        {
            let observations = match &decoded {
                Decoded::Observations(observations) => observations.as_slice(),
                Decoded::NotMine | Decoded::Bad(_) => &[],
            };
            desk.handle_message(&connection.profile.id, topic, message, observations);
        }
        let mapping = mapping.unwrap_or("payload");
        let desk = self.desk.as_ref();
        let noted = desk
            .is_some_and(|desk| desk.wants(&message.topic))
            .then(|| mapping.to_owned());
        let folded = match &decoded {
            Decoded::Observations(observations) => {
                let arrival = Arrival {
                    received_at,
                    retained: message.retained,
                    maybe_repeated: message.maybe_repeated,
                    link,
                };
                self.apply(observations, topic, &arrival, &calendar)
            }
            Decoded::NotMine => {
                // An empty retained message only clears what the broker had stored.
                if !message.payload.is_empty() {
                    self.fleet
                        .show(&topic_as_device(topic), &message.payload, heard);
                }
                Folded::default()
            }
            Decoded::Bad(error) => {
                let odd = Odd::Unreadable((*error).into());
                self.warnings
                    .count(mapping, odd, &message.topic, received_at);
                Folded::default()
            }
        };
        if let Some(mapping) = &noted
            && let Some(desk) = &mut self.desk
        {
            let connection = self.links.get(&LinkId(link));
            let profile = connection.map(|connection| connection.profile.id.clone());
            let end = match &decoded {
                Decoded::Observations(observations) => {
                    End::Read(observations, &folded.outcomes, &self.places)
                }
                Decoded::NotMine if message.payload.is_empty() => End::Empty,
                Decoded::NotMine => End::Unknown,
                Decoded::Bad(error) => End::Unreadable(*error),
            };
            desk.keep(
                message,
                profile,
                received_at,
                Story {
                    mapping,
                    prefix: message.topic.len() - topic.len(),
                    end,
                },
            );
        }
        folded
    }

    fn apply(
        &mut self,
        observations: &[Observation],
        topic: &str,
        arrival: &Arrival,
        calendar: &Calendar,
    ) -> Folded {
        let heard = Heard {
            at: arrival.received_at,
            retained: arrival.retained,
            link: arrival.link,
        };
        let mut folded = Folded::default();
        let mut spoke: OrderedMap<DeviceId, Option<Timestamp>> = OrderedMap::new();
        // One message resets every class of its line; that is one notice.
        let mut resets: OrderedSet<(DeviceId, LineId)> = OrderedSet::new();
        // Nearly always all is said of one device.
        for of_one in observations.chunk_by(|one, next| one.device == next.device) {
            let device = of_one
                .first()
                .and_then(|observation| observation.device.clone());
            let unknown = device.is_none();
            let id = device.unwrap_or_else(|| topic_as_device(topic));
            let (mut sent_at, mut counts) = (None, false);
            let (series, warnings) = (&mut self.series, &mut self.warnings);
            let before = |observation: &Observation, silent_since| {
                sent_at = sent_at.max(observation.sent_at);
                if let Some(since) = silent_since {
                    series.silent(&id, since, heard.at);
                }
                let What::Count(reading) = &observation.what else {
                    return;
                };
                counts = true;
                folded.must_be_kept |= reading.kind.cannot_be_had_again();
                let outcome = series.apply(&id, reading, arrival, calendar);
                folded.outcomes.push(outcome);
                match outcome {
                    Applied::Counted => {}
                    // What comes again may be waiting to be kept since it came first.
                    Applied::Known => {
                        folded.must_be_kept |= arrival.maybe_repeated && !arrival.retained;
                    }
                    Applied::First => folded.must_be_kept |= !arrival.retained,
                    Applied::Reset => {
                        // What was said before it is not said again.
                        folded.must_be_kept |= !arrival.retained;
                        resets.insert((id.clone(), reading.line.clone()));
                    }
                    Applied::Refused(refusal) => {
                        warnings.count("series", Odd::Refused(refusal), topic, arrival.received_at);
                    }
                }
            };
            self.fleet.apply(&id, unknown, of_one, heard, before);
            if counts {
                folded.counted.insert(id.clone());
            }
            let spoke_at = spoke.entry(id).or_default();
            *spoke_at = (*spoke_at).max(sent_at);
        }
        for (id, line) in resets {
            self.fleet.notice(
                &id,
                Severity::Info,
                NoticeKind::CounterReset(line),
                arrival.received_at,
            );
        }
        for (id, sent_at) in spoke {
            self.fleet.hear(&id, sent_at, heard);
        }
        folded
    }

    /// Devices that the site names exist before they speak, and its lines are never dropped for others.
    pub(super) fn know_site(&mut self) {
        self.forget_rows();
        self.series.pin(self.places.lines());
        if let Some(site) = self.places.site() {
            self.fleet.name(site);
        }
    }

    /// Looks how recent everybody is.
    pub(super) fn tick_fleet(&mut self) {
        let now = self.now.wall;
        let kept = self.links.iter();
        let kept = kept.filter(|(_, connection)| connection.purpose == Purpose::Keep);
        let since = |connection: &Connection| {
            let since = connection.since.max(self.awake_since);
            connection.sees().then_some(since)
        };
        let mut links: Vec<_> = kept.map(|(id, link)| (id.0, since(link))).collect();
        if self.simulation.is_some() {
            links.push((NO_LINK, Some(self.awake_since)));
        }
        let watch = Watch {
            links,
            open_since: self.open_since(now),
        };
        self.fleet.tick(now, &watch);
        if !self.keeping.can_keep() {
            // Nobody else asks for it.
            self.fleet.forget_changed();
        }
    }
}

/// What folding a message has to say to who settles it.
#[derive(Debug, Default)]
pub(super) struct Folded {
    /// It holds a reading that cannot be had again.
    must_be_kept: bool,
    /// Whose counts it holds.
    counted: OrderedSet<DeviceId>,
    /// What each of its counts did.
    outcomes: Vec<Applied>,
}

/// A message that does not tell its sender stays under its topic.
pub(super) fn topic_as_device(topic: &str) -> DeviceId {
    DeviceId::new(topic)
}
