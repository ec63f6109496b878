//! What not every page needs, and is loaded when it does: `tools/split` cuts each function here, and all that only it needs,
//! into a file of its own.
//!
//! Here and not in the library, because a library that is cut cannot be linked into tests.

use footfall::engine::desk::{DESK, NewDesk};
use footfall::engine::simulated::{STAGE, Stage};
use footfall::ui::{ENGLISH, KOREAN, NotLoaded, SETTINGS, Settings, Spoken, VIEWS, Views};
use footfall::words::Language;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// A language, loaded once; an attempt that failed may be made again.
pub(crate) async fn spoken(language: Language) -> Option<Spoken> {
    match language {
        Language::En => english_part().await,
        Language::Ko => korean_part().await,
    }
    .ok()
}

/// What the first of them becomes in the folder of the build.
pub(crate) const ENGLISH_FILE: &str = "split_english.wasm";

#[wasm_split(english, fallible)]
fn english_part() -> Result<Spoken, SplitLoaderError> {
    Ok(ENGLISH)
}

#[wasm_split(korean, fallible)]
fn korean_part() -> Result<Spoken, SplitLoaderError> {
    Ok(KOREAN)
}

/// The settings, loaded once; an attempt that failed may be made again.
pub(crate) async fn settings() -> Result<Settings, NotLoaded> {
    settings_part()
        .await
        .map_err(|_told_to_the_console| NotLoaded)
}

#[wasm_split(settings, fallible)]
fn settings_part() -> Result<Settings, SplitLoaderError> {
    Ok(SETTINGS)
}

/// The simulated site, as above.
pub(crate) async fn mall() -> Option<Stage> {
    mall_part().await.ok()
}

#[wasm_split(mall, fallible)]
fn mall_part() -> Result<Stage, SplitLoaderError> {
    Ok(STAGE)
}

/// What an engine needs for who looks at messages and publishes some, or signs in otherwise than usual, as above.
pub(crate) async fn desk() -> Option<NewDesk> {
    desk_part().await.ok()
}

#[wasm_split(desk, fallible)]
fn desk_part() -> Result<NewDesk, SplitLoaderError> {
    Ok(DESK)
}

/// The views that the address asks for, as above.
pub(crate) async fn views() -> Option<Views> {
    views_part().await.ok()
}

#[wasm_split(views, fallible)]
fn views_part() -> Result<Views, SplitLoaderError> {
    Ok(VIEWS)
}
