//! How much room there is on a wall that cannot scroll.

use leptos::prelude::*;
use leptos::web_sys::Element;

use super::asked::use_kiosk;
use super::hand::follow;
use crate::browser::page::element::{length, place};
use crate::browser::page::sight::Size;

/// How high an element is, in tenths of the page's unit; followed on a wall only, where it is laid out by the screen and
/// not by what it holds.
pub(super) fn room(element: Box<dyn Fn() -> Option<Element>>) -> RwSignal<u32> {
    let room = RwSignal::new(0);
    let watch = StoredValue::new_local(None);
    if use_kiosk().0 {
        follow(move || {
            let Some(element) = element() else {
                return;
            };
            let measured = element.clone();
            let measure = move || {
                let unit = length(&measured, "font-size").max(1.0);
                room.set((place(&measured).height * 10.0 / unit) as u32);
            };
            watch.set_value(Size::watch(&element, measure));
        });
    }
    room
}
