//! `config.json` → what is valid of it, and each mistake with its place.
//!
//! Each section and each entry of a list is read on its own: one bad door does not lose the others. Secrets have no place
//! in a file that everybody who opens the page can read; they are named and not read.

mod brokers;
mod hours;
mod kept;
mod mappings;
mod node;
mod site;
mod write;

use super::address::UrlMistake;
use super::mapping::Mapping;
use super::profile::Profile;
use super::site::Site;
use crate::json;
use crate::mqtt::FilterError;
use node::{Node, Reader};

pub use kept::{Kept, read_kept, write_kept};
pub use write::write;

/// What a `config.json` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The place whose people are counted.
    pub site: Option<Site>,
    /// The brokers, in the order of the file.
    pub profiles: Vec<Profile>,
    /// What a person explained of messages, in the order of the file.
    pub mappings: Vec<Mapping>,
    /// The page may be told to run its wall clock faster.
    pub demo: bool,
    /// What could not be used; empty if all is right.
    pub mistakes: Vec<Mistake>,
}

impl Config {
    /// Nothing in it is of use. Two configurations are not compared for that: it would be 1 KB of every page.
    pub const fn is_empty(&self) -> bool {
        self.site.is_none() && self.profiles.is_empty() && self.mappings.is_empty() && !self.demo
    }
}

/// One thing that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where: `brokers[0].url`; empty for the file as a whole.
    pub path: String,
    /// The line, from 1; of what is wrong or, if something is missing, of what lacks it.
    pub line: u32,
    /// What is wrong.
    pub what: Wrong,
    /// The offending text, at most 60 characters; never one that may be secret.
    pub text: Option<String>,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Not JSON.
    Syntax {
        /// The column, from 1.
        column: u32,
        /// The text ends where something must follow.
        ends_early: bool,
    },
    /// No such key here.
    UnknownKey {
        /// The known key that looks like it.
        meant: Option<&'static str>,
    },
    /// A password, token or the like. Everybody can read this file; a person signs in on the page.
    Secret,
    /// A key that must be there is not.
    Missing,
    /// Nothing in it.
    Empty,
    /// Longer than this many characters.
    TooLong(u32),
    /// A control character in it.
    Character,
    /// Something else than what is expected here.
    Expected(Shape),
    /// A number, but not a whole one from `least` to `most`.
    OutOfRange {
        /// The least allowed.
        least: u64,
        /// The most allowed.
        most: u64,
    },
    /// None of the words allowed here.
    NotOneOf(&'static [&'static str]),
    /// The same key, id, filter or door again; the first one counts.
    Repeated,
    /// A line of which device? Neither it nor its door says so.
    NoDevice,
    /// No usable door of that id.
    UnknownDoor,
    /// One reading counts as entered and as exited.
    SameReading,
    /// Not the name of a time zone (`Asia/Seoul`). UTC is used.
    TimeZone,
    /// Not a time of day (`04:00`).
    TimeOfDay,
    /// Not a span of a day (`10:00-22:00`).
    Span,
    /// Overlaps the span before it.
    Overlap,
    /// Not a date (`2026-12-25`).
    Date,
    /// Not a language tag (`en`, `ko`).
    Language,
    /// No use for it beside what else stands here.
    NotHere,
    /// Not a JSON pointer (`/people/in`).
    Pointer,
    /// Not the name of a level of a topic (`{device}`, `{line}`).
    Template,
    /// Nothing is published to this broker without `"publish": true`.
    ViewOnly,
    /// A topic to publish to has no wildcards.
    TopicName,
    /// Not a topic filter.
    Filter(FilterError),
    /// Not an address that a page can open.
    Url(UrlMistake),
}

/// A kind of JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `{ … }`
    Object,
    /// `[ … ]`
    List,
    /// `"…"`
    Text,
    /// A number.
    Number,
    /// `true` or `false`
    TrueOrFalse,
    /// `"…"` or `{ … }`
    TextOrObject,
    /// `"…"` or `[ … ]`
    TextOrList,
}

/// Reads the text of a `config.json`. Of a time zone only the form is looked at.
pub fn parse(text: &str) -> Config {
    parse_with(text, |_| true)
}

/// The same where somebody knows which time zones there are.
pub fn parse_with(text: &str, is_zone: fn(&str) -> bool) -> Config {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parsed = json::parse(text);
    let mut reader = Reader::new(text, is_zone);
    let mut config = Config::default();
    if let Some(root) = reader.root(&parsed) {
        read(&mut reader, &root, &mut config);
    }
    config.mistakes = reader.into_mistakes();
    config
}

fn read<'a>(reader: &mut Reader<'a>, root: &Node<'a>, config: &mut Config) {
    let Some(mut fields) = reader.fields(root, &["$schema", "demo", "site", "brokers", "mappings"])
    else {
        return;
    };
    if let Some(node) = fields.take("demo") {
        config.demo = reader.switch(&node).unwrap_or(false);
    }
    if let Some(node) = fields.take("site") {
        config.site = site::read(reader, &node);
    }
    if let Some(node) = fields.take("brokers") {
        config.profiles = brokers::read(reader, &node);
    }
    if let Some(node) = fields.take("mappings") {
        config.mappings = mappings::read(reader, &node);
    }
}

impl Config {
    /// The text of a `config.json` that says the same; without passwords.
    pub fn to_json(&self) -> String {
        write::to_json(self)
    }
}

#[cfg(test)]
mod tests;
