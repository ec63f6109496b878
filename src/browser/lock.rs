//! A name that only one tab or worker of this origin can hold; it is free again when its holder is gone.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

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
pub fn claim(name: &str, how: Claim, on_event: impl Fn(LockEvent) -> bool + Clone + 'static) {
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
    let told = on_event.clone();
    let on_grant = Closure::once_into_js(move |lock: JsValue| {
        let event = if lock.is_null() {
            LockEvent::Held
        } else {
            LockEvent::Granted
        };
        // A promise that never resolves holds it until we are gone; anything else gives it back.
        if told(event) {
            Promise::new(&mut |_resolve, _reject| {}).into()
        } else {
            JsValue::UNDEFINED
        }
    });
    let lost = Closure::once_into_js(move |_reason: JsValue| {
        on_event(LockEvent::Lost);
    });
    let lost: &Function = lost.unchecked_ref();
    match locks.request(name, &options, on_grant.unchecked_ref()) {
        Ok(held) => {
            let _settled = held.or_else(lost);
        }
        Err(_refusal) => {
            let _called = lost.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Who holds the name, as the browser calls the tab or worker; `None`: nobody, or it cannot be told.
pub async fn holder(name: &str) -> Option<String> {
    let state = JsFuture::from(locks()?.query().ok()?).await.ok()?;
    let held: Array = field(&state, "held")?.dyn_into().ok()?;
    let lock = held
        .iter()
        .find(|lock| field(lock, "name").is_some_and(|held| held == name))?;
    field(&lock, "clientId")?.as_string()
}

fn field(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &name.into()).ok()
}

/// `navigator.locks` of a page or a worker.
fn locks() -> Option<LockManager> {
    let navigator = field(&js_sys::global(), "navigator")?;
    let locks = field(&navigator, "locks")?;
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
