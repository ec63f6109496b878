//! A text to be copied: it stands in a field, so that it can be selected where a browser does not copy by itself.

use leptos::html::Textarea;
use leptos::prelude::*;

use super::hand::press;
use super::parts::{Kind, button};
use super::tongue::use_tongue;
use crate::browser::page::element;

/// `label`: the element that names it; `hint`: what stands beside the button until it is pressed.
#[component]
pub(super) fn Copied(
    label: &'static str,
    text: Box<dyn Fn() -> Option<String> + Send>,
    hint: &'static str,
) -> impl IntoView {
    let words = &use_tongue().settings().doctor;
    let field = NodeRef::<Textarea>::new();
    let copied = RwSignal::new(None::<bool>);
    let copy = move || {
        if let Some(field) = field.get_untracked() {
            copied.set(Some(element::copy(&field)));
        }
    };
    let told = move || match copied.get() {
        None => hint,
        Some(true) => words.copied,
        Some(false) => words.not_copied,
    };
    view! {
        <textarea
            class="field__input report"
            readonly=true
            rows="12"
            aria-labelledby=label
            node_ref=field
            prop:value=text
        ></textarea>
        <div class="profile__actions">
            {button(Kind::Plain, words.copy, press(copy))}
            <span class="section__note" role="status">
                {told}
            </span>
        </div>
    }
}
