//! The worker: an engine behind a port.

use footfall::browser::{self, shell};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::MessagePort;

fn main() {
    browser::panics_to_console();
}

/// Called once by `engine_loader.js` (or, where workers are forbidden, by `boot.js`) with the port to the page.
#[wasm_bindgen]
pub fn serve(port: MessagePort) {
    shell::serve(port);
}
