//! The engine as the page has it: in a worker or, where the page may start none, beside the page; started anew when it
//! stops.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use footfall::browser::page::start::{expose, reload_once, spawn};
use footfall::browser::timers::Alarm;
use footfall::browser::worker::{Worker, WorkerError};
use footfall::browser::{clock, fetch, shell};
use footfall::engine::recording;
use footfall::engine::restarts::{BEAT, Pulse, Restarts};
use footfall::engine::wire::{Answer, Call, Request, WireError, decode, encode};
use footfall::live::{EngineHealth, Live};
use footfall::time::Timestamp;
use leptos::prelude::Set;

/// A handle: clones are the same engine.
#[derive(Clone)]
pub(crate) struct Host(Rc<State>);

struct State {
    first_call: Call,
    worker: RefCell<Option<Worker>>,
    live: Cell<Option<Live>>,
    health: Cell<EngineHealth>,
    /// Workers are forbidden, or cannot be loaded: the engine runs on our own thread.
    here: Cell<bool>,
    /// An engine has spoken, so that one can be loaded: if the next cannot, its server is away for a while.
    spoke: Cell<bool>,
    /// What came before the page was mounted.
    early: RefCell<Vec<(Answer, Vec<f32>)>>,
    restarts: Cell<Restarts>,
    restart: RefCell<Option<Alarm>>,
    pulse: Cell<Pulse>,
    /// When the engine was heard last.
    heard_at: Cell<Timestamp>,
    /// Rings at each beat, from the first word of an engine on: before, its files may take their time.
    beat: RefCell<Option<Alarm>>,
    /// Every reply, where a demonstration records.
    replies: RefCell<Option<Vec<u8>>>,
    waiting: RefCell<Vec<Waiting>>,
}

/// Who asked for a recording.
type Waiting = Box<dyn FnOnce(Vec<u8>)>;

impl Host {
    /// No engine yet.
    pub(crate) fn new(first_call: Call) -> Self {
        let record = matches!(first_call, Call::Start { record: true, .. });
        Self(Rc::new(State {
            first_call,
            worker: RefCell::default(),
            live: Cell::default(),
            health: Cell::default(),
            here: Cell::new(false),
            spoke: Cell::new(false),
            early: RefCell::default(),
            restarts: Cell::default(),
            restart: RefCell::default(),
            pulse: Cell::default(),
            heard_at: Cell::new(clock::now().wall),
            beat: RefCell::default(),
            replies: RefCell::new(record.then(Vec::new)),
            waiting: RefCell::default(),
        }))
    }

    /// Starts an engine; what the page said to a former one must be said again.
    pub(crate) fn start_engine(&self) {
        let mut restarts = self.0.restarts.get();
        restarts.handle_start(clock::monotonic());
        self.0.restarts.set(restarts);
        let on_message = {
            let host = self.clone();
            move |bytes: Vec<u8>, floats| host.hear(&bytes, floats)
        };
        let on_error = {
            let host = self.clone();
            move |error| host.handle_error(&error)
        };
        let worker = if self.0.here.get() {
            Worker::start_engine_here(on_message, on_error)
        } else {
            Worker::start_engine(on_message, on_error)
        };
        match worker {
            Ok(worker) => {
                worker.post(encode(&self.0.first_call), None);
                // Answered as soon as it listens, also while the page is hidden: from then on it is watched.
                worker.post(encode(&Call::Ask), None);
                self.0.worker.replace(Some(worker));
            }
            Err(error) => self.handle_error(&error),
        }
    }

    /// Carries a request to the engine.
    pub(crate) fn send(&self, request: Request) {
        self.call(&Call::Request(request));
    }

    /// The page is mounted.
    pub(crate) fn show(&self, live: Live) {
        self.0.live.set(Some(live));
        self.tell(self.0.health.get());
        for (answer, floats) in self.0.early.take() {
            self.handle(answer, floats);
        }
    }

    /// Asks for the engine's last inputs.
    pub(crate) fn ask_recording(&self, answer: Waiting) {
        self.0.waiting.borrow_mut().push(answer);
        self.call(&Call::Recording);
    }

    /// `window.footfallRecording()`: the engine's inputs, and the replies that came of them.
    pub(crate) fn expose_recording(&self) {
        let host = self.clone();
        expose("footfallRecording", move |answer| {
            let state = Rc::clone(&host.0);
            host.ask_recording(Box::new(move |inputs| {
                let replies = state.replies.borrow().clone().unwrap_or_default();
                answer(vec![inputs, replies]);
            }));
        });
    }

    fn call(&self, call: &Call) {
        if let Some(worker) = &*self.0.worker.borrow() {
            worker.post(encode(call), None);
        }
    }

