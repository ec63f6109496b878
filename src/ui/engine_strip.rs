//! Says that the engine itself stopped, or was started anew.

use leptos::prelude::*;

use super::mark::{Mark, Word, mark};
use super::parts::strip;
use super::tongue::{Tongue, use_tongue};
use crate::live::{EngineHealth, Live};
use crate::words::Figures;

#[component]
pub(super) fn EngineStrip() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let view = move |health| {
        let (shape, kind) = match health {
            EngineHealth::Running => return ().into_any(),
            EngineHealth::Restarting(_) => (Mark::Waiting, "blind"),
            EngineHealth::Restarted(_) => (Mark::RetainedOld, "note"),
            EngineHealth::Stale(_) | EngineHealth::Failed => (Mark::Stopped, "alarm"),
        };
        strip(
            kind,
            mark(shape, "", Word::Aloud),
            engine_said(health, tongue).into_any(),
            Vec::new(),
        )
    };
    view! { {move || view(live.engine.get())} }
}

/// How the engine is; nothing, as long as it runs.
pub(super) fn engine_said(health: EngineHealth, tongue: Tongue) -> String {
    let words = tongue.words;
    match health {
        EngineHealth::Running => String::new(),
        EngineHealth::Restarting(_) => words.blind.engine_restarting.to_owned(),
        EngineHealth::Restarted(at) => (words.bar.restarted)(&tongue.clock(at)),
        EngineHealth::Stale(file) => (words.start.file_stale)(file),
        EngineHealth::Failed => words.start.engine_failed.to_owned(),
    }
}
