//! What a message holds, as it is read best: a tree of JSON, text, or bytes.

use leptos::prelude::*;

use super::copied::Copied;
use super::tongue::Tongue;
use crate::engine::wire::MessageView;
use crate::json::{self, Kind, Value};
use crate::words::{Figures, MessageWords, shown};

/// All of it that came.
pub(super) fn view(message: &MessageView, tongue: Tongue) -> AnyView {
    let words = &tongue.settings().message;
    let bytes = &message.payload;
    if bytes.is_empty() {
        return view! { <p class="section__note">{words.no_payload}</p> }.into_any();
    }
    let cut = (message.length > bytes.len() as u64).then(|| {
        let said = (words.cut)(&tongue.number(bytes.len() as u64));
        view! { <p class="section__note">{said}</p> }.into_any()
    });
    let length = (words.bytes)(&tongue.number(message.length));
    let text = std::str::from_utf8(bytes).ok();
    let whole = match text.map(|text| (text, json::parse(text))) {
        Some((_, Ok(value))) if !matches!(value.kind(), Kind::Number | Kind::Text(_)) => {
            let mut left = NODES;
            view! { <ul class="tree">{node(None, &value, &mut left)}</ul> }.into_any()
        }
        Some((text, _)) if is_text(text) => {
            let lines: Vec<_> = text.lines().take(LINES).map(shown).collect();
            view! { <pre class="payload" tabindex="0">{lines.join("\n")}</pre> }.into_any()
        }
        _ => view! { <pre class="payload" tabindex="0">{hex(bytes)}</pre> }.into_any(),
    };
    let raw = text.filter(|text| is_text(text)).map(|text| {
        let text = text.to_owned();
        view! {
            <details class="more">
                <summary id="raw">{words.raw}</summary>
                <Copied label="raw" text=Box::new(move || Some(text.clone())) hint="" />
            </details>
        }
        .into_any()
    });
    view! {
        <p class="section__note">{length}</p>
        {cut}
        {whole}
        {raw}
    }
    .into_any()
}

/// Its first letters or bytes, on one line.
pub(super) fn beginning(bytes: &[u8], words: &MessageWords, tongue: Tongue) -> String {
    if bytes.is_empty() {
        return words.no_payload.to_owned();
    }
    let head = &bytes[..bytes.len().min(4 * LETTERS)];
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // Cut amid a letter.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => "",
    };
    if !is_text(text) {
        return (words.bytes)(&tongue.number(bytes.len() as u64));
    }
    shown(&text.chars().take(LETTERS).collect::<String>())
}

fn is_text(text: &str) -> bool {
    let is_odd = |letter: char| letter.is_control() && !letter.is_whitespace();
    !text.is_empty() && !text.contains(is_odd)
}

fn node(key: Option<&str>, value: &Value<'_>, left: &mut usize) -> AnyView {
    if *left == 0 {
        return ().into_any();
    }
    *left -= 1;
    let name = key
        .map(|key| view! { <bdi class="tree__key">{format!("{}: ", shown(key))}</bdi> }.into_any());
    let inner: Vec<AnyView> = match value.kind() {
        Kind::Object(object) => object
            .iter()
            .map(|(key, value)| node(Some(key), value, left))
            .collect(),
        Kind::List(list) => list
            .iter()
            .enumerate()
            .map(|(index, value)| node(Some(&index.to_string()), value, left))
            .collect(),
        _ => {
            return view! {
                <li>
                    {name}
                    <bdi>{shown(value.raw())}</bdi>
                </li>
            }
            .into_any();
        }
    };
    let brackets = if value.as_list().is_some() {
        "[ ]"
    } else {
        "{ }"
    };
    view! {
        <li>
            <details open=true>
                <summary>{name} {brackets}</summary>
                <ul class="tree">{inner}</ul>
            </details>
        </li>
    }
    .into_any()
}

/// Offset, bytes, letters.
fn hex(bytes: &[u8]) -> String {
    let line = |(index, row): (usize, &[u8])| {
        let hex: Vec<_> = row.iter().map(|byte| format!("{byte:02x}")).collect();
        let letter = |&byte: &u8| {
            if byte.is_ascii_graphic() {
                char::from(byte)
            } else {
                '.'
            }
        };
        let letters: String = row.iter().map(letter).collect();
        format!("{:04x}  {:23}  {letters}", index * ROW, hex.join(" "))
    };
    let rows = bytes.chunks(ROW).enumerate().take(LINES);
    rows.map(line).collect::<Vec<_>>().join("\n")
}

/// Of a tree: more than a person opens, and less than a page takes long to make.
const NODES: usize = 500;

/// Of text and of bytes.
const LINES: usize = 256;

/// Bytes in a row.
const ROW: usize = 8;

/// In a list.
const LETTERS: usize = 120;
