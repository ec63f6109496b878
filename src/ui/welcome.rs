//! Nothing yet: three ways to start, the first works with nothing.

use leptos::html::Input;
use leptos::prelude::*;

use super::hand::{focus_soon, press};
use super::profile_list::pick;
use super::profiles::{ConfigNote, use_profiles};
use super::sheet::{SheetPage, use_sheet};
use super::tongue::use_tongue;
use crate::browser::page::file;
use crate::engine::simulated::LoadStage;
use crate::engine::wire::Request;
use crate::live::Live;

#[component]
pub(super) fn Welcome() -> impl IntoView {
    let live: Live = expect_context();
    let words = use_tongue().words;
    let welcome = &words.welcome;
    let profiles = use_profiles();
    let sheet = use_sheet();
    let load_mall: LoadStage = expect_context();
    let not_loaded = RwSignal::new(false);
    let simulate = move || {
        not_loaded.set(false);
        leptos::task::spawn_local(async move {
            match load_mall().await {
                Some(_) => live.request(Request::Simulate),
                None => not_loaded.set(true),
            }
        });
    };
    let input = NodeRef::<Input>::new();
    let chosen = move |_| {
        if let Some(input) = input.get_untracked() {
            file::read_chosen(&input, move |text| match text {
                Some(text) => profiles.open_config(text),
                None => profiles.config_note.set(Some(ConfigNote::NotLoaded)),
            });
        }
    };
    // What was pressed goes with it, and the focus would be nowhere.
    on_cleanup(|| focus_soon("#main"));
    view! {
        <div class="welcome__box">
                <h2 class="welcome__title">{welcome.title}</h2>
                <p class="welcome__text">{welcome.text}</p>
                <div class="welcome__ways">
                    <button
                        type="button"
                        class="way"
                        data-kind="primary"
                        data-way="simulate"
                        on:click=press(simulate)
                    >
                        <b>{welcome.simulate}</b>
                        <span class="way__text">{welcome.simulate_text}</span>
                    </button>
                    {move || {
                        not_loaded
                            .get()
                            .then(|| view! { <p role="alert">{welcome.not_loaded}</p> })
                    }}
                    <button
                        type="button"
                        class="way"
                        data-way="connect"
                        aria-haspopup="dialog"
                        on:click=press(move || sheet.show(SheetPage::Profile(None)))
                    >
                        <b>{welcome.connect}</b>
                        <span class="way__text">{welcome.connect_text}</span>
                    </button>
                    <button
                        type="button"
                        class="way"
                        data-way="open"
                        on:click=press(move || pick(input))
                    >
                        <b>{welcome.open}</b>
                        <span class="way__text">{welcome.open_text}</span>
                    </button>
                    <input
                        class="unseen"
                        type="file"
                        accept=".json,application/json"
                        tabindex="-1"
                        aria-hidden="true"
                        node_ref=input
                        on:change=chosen
                    />
                </div>
        </div>
    }
}
