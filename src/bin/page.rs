//! The page: starts the engine and mounts the interface.

use footfall::browser::{self, worker::Worker};
use leptos::prelude::*;

fn main() {
    browser::panics_to_console();
    if let Some(start) = document().get_element_by_id("start") {
        start.remove();
    }
    leptos::mount::mount_to_body(Page);
}

#[component]
fn Page() -> impl IntoView {
    let (answer, set_answer) = signal("…".to_owned());
    let worker = Worker::start_engine(
        move |bytes, floats| {
            set_answer.set(format!("{} {floats:?}", String::from_utf8_lossy(&bytes)))
        },
        move |error| set_answer.set(error.to_string()),
    );
    if let Ok(worker) = &worker {
        worker.post(b"hello from the engine".to_vec(), Some(vec![1.5, f32::NAN]));
    }
    StoredValue::new_local(worker);
    view! { <p data-test="answer">{answer}</p> }
}
