//! The engine's shell: runs behind a port, in a worker or on the page's own thread.

use footfall::browser::{self, port::Port};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::MessagePort;

fn main() {
    browser::panics_to_console();
}

/// Called once by `engine_loader.js` with the port to the page.
#[wasm_bindgen]
pub fn serve(port: MessagePort) {
    let answer = std::rc::Rc::new(std::cell::OnceCell::<Port>::new());
    let port = Port::open(port, {
        let answer = std::rc::Rc::clone(&answer);
        move |bytes, floats| {
            if let Some(port) = answer.get() {
                port.post(bytes, Some(floats));
            }
        }
    });
    // The engine lives as long as the worker: the cycle is wanted.
    let _first = answer.set(port);
}
