//! Tells whether a media query holds, and when that changes.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::MediaQueryList;

use super::window;

/// A media query, watched until it is dropped.
pub struct Media {
    list: MediaQueryList,
    on_change: Closure<dyn FnMut()>,
}

impl Media {
    /// Watches a query such as `(prefers-color-scheme: dark)`; `None` where the browser knows none.
    pub fn watch(query: &str, changed: impl FnMut() + 'static) -> Option<Self> {
        let list = window()?.match_media(query).ok()??;
        let on_change = Closure::<dyn FnMut()>::new(changed);
        list.add_event_listener_with_callback("change", on_change.as_ref().unchecked_ref())
            .ok()?;
        Some(Self { list, on_change })
    }

    /// Whether it holds now.
    pub fn holds(&self) -> bool {
        self.list.matches()
    }
}

impl Drop for Media {
    fn drop(&mut self) {
        // Fails only for a listener that is none.
        let _removed = self
            .list
            .remove_event_listener_with_callback("change", self.on_change.as_ref().unchecked_ref());
    }
}
