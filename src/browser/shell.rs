//! Carries an engine: gives it bytes, time, storage and randomness, and does what it wants done.

mod tabs;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen_futures::spawn_local;

use super::port::Port;
use super::storage::{Storage, StorageError};
use super::timers::Alarm;
use super::websocket::Socket;
use super::{clock, fetch, random, zone};
use crate::engine::desk::{LoadDesk, NewDesk};
use crate::engine::recorder::{Recorder, SEGMENT};
use crate::engine::simulated::{LoadStage, Stage};
use crate::engine::wire::{Answer, Call, PageId, Request, decode, encode};
use crate::engine::{Engine, Input, LinkId, Output, SocketEvent, StoreFault, StoreId};
use crate::ordered::OrderedMap;
use crate::secret::Secret;
use crate::snapshot::Record;
use crate::time::{DemoClock, Now};
use tabs::Tabs;

/// What an engine seldom needs, and is loaded when it does.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// The simulated site.
    pub mall: LoadStage,
    /// What looks at messages and publishes some.
    pub desk: LoadDesk,
}

/// Serves the page at the other end of the port, for as long as this worker (or page) lives.
pub fn serve(port: web_sys::MessagePort, parts: Parts) {
    // It lives as long as the worker.
    let shell: &'static Shell = Box::leak(Box::default());
    let open = Port::open(port, |bytes, _floats| shell.hear(PAGE, &bytes));
    let alarm = Alarm::new(|| shell.feed(Input::TimerFired));
    // Set once, here.
    let _set = (
        shell.port.set(open),
        shell.alarm.set(alarm),
        shell.parts.set(parts),
    );
}

#[derive(Default)]
struct Shell {
    engine: RefCell<Engine>,
    /// Inputs that came while the engine was at work; a browser may tell a socket's failure from within `open`.
    waiting: RefCell<Vec<Input>>,
    port: OnceCell<Port>,
    alarm: OnceCell<Alarm>,
    sockets: RefCell<OrderedMap<LinkId, Socket>>,
    storage: RefCell<Option<Rc<Storage>>>,
    clock: Cell<Option<DemoClock>>,
    recorder: RefCell<Recorder>,
    /// A demonstration wants all of its recording, so that nobody else's inputs may be in it.
    records_all: Cell<bool>,
    parts: OnceCell<Parts>,
    /// Loaded, and not given to the engine yet.
    stage: Cell<Option<Stage>>,
    desk: Cell<Option<NewDesk>>,
    tabs: Tabs,
}

/// The page at the other end of the port; those of other tabs have numbers from 1 on.
const PAGE: PageId = PageId(0);

/// Offsets are asked for a span in which counts are kept, and one in which a wall stands.
const ZONE_PAST: Duration = Duration::from_secs(500 * 86_400);
const ZONE_FUTURE: Duration = Duration::from_secs(3 * 366 * 86_400);

/// Where all of a demonstration is wanted: its day has about a tenth of it.
const WHOLE_DAY: usize = 256 << 20;

impl Shell {
    /// What a page says, ours or another tab's.
    fn hear(&'static self, page: PageId, bytes: &[u8]) {
        match decode(bytes) {
            Ok(Call::Start {
                store,
                clock,
                record,
            }) => {
                if page == PAGE {
                    self.clock.set(clock);
                    self.records_all.set(record);
                    self.join(bytes, store);
                }
            }
            Ok(Call::Request(request)) => match self.leader().filter(|_| page == PAGE) {
                Some(leader) => leader.post(bytes, None),
                None => self.ask_engine(page, request),
            },
            Ok(Call::Recording) => match self.leader().filter(|_| page == PAGE) {
                Some(leader) => leader.post(bytes, None),
                None => {
                    let recording = self.recorder.borrow().recording();
                    self.answer(page, &Answer::Recording(recording), None);
                }
            },
            // An engine that trapped is still held by what trapped: it answers no more.
            Ok(Call::Ask) if self.engine.try_borrow_mut().is_ok() => {
                self.answer(page, &Answer::Here, None);
            }
            Ok(Call::Ask) => {}
            // A page of another build reads from any answer that we are not of its build.
            Err(_) => self.answer(page, &Answer::Recording(Vec::new()), None),
        }
    }

