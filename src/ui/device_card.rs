//! One device: what it is, how recent, what it says.

use leptos::prelude::*;

use super::device_text::{device_age, device_name, device_says, device_title};
use super::mark::{Mark, Word, icon, mark};
use super::tongue::use_tongue;
use crate::engine::wire::Freshness;
use crate::live::{Live, Trust};
use crate::words::Figures;

#[component]
pub(super) fn DeviceCard(id: String) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let view = live.device(&id);
    let heard = Memo::new(move |_| view.get());
    let freshness = Memo::new(move |_| {
        let device = heard.read();
        device
            .as_ref()
            .map_or(Freshness::NeverSeen, |device| device.freshness)
    });
    let name = Memo::new(move |_| {
        let device = heard.read();
        device.as_ref().map(|device| device_name(device, tongue))
    });
    let says = Memo::new(move |_| {
        let now = live.clock.read().wall;
        let device = heard.read();
        device
            .as_ref()
            .map(|device| device_says(device, now, tongue))
    });
    let age = Memo::new(move |_| {
        let now = live.clock.read().wall;
        device_age(heard.read().as_ref()?, now, tongue)
    });
    let title = move || {
        let device = heard.read();
        device.as_ref().map(|device| device_title(device, tongue))
    };
    let kind = Memo::new(move |_| heard.read().as_ref().map(|device| device.kind));
    // A card that is well has only the dot: eight times "live" would hide the one that is not.
    let state = move || {
        let state = freshness.get();
        if state == Freshness::Live
            && let Trust::Blind { as_of: Some(at) } = live.trust()
        {
            let word = (tongue.words.blind.as_of)(&tongue.clock(at));
            return mark(Mark::RetainedOld, word, Word::Aloud);
        }
        let seen = match state {
            Freshness::Late | Freshness::Stale | Freshness::Offline => Word::Seen,
            // Nobody is needed, and the line below says it.
            Freshness::Live | Freshness::NeverSeen | Freshness::RetainedOld => Word::Aloud,
        };
        mark(Mark::from(state), tongue.words.freshness(state), seen)
    };
    view! {
        <li
            class="device"
            data-device=id
            data-state=move || Mark::from(freshness.get()).name()
            title=title
        >
            {move || kind.get().map(icon)}
            <h3 class="device__name">
                <bdi>{name}</bdi>
            </h3>
            {state}
            <p class="device__line">
                <bdi class="device__says">{says}</bdi>
                <span class="device__age">{move || age.get().map(|age| format!("· {age}"))}</span>
            </p>
        </li>
    }
}
