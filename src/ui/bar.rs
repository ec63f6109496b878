//! The bar: which site, which links, what time it is there.

use leptos::prelude::*;

use super::SimulatedTime;
use super::clock::Clock;
use super::hand::memo;
use super::languages::Languages;
use super::link_pill::LinkPill;
use super::mark::{Mark, Word, mark};
use super::parts::sheet_button;
use super::sheet::use_sheet;
use super::stage::Stage;
use super::tongue::use_tongue;
use crate::engine::wire::StorageView;
use crate::live::Live;

#[component]
pub(super) fn Bar(name: String, stage: Memo<Stage>) -> impl IntoView {
    let live: Live = expect_context();
    let SimulatedTime(simulated_time) = expect_context();
    let words = use_tongue().words;
    let links = memo(move || live.links.read().len() as u32);
    // Where another tab holds the store, or one that was just closed, this takes seconds.
    let opening = memo(move || live.storage.get() == StorageView::Opening);
    let waits = move || {
        let said = words.storage(StorageView::Opening);
        view! {
            <span class="link" data-state="connecting">
                {mark(Mark::Connecting, said, Word::Seen)}
            </span>
        }
        .into_any()
    };
    let simulated = live.site.read_untracked().simulated.then(|| {
        view! {
            <span class="link" data-link="simulated" data-state="connected">
                {mark(Mark::Connected, words.bar.simulated_data, Word::Seen)}
            </span>
        }
        .into_any()
    });
    let simulated_time = simulated_time.then(|| {
        view! { <span class="bar__simulated">{words.bar.simulated_time}</span> }.into_any()
    });
    view! {
        <header class="bar" aria-label=words.label.bar>
            <h1 class="bar__site" title=name>
                <bdi>{name.clone()}</bdi>
            </h1>
            <div class="bar__links">
                {simulated}
                {move || (opening.get() && links.get() == 0 && stage.get() == Stage::Wall).then(waits)}
                {move || {
                    let pill = |place| view! { <LinkPill place /> }.into_any();
                    (0..links.get()).map(pill).collect::<Vec<_>>()
                }}
            </div>
            <span class="push"></span>
            {simulated_time}
            // Who is here for the first time wants no clock, but perhaps another language.
            {move || {
                if stage.get() == Stage::Welcome {
                    view! { <Languages /> }.into_any()
                } else {
                    view! { <Clock /> }.into_any()
                }
            }}
            {sheet_button(words.bar.settings, use_sheet())}
        </header>
    }
}
