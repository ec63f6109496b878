//! The profiles that are known, and the links of those that are wanted.

use super::connection::{Connection, Purpose};
use super::wire::StorageView;
use super::{Engine, LinkId};
use crate::link::{self, Identity, Sessions};
use crate::series::Lost;
use crate::settings::{Filter, Profile, ProfileId};
use crate::snapshot::LinkMemory;

impl Engine {
    /// Keeps a profile; a link that uses the former one starts again, if what is new is for the broker.
    pub(super) fn save(&mut self, profile: Profile) {
        let id = profile.id.clone();
        let former = self.profiles.get(&id);
        let paused = former.map_or(&[][..], |former| &former.paused);
        let mut since = None;
        for paused in paused {
            let is_wanted = |filter: &Filter| filter.filter == paused.filter.filter;
            if profile.filters.iter().any(is_wanted) {
                since = Some(paused.since);
            }
        }
        if let Some(since) = since {
            // What came meanwhile may have been missed.
            let link = self.link_of(&id);
            let lost = link.map_or(Lost::All, |link| self.lost_with(link));
            self.series.lost(&lost, since, self.now.wall);
        }
        self.profiles.insert(id.clone(), profile.clone());
        if let Some(link) = self.link_of(&id)
            && let Some(connection) = self.links.get_mut(&link)
        {
            let mut same = connection.profile.clone();
            take_over_ours(&mut same, &profile);
            if same == profile && same != connection.profile {
                connection.profile = profile;
                return connection.traffic.forget_wide();
            }
            same.password.clone_from(&profile.password);
            if same == profile && profile.authentication.is_some() {
                connection.profile = profile.clone();
                return self.tell_link(link, link::Input::Renew(Box::new(profile)));
            }
        }
        if self.is_wanted(&id) {
            self.close(&id);
            self.connect(&id);
        }
    }

    pub(super) fn connect(&mut self, id: &ProfileId) {
        if self.is_wanted(id) {
            return;
        }
        if let Some(profile) = self.profiles.get(id).cloned() {
            if self.end_simulation() {
                self.configure();
            }
            self.waiting.push((profile, Purpose::Keep));
        }
    }

    /// Ends a profile's link, if it has one.
    pub(super) fn close(&mut self, id: &ProfileId) {
        self.waiting
            .retain(|(profile, purpose)| profile.id != *id || *purpose != Purpose::Keep);
        if let Some(link) = self.link_of(id) {
            self.tell_link(link, link::Input::Disconnect);
            let listened = self.listened(link);
            self.note_listened(listened);
            self.links.remove(&link);
            self.keeping.forget(link);
            if let Some(desk) = &mut self.desk {
                desk.handle_end(id, self.now.monotonic);
            }
            self.hand_over();
        }
    }

    pub(super) fn sign_in(&mut self) {
        let links: Vec<LinkId> = self.links.keys().copied().collect();
        for id in links {
            if let (Some(desk), Some(connection)) = (&self.desk, self.links.get_mut(&id)) {
                let known = desk.authentication();
                connection.link.know_authentication(known, self.now);
                self.drain(id);
            }
        }
    }

    /// Whether a profile has a link, or will have one.
    pub(super) fn is_wanted(&self, id: &ProfileId) -> bool {
        self.wanted(id).is_some()
    }

    /// A profile that has a link, or will have one, as that link has it.
    pub(super) fn wanted(&self, id: &ProfileId) -> Option<&Profile> {
        self.all_wanted().find(|profile| profile.id == *id)
    }

    /// The profiles whose messages count.
    pub(super) fn all_wanted(&self) -> impl Iterator<Item = &Profile> {
        let waiting = self
            .waiting
            .iter()
            .map(|(profile, purpose)| (profile, purpose));
        let links = self.links.values();
        let linked = links.map(|connection| (&connection.profile, &connection.purpose));
        let kept = waiting
            .chain(linked)
            .filter(|(_, purpose)| **purpose == Purpose::Keep);
        kept.map(|(profile, _)| profile)
    }

