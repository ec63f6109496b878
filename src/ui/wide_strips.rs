//! The strips of subscriptions that bring far too much, and of those that somebody paused.

use leptos::prelude::*;

use super::hand::{memo, press};
use super::parts::{Kind, button, strip};
use super::profiles::use_profiles;
use super::sheet::{SheetPage, use_sheet};
use super::tongue::use_tongue;
use crate::engine::wire::{Volume, WideView};
use crate::live::Live;
use crate::settings::{Paused, Profile, ProfileId};
use crate::words::{Figures, shown, size};

#[component]
pub(super) fn WideStrips() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = &tongue.settings().wide;
    let profiles = use_profiles();
    let sheet = use_sheet();
    // Not the traffic, which changes each second while somebody is about to press a button.
    let wide = memo(move || {
        let links = live.links.read();
        let views = links.iter().filter_map(|link| {
            let wide = link.view.wide.clone()?;
            Some((link.view.profile.clone(), wide))
        });
        views.collect::<Vec<_>>()
    });
    let paused = memo(move || {
        let all = profiles.all().into_iter();
        all.map(|known| known.profile)
            .filter(|profile| !profile.paused.is_empty())
            .collect::<Vec<_>>()
    });
    // Changes the subscriptions of a profile, and connects it so.
    let change = move |id: &ProfileId, change: &dyn Fn(&mut Profile)| {
        if let Some(known) = profiles.find(id) {
            let mut profile = known.profile;
            change(&mut profile);
            profiles.save(profile, known.remembered);
        }
    };
    let keep = move |id: &ProfileId, filter: &str| {
        change(id, &|profile| {
            let mut filters = profile.filters.iter_mut();
            if let Some(kept) = filters.find(|one| one.filter.as_str() == filter) {
                kept.wide = true;
            }
        });
    };
    let pause = move |id: &ProfileId, filter: &str| {
        let since = live.now().wall;
        change(id, &|profile| {
            let mut filters = profile.filters.iter();
            if let Some(place) = filters.position(|one| one.filter.as_str() == filter) {
                let filter = profile.filters.remove(place);
                profile.paused.push(Paused { filter, since });
            }
        });
    };
    let resume = move |id: &ProfileId, place: usize| {
        change(id, &|profile| {
            let paused = profile.paused.remove(place);
            profile.filters.push(paused.filter);
        });
    };
    let offer = move |(id, wide): (ProfileId, WideView)| {
        let WideView { filter, rate } = wide;
        let rate = if rate.messages >= Volume::MANY_MESSAGES {
            (words.messages)(&tongue.number(rate.messages))
        } else {
            (words.bytes)(&size(rate.bytes, &tongue))
        };
        let name = profiles.find(&id).map(|known| known.profile.name);
        let said = (words.too_wide)(&rate, &shown(&filter), &shown(&name.unwrap_or_default()));
        let page = SheetPage::Profile(Some(id.clone()));
        let kept = (id.clone(), filter.clone());
        let actions = vec![
            button(
                Kind::Plain,
                words.keep,
                press(move || keep(&kept.0, &kept.1)),
            ),
            button(
                Kind::Plain,
                words.narrow,
                press(move || sheet.show(page.clone())),
            ),
            button(Kind::Plain, words.pause, press(move || pause(&id, &filter))),
        ];
        strip("warning", ().into_any(), said.into_any(), actions)
    };
    let pauses = move |profile: Profile| {
        let Profile {
            id, name, paused, ..
        } = profile;
        let paused = paused.into_iter().enumerate();
        paused
            .map(|(place, paused)| {
                let id = id.clone();
                let filter = shown(paused.filter.filter.as_str());
                let since = tongue.clock(paused.since);
                let said = (words.paused)(&filter, &shown(&name), &since);
                let again = button(Kind::Plain, words.resume, press(move || resume(&id, place)));
                strip("note", ().into_any(), said.into_any(), vec![again])
            })
            .collect::<Vec<_>>()
    };
    view! {
        {move || wide.get().into_iter().map(offer).collect::<Vec<_>>()}
        {move || paused.get().into_iter().map(pauses).collect::<Vec<_>>()}
    }
}
