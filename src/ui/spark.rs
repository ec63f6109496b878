//! The last hour of a door as small bars; a gap is a line, never a bar of height zero.

use std::fmt::Write;

use leptos::prelude::*;

use super::tongue::use_tongue;
use crate::words::Figures;

#[component]
pub(super) fn Spark(spans: Signal<Vec<Option<u32>>>) -> impl IntoView {
    let tongue = use_tongue();
    let drawn = Memo::new(move |_| outlines(&spans.read()));
    let aloud = move || {
        let people: u64 = spans.read().iter().flatten().copied().map(u64::from).sum();
        (tongue.words.door.entered_last_hour)(&tongue.number(people))
    };
    view! {
        <svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label=aloud>
            <path fill="currentColor" d=move || drawn.read().0.clone() />
            <path class="spark__gap" d=move || drawn.read().1.clone() />
        </svg>
    }
}

/// The bars and the gaps, as outlines in a field of 100 by 24.
fn outlines(spans: &[Option<u32>]) -> (String, String) {
    let highest = spans.iter().flatten().max().copied().unwrap_or(0).max(1);
    let count = spans.len().max(1);
    let (mut bars, mut gaps) = (String::new(), String::new());
    for (index, people) in spans.iter().enumerate() {
        // In tenths, so that no number needs a fraction's digits.
        let left = 1000 * index / count;
        let width = 720 / count;
        let (outline, height) = match people {
            Some(people) => (&mut bars, 220 * u64::from(*people) / u64::from(highest)),
            None => (&mut gaps, 10),
        };
        let _written = write!(
            outline,
            "M{}.{} 24v-{}.{}h{}.{}V24z",
            left / 10,
            left % 10,
            height / 10,
            height % 10,
            width / 10,
            width % 10
        );
    }
    (bars, gaps)
}

#[cfg(test)]
mod tests {
    use super::outlines;

    #[test]
    fn a_gap_is_not_a_bar_of_height_zero() {
        let (bars, gaps) = outlines(&[Some(0), None, Some(4), Some(2)]);
        assert_eq!(bars.matches('M').count(), 3);
        assert_eq!(gaps.matches('M').count(), 1);
        assert!(bars.contains("v-22.0") && bars.contains("v-11.0") && bars.contains("v-0.0"));
    }
}
