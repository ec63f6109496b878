//! A day recorded in the browser, replayed natively: the replies are the same, byte for byte.

use anyhow::{Context, Result, ensure};
use footfall::engine::Output;
use footfall::engine::recording::{append_reply, read};
use footfall::engine::replay::replay;
use footfall_demo::browser::Browser;

/// Replays what a page that was opened with `record=1` has recorded, and compares the replies that it got; returns a line
/// about it.
pub(crate) async fn compare(browser: &Browser) -> Result<String> {
    let recorded = browser.client().execute_async(FETCH, Vec::new()).await?;
    let part = |index: usize| {
        let text = recorded[index]
            .as_str()
            .context("the page gives no recording")?;
        bytes(text).context("the recording came as something else")
    };
    let (inputs, got) = (part(0)?, part(1)?);
    let inputs = read(&inputs)?;
    ensure!(inputs.head.from_start, "it does not begin at the start");
    let count = inputs.inputs.len();
    let mut replayed = Vec::new();
    let mut replies = 0;
    replay(inputs, |_now, output| {
        if let Output::Reply(_page, reply, floats) = output {
            append_reply(&mut replayed, &reply, &floats);
            replies += 1;
        }
    });
    ensure!(!got.is_empty(), "the page got nothing");
    let same = got
        .iter()
        .zip(&replayed)
        .take_while(|(a, b)| a == b)
        .count();
    ensure!(
        got == replayed,
        "the page got {} bytes, the replay gives {}; they differ from byte {same} on",
        got.len(),
        replayed.len()
    );
    Ok(format!(
        "{count} recorded inputs replayed natively gave the same {replies} replies, {} bytes",
        got.len()
    ))
}

/// From two digits a byte.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok())
        .collect()
}

/// As text, because WebDriver carries nothing else.
const FETCH: &str = "
    const done = arguments[arguments.length - 1];
    const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
    const text = bytes => Array.from(bytes, byte => digits[byte]).join('');
    window.footfallRecording().then(
        parts => done(Array.from(parts, text)),
        error => done([String(error)]));";