    fn ask_engine(&'static self, page: PageId, request: Request) {
        match request {
            Request::Simulate => self.simulate(page),
            Request::Desk(_) => self.load_desk(Some(Input::Page(page, request))),
            _ => self.feed(Input::Page(page, request)),
        }
    }

    /// The page has loaded the same before it asked, so this comes from the browser's cache.
    fn simulate(&'static self, page: PageId) {
        let Some(parts) = self.parts.get() else {
            return;
        };
        let loaded = (parts.mall)();
        spawn_local(async move {
            if let Some(stage) = loaded.await {
                self.stage.set(Some(stage));
                self.feed_soon(Input::Page(page, Request::Simulate));
            }
        });
    }

    /// For what a page asks: from the cache, as above, because the settings are cut from the same. Where it cannot be loaded, who
    /// wants it asks again.
    fn load_desk(&'static self, asked: Option<Input>) {
        let Some(parts) = self.parts.get() else {
            return;
        };
        let loaded = (parts.desk)();
        spawn_local(async move {
            if let Some(desk) = loaded.await {
                self.desk.set(Some(desk));
                // Who publishes looks at it four times a second.
                let sockets = self.sockets.borrow();
                let buffered = sockets
                    .iter()
                    .map(|(link, socket)| Input::Buffered(*link, socket.buffered()));
                self.waiting.borrow_mut().extend(buffered);
                drop(sockets);
                self.feed_soon(asked.unwrap_or(Input::Loaded));
            }
        });
    }

    /// An engine begins that knows nothing.
    fn begin(&'static self) {
        let limit = if self.records_all.get() {
            WHOLE_DAY
        } else {
            SEGMENT
        };
        self.recorder.replace(Recorder::new(limit));
        self.feed(Input::Started {
            seed: random::seed(),
            speed: self.clock.get().map_or(1, |clock| clock.speed),
        });
    }

    async fn restore(&self, name: &str) -> Result<Vec<Record>, StoreFault> {
        let storage = Storage::open(name).await.map_err(fault)?;
        let records = storage.load_all().await.map_err(fault)?;
        self.storage.replace(Some(Rc::new(storage)));
        Ok(records
            .into_iter()
            .map(|(key, bytes)| Record { key, bytes })
            .collect())
    }

    /// Feeds one input and does what the engine wants done.
    fn feed(&'static self, input: Input) {
        if !self.is_engine_ours() {
            return;
        }
        self.waiting.borrow_mut().push(input);
        if !self.is_in_doubt() {
            self.work_off();
        }
    }

    /// As [`Shell::feed`], once nothing else is at work: the way in for what ends in a future. A worker of Firefox runs what
    /// was promised from within `new WebSocket`; futures that were entered again from there would never go on.
    fn feed_soon(&self, input: Input) {
        if self.is_engine_ours() {
            self.waiting.borrow_mut().push(input);
            self.work_off_soon();
        }
    }

    /// The engine says then when it really wants to be woken.
    fn work_off_soon(&self) {
        if let Some(alarm) = self.alarm.get() {
            alarm.set(clock::monotonic());
        }
    }

    fn work_off(&'static self) {
        let Ok(mut engine) = self.engine.try_borrow_mut() else {
            return;
        };
        let mut has_new_testament = false;
        while let Some(input) = self.next_waiting() {
            if let Some(stage) = self.stage.take() {
                engine.know_stage(stage);
            }
            if let Some(desk) = self.desk.take() {
                engine.know_desk(desk);
            }
            let now = self.now();
            self.recorder.borrow_mut().note(&input, now, &engine);
            has_new_testament |= is_for_testament(&input);
            engine.handle(input, now);
            while let Some(output) = engine.poll_output() {
                self.carry_out(output);
            }
        }
        drop(engine);
        if has_new_testament {
            self.bequeath();
        }
    }

    fn next_waiting(&self) -> Option<Input> {
        let mut waiting = self.waiting.borrow_mut();
        (!waiting.is_empty()).then(|| waiting.remove(0))
    }

    fn now(&self) -> Now {
        now(self.clock.get())
    }

