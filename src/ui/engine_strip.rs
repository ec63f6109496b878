//! Says that the engine itself stopped, or was started anew.

use leptos::prelude::*;

use super::mark::{Mark, Word, mark};
use super::parts::strip;
use super::tongue::use_tongue;
use crate::live::{EngineHealth, Live};
use crate::words::Figures;

#[component]
pub(super) fn EngineStrip() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = tongue.words;
    let view = move |health| {
        let (shape, kind, text) = match health {
            EngineHealth::Running => return ().into_any(),
            EngineHealth::Restarting => (
                Mark::Waiting,
                "blind",
                words.blind.engine_restarting.to_owned(),
            ),
            EngineHealth::Restarted(at) => {
                let said = (words.bar.restarted)(&tongue.clock(at));
                (Mark::RetainedOld, "note", said)
            }
            EngineHealth::Stale(file) => (Mark::Stopped, "alarm", (words.start.file_stale)(file)),
            EngineHealth::Failed => (Mark::Stopped, "alarm", words.start.engine_failed.to_owned()),
        };
        strip(
            kind,
            mark(shape, "", Word::Aloud),
            text.into_any(),
            Vec::new(),
        )
    };
    view! { <div role="status">{move || view(live.engine.get())}</div> }
}
