//! The strips that say first that the page is blind: since when, why, what to do, when it is tried again.

use leptos::prelude::*;

use super::hand::{memo, press};
use super::mark::{Mark, Word, mark};
use super::parts::{Kind, button, sheet_button, strip};
use super::sheet::use_sheet;
use super::tongue::{Tongue, use_tongue};
use crate::browser::page::is_https;
use crate::engine::wire::Request;
use crate::link::{Hint, LinkState};
use crate::live::{LinkShown, Live, Trust};
use crate::problem::{Address, Context, Problem, Retry};
use crate::words::Figures;

/// What stands on a strip.
#[derive(Clone, Debug, PartialEq)]
struct StripText {
    /// It is tried again by itself.
    waits: bool,
    headline: String,
    why: String,
    /// The likeliest first; the settings show all of it.
    advice: Vec<String>,
    /// From when the numbers are.
    numbers: String,
}

/// A strip has room for no more.
const ADVICE: usize = 3;

/// One strip for each link that is down.
#[component]
pub(super) fn BlindStrips() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let sheet = use_sheet();
    let strips = memo(move || {
        let links = live.links.read();
        let trust = live.trust();
        let down = links.iter().filter(|link| link.is_down());
        down.map(|link| StripText::new(link, links.len(), trust, tongue))
            .collect::<Vec<_>>()
    });
    let view = move |text: &StripText| {
        let words = tongue.words;
        let (shape, word) = if text.waits {
            (Mark::Waiting, words.state.waiting)
        } else {
            (Mark::Stopped, words.bar.stopped)
        };
        let mut actions = Vec::new();
        if text.waits {
            let retry = press(move || live.request(Request::Hint(Hint::RetryNow)));
            actions.push(button(Kind::Plain, words.bar.try_now, retry));
        }
        actions.push(sheet_button(words.bar.what_is_wrong, sheet));
        let line = |advice: &String| {
            view! { <span class="strip__advice">{advice.clone()}</span> }.into_any()
        };
        let advice: Vec<_> = text.advice.iter().map(line).collect();
        let said = view! {
            <b>{text.headline.clone()}</b>
            " "
            {text.why.clone()}
            " "
            {text.numbers.clone()}
            {advice}
        };
        strip(
            "blind",
            mark(shape, word, Word::Aloud),
            said.into_any(),
            actions,
        )
    };
    view! { {move || strips.read().iter().map(view).collect::<Vec<_>>()} }
}

impl StripText {
    fn new(link: &LinkShown, links: usize, trust: Trust, tongue: Tongue) -> Self {
        let (why, mut advice) = problem(link, tongue)
            .map(|problem| (problem.headline, problem.advice))
            .unwrap_or_default();
        advice.truncate(ADVICE);
        let numbers = match trust {
            Trust::Blind { as_of: Some(at) } => {
                (tongue.words.blind.numbers_are_from)(&tongue.clock(at))
            }
            _ => String::new(),
        };
        Self {
            waits: !matches!(link.view.state, LinkState::Stopped { .. }),
            headline: headline(link, links, tongue),
            why,
            advice,
            numbers,
        }
    }
}

/// Says to a screen reader, once at each change, whether the page is current.
#[component]
pub(super) fn LinkStatus() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let status = memo(move || {
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
            {move || status.get()}
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
