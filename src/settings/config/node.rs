//! JSON piece by piece: each value with its path and line, so that one bad piece does not lose the others.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::super::address::names_secret;
use super::{Mistake, Shape, Wrong};

/// One value of the text, not yet looked into.
#[derive(Clone)]
pub(super) struct Node<'a> {
    /// A part of the reader's text.
    raw: &'a str,
    path: String,
}

impl<'a> Node<'a> {
    fn child(&self, key: &str, raw: &'a str) -> Self {
        Self {
            raw,
            path: self.path_of(key),
        }
    }

    fn path_of(&self, key: &str) -> String {
        let key = shortened(key);
        if self.path.is_empty() {
            key
        } else {
            format!("{}.{key}", self.path)
        }
    }

    pub(super) fn shape(&self) -> Shape {
        match self.raw.as_bytes().first() {
            Some(b'{') => Shape::Object,
            Some(b'[') => Shape::List,
            Some(b'"') => Shape::Text,
            Some(b't' | b'f') => Shape::TrueOrFalse,
            _ => Shape::Number,
        }
    }
}

/// The values of an object whose keys are known.
pub(super) struct Fields<'a> {
    object: Node<'a>,
    entries: Vec<(&'static str, Node<'a>)>,
}

impl<'a> Fields<'a> {
    /// The value of that key; `None` if it is not there, or null.
    pub(super) fn take(&mut self, key: &str) -> Option<Node<'a>> {
        let index = self.entries.iter().position(|entry| entry.0 == key)?;
        Some(self.entries.swap_remove(index).1)
    }
}

