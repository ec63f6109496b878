//! The brokers that this page knows: choose, edit, delete, add.

use leptos::html::Input;
use leptos::prelude::*;

use super::hand::{memo, press};
use super::link_pill::state_word;
use super::mark::{Mark, Word, mark};
use super::parts::{Kind, button};
use super::profiles::{ConfigNote, Known, Lock, use_profiles};
use super::security::SecurityNote;
use super::sheet::{SheetPage, use_sheet};
use super::tongue::use_tongue;
use super::verdict::problem_view;
use super::{blind, remember};
use crate::browser::page::{element, file};
use crate::engine::wire::TrafficView;
use crate::link::LinkState;
use crate::live::Live;
use crate::mirror::LinkShown;
use crate::settings::ProfileId;
use crate::settings::security::Security;
use crate::words::{Figures, shown, size};

#[component]
pub(super) fn ProfileList() -> impl IntoView {
    let tongue = use_tongue();
    let (words, at_sheet) = (tongue.settings(), &tongue.words.sheet);
    let profiles = use_profiles();
    let sheet = use_sheet();
    let ids = memo(move || {
        let all = profiles.all().into_iter();
        all.map(|known| known.profile.id).collect::<Vec<_>>()
    });
    view! {
        <section class="section" aria-labelledby="brokers">
            <h3 id="brokers">{words.form.title}</h3>
            {move || {
                let none = ids.read().is_empty().then_some(words.form.no_brokers);
                none.map(|said| view! { <p class="section__note">{said}</p> }.into_any())
            }}
            <ul class="profiles">
                {move || {
                    let ids = ids.get().into_iter();
                    ids.map(|id| view! { <ProfileItem id /> }.into_any()).collect::<Vec<_>>()
                }}
            </ul>
            <div class="profile__actions">
                {button(Kind::Primary, at_sheet.add, press(move || sheet.show(SheetPage::Profile(None))))}
                <OpenConfig label=tongue.words.welcome.open />
                {button(Kind::Plain, words.form.export, press(move || file::save("config.json", &profiles.to_json())))}
            </div>
        </section>
    }
}

