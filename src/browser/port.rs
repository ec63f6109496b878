//! One end of the channel between page and engine: a block of bytes and at most one block of numbers a message.
//!
//! The engine's end is a [`MessagePort`]: in a worker the worker's own global scope, which has the same two members, and
//! on the page's thread (where workers are forbidden) one end of a `MessageChannel`.

use js_sys::{Array, Float32Array, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, MessagePort};

/// The engine's end.
pub struct Port {
    port: MessagePort,
    // Kept alive as long as messages may come.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Port {
    /// Listens on `port` and says to the other end that we do.
    pub fn open(
        port: MessagePort,
        mut on_message: impl FnMut(Vec<u8>, Vec<f32>) + 'static,
    ) -> Self {
        let on_message = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
            if let Some(Message::Block(bytes, floats)) = unpack(&event.data()) {
                on_message(bytes, floats);
            }
        });
        port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        post_array(&port, &Array::new());
        Self {
            port,
            _on_message: on_message,
        }
    }

    /// Sends one message. Both blocks leave wasm by one copy and are handed over without another.
    pub fn post(&self, bytes: &[u8], floats: Option<&[f32]>) {
        post(&self.port, bytes, floats);
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
    }
}

/// What one end hears from the other.
pub(super) enum Message {
    /// The other end listens.
    Ready,
    /// Bytes and numbers.
    Block(Vec<u8>, Vec<f32>),
}

/// `None` for what neither end sends.
pub(super) fn unpack(message: &JsValue) -> Option<Message> {
    let blocks: &Array = message.dyn_ref()?;
    if blocks.length() == 0 {
        return Some(Message::Ready);
    }
    let bytes: Uint8Array = blocks.get(0).dyn_into().ok()?;
    let floats: Option<Float32Array> = blocks.get(1).dyn_into().ok();
    Some(Message::Block(
        bytes.to_vec(),
        floats.map(|floats| floats.to_vec()).unwrap_or_default(),
    ))
}

pub(super) fn post(port: &MessagePort, bytes: &[u8], floats: Option<&[f32]>) {
    post_array(port, &blocks(bytes, floats));
}

/// A message as [`unpack`] reads it.
pub(super) fn blocks(bytes: &[u8], floats: Option<&[f32]>) -> Array {
    let blocks = Array::of1(&Uint8Array::from(bytes));
    if let Some(floats) = floats {
        blocks.push(&Float32Array::from(floats));
    }
    blocks
}

fn post_array(port: &MessagePort, blocks: &Array) {
    let transfer: Array = blocks
        .iter()
        .map(|block| block.unchecked_into::<Uint8Array>().buffer())
        .collect();
    // Fails only for what cannot be cloned or was transferred before; these arrays were made just now.
    let posted = port.post_message_with_transferable(blocks, &transfer);
    debug_assert!(posted.is_ok(), "a fresh array can always be transferred");
}
