//! Turns a browser's WebSocket into bytes in, bytes out, and the three ways in which it is not open.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

pub use crate::engine::SocketEvent;
use crate::link::SocketError;
use crate::secret::Secret;

/// A WebSocket. Dropping it closes it, and its last events are not heard.
pub struct Socket {
    socket: WebSocket,
    _listeners: [Listener; 4],
}

type Listener = Closure<dyn FnMut(JsValue)>;

impl Socket {
    /// Opens the address and offers exactly one subprotocol: with several, some brokers answer with all of them, which a
    /// browser must refuse; with none, some open and never speak.
    ///
    /// # Errors
    /// [`SocketError::RefusedByConstructor`] for a bad address, or one that this page may not open.
    pub fn open(
        url: &Secret<String>,
        subprotocol: &str,
        on_event: impl FnMut(SocketEvent) + 'static,
    ) -> Result<Self, SocketError> {
        let socket = WebSocket::new_with_str(url.reveal(), subprotocol)
            .map_err(|_refusal| SocketError::RefusedByConstructor)?;
        socket.set_binary_type(BinaryType::Arraybuffer);

        let tell: Rc<RefCell<dyn FnMut(SocketEvent)>> = Rc::new(RefCell::new(on_event));
        let opened = Rc::new(Cell::new(false));
        let silence: Rc<RefCell<Option<Timeout>>> = Rc::default();

        let on_open = listener({
            let (tell, opened) = (Rc::clone(&tell), Rc::clone(&opened));
            move |_event| {
                opened.set(true);
                (tell.borrow_mut())(SocketEvent::Opened);
            }
        });
        let on_message = listener({
            let tell = Rc::clone(&tell);
            move |event| {
                let content = event.unchecked_ref::<MessageEvent>().data();
                let event = match content.dyn_into::<ArrayBuffer>() {
                    Ok(buffer) => SocketEvent::Bytes(Uint8Array::new(&buffer).to_vec()),
                    Err(_text) => SocketEvent::TextFrame,
                };
                (tell.borrow_mut())(event);
            }
        });
        let on_error = listener({
            let (tell, silence) = (Rc::clone(&tell), Rc::clone(&silence));
            move |_event| {
                let tell = Rc::clone(&tell);
                let policy = move || (tell.borrow_mut())(SocketEvent::Failed(SocketError::Policy));
                silence.replace(Some(Timeout::new(CLOSE_FOLLOWS_WITHIN_MS, policy)));
            }
        });
        let on_close = listener(move |event| {
            silence.replace(None);
            let event = event.unchecked_ref::<CloseEvent>();
            (tell.borrow_mut())(if opened.get() {
                SocketEvent::Closed {
                    code: event.code(),
                    clean: event.was_clean(),
                }
            } else {
                SocketEvent::Failed(SocketError::BeforeOpen)
            });
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Ok(Self {
            socket,
            _listeners: [on_open, on_message, on_error, on_close],
        })
    }

    /// How many bytes have not left the browser.
    pub fn buffered(&self) -> u32 {
        self.socket.buffered_amount()
    }

    /// Sends one binary frame. On a socket that is not open the bytes are lost, as they are in the network.
    pub fn send(&self, bytes: &[u8]) {
        // Throws only while it still opens; what closed in between is told by its event.
        let _lost = self.socket.send_with_u8_array(bytes);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onerror(None);
        self.socket.set_onclose(None);
        // Throws only for a bad code or reason, and has neither.
        let _closed = self.socket.close();
    }
}

fn listener(listen: impl FnMut(JsValue) + 'static) -> Listener {
    Closure::new(listen)
}

/// A socket that a content security policy forbids says `error` and never `close`; every other failure says both, in one
/// turn of the event loop. The pause leaves room for a busy thread.
const CLOSE_FOLLOWS_WITHIN_MS: u32 = 250;
