//! Tabs of one browser share one engine: one of them carries it, the others carry their pages' words to that one.
//!
//! Whoever holds a lock named after the page's path carries the engine. All who may share one hear a channel of that name:
//! on it a tab asks to be taken in, with the name of a channel for the two of them and what its page began with, and whoever
//! gets the lock says so. What they say must be understood by other builds: bytes that begin with the name, or none.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen_futures::spawn_local;

use super::super::broadcast::Broadcast;
use super::super::lock::{self, Claim, LockEvent};
use super::super::timers::Alarm;
use super::super::{clock, random};
use super::{PAGE, Shell};
use crate::engine::tabs::{Attachment, LAPSE, Step, TAB_BEAT};
use crate::engine::wire::{Answer, Call, PageId, Reply, WireError, decode, encode};
use crate::engine::{Input, StoreFault};
use crate::time::Monotonic;

/// How this tab stands to the others.
#[derive(Default)]
pub(super) struct Tabs {
    role: Cell<Role>,
    /// Name of the lock, of the channel and of the store.
    name: OnceCell<String>,
    /// What our page began with: the same bytes from all who may share an engine.
    beginning: RefCell<Vec<u8>>,
    /// The engine here knows our page.
    is_engine_ours: Cell<bool>,
    group: RefCell<Option<Broadcast>>,
    /// The last of our claims to the lock, and the one by which we hold it.
    claims: Cell<u32>,
    holding: Cell<u32>,
    is_in_turn: Cell<bool>,
    /// When we were last known to be awake, and whether we ask if we still hold the lock.
    awake_at: Cell<Option<Monotonic>>,
    doubts: Cell<bool>,
    /// The tabs that we took in.
    followers: RefCell<Vec<Follower>>,
    last_page: Cell<u32>,
    /// Our channel to who carries the engine, or may.
    leader: RefCell<Option<(String, Rc<Broadcast>)>>,
    attachment: Cell<Attachment>,
    beat: OnceCell<Alarm>,
    /// What to say to the engine that follows after this one.
    testament: RefCell<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Role {
    /// Not known yet.
    #[default]
    Seeking,
    /// The engine here serves all.
    Leading,
    /// Another's serves our page.
    Following,
    /// The engine here serves our page only, and keeps nothing.
    Alone,
    /// The engine here serves nobody any more.
    Ended,
}

struct Follower {
    /// Of its channel.
    name: String,
    page: PageId,
    channel: Rc<Broadcast>,
    heard_at: Rc<Cell<Monotonic>>,
}

/// The testament is read in its name.
const HEIR: PageId = PageId(u32::MAX);

/// A tab that says nothing for so long is closed, or will ask again to be taken in.
const SILENCE: Duration = Duration::from_secs(30);

/// Names of channels have so many characters.
const NAME: usize = 16;

impl Shell {
    /// Our page begins, with the engine here until it is known whose serves it.
    pub(super) fn join(&'static self, beginning: &[u8], name: Option<String>) {
        let tabs = &self.tabs;
        tabs.beginning.replace(beginning.to_vec());
        tabs.is_engine_ours.set(true);
        self.begin();
        let hear = move |bytes: Vec<u8>, _floats| self.hear_group(&bytes);
        let group = name
            .as_ref()
            .and_then(|name| Broadcast::open(name, Box::new(hear)));
        let (Some(name), Some(group)) = (name, group) else {
            return self.go_alone(StoreFault::Refused);
        };
        tabs.group.replace(Some(group));
        let beat = Alarm::new(|| self.handle_beat());
        // A page begins once.
        let _set = (tabs.name.set(name), tabs.beat.set(beat));
        self.claim(Claim::IfFree);
    }

    /// The engine that our page's requests are for, if it is another tab's.
    pub(super) fn leader(&self) -> Option<Rc<Broadcast>> {
        let is_theirs = self.tabs.role.get() == Role::Following;
        let leader = self.tabs.leader.borrow();
        leader
            .as_ref()
            .filter(|_| is_theirs)
            .map(|(_, channel)| Rc::clone(channel))
    }

