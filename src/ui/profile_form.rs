//! One broker: how to reach it, how to sign in, what to subscribe to.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::address_search::AddressSearch;
use super::field::{Form, TextField};
use super::filters::{Filters, joined, rows, with_qos};
use super::hand::{focus_soon, follow, memo, press, typed};
use super::parts::{Kind, button};
use super::password::Password;
use super::profiles::{Known, use_profiles};
use super::question::{Intent, Question};
use super::remember::{Remember, forget, seal};
use super::security::SecurityNote;
use super::sheet::{SheetPage, Typed, use_sheet};
use super::sign_in::SignIn;
use super::tongue::use_tongue;
use super::verdict::Verdict;
use super::widest::Widest;
use super::will::WillFields;
use crate::browser::page::is_https;
use crate::engine::wire::{Request, WireProfile};
use crate::live::Live;
use crate::settings::form::{Draft, Field};
use crate::settings::security::{Remembering, Security, is_agreed};
use crate::settings::{Profile, ProfileId, VersionChoice};

#[component]
pub(super) fn ProfileForm(id: Option<ProfileId>) -> impl IntoView {
    let live: Live = expect_context();
    let words = use_tongue().settings();
    let profiles = use_profiles();
    let sheet = use_sheet();
    let typed = sheet.typed(id.as_ref());
    let whose = id.clone();
    let id = id.unwrap_or_else(|| profiles.new_id());
    let known = memo({
        let id = id.clone();
        move || {
            let mut all = profiles.all().into_iter();
            all.find(|known| known.profile.id == id)
        }
    });
    let untouched = {
        let known = known.read_untracked();
        let former = known.as_ref().map(|known| &known.profile);
        let draft = Draft {
            remember: known.as_ref().is_some_and(|known| known.remembered),
            ..former.map_or_else(Draft::default, Draft::from)
        };
        let rows = rows(&draft, former);
        (draft, rows)
    };
    let (draft, rows) = typed.map_or_else(|| untouched.clone(), |typed| (typed.draft, typed.rows));
    let (draft, rows) = (RwSignal::new(draft), RwSignal::new(rows));
    let checked = memo({
        let id = id.clone();
        move || {
            let draft = Draft {
                filters: joined(&rows.read()),
                ..draft.get()
            };
            let known = known.read();
            let former = known.as_ref().map(|known| &known.profile);
            draft.check(id.clone(), former, is_https())
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
    let (asked, not_kept) = (RwSignal::new(None), RwSignal::new(false));
    follow(move || {
        let (draft, rows) = (draft.get(), rows.get());
        // What was found of one address says nothing of another.
        tested.set(None);
        asked.set(None);
        let is_typed = draft != untouched.0 || rows != untouched.1;
        sheet.keep(is_typed.then(|| Typed {
            id: whose.clone(),
            // A field does not show that it holds one, and the address may become another.
            draft: Draft {
                password: None,
                ..draft
            },
            rows,
        }));
    });
    let test = move |profile: Profile| {
        live.tested.set(None);
        tested.set(Some(profile.url.clone()));
        live.request(Request::Test(WireProfile::for_worker(&profile)));
    };
    let close = move || {
        sheet.keep(None);
        sheet.close();
    };
    let save = move |profile: Profile| {
        let known = known.get_untracked();
        let former = known.as_ref();
        let former = former.map(|known| (&known.profile, known.remembered));
        let remembering = Remembering::of(&draft.read_untracked(), former, &profile);
        let was_remembered = former.is_some_and(|(_, remembered)| remembered);
        // What is to be forgotten is remembered until it is gone.
        let remembered = remembering != Remembering::Forget || was_remembered;
        profiles.save(profile.clone(), remembered);
        match remembering {
            Remembering::Seal => spawn_local(async move {
                if seal(profiles, profile).await {
                    close();
                } else {
                    draft.update(|draft| draft.remember = false);
                    not_kept.set(true);
                }
            }),
            Remembering::Forget if was_remembered => {
                spawn_local(async move {
                    // Where it cannot be removed, the list goes on saying that it is remembered.
                    let _gone = forget(profiles, profile.id).await;
                });
                close();
            }
            Remembering::Forget | Remembering::Leave => close(),
        }
    };
    // As soon as a person agreed that a password is sent unencrypted to the addresses of it.
    let agreed = known.get_untracked().filter(|known| known.agreed);
    let agreed = RwSignal::new(agreed.map(|known| known.profile));
    let act = move |intent: Intent| {
        let Some(profile) = ready() else { return };
        let asks =
            profile.password.is_some() && !is_agreed(&profile, agreed.read_untracked().as_ref());
        match intent {
            _ if asks => asked.set(Some(intent)),
            Intent::Test => test(profile),
            Intent::Save => save(profile),
        }
    };
    let agree = move |intent: Intent| {
        agreed.set(ready());
        act(intent);
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        act(Intent::Save);
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
    let security = memo(move || {
        let (draft, known) = (draft.read(), known.read());
        let has_password =
            draft.password.is_some() || known.as_ref().is_some_and(Known::has_password);
        Security::of_all(draft.urls(), has_password || !draft.username.is_empty())
    });
    let wide = memo({
        let id = id.clone();
        move || {
            let links = live.links.read();
            let link = links.iter().find(|link| link.view.profile == id)?;
            Some(link.view.wide.clone()?.filter)
        }
    });
    view! {
        <form class="sheet__form" novalidate=true on:submit=submit>
            <div class="sheet__body">
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
                <AddressSearch draft tested />
                <TextField
                    form
                    field=Field::OtherUrls
                    name="other-addresses"
                    label=words.form.other_addresses
                    hint=words.form.other_addresses_hint
                    lines=true
                    get=|draft| &draft.other_urls
                    set=|draft, text| draft.other_urls = text
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
                    <Password draft known />
                </div>
                <SignIn form />
                <Remember draft failed=not_kept />
                <SecurityNote level=security />
                <Filters form rows />
                {move || wide.get().map(|filter| view! { <Widest filter /> }.into_any())}
                <TextField
                    form
                    field=Field::Prefix
                    name="prefix"
                    label=words.form.prefix
                    hint=words.form.prefix_hint
                    get=|draft| &draft.prefix
                    set=|draft, text| draft.prefix = text
                />
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
                <div class="field" data-field="publishes">
                    <label class="check">
                        <input
                            id="publishes"
                            type="checkbox"
                            aria-describedby="publishes-note"
                            prop:checked=move || draft.read().publishes
                            on:click=press(move || draft.update(|draft| draft.publishes = !draft.publishes))
                        />
                        {words.form.publishes}
                    </label>
                    <span id="publishes-note" class="field__note">
                        {words.form.publishes_hint}
                    </span>
                </div>
                <WillFields form />
            </div>
            <Verdict id tested />
            <Question asked agree />
            <div class="sheet__foot">
                {button(Kind::Bare, words.form.cancel, cancel)}
                <span class="push"></span>
                <button type="button" class="button" on:click=press(move || act(Intent::Test))>
                    {move || test_word()}
                </button>
                <button type="submit" class="button" data-kind="primary">
                    {words.form.save_and_connect}
                </button>
            </div>
        </form>
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
