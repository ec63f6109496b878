//! Which page of the settings is open, and what was typed there and not used yet.

use leptos::prelude::*;

use super::filters::FilterRow;
use crate::settings::ProfileId;
use crate::settings::form::Draft;

/// The settings: closed, or open at a page.
#[derive(Clone, Copy)]
pub(super) struct Sheet {
    page: RwSignal<Option<SheetPage>>,
    /// Outlives the form: a key that closes the settings by mistake loses nothing.
    typed: StoredValue<Option<Typed>>,
}

/// A form as a person left it, in memory only.
#[derive(Clone)]
pub(super) struct Typed {
    /// Whose; `None`: a new broker's.
    pub id: Option<ProfileId>,
    pub draft: Draft,
    pub rows: Vec<FilterRow>,
}

/// A page of the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetPage {
    /// All of them.
    Overview,
    /// One broker, or a new one.
    Profile(Option<ProfileId>),
    /// The messages as they come.
    Messages,
    /// What stands in the way of a broker.
    Doctor(ProfileId),
}

impl Sheet {
    pub(super) fn closed() -> Self {
        Self {
            page: RwSignal::new(None),
            typed: StoredValue::new(None),
        }
    }

    /// What is open.
    pub(super) fn page(self) -> Option<SheetPage> {
        self.page.get()
    }

    /// Opens a page, also from another one.
    pub(super) fn show(self, page: SheetPage) {
        self.set(Some(page));
    }

    /// Opens all of them, or goes on where somebody was typing.
    pub(super) fn open(self) {
        let typed = |typed: &Option<Typed>| Some(SheetPage::Profile(typed.as_ref()?.id.clone()));
        self.show(self.typed.with_value(typed).unwrap_or(SheetPage::Overview));
    }

    pub(super) fn close(self) {
        self.set(None);
    }

    /// Keeps what is typed, or forgets it.
    pub(super) fn keep(self, typed: Option<Typed>) {
        self.typed.set_value(typed);
    }

    /// What was typed into the form of this broker and not used.
    pub(super) fn typed(self, id: Option<&ProfileId>) -> Option<Typed> {
        let typed = self.typed.get_value();
        typed.filter(|typed| typed.id.as_ref() == id)
    }

    fn set(self, page: Option<SheetPage>) {
        // What is typed into a page that is open stays.
        if *self.page.read_untracked() != page {
            self.page.set(page);
        }
    }
}

/// The settings' state.
pub(super) fn use_sheet() -> Sheet {
    expect_context()
}
