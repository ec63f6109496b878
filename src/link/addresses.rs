//! The addresses of one broker → which one to try next, when, and when to look whether the first is back.

use std::time::Duration;

use crate::settings::{Profile, VersionChoice};
use crate::time::Monotonic;

use super::backoff::Backoff;
use super::versions::Versions;

/// All addresses of a broker, of which one is in use. There is at least one.
#[derive(Debug)]
pub(super) struct Addresses {
    all: Vec<Address>,
    here: usize,
    /// When to look whether the first is back; `None` while it is in use.
    look_at: Option<Monotonic>,
    /// How long to stay elsewhere before that: the longer, the more often a return did not last.
    patience: Duration,
}

/// One of them, and how attempts at it went.
#[derive(Debug)]
pub(super) struct Address {
    pub(super) url: String,
    pub(super) versions: Versions,
    pub(super) backoff: Backoff,
    /// In a row, since the last good connection.
    pub(super) refusals: u32,
    /// Times in a row that the broker had a session that we do not know.
    pub(super) mismatches: u32,
    /// It must be told to forget that session.
    pub(super) clears_next: bool,
    /// Not to be tried before; `None`: not before a person asks.
    pub(super) due: Option<Monotonic>,
    /// What failed last may be over when the network is back.
    pub(super) is_of_the_network: bool,
}

impl Addresses {
    /// Those of a profile, the first of them in use; none was tried. The seed decides the jitter of the waits.
    pub(super) fn of(profile: &Profile, seed: u64) -> Self {
        let addresses = (seed..).zip(profile.urls());
        Self {
            all: addresses
                .map(|(seed, url)| Address::new(url, profile.spoken(), seed))
                .collect(),
            ..Self::none(seed)
        }
    }

    /// In place of those of a profile that is not there yet.
    pub(super) fn none(seed: u64) -> Self {
        Self {
            all: vec![Address::new("", VersionChoice::Auto, seed)],
            here: 0,
            look_at: None,
            patience: PATIENCE,
        }
    }

    /// The one in use, or tried last.
    pub(super) fn here(&mut self) -> &mut Address {
        &mut self.all[self.here]
    }

    /// Which one that is: 0 for the first.
    pub(super) const fn place(&self) -> usize {
        self.here
    }

    /// Where it leads.
    pub(super) fn url(&self) -> &str {
        &self.all[self.here].url
    }

    /// Uses this one from now on.
    pub(super) const fn go(&mut self, place: usize) {
        self.here = place;
        self.look_at = None;
    }

    /// Where to try next, and when: what is due first, in the order of the list. `None`: nowhere.
    ///
    /// Another address is tried at once, but for a jitter, so that a hundred walls that lost one broker do not come to
    /// the next in one instant.
    pub(super) fn next(&mut self, now: Monotonic) -> Option<(usize, Monotonic)> {
        let mut first = None;
        for (place, address) in self.all.iter().enumerate() {
            let due = address.due.map(|due| due.max(now));
            if due.is_some_and(|due| first.is_none_or(|(_, first)| due < first)) {
                first = due.map(|due| (place, due));
            }
        }
        let (place, mut at) = first?;
        if place != self.here {
            at = at.max(now.after(self.here().backoff.jitter()));
        }
        Some((place, at))
    }

    /// None is tried before: they are one broker, and it told who we are not.
    pub(super) fn put_off(&mut self, until: Monotonic) {
        for address in &mut self.all {
            address.due = address.due.map(|due| due.max(until));
            address.is_of_the_network = false;
        }
    }

    /// Tries anew what a person asks for, or what the network may have kept from working. Where to begin; `None`: nowhere.
    pub(super) fn hurry(&mut self, person_asks: bool, now: Monotonic) -> Option<usize> {
        let mut first = None;
        for (place, address) in self.all.iter_mut().enumerate() {
            if person_asks || address.is_of_the_network {
                address.due = Some(now);
                first = first.or(Some(place));
            }
        }
        first
    }

    /// The one in use let us in.
    pub(super) fn connected(&mut self, now: Monotonic) {
        self.look_at = (self.here > 0).then(|| now.after(self.patience));
    }

    /// The connection is lost, after it had lasted so long.
    pub(super) fn lost(&mut self, lasted: Duration, is_good: bool) {
        if is_good {
            let here = self.here();
            here.backoff.reset();
            here.refusals = 0;
        }
        if self.here == 0 && lasted >= self.patience {
            self.patience = PATIENCE;
        }
        self.look_at = None;
    }

    /// When to look whether the first address is back, while another is in use.
    pub(super) const fn look_at(&self) -> Option<Monotonic> {
        self.look_at
    }

    /// Whether to look now. The next time is as far away again.
    pub(super) fn looks(&mut self, now: Monotonic) -> bool {
        let is_due = self.look_at.is_some_and(|at| at <= now);
        if is_due {
            self.look_at = Some(now.after(self.patience));
        }
        is_due
    }

    /// The first is back: uses it from now on. Should that not last, the next return comes later.
    pub(super) fn go_back(&mut self) {
        self.go(0);
        self.patience = (self.patience * 2).min(LONGEST_PATIENCE);
    }
}

impl Address {
    fn new(url: &str, version: VersionChoice, seed: u64) -> Self {
        Self {
            url: url.to_owned(),
            versions: Versions::new(version),
            backoff: Backoff::new(seed),
            refusals: 0,
            mismatches: 0,
            clears_next: false,
            due: Some(Monotonic::from_millis(0)),
            is_of_the_network: true,
        }
    }
}

/// A broker that restarts is back within it, and who looks more often is a burden.
const PATIENCE: Duration = Duration::from_secs(2 * 60);

/// Each return is a moment in which nothing comes; a broker that fails all day is not worth more of them.
const LONGEST_PATIENCE: Duration = Duration::from_secs(32 * 60);
