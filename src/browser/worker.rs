//! Starts the engine in a dedicated worker, and is the page's end of the channel to it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    ErrorEvent, Event, MessageChannel, MessageEvent, MessagePort, WorkerOptions, WorkerType,
};

use super::port::{self, Message};

/// A running engine, in a worker or on the page's own thread. Dropping it ends it at once.
pub struct Worker {
    carrier: Carrier,
    early: Early,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

/// Where an engine runs. Both have the two members of a port that we use.
enum Carrier {
    Worker(web_sys::Worker),
    /// This end of a channel to the engine that `boot.js` loaded beside the page.
    Here(MessagePort),
}

/// What is wrong with a worker.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkerError {
    /// The browser allows none here: a policy, or a page without an origin.
    #[error("this page may not start a worker")]
    Forbidden,
    /// It never came so far as to listen: a file is missing, or a policy forbids it. The browser's words, often none.
    #[error("the engine's files could not be loaded: {0}")]
    NotLoaded(String),
    /// It was heard, and then never again.
    #[error("the engine hangs")]
    Hangs,
    /// It listened and then stopped by an error of its own.
    #[error("the engine stopped: {0}")]
    Crashed(String),
}

/// Messages posted before the worker listens; the browser would drop them while a module worker still loads its wasm.
/// `None` from then on.
type Early = Rc<RefCell<Option<Vec<(Vec<u8>, Option<Vec<f32>>)>>>>;

impl Worker {
    /// Starts the module worker `script` (an address relative to the page). `on_error` may be called more than once;
    /// after the first time nothing more is to be expected from this worker.
    ///
    /// # Errors
    /// [`WorkerError::Forbidden`] if the browser refuses at once.
    pub fn start(
        script: &str,
        on_message: impl FnMut(Vec<u8>, Vec<f32>) + 'static,
        mut on_error: impl FnMut(WorkerError) + 'static,
    ) -> Result<Self, WorkerError> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = web_sys::Worker::new_with_options(script, &options)
            .map_err(|_refusal| WorkerError::Forbidden)?;

        let early: Early = Rc::new(RefCell::new(Some(Vec::new())));
        let on_message = listen(as_port(&worker).clone(), &early, on_message);
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));

        let on_error = Closure::<dyn FnMut(_)>::new({
            let early = Rc::clone(&early);
            move |event: Event| {
                // A file that does not load gives a plain event without words.
                let words = event.dyn_ref().map(ErrorEvent::message).unwrap_or_default();
                let listened = early.borrow().is_none();
                on_error(if listened {
                    WorkerError::Crashed(words)
                } else {
                    WorkerError::NotLoaded(words)
                });
            }
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));

        Ok(Self {
            carrier: Carrier::Worker(worker),
            early,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Starts the engine of this very build on the page's own thread, for a page that may start no worker. It counts as
    /// exactly, but a hidden tab's timers are throttled, and drawing and receiving share one thread.
    pub fn start_engine_here(
        on_message: impl FnMut(Vec<u8>, Vec<f32>) + 'static,
        mut on_error: impl FnMut(WorkerError) + 'static,
    ) -> Result<Self, WorkerError> {
        let channel = MessageChannel::new().map_err(|_refusal| WorkerError::Forbidden)?;
        let early: Early = Rc::new(RefCell::new(Some(Vec::new())));
        let on_message = listen(channel.port1(), &early, on_message);
        channel
            .port1()
            .set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let on_error = Closure::<dyn FnMut(Event)>::new(move |reason: Event| {
            on_error(WorkerError::NotLoaded(
                js_sys::Object::from(JsValue::from(reason))
                    .to_string()
                    .into(),
            ));
        });
        let load: Function = Reflect::get(&js_sys::global(), &"footfallEngine".into())
            .ok()
            .and_then(|load| load.dyn_into().ok())
            .ok_or(WorkerError::Forbidden)?;
        let loaded: Promise = load
            .call2(
                &JsValue::UNDEFINED,
                &channel.port2(),
                &wasm_bindgen::module(),
            )
            .ok()
            .and_then(|promise| promise.dyn_into().ok())
            .ok_or(WorkerError::Forbidden)?;
        let catch: Function = on_error.as_ref().unchecked_ref::<Function>().clone();
        if let Ok(Ok(then)) =
            Reflect::get(&loaded, &"catch".into()).map(JsCast::dyn_into::<Function>)
        {
            // A promise's own method, called on that promise.
            let _promise = then.call1(&loaded, &catch);
        }
        Ok(Self {
            carrier: Carrier::Here(channel.port1()),
            early,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Starts the engine of this very build.
    ///
    /// # Errors
    /// As [`Worker::start`].
    pub fn start_engine(
        on_message: impl FnMut(Vec<u8>, Vec<f32>) + 'static,
        on_error: impl FnMut(WorkerError) + 'static,
    ) -> Result<Self, WorkerError> {
        let script = format!("{}/engine_loader.js", super::BUILD);
        let worker = Self::start(&script, on_message, on_error)?;
        // The wasm that we run ourselves, compiled already: loaded once for both.
        worker
            .port()
            .post_message(&wasm_bindgen::module())
            .map_err(|_refusal| WorkerError::Forbidden)?;
        Ok(worker)
    }

    /// Sends one message, as soon as the worker listens.
    pub fn post(&self, bytes: Vec<u8>, floats: Option<Vec<f32>>) {
        if let Some(waiting) = self.early.borrow_mut().as_mut() {
            return waiting.push((bytes, floats));
        }
        // Nothing is held meanwhile: Firefox stops a script wherever it is when the reader leaves the page, and its last events
        // still come here.
        port::post(self.port(), &bytes, floats.as_deref());
    }
}

impl Worker {
    fn port(&self) -> &MessagePort {
        match &self.carrier {
            Carrier::Worker(worker) => as_port(worker),
            Carrier::Here(port) => port,
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.port().set_onmessage(None);
        match &self.carrier {
            Carrier::Worker(worker) => {
                worker.set_onerror(None);
                worker.terminate();
            }
            // The engine beside us hears nothing more; the page is about to end with it.
            Carrier::Here(port) => port.close(),
        }
    }
}

/// Hears the other end; what was posted before it listened is posted when it does.
fn listen(
    port: MessagePort,
    early: &Early,
    mut on_message: impl FnMut(Vec<u8>, Vec<f32>) + 'static,
) -> Closure<dyn FnMut(MessageEvent)> {
    let early = Rc::clone(early);
    Closure::new(
        move |event: MessageEvent| match port::unpack(&event.data()) {
            Some(Message::Ready) => {
                let waiting = early.borrow_mut().take();
                for (bytes, floats) in waiting.into_iter().flatten() {
                    port::post(&port, &bytes, floats.as_deref());
                }
            }
            Some(Message::Block(bytes, floats)) => on_message(bytes, floats),
            None => {}
        },
    )
}

/// A worker has the two members of a port that we use.
fn as_port(worker: &web_sys::Worker) -> &MessagePort {
    let worker: &JsValue = worker;
    worker.unchecked_ref()
}
