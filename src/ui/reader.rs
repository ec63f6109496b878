//! What the reader prefers: language and theme. From the address, from what was chosen before, from the system.

use leptos::prelude::*;

use crate::browser::page::media::Media;
use crate::browser::page::{self, preferences};
use crate::words::Language;

/// The reader's choices, alive: whatever depends on them follows at once.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    /// In which all words are.
    pub language: RwSignal<Language>,
    /// Light, dark, or as the system has it.
    pub theme: RwSignal<Theme>,
    /// Counts up when the colours have changed, for what is drawn and not styled.
    pub colours: RwSignal<u32>,
    // Watched as long as the page lives.
    system: StoredValue<Option<System>, LocalStorage>,
}

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

struct System {
    dark: Option<Media>,
    own_colours: Option<Media>,
    _contrast: Option<Media>,
}

impl Reader {
    pub(super) fn load() -> Self {
        let asked = |name: &str| page::query(name).or_else(|| preferences::read(name));
        let language = asked(LANGUAGE)
            .and_then(|tag| Language::from_tag(&tag))
            .or_else(|| {
                page::languages()
                    .iter()
                    .find_map(|tag| Language::from_tag(tag))
            })
            .unwrap_or_default();
        let theme = asked(THEME).map_or(Theme::System, |name| Theme::from_name(&name));
        let reader = Self {
            language: RwSignal::new(language),
            theme: RwSignal::new(theme),
            colours: RwSignal::new(0),
            system: StoredValue::new_local(None),
        };
        let changed = move || reader.show_theme();
        reader.system.set_value(Some(System {
            dark: Media::watch("(prefers-color-scheme: dark)", changed),
            own_colours: Media::watch("(forced-colors: active)", changed),
            _contrast: Media::watch("(prefers-contrast: more)", changed),
        }));
        reader.show_theme();
        reader.show_language();
        reader
    }

    /// The reader chose a language.
    pub(super) fn choose_language(self, language: Language) {
        self.language.set(language);
        self.show_language();
        let _kept = preferences::write(LANGUAGE, language.tag());
    }

    /// The reader chose a theme.
    pub(super) fn choose_theme(self, theme: Theme) {
        self.theme.set(theme);
        self.show_theme();
        let _kept = preferences::write(THEME, theme.name());
    }

    fn show_language(self) {
        page::set_root_attribute("lang", self.language.get_untracked().tag());
    }

    fn show_theme(self) {
        let holds = |of: fn(&System) -> &Option<Media>| {
            self.system.with_value(|system| {
                system
                    .as_ref()
                    .is_some_and(|system| of(system).as_ref().is_some_and(Media::holds))
            })
        };
        let theme = if holds(|system| &system.own_colours) {
            // The reader's own colours win: ours must fit to their ground.
            Theme::System
        } else {
            self.theme.get_untracked()
        };
        let dark = match theme {
            Theme::System => holds(|system| &system.dark),
            Theme::Light => false,
            Theme::Dark => true,
        };
        page::set_root_attribute("data-theme", if dark { "dark" } else { "light" });
        self.colours.update(|times| *times = times.wrapping_add(1));
    }
}

impl Theme {
    pub(super) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn from_name(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|theme| theme.name() == name)
            .unwrap_or_default()
    }
}

/// The reader's choices.
pub(super) fn use_reader() -> Reader {
    expect_context()
}

/// Parameter of the page's address, and name of what is kept.
const LANGUAGE: &str = "lang";
const THEME: &str = "theme";
