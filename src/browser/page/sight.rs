//! Tells what is seen and how large: the page, an element.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, EventTarget, IntersectionObserver, ResizeObserver};

use super::window;

/// The page is seen at all.
pub fn page_is_visible() -> bool {
    window()
        .and_then(|window| window.document())
        .is_some_and(|document| !document.hidden())
}

/// An event of document or window, heard until dropped.
pub struct Listener {
    target: EventTarget,
    event: &'static str,
    callback: Closure<dyn FnMut()>,
}

impl Listener {
    /// Hears when the page is hidden or seen again.
    pub fn visibility(heard: impl FnMut() + 'static) -> Option<Self> {
        let document = window()?.document()?;
        Self::new(document.into(), "visibilitychange", heard)
    }

    /// Hears an event of the window: `online`, `pagehide`, `resize`, `scroll`.
    pub fn window(event: &'static str, heard: impl FnMut() + 'static) -> Option<Self> {
        Self::new(window()?.into(), event, heard)
    }

    fn new(
        target: EventTarget,
        event: &'static str,
        heard: impl FnMut() + 'static,
    ) -> Option<Self> {
        let callback = Closure::<dyn FnMut()>::new(heard);
        let function = callback.as_ref().unchecked_ref();
        target
            .add_event_listener_with_callback_and_bool(event, function, ON_ITS_WAY_DOWN)
            .ok()?;
        Some(Self {
            target,
            event,
            callback,
        })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Fails only for a listener that is none.
        let _removed = self.target.remove_event_listener_with_callback_and_bool(
            self.event,
            self.callback.as_ref().unchecked_ref(),
            ON_ITS_WAY_DOWN,
        );
    }
}

/// What scrolls within the page says so to the window only before it says so to itself.
const ON_ITS_WAY_DOWN: bool = true;

/// Hears when an element changes its size, until dropped.
pub struct Size {
    observer: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

impl Size {
    /// Calls once at the beginning and then at each change; the size is read from the element.
    pub fn watch(element: &Element, changed: impl FnMut() + 'static) -> Option<Self> {
        let callback = Closure::<dyn FnMut()>::new(changed);
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _callback: callback,
        })
    }
}

impl Drop for Size {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Hears when an element comes into view or leaves it, until dropped.
pub struct InView {
    observer: IntersectionObserver,
    _callback: Closure<dyn FnMut(js_sys::Array)>,
}

impl InView {
    /// Calls once at the beginning and then at each change, with whether the element is in view.
    pub fn watch(element: &Element, mut changed: impl FnMut(bool) + 'static) -> Option<Self> {
        let callback = Closure::<dyn FnMut(_)>::new(move |entries: js_sys::Array| {
            // The last entry is the newest.
            let entry = entries.pop();
            if let Some(entry) = entry.dyn_ref::<web_sys::IntersectionObserverEntry>() {
                changed(entry.is_intersecting());
            }
        });
        let observer = IntersectionObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _callback: callback,
        })
    }
}

impl Drop for InView {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
