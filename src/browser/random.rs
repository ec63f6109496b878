//! Randomness from the browser.

use wasm_bindgen::prelude::wasm_bindgen;

/// A seed that nobody can guess.
pub fn seed() -> u64 {
    u64::from_le_bytes(bytes())
}

/// As many bytes that nobody can guess.
pub(super) fn bytes<const COUNT: usize>() -> [u8; COUNT] {
    let mut bytes = [0; COUNT];
    CRYPTO.with(|crypto| {
        // Refuses only blocks of more than 65,536 bytes.
        let _filled = crypto.get_random_values_with_u8_array(&mut bytes);
    });
    bytes
}

#[wasm_bindgen]
extern "C" {
    // A global of page and worker alike, in secure pages and others.
    #[wasm_bindgen(thread_local_v2, js_name = crypto)]
    static CRYPTO: web_sys::Crypto;
}
