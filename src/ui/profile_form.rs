//! One broker: how to reach it, how to sign in, what to subscribe to.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::field::{Form, TextField};
use super::filters::{Filters, joined, rows, with_qos};
use super::hand::{focus_soon, follow, memo, press, typed};
use super::parts::{Kind, button};
use super::profiles::use_profiles;
use super::sheet::{SheetPage, Typed, use_sheet};
use super::tongue::use_tongue;
use super::verdict::Verdict;
use crate::browser::page::is_https;
use crate::engine::wire::{Request, WireProfile};
use crate::live::Live;
use crate::secret::Secret;
use crate::settings::form::{Draft, Field};
use crate::settings::{Profile, ProfileId, VersionChoice};
use crate::words::SettingsWords;

#[component]
pub(super) fn ProfileForm(id: Option<ProfileId>) -> impl IntoView {
    let live: Live = expect_context();
    let words = use_tongue().settings();
    let profiles = use_profiles();
    let sheet = use_sheet();
    let former = id.as_ref().and_then(|id| profiles.find(id));
    let former = former.map(|known| known.profile);
    let draft = former.as_ref().map_or_else(Draft::default, Draft::from);
    let untouched = (draft.clone(), rows(&draft, former.as_ref()));
    let typed = sheet.typed(id.as_ref());
    let (draft, rows) = typed.map_or_else(|| untouched.clone(), |typed| (typed.draft, typed.rows));
    let (draft, rows) = (RwSignal::new(draft), RwSignal::new(rows));
    let whose = id.clone();
    let id = id.unwrap_or_else(|| profiles.new_id());
    let checked = memo({
        let id = id.clone();
        move || {
            let draft = Draft {
                filters: joined(&rows.read()),
                ..draft.get()
            };
            draft.check(id.clone(), former.as_ref(), is_https())
        }
    });
    let form = Form::new(draft, checked);
    // What is typed as a profile, or the first mistake in focus.
    let ready = move || -> Option<Profile> {
        form.send();
        let profile = checked.read_untracked().profile.clone();
        if profile.is_none() {
            focus_soon(".sheet [aria-invalid]");
        }
        Some(with_qos(profile?, &rows.read_untracked()))
    };
    let tested = RwSignal::new(None);
    follow(move || {
        let (draft, rows) = (draft.get(), rows.get());
        // What was found of one address says nothing of another.
        tested.set(None);
        let is_typed = draft != untouched.0 || rows != untouched.1;
        sheet.keep(is_typed.then(|| Typed {
            id: whose.clone(),
            draft,
            rows,
        }));
    });
    let test = press(move || {
        if let Some(profile) = ready() {
            live.tested.set(None);
            tested.set(Some(profile.url.clone()));
            live.request(Request::Test(WireProfile::for_worker(&profile)));
        }
    });
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(profile) = ready() {
            profiles.save(profile);
            sheet.keep(None);
            sheet.close();
        }
    };
    let cancel = press(move || {
        sheet.keep(None);
        sheet.show(SheetPage::Overview);
    });
    let test_word = move || {
        if tested.read().is_some() {
            words.test.test_again
        } else {
            words.form.test
        }
    };
    let security = memo(move || security(&draft.read(), words));
    view! {
        <form class="sheet__form" novalidate=true on:submit=save>
            <div class="sheet__body form">
                <TextField
                    form
                    field=Field::Name
                    name="name"
                    label=words.form.name
                    hint=words.form.name_hint
                    get=|draft| &draft.name
                    set=|draft, text| draft.name = text
                />
                <TextField
                    form
                    field=Field::Url
                    name="address"
                    label=words.form.address
                    hint=words.form.address_hint
                    get=|draft| &draft.url
                    set=|draft, text| draft.url = text
                />
                <div class="pair">
                    <TextField
                        form
                        field=Field::Username
                        name="username"
                        label=words.form.username
                        get=|draft| &draft.username
                        set=|draft, text| draft.username = text
                    />
                    <Password draft />
                </div>
                <p class="section__note" data-security=move || security.get().0>
                    {move || security.get().1}
                </p>
                <Filters form rows />
                <div class="pair">
                    <Version draft />
                    <TextField
                        form
                        field=Field::KeepAlive
                        name="keep-alive"
                        label=words.form.keep_alive
                        hint=words.form.keep_alive_hint
                        numeric=true
                        get=|draft| &draft.keep_alive
                        set=|draft, text| draft.keep_alive = text
                    />
                </div>
                <TextField
                    form
                    field=Field::ClientId
                    name="client-id"
                    label=words.form.client_id
                    hint=words.form.client_id_hint
                    get=|draft| &draft.client_id
                    set=|draft, text| draft.client_id = text
                />
                <TextField
                    form
                    field=Field::SessionExpiry
                    name="session"
                    label=words.form.session_expiry
                    hint=words.form.session_expiry_hint
                    numeric=true
                    get=|draft| &draft.session_expiry
                    set=|draft, text| draft.session_expiry = text
                />
            </div>
            <Verdict id tested />
            <div class="sheet__foot">
                {button(Kind::Bare, words.form.cancel, cancel)}
                <span class="push"></span>
                <button type="button" class="button" on:click=test>
                    {move || test_word()}
                </button>
                <button type="submit" class="button" data-kind="primary">
                    {words.form.save_and_connect}
                </button>
            </div>
        </form>
    }
}

