//! What time it is at the site.

use leptos::prelude::*;

use super::tongue::use_tongue;
use crate::live::Live;

#[component]
pub(super) fn Clock() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    view! {
        <div class="bar__clock">
            <time class="bar__time">{move || tongue.seconds(live.clock.get().wall)}</time>
            " "
            <span class="bar__date">{move || tongue.date(live.clock.get().wall)}</span>
        </div>
    }
}
