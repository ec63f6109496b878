//! What the engine last said → signals for the components, written from one animation frame and only where they changed.
//!
//! Values are levels: an [`Update`] says how things are, never by how much they changed, so folding one twice changes
//! nothing. The engine sends the next one only for a credit, which is granted from the same frame: a page that is hidden
//! or too slow costs the engine nothing and itself no memory.

mod chart;
mod flush;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;

use crate::browser::page::frame::Frame;
use crate::browser::page::sight::Listener;
use crate::browser::timers::Alarm;
use crate::engine::wire::{
    Cards, DayView, DeviceView, DoorView, EffectKind, Reply, Request, RollUp, SiteView,
    StorageView, Update, ViewId, WarningView, ZoneView,
};
use crate::link::{Hint, LinkState, PublishId};
use crate::mirror::{LinkShown, Pace, Trust, trust};
use crate::ordered::OrderedMap;
use crate::settings::ProfileId;
use crate::time::{Now, Timestamp};

pub use chart::Chart;

/// The page's state. A handle: copies are the same state. It lives as long as the page.
#[derive(Clone, Copy)]
pub struct Live {
    /// The engine has spoken.
    pub started: RwSignal<bool>,
    /// How the engine itself is.
    pub engine: RwSignal<EngineHealth>,
    /// The site's names.
    pub site: RwSignal<SiteView>,
    /// All links.
    pub links: RwSignal<Vec<LinkShown>>,
    /// Whether counts survive a reload.
    pub storage: RwSignal<StorageView>,
    /// The site's day.
    pub day: RwSignal<Option<DayView>>,
    /// How many devices there are of those looked for.
    pub found: RwSignal<u32>,
    /// The ids of the device cards in view, in order.
    pub order: RwSignal<Vec<String>>,
    /// All devices in one line.
    pub roll_up: RwSignal<RollUp>,
    /// Counted warnings.
    pub warnings: RwSignal<Vec<WarningView>>,
    /// What the last test of a profile found.
    pub tested: RwSignal<Option<(ProfileId, LinkState)>>,
    /// The last answer to [`Request::Look`].
    pub seen: RwSignal<Vec<u8>>,
    /// Both clocks, once a second.
    pub clock: RwSignal<Now>,
    /// How far the page can be trusted as a whole.
    pub trust: Memo<Trust>,
    state: StoredValue<Rc<State>, LocalStorage>,
}

/// How the engine is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineHealth {
    /// It runs.
    #[default]
    Running,
    /// It stopped by an error of its own and is being started anew; it was heard until then.
    Restarting(Timestamp),
    /// It was started anew at that time.
    Restarted(Timestamp),
    /// It is of another build than the page: this file of the two is old.
    Stale(&'static str),
    /// It cannot be started.
    Failed,
}

/// By id; made when first asked for or first told, `None` until told.
type Views<T> = RefCell<OrderedMap<String, ArcRwSignal<Option<T>>>>;

/// Asks for the engine's last inputs, and does with them what is given.
pub type AskRecording = Box<dyn Fn(Box<dyn FnOnce(Vec<u8>)>)>;

/// Plays a sound for what was published and not done.
type Ring = fn(Live, PublishId);

/// What is no signal.
struct State {
    send: Box<dyn Fn(Request)>,
    ask_recording: AskRecording,
    now: Box<dyn Fn() -> Now>,
    introduce: RefCell<Option<Box<dyn Fn()>>>,
    ring: Cell<Option<Ring>>,
    zones: Views<ZoneView>,
    doors: Views<DoorView>,
    devices: Views<DeviceView>,
    // The order as told; the signal holds those of it whose view has come.
    told_order: RefCell<Vec<String>>,
    charts: RefCell<OrderedMap<ViewId, chart::Open>>,
    next_view: Cell<u32>,
    cards: RefCell<Cards>,
    inbox: RefCell<Vec<(Update, Vec<f32>)>>,
    pace: Cell<Pace>,
    browser: RefCell<Option<Browser>>,
}

/// What calls us.
struct Browser {
    frame: Frame,
    next_credit: Alarm,
    next_second: Alarm,
    _listeners: Vec<Option<Listener>>,
}

impl Live {
    /// The state of a page that has heard nothing yet. `send` carries requests to the engine; `now` reads both clocks,
    /// the wall as a demonstration may scale it. To be called once, under an owner that lives as long as the page.
    pub fn new(
        send: impl Fn(Request) + 'static,
        ask_recording: AskRecording,
        now: impl Fn() -> Now + 'static,
    ) -> Self {
        let state = State {
            send: Box::new(send),
            ask_recording,
            now: Box::new(now),
            introduce: RefCell::default(),
            ring: Cell::default(),
            zones: Views::default(),
            doors: Views::default(),
            devices: Views::default(),
            told_order: RefCell::default(),
            charts: RefCell::default(),
            next_view: Cell::new(0),
            cards: RefCell::default(),
            inbox: RefCell::default(),
            pace: Cell::default(),
            browser: RefCell::default(),
        };
        let site = RwSignal::<SiteView>::default();
        let links = RwSignal::<Vec<LinkShown>>::default();
        let engine = RwSignal::default();
        let live = Self {
            started: RwSignal::new(false),
            engine,
            site,
            links,
            storage: RwSignal::new(StorageView::Opening),
            day: RwSignal::new(None),
            found: RwSignal::default(),
            order: RwSignal::default(),
            roll_up: RwSignal::default(),
            warnings: RwSignal::default(),
            tested: RwSignal::new(None),
            seen: RwSignal::default(),
            clock: RwSignal::new((state.now)()),
            // What an engine said that does not run any more is as old as that.
            trust: Memo::new(move |_| match engine.get() {
                EngineHealth::Running | EngineHealth::Restarted(_) => {
                    trust(&links.read(), site.read().simulated)
                }
                EngineHealth::Restarting(at) => Trust::Blind { as_of: Some(at) },
                EngineHealth::Stale(_) | EngineHealth::Failed => Trust::Blind { as_of: None },
            }),
            state: StoredValue::new_local(Rc::new(state)),
        };
        live.listen();
        live
    }

