//! JSON piece by piece: each value with its path and line, so that one bad piece does not lose the others.

use super::super::address::names_secret;
use super::{Mistake, Shape, Wrong};
use crate::json::{Error, Kind, Value, Why};
use crate::ordered::OrderedSet;

/// One value of the text, with its path.
#[derive(Clone)]
pub(super) struct Node<'a> {
    value: &'a Value<'a>,
    path: String,
}

impl<'a> Node<'a> {
    fn path_of(&self, key: &str) -> String {
        let key = shortened(key);
        if self.path.is_empty() {
            key
        } else {
            format!("{}.{key}", self.path)
        }
    }

    pub(super) const fn kind(&self) -> &'a Kind<'a> {
        self.value.kind()
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
    pub(super) fn root(&mut self, parsed: &'a Result<Value<'a>, Error>) -> Option<Node<'a>> {
        match parsed {
            Ok(value) => Some(Node {
                value,
                path: String::new(),
            }),
            Err(error) => {
                self.syntax(*error);
                None
            }
        }
    }

    fn syntax(&mut self, error: Error) {
        let before = self.before(error.at);
        let last_line = before.rsplit('\n').next().unwrap_or_default();
        self.mistakes.push(Mistake {
            path: String::new(),
            line: line(before),
            what: Wrong::Syntax {
                column: number(last_line.chars().count() + 1),
                ends_early: error.why == Why::Ends,
            },
            // Whatever stands there may be half of a secret.
            text: None,
        });
    }

    fn before(&self, at: usize) -> &'a str {
        self.text.get(..at).unwrap_or_default()
    }

    /// Notes a mistake with the node's own text, if it is short by nature and cannot hold a secret.
    pub(super) fn wrong(&mut self, node: &Node<'_>, what: Wrong) {
        let raw = node.value.raw();
        let is_scalar = !matches!(node.kind(), Kind::Object(_) | Kind::List(_));
        let text =
            (is_scalar && !raw.contains(['@', '?'])).then(|| shortened(raw.trim_matches('"')));
        self.note(node.path.clone(), node, what, text);
    }

    fn note(&mut self, path: String, node: &Node<'_>, what: Wrong, text: Option<String>) {
        if self.mistakes.len() < MISTAKE_LIMIT {
            // A value is a slice of the text: its place in memory is its place in the text.
            let start = node.value.raw().as_ptr().addr();
            let at = start.saturating_sub(self.text.as_ptr().addr());
            let line = line(self.before(at));
            self.mistakes.push(Mistake {
                path,
                line,
                what,
                text,
            });
        }
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
                Some(_) if *value.kind() == Kind::Null => {}
                Some(known) => entries.push((*known, value)),
                None if names_secret(key) => {
                    self.note(value.path.clone(), &value, Wrong::Secret, None)
                }
                None => {
                    let meant = nearest(key, known);
                    self.note(
                        value.path.clone(),
                        &value,
                        Wrong::UnknownKey { meant },
                        Some(shortened(key)),
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
    pub(super) fn entries(&mut self, node: &Node<'a>) -> Option<Vec<(&'a str, Node<'a>)>> {
        let Kind::Object(object) = node.kind() else {
            self.wrong(node, Wrong::Expected(Shape::Object));
            return None;
        };
        let mut entries: Vec<(&'a str, Node<'a>)> = Vec::new();
        for (key, value) in object.iter() {
            let path = node.path_of(key);
            let value = Node { value, path };
            if entries.iter().any(|entry| entry.0 == key) {
                let path = value.path.clone();
                self.note(path, &value, Wrong::Repeated, Some(shortened(key)));
            } else {
                entries.push((key, value));
            }
        }
        Some(entries)
    }

    /// The entries of a list.
    pub(super) fn list(&mut self, node: &Node<'a>) -> Option<Vec<Node<'a>>> {
        let Kind::List(values) = node.kind() else {
            self.wrong(node, Wrong::Expected(Shape::List));
            return None;
        };
        let entry = |(index, value): (usize, &'a Value<'a>)| Node {
            value,
            path: format!("{}[{index}]", node.path),
        };
        Some(values.iter().enumerate().map(entry).collect())
    }

    /// A text with something in it, without space around it, at most `most` characters.
    pub(super) fn text(&mut self, node: &Node<'_>, most: u32) -> Option<String> {
        let Kind::Text(text) = node.kind() else {
            self.wrong(node, Wrong::Expected(Shape::Text));
            return None;
        };
        let text = if self.is_kept { text } else { text.trim() };
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

    /// A whole number from `least` to `most`.
    pub(super) fn whole(&mut self, node: &Node<'_>, least: u64, most: u64) -> Option<u64> {
        if *node.kind() != Kind::Number {
            self.wrong(node, Wrong::Expected(Shape::Number));
            return None;
        }
        let value = node.value.raw().parse::<u64>().ok();
        let value = value.filter(|value| (least..=most).contains(value));
        if value.is_none() {
            self.wrong(node, Wrong::OutOfRange { least, most });
        }
        value
    }

    /// True or false.
    pub(super) fn switch(&mut self, node: &Node<'_>) -> Option<bool> {
        let Kind::Bool(truth) = node.kind() else {
            self.wrong(node, Wrong::Expected(Shape::TrueOrFalse));
            return None;
        };
        Some(*truth)
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
    pub(super) fn each<T>(
        &mut self,
        node: &Node<'a>,
        read: impl Fn(&mut Self, &Node<'a>) -> Option<T>,
        key: impl Fn(&T) -> String,
    ) -> Vec<T> {
        let mut values: Vec<T> = Vec::new();
        let mut keys = OrderedSet::new();
        for entry in self.list(node).unwrap_or_default() {
            let Some(value) = read(self, &entry) else {
                continue;
            };
            if keys.insert(key(&value)) {
                values.push(value);
            } else {
                self.wrong(&entry, Wrong::Repeated);
            }
        }
        values
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

/// The line that follows a text, from 1.
fn line(before: &str) -> u32 {
    number(before.bytes().filter(|byte| *byte == b'\n').count() + 1)
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
