//! The whole of the product behind one door: inputs with their time in, outputs out, and nothing else.
//!
//! [`Engine`] is closed and deterministic: the same inputs give the same outputs byte for byte, natively and in wasm. So
//! a recording of its inputs is a test, a bug report and a replay.

pub mod desk;
pub mod recorder;
pub mod recording;
pub mod replay;
pub mod restarts;
pub mod simulated;
pub mod tabs;
pub mod wire;

mod charts;
mod clocks;
mod connection;
mod figures;
mod fold;
mod keeping;
mod messages;
mod pages;
mod profiles;
mod publishing;
mod storing;
mod traffic;
mod warnings;

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use keeping::{StoreFault, StoreId};

use connection::{Connection, Purpose};
use desk::Desk;
use keeping::Keeping;
use pages::Page;
use profiles::keep_password;
use recording::LinkThen;
use simulated::{Simulated, Stage};
use warnings::Warnings;
use wire::{EffectKind, PageId, Reply, Request, StorageView, WireProfile};

use crate::fleet::Fleet;
use crate::link::{self, LinkState, PublishId, SocketError};
use crate::ordered::{OrderedMap, OrderedSet};
use crate::packed;
use crate::payload::Learned;
use crate::secret::Secret;
use crate::series::Series;
use crate::settings::config::{self, Config};
use crate::settings::{Mapping, Profile, ProfileId};
use crate::site::Places;
use crate::snapshot::{LinkMemory, Record};
use crate::time::{Calendar, Monotonic, Now, Offsets, Timestamp};

/// Which link. Several run side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LinkId(pub u32);

/// What happens to an engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Input {
    /// The first one: randomness for client identifiers and backoff.
    Started {
        /// From the browser's random source.
        seed: u64,
        /// How many times as fast as real time the wall clock runs: once, but in a demonstration.
        speed: u32,
    },
    /// What was stored, or why there is no store. No link opens before it, or before it was waited for long enough.
    Restored(Result<Vec<Record>, StoreFault>),
    /// The outcome of [`Output::Store`].
    Stored(StoreId, Result<(), StoreFault>),
    /// The answer to [`Output::Zone`]; `None`: the browser does not know that zone.
    Zone(String, Option<Offsets>),
    /// A page asks.
    Page(PageId, Request),
    /// A page closed.
    PageGone(PageId),
    /// Something happened to a link's WebSocket.
    Socket(LinkId, SocketEvent),
    /// The time that was asked for has come.
    TimerFired,
    /// What [`Output::Load`] wanted is known now.
    Loaded,
    /// The outcome of [`Output::Post`]: whether somebody took it.
    Posted(PublishId, bool),
    /// So many bytes that were written to a link have not left the browser. Told before what is asked of the desk.
    Buffered(LinkId, u32),
}

/// What happens to a WebSocket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SocketEvent {
    /// It opened.
    Opened,
    /// One binary frame.
    Bytes(#[serde(serialize_with = "packed::whole")] Vec<u8>),
    /// A text frame, which MQTT forbids [MQTT-6.0.0-1].
    TextFrame,
    /// It did not open; nothing follows.
    Failed(SocketError),
    /// It closed after it had opened; nothing follows.
    Closed {
        /// 1006 where the browser may not tell.
        code: u16,
        /// The closing handshake was complete.
        clean: bool,
    },
}

/// What an engine wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Send to a page: the reply, and the numbers that go beside it.
    Reply(PageId, Reply, Vec<f32>),
    /// Open a WebSocket for a link; a former one of the same link is dropped unheard.
    OpenSocket {
        /// For which link.
        link: LinkId,
        /// With everything secret that is in it.
        url: Secret<String>,
        /// Exactly this one is offered.
        subprotocol: &'static str,
    },
    /// Send one binary frame.
    Send(LinkId, Vec<u8>),
    /// Close a link's WebSocket; nothing more is wanted from it.
    CloseSocket(LinkId),
    /// Fire the timer then; replaces the former wish.
    WakeAt(Monotonic),
    /// Keep these records; answered by [`Input::Stored`].
    Store(StoreId, Vec<Record>),
    /// Load the desk, for [`Engine::know_desk`]: it signs in by an enhanced authentication, too. Asked again if it does not come.
    Load,
    /// Post this text to an address, which is a secret; answered by [`Input::Posted`].
    Post(PublishId, Secret<String>, String),
    /// Tell the offsets of this time zone (IANA name; empty: the viewer's own); answered by [`Input::Zone`].
    Zone(String),
}

