//! What a person's hand does, and what follows a signal, each of one type for all.
//!
//! Leptos compiles its machinery anew for every closure's own type. With these, and with closures written right into
//! `view!` (see `.cargo/config.toml`), a button or a memo costs only its own few lines.

use leptos::ev::{Event, MouseEvent};
use leptos::prelude::*;

use crate::browser::page::element;

/// What a press does.
pub(super) type Press = Box<dyn FnMut(MouseEvent)>;

/// What typing or choosing does.
pub(super) type Typed = Box<dyn FnMut(Event)>;

/// Does it when pressed, by pointer or key.
pub(super) fn press(mut act: impl FnMut() + 'static) -> Press {
    Box::new(move |_| act())
}

/// Does it with the text of a field that was typed into, or the value of a choice.
pub(super) fn typed(mut act: impl FnMut(String) + 'static) -> Typed {
    Box::new(move |event| act(event_target_value(&event)))
}

/// Moves the focus to what a selector finds, when what is to be shown now stands there.
pub(super) fn focus_soon(selector: &'static str) {
    request_animation_frame(move || element::focus_first(selector));
}

/// Computes a value anew when a signal that it read has changed.
pub(super) fn memo<T>(compute: impl Fn() -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    of_one_type(Box::new(compute))
}

/// Acts now and again when a signal that it read has changed.
pub(super) fn follow(act: impl Fn() + 'static) {
    effect_of_one_type(Box::new(act));
}

fn effect_of_one_type(act: Box<dyn Fn()>) {
    Effect::new(move |_| act());
}

fn of_one_type<T>(compute: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| compute())
}