    /// A message of the engine, with the numbers that came beside it. What it says is shown from the next frame on.
    pub fn handle(self, reply: Reply, floats: Vec<f32>) {
        match reply {
            Reply::Update(update) => self.apply(*update, floats),
            Reply::Effect(effect) => {
                match effect.kind {
                    EffectKind::Tested { profile, outcome } => {
                        self.tested.set(Some((profile, outcome)));
                    }
                    // Whoever published has said by what.
                    EffectKind::Ring(id) => {
                        if let Some(ring) = self.state().ring.get() {
                            ring(self, id);
                        }
                    }
                }
                self.request(Request::Acknowledge(effect.number));
            }
            Reply::Seen(seen) => self.seen.set(seen),
            Reply::Introduce => self.introduce(),
        }
    }

    /// Keeps an update for the next frame.
    pub fn apply(self, update: Update, floats: Vec<f32>) {
        let state = self.state();
        state.inbox.borrow_mut().push((update, floats));
        state.ask_frame();
    }

    /// Asks something of the engine.
    pub fn request(self, request: Request) {
        (self.state().send)(request);
    }

    /// Asks for the engine's last inputs, as [`crate::engine::recording`] has them.
    pub fn ask_recording(self, answer: Box<dyn FnOnce(Vec<u8>)>) {
        (self.state().ask_recording)(answer);
    }

    /// What plays a sound when the engine wants one.
    pub fn ring_by(self, ring: Ring) {
        self.state().ring.set(Some(ring));
    }

    /// What to say when the engine does not know this page: [`Request::Hello`]. Says it at once, too.
    pub fn introduce_by(self, hello: impl Fn() + 'static) {
        self.state().introduce.borrow_mut().replace(Box::new(hello));
        self.introduce();
    }

    /// Begins anew with an engine that knows nothing of this page: says who we are and what is open.
    pub fn introduce(self) {
        let state = self.state();
        if let Some(hello) = &*state.introduce.borrow() {
            hello();
        }
        self.request(Request::Cards(state.cards.borrow().clone()));
        let watches: Vec<_> = state
            .charts
            .borrow_mut()
            .values_mut()
            .filter_map(chart::Open::again)
            .collect();
        for watch in watches {
            self.request(Request::Watch(watch));
        }
        let mut pace = state.pace.get();
        pace.handle_new_engine();
        state.pace.set(pace);
        state.ask_frame();
    }

    /// Which device cards are in view.
    pub fn show_cards(self, cards: Cards) {
        if self.state().cards.replace(cards.clone()) != cards {
            self.request(Request::Cards(cards));
        }
    }

    /// A zone's figures; `None` until the engine has told them.
    pub fn zone(self, id: &str) -> ArcRwSignal<Option<ZoneView>> {
        view_of(&self.state().zones, id)
    }

    /// A door's figures; `None` until the engine has told them.
    pub fn door(self, id: &str) -> ArcRwSignal<Option<DoorView>> {
        view_of(&self.state().doors, id)
    }

    /// A device's card; `None` until the engine has told it.
    pub fn device(self, id: &str) -> ArcRwSignal<Option<DeviceView>> {
        view_of(&self.state().devices, id)
    }

    /// Both clocks at this moment, not rounded to the tick.
    pub fn now(self) -> Now {
        (self.state().now)()
    }

    /// A cheap copy of the pointer, so that nothing is borrowed while signals are written.
    fn state(self) -> Rc<State> {
        self.state.get_value()
    }

    fn listen(self) {
        let state = self.state();
        let wake = {
            let state = Rc::downgrade(&state);
            move || {
                if let Some(state) = state.upgrade() {
                    state.ask_frame();
                }
            }
        };
        state.browser.borrow_mut().replace(Browser {
            frame: Frame::new(move || self.flush()),
            next_credit: Alarm::new(wake),
            next_second: Alarm::new(move || self.tick()),
            _listeners: vec![
                Listener::visibility(move || self.handle_visibility()),
                Listener::window("pagehide", move || self.request(Request::Keep)),
                Listener::window("online", move || self.request(Request::Hint(Hint::Online))),
            ],
        });
        self.tick();
        state.ask_frame();
    }
}

fn view_of<T: Send + Sync + 'static>(views: &Views<T>, id: &str) -> ArcRwSignal<Option<T>> {
    let mut views = views.borrow_mut();
    if let Some(view) = views.get(id) {
        return view.clone();
    }
    let view = ArcRwSignal::new(None);
    views.insert(id.to_owned(), view.clone());
    view
}
