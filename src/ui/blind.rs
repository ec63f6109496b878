//! The strips that say first that the page is blind: since when, why, what to do, when it is tried again.

use leptos::prelude::*;

use super::hand::press;
use super::mark::{Mark, Word, mark};
use super::parts::{Kind, button, sheet_button, strip};
use super::sheet::use_sheet;
use super::tongue::{Tongue, use_tongue};
use crate::browser::page::is_https;
use crate::engine::wire::Request;
use crate::link::{Hint, LinkState};
use crate::live::Live;
use crate::mirror::{LinkShown, Trust};
use crate::problem::{Address, Context, Problem, Retry};
use crate::words::{Figures, shown};

/// A strip has room for no more.
const ADVICE: usize = 3;

/// One strip for each link that is down.
#[component]
pub(super) fn BlindStrips() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let sheet = use_sheet();
    let view = move |link: &LinkShown, links: usize| {
        let words = tongue.words;
        // It is tried again by itself.
        let waits = !matches!(link.view.state, LinkState::Stopped { .. });
        let (shape, word) = if waits {
            (Mark::Waiting, words.state.waiting)
        } else {
            (Mark::Stopped, words.bar.stopped)
        };
        let mut actions = Vec::new();
        if waits {
            let retry = press(move || live.request(Request::Hint(Hint::RetryNow)));
            actions.push(button(Kind::Plain, words.bar.try_now, retry));
        }
        actions.push(sheet_button(words.bar.what_is_wrong, sheet));
        let (why, advice) = problem(link, tongue)
            .map(|problem| (problem.headline, problem.advice))
            .unwrap_or_default();
        let line = |advice| view! { <span class="strip__advice">{advice}</span> }.into_any();
        // The likeliest come first; the settings show all.
        let advice: Vec<_> = advice.into_iter().take(ADVICE).map(line).collect();
        let numbers = match live.trust.get() {
            Trust::Blind { as_of: Some(at) } => (words.blind.numbers_are_from)(&tongue.clock(at)),
            _ => String::new(),
        };
        let said = view! {
            <b>{headline(link, links, tongue)}</b>
            " "
            {why}
            " "
            {numbers}
            {advice}
        };
        strip(
            "blind",
            mark(shape, word, Word::Aloud),
            said.into_any(),
            actions,
        )
    };
    view! {
        {move || {
            let links = live.links.read();
            let down = links.iter().filter(|link| link.is_down());
            down.map(|link| view(link, links.len())).collect::<Vec<_>>()
        }}
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
    Some(Problem::new(fault, retry, &context, tongue.sentences))
}

/// That a link is down, and since when; of several, which.
pub(super) fn headline(link: &LinkShown, links: usize, tongue: Tongue) -> String {
    let words = &tongue.words.blind;
    let said = if link.was_connected {
        (words.no_connection_since)(&tongue.clock(link.view.since))
    } else {
        words.not_connected_yet.to_owned()
    };
    match links {
        0 | 1 => said,
        _ => format!("{}: {said}", shown(&link.view.name)),
    }
}
