//! What a language says on every page; each language is loaded when it is wanted.

use std::pin::Pin;

use crate::problem::{self, Sentences};
use crate::words::{EN, KO, Language, Words};

/// All that a page says in one language, but for what is loaded with the settings and with the views of the address.
#[derive(Clone, Copy)]
pub struct Spoken {
    /// All words.
    pub words: &'static Words,
    /// What is said of links that are not connected.
    pub sentences: &'static Sentences,
}

/// Loads it; `None`: it could not be loaded.
pub type LoadSpoken = fn(Language) -> Pin<Box<dyn Future<Output = Option<Spoken>>>>;

/// English.
pub const ENGLISH: Spoken = Spoken {
    words: &EN,
    sentences: &problem::EN,
};

/// Korean.
pub const KOREAN: Spoken = Spoken {
    words: &KO,
    sentences: &problem::KO,
};