/// Never filled with the password that is there: only a new one is typed.
#[component]
fn Password(draft: RwSignal<Draft>) -> impl IntoView {
    let words = use_tongue().settings();
    let held = draft.read_untracked().password.is_some();
    let typed = typed(move |text| {
        let password = (!text.is_empty()).then(|| Secret::new(text));
        draft.update(|draft| draft.password = password);
    });
    view! {
        <div class="field" data-field="password">
            <label class="field__label" for="password">
                {words.form.password}
            </label>
            <input
                class="field__input"
                id="password"
                type="password"
                autocomplete="off"
                aria-describedby="password-note"
                placeholder=held.then_some("••••••••")
                on:input=typed
            />
            <span id="password-note" class="field__note">
                {words.form.not_remembered}
            </span>
        </div>
    }
}

#[component]
fn Version(draft: RwSignal<Draft>) -> impl IntoView {
    let words = use_tongue().settings();
    let present = draft.read_untracked().version;
    let options: Vec<_> = [
        (VersionChoice::Auto, "auto", words.form.version_auto),
        (VersionChoice::V5, "5", words.form.version_5),
        (VersionChoice::V311, "3.1.1", words.form.version_311),
    ]
    .into_iter()
    .map(|(version, value, word)| {
        view! {
            <option value=value selected=version == present>
                {word}
            </option>
        }
        .into_any()
    })
    .collect();
    let chosen = typed(move |value| {
        let version = match value.as_str() {
            "5" => VersionChoice::V5,
            "3.1.1" => VersionChoice::V311,
            _ => VersionChoice::Auto,
        };
        draft.update(|draft| draft.version = version);
    });
    view! {
        <div class="field" data-field="version">
            <label class="field__label" for="version">
                {words.form.version}
            </label>
            <select class="field__input" id="version" on:change=chosen>
                {options}
            </select>
        </div>
    }
}

/// How safe what is typed would be: the value of `data-security`, and in words.
fn security(draft: &Draft, words: &SettingsWords) -> (&'static str, &'static str) {
    let words = &words.form.security;
    let encrypted = draft.url.trim().to_ascii_lowercase().starts_with("wss:");
    let signs_in = draft.password.is_some() || !draft.username.is_empty();
    match (signs_in, encrypted) {
        (false, false) => ("open", words.nobody_asked),
        (false, true) => ("open", words.nobody_asked_tls),
        (true, false) => ("readable", words.password_readable),
        (true, true) => ("encrypted", words.password_tls),
    }
}