    fn hear(&self, bytes: &[u8], floats: Vec<f32>) {
        self.0.spoke.set(true);
        self.0.heard_at.set(self.now());
        self.feel_pulse();
        if let EngineHealth::Restarting(_) = self.0.health.get() {
            self.tell(EngineHealth::Restarted(self.now()));
        }
        match decode::<Answer>(bytes) {
            Ok(answer) if self.0.live.get().is_none() => {
                self.0.early.borrow_mut().push((answer, floats))
            }
            Ok(answer) => self.handle(answer, floats),
            Err(WireError::OtherBuild(build)) => {
                // The wasm is the page's own: only the script that starts it can have brought another.
                if !reload_once(&build) {
                    self.tell(EngineHealth::Stale(if self.0.here.get() {
                        "engine_here.js"
                    } else {
                        "engine_loader.js"
                    }));
                }
            }
            Err(WireError::Malformed(_)) => self.tell(EngineHealth::Failed),
        }
    }

    fn handle(&self, answer: Answer, floats: Vec<f32>) {
        match answer {
            Answer::Reply(reply) => {
                if let Some(replies) = self.0.replies.borrow_mut().as_mut() {
                    recording::append_reply(replies, &reply, &floats);
                }
                if let Some(live) = self.0.live.get() {
                    live.handle(reply, floats);
                }
            }
            Answer::OtherBuild(build) => spawn(load_build(build)),
            Answer::Lost => {
                self.end_engine();
                self.start_engine();
                self.introduce();
            }
            // That it was heard is all; the rest is for other tabs.
            Answer::Here | Answer::Refused | Answer::Testament(_) => {}
            Answer::Recording(inputs) => {
                for answer in self.0.waiting.take() {
                    answer(inputs.clone());
                }
            }
        }
    }

    fn end_engine(&self) {
        self.0.worker.replace(None);
        self.0.beat.replace(None);
    }

    fn handle_error(&self, error: &WorkerError) {
        self.end_engine();
        match error {
            // Nothing ends an engine on our own thread but the end of the page.
            WorkerError::Hangs if self.0.here.get() => self.tell(EngineHealth::Failed),
            WorkerError::Crashed(_) | WorkerError::Hangs => self.start_later(),
            WorkerError::NotLoaded(_) if self.0.spoke.get() => self.start_later(),
            WorkerError::Forbidden | WorkerError::NotLoaded(_) => {
                if self.0.here.replace(true) {
                    return self.tell(EngineHealth::Failed);
                }
                self.start_engine();
                self.introduce();
            }
        }
    }

    /// The engine was heard; from now on it is asked at every beat.
    fn feel_pulse(&self) {
        let mut pulse = self.0.pulse.get();
        pulse.handle_answer();
        self.0.pulse.set(pulse);
        if self.0.beat.borrow().is_none() {
            let host = self.clone();
            let beat = Alarm::new(move || host.handle_beat());
            beat.set(clock::monotonic().after(BEAT));
            self.0.beat.replace(Some(beat));
        }
    }

    fn handle_beat(&self) {
        let mut pulse = self.0.pulse.get();
        let hangs = pulse.handle_beat();
        self.0.pulse.set(pulse);
        if hangs {
            return self.handle_error(&WorkerError::Hangs);
        }
        self.call(&Call::Ask);
        if let Some(beat) = &*self.0.beat.borrow() {
            beat.set(clock::monotonic().after(BEAT));
        }
    }

    fn start_later(&self) {
        self.tell(EngineHealth::Restarting(self.0.heard_at.get()));
        let now = clock::monotonic();
        let mut restarts = self.0.restarts.get();
        let pause = restarts.handle_stop(now);
        self.0.restarts.set(restarts);
        let host = self.clone();
        let restart = Alarm::new(move || {
            host.start_engine();
            host.introduce();
        });
        restart.set(now.after(pause));
        self.0.restart.replace(Some(restart));
    }

    fn introduce(&self) {
        if let Some(live) = self.0.live.get() {
            live.introduce();
        }
    }

    /// As the page shows it.
    fn now(&self) -> Timestamp {
        match &self.0.first_call {
            Call::Start { clock, .. } => shell::now(*clock).wall,
            _ => clock::now().wall,
        }
    }

    fn tell(&self, health: EngineHealth) {
        self.0.health.set(health);
        if let Some(live) = self.0.live.get() {
            live.engine.set(health);
        }
    }
}

/// Another tab has that build: if it is the present one, the page loads it too, and both share an engine then.
async fn load_build(build: String) {
    // Its server is asked first, because a page that is loaded while that is away does not come back.
    if let Ok(Some(told)) = fetch::text("build.json").await
        && told.contains(&build)
    {
        reload_once(&build);
    }
}
