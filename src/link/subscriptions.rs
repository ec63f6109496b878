//! What to subscribe to: asked for after each connect, asked for again where a broker may change its mind.

use std::time::Duration;

use crate::mqtt::{QoS, Session, TopicFilter};
use crate::ordered::OrderedMap;
use crate::time::Monotonic;

use super::FilterId;

/// The subscriptions of one link, connected or not.
#[derive(Debug, Default)]
pub(super) struct Subscriptions {
    wanted: OrderedMap<FilterId, Subscription>,
    /// By the number of their SUBSCRIBE.
    asked: OrderedMap<u16, Vec<FilterId>>,
    /// No longer wanted, and the broker may not know.
    unwanted: Vec<TopicFilter>,
    /// By the number of their UNSUBSCRIBE.
    ending: OrderedMap<u16, Vec<TopicFilter>>,
}

#[derive(Debug)]
struct Subscription {
    filter: TopicFilter,
    qos: QoS,
    standing: Standing,
    /// Attempts in a row that did not lead to a subscription.
    failures: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Wanted,
    Asked { until: Monotonic },
    Granted(QoS),
    Refused { retry_at: Option<Monotonic> },
}

/// What the broker granted, or its reason code.
pub(super) type Answer = (FilterId, Result<QoS, u8>);

impl Subscriptions {
    /// Wants a filter from now on.
    pub(super) fn insert(&mut self, id: FilterId, filter: TopicFilter, qos: QoS) {
        let is_the_same = |known: &Subscription| known.filter == filter && known.qos == qos;
        if self.wanted.get(&id).is_some_and(is_the_same) {
            return;
        }
        self.remove(id);
        self.wanted.retain(|_, known| known.filter != filter);
        let subscription = Subscription {
            filter,
            qos,
            standing: Standing::Wanted,
            failures: 0,
        };
        self.wanted.insert(id, subscription);
    }

    /// Wants it no longer.
    pub(super) fn remove(&mut self, id: FilterId) {
        if let Some(subscription) = self.wanted.remove(&id) {
            self.unwanted.push(subscription.filter);
        }
    }

    /// A connection is open.
    ///
    /// After a resume the broker still has what it granted. Asking again would bring all retained messages again, so
    /// that is done only at QoS 0, where the broker kept nothing for us while we were away: the retained messages are
    /// then the only way to what is true now.
    pub(super) fn open(&mut self, resumed: bool) {
        for subscription in self.wanted.values_mut() {
            let stands = match subscription.standing {
                Standing::Granted(qos) => resumed && qos > QoS::AtMostOnce,
                _ => false,
            };
            if !stands {
                subscription.standing = Standing::Wanted;
                subscription.failures = 0;
            }
        }
        if !resumed {
            self.unwanted.clear();
        }
    }

    /// The connection is gone: what was not answered is not known.
    pub(super) fn close(&mut self) {
        self.asked.clear();
        for subscription in self.wanted.values_mut() {
            if let Standing::Asked { .. } = subscription.standing {
                subscription.standing = Standing::Wanted;
            }
        }
        let unanswered = std::mem::take(&mut self.ending).into_values().flatten();
        self.unwanted.extend(unanswered);
    }

    /// Writes what is to be asked now. What cannot even be written is refused at once.
    pub(super) fn send(&mut self, session: &mut Session, now: Monotonic) -> Vec<Answer> {
        if !session.is_open() {
            return Vec::new();
        }
        self.send_unwanted(session);
        let due: Vec<FilterId> = self
            .wanted
            .iter()
            .filter(|(_, subscription)| subscription.is_due(now))
            .map(|(id, _)| *id)
            .collect();
        let mut refused = Vec::new();
        // One packet has one identifier for all its filters.
        let most = if session.has_identifiers() {
            1
        } else {
            FILTERS_PER_PACKET
        };
        for ids in due.chunks(most) {
            if self.ask(ids, session, now) {
                continue;
            }
            // Together they are larger than the broker takes.
            for id in ids {
                if !self.ask(&[*id], session, now) {
                    refused.extend(self.refuse(*id, PACKET_TOO_LARGE, now));
                }
            }
        }
        refused
    }

