//! The settings: a sheet over the right edge, the wall beside it stays in sight.

use std::pin::Pin;

use leptos::html::Dialog;
use leptos::prelude::*;

use super::chart_table::{flow_table, present_table};
use super::charts::Frame;
use super::doctor::Doctor;
use super::hand::{focus_soon, follow, press};
use super::locked;
use super::messages::Messages;
use super::mistakes::Configuration;
use super::parts::{Kind, button, styled};
use super::profile_form::ProfileForm;
use super::profile_list::ProfileList;
use super::profiles::{Known, Profiles};
use super::reader::use_reader;
use super::remember;
use super::sheet::{SheetPage, use_sheet};
use super::tongue::{Tongue, use_tongue};
use super::view_settings::ViewSettings;
use super::warnings::{StorageNote, Warnings};
use super::wide_strips::WideStrips;
use crate::browser::page::element;
use crate::live::{Chart, Live};
use crate::words::Words;

/// What is loaded with the sheet: most of what the page can do is seldom done.
#[derive(Clone, Copy)]
pub struct Settings {
    /// What the sheet holds.
    content: fn(SheetPage) -> AnyView,
    /// Brings profiles and the vault of passwords into accord.
    pub(super) ask_vault: fn(Profiles),
    /// With which a person types the password of a broker.
    pub(super) unlock: fn(&Known, Profiles, String) -> AnyView,
    /// What is to be decided, and was, about subscriptions.
    pub(super) strips: fn() -> AnyView,
    /// The chart of people who passed as a table of that title.
    pub(super) flow_table: fn(Chart, &'static str) -> AnyView,
    /// The chart of people present as a table; the names of its curves.
    pub(super) present_table: fn(Chart, Memo<Frame>, Vec<String>) -> AnyView,
}

/// Loads it; may be asked again after a failure.
pub type LoadSettings = fn() -> Pin<Box<dyn Future<Output = Result<Settings, NotLoaded>>>>;

/// A part of the page could not be loaded from where the page came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotLoaded;

/// How far it is loaded.
#[derive(Clone, Copy)]
pub(super) struct Loading {
    load: LoadSettings,
    settings: RwSignal<Option<Result<Settings, NotLoaded>>>,
}

impl Loading {
    pub(super) fn new(load: LoadSettings) -> Self {
        Self {
            load,
            settings: RwSignal::new(None),
        }
    }

    /// Loads it, unless it is there.
    pub(super) fn load(self) {
        if !matches!(*self.settings.read_untracked(), Some(Ok(_))) {
            self.settings.set(None);
            let loading = (self.load)();
            leptos::task::spawn_local(async move { self.settings.set(Some(loading.await)) });
        }
    }

    /// It, as soon as it is there.
    pub(super) fn get(self) -> Option<Settings> {
        self.settings.get().and_then(Result::ok)
    }

    /// What it shows, or that it is not there.
    pub(super) fn view(self, words: &'static Words, show: &dyn Fn(Settings) -> AnyView) -> AnyView {
        match self.settings.get() {
            Some(Ok(settings)) => show(settings),
            None => view! { <div class="sheet__body" aria-busy="true"></div> }.into_any(),
            Some(Err(NotLoaded)) => view! {
                <div class="sheet__body" role="alert">
                    <p>{words.sheet.not_loaded}</p>
                    <button type="button" class="button" on:click=press(move || self.load())>
                        {words.sheet.load_again}
                    </button>
                </div>
            }
            .into_any(),
        }
    }
}

/// How far what is loaded with the settings is loaded.
pub(super) fn use_loading() -> Loading {
    expect_context()
}

#[component]
pub(super) fn SettingsSheet() -> impl IntoView {
    let loading = use_loading();
    let live: Live = expect_context();
    let reader = use_reader();
    let sheet = use_sheet();
    let dialog = NodeRef::<Dialog>::new();
    follow(move || {
        if sheet.page().is_some() {
            loading.load();
        }
    });
    // The browser keeps the focus within and gives it back to what opened the sheet.
    follow(move || {
        let (page, Some(dialog)) = (sheet.page(), dialog.get()) else {
            return;
        };
        if page.is_none() {
            element::close(&dialog);
            return;
        }
        element::open(&dialog);
        // What had the focus may be gone with the former page.
        focus_soon("#sheet-title");
    });
    let words = move || reader.spoken.get().words;
    let content = move || {
        let zone = live.site.read_untracked().time_zone.clone();
        provide_context(Tongue::new(reader.spoken.get(), &zone));
        match sheet.page() {
            None => ().into_any(),
            Some(page) => loading.view(words(), &|settings| (settings.content)(page.clone())),
        }
    };
    let title_word = move || match sheet.page() {
        None | Some(SheetPage::Overview) => words().bar.settings,
        Some(SheetPage::Profile(None)) => words().sheet.add,
        Some(SheetPage::Profile(Some(_))) => words().sheet.edit,
        Some(SheetPage::Messages) => words().sheet.messages,
        Some(SheetPage::Doctor(_)) => words().sheet.doctor,
    };
    view! {
        <dialog
            class="sheet"
            node_ref=dialog
            aria-labelledby="sheet-title"
            on:close=move |_| sheet.close()
        >
            <div class="sheet__head">
                <h2 id="sheet-title" class="sheet__title" tabindex="-1">
                    {move || title_word()}
                </h2>
                <button
                    type="button"
                    class="button push"
                    data-kind="bare"
                    aria-label=move || words().label.close_settings
                    on:click=press(move || sheet.close())
                >
                    {move || words().sheet.close}
                </button>
            </div>
            {move || content()}
        </dialog>
    }
}

/// All that is reachable only from here is loaded with the sheet.
pub const SETTINGS: Settings = Settings {
    content,
    unlock: locked::unlock,
    ask_vault: remember::ask_vault,
    strips: || view! { <WideStrips /> }.into_any(),
    flow_table,
    present_table,
};

/// A page of the settings.
fn content(page: SheetPage) -> AnyView {
    let inside = move || match page.clone() {
        SheetPage::Overview => view! { <Overview /> }.into_any(),
        SheetPage::Profile(id) => view! { <ProfileForm id /> }.into_any(),
        SheetPage::Messages => view! { <Messages /> }.into_any(),
        SheetPage::Doctor(id) => view! { <Doctor id /> }.into_any(),
    };
    styled("settings.css", Box::new(inside))
}

#[component]
fn Overview() -> impl IntoView {
    let sheet = use_sheet();
    let words = use_tongue().words;
    view! {
        <div class="sheet__body">
            <ProfileList />
            <Configuration />
            <ViewSettings />
            <StorageNote />
            <Warnings />
            <div class="profile__actions" data-page="messages">
                {button(Kind::Plain, words.sheet.messages, press(move || sheet.show(SheetPage::Messages)))}
            </div>
        </div>
    }
}