    /// The channel to another tab's page.
    pub(super) fn follower(&self, page: PageId) -> Option<Rc<Broadcast>> {
        let followers = self.tabs.followers.borrow();
        let follower = followers.iter().find(|follower| follower.page == page);
        follower.map(|follower| Rc::clone(&follower.channel))
    }

    /// Whether the engine here is at work.
    pub(super) fn is_engine_ours(&self) -> bool {
        self.tabs.is_engine_ours.get()
    }

    /// Whether another may carry the engine now, because we were not awake for long. Whoever was frozen wakes up with much to
    /// do: nothing of it may be done before we know that we still hold the lock.
    pub(super) fn is_in_doubt(&'static self) -> bool {
        if !self.tabs.doubts.get() {
            if self.has_lapsed() {
                self.doubt();
            }
            self.tabs.awake_at.set(Some(clock::monotonic()));
        }
        self.tabs.doubts.get()
    }

    /// Takes no input before it is known that we still hold the lock.
    fn doubt(&'static self) {
        if !self.tabs.doubts.replace(true) {
            spawn_local(async move {
                let leads = self.still_leads().await;
                self.tabs.doubts.set(false);
                if leads {
                    self.work_off_soon();
                }
            });
        }
    }

    /// Whether the others may have taken our place since we last took an input.
    pub(super) fn has_lapsed(&self) -> bool {
        let awake_at = self.tabs.awake_at.get();
        self.tabs.role.get() == Role::Leading
            && awake_at.is_some_and(|at| clock::monotonic().since(at) >= LAPSE)
    }

    /// Whether we still hold the lock, as the browser knows it.
    pub(super) async fn still_leads(&self) -> bool {
        lock::settled().await;
        self.tabs.role.get() == Role::Leading
    }

    /// What connects, and to whom, may have changed: who may follow after us is told.
    pub(super) fn bequeath(&self) {
        let followers = self.tabs.followers.borrow();
        if let Ok(engine) = self.engine.try_borrow()
            && !followers.is_empty()
        {
            let testament = encode(&Call::Request(engine.testament()));
            let told = encode(&Answer::Testament(testament));
            for follower in followers.iter() {
                follower.channel.post(&told, None);
            }
        }
    }

    fn claim(&'static self, how: Claim) {
        let tabs = &self.tabs;
        if how == Claim::InTurn && tabs.is_in_turn.replace(true) {
            return;
        }
        let Some(name) = tabs.name.get() else { return };
        let number = tabs.claims.get() + 1;
        tabs.claims.set(number);
        lock::claim(name, how, move |event| self.handle_lock(number, how, event));
    }

    /// Returns whether we want it.
    fn handle_lock(&'static self, number: u32, how: Claim, event: LockEvent) -> bool {
        let tabs = &self.tabs;
        match event {
            LockEvent::Granted => {
                if how == Claim::InTurn {
                    tabs.is_in_turn.set(false);
                }
                if matches!(tabs.role.get(), Role::Alone | Role::Ended) {
                    return false;
                }
                tabs.holding.set(number);
                // Nothing that it says still can send us elsewhere.
                self.leave_leader();
                spawn_local(async move { self.lead(number).await });
                return true;
            }
            LockEvent::Held => {
                self.claim(Claim::InTurn);
                self.seek();
            }
            LockEvent::Lost if tabs.holding.get() == number => self.step_down(),
            LockEvent::Lost if how == Claim::IfFree => self.go_alone(StoreFault::Refused),
            LockEvent::Lost => {}
        }
        false
    }

