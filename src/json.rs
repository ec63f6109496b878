//! JSON as devices and people write it: one pass over the text, every value with its place, every number in its digits.
//!
//! Payloads and `config.json` are read by this one reader. A mistake in a configuration needs the line of each value, a
//! counter must never pass through a float, and a name beside half a character should not lose the message; and it is
//! 15 KB less to load than what reads JSON for everybody. It is tested against that (RFC 8259; `serde_json`).

mod changes;
mod number;
mod reader;

use std::borrow::Cow;

pub use changes::{Change, changes};
pub use number::parse_f64;

/// One value, and the part of the text that says it.
#[derive(Clone, Debug, PartialEq)]
pub struct Value<'a> {
    raw: &'a str,
    kind: Kind<'a>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number: its digits are [`Value::raw`].
    Number,
    /// A text without its quotes and escapes.
    Text(Cow<'a, str>),
    /// `[ … ]`
    List(Vec<Value<'a>>),
    /// `{ … }`
    Object(Object<'a>),
}

/// Keys and values in the order of the text; a key may stand there again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

/// Why a text is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no JSON at byte {at}: {why:?}")]
pub struct Error {
    /// The byte of the text at which no JSON can go on.
    pub at: usize,
    /// What is wrong there.
    pub why: Why,
}

/// What is wrong at a place of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The text ends where something must follow.
    Ends,
    /// Something else must stand here.
    Unexpected,
    /// Lists and objects within each other, deeper than [`DEEPEST`].
    TooDeep,
}

/// How deep lists and objects may stand within each other. RFC 8259, section 9, allows a limit.
pub const DEEPEST: usize = 127;

/// Reads a text that is one JSON value, perhaps with space around it.
///
/// Half of a surrogate pair (`\ud83d` alone) becomes U+FFFD: the rest of the text is worth having.
///
/// # Errors
/// If it is anything else, with the place.
pub fn parse(text: &str) -> Result<Value<'_>, Error> {
    reader::parse(text)
}

impl<'a> Value<'a> {
    /// As it stands in the text, quotes and escapes included.
    pub const fn raw(&self) -> &'a str {
        self.raw
    }

    /// What it is.
    pub const fn kind(&self) -> &Kind<'a> {
        &self.kind
    }

    /// An object.
    pub const fn as_object(&self) -> Option<&Object<'a>> {
        match &self.kind {
            Kind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The entries of a list.
    pub fn as_list(&self) -> Option<&[Value<'a>]> {
        match &self.kind {
            Kind::List(list) => Some(list),
            _ => None,
        }
    }

    /// A text.
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value to which a JSON pointer leads (RFC 6901); an empty one leads to the whole.
    pub fn at(&self, pointer: &str) -> Option<&Value<'a>> {
        let mut value = self;
        for token in pointer.split('/').skip(1) {
            value = match &value.kind {
                Kind::Object(object) => object.get(&token.replace("~1", "/").replace("~0", "~"))?,
                Kind::List(list) => list.get(token.parse::<usize>().ok()?)?,
                _ => return None,
            };
        }
        Some(value)
    }
}

impl<'a> Object<'a> {
    /// The value of a key; of a repeated key the last, as in a browser.
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        let mut values = self.0.iter().rev();
        Some(&values.find(|entry| entry.0 == key)?.1)
    }

    /// Whether the key stands in it.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Every key with its value, in the order of the text.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value<'a>)> {
        self.0.iter().map(|(key, value)| (&**key, value))
    }
}

#[cfg(test)]
mod tests;
