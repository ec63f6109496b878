//! A sound that no file is loaded for.

use js_sys::{Array, Uint8Array};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlAudioElement, Url};

/// Rings twice. Returns whether the browser does it: not before somebody has touched the page.
pub async fn ring() -> bool {
    let sound = Uint8Array::from(sound().as_slice());
    let Ok(blob) = Blob::new_with_u8_array_sequence(&Array::of1(&sound)) else {
        return false;
    };
    let Ok(address) = Url::create_object_url_with_blob(&blob) else {
        return false;
    };
    let begun = HtmlAudioElement::new_with_src(&address).and_then(|audio| audio.play());
    let is_rung = match begun {
        Ok(begun) => JsFuture::from(begun).await.is_ok(),
        Err(_refusal) => false,
    };
    // Fails only for an address that is none.
    let _revoked = Url::revoke_object_url(&address);
    is_rung
}

/// Two strokes as a WAV file: one channel, 8 bits a sample.
fn sound() -> Vec<u8> {
    let samples: Vec<u8> = (0..STROKES * STROKE)
        .map(|at| {
            let at = at % STROKE;
            // A triangle that fades.
            let height = (at * PITCH % RATE * 4 * LOUDEST / RATE) as i32 - 2 * LOUDEST as i32;
            let height = height.abs() - LOUDEST as i32;
            let left = (STROKE - at) as i32;
            (128 + height * left / STROKE as i32) as u8
        })
        .collect();
    let length = samples.len() as u32;
    let mut file = Vec::new();
    file.extend(b"RIFF");
    file.extend((length + 36).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    // Plain samples, one channel.
    file.extend([1, 0, 1, 0]);
    file.extend(RATE.to_le_bytes());
    // Bytes a second.
    file.extend(RATE.to_le_bytes());
    // Bytes a sample of all channels, bits a sample.
    file.extend([1, 0, 8, 0]);
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.extend(samples);
    file
}

/// Samples a second.
const RATE: u32 = 22_050;
/// Hertz.
const PITCH: u32 = 880;
/// Samples of one stroke: 0.4 s.
const STROKE: u32 = RATE * 2 / 5;
const STROKES: u32 = 2;
/// Of 127.
const LOUDEST: u32 = 100;