/// Turns inputs into outputs; see the module.
pub struct Engine {
    now: Now,
    /// How many times as fast as real time the wall clock runs.
    speed: u32,
    /// Since when, on the wall clock of now, we were awake and nobody set it.
    awake_since: Timestamp,
    outputs: VecDeque<Output>,
    random: fastrand::Rng,
    pages: OrderedMap<PageId, Page>,
    links: OrderedMap<LinkId, Connection>,
    last_link: u32,
    /// Profiles that wait for storage and time zone before they connect.
    waiting: Vec<(Profile, Purpose)>,
    profiles: OrderedMap<ProfileId, Profile>,
    /// What is remembered of each broker.
    memories: OrderedMap<ProfileId, LinkMemory>,
    /// Until when the run before this one listened, as long as no link of this one has.
    stored_until: Option<Timestamp>,
    /// What the last page that said hello is configured with; `None`: none has.
    config: Option<Option<String>>,
    demo: bool,
    /// What a person explained of messages.
    mappings: Vec<Mapping>,
    zone: Option<Zone>,
    /// The name of another one, of which the browser has not told yet; until then the former counts.
    asked_zone: Option<String>,
    series: Series,
    fleet: Fleet,
    places: Places,
    learned: Learned,
    warnings: Warnings,
    desk: Option<Box<dyn Desk>>,
    keeping: Keeping,
    stage: Option<Stage>,
    simulation: Option<Simulated>,
    simulation_at: Option<Monotonic>,
    tick_at: Monotonic,
    woken_at: Option<Monotonic>,
}

/// The site's time zone.
struct Zone {
    name: String,
    calendar: Rc<Calendar>,
}

/// So much that waits in the browser takes a slow network a second: what is published meanwhile would come late, and all at
/// once.
const FULL: u32 = 128 * 1024;

