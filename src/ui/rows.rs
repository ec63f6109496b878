//! Measures which part of a long list is in view.

use leptos::html::Div;
use leptos::prelude::*;

use super::hand::follow;
use crate::browser::page::element::{length, place, property, window_height};
use crate::browser::page::frame::Frame;
use crate::browser::page::sight::{Listener, Size};
use crate::mirror::ListRows;

/// Measures again when the list, the window or a scroll position changes, at most once a frame. The list's only child
/// holds what is in view, and says by `grid-template-columns`, `grid-auto-rows` and `row-gap` how it lies.
pub(super) fn follow_rows(list: NodeRef<Div>, rows: RwSignal<ListRows>, all: Memo<u32>) {
    let measure = move || {
        let Some(list) = list.get_untracked() else {
            return;
        };
        let (Some(shown), Some(around)) = (list.first_element_child(), list.parent_element())
        else {
            return;
        };
        let columns = property(&shown, "grid-template-columns");
        let columns = columns.split_whitespace().count() as u32;
        let step = length(&shown, "grid-auto-rows") + length(&shown, "row-gap");
        let around = place(&around);
        let upper = around.top.max(0.0);
        let lower = (around.top + around.height).min(window_height());
        let new = ListRows::new(columns, step, place(&list).top - upper, lower - upper);
        if new != rows.get_untracked() {
            rows.set(new);
        }
    };
    let frame = StoredValue::new_local(Frame::new(measure));
    let ask = move || frame.with_value(Frame::ask);
    let watches = StoredValue::new_local((None, Vec::new()));
    follow(move || {
        // What stands above the list may have moved it.
        all.track();
        let around = list.get().and_then(|list| list.parent_element());
        if let Some(around) = around {
            watches.set_value((
                Size::watch(&around, ask),
                vec![
                    Listener::window("scroll", ask),
                    Listener::window("resize", ask),
                ],
            ));
        }
        ask();
    });
}
