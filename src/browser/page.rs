//! What only a page has: a document, frames, a reader with wishes. No module here may be used in a worker.

pub mod bell;
pub mod element;
pub mod file;
pub mod frame;
pub mod intl;
pub mod media;
pub mod preferences;
pub mod probe;
pub mod sight;
pub mod start;

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Window;

/// A parameter of the page's address: `?lang=ko`. The first of its name.
pub fn query(name: &str) -> Option<String> {
    let search = window()?.location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&search)
        .ok()?
        .get(name)
}

/// The languages that the reader prefers, the best first: `ko-KR`.
pub fn languages() -> Vec<String> {
    let languages = window().map(|window| window.navigator().languages());
    languages
        .into_iter()
        .flatten()
        .filter_map(|tag| tag.as_string())
        .collect()
}

/// The page came over https: the browser refuses it unencrypted links.
pub fn is_https() -> bool {
    window()
        .and_then(|window| window.location().protocol().ok())
        .is_some_and(|protocol| protocol == "https:")
}

/// The path under which the page lies: what two deployments on one origin differ in.
pub fn path() -> String {
    window()
        .and_then(|window| window.location().pathname().ok())
        .unwrap_or_default()
}

/// What the tab is called.
pub fn set_title(title: &str) {
    if let Some(document) = window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// An attribute of the whole document: its language, its theme.
pub fn set_root_attribute(name: &str, value: &str) {
    let root = window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    if let Some(root) = root {
        // Fails only for a name that is none; ours are constants.
        let _set = root.set_attribute(name, value);
    }
}

/// What a method of an object answers, by its name; `None`: it has none, or throws.
fn call(object: &JsValue, method: &str, argument: &JsValue) -> Option<JsValue> {
    let method: Function = Reflect::get(object, &method.into()).ok()?.dyn_into().ok()?;
    method.call1(object, argument).ok()
}

/// `None` in a worker.
pub(super) fn window() -> Option<Window> {
    web_sys::window()
}