    /// The lock is ours: so is the engine, from what is stored.
    async fn lead(&'static self, number: u32) {
        let tabs = &self.tabs;
        let Some(name) = tabs.name.get() else { return };
        // Whoever was frozen is told at once that it was granted, and that it was stolen.
        lock::settled().await;
        if tabs.holding.get() != number {
            return;
        }
        tabs.awake_at.set(None);
        tabs.role.set(Role::Leading);
        self.leave_leader();
        self.take_engine();
        let testament = tabs.testament.take();
        if let Ok(Call::Request(hello)) = decode(&testament) {
            self.feed(Input::Page(HEIR, hello));
            self.feed(Input::PageGone(HEIR));
        }
        if let Some(group) = &*tabs.group.borrow() {
            group.post(&[], None);
        }
        let restored = self.restore(name).await;
        if tabs.holding.get() == number {
            self.feed_soon(Input::Restored(restored));
        }
    }

    /// The lock is another's, whose engine serves our page from now on. What carried ours ends, and all that it had with it.
    fn step_down(&self) {
        let tabs = &self.tabs;
        tabs.holding.set(0);
        if tabs.role.replace(Role::Ended) != Role::Ended {
            tabs.is_engine_ours.set(false);
            tabs.followers.borrow_mut().clear();
            self.leave_leader();
            self.sockets.borrow_mut().clear();
            self.answer(PAGE, &Answer::Lost, None);
        }
    }

    fn go_alone(&'static self, fault: StoreFault) {
        self.tabs.role.set(Role::Alone);
        self.leave_leader();
        self.tabs.group.replace(None);
        self.take_engine();
        self.feed(Input::Restored(Err(fault)));
    }

    /// Begins with an engine of our own, if the one here is not; our page says to it what it said to the former one.
    fn take_engine(&'static self) {
        if !self.tabs.is_engine_ours.replace(true)
            && let Ok(mut engine) = self.engine.try_borrow_mut()
        {
            // Never freed: it has heard no more than our page's first words, and the code to free it would be larger.
            std::mem::forget(std::mem::take(&mut *engine));
            drop(engine);
            self.begin();
            self.answer(PAGE, &Answer::Reply(Reply::Introduce), None);
        }
    }

    fn leave_leader(&self) {
        self.tabs.leader.replace(None);
        if let Some(beat) = self.tabs.beat.get() {
            beat.clear();
        }
    }

    /// Asks to be taken in by whoever carries the engine now.
    fn seek(&'static self) {
        let tabs = &self.tabs;
        tabs.role.set(Role::Seeking);
        let mut attachment = tabs.attachment.get();
        attachment.seek();
        tabs.attachment.set(attachment);
        // A channel of its own with each, so that one that is frozen hears nothing of what we say to the next.
        let letter = |byte: u8| char::from(b'a' + byte % 16);
        let name: String = random::bytes::<NAME>().map(letter).iter().collect();
        let hear = move |bytes: Vec<u8>, floats: Vec<f32>| self.hear_leader(&bytes, &floats);
        let channel = Broadcast::open(&name, Box::new(hear));
        tabs.leader
            .replace(channel.map(|channel| (name, Rc::new(channel))));
        self.ask_to_be_taken_in();
        self.wind();
    }

    fn ask_to_be_taken_in(&self) {
        let tabs = &self.tabs;
        // One that records is to hold what happens to one page. It waits for the lock, as a reloaded one does.
        if self.records_all.get() {
            return;
        }
        if let (Some(group), Some((name, _))) = (&*tabs.group.borrow(), &*tabs.leader.borrow()) {
            let mut asked = name.clone().into_bytes();
            asked.extend_from_slice(&tabs.beginning.borrow());
            group.post(&asked, None);
        }
    }

    fn wind(&self) {
        if let Some(beat) = self.tabs.beat.get() {
            beat.set(clock::monotonic().after(TAB_BEAT));
        }
    }

