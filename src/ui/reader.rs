//! What the reader prefers: language and theme. From the address, from what was chosen before, from the system.

use std::time::Duration;

use leptos::prelude::*;

use super::spoken::{LoadSpoken, Spoken};
use crate::browser::page::media::Media;
use crate::browser::page::start::spawn;
use crate::browser::page::{self, preferences};
use crate::words::Language;

/// The reader's choices, alive: whatever depends on them follows at once.
#[derive(Clone, Copy)]
pub(super) struct Reader {
    /// What the page speaks.
    pub spoken: RwSignal<Spoken>,
    /// Another language is wanted, and could not be loaded.
    pub not_loaded: RwSignal<bool>,
    /// Light, dark, or as the system has it.
    pub theme: RwSignal<Theme>,
    /// Counts up when the colours have changed, for what is drawn and not styled.
    pub colours: RwSignal<u32>,
    wanted: RwSignal<Language>,
    load: LoadSpoken,
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
    pub(super) fn load(spoken: Spoken, load: LoadSpoken) -> Self {
        let wanted = wanted_language();
        let theme = asked(THEME).map_or(Theme::System, |name| Theme::from_name(&name));
        let reader = Self {
            spoken: RwSignal::new(spoken),
            not_loaded: RwSignal::new(false),
            wanted: RwSignal::new(wanted),
            load,
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
        if spoken.words.language != wanted {
            reader.speak(wanted);
        }
        reader
    }

    /// The reader chose a language.
    pub(super) fn choose_language(self, language: Language) {
        let _kept = preferences::write(LANGUAGE, language.tag());
        let is_tried = self.not_loaded.get_untracked() && self.wanted.get_untracked() == language;
        if !is_tried {
            self.speak(language);
        }
    }

    /// Speaks it as soon as it can be loaded, unless another one is wanted by then.
    fn speak(self, language: Language) {
        self.wanted.set(language);
        spawn(async move {
            let spoken = (self.load)(language).await;
            if self.wanted.get_untracked() != language {
                return;
            }
            self.not_loaded.set(spoken.is_none());
            match spoken {
                Some(spoken) => {
                    self.spoken.set(spoken);
                    self.show_language();
                }
                // A wall comes back by itself when the server of the page does.
                None => set_timeout(move || self.speak_again(language), PAUSE),
            }
        });
    }

    fn speak_again(self, language: Language) {
        if self.wanted.get_untracked() == language {
            self.speak(language);
        }
    }

    /// The reader chose a theme.
    pub(super) fn choose_theme(self, theme: Theme) {
        self.theme.set(theme);
        self.show_theme();
        let _kept = preferences::write(THEME, theme.name());
    }

    fn show_language(self) {
        let language = self.spoken.get_untracked().words.language;
        page::set_root_attribute("lang", language.tag());
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

/// The language that the address asks for, that was chosen before, or that the browser prefers.
pub fn wanted_language() -> Language {
    let asked = asked(LANGUAGE).and_then(|tag| Language::from_tag(&tag));
    let preferred = || {
        let tags = page::languages();
        tags.iter().find_map(|tag| Language::from_tag(tag))
    };
    asked.or_else(preferred).unwrap_or_default()
}

fn asked(name: &str) -> Option<String> {
    page::query(name).or_else(|| preferences::read(name))
}

/// Before a language is loaded again.
const PAUSE: Duration = Duration::from_secs(10);

/// Parameter of the page's address, and name of what is kept.
const LANGUAGE: &str = "lang";
const THEME: &str = "theme";
