//! Reads the file that a person chose.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;

/// Gives the name and text of the file chosen in `input`, or `None` where it cannot be read or is larger than a
/// configuration can be. Not called if no file is chosen. The same file can be chosen again afterwards.
pub fn read_chosen(input: &HtmlInputElement, done: impl FnOnce(String, Option<String>) + 'static) {
    let Some(file) = input.files().and_then(|files| files.get(0)) else {
        return;
    };
    input.set_value("");
    spawn_local(async move {
        let name = file.name();
        let text = if file.size() > LARGEST {
            None
        } else {
            // `text` is of the Blob that a File is.
            let blob: &web_sys::Blob = file.unchecked_ref();
            JsFuture::from(blob.text())
                .await
                .ok()
                .and_then(|text| text.as_string())
        };
        done(name, text);
    });
}

/// Bytes. A configuration of a thousand doors has a tenth of it.
const LARGEST: f64 = 4_000_000.0;
