//! The messages as they come: the newest of a topic filter, and one of them whole.

use std::sync::Arc;
use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::hand::{focus_soon, follow, memo, press, typed};
use super::message::{Message, line};
use super::parts::{Kind, button};
use super::publish_form::PublishForm;
use super::sheet::{SheetPage, use_sheet};
use super::tongue::use_tongue;
use super::topics::Topics;
use crate::engine::wire::{DeskRequest, Listing, Look, MessageView, Seen};
use crate::live::Live;
use crate::mirror::{MessagesShown, PublicationShown};
use crate::mqtt::TopicFilter;
use crate::words::Figures;

/// Between two questions what came since: as often as a list can be read.
const PAUSE: Duration = Duration::from_millis(250);

#[component]
pub(super) fn Messages() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let (words, bar) = (&tongue.settings().message, tongue.words);
    let sheet = use_sheet();
    let filter = RwSignal::new(EVERYTHING.to_owned());
    let wrong = memo(move || {
        let wrong = TopicFilter::new(&filter.read()).err();
        wrong.map(|wrong| tongue.settings().filter_wrong(wrong))
    });
    let paused = RwSignal::new(false);
    let came = RwSignal::new(MessagesShown::default());
    let chosen = RwSignal::new(None::<Arc<MessageView>>);
    // Whose row is in focus when the list is back.
    let former = RwSignal::new(None::<Arc<MessageView>>);
    let published = RwSignal::new(None::<PublicationShown>);
    let ask = move || {
        let stands_still = paused.get_untracked() || wrong.get_untracked().is_some();
        let list = (!stands_still).then(|| Listing {
            filter: filter.get_untracked(),
            after: came.with_untracked(MessagesShown::last),
        });
        // Goes on whatever the list does.
        let publication = published.with_untracked(|published| published.as_ref()?.question());
        if list.is_some() || publication.is_some() {
            live.request(DeskRequest::Look(Look { list, publication }).into());
        }
    };
    follow(move || {
        let Some(Seen { list, publication }) = Seen::from_bytes(&live.seen.read()) else {
            return;
        };
        if let Some(told) = publication {
            published.maybe_update(|published| {
                let published = published.as_mut();
                published.is_some_and(|published| published.handle(told))
            });
        }
        // One that was asked for before the pause.
        if let Some(listed) = list.filter(|_| !paused.get_untracked()) {
            came.maybe_update(|came| came.handle(listed));
        }
    });
    // What came before somebody looked is not known.
    live.seen.set(Vec::new());
    ask();
    if let Ok(asking) = set_interval_with_handle(ask, PAUSE) {
        on_cleanup(move || asking.clear());
    }
    let look_at = move |text: String| {
        filter.set(text);
        came.update_untracked(MessagesShown::look_elsewhere);
        // At once: what comes until then would not be kept, and who pauses now asks no more.
        ask();
    };
    // Whatever came while other filters were looked at.
    let matching = move || -> Vec<Arc<MessageView>> {
        let filter = TopicFilter::new(&filter.read()).ok();
        let came = came.read();
        let matching = came.iter().filter(|message| {
            let filter = filter.as_ref();
            filter.is_none_or(|filter| filter.matches(&message.topic))
        });
        matching.cloned().collect()
    };
    let item = move |message: Arc<MessageView>| {
        let is_former = former
            .with_untracked(|former| former.as_ref().is_some_and(|it| Arc::ptr_eq(it, &message)));
        let text = line(&message, tongue);
        let choose = press(move || {
            former.set(Some(message.clone()));
            chosen.set(Some(message.clone()));
            focus_soon("[data-message-back] button");
        });
        view! {
            <li>
                <button
                    type="button"
                    class="message"
                    data-former=is_former.then_some("")
                    on:click=choose
                >
                    {text}
                </button>
            </li>
        }
        .into_any()
    };
    let count = move || {
        let shown = matching().len() as u64;
        if shown == 0 {
            return words.none.to_owned();
        }
        (words.newest)(&tongue.number(shown), &tongue.number(came.read().last()))
    };
    let list = move || {
        view! {
            <div class="field">
                <label class="field__label" for="message-filter">
                    {words.filter}
                </label>
                <input
                    class="field__input"
                    id="message-filter"
                    type="text"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-describedby="message-filter-note"
                    aria-invalid=move || wrong.get().map(|_| "true")
                    prop:value=move || filter.get()
                    on:input=typed(look_at)
                />
                <span id="message-filter-note" class="field__error">
                    {move || wrong.get()}
                </span>
            </div>
            <Topics came filter=look_at />
            <div class="profile__actions" data-listening="">
                <button
                    type="button"
                    class="button"
                    on:click=press(move || paused.update(|paused| *paused = !*paused))
                >
                    {move || if paused.get() { words.go_on } else { words.pause }}
                </button>
                <span class="section__note">{count}</span>
            </div>
            // Above what moves with each message.
            <details class="topics">
                <summary>{tongue.settings().publish.title}</summary>
                <PublishForm published />
            </details>
            <ul class="messages" data-messages="">
                // Whoever is in focus stays the same message: an engine that was started anew numbers from the beginning.
                <For each=matching key=|message| Arc::as_ptr(message) as usize children=item />
            </ul>
        }
        .into_any()
    };
    let back = move || {
        let opened = chosen.get_untracked();
        chosen.set(None);
        let is_there = came.with_untracked(|came| {
            let mut rows = came.iter();
            opened.is_some_and(|opened| rows.any(|row| Arc::ptr_eq(row, &opened)))
        });
        focus_soon(if is_there {
            "[data-former]"
        } else {
            "#message-filter"
        });
    };
    // Else the key would close all of the settings.
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" && chosen.with_untracked(Option::is_some) {
            event.prevent_default();
            back();
        }
    };
    let one = move |message: Arc<MessageView>| {
        let before = came.with_untracked(|came| came.former(&message));
        view! {
            <div class="profile__actions" data-message-back="">
                {button(Kind::Plain, words.all, press(back))}
            </div>
            <Message message before />
        }
        .into_any()
    };
    let settings = press(move || sheet.show(SheetPage::Overview));
    view! {
        <div class="sheet__body" on:keydown=escape>
            <div class="profile__actions">{button(Kind::Bare, bar.bar.settings, settings)}</div>
            {move || match chosen.get() {
                Some(message) => one(message),
                None => list(),
            }}
        </div>
    }
}

/// All that comes, but for what the broker says of itself.
const EVERYTHING: &str = "#";
