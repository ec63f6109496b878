//! What an element does when asked, and where it is.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlDialogElement, HtmlElement};

use super::{call, window};

/// Where an element is, in CSS pixels of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// From the left edge.
    pub left: f64,
    /// From the upper edge.
    pub top: f64,
    /// How wide.
    pub width: f64,
    /// How high.
    pub height: f64,
}

/// Where the element is now. Makes the browser lay out what has changed.
pub fn place(element: &Element) -> Place {
    let rect = element.get_bounding_client_rect();
    Place {
        left: rect.left(),
        top: rect.top(),
        width: rect.width(),
        height: rect.height(),
    }
}

/// How high the window is, in CSS pixels.
pub fn window_height() -> f64 {
    window()
        .and_then(|window| window.inner_height().ok())
        .and_then(|height| height.as_f64())
        .unwrap_or(0.0)
}

/// Device pixels a CSS pixel.
pub fn pixel_ratio() -> f64 {
    window().map_or(1.0, |window| window.device_pixel_ratio())
}

/// A computed length of the element, such as `row-gap`, in CSS pixels; zero if it has none.
pub fn length(element: &Element, name: &str) -> f64 {
    let length = js_sys::parse_float(&property(element, name));
    if length.is_finite() { length } else { 0.0 }
}

/// A computed property of the element, such as `grid-template-columns`; empty if it has none.
pub fn property(element: &Element, name: &str) -> String {
    window()
        .and_then(|window| window.get_computed_style(element).ok()?)
        .and_then(|style| style.get_property_value(name).ok())
        .unwrap_or_default()
}

/// Opens a dialog over the page. The browser keeps the focus in it and gives it back when it closes.
pub fn open(dialog: &HtmlElement) {
    if let Some(dialog) = dialog.dyn_ref::<HtmlDialogElement>()
        && !dialog.open()
    {
        // Fails only for a dialog outside of the document.
        let _opened = dialog.show_modal();
    }
}

/// Closes a dialog.
pub fn close(dialog: &HtmlElement) {
    if let Some(dialog) = dialog.dyn_ref::<HtmlDialogElement>() {
        dialog.close();
    }
}

/// Moves the focus to the element.
pub fn focus(element: &HtmlElement) {
    // Fails never; browsers ignore what cannot have the focus.
    let _focused = element.focus();
}

/// Moves the focus to the first element that the selector finds.
pub fn focus_first(selector: &str) {
    let found = window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector(selector).ok()?);
    if let Some(element) = found.as_ref().and_then(|found| found.dyn_ref()) {
        focus(element);
    }
}

/// Selects the text of a field and copies it. In the old way, because the new one is there only for pages that came by
/// https. `false`: the browser does not, but the text is selected.
pub fn copy(field: &HtmlElement) -> bool {
    let _selected = call(field, "select", &JsValue::UNDEFINED);
    let document = window().and_then(|window| window.document());
    document
        .and_then(|document| call(&document, "execCommand", &"copy".into()))
        .is_some_and(|copied| copied.is_truthy())
}
