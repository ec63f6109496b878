//! What all tabs and workers of this origin that know its name hear: a block of bytes and at most one of numbers a message.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BroadcastChannel, MessageEvent};

use super::port::{self, Message};

/// One end. Dropping it closes it; what was posted is heard all the same.
pub struct Broadcast {
    channel: BroadcastChannel,
    // Kept alive as long as messages may come.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Broadcast {
    /// Joins those who know the name; nobody hears himself. `None`: the browser has no such channels here.
    pub fn open(name: &str, on_message: Box<dyn Fn(Vec<u8>, Vec<f32>)>) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let on_message = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
            if let Some(Message::Block(bytes, floats)) = port::unpack(&event.data()) {
                on_message(bytes, floats);
            }
        });
        channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self {
            channel,
            _on_message: on_message,
        })
    }

    /// Sends one message. Both blocks are copied for everybody who hears.
    pub fn post(&self, bytes: &[u8], floats: Option<&[f32]>) {
        // Fails only for what cannot be copied, or where it is closed.
        let _posted = self.channel.post_message(&port::blocks(bytes, floats));
    }
}

impl Drop for Broadcast {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
