//! The strips of subscriptions that bring far too much, and of those that somebody paused.

use leptos::prelude::*;

use super::hand::{memo, press};
use super::parts::{Kind, button, strip};
use super::sheet::{SheetPage, use_sheet};
use super::tongue::use_tongue;
use crate::engine::wire::{Choice, Request, WideView};
use crate::live::Live;
use crate::settings::ProfileId;
use crate::words::shown;

/// What is told of a link; not its traffic, which changes each second while somebody is about to press a button.
type Told = (ProfileId, String, Option<WideView>, Vec<String>);

#[component]
pub(super) fn WideStrips() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let sheet = use_sheet();
    let words = &tongue.words.wide;
    let told = memo(move || -> Vec<Told> {
        let links = live.links.read();
        let views = links.iter().map(|link| link.view.clone());
        let told = views.filter(|view| view.wide.is_some() || !view.paused.is_empty());
        told.map(|view| (view.profile, view.name, view.wide, view.paused))
            .collect()
    });
    let view = move |(profile, name, wide, paused): Told| {
        let choose = |word, filter: &String, choice| {
            let (profile, filter) = (profile.clone(), filter.clone());
            let decide = move || {
                live.request(Request::Decide(profile.clone(), filter.clone(), choice));
            };
            button(Kind::Plain, word, press(decide))
        };
        let wide = wide.map(|wide| {
            let rate = tongue.words.rate(wide.rate, &tongue);
            let said = (words.too_wide)(&rate, &shown(&wide.filter), &shown(&name));
            let page = SheetPage::Profile(Some(profile.clone()));
            let actions = vec![
                choose(words.keep, &wide.filter, Choice::Keep),
                button(
                    Kind::Plain,
                    words.narrow,
                    press(move || sheet.show(page.clone())),
                ),
                choose(words.pause, &wide.filter, Choice::Pause),
            ];
            strip("warning", ().into_any(), said.into_any(), actions)
        });
        let paused = paused.iter().map(|filter| {
            let said = (words.paused)(&shown(filter), &shown(&name));
            let actions = vec![choose(words.resume, filter, Choice::Resume)];
            strip("note", ().into_any(), said.into_any(), actions)
        });
        wide.into_iter().chain(paused).collect::<Vec<_>>()
    };
    view! { {move || told.get().into_iter().flat_map(view).collect::<Vec<_>>()} }
}