#[component]
fn ProfileItem(id: ProfileId) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let (words, at_sheet) = (tongue.settings(), &tongue.words.sheet);
    let profiles = use_profiles();
    let sheet = use_sheet();
    let asking = RwSignal::new(false);
    let link = memo({
        let id = id.clone();
        move || {
            let links = live.links.read();
            let link = links.iter().find(|link| link.view.profile == id)?;
            let mut link = link.clone();
            // Changes all the time and is shown by itself.
            link.view.traffic = TrafficView::default();
            Some(link)
        }
    });
    let known = memo({
        let id = id.clone();
        move || {
            let mut all = profiles.all().into_iter();
            all.find(|known| known.profile.id == id)
        }
    });
    let traffic = {
        let id = id.clone();
        move || {
            let links = live.links.read();
            let link = links.iter().find(|link| link.view.profile == id)?;
            let TrafficView {
                rate,
                today,
                since,
                kept_after,
            } = link.view.traffic;
            let bytes = |bytes| size(bytes, &tongue);
            let (messages, volume) = (tongue.number(today.messages), bytes(today.bytes));
            let day = match since {
                Some(since) => (words.form.today_since)(&messages, &volume, &tongue.clock(since)),
                None => (words.form.today)(&messages, &volume),
            };
            let rate = (words.form.rate)(&tongue.number(rate.messages), &bytes(rate.bytes));
            let kept = kept_after.map(|time| {
                let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
                format!(" · {}", (words.form.kept_after)(&tongue.number(millis)))
            });
            Some(format!("{rate} · {day}{}", kept.unwrap_or_default()))
        }
    };
    let id = StoredValue::new(id);
    let read = move |read: fn(&Known) -> String| {
        let known = known.read();
        known.as_ref().map(read).unwrap_or_default()
    };
    let name = move || read(|known| shown(&known.profile.name));
    // Of several the one in use, and which of them it is.
    let address = move || {
        let (link, known) = (link.read(), known.read());
        let Some(known) = known.as_ref() else {
            return String::new();
        };
        let count = known.profile.urls().count();
        match link.as_ref().filter(|_| count > 1) {
            Some(LinkShown { view, .. }) => {
                let place = (view.place + 1).to_string();
                (words.form.address_in_use)(&shown(&view.address), &place, &count.to_string())
            }
            None => shown(&known.profile.url),
        }
    };
    // One button, so that the focus stays on it when its word changes.
    let connects = memo(move || {
        let known = known.read();
        known
            .as_ref()
            .is_none_or(|known| !known.wanted || known.lock != Lock::Open)
    });
    let choose = press(move || {
        let (id, known) = (id.get_value(), known.read_untracked());
        if known.as_ref().is_some_and(|known| known.lock != Lock::Open) {
            sheet.show(SheetPage::Profile(Some(id)));
        } else if connects.get_untracked() {
            profiles.connect(&id);
        } else {
            profiles.disconnect(&id);
        }
    });
    let edit = move || sheet.show(SheetPage::Profile(Some(id.get_value())));
    let examine = move || sheet.show(SheetPage::Doctor(id.get_value()));
    let delete = move || {
        if let Some(known) = known.get_untracked() {
            remember::delete(profiles, &known);
        }
        element::focus_first("#sheet-title");
    };
    let security = memo(move || {
        let known = known.read();
        let signs_in = |known: &Known| known.has_password() || known.profile.username.is_some();
        let of = |known: &Known| Security::of_all(known.profile.urls(), signs_in(known));
        known.as_ref().map_or(Security::Open, of)
    });
    let state = move || {
        let now = live.clock.get();
        let link = link.read();
        let state = link
            .as_ref()
            .map_or(&LinkState::Idle, |link| &link.view.state);
        mark(
            Mark::from(state),
            state_word(state, now, tongue.words),
            Word::Seen,
        )
    };
    let trouble = move || {
        let link = link.read();
        let link = link.as_ref().filter(|link| link.is_down())?;
        Some(problem_view(&blind::problem(link, tongue)?, tongue))
    };
    let refused = move || {
        let link = link.read();
        let refused = &link.as_ref()?.view.refused;
        let lines: Vec<_> = refused
            .iter()
            .map(|(filter, code)| {
                let reason = crate::problem::reason(*code, tongue.sentences);
                let line = (words.test.filter_refused)(&shown(filter), &reason);
                view! { <li class="odd__item">{line}</li> }.into_any()
            })
            .collect();
        (!lines.is_empty())
            .then(|| view! { <ul class="odd profile__address">{lines}</ul> }.into_any())
    };
    // What was pressed goes; the button that asked stays.
    let cancel = move || {
        element::focus_first(".sheet [aria-expanded=true]");
        asking.set(false);
    };
    let confirm = move || {
        let question = if profiles.in_config(&id.get_value()) {
            words.form.delete_question_config
        } else {
            words.form.delete_question
        };
        let question = question(&name());
        view! {
            <div class="profile__actions" role="group" aria-label=question>
                <span class="section__note">{question.clone()}</span>
                {button(Kind::Danger, words.form.delete, press(delete))}
                {button(Kind::Plain, words.form.cancel, press(cancel))}
            </div>
        }
        .into_any()
    };
    view! {
        <li class="profile" data-profile=id.get_value().0>
            <bdi class="profile__name">{move || name()}</bdi>
            {move || state()}
            <bdi class="profile__address">{move || address()}</bdi>
            <span class="section__note" data-traffic="">
                {move || traffic()}
            </span>
            <SecurityNote level=security />
            {move || trouble()}
            {move || refused()}
            <div class="profile__actions">
                <button type="button" class="button" on:click=choose>
                    {move || {
                        if connects.get() { at_sheet.connect } else { words.form.disconnect }
                    }}
                </button>
                {button(Kind::Plain, at_sheet.edit, press(edit))}
                {button(Kind::Plain, words.doctor.examine, press(examine))}
                <button
                    type="button"
                    class="button"
                    data-kind="danger"
                    aria-expanded=move || asking.get().to_string()
                    on:click=press(move || asking.update(|asking| *asking = !*asking))
                >
                    {words.form.delete}
                </button>
            </div>
            {move || asking.get().then(confirm)}
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
                None => profiles.config_note.set(Some(ConfigNote::NotLoaded)),
            });
        }
    };
    view! {
        {button(Kind::Plain, label, press(move || pick(input)))}
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
pub(super) fn pick(input: NodeRef<Input>) {
    if let Some(input) = input.get_untracked() {
        input.click();
    }
}
