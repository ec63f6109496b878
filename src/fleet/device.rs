//! One device: what it is, whether it is connected, how recent, what it said last.

use std::collections::VecDeque;
use std::time::Duration;

use super::rhythm::LATE_AT_LEAST;
use super::{Freshness, Heard, Rhythm, Watch};
use crate::observation::{
    Channel, CountKind, DeviceKind, Notice, NoticeKind, Observation, Presence, Severity, What,
};
use crate::settings::{Name, NamedDevice, holds};
use crate::time::Timestamp;

/// What a device said last, besides counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Latest {
    /// Nothing.
    #[default]
    Nothing,
    /// It counts; the numbers are in `series`.
    Counts,
    /// People in its area.
    Present(u64),
    /// A state, and since when.
    State {
        /// As the device names it.
        name: String,
        /// Active or not.
        active: bool,
        /// When it changed.
        since: Timestamp,
    },
    /// A number that is no count.
    Measurement {
        /// As the device names it.
        name: String,
        /// In its own unit.
        value: f64,
    },
    /// Text that no mapping knows.
    Text(String),
    /// Bytes that are no text.
    Binary {
        /// How many.
        length: u64,
        /// The first of them.
        first: Vec<u8>,
    },
}

/// Nobody reads more of an unknown text on a card.
const TEXT_CHARACTERS: usize = 200;

/// Enough to recognise a format by its first bytes.
const FIRST_BYTES: usize = 16;

/// A broker tells that a connection was lost one and a half keep alives after the last word that came by it
/// [MQTT-3.1.2-24]; a minute is usual.
const BEFORE_WILL: Duration = Duration::from_secs(90);

/// The same device's messages through two brokers come within this time.
const SECOND_WAY: Duration = Duration::from_secs(10);

/// Older notices leave.
const NOTICES: usize = 20;

impl Latest {
    /// Text if it is text, else size and first bytes.
    pub fn of_bytes(payload: &[u8]) -> Self {
        let text = std::str::from_utf8(payload).ok();
        match text.filter(|text| !text.chars().any(|c| c.is_control() && !c.is_whitespace())) {
            Some(text) => Self::Text(text.chars().take(TEXT_CHARACTERS).collect()),
            None => Self::Binary {
                length: u64::try_from(payload.len()).unwrap_or(u64::MAX),
                first: payload.iter().copied().take(FIRST_BYTES).collect(),
            },
        }
    }
}

/// One device.
#[derive(Clone, Debug)]
pub struct Device {
    /// The message did not tell its sender: this stands for a topic.
    pub sender_unknown: bool,
    /// How recent.
    pub freshness: Freshness,
    /// The same while it can be seen, or before it could not.
    judged: Freshness,
    is_unseen: bool,
    /// What it said last.
    pub latest: Latest,
    /// The newest time that a retained message told of itself.
    pub retained_from: Option<Timestamp>,
    /// Nothing else than retained messages came.
    pub only_retained: bool,
    /// The links that brought it in this run, each a [`bit`].
    links: u64,
    /// Since when a silence is its own: a link by which it comes listens, and the site is open.
    watched_since: Option<Timestamp>,
    pub(super) turn: u64,
    named: Option<(Name, u32)>,
    own_name: Option<String>,
    kind: DeviceKind,
    kind_by_site: bool,
    presence: Option<(Presence, Timestamp)>,
    /// When that was last said, on our clock; `None`: before this run.
    presence_heard_at: Option<Timestamp>,
    /// The last message that was not retained.
    received_at: Option<Timestamp>,
    rhythm: Rhythm,
    notices: VecDeque<Notice>,
}

impl Default for Device {
    fn default() -> Self {
        Self {
            sender_unknown: false,
            freshness: Freshness::NeverSeen,
            judged: Freshness::NeverSeen,
            is_unseen: false,
            latest: Latest::Nothing,
            retained_from: None,
            only_retained: false,
            links: 0,
            watched_since: Some(Timestamp::from_millis(0)),
            turn: 0,
            named: None,
            own_name: None,
            kind: DeviceKind::Unknown,
            kind_by_site: false,
            presence: None,
            presence_heard_at: None,
            received_at: None,
            rhythm: Rhythm::default(),
            notices: VecDeque::new(),
        }
    }
}