    pub(super) fn link_of(&self, id: &ProfileId) -> Option<LinkId> {
        let mut kept = self
            .links
            .iter()
            .filter(|(_, connection)| connection.purpose == Purpose::Keep);
        kept.find(|(_, connection)| connection.profile.id == *id)
            .map(|(link, _)| *link)
    }

    /// Opens the links that waited for storage and time zone: before both are known a message could not be folded.
    pub(super) fn open_waiting(&mut self) {
        if self.calendar().is_none() || self.keeping.view == StorageView::Opening {
            return;
        }
        for (profile, purpose) in std::mem::take(&mut self.waiting) {
            self.open(profile, purpose);
        }
    }

    pub(super) fn open(&mut self, mut profile: Profile, purpose: Purpose) {
        if purpose != Purpose::Keep {
            // Whether it lets us in is known before anything is asked for, and we are not gone when that is over.
            profile.filters.clear();
            profile.will = None;
        }
        self.last_link += 1;
        let id = LinkId(self.last_link);
        let identity = self.identity(&profile, purpose);
        let memory = self.memories.get(&profile.id);
        // A profile that is new to what is stored was not heard since then either.
        let blind_since = memory
            .and_then(|memory| memory.listened.until)
            .or(self.stored_until);
        let listened = memory.map(|memory| memory.listened.clone());
        let listened = listened.unwrap_or_default();
        if purpose == Purpose::Keep {
            // Also of one that is not stored: a person may disconnect it and connect it again.
            self.memories
                .entry(profile.id.clone())
                .or_insert_with(|| LinkMemory::new(identity.clone()));
        }
        let seed = self.random.u64(..);
        let mut connection =
            Connection::open(profile, purpose, identity, seed, blind_since, self.now);
        connection.unkept = listened.unkept;
        if !listened.is_answered {
            connection.await_answers();
        }
        self.links.insert(id, connection);
        self.drain(id);
    }

    /// Who we are to a broker. Only what is stored may be resumed; everybody else is somebody new each time.
    pub(super) fn identity(&mut self, profile: &Profile, purpose: Purpose) -> Identity {
        let keeps = purpose == Purpose::Keep && self.keeping.can_keep();
        if keeps
            && let Some(LinkMemory {
                identity, filters, ..
            }) = self.memories.get(&profile.id)
            && !identity.ephemeral
            && !identity.client_id.is_empty()
            && profile
                .client_id
                .as_ref()
                .is_none_or(|id| *id == identity.client_id)
        {
            let mut identity = identity.clone();
            // A session goes on with what was subscribed to, wanted or not: only a clean start ends that.
            let is_wanted = |text: &String| {
                let mut wanted = profile.filters.iter();
                wanted.any(|filter| filter.filter.as_str() == text)
            };
            identity.session_exists &= filters.iter().all(is_wanted);
            return identity;
        }
        let suffix: String = (0..10).map(|_| self.random.alphanumeric()).collect();
        let client_id = match &profile.client_id {
            Some(id) if keeps => id.clone(),
            Some(id) => format!("{id}-{suffix}"),
            None => format!("footfall-{suffix}"),
        };
        Identity {
            client_id,
            session_exists: false,
            ephemeral: !keeps,
            sessions: Sessions::default(),
            in_flight: Vec::new(),
        }
    }
}

/// A page that does not know the password of the very same profile takes it from nobody: another tab was given it.
pub(super) fn keep_password(profile: &mut Profile, former: &Profile) {
    if profile.password.is_none() && is_but_for_password(profile, former) {
        profile.password.clone_from(&former.password);
    }
}

/// Gives a profile what another has that is nothing to the broker.
fn take_over_ours(profile: &mut Profile, other: &Profile) {
    profile.name.clone_from(&other.name);
    for (filter, other) in profile.filters.iter_mut().zip(&other.filters) {
        filter.wide = other.wide;
    }
}

/// Whether two profiles differ in nothing else.
fn is_but_for_password(one: &Profile, other: &Profile) -> bool {
    let mut one = one.clone();
    one.password.clone_from(&other.password);
    one == *other
}
