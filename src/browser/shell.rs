//! Carries an engine: gives it bytes, time, storage and randomness, and does what it wants done.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen_futures::spawn_local;

use super::lock::{self, LockError};
use super::port::Port;
use super::storage::Storage;
use super::timers::Alarm;
use super::websocket::Socket;
use super::{clock, random, zone};
use crate::engine::desk::LoadDesk;
use crate::engine::recorder::{Recorder, SEGMENT};
use crate::engine::wire::{Answer, Call, PageId, Request, decode, encode};
use crate::engine::{Engine, Input, LinkId, Output, SocketEvent, StoreFault, StoreId};
use crate::ordered::OrderedMap;
use crate::secret::Secret;
use crate::simulation::LoadMall;
use crate::snapshot::Record;
use crate::time::{DemoClock, Now};

/// What an engine seldom needs, and is loaded when it does.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// The simulated site.
    pub mall: LoadMall,
    /// What looks at messages and publishes some.
    pub desk: LoadDesk,
}

/// Serves the page at the other end of the port, for as long as this worker (or page) lives.
pub fn serve(port: web_sys::MessagePort, parts: Parts) {
    let shell = Rc::new(Shell::default());
    let open = Port::open(port, {
        let shell = Rc::clone(&shell);
        move |bytes, _floats| shell.hear(&bytes, parts)
    });
    let alarm = Alarm::new({
        let shell = Rc::clone(&shell);
        move || shell.feed(Input::TimerFired)
    });
    // Set once, here. Shell, port and alarm hold each other for as long as the worker lives: the cycle is wanted.
    let _set = (shell.port.set(open), shell.alarm.set(alarm));
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
}

/// A port has one page at its other end.
const PAGE: PageId = PageId(0);

/// A tab that reloads frees its store within this time.
const LOCK_PATIENCE_MS: u32 = 2_000;

/// Offsets are asked for a span in which counts are kept, and one in which a wall stands.
const ZONE_PAST: Duration = Duration::from_secs(500 * 86_400);
const ZONE_FUTURE: Duration = Duration::from_secs(3 * 366 * 86_400);

/// Where all of a demonstration is wanted: its day has about a tenth of it.
const WHOLE_DAY: usize = 256 << 20;

impl Shell {
    fn hear(self: &Rc<Self>, bytes: &[u8], parts: Parts) {
        match decode(bytes) {
            Ok(Call::Start {
                store,
                clock,
                record,
            }) => self.start(store, clock, record),
            Ok(Call::Request(Request::Simulate)) => self.simulate(parts.mall),
            Ok(Call::Request(Request::Desk(request))) => self.ask_desk(parts.desk, request),
            Ok(Call::Request(request)) => self.feed(Input::Page(PAGE, request)),
            Ok(Call::Recording) => {
                let recording = self.recorder.borrow().recording();
                self.answer(&Answer::Recording(recording), None);
            }
            // An engine that trapped is still held by what trapped: it answers no more.
            Ok(Call::Ask) if self.engine.try_borrow_mut().is_ok() => {
                self.answer(&Answer::Here, None);
            }
            Ok(Call::Ask) => {}
            // A page of another build reads from any answer that we are not of its build.
            Err(_) => self.answer(&Answer::Recording(Vec::new()), None),
        }
    }

    /// The page has loaded the same before it asked, so this comes from the browser's cache.
    fn simulate(self: &Rc<Self>, load_mall: LoadMall) {
        let shell = Rc::clone(self);
        spawn_local(async move {
            if let Some(mall) = load_mall().await {
                shell.engine.borrow_mut().know_mall(mall);
                shell.feed(Input::Page(PAGE, Request::Simulate));
            }
        });
    }

    /// From the cache, as above: the settings are cut from the same.
    fn ask_desk(self: &Rc<Self>, load_desk: LoadDesk, request: Vec<u8>) {
        let shell = Rc::clone(self);
        spawn_local(async move {
            if let Some(desk) = load_desk().await {
                shell.engine.borrow_mut().know_desk(desk);
                shell.feed(Input::Page(PAGE, Request::Desk(request)));
            }
        });
    }