/// Looks into nodes and collects what is wrong.
pub(super) struct Reader<'a> {
    text: &'a str,
    /// Whether there is a time zone of that name.
    pub(super) is_zone: fn(&str) -> bool,
    /// What the form made of what a person typed is read as it was written: with space around it, and secrets in an
    /// address, of which that person was warned.
    pub(super) is_kept: bool,
    mistakes: Vec<Mistake>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(text: &'a str, is_zone: fn(&str) -> bool) -> Self {
        Self {
            text,
            is_zone,
            is_kept: false,
            mistakes: Vec::new(),
        }
    }

    pub(super) fn into_mistakes(self) -> Vec<Mistake> {
        self.mistakes
    }

    /// The text as one value, if it is JSON.
    pub(super) fn root(&mut self) -> Option<Node<'a>> {
        match serde_json::from_str::<&RawValue>(self.text) {
            Ok(raw) => Some(Node {
                raw: raw.get(),
                path: String::new(),
            }),
            Err(error) => {
                self.syntax(&error);
                None
            }
        }
    }

    fn syntax(&mut self, error: &serde_json::Error) {
        self.mistakes.push(Mistake {
            path: String::new(),
            line: number(error.line().max(1)),
            what: Wrong::Syntax {
                column: number(error.column().max(1)),
                ends_early: error.is_eof(),
            },
            // Whatever stands there may be half of a secret.
            text: None,
        });
    }

    /// Notes a mistake with the node's own text, if it is short by nature and cannot hold a secret.
    pub(super) fn wrong(&mut self, node: &Node<'_>, what: Wrong) {
        let is_scalar = !matches!(node.shape(), Shape::Object | Shape::List);
        let text = (is_scalar && !node.raw.contains(['@', '?']))
            .then(|| shortened(node.raw.trim_matches('"')));
        self.note(node.path.clone(), node, what, text);
    }

    fn note(&mut self, path: String, node: &Node<'_>, what: Wrong, text: Option<String>) {
        if self.mistakes.len() < MISTAKE_LIMIT {
            let line = self.line(node);
            self.mistakes.push(Mistake {
                path,
                line,
                what,
                text,
            });
        }
    }

    /// A node is a slice of the text: its place in memory is its place in the text.
    fn line(&self, node: &Node<'_>) -> u32 {
        let offset = node
            .raw
            .as_ptr()
            .addr()
            .saturating_sub(self.text.as_ptr().addr());
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        number(before.iter().filter(|&&byte| byte == b'\n').count() + 1)
    }

    /// The values of an object; keys that are not among `known` are mistakes.
    pub(super) fn fields(
        &mut self,
        node: &Node<'a>,
        known: &'static [&'static str],
    ) -> Option<Fields<'a>> {
        let mut entries = Vec::new();
        for (key, value) in self.entries(node)? {
            match known.iter().find(|known| **known == key) {
                Some(_) if value.raw == "null" => {}
                Some(known) => entries.push((*known, value)),
                None if names_secret(&key) => {
                    self.note(value.path.clone(), &value, Wrong::Secret, None)
                }
                None => {
                    let meant = nearest(&key, known);
                    self.note(
                        value.path.clone(),
                        &value,
                        Wrong::UnknownKey { meant },
                        Some(shortened(&key)),
                    );
                }
            }
        }
        Some(Fields {
            object: node.clone(),
            entries,
        })
    }

    /// The value of that key, which must be there.
    pub(super) fn required(&mut self, fields: &mut Fields<'a>, key: &str) -> Option<Node<'a>> {
        let node = fields.take(key);
        if node.is_none() {
            let path = fields.object.path_of(key);
            self.note(path, &fields.object, Wrong::Missing, None);
        }
        node
    }

    /// The keys and values of an object; of a repeated key the first.
    pub(super) fn entries(&mut self, node: &Node<'a>) -> Option<Vec<(String, Node<'a>)>> {
        let Ok(Pairs(pairs)) = serde_json::from_str::<Pairs<'a>>(node.raw) else {
            self.wrong(node, Wrong::Expected(Shape::Object));
            return None;
        };
        let mut entries: Vec<(String, Node<'a>)> = Vec::with_capacity(pairs.len());
        for (key, raw) in pairs {
            let value = node.child(&key, raw.get());
            if entries.iter().any(|entry| entry.0 == key) {
                self.note(
                    value.path.clone(),
                    &value,
                    Wrong::Repeated,
                    Some(shortened(&key)),
                );
            } else {
                entries.push((key, value));
            }
        }
        Some(entries)
    }

    /// The entries of a list.
    pub(super) fn list(&mut self, node: &Node<'a>) -> Option<Vec<Node<'a>>> {
        let Ok(values) = serde_json::from_str::<Vec<&'a RawValue>>(node.raw) else {
            self.wrong(node, Wrong::Expected(Shape::List));
            return None;
        };
        let entry = |(index, raw): (usize, &'a RawValue)| Node {
            raw: raw.get(),
            path: format!("{}[{index}]", node.path),
        };
        Some(values.into_iter().enumerate().map(entry).collect())
    }

    /// A text with something in it, without space around it, at most `most` characters.
    pub(super) fn text(&mut self, node: &Node<'_>, most: u32) -> Option<String> {
        let Ok(text) = serde_json::from_str::<String>(node.raw) else {
            self.wrong(node, Wrong::Expected(Shape::Text));
            return None;
        };
        let text = if self.is_kept { &text } else { text.trim() };
        let what = if text.is_empty() {
            Wrong::Empty
        } else if text.contains(char::is_control) {
            Wrong::Character
        } else if !self.is_kept && number(text.chars().count()) > most {
            Wrong::TooLong(most)
        } else {
            return Some(text.to_owned());
        };
        self.wrong(node, what);
        None
    }

    /// A whole number from 0 to `most`.
    pub(super) fn whole(&mut self, node: &Node<'_>, most: u64) -> Option<u64> {
        if node.shape() != Shape::Number {
            self.wrong(node, Wrong::Expected(Shape::Number));
            return None;
        }
        let value = node.raw.parse::<u64>().ok().filter(|value| *value <= most);
        if value.is_none() {
            self.wrong(node, Wrong::OutOfRange { least: 0, most });
        }
        value
    }

    /// True or false.
    pub(super) fn switch(&mut self, node: &Node<'_>) -> Option<bool> {
        match node.raw {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                self.wrong(node, Wrong::Expected(Shape::TrueOrFalse));
                None
            }
        }
    }

    /// One of a few words.
    pub(super) fn choice(
        &mut self,
        node: &Node<'_>,
        words: &'static [&'static str],
    ) -> Option<&'static str> {
        let text = self.text(node, LONGEST_TEXT)?;
        let word = words.iter().find(|word| **word == text).copied();
        if word.is_none() {
            self.wrong(node, Wrong::NotOneOf(words));
        }
        word
    }

    /// Reads each entry of a list by `read`; an entry whose `key` came before is a mistake, and left out.
    pub(super) fn each<T, K: PartialEq>(
        &mut self,
        node: &Node<'a>,
        read: impl Fn(&mut Self, &Node<'a>) -> Option<T>,
        key: impl Fn(&T) -> K,
    ) -> Vec<T> {
        let mut values: Vec<T> = Vec::new();
        for entry in self.list(node).unwrap_or_default() {
            let Some(value) = read(self, &entry) else {
                continue;
            };
            if values.iter().any(|former| key(former) == key(&value)) {
                self.wrong(&entry, Wrong::Repeated);
            } else {
                values.push(value);
            }
        }
        values
    }
}

/// An object as it is written: in order, with repeated keys.
struct Pairs<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Pairs<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// The known key that a person probably meant: at most two letters away, or the same but for case.
fn nearest(key: &str, known: &[&'static str]) -> Option<&'static str> {
    let key = key.to_ascii_lowercase();
    if key.len() > LONGEST_KEY {
        return None;
    }
    known
        .iter()
        .map(|known| (distance(&key, &known.to_ascii_lowercase()), *known))
        .filter(|(distance, known)| *distance <= 2 && *distance * 2 < known.len())
        .min()
        .map(|(_, known)| known)
}

/// How many letters must be added, left out or changed.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, left) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (column, right) in other.iter().enumerate() {
            let changed = diagonal + usize::from(left != *right);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= TEXT_SHOWN {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(TEXT_SHOWN - 1).collect();
    short.push('…');
    short
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// So that a mistake stays one line on the page.
const TEXT_SHOWN: usize = 60;
/// More mistakes help nobody; a hostile file must not fill the memory.
const MISTAKE_LIMIT: usize = 100;
/// No known key is longer; comparing takes the product of both lengths.
const LONGEST_KEY: usize = 40;
/// The longest text that MQTT can carry, in bytes [MQTT-1.5.4]; more than enough for any name.
pub(super) const LONGEST_TEXT: u32 = 65_535;
/// The longest id or name, in characters: as long as [`DeviceId`](crate::observation::DeviceId) keeps.
pub(super) const LONGEST_NAME: u32 = 128;