    /// SUBACK.
    pub(super) fn handle_answer(
        &mut self,
        packet: u16,
        codes: &[u8],
        now: Monotonic,
    ) -> Vec<Answer> {
        let ids = self.asked.remove(&packet).unwrap_or_default();
        let mut answers = Vec::with_capacity(ids.len());
        for (id, &code) in ids.into_iter().zip(codes) {
            let Some(qos) = QoS::from_number(code) else {
                answers.extend(self.refuse(id, code, now));
                continue;
            };
            if let Some(subscription) = self.wanted.get_mut(&id) {
                subscription.standing = Standing::Granted(qos);
                subscription.failures = 0;
                answers.push((id, Ok(qos)));
            }
        }
        answers
    }

    /// UNSUBACK.
    pub(super) fn handle_end(&mut self, packet: u16) {
        self.ending.remove(&packet);
    }

    /// When [`Subscriptions::send`] has something to ask again.
    pub(super) fn deadline(&self) -> Option<Monotonic> {
        self.wanted
            .values()
            .filter_map(|subscription| match subscription.standing {
                Standing::Asked { until } => Some(until),
                Standing::Refused { retry_at } => retry_at,
                Standing::Wanted | Standing::Granted(_) => None,
            })
            .min()
    }

    fn send_unwanted(&mut self, session: &mut Session) {
        let mut filters = std::mem::take(&mut self.unwanted);
        filters.retain(|filter| self.wanted.values().all(|known| known.filter != *filter));
        for some in filters.chunks(FILTERS_PER_PACKET) {
            if self.end(some, session) {
                continue;
            }
            // Together they are larger than the broker takes; what is so alone, it did not take as SUBSCRIBE either.
            for filter in some {
                self.end(std::slice::from_ref(filter), session);
            }
        }
    }

    fn end(&mut self, filters: &[TopicFilter], session: &mut Session) -> bool {
        let packet = session.unsubscribe(filters);
        let asked = packet.map(|packet| self.ending.insert(packet, filters.to_vec()));
        asked.is_ok()
    }

    fn ask(&mut self, ids: &[FilterId], session: &mut Session, now: Monotonic) -> bool {
        let filters: Vec<_> = ids
            .iter()
            .filter_map(|id| self.wanted.get(id))
            .map(|subscription| (subscription.filter.clone(), subscription.qos))
            .collect();
        let identifier = ids.first().filter(|_| session.has_identifiers());
        let identifier = identifier.and_then(|id| id.identifier());
        let Ok(packet) = session.subscribe(&filters, identifier) else {
            return false;
        };
        self.asked.insert(packet, ids.to_vec());
        for id in ids {
            if let Some(subscription) = self.wanted.get_mut(id) {
                if let Standing::Asked { .. } = subscription.standing {
                    // Not answered in time.
                    subscription.failures = subscription.failures.saturating_add(1);
                }
                let until = now.after(SUBACK_TIMEOUT + subscription.pause());
                subscription.standing = Standing::Asked { until };
            }
        }
        true
    }

    fn refuse(&mut self, id: FilterId, code: u8, now: Monotonic) -> Option<Answer> {
        let subscription = self.wanted.get_mut(&id)?;
        // Unspecified (NATS while it elects), implementation specific, not allowed, number in use, quota. The others last.
        let may_pass = matches!(code, 0x80 | 0x83 | 0x87 | 0x91 | 0x97);
        let retry_at = may_pass.then(|| now.after(subscription.pause()));
        subscription.failures = subscription.failures.saturating_add(1);
        subscription.standing = Standing::Refused { retry_at };
        Some((id, Err(code)))
    }
}

impl Subscription {
    /// Whether it is to be asked for now.
    fn is_due(&self, now: Monotonic) -> bool {
        match self.standing {
            Standing::Wanted => true,
            Standing::Asked { until } => now >= until,
            Standing::Refused { retry_at } => retry_at.is_some_and(|at| now >= at),
            Standing::Granted(_) => false,
        }
    }

    /// How long to wait after so many failures.
    fn pause(&self) -> Duration {
        (FIRST_PAUSE * (1 << self.failures.min(MAX_DOUBLINGS))).min(LAST_PAUSE)
    }
}

/// AWS takes eight filters a SUBSCRIBE and closes the connection after more.
const FILTERS_PER_PACKET: usize = 8;

/// NATS answers after up to five seconds while it elects.
const SUBACK_TIMEOUT: Duration = Duration::from_secs(20);

/// Grows to [`LAST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// A permission may be given at any time, and asking is cheap.
const LAST_PAUSE: Duration = Duration::from_secs(5 * 60);
const MAX_DOUBLINGS: u32 = 6;

/// For a filter that is larger than the broker's largest packet.
const PACKET_TOO_LARGE: u8 = 0x95;
