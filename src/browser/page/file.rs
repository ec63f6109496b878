//! Reads the file that a person chose, and saves one.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlInputElement, Url};

use super::window;

/// Gives the text of the file chosen in `input`, or `None` where it cannot be read or is larger than a configuration can
/// be. Not called if no file is chosen. The same file can be chosen again afterwards.
pub fn read_chosen(input: &HtmlInputElement, done: impl FnOnce(Option<String>) + 'static) {
    let Some(file) = input.files().and_then(|files| files.get(0)) else {
        return;
    };
    input.set_value("");
    spawn_local(async move {
        let text = if file.size() > LARGEST {
            None
        } else {
            // `text` is of the Blob that a File is.
            let blob: &Blob = file.unchecked_ref();
            JsFuture::from(blob.text())
                .await
                .ok()
                .and_then(|text| text.as_string())
        };
        done(text);
    });
}

/// Saves a text where the reader's downloads go.
pub fn save(name: &str, text: &str) {
    save_part(name, "application/json", &text.into());
}

/// Saves bytes where the reader's downloads go.
pub fn save_bytes(name: &str, bytes: &[u8]) {
    let bytes = js_sys::Uint8Array::from(bytes);
    save_part(name, "application/octet-stream", &bytes.into());
}

fn save_part(name: &str, kind: &str, part: &JsValue) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(part);
    let Some(document) = window().and_then(|window| window.document()) else {
        return;
    };
    let saved = || {
        let blob = Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
        let address = Url::create_object_url_with_blob(&blob).ok()?;
        let link: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
        link.set_href(&address);
        link.set_download(name);
        link.click();
        // The download has its own hold on the blob.
        Url::revoke_object_url(&address).ok()
    };
    let _saved = saved();
}

/// Bytes. A configuration of a thousand doors has a tenth of it.
const LARGEST: f64 = 4_000_000.0;
