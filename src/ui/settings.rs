//! The settings: a sheet over the right edge, the wall beside it stays in sight.

use leptos::html::{Dialog, H2};
use leptos::prelude::*;

use super::hand::{follow, memo, press};
use super::mistakes::Configuration;
use super::profile_form::ProfileForm;
use super::profile_list::ProfileList;
use super::reader::use_reader;
use super::sheet::{SheetPage, use_sheet};
use super::tongue::Tongue;
use super::view_settings::ViewSettings;
use super::warnings::{StorageNote, Warnings};
use crate::browser::page::element;
use crate::live::Live;

#[component]
pub(super) fn Settings() -> impl IntoView {
    let live: Live = expect_context();
    let reader = use_reader();
    let sheet = use_sheet();
    let dialog = NodeRef::<Dialog>::new();
    let title = NodeRef::<H2>::new();
    let page = memo(move || sheet.page());
    // The browser keeps the focus within and gives it back to what opened the sheet.
    follow(move || {
        let (page, Some(dialog)) = (page.get(), dialog.get()) else {
            return;
        };
        if page.is_none() {
            element::close(&dialog);
            return;
        }
        element::open(&dialog);
        // What had the focus may be gone with the former page.
        request_animation_frame(move || {
            if let Some(title) = title.get_untracked() {
                element::focus(&title);
            }
        });
    });
    let words = move || crate::words::words(reader.language.get());
    let content = move || {
        let language = reader.language.get();
        let zone = live.site.read_untracked().time_zone.clone();
        provide_context(Tongue::new(language, &zone));
        match page.get() {
            None => ().into_any(),
            Some(SheetPage::Overview) => view! { <Overview /> }.into_any(),
            Some(SheetPage::Profile(id)) => view! { <ProfileForm id /> }.into_any(),
        }
    };
    let title_word = move || match page.get() {
        None | Some(SheetPage::Overview) => words().bar.settings,
        Some(SheetPage::Profile(None)) => words().form.add,
        Some(SheetPage::Profile(Some(_))) => words().form.edit,
    };
    view! {
        <dialog
            class="sheet"
            node_ref=dialog
            aria-labelledby="sheet-title"
            on:close=move |_| sheet.close()
        >
            <div class="sheet__head">
                <h2 id="sheet-title" class="sheet__title" tabindex="-1" node_ref=title>
                    {move || title_word()}
                </h2>
                <button
                    type="button"
                    class="button push"
                    data-kind="bare"
                    aria-label=move || words().label.close_settings
                    on:click=press(move || sheet.close())
                >
                    {move || words().form.close}
                </button>
            </div>
            {move || content()}
        </dialog>
    }
}

#[component]
fn Overview() -> impl IntoView {
    view! {
        <div class="sheet__body">
            <ProfileList />
            <Configuration />
            <ViewSettings />
            <StorageNote />
            <Warnings />
        </div>
    }
}