/// Freshness, days and silent pages are looked at so often.
const TICK: Duration = Duration::from_secs(1);

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine {
    /// An engine to which nothing has happened.
    pub fn new() -> Self {
        let monotonic = Monotonic::from_millis(0);
        Self {
            now: Now {
                wall: Timestamp::from_millis(0),
                monotonic,
            },
            speed: 1,
            awake_since: Timestamp::from_millis(0),
            outputs: VecDeque::new(),
            random: fastrand::Rng::with_seed(0),
            pages: OrderedMap::new(),
            links: OrderedMap::new(),
            last_link: 0,
            waiting: Vec::new(),
            profiles: OrderedMap::new(),
            memories: OrderedMap::new(),
            stored_until: None,
            config: None,
            demo: false,
            mappings: Vec::new(),
            zone: None,
            asked_zone: None,
            series: Series::default(),
            fleet: Fleet::default(),
            places: Places::default(),
            learned: Learned::default(),
            warnings: Warnings::default(),
            desk: None,
            keeping: Keeping::new(monotonic),
            stage: None,
            simulation: None,
            simulation_at: None,
            tick_at: monotonic,
            woken_at: None,
        }
    }

    /// Takes one input. Then call [`Engine::poll_output`] until it returns `None`.
    pub fn handle(&mut self, input: Input, now: Now) {
        self.follow_clocks(now);
        let changes = !matches!(
            input,
            Input::Buffered(..)
                | Input::Page(
                    _,
                    Request::Flush | Request::Acknowledge(_) | Request::Desk(_)
                )
        );
        if changes {
            for page in self.pages.values_mut() {
                page.dirty = true;
            }
        }
        match input {
            Input::Started { seed, speed } => {
                self.random = fastrand::Rng::with_seed(seed);
                self.speed = speed;
            }
            // One that comes after it was given up would begin a session of which the links know nothing.
            Input::Restored(outcome) if self.keeping.view == StorageView::Opening => {
                self.restore(outcome);
            }
            Input::Restored(_) => {}
            Input::Stored(id, outcome) => {
                self.settle(id, outcome);
            }
            Input::Zone(name, offsets) => self.know_zone(name, offsets),
            Input::Page(id, request) => self.request(id, request),
            Input::PageGone(id) => {
                self.pages.remove(&id);
            }
            Input::Socket(id, event) => self.tell_link(id, event.into()),
            Input::TimerFired => self.woken_at = None,
            Input::Loaded => self.sign_in(),
            Input::Posted(id, is_done) => {
                if let Some(desk) = &mut self.desk {
                    desk.handle_fallback(id, is_done);
                }
            }
            Input::Buffered(link, bytes) => {
                if let (Some(desk), Some(connection)) = (&mut self.desk, self.links.get(&link))
                    && connection.purpose == Purpose::Keep
                {
                    let is_full = bytes > FULL;
                    desk.hold(&connection.profile.id, is_full, now.monotonic);
                }
            }
        }
        self.run_timers();
        self.store();
        self.flush();
        self.wake();
    }

    /// What a page would say to an engine that is to go on as this one does, and how its links are.
    fn outline(&self) -> (Request, Vec<LinkThen>) {
        let hello = Request::Hello {
            config: self.config.clone().flatten(),
            profiles: self
                .profiles
                .values()
                .map(WireProfile::for_worker)
                .collect(),
            connect: self
                .all_wanted()
                .map(|profile| profile.id.clone())
                .collect(),
        };
        let kept = self.links.iter();
        let kept = kept.filter(|(_, connection)| connection.purpose == Purpose::Keep);
        let then = |(link, connection): (&LinkId, &Connection)| LinkThen {
            link: *link,
            profile: connection.profile.id.clone(),
            version: match connection.state {
                LinkState::Connected { version, .. } => Some(version),
                _ => None,
            },
            since: connection.since,
            traffic: connection.traffic.view(),
            stream: connection.link.stream(),
        };
        (hello, kept.map(then).collect())
    }

    /// The next thing to be done; `None`: nothing until the next input.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// A store ended: its deliveries are acknowledged, those of one link in one frame.
    ///
    /// After a failure nothing more is kept, so nothing more may be acknowledged in the name of a session that lasts: the
    /// links begin anew as somebody else, and what comes meanwhile waits in that session for a run that can keep it.
    fn settle(&mut self, id: StoreId, outcome: Result<(), StoreFault>) {
        let Some(settled) = self.keeping.end(id, outcome) else {
            let kept = self.links.values();
            let kept = kept.filter(|connection| connection.purpose == Purpose::Keep);
            let kept: Vec<_> = kept
                .map(|connection| connection.profile.id.clone())
                .collect();
            for profile in kept {
                self.close(&profile);
                self.connect(&profile);
            }
            return self.open_waiting();
        };
        for waiting in &settled {
            if let Some(connection) = self.links.get_mut(&waiting.link) {
                let waited = self.now.monotonic.since(waiting.since);
                connection.traffic.note_kept(waited);
                connection
                    .link
                    .handle(link::Input::Settled(waiting.token), self.now);
            }
        }
        let mut links: OrderedSet<LinkId> =
            settled.into_iter().map(|waiting| waiting.link).collect();
        if self.keeping.take_links_kept() {
            for (id, connection) in &mut self.links {
                connection.link.handle(link::Input::Remembered, self.now);
                links.insert(*id);
            }
        }
        for link in links {
            self.drain(link);
        }
    }

    fn request(&mut self, id: PageId, request: Request) {
        let now = self.now.monotonic;
        match &request {
            // Whoever says it: a page that was hidden for long is not known any more when it is seen again, or closes.
            Request::Hint(hint) => self.hint(*hint),
            Request::Keep => self.keeping.hurry(now),
            _ => {}
        }
        if !self.pages.contains_key(&id) && !matches!(request, Request::Hello { .. }) {
            // It was silent for too long, or another engine knew it.
            self.outputs
                .push_back(Output::Reply(id, Reply::Introduce, Vec::new()));
            return;
        }
        let page = self.pages.entry(id).or_insert_with(|| Page::new(now));
        page.heard_at = now;
        match request {
            Request::Hello {
                config,
                profiles,
                connect,
            } => self.greet(config, profiles, &connect),
            Request::Save(profile) => self.save(profile.into_profile()),
            Request::Delete(profile) => {
                self.close(&profile);
                self.profiles.remove(&profile);
                self.forget(&profile);
            }
            Request::Connect(profile) => self.connect(&profile),
            Request::Disconnect(profile) => self.close(&profile),
            Request::Test(profile) => self
                .waiting
                .push((profile.into_profile(), Purpose::Test(id))),
            Request::Simulate => self.simulate(),
            // Done above.
            Request::Hint(_) | Request::Keep => {}
            Request::Watch(watch) => page.watch(watch),
            Request::Unwatch(view) => {
                page.watches.remove(&view);
            }
            Request::Cards(cards) => page.show_cards(cards),
            Request::Flush => {
                page.credit = true;
                page.rests_until = None;
            }
            Request::Acknowledge(number) => page.acknowledge(number),
            Request::Desk(request) => self.ask_desk(id, &request),
        }
        self.open_waiting();
    }

    fn hint(&mut self, hint: link::Hint) {
        for link in self.links.keys().copied().collect::<Vec<_>>() {
            self.tell_link(link, link::Input::Hint(hint));
        }
    }

    /// The first words of a page. A page that says the same again, or a second one, changes nothing.
    fn greet(&mut self, text: Option<String>, profiles: Vec<WireProfile>, connect: &[ProfileId]) {
        if self.config.as_ref() != Some(&text) {
            self.config = Some(text);
            self.end_simulation();
            self.configure();
        }
        for mut profile in profiles.into_iter().map(WireProfile::into_profile) {
            if let Some(former) = self.profiles.get(&profile.id) {
                keep_password(&mut profile, former);
            }
            self.profiles.insert(profile.id.clone(), profile);
        }
        for id in connect {
            // Of another configuration the same name may mean another broker.
            let said = self.profiles.get(id);
            if self.wanted(id).is_some_and(|former| said != Some(former)) {
                self.close(id);
            }
            self.connect(id);
        }
    }

    /// What to say to the engine that follows after this one, so that it goes on without being told by any page: what is
    /// configured, and who is connected, with the passwords that only pages remember.
    pub fn testament(&self) -> Request {
        let (mut profiles, mut connect) = (Vec::new(), Vec::new());
        for profile in self.all_wanted() {
            profiles.push(WireProfile::for_worker(profile));
            connect.push(profile.id.clone());
        }
        Request::Hello {
            config: self.config.clone().flatten(),
            profiles,
            connect,
        }
    }

    /// Takes the site and the profiles of the configuration.
    pub(super) fn configure(&mut self) {
        let text = self.config.as_ref().and_then(Option::as_deref);
        let Config {
            site,
            profiles,
            mappings,
            demo,
            mistakes: _shown_by_the_page,
        } = text.map(config::parse).unwrap_or_default();
        self.demo = demo;
        self.mappings = mappings;
        self.profiles.extend(
            profiles
                .into_iter()
                .map(|profile| (profile.id.clone(), profile)),
        );
        let zone = site
            .as_ref()
            .map(|site| site.time_zone.clone())
            .unwrap_or_default();
        self.places = site.map(Places::new).unwrap_or_default();
        self.know_site();
        self.ask_zone(zone);
    }

    fn ask_zone(&mut self, name: String) {
        let reset = self.reset();
        match &mut self.zone {
            // The same zone; its days may begin at another hour now.
            Some(zone) if zone.name == name && self.asked_zone.is_none() => {
                zone.calendar = Calendar::new(zone.calendar.offsets().clone(), reset).into();
            }
            _ if self.asked_zone.as_ref() == Some(&name) => {}
            _ => {
                self.outputs.push_back(Output::Zone(name.clone()));
                self.asked_zone = Some(name);
            }
        }
    }

    /// The hour at which the site's days begin, since midnight.
    fn reset(&self) -> Duration {
        let site = self.places.site();
        site.map(|site| site.reset).unwrap_or_default()
    }

    fn know_zone(&mut self, name: String, offsets: Option<Offsets>) {
        if self.asked_zone.as_ref() != Some(&name) {
            return;
        }
        self.asked_zone = None;
        // The page asks the same browser, and tells it as a mistake of the configuration.
        let (name, offsets) = match offsets {
            Some(offsets) => (name, offsets),
            None => ("UTC".to_owned(), Offsets::fixed(0)),
        };
        let calendar = Calendar::new(offsets, self.reset()).into();
        self.zone = Some(Zone { name, calendar });
        self.forget_rows();
        self.open_waiting();
    }

    fn calendar(&self) -> Option<&Rc<Calendar>> {
        self.zone.as_ref().map(|zone| &zone.calendar)
    }

    fn run_timers(&mut self) {
        let now = self.now.monotonic;
        let due: Vec<LinkId> = self
            .links
            .iter()
            .filter(|(_, connection)| connection.wake_at.is_some_and(|at| at <= now))
            .map(|(id, _)| *id)
            .collect();
        for id in due {
            if let Some(connection) = self.links.get_mut(&id) {
                connection.wake_at = None;
            }
            self.tell_link(id, link::Input::TimerFired);
        }
        if let Some(desk) = &mut self.desk {
            desk.handle_timer(now);
        }
        self.hand_over();
        if self.run_simulation() {
            self.simulation_at = Some(now);
        } else {
            self.simulation_at = self.simulation.as_ref().map(|_| now.after(simulated::TICK));
        }
        if self.tick_at <= now {
            self.tick_at = now.after(TICK);
            self.pages
                .retain(|_, page| now.since(page.heard_at) < pages::SILENCE);
            self.tick_fleet();
            self.tick_traffic();
            if self.keeping.tick() {
                self.give_store_up();
            }
        }
    }

    /// A store that says nothing is one that failed: else nothing that waits for it would ever be acknowledged, and the
    /// broker would stop sending while the bar is green.
    fn give_store_up(&mut self) {
        match self.keeping.in_flight() {
            Some(id) => self.settle(id, Err(StoreFault::Refused)),
            None => self.restore(Err(StoreFault::Refused)),
        }
    }

    fn wake(&mut self) {
        let links = self
            .links
            .values()
            .filter_map(|connection| connection.wake_at);
        let rests = self
            .pages
            .values()
            .filter(|page| page.credit && page.dirty)
            .filter_map(|page| page.rests_until);
        let at = links
            .chain(rests)
            .chain(self.simulation_at)
            .chain(self.keeping.wakes_at())
            .chain(self.desk.as_ref().and_then(|desk| desk.wakes_at()))
            .chain([self.tick_at])
            .min();
        if at != self.woken_at
            && let Some(at) = at
        {
            self.woken_at = Some(at);
            self.outputs.push_back(Output::WakeAt(at));
        }
    }

    /// Sends a page something to do once.
    fn effect(&mut self, id: PageId, kind: EffectKind) {
        if let Some(page) = self.pages.get_mut(&id) {
            let effect = page.effect(kind);
            self.outputs
                .push_back(Output::Reply(id, Reply::Effect(effect), Vec::new()));
        }
    }
}

impl From<SocketEvent> for link::Input {
    fn from(event: SocketEvent) -> Self {
        match event {
            SocketEvent::Opened => Self::SocketOpened,
            SocketEvent::Bytes(bytes) => Self::Bytes(bytes),
            SocketEvent::TextFrame => Self::TextFrame,
            SocketEvent::Failed(error) => Self::SocketFailed(error),
            SocketEvent::Closed { code, clean } => Self::SocketClosed { code, clean },
        }
    }
}

#[cfg(test)]
mod tests;