    fn carry_out(&'static self, output: Output) {
        match output {
            Output::Reply(page, reply, floats) => {
                let floats = (!floats.is_empty()).then_some(floats.as_slice());
                self.answer(page, &Answer::Reply(reply), floats);
            }
            Output::OpenSocket {
                link,
                url,
                subprotocol,
            } => self.open_socket(link, &url, subprotocol),
            Output::Send(link, bytes) => {
                if let Some(socket) = self.sockets.borrow().get(&link) {
                    socket.send(&bytes);
                }
            }
            Output::CloseSocket(link) => self.close_socket(link),
            Output::WakeAt(at) => {
                if let Some(alarm) = self.alarm.get() {
                    alarm.set(at);
                }
            }
            Output::Store(id, records) => {
                self.recorder.borrow_mut().note_store(&records);
                self.store(id, records);
            }
            Output::Load => self.load_desk(None),
            Output::Post(id, address, text) => {
                let posted = fetch::post(&address, &text);
                spawn_local(async move { self.feed_soon(Input::Posted(id, posted.await)) });
            }
            Output::Zone(name) => {
                let wall = self.now().wall;
                let asked = if name.is_empty() {
                    zone::local().unwrap_or_default()
                } else {
                    name.clone()
                };
                let offsets =
                    zone::offsets(&asked, wall.before(ZONE_PAST), wall.after(ZONE_FUTURE)).ok();
                self.feed(Input::Zone(name, offsets));
            }
        }
    }

    fn open_socket(&'static self, link: LinkId, url: &Secret<String>, subprotocol: &str) {
        self.close_socket(link);
        match Socket::open(url, subprotocol, move |event| {
            self.feed(Input::Socket(link, event))
        }) {
            Ok(socket) => {
                self.sockets.borrow_mut().insert(link, socket);
            }
            Err(error) => self.feed(Input::Socket(link, SocketEvent::Failed(error))),
        }
    }

    fn close_socket(&self, link: LinkId) {
        let former = self.sockets.borrow_mut().remove(&link);
        // Others may look at the rest while it closes.
        drop(former);
    }

    fn store(&'static self, id: StoreId, records: Vec<Record>) {
        spawn_local(async move {
            // An input that took long: the others may have taken the engine meanwhile, and write what they know.
            if self.has_lapsed() && !self.still_leads().await {
                return;
            }
            let outcome = self.write(records).await;
            self.feed_soon(Input::Stored(id, outcome.map_err(fault)));
        });
    }

    /// A record without bytes is deleted.
    async fn write(&self, records: Vec<Record>) -> Result<(), StorageError> {
        let (puts, deletes): (Vec<_>, Vec<_>) = records
            .into_iter()
            .partition(|record| !record.bytes.is_empty());
        let put = |record: Record| (record.key, record.bytes);
        let puts: Vec<_> = puts.into_iter().map(put).collect();
        let deletes: Vec<_> = deletes.into_iter().map(|record| record.key).collect();
        let storage = self.storage.borrow().clone();
        let storage = storage.ok_or(StorageError::Unavailable)?;
        match storage.write(&puts, &deletes).await {
            Err(StorageError::Closed) => {
                let storage = Rc::new(storage.open_again().await?);
                self.storage.replace(Some(Rc::clone(&storage)));
                storage.write(&puts, &deletes).await
            }
            outcome => outcome,
        }
    }

    fn answer(&self, page: PageId, answer: &Answer, floats: Option<&[f32]>) {
        let bytes = encode(answer);
        if page != PAGE {
            if let Some(follower) = self.follower(page) {
                follower.post(&bytes, floats);
            }
        } else if let Some(port) = self.port.get() {
            port.post(&bytes, floats);
        }
    }
}

/// Whether it may change what our followers are to go on with.
const fn is_for_testament(input: &Input) -> bool {
    matches!(
        input,
        Input::Page(
            _,
            Request::Hello { .. }
                | Request::Save(_)
                | Request::Delete(_)
                | Request::Connect(_)
                | Request::Disconnect(_)
        )
    )
}

/// What a person can do something about.
const fn fault(error: StorageError) -> StoreFault {
    match error {
        StorageError::Full => StoreFault::Full,
        StorageError::Unavailable | StorageError::Closed | StorageError::Refused => {
            StoreFault::Refused
        }
    }
}

/// Both clocks, the wall as a demonstration's clock scales it: the page and its engine show the same time.
pub fn now(demo: Option<DemoClock>) -> Now {
    let real = clock::now();
    match demo {
        Some(demo) => Now {
            wall: demo.wall(real.wall),
            ..real
        },
        None => real,
    }
}
