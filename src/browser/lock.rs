//! Holds a name that only one tab or worker of this origin can hold; it is free again when its holder is gone.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

/// Why a name is not ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// The browser gives no such locks here: the page is not served securely, or in a frame that may store nothing.
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
    // Patience alone would not do: where this thread is busy for longer, it ends before the answer is heard.
    let if_free = ask(&locks, name, "ifAvailable", &JsValue::TRUE);
    match if_free.await {
        Ok(lock) if lock.is_null() => {}
        Ok(_ours) => return Ok(()),
        // Nobody holds it: there are none for this page.
        Err(_refusal) => return Err(LockError::Missing),
    }
    let signal = AbortSignal::timeout_with_u32(patience_ms);
    let granted = ask(&locks, name, "signal", &signal).await;
    granted.map(|_lock| ()).map_err(|_refusal| LockError::Held)
}

/// Asks for the name with one option. The lock, or null where it was only wanted if it is free, and is not.
fn ask(locks: &LockManager, name: &str, option: &str, value: &JsValue) -> JsFuture {
    let options = Object::new();
    // Fails only for what is no object.
    let _set = Reflect::set(&options, &option.into(), value);
    let granted = Promise::new(&mut |resolve: Function, reject: Function| {
        let on_grant = Closure::once_into_js(move |lock: JsValue| {
            let _called = resolve.call1(&JsValue::UNDEFINED, &lock);
            // Never resolved: the lock is ours until we are gone.
            Promise::new(&mut |_resolve, _reject| {})
        });
        match locks.request(name, &options, on_grant.unchecked_ref()) {
            // Rejected when patience ends; what it resolves with after a grant nobody waits for.
            Ok(held) => {
                let on_refusal = Closure::once_into_js(move |reason: JsValue| {
                    let _called = reject.call1(&JsValue::UNDEFINED, &reason);
                });
                let on_refusal: &Function = on_refusal.unchecked_ref();
                let _settled = held.or_else(on_refusal);
            }
            Err(reason) => {
                let _called = reject.call1(&JsValue::UNDEFINED, &reason);
            }
        }
    });
    JsFuture::from(granted)
}

/// `navigator.locks` of a page or a worker.
fn manager() -> Option<LockManager> {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then(|| locks.unchecked_into())
}

#[wasm_bindgen]
extern "C" {
    // Not among the stable types of `web_sys`, though every browser has had it for years.
    type LockManager;

    #[wasm_bindgen(extends = Promise, typescript_type = "Promise<void>")]
    type Held;

    #[wasm_bindgen(method, js_name = catch)]
    fn or_else(this: &Held, on_refusal: &Function) -> Promise;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        on_grant: &Function,
    ) -> Result<Held, JsValue>;
}
