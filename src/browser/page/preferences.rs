//! Keeps small texts of this page in the browser, where the browser allows it.

use web_sys::Storage;

use super::{path, window};

/// What was kept under that name; `None` also where storage is denied.
pub fn read(name: &str) -> Option<String> {
    storage()?.get_item(&key(name)).ok()?
}

/// Keeps a text; `false` where storage is denied or full, and then nothing is kept.
pub fn write(name: &str, text: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(&key(name), text).is_ok())
}

/// Two deployments on one origin share its storage: each has its own names.
fn key(name: &str) -> String {
    format!("footfall {} {name}", path())
}

/// The mere access throws where storage is blocked, in frames of other origins for instance.
fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}
