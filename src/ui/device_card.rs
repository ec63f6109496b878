//! One device: what it is, how recent, what it says.

use leptos::prelude::*;

use super::device_text::{DeviceText, device_text};
use super::hand::memo;
use super::mark::{Word, icon, mark};
use super::tongue::use_tongue;
use crate::live::Live;
use crate::mirror::Trust;

/// The card at a place among those in view, of which the first is that one of all: where the order changes, cards stay and
/// say something else.
#[component]
pub(super) fn DeviceCard(place: u32, first: Memo<u32>, found: Memo<u32>) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let id = memo(move || live.order.read().get(place as usize).cloned());
    let text = memo(move || {
        let view = live.device(id.read().as_ref()?);
        let as_of = match live.trust.get() {
            Trust::Blind { as_of } => as_of,
            _ => None,
        };
        let view = view.read();
        let device = view.as_ref()?;
        Some(device_text(device, live.clock.read().wall, as_of, tongue))
    });
    // What changes with each message and each second is written by itself: a card is made of some twenty attributes.
    let changing = move |part: fn(&DeviceText) -> &String| {
        let text = text.read();
        text.as_ref().map(|text| part(text).clone())
    };
    let lasting = memo(move || {
        let mut text = text.get()?;
        for changing in [&mut text.says, &mut text.age, &mut text.title] {
            changing.clear();
        }
        Some(text)
    });
    move || {
        let text = lasting.read();
        let text = text.as_ref()?;
        let seen = if text.word_seen {
            Word::Seen
        } else {
            Word::Aloud
        };
        Some(
            view! {
                <li
                    class="device"
                    data-device=text.id.clone()
                    data-state=text.state
                    title=move || changing(|text| &text.title)
                    // Those out of view are not in the document.
                    aria-posinset=move || (first.get() + place + 1).to_string()
                    aria-setsize=move || found.get().to_string()
                >
                    {icon(text.kind)}
                    <h3 class="device__name">
                        <bdi>{text.name.clone()}</bdi>
                    </h3>
                    {mark(text.mark, text.word.clone(), seen)}
                    <p class="device__line">
                        <bdi class="device__says">{move || changing(|text| &text.says)}</bdi>
                        <span class="device__age">{move || changing(|text| &text.age)}</span>
                    </p>
                </li>
            }
            .into_any(),
        )
    }
}
