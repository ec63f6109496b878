//! Reads the two clocks.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::time::{Monotonic, Now, Timestamp};

/// Both clocks at this moment.
pub fn now() -> Now {
    Now {
        wall: Timestamp::from_millis(js_sys::Date::now() as i64),
        monotonic: monotonic(),
    }
}

/// Milliseconds on a clock that never goes back, from one origin for page and worker.
///
/// `performance.now()` alone counts from the start of the page or of the worker.
pub fn monotonic() -> Monotonic {
    Monotonic::from_millis(
        PERFORMANCE.with(|performance| performance.time_origin() + performance.now()) as u64,
    )
}

#[wasm_bindgen]
extern "C" {
    // A global of page and worker alike.
    #[wasm_bindgen(thread_local_v2, js_name = performance)]
    static PERFORMANCE: web_sys::Performance;
}
