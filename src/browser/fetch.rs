//! Reads a small file from beside the page.

use std::pin::Pin;

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestInit, Response};

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
    let options = RequestInit::new();
    options.set_cache(RequestCache::NoStore);
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