impl Device {
    /// From stored values.
    pub fn from_parts(
        own_name: Option<String>,
        kind: DeviceKind,
        presence: Option<(Presence, Timestamp)>,
        received_at: Option<Timestamp>,
        rhythm: Rhythm,
    ) -> Self {
        Self {
            own_name,
            kind,
            presence,
            received_at,
            rhythm,
            notices: presence.into_iter().map(notice_of).collect(),
            // Nobody listened while nothing ran.
            watched_since: None,
            ..Self::default()
        }
    }

    /// What it is.
    pub const fn kind(&self) -> DeviceKind {
        self.kind
    }

    /// The site's name for it.
    pub fn site_name(&self) -> Option<&Name> {
        self.named.as_ref().map(|(name, _)| name)
    }

    /// Whether the site's name for it or its own holds the text.
    pub(super) fn is_called(&self, text: &str) -> bool {
        let named = self.site_name().is_some_and(|name| name.holds(text));
        named || self.own_name().is_some_and(|name| holds(name, text))
    }

    /// Its own name for itself.
    pub fn own_name(&self) -> Option<&str> {
        self.own_name.as_deref()
    }

    /// Whether it is connected, and since when.
    pub const fn presence(&self) -> Option<(Presence, Timestamp)> {
        self.presence
    }

    /// When its last message came that was not retained.
    pub const fn received_at(&self) -> Option<Timestamp> {
        self.received_at
    }

    /// When what we know of it was said, as far as known: received, or the time in a retained message.
    pub fn known_at(&self) -> Option<Timestamp> {
        self.received_at.max(self.retained_from)
    }

    /// How often it speaks.
    pub const fn rhythm(&self) -> &Rhythm {
        &self.rhythm
    }

