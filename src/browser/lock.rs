//! A name that only one tab or worker of this origin can hold; it is free again when its holder is gone.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::DomException;

/// How to ask for a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Only if nobody holds it.
    IfFree,
    /// As soon as it is free, after those who asked before.
    InTurn,
    /// At once: whoever holds it loses it.
    Steal,
}

/// What becomes of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockEvent {
    /// It is ours, if we want it still.
    Granted,
    /// Another holds it.
    Held,
    /// Before it was granted: this page has no locks, because it is not served securely, or is in a frame that may store
    /// nothing. After: another has stolen it.
    Lost,
}

/// Asks for the name. It is ours as long as this page or worker lives, if `on_event` answers the grant with `true`.
pub fn claim(name: &str, how: Claim, on_event: impl Fn(LockEvent) -> bool + 'static) {
    let Some(locks) = locks() else {
        on_event(LockEvent::Lost);
        return;
    };
    let options = Object::new();
    let option = match how {
        Claim::IfFree => Some("ifAvailable"),
        Claim::InTurn => None,
        Claim::Steal => Some("steal"),
    };
    if let Some(option) = option {
        // Fails only for what is no object.
        let _set = Reflect::set(&options, &option.into(), &JsValue::TRUE);
    }
    // Called with the lock, with null where it was only wanted if it is free, and, at last, with the reason why not.
    let on_answer = Closure::<dyn FnMut(JsValue) -> JsValue>::new(move |answer: JsValue| {
        let event = if answer.is_null() {
            LockEvent::Held
        } else if answer.has_type::<DomException>() {
            LockEvent::Lost
        } else {
            LockEvent::Granted
        };
        // A promise that never resolves holds it until we are gone; anything else gives it back.
        if on_event(event) {
            Promise::new(&mut |_resolve, _reject| {}).into()
        } else {
            JsValue::UNDEFINED
        }
    });
    let on_answer = on_answer.into_js_value();
    let on_answer: &Function = on_answer.unchecked_ref();
    if let Ok(held) = locks.request(name, &options, on_answer) {
        let _settled = held.or_else(on_answer);
    }
}

/// Waits until the browser has told all that had become of our claims when it was asked: it answers in order.
pub async fn settled() {
    if let Some(asked) = locks().and_then(|locks| locks.query().ok()) {
        let _state = JsFuture::from(asked).await;
    }
}

/// `navigator.locks` of a page or a worker.
fn locks() -> Option<LockManager> {
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

    #[wasm_bindgen(method, catch)]
    fn query(this: &LockManager) -> Result<Promise, JsValue>;
}
