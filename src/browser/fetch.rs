//! Reads a small file from beside the page; posts a text to an address.

use std::pin::Pin;

use js_sys::{Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response, Window};

use crate::secret::Secret;

/// Why a file was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The host did not answer, or a policy forbids to ask it.
    #[error("the host does not answer")]
    NoAnswer,
    /// The host answered with this HTTP status.
    #[error("the host answered {0}")]
    Status(u16),
}

/// The text at an address relative to the page, never from a cache; `None` if there is no such file. The host is asked
/// at once, not when the answer is waited for.
///
/// # Errors
/// [`FetchError`].
pub fn text(address: &str) -> Pin<Box<dyn Future<Output = Result<Option<String>, FetchError>>>> {
    let options = options(&[("cache", "no-store")]);
    let asked = web_sys::window()
        .map(|window| JsFuture::from(window.fetch_with_str_and_init(address, &options)));
    Box::pin(async move { read(asked.ok_or(FetchError::NoAnswer)?).await })
}

async fn read(asked: JsFuture) -> Result<Option<String>, FetchError> {
    let response = asked.await.map_err(|_refusal| FetchError::NoAnswer)?;
    let response: Response = response.dyn_into().map_err(|_never| FetchError::NoAnswer)?;
    match response.status() {
        404 | 410 => Ok(None),
        200 => {
            let text = response.text().map_err(|_used| FetchError::NoAnswer)?;
            let text = JsFuture::from(text)
                .await
                .map_err(|_cut| FetchError::NoAnswer)?;
            Ok(text.as_string())
        }
        status => Err(FetchError::Status(status)),
    }
}

/// Posts a text to an address, from a page or a worker. Returns whether it was taken: of a server that does not let pages of
/// another origin read its answers, only that it answered.
pub fn post(address: &Secret<String>, text: &str) -> Pin<Box<dyn Future<Output = bool>>> {
    let options = options(&[("method", "POST"), ("mode", "no-cors"), ("body", text)]);
    // What a worker has in its place fetches by the same name.
    let global: Window = js_sys::global().unchecked_into();
    let asked = JsFuture::from(global.fetch_with_str_and_init(address.reveal(), &options));
    Box::pin(async move {
        let answer = asked.await.ok().and_then(|answer| answer.dyn_into().ok());
        answer.is_some_and(|answer: Response| matches!(answer.status(), OPAQUE | 200..300))
    })
}

/// The status of an answer that the page may not read.
const OPAQUE: u16 = 0;

/// By name, because each that is known to the compiler is some bytes more of what every page loads.
pub(super) fn options(values: &[(&str, &str)]) -> RequestInit {
    let options = Object::new();
    for (name, value) in values {
        // Fails only for an object that is sealed.
        let _set = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    options.unchecked_into()
}
