//! What a test of a profile found: connected, or what stands in the way and what to do.

use leptos::prelude::*;

use super::examination::{Examination, Examined};
use super::mark::{Mark, Word, mark};
use super::tongue::{Tongue, use_tongue};
use crate::browser::page::is_https;
use crate::link::LinkState;
use crate::live::Live;
use crate::mqtt::Version;
use crate::problem::{Address, Context, Problem};
use crate::settings::ProfileId;

/// `tested`: which address is or was tested; `None` before the first test.
#[component]
pub(super) fn Verdict(id: ProfileId, tested: RwSignal<Option<String>>) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let examined = RwSignal::new(None::<Examined>);
    let verdict = move || {
        let url = tested.get()?;
        examined.set(None);
        let found = live.tested.get();
        let state = found.and_then(|(profile, state)| (profile == id).then_some(state));
        Some(found_view(state.as_ref(), &url, examined, tongue))
    };
    view! {
        <div class="verdict__place" role="status" data-verdict="">
            {move || verdict()}
        </div>
    }
}

fn found_view(
    state: Option<&LinkState>,
    url: &str,
    examined: RwSignal<Option<Examined>>,
    tongue: Tongue,
) -> AnyView {
    let words = &tongue.settings().test;
    let context = Context {
        address: Address::parse(url),
        page_is_https: is_https(),
        worked_before: false,
    };
    let Some(state) = state else {
        return box_view(
            Mark::Connecting,
            tongue.words.bar.connecting.to_owned(),
            ().into_any(),
        );
    };
    match Problem::of(state, &context, tongue.sentences) {
        Some(problem) => {
            let examination = context.address.map(|address| {
                let address = Box::new(move || Some(address.clone()));
                view! { <Examination address found=examined /> }.into_any()
            });
            let said = view! {
                {problem_view(&problem, tongue)}
                {examination}
            };
            box_view(
                Mark::Stopped,
                words.not_connected.to_owned(),
                said.into_any(),
            )
        }
        None => {
            let said = match state {
                LinkState::Connected {
                    version: spoken, ..
                } => (words.connected_with)(version(*spoken)),
                _ => tongue.words.bar.connecting.to_owned(),
            };
            box_view(Mark::from(state), said, ().into_any())
        }
    }
}

fn box_view(shape: Mark, word: String, rest: AnyView) -> AnyView {
    view! {
        <div class="verdict" data-state=shape.name()>
            {mark(shape, word, Word::Seen)}
            {rest}
        </div>
    }
    .into_any()
}

/// What happened, what to do, and what came exactly.
pub(super) fn problem_view(problem: &Problem, tongue: Tongue) -> AnyView {
    let advice: Vec<_> = problem
        .advice
        .iter()
        .map(|advice| view! { <li>{advice.clone()}</li> }.into_any())
        .collect();
    let open = problem.open.clone().map(|address| {
        view! {
            <a href=address.clone() target="_blank" rel="noreferrer">
                {address.clone()}
            </a>
        }
        .into_any()
    });
    let cause = format!("{}: {}", tongue.settings().test.cause, problem.cause);
    view! {
        <div class="problem">
            <b>{problem.headline.clone()}</b>
            <ol class="problem__advice">{advice}</ol>
            {open}
            <p class="problem__cause">{cause}</p>
        </div>
    }
    .into_any()
}

/// As the standard calls it.
const fn version(version: Version) -> &'static str {
    match version {
        Version::V311 => "3.1.1",
        Version::V5 => "5.0",
    }
}