    /// Newest first.
    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.iter().rev()
    }

    pub(super) fn name_by_site(&mut self, named: &NamedDevice, rank: u32) {
        self.named = Some((named.name.clone(), rank));
        if let Some(kind) = named.kind {
            self.kind = kind;
            self.kind_by_site = true;
        }
    }

    pub(super) fn take_site_name(&mut self, other: &Self) {
        self.named.clone_from(&other.named);
        if other.kind_by_site {
            self.kind = other.kind;
            self.kind_by_site = true;
        }
    }

    /// Smaller is nearer to the front.
    pub(super) const fn urgency(&self) -> u8 {
        match self.freshness {
            Freshness::Offline => 0,
            Freshness::Stale => 1,
            Freshness::Late => 2,
            // Where a link comes and goes, cards stay where they are.
            Freshness::NeverSeen | Freshness::RetainedOld | Freshness::Unseen | Freshness::Live => {
                3
            }
        }
    }

    /// The site's order; those that it does not name come after.
    pub(super) fn rank(&self) -> u32 {
        self.named.as_ref().map_or(u32::MAX, |(_, rank)| *rank)
    }

    pub(super) fn notice(&mut self, notice: Notice) {
        if self.notices.len() >= NOTICES {
            self.notices.pop_front();
        }
        self.notices.push_back(notice);
    }

    pub(super) fn set_back(&mut self, by: Duration) {
        self.received_at = self.received_at.map(|at| at.before(by));
        let heard_at = self.presence_heard_at;
        self.presence_heard_at = heard_at.map(|at| at.before(by));
        // Else it is the device's own time.
        let is_ours = |(_, since): &(Presence, Timestamp)| Some(*since) == heard_at;
        if let Some(presence) = self.presence.filter(is_ours) {
            self.presence = Some((presence.0, presence.1.before(by)));
        }
    }

    /// A message came. Only a silence that was its own from its begin on tells how often the device speaks.
    pub(super) fn hear(&mut self, sent_at: Option<Timestamp>, heard: Heard) {
        self.links |= bit(heard.link);
        if heard.retained {
            self.only_retained |= self.received_at.is_none();
            self.retained_from = self.retained_from.max(sent_at);
            return;
        }
        self.only_retained = false;
        if let (Some(before), Some(since)) = (self.received_at, self.watched_since)
            && before >= since
        {
            self.rhythm.learn(heard.at.since(before));
        }
        self.received_at = Some(heard.at);
    }

    /// Folds what one message says. Returns whether it calls itself otherwise than before.
    pub(super) fn apply(&mut self, observation: &Observation, heard: Heard) -> bool {
        let mut renamed = false;
        // A retained message without a time says what is, not since when.
        let at = observation.sent_at.unwrap_or(heard.at);
        let is_alive = match &observation.what {
            What::Count(_) | What::State { .. } | What::Measurement { .. } => !heard.retained,
            What::Presence(_) | What::Description { .. } | What::Text(_) => false,
        };
        if is_alive && self.was_away_before(heard.at) {
            // Not every device says so when it is back.
            self.be_present(Presence::Connected, at, heard);
        }
        match &observation.what {
            What::Count(reading) => {
                if reading.kind == CountKind::Gauge && reading.channel == Channel::Present {
                    self.suppose(DeviceKind::Area);
                    self.latest = Latest::Present(reading.value);
                } else {
                    self.suppose(DeviceKind::Counter);
                    self.latest = Latest::Counts;
                }
            }
            What::Presence(presence) => self.be_present(*presence, at, heard),
            What::State { name, active } => self.be_in_state(name, *active, at, heard.retained),
            What::Measurement { name, value } => match &mut self.latest {
                Latest::Counts | Latest::Present(_) | Latest::State { .. } => {}
                Latest::Measurement {
                    name: known,
                    value: latest,
                } if known == name => *latest = *value,
                latest => {
                    *latest = Latest::Measurement {
                        name: name.clone(),
                        value: *value,
                    };
                }
            },
            What::Description { kind, name } => {
                if *kind != DeviceKind::Unknown {
                    self.suppose(*kind);
                }
                if let Some(name) = name {
                    let name = Some(name.chars().take(TEXT_CHARACTERS).collect());
                    renamed = self.own_name != name;
                    self.own_name = name;
                }
            }
            What::Text(text) => {
                let text: String = text.chars().take(TEXT_CHARACTERS).collect();
                if !heard.retained {
                    self.notice(Notice {
                        severity: Severity::Info,
                        what: NoticeKind::FromDevice(text.clone()),
                        at,
                    });
                }
                if self.latest == Latest::Nothing {
                    self.latest = Latest::Text(text);
                }
            }
        }
        renamed
    }

    fn suppose(&mut self, kind: DeviceKind) {
        let counts = self.kind == DeviceKind::Counter && kind == DeviceKind::Area;
        if !self.kind_by_site && !counts {
            self.kind = kind;
        }
    }

    fn be_present(&mut self, presence: Presence, at: Timestamp, heard: Heard) {
        let before = self.presence.map(|(presence, _)| presence);
        // What a broker stored may be older than what we saw happen.
        if heard.retained && self.presence.is_some_and(|(_, since)| since > at) {
            return;
        }
        self.presence_heard_at = Some(heard.at);
        if before == Some(presence) {
            return;
        }
        self.presence = Some((presence, at));
        if !heard.retained || presence != Presence::Connected {
            self.notice(notice_of((presence, at)));
        }
    }

    /// What it counted while it was away or silent, it tells in one number when it is back: since when that was, if it
    /// comes back with this observation.
    pub(super) fn back_since(&self, observation: &Observation, heard: Heard) -> Option<Timestamp> {
        let leaves = matches!(
            observation.what,
            What::Presence(Presence::Lost | Presence::Disconnected)
        );
        let comes_back = !leaves && !heard.retained;
        comes_back.then(|| self.silent_since(heard.at)).flatten()
    }

    /// Since when it is away, or silent for longer than is usual for it while the site is open; `None`: it is neither.
    pub fn silent_since(&self, now: Timestamp) -> Option<Timestamp> {
        let received_at = self.received_at?;
        if self.was_away_before(now) {
            return Some(received_at.before(BEFORE_WILL));
        }
        let is_late = matches!(self.judged, Freshness::Late | Freshness::Stale);
        // That was looked at before it spoke, perhaps before its last word too.
        (is_late && now.since(received_at) >= LATE_AT_LEAST).then_some(received_at)
    }

    /// Whether it was said to be away, and so long ago that a message of now was sent later, whichever way it came.
    fn was_away_before(&self, now: Timestamp) -> bool {
        let is_away = matches!(
            self.presence,
            Some((Presence::Lost | Presence::Disconnected, _))
        );
        let said = self.presence_heard_at;
        is_away && said.is_none_or(|said| now.since(said) >= SECOND_WAY)
    }

    fn be_in_state(&mut self, name: &str, active: bool, at: Timestamp, retained: bool) {
        let same = matches!(&self.latest, Latest::State { name: known, active: was, .. } if known == name && *was == active);
        if same {
            return;
        }
        let counts = matches!(self.latest, Latest::Counts | Latest::Present(_));
        if !counts {
            self.latest = Latest::State {
                name: name.to_owned(),
                active,
                since: at,
            };
        }
        if !retained {
            let what = NoticeKind::State(name.to_owned(), active);
            self.notice(Notice {
                severity: Severity::Info,
                what,
                at,
            });
        }
    }

    /// Looks how recent it is. Returns whether that changed.
    pub(super) fn look(&mut self, now: Timestamp, watch: &Watch) -> bool {
        let (mut is_known, mut own, mut any) = (false, None, None);
        for &(link, since) in &watch.links {
            any = any.max(since);
            if self.links & bit(link) != 0 {
                is_known = true;
                own = own.into_iter().chain(since).min();
            }
        }
        // Where no link sees, it is as it was. Who was not heard in this run may come by any of them.
        if any.is_some() {
            self.is_unseen = is_known && own.is_none();
        }
        let listening = if is_known { own } else { any };
        self.watched_since = (listening.zip(watch.open_since)).map(|(since, open)| since.max(open));
        if !self.is_unseen {
            self.judged = self.judge(now);
        }
        let freshness = match self.judged {
            Freshness::Live if self.is_unseen => Freshness::Unseen,
            judged => judged,
        };
        std::mem::replace(&mut self.freshness, freshness) != freshness
    }

    fn judge(&self, now: Timestamp) -> Freshness {
        if matches!(
            self.presence,
            Some((Presence::Lost | Presence::Disconnected, _))
        ) {
            return Freshness::Offline;
        }
        let Some(known) = self.known_at() else {
            let never = !self.only_retained;
            return if never {
                Freshness::NeverSeen
            } else {
                Freshness::RetainedOld
            };
        };
        if self.received_at.is_none() && now.since(known) > self.rhythm.late_after() {
            return Freshness::RetainedOld;
        }
        let Some(watched_since) = self.watched_since else {
            // Silence says nothing now: what it was, but no worse.
            return self.judged.min(Freshness::Stale).min_seen();
        };
        let silence = now.since(known.max(watched_since));
        // Of nearly all: what is usual need not be computed.
        if silence <= LATE_AT_LEAST {
            return Freshness::Live;
        }
        if silence > self.rhythm.stale_after() {
            Freshness::Stale
        } else if silence > self.rhythm.late_after() {
            Freshness::Late
        } else {
            Freshness::Live
        }
    }
}

/// Two links have the same only if 63 were opened between them; then neither is missed while the other sees.
const fn bit(link: u32) -> u64 {
    1 << (link % u64::BITS)
}

fn notice_of((presence, at): (Presence, Timestamp)) -> Notice {
    let (severity, what) = match presence {
        Presence::Connected => (Severity::Info, NoticeKind::Connected),
        Presence::Disconnected => (Severity::Warning, NoticeKind::Disconnected),
        Presence::Lost => (Severity::Alarm, NoticeKind::ConnectionLost),
    };
    Notice { severity, what, at }
}

impl Freshness {
    /// Somebody who has spoken was seen.
    const fn min_seen(self) -> Self {
        match self {
            Self::NeverSeen | Self::RetainedOld | Self::Offline => Self::Live,
            other => other,
        }
    }
}