    fn start(self: &Rc<Self>, store: Option<String>, clock: Option<DemoClock>, record: bool) {
        self.clock.set(clock);
        let limit = if record { WHOLE_DAY } else { SEGMENT };
        self.recorder.replace(Recorder::new(limit));
        self.feed(Input::Started {
            seed: random::seed(),
            speed: clock.map_or(1, |clock| clock.speed),
        });
        let shell = Rc::clone(self);
        spawn_local(async move {
            let restored = shell.restore(store).await;
            shell.feed(Input::Restored(restored));
        });
    }

    async fn restore(&self, store: Option<String>) -> Result<Vec<Record>, StoreFault> {
        let name = store.ok_or(StoreFault::Refused)?;
        lock::hold(&name, LOCK_PATIENCE_MS)
            .await
            .map_err(|error| match error {
                LockError::Held => StoreFault::HeldElsewhere,
                LockError::Missing => StoreFault::Refused,
            })?;
        let storage = Storage::open(&name)
            .await
            .map_err(|_refusal| StoreFault::Refused)?;
        let records = storage
            .load_all()
            .await
            .map_err(|_refusal| StoreFault::Refused)?;
        self.storage.replace(Some(Rc::new(storage)));
        Ok(records
            .into_iter()
            .map(|(key, bytes)| Record { key, bytes })
            .collect())
    }

    /// Feeds one input and does what the engine wants done.
    fn feed(self: &Rc<Self>, input: Input) {
        self.waiting.borrow_mut().push(input);
        let Ok(mut engine) = self.engine.try_borrow_mut() else {
            return;
        };
        while let Some(input) = self.next_waiting() {
            let now = self.now();
            self.recorder.borrow_mut().note(&input, now, &engine);
            engine.handle(input, now);
            while let Some(output) = engine.poll_output() {
                self.carry_out(output);
            }
        }
    }

    fn next_waiting(&self) -> Option<Input> {
        let mut waiting = self.waiting.borrow_mut();
        (!waiting.is_empty()).then(|| waiting.remove(0))
    }

    fn now(&self) -> Now {
        now(self.clock.get())
    }

    fn carry_out(self: &Rc<Self>, output: Output) {
        match output {
            Output::Reply(_page, reply, floats) => {
                self.answer(
                    &Answer::Reply(reply),
                    (!floats.is_empty()).then_some(floats),
                );
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
            Output::CloseSocket(link) => {
                self.sockets.borrow_mut().remove(&link);
            }
            Output::WakeAt(at) => {
                if let Some(alarm) = self.alarm.get() {
                    alarm.set(at);
                }
            }
            Output::Store(id, records) => {
                self.recorder.borrow_mut().note_store(&records);
                self.store(id, records);
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

    fn open_socket(self: &Rc<Self>, link: LinkId, url: &Secret<String>, subprotocol: &str) {
        self.sockets.borrow_mut().remove(&link);
        let shell = Rc::clone(self);
        match Socket::open(url, subprotocol, move |event| {
            shell.feed(Input::Socket(link, event))
        }) {
            Ok(socket) => {
                self.sockets.borrow_mut().insert(link, socket);
            }
            Err(error) => self.feed(Input::Socket(link, SocketEvent::Failed(error))),
        }
    }

    fn store(self: &Rc<Self>, id: StoreId, records: Vec<Record>) {
        let shell = Rc::clone(self);
        let storage = self.storage.borrow().clone();
        spawn_local(async move {
            let outcome = match storage {
                Some(storage) => write(&storage, records).await,
                None => Err(StoreFault::Refused),
            };
            shell.feed(Input::Stored(id, outcome));
        });
    }

    fn answer(&self, answer: &Answer, floats: Option<Vec<f32>>) {
        if let Some(port) = self.port.get() {
            port.post(encode(answer), floats);
        }
    }
}

/// A record without bytes is deleted.
async fn write(storage: &Storage, records: Vec<Record>) -> Result<(), StoreFault> {
    let (puts, deletes): (Vec<_>, Vec<_>) = records
        .into_iter()
        .partition(|record| !record.bytes.is_empty());
    let puts: Vec<_> = puts
        .into_iter()
        .map(|record| (record.key, record.bytes))
        .collect();
    let deletes: Vec<_> = deletes.into_iter().map(|record| record.key).collect();
    storage
        .write(&puts, &deletes)
        .await
        .map_err(|_refusal| StoreFault::Refused)
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
