//! The words of the page's language, and numbers and times written in it on the site's clocks.

use leptos::prelude::*;

use super::spoken::Spoken;
use crate::browser::page::intl::Intl;
use crate::problem::Sentences;
use crate::settings::Name;
use crate::time::Timestamp;
use crate::words::{Figures, SettingsWords, Words, settings_words, shown};

/// All that text is made with; provided anew when language or time zone change.
#[derive(Clone, Copy)]
pub(super) struct Tongue {
    /// All words.
    pub words: &'static Words,
    /// What is said of links that are not connected.
    pub sentences: &'static Sentences,
    intl: StoredValue<Intl, LocalStorage>,
}

impl Tongue {
    pub(super) fn new(spoken: Spoken, zone: &str) -> Self {
        let Spoken { words, sentences } = spoken;
        Self {
            words,
            sentences,
            intl: StoredValue::new_local(Intl::new(words.language.tag(), zone)),
        }
    }

    /// The words that only the settings say: where they are asked for, they are loaded.
    pub(super) fn settings(self) -> &'static SettingsWords {
        settings_words(self.words.language)
    }

    /// A name in this language: the user's, or a device's own.
    pub(super) fn name(self, name: &Name) -> String {
        shown(name.in_language(self.words.language.tag()))
    }

    /// `14:20:08`
    pub(super) fn seconds(self, at: Timestamp) -> String {
        self.intl.with_value(|intl| intl.seconds(at))
    }

    /// `Saturday 21 November`
    pub(super) fn date(self, at: Timestamp) -> String {
        self.intl.with_value(|intl| intl.date(at))
    }

    /// `21 Nov`
    pub(super) fn day(self, at: Timestamp) -> String {
        self.intl.with_value(|intl| intl.day(at))
    }

    /// `93%`, of a whole that is not zero; rounded down, so that 100 % is full.
    pub(super) fn share(self, part: u64, whole: u64) -> String {
        let percent = part.saturating_mul(100) / whole.max(1);
        format!("{}%", self.number(percent))
    }
}

impl Figures for Tongue {
    fn number(&self, number: u64) -> String {
        self.intl.with_value(|intl| intl.number(number as f64))
    }

    fn measurement(&self, number: f64) -> String {
        self.intl.with_value(|intl| intl.number(number))
    }

    fn clock(&self, at: Timestamp) -> String {
        self.intl.with_value(|intl| intl.time(at))
    }
}

/// The present tongue.
pub(super) fn use_tongue() -> Tongue {
    expect_context()
}
