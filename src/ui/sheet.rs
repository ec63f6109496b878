//! Which page of the settings is open.

use leptos::prelude::*;

use crate::settings::ProfileId;

/// The settings: closed, or open at a page.
#[derive(Clone, Copy)]
pub(super) struct Sheet(RwSignal<Option<SheetPage>>);

/// A page of the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetPage {
    /// All of them.
    Overview,
    /// One broker, or a new one.
    Profile(Option<ProfileId>),
}

impl Sheet {
    pub(super) fn closed() -> Self {
        Self(RwSignal::new(None))
    }

    /// What is open.
    pub(super) fn page(self) -> Option<SheetPage> {
        self.0.get()
    }

    /// Opens a page, also from another one.
    pub(super) fn show(self, page: SheetPage) {
        self.0.set(Some(page));
    }

    pub(super) fn close(self) {
        self.0.set(None);
    }
}

/// The settings' state.
pub(super) fn use_sheet() -> Sheet {
    expect_context()
}
