//! One link, and what the engine knows beside it: since when it is blind, what it has not settled.

use std::time::Duration;

use super::LinkId;
use super::traffic::Traffic;
use super::wire::{Cut, LinkView, PageId};
use crate::link::{FilterId, Identity, Input, Link, LinkState};
use crate::mqtt::QoS;
use crate::observation::DeviceId;
use crate::ordered::{OrderedMap, OrderedSet};
use crate::series::Span;
use crate::settings::{Profile, UrlParts};
use crate::time::{Monotonic, Now, Timestamp};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Its messages count.
    Keep,
    /// A page tries a profile; ends with the first outcome.
    Test(PageId),
    /// Looks whether the first address of that link's profile is back; ends with the first outcome.
    Look(LinkId),
}

/// One link and its surroundings.
pub(super) struct Connection {
    pub profile: Profile,
    pub purpose: Purpose,
    pub link: Link,
    pub state: LinkState,
    /// When the state began; of a lost connection, when it was lost or, if nobody knows, when it was last heard.
    pub since: Timestamp,
    /// When its timer is to fire.
    pub wake_at: Option<Monotonic>,
    pub traffic: Traffic,
    /// The last sign of life from the broker.
    pub heard_at: Timestamp,
    /// How the last connections ended.
    pub cuts: Vec<Cut>,
    /// Since when messages may have been missed; `None` while it listens.
    pub blind_since: Option<Timestamp>,
    /// The broker kept our session through the blindness.
    pub resumed: bool,
    /// Filters whose SUBACK has not come since the session began.
    pub unanswered: OrderedSet<FilterId>,
    /// Refused filters and their reason codes.
    pub refused: OrderedMap<FilterId, u8>,
    /// Devices whose counts came by it since the engine began.
    pub devices: OrderedSet<DeviceId>,
    /// When messages may have been missed of devices that are not known to come by it; told of each when it does.
    pub gaps: Vec<Span>,
    /// Devices whose messages come at QoS 0: no session keeps those.
    pub unkept: OrderedSet<DeviceId>,
    /// When messages of devices at QoS 0 may have been missed; told of each when it turns out to be one.
    pub unkept_gaps: Vec<Span>,
}

/// More than it takes to see that they are alike.
const CUTS: usize = 4;

/// As many as a fleet has.
const DEVICES: usize = 10_000;

impl Connection {
    /// A link that connects at once.
    pub(super) fn open(
        profile: Profile,
        purpose: Purpose,
        identity: Identity,
        seed: u64,
        blind_since: Option<Timestamp>,
        now: Now,
    ) -> Self {
        let mut link = Link::new(seed);
        link.handle(Input::Connect(Box::new(profile.clone()), identity), now);
        Self {
            profile,
            purpose,
            link,
            state: LinkState::Idle,
            since: now.wall,
            wake_at: None,
            traffic: Traffic::new(now.wall, now.monotonic),
            heard_at: now.wall,
            cuts: Vec::new(),
            blind_since,
            resumed: false,
            unanswered: OrderedSet::new(),
            refused: OrderedMap::new(),
            devices: OrderedSet::new(),
            gaps: Vec::new(),
            unkept: OrderedSet::new(),
            unkept_gaps: Vec::new(),
        }
    }

    /// The session began, or nobody knows whether it has all subscriptions.
    pub(super) fn await_answers(&mut self) {
        let filters = self.profile.filters.iter();
        self.unanswered
            .extend((0..).map(FilterId).zip(filters).map(|(id, _)| id));
    }

    /// The connection ended that was accepted at [`Connection::since`]. It may be back before anybody could read why.
    pub(super) fn note_cut(&mut self, now: Timestamp) {
        let (LinkState::Waiting { fault, .. } | LinkState::Stopped { fault }) = &self.state else {
            return;
        };
        if self.cuts.len() == CUTS {
            self.cuts.remove(0);
        }
        self.cuts.push(Cut {
            at: now,
            fault: fault.clone(),
            lived: now.since(self.since),
            silent: now.since(self.heard_at),
        });
    }

    /// Whether messages come now.
    pub(super) const fn listens(&self) -> bool {
        matches!(self.state, LinkState::Connected { .. })
    }

    /// Whether something may be published to it now.
    pub(super) const fn takes(&self) -> bool {
        self.profile.publishes && self.listens()
    }

    /// Whether messages come of all that is subscribed to: the broker has answered each subscription.
    pub(super) fn sees(&self) -> bool {
        self.listens() && self.unanswered.is_empty()
    }

    /// The wall clock was set back: what was noted by it is as long ago as it was.
    pub(super) fn set_back(&mut self, by: Duration) {
        self.since = self.since.before(by);
        self.heard_at = self.heard_at.before(by);
        self.blind_since = self.blind_since.map(|since| since.before(by));
    }

    /// A count of this device came; what comes at QoS 0 no session keeps. Returns when others of it may have been missed,
    /// if that was not known.
    pub(super) fn note_device(&mut self, device: &DeviceId, retained: bool, qos: QoS) -> Vec<Span> {
        let mut missed = Vec::new();
        let is_new =
            |known: &OrderedSet<DeviceId>| known.len() < DEVICES && !known.contains(device);
        if is_new(&self.devices) {
            self.devices.insert(device.clone());
            missed.extend_from_slice(&self.gaps);
        }
        if retained {
            // Of a stored message the quality may be the broker's.
        } else if qos > QoS::AtMostOnce {
            self.unkept.remove(device);
        } else if is_new(&self.unkept) {
            self.unkept.insert(device.clone());
            missed.extend_from_slice(&self.unkept_gaps);
        }
        missed
    }

    /// As the page shows it.
    pub(super) fn view(&self) -> LinkView {
        let refused = self.refused.iter().filter_map(|(id, code)| {
            let filter = self.profile.filters.get(usize::try_from(id.0).ok()?)?;
            Some((filter.filter.as_str().to_owned(), *code))
        });
        let (place, url) = self.link.address();
        LinkView {
            profile: self.profile.id.clone(),
            name: self.profile.name.clone(),
            address: shown_address(url),
            place: u32::try_from(place).unwrap_or(u32::MAX),
            state: self.state.clone(),
            since: self.since,
            blind_since: self.blind_since,
            refused: refused.collect(),
            traffic: self.traffic.view(),
            wide: self.traffic.wide(&self.profile.filters),
            cuts: self.cuts.clone(),
            strays: self.link.strays(),
        }
    }
}

/// An address without what may be secret in it: user information, query, fragment.
fn shown_address(url: &str) -> String {
    let parts = UrlParts::of(url);
    let scheme = parts.scheme.as_deref().unwrap_or_default();
    // Before the slash of a password may stand a part of it.
    let port = parts.port.filter(|port| port.parse::<u16>().is_ok());
    let colon = if port.is_some() { ":" } else { "" };
    let (port, path) = (port.unwrap_or_default(), parts.path());
    format!("{scheme}://{}{colon}{port}{path}", parts.host)
}

#[cfg(test)]
mod tests {
    use super::shown_address;

    #[test]
    fn a_shown_address_holds_no_secret() {
        let url = "wss://me:secret@broker.example:8084/mqtt?token=secret#secret";
        assert_eq!(shown_address(url), "wss://broker.example:8084/mqtt");
        assert_eq!(shown_address("ws://me:1a/secret@c"), "ws://me/…");
        assert_eq!(shown_address("wss://[::1]:8084"), "wss://[::1]:8084");
    }
}
