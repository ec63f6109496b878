//! What only the start of a page needs: a task, a callback, a reload, a hook for tests.

use std::future::Future;

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

use super::window;

/// Runs to its end beside everything else.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(task);
}

/// What a script gives us to be called.
pub type Callback = Function;

/// Calls it with a text.
pub fn call(callback: &Callback, text: &str) {
    let _answer = callback.call1(&JsValue::UNDEFINED, &text.into());
}

/// Removes an element that stood in the document before the page.
pub fn remove_element(id: &str) {
    let element = window().and_then(|window| window.document()?.get_element_by_id(id));
    if let Some(element) = element {
        element.remove();
    }
}

/// Loads the page again, but only once for the same reason. `false`: it was done before, or nobody can remember it.
pub fn reload_once(reason: &str) -> bool {
    let Some(window) = window() else { return false };
    let Ok(Some(storage)) = window.session_storage() else {
        return false;
    };
    let known = storage.get_item(RELOADED).ok().flatten();
    if known.as_deref() == Some(reason) || storage.set_item(RELOADED, reason).is_err() {
        return false;
    }
    window.location().reload().is_ok()
}

const RELOADED: &str = "footfall-reloaded-for";

/// Lets whoever drives the page call `name()`, which returns a promise of an array of byte arrays. `ask` is called with
/// what answers it.
pub fn expose(name: &str, mut ask: impl FnMut(Box<dyn FnOnce(Vec<Vec<u8>>)>) + 'static) {
    let Some(window) = window() else { return };
    let function = Closure::<dyn FnMut() -> Promise>::new(move || {
        let mut answer: Option<Function> = None;
        let promise = Promise::new(&mut |resolve, _reject| answer = Some(resolve));
        ask(Box::new(move |blocks| {
            let blocks: Array = blocks
                .iter()
                .map(|block| Uint8Array::from(block.as_slice()))
                .collect();
            if let Some(resolve) = answer {
                let _called = resolve.call1(&JsValue::UNDEFINED, &blocks);
            }
        }));
        promise
    });
    // The page lives as long as its window.
    let _set = Reflect::set(&window, &name.into(), &function.into_js_value());
}
