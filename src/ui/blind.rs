//! The strips that say first that the page is blind: since when, why, what to do, when it is tried again.

use leptos::prelude::*;

use super::link_pill::link;
use super::mark::{Mark, Word, mark};
use super::sheet::{SheetPage, use_sheet};
use super::tongue::{Tongue, use_tongue};
use crate::browser::page::is_https;
use crate::engine::wire::Request;
use crate::link::{Hint, LinkState};
use crate::live::{LinkShown, Live, Trust};
use crate::problem::{Address, Context, Problem, Retry};
use crate::settings::ProfileId;
use crate::words::Figures;

/// One strip for each link that is down.
#[component]
pub(super) fn BlindStrips() -> impl IntoView {
    let live: Live = expect_context();
    let down = Memo::new(move |_| {
        let links = live.links.read();
        let down = links.iter().filter(|link| link.is_down());
        down.map(|link| link.view.profile.clone())
            .collect::<Vec<_>>()
    });
    view! {
        <For each=move || down.get() key=Clone::clone let:id>
            <BlindStrip id />
        </For>
    }
}

#[component]
fn BlindStrip(id: ProfileId) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = tongue.words;
    let sheet = use_sheet();
    let link = link(live, id);
    let problem = Memo::new(move |_| link.read().as_ref().and_then(|link| problem(link, tongue)));
    let headline = move || {
        let link = link.read();
        link.as_ref()
            .map(|link| headline(link, live.links.read().len(), tongue))
    };
    let why = move || {
        let problem = problem.read();
        problem.as_ref().map(|problem| problem.headline.clone())
    };
    let advice = move || problem.read().as_ref()?.advice.first().cloned();
    let numbers = move || match live.trust() {
        Trust::Blind { as_of: Some(at) } => Some((words.blind.numbers_are_from)(&tongue.clock(at))),
        _ => None,
    };
    let waits = move || {
        let link = link.read();
        let waiting = |link: &LinkShown| !matches!(link.view.state, LinkState::Stopped { .. });
        link.as_ref().is_none_or(waiting)
    };
    view! {
        <section class="strip" data-kind="blind">
            {move || {
                let (shape, word) = if waits() {
                    (Mark::Waiting, words.state.waiting)
                } else {
                    (Mark::Stopped, words.bar.stopped)
                };
                mark(shape, word, Word::Aloud)
            }}
            <p class="strip__text">
                <b>{headline}</b>
                " "
                {why}
                " "
                <span class="strip__advice">{advice}</span>
                " "
                {numbers}
            </p>
            <div class="strip__actions">
                <Show when=waits>
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| live.request(Request::Hint(Hint::RetryNow))
                    >
                        {words.bar.try_now}
                    </button>
                </Show>
                <button
                    type="button"
                    class="button"
                    aria-haspopup="dialog"
                    on:click=move |_| sheet.show(SheetPage::Overview)
                >
                    {words.bar.what_is_wrong}
                </button>
            </div>
        </section>
    }
}

/// Says to a screen reader, once at each change, whether the page is current.
#[component]
pub(super) fn LinkStatus() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let status = Memo::new(move |_| {
        let links = live.links.read();
        match live.trust() {
            Trust::Current => tongue.words.bar.connected.to_owned(),
            Trust::Connecting => tongue.words.bar.connecting.to_owned(),
            Trust::NoSource => String::new(),
            Trust::Blind { .. } => links
                .iter()
                .find(|link| link.is_down())
                .map(|link| {
                    let why = problem(link, tongue).map(|problem| problem.headline);
                    let said = headline(link, links.len(), tongue);
                    format!("{said} {}", why.unwrap_or_default())
                })
                .unwrap_or_default(),
        }
    });
    view! {
        <p class="unseen" role="status">
            {status}
        </p>
    }
}

/// Why a link is down, in words.
pub(super) fn problem(link: &LinkShown, tongue: Tongue) -> Option<Problem> {
    let retry = match link.view.state {
        LinkState::Waiting { retry_at, .. } => Retry::At(retry_at),
        _ => Retry::AfterChange,
    };
    let context = Context {
        address: Address::parse(&link.view.address),
        page_is_https: is_https(),
        worked_before: link.was_connected,
    };
    let fault = link.fault.as_ref()?;
    Some(Problem::new(fault, retry, &context, tongue.words.language))
}

fn headline(link: &LinkShown, links: usize, tongue: Tongue) -> String {
    let words = &tongue.words.blind;
    let since = tongue.clock(link.view.since);
    match (link.was_connected, links) {
        (false, _) => words.not_connected_yet.to_owned(),
        (true, 0 | 1) => (words.no_connection_since)(&since),
        (true, _) => (words.broker_lost_since)(&link.view.name, &since),
    }
}