    fn handle_beat(&'static self) {
        let tabs = &self.tabs;
        let mut attachment = tabs.attachment.get();
        let step = attachment.handle_beat(clock::monotonic());
        tabs.attachment.set(attachment);
        match step {
            Step::Seek => self.ask_to_be_taken_in(),
            Step::SeekAnew => return self.seek(),
            Step::Ask => {
                if let Some(leader) = self.leader() {
                    leader.post(&encode(&Call::Ask), None);
                }
            }
            Step::Wait => {}
            Step::TakeOver if !self.records_all.get() => self.claim(Claim::Steal),
            Step::TakeOver | Step::GiveUp => return self.go_alone(StoreFault::HeldElsewhere),
        }
        self.wind();
    }

    /// What all tabs hear.
    fn hear_group(&'static self, bytes: &[u8]) {
        let role = self.tabs.role.get();
        if bytes.is_empty() {
            match role {
                Role::Seeking | Role::Following => self.seek(),
                // Another got the lock: we may have lost it.
                Role::Leading => self.doubt(),
                Role::Alone | Role::Ended => {}
            }
        } else if let Some((name, beginning)) = bytes.split_at_checked(NAME)
            && let Ok(name) = std::str::from_utf8(name)
        {
            let other_build = match decode::<Call>(beginning) {
                Err(WireError::OtherBuild(build)) => Some(build),
                _ => None,
            };
            if role == Role::Leading {
                let is_same = *self.tabs.beginning.borrow() == beginning;
                if is_same && !self.records_all.get() {
                    self.take_in(name);
                } else if let Some(channel) = Broadcast::open(name, Box::new(|_bytes, _floats| {}))
                {
                    // One of another build reads from it that we are not of its build.
                    channel.post(&encode(&Answer::Refused), None);
                }
            }
            if let Some(build) = other_build
                && matches!(role, Role::Leading | Role::Following)
            {
                self.answer(PAGE, &Answer::OtherBuild(build), None);
            }
        }
    }

    /// The engine here serves that tab's page from now on.
    fn take_in(&'static self, name: &str) {
        let tabs = &self.tabs;
        let now = clock::monotonic();
        let mut followers = tabs.followers.borrow_mut();
        followers.retain(|follower| now.since(follower.heard_at.get()) < SILENCE);
        if !followers.iter().any(|follower| follower.name == name) {
            let page = PageId(tabs.last_page.get() + 1);
            tabs.last_page.set(page.0);
            let heard_at = Rc::new(Cell::new(now));
            let heard = Rc::clone(&heard_at);
            let hear = move |bytes: Vec<u8>, _floats| {
                heard.set(clock::monotonic());
                self.hear(page, &bytes);
            };
            let channel = Broadcast::open(name, Box::new(hear));
            followers.extend(channel.map(|channel| Follower {
                name: name.to_owned(),
                page,
                channel: Rc::new(channel),
                heard_at,
            }));
        }
        if let Some(follower) = followers.iter().find(|follower| follower.name == name) {
            follower.channel.post(&encode(&Answer::Here), None);
        }
        drop(followers);
        self.bequeath();
    }

    /// What who carries the engine says.
    fn hear_leader(&'static self, bytes: &[u8], floats: &[f32]) {
        let tabs = &self.tabs;
        let mut attachment = tabs.attachment.get();
        match decode::<Answer>(bytes) {
            Ok(Answer::Refused) => return self.go_alone(StoreFault::HeldElsewhere),
            Ok(Answer::Testament(testament)) => {
                tabs.testament.replace(testament);
            }
            Ok(answer) => {
                if attachment.handle_word() {
                    tabs.role.set(Role::Following);
                    tabs.is_engine_ours.set(false);
                    self.answer(PAGE, &Answer::Reply(Reply::Introduce), None);
                }
                if let Answer::Reply(_) = answer
                    && let Some(port) = self.port.get()
                {
                    port.post(bytes, (!floats.is_empty()).then_some(floats));
                }
            }
            Err(WireError::OtherBuild(build)) => {
                attachment.handle_foreign();
                self.answer(PAGE, &Answer::OtherBuild(build), None);
            }
            Err(WireError::Malformed(_)) => {}
        }
        tabs.attachment.set(attachment);
    }
}
