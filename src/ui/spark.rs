//! The last hour of a door as small bars; a gap is a line, never a bar of height zero.

use leptos::prelude::*;

use super::tongue::Tongue;
use crate::chart::spark::outlines;
use crate::words::Figures;

/// `spans`: people, oldest first; `None`: a gap.
pub(super) fn spark(spans: &[Option<u32>], tongue: Tongue) -> AnyView {
    let (bars, gaps) = outlines(spans);
    let people: u64 = spans.iter().flatten().copied().map(u64::from).sum();
    let aloud = (tongue.words.door.entered_last_hour)(&tongue.number(people));
    view! {
        <svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label=aloud>
            <path fill="currentColor" d=bars />
            <path class="spark__gap" d=gaps />
        </svg>
    }
    .into_any()
}
