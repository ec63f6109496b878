//! Starts the engine in a dedicated worker, and is the page's end of the channel to it.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, Event, MessageEvent, MessagePort, WorkerOptions, WorkerType};

use super::port::{self, Message};

/// A running engine. Dropping it ends it at once.
pub struct Worker {
    worker: web_sys::Worker,
    early: Early,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
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
        mut on_message: impl FnMut(Vec<u8>, Vec<f32>) + 'static,
        mut on_error: impl FnMut(WorkerError) + 'static,
    ) -> Result<Self, WorkerError> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = web_sys::Worker::new_with_options(script, &options)
            .map_err(|_refusal| WorkerError::Forbidden)?;

        let early: Early = Rc::new(RefCell::new(Some(Vec::new())));
        let on_message = Closure::<dyn FnMut(_)>::new({
            let (early, worker) = (Rc::clone(&early), worker.clone());
            move |event: MessageEvent| match port::unpack(&event.data()) {
                Some(Message::Ready) => {
                    let waiting = early.borrow_mut().take();
                    for (bytes, floats) in waiting.into_iter().flatten() {
                        port::post(as_port(&worker), &bytes, floats.as_deref());
                    }
                }
                Some(Message::Block(bytes, floats)) => on_message(bytes, floats),
                None => {}
            }
        });
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
            worker,
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
        Self::start(
            &format!("{}/engine_loader.js", super::BUILD),
            on_message,
            on_error,
        )
    }

    /// Sends one message, as soon as the worker listens.
    pub fn post(&self, bytes: Vec<u8>, floats: Option<Vec<f32>>) {
        match self.early.borrow_mut().as_mut() {
            Some(waiting) => waiting.push((bytes, floats)),
            None => port::post(as_port(&self.worker), &bytes, floats.as_deref()),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// A worker has the two members of a port that we use.
fn as_port(worker: &web_sys::Worker) -> &MessagePort {
    let worker: &JsValue = worker;
    worker.unchecked_ref()
}
