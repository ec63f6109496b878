//! Tries an address as a page can, and tells what the browser says of the page itself.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Array, Date, Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Event, WebSocket};

use super::{call, window};
use crate::browser::clock;
use crate::browser::fetch::options;
use crate::doctor::{Answer, Page, Permission, Probe, Skew, Way};

/// What is silent for so long stays silent: a name, TCP, TLS and an upgrade take a second where they work at all.
const PATIENCE_MS: i32 = 6_000;

/// A policy is told of in a turn of its own, after the failure.
const VIOLATION_FOLLOWS_WITHIN_MS: i32 = 100;

/// Tries it. Returns what came of it, and after how long.
pub async fn answer(probe: &Probe) -> (Answer, Duration) {
    let begun = clock::monotonic();
    let target = probe.target();
    let violations = Violations::of(&target);
    let answer = match probe.way {
        Way::Socket => socket(&target, Some("mqtt")).await,
        Way::BareSocket => socket(&target, None).await,
        Way::Request => request(&target).await,
    };
    let took = clock::monotonic().since(begun);
    if answer != Answer::No {
        return (answer, took);
    }
    let _passed = JsFuture::from(Promise::new(&mut |resolve, _reject| {
        resolve_after(&resolve, VIOLATION_FOLLOWS_WITHIN_MS);
    }))
    .await;
    let forbidden = violations.is_some_and(|violations| violations.seen.get());
    (if forbidden { Answer::Forbidden } else { answer }, took)
}

/// What is known of the page before anything is tried at that host.
pub async fn page(host: &str) -> Page {
    Page {
        is_https: super::is_https(),
        host: said(&["location", "hostname"])
            .as_string()
            .unwrap_or_default(),
        is_framed: said(&["self"]) != said(&["top"]),
        is_offline: said(&["navigator", "onLine"]).is_falsy(),
        network: permission(host).await,
    }
}

/// How far this device's clock is from that of the page's server; `None` where that does not tell its time.
pub async fn skew() -> Option<Skew> {
    let options = options(&[("method", "HEAD"), ("cache", "no-store")]);
    let asked = window()?.fetch_with_str_and_init("config.json", &options);
    let response = JsFuture::from(asked).await.ok()?;
    let headers = Reflect::get(&response, &"headers".into()).ok()?;
    let date = call(&headers, "get", &"date".into())?.as_string()?;
    // Whole seconds, cut off.
    let there = Date::parse(&date) + 500.0;
    let ahead = Date::now() - there;
    ahead.is_finite().then(|| Skew {
        by: Duration::from_millis(ahead.abs() as u64),
        is_ahead: ahead > 0.0,
    })
}

