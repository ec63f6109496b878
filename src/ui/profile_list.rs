//! The brokers that this page knows: choose, edit, delete, add.

use leptos::html::Input;
use leptos::prelude::*;

use super::link_pill::{link, state_word};
use super::mark::{Mark, Word, mark};
use super::profiles::{Known, use_profiles};
use super::sheet::{SheetPage, use_sheet};
use super::tongue::use_tongue;
use super::verdict::problem_view;
use crate::browser::page::file;
use crate::link::LinkState;
use crate::live::Live;

#[component]
pub(super) fn ProfileList() -> impl IntoView {
    let words = use_tongue().words;
    let profiles = use_profiles();
    let sheet = use_sheet();
    let items = move || {
        let all = profiles.all();
        if all.is_empty() {
            view! { <p class="section__note">{words.form.no_brokers}</p> }.into_any()
        } else {
            let items: Vec<_> = all
                .into_iter()
                .map(|known| view! { <ProfileItem known /> })
                .collect();
            view! { <ul class="profiles">{items}</ul> }.into_any()
        }
    };
    view! {
        <section class="section" aria-labelledby="brokers">
            <h3 id="brokers">{words.form.title}</h3>
            {items}
            <div class="profile__actions">
                <button
                    type="button"
                    class="button"
                    data-kind="primary"
                    on:click=move |_| sheet.show(SheetPage::Profile(None))
                >
                    {words.form.add}
                </button>
                <OpenConfig label=words.form.import />
                <button
                    type="button"
                    class="button"
                    on:click=move |_| file::save("config.json", &profiles.to_json())
                >
                    {words.form.export}
                </button>
            </div>
        </section>
    }
}

#[component]
fn ProfileItem(known: Known) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = tongue.words;
    let profiles = use_profiles();
    let sheet = use_sheet();
    let asking = RwSignal::new(false);
    let id = StoredValue::new(known.profile.id.clone());
    let name = known.profile.name.clone();
    let link = link(live, known.profile.id);
    let state = move || {
        let now = live.clock.get();
        let link = link.read();
        let state = link
            .as_ref()
            .map_or(&LinkState::Idle, |link| &link.view.state);
        mark(Mark::from(state), state_word(state, now, words), Word::Seen)
    };
    let trouble = move || {
        let link = link.read();
        let link = link.as_ref().filter(|link| link.is_down())?;
        Some(problem_view(&super::blind::problem(link, tongue)?, tongue))
    };
    let refused = move || {
        let link = link.read();
        let refused = &link.as_ref()?.view.refused;
        let lines: Vec<_> = refused
            .iter()
            .map(|(filter, code)| {
                let reason = crate::problem::reason(*code, words.language);
                let line = (words.test.filter_refused)(filter, &reason);
                view! { <li class="odd__item">{line}</li> }
            })
            .collect();
        (!lines.is_empty()).then(|| view! { <ul class="odd profile__address">{lines}</ul> })
    };
    let choose = if known.wanted && !known.locked {
        view! {
            <button
                type="button"
                class="button"
                on:click=move |_| profiles.disconnect(&id.get_value())
            >
                {words.form.disconnect}
            </button>
        }
        .into_any()
    } else {
        let locked = known.locked;
        let connect = move |_| {
            if locked {
                sheet.show(SheetPage::Profile(Some(id.get_value())));
            } else {
                profiles.connect(&id.get_value());
            }
        };
        view! {
            <button type="button" class="button" on:click=connect>
                {words.form.connect}
            </button>
        }
        .into_any()
    };
    let question = (words.form.delete_question)(&name);
    view! {
        <li class="profile" data-profile=id.get_value().0>
            <bdi class="profile__name">{name}</bdi>
            {state}
            <bdi class="profile__address">{known.profile.url}</bdi>
            {trouble}
            {refused}
            <div class="profile__actions">
                {choose}
                <button
                    type="button"
                    class="button"
                    on:click=move |_| sheet.show(SheetPage::Profile(Some(id.get_value())))
                >
                    {words.form.edit}
                </button>
                <button
                    type="button"
                    class="button"
                    data-kind="danger"
                    aria-expanded=move || asking.get().to_string()
                    on:click=move |_| asking.update(|asking| *asking = !*asking)
                >
                    {words.form.delete}
                </button>
            </div>
            <Show when=move || asking.get()>
                <div class="profile__actions" role="group">
                    <span class="section__note">{question.clone()}</span>
                    <button
                        type="button"
                        class="button"
                        data-kind="danger"
                        on:click=move |_| profiles.delete(&id.get_value())
                    >
                        {words.form.delete}
                    </button>
                    <button type="button" class="button" on:click=move |_| asking.set(false)>
                        {words.form.cancel}
                    </button>
                </div>
            </Show>
        </li>
    }
}

/// A button that opens a configuration file of the reader's.
#[component]
pub(super) fn OpenConfig(label: &'static str) -> impl IntoView {
    let profiles = use_profiles();
    let input = NodeRef::<Input>::new();
    let chosen = move |_| {
        if let Some(input) = input.get_untracked() {
            file::read_chosen(&input, move |text| match text {
                Some(text) => profiles.open_config(text),
                None => profiles.config_unreadable.set(true),
            });
        }
    };
    view! {
        <button type="button" class="button" on:click=move |_| press(input)>
            {label}
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
    }
}

/// The browser opens its own dialog for files.
pub(super) fn press(input: NodeRef<Input>) {
    if let Some(input) = input.get_untracked() {
        input.click();
    }
}
