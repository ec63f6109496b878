//! In place of the crate of this name: what `server_fn` asks of it, and no stream.
//!
//! Leptos always brings `server_fn`, and with it three JavaScript classes that no linker may leave out, because a script
//! could ask for them: 4 KB of what every page loads. This page calls no server function; if ever it does, the body of
//! that call is an error that says so.

use futures_util::stream::{Stream, once};
use std::future::ready;
use wasm_bindgen::{JsCast, JsValue};

/// The body of a request or an answer.
#[derive(Debug)]
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// Keeps the stream of the browser.
    pub const fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// The stream is dropped: a request without a body.
    pub fn from_stream<S>(_stream: S) -> Self {
        Self(JsValue::NULL.unchecked_into())
    }

    /// What was kept.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// One error.
    pub fn into_stream(self) -> impl Stream<Item = Result<JsValue, JsValue>> {
        once(ready(Err("this page is built without streams".into())))
    }
}