/// For whoever is asked for help: the browser as it calls itself, the page's address without its query, and whether the
/// browser takes it for safe.
pub fn about() -> [(&'static str, String); 3] {
    let text = |path| said(path).as_string().unwrap_or_default();
    let is_secure = said(&["isSecureContext"]).is_truthy();
    [
        ("browser", text(&["navigator", "userAgent"])),
        ("page", text(&["location", "origin"]) + &super::path()),
        ("secure context", is_secure.to_string()),
    ]
}

async fn socket(target: &str, subprotocol: Option<&str>) -> Answer {
    let opened = match subprotocol {
        Some(subprotocol) => WebSocket::new_with_str(target, subprotocol),
        None => WebSocket::new(target),
    };
    let Ok(socket) = opened else {
        return Answer::No;
    };
    let settled = Promise::new(&mut |resolve, _reject| {
        socket.set_onopen(Some(&resolve));
        socket.set_onerror(Some(&resolve));
        socket.set_onclose(Some(&resolve));
        resolve_after(&resolve, PATIENCE_MS);
    });
    let event = JsFuture::from(settled).await;
    // Throws only for a bad code or reason, and has neither.
    let _closed = socket.close();
    match event.map(JsCast::dyn_into::<Event>) {
        Ok(Ok(event)) if event.type_() == "open" => Answer::Yes,
        Ok(Ok(_failure)) => Answer::No,
        // The time is over.
        Ok(Err(_)) | Err(_) => Answer::Silence,
    }
}

/// With credentials: only so the browser asks for a certificate of ours where one is wanted, and remembers it for the
/// WebSocket.
async fn request(target: &str) -> Answer {
    let Some(window) = window() else {
        return Answer::No;
    };
    let options = options(&[
        ("mode", "no-cors"),
        ("credentials", "include"),
        ("cache", "no-store"),
    ]);
    let asked = window.fetch_with_str_and_init(target, &options);
    let time_is_over = Promise::new(&mut |resolve, _reject| resolve_after(&resolve, PATIENCE_MS));
    let both = Array::of2(&asked, &time_is_over);
    match JsFuture::from(Promise::race(&both)).await {
        Ok(answer) if answer.is_undefined() => Answer::Silence,
        Ok(_opaque) => Answer::Yes,
        Err(_refusal) => Answer::No,
    }
}

/// Calls it with nothing.
fn resolve_after(resolve: &Function, millis: i32) {
    if let Some(window) = window() {
        // Fails only without a window.
        let _set = window.set_timeout_with_callback_and_timeout_and_arguments_0(resolve, millis);
    }
}

/// What the window says under that path. By name, because each property that is known to the compiler is some bytes more of
/// what every page loads.
fn said(path: &[&str]) -> JsValue {
    let window = window().map_or(JsValue::UNDEFINED, JsValue::from);
    let of = |value: JsValue, name: &&str| Reflect::get(&value, &(*name).into());
    path.iter().try_fold(window, of).unwrap_or_default()
}

/// Whether the browser lets the page open a host of the network around it. Which name it has for that depends on its
/// version and on the host.
async fn permission(host: &str) -> Permission {
    let permissions = said(&["navigator", "permissions"]);
    let near = host == "localhost" || host.starts_with("127.") || host == "[::1]";
    let name = if near {
        "loopback-network"
    } else {
        "local-network"
    };
    for name in [name, "local-network-access"] {
        let Some(asked) = call(&permissions, "query", &options(&[("name", name)])) else {
            continue;
        };
        let Ok(status) = JsFuture::from(Promise::resolve(&asked)).await else {
            continue;
        };
        let state = Reflect::get(&status, &"state".into()).ok();
        return match state.and_then(|state| state.as_string()).as_deref() {
            Some("granted") => Permission::Granted,
            Some("prompt") => Permission::Asks,
            Some("denied") => Permission::Denied,
            _ => Permission::Unknown,
        };
    }
    Permission::Unknown
}

/// Hears what the page's policy forbids of an address, until dropped.
struct Violations {
    document: Document,
    seen: Rc<Cell<bool>>,
    callback: Closure<dyn FnMut(Event)>,
}

impl Violations {
    fn of(target: &str) -> Option<Self> {
        let document = window()?.document()?;
        let seen = Rc::new(Cell::new(false));
        let callback = Closure::<dyn FnMut(_)>::new({
            let (seen, target) = (Rc::clone(&seen), target.to_owned());
            move |event: Event| {
                let blocked = Reflect::get(&event, &"blockedURI".into()).ok();
                let blocked = blocked.and_then(|blocked| blocked.as_string());
                // Browsers may tell only a part of the address.
                if let Some(blocked) = blocked.filter(|blocked| !blocked.is_empty())
                    && target.starts_with(blocked.trim_end_matches('/'))
                {
                    seen.set(true);
                }
            }
        });
        let function = callback.as_ref().unchecked_ref();
        document
            .add_event_listener_with_callback_and_bool(VIOLATION, function, false)
            .ok()?;
        Some(Self {
            document,
            seen,
            callback,
        })
    }
}

impl Drop for Violations {
    fn drop(&mut self) {
        let function = self.callback.as_ref().unchecked_ref();
        // Fails only for a listener that is none.
        let _removed = self
            .document
            .remove_event_listener_with_callback_and_bool(VIOLATION, function, false);
    }
}

const VIOLATION: &str = "securitypolicyviolation";
