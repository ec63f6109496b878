//! Holds a name that only one tab or worker of this origin can hold; it is free again when its holder is gone.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, LockManager, LockOptions};

/// Why a name is not ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// The browser has no such locks here: the page is not served securely.
    #[error("this page has no locks")]
    Missing,
    /// Another holds it.
    #[error("another tab holds the lock")]
    Held,
}

/// Takes the name, for as long as this page or worker lives. Waits `patience_ms` for a holder that is just closing.
///
/// # Errors
/// [`LockError`].
pub async fn hold(name: &str, patience_ms: u32) -> Result<(), LockError> {
    let locks = manager().ok_or(LockError::Missing)?;
    let options = LockOptions::new();
    options.set_signal(&AbortSignal::timeout_with_u32(patience_ms));
    let granted = Promise::new(&mut |resolve: Function, reject: Function| {
        let on_grant = Closure::once_into_js(move |_lock: JsValue| {
            let _called = resolve.call0(&JsValue::UNDEFINED);
            // Never resolved: the lock is ours until we are gone.
            Promise::new(&mut |_resolve, _reject| {})
        });
        let held = locks.request_with_options_and_callback(name, &options, on_grant.unchecked_ref());
        // Rejected when patience ends.
        let on_refusal = Closure::once_into_js(move |reason: JsValue| {
            let _called = reject.call1(&JsValue::UNDEFINED, &reason);
        });
        let on_refusal: &Function = on_refusal.unchecked_ref();
        let then: Option<Function> = Reflect::get(&held, &"catch".into()).ok().and_then(|catch| catch.dyn_into().ok());
        let _promise = then.map(|catch| catch.call1(&held, on_refusal));
    });
    JsFuture::from(granted).await.map(|_| ()).map_err(|_refusal| LockError::Held)
}

/// `navigator.locks` of a page or a worker.
fn manager() -> Option<LockManager> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    Reflect::get(&navigator, &"locks".into()).ok()?.dyn_into().ok()
}
