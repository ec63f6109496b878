//! One device: what it is, how recent, what it says.

use leptos::prelude::*;

use super::device_text::device_text;
use super::hand::memo;
use super::mark::{Word, icon, mark};
use super::tongue::use_tongue;
use crate::live::{Live, Trust};

#[component]
pub(super) fn DeviceCard(id: String) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let view = live.device(&id);
    let text = memo(move || {
        let as_of = match live.trust() {
            Trust::Blind { as_of } => as_of,
            _ => None,
        };
        let view = view.read();
        let device = view.as_ref()?;
        Some(device_text(device, live.clock.read().wall, as_of, tongue))
    });
    // A card is made when its view has come; a view never goes before its card.
    move || {
        let text = text.read();
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
                    data-device=id.clone()
                    data-state=text.state
                    title=text.title.clone()
                >
                    {icon(text.kind)}
                    <h3 class="device__name">
                        <bdi>{text.name.clone()}</bdi>
                    </h3>
                    {mark(text.mark, text.word.clone(), seen)}
                    <p class="device__line">
                        <bdi class="device__says">{text.says.clone()}</bdi>
                        <span class="device__age">{text.age.clone()}</span>
                    </p>
                </li>
            }
            .into_any(),
        )
    }
}
