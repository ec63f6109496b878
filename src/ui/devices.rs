//! All devices, those first that need somebody. Only the cards in view are in the document and asked of the engine.

use leptos::html::Div;
use leptos::prelude::*;

use super::device_card::DeviceCard;
use super::hand::{follow, memo};
use super::tongue::{Tongue, use_tongue};
use crate::browser::page::element::{length, place, property, window_height};
use crate::browser::page::frame::Frame;
use crate::browser::page::sight::{Listener, Size};
use crate::engine::wire::RollUp;
use crate::live::{Live, Trust};
use crate::words::Figures;

#[component]
pub(super) fn Devices() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = tongue.words;
    let grid = NodeRef::<Div>::new();
    let layout = RwSignal::new(Layout::default());
    let all = memo(move || count(&live.roll_up.read()));
    let cards = memo(move || live.order.read().len() as u32);
    follow_view(grid, layout, all);
    follow(move || {
        let (first, cards) = layout.read().in_view(all.get());
        live.show_cards(first, cards);
    });
    view! {
        <section class="card devices wall__row" aria-labelledby="devices">
            <div class="card__head">
                <h2 id="devices">{words.device.title}</h2>
                <span class="card__note">{move || note(live, tongue)}</span>
            </div>
            {move || {
                let none = (all.get() == 0).then_some(words.device.none);
                none.map(|said| view! { <p class="devices__none">{said}</p> }.into_any())
            }}
            // The cards before those in view are room above them, the cards behind are room below.
            <div class="devices__grid" node_ref=grid style:min-height=move || px(layout.read().height(all.get()))>
                <ul class="devices__window" style:padding-top=move || px(layout.read().above(all.get()))>
                    {move || {
                        let card = |place| view! { <DeviceCard place /> }.into_any();
                        (0..cards.get()).map(card).collect::<Vec<_>>()
                    }}
                </ul>
            </div>
        </section>
    }
}

/// How many there are of each, or since when nobody knows.
pub(super) fn note(live: Live, tongue: Tongue) -> String {
    match live.trust.get() {
        Trust::Blind { as_of: Some(at) } => (tongue.words.blind.as_of)(&tongue.clock(at)),
        _ => summary(&live.roll_up.read(), tongue),
    }
}

/// Where the grid is and how its cards lie in it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Layout {
    columns: u32,
    /// Height of a card and the space below it, in pixels.
    row: f64,
    /// Rows before the first that is in view.
    first_row: u32,
    /// Rows in view.
    rows: u32,
}

impl Layout {
    /// From the grid as the browser has laid it out, and where the window's edges are.
    fn new(columns: u32, row: f64, gap: f64, top: f64, window: f64) -> Self {
        let step = (row + gap).max(1.0);
        // A row more on each side, so that scrolling shows no holes.
        let first_row = (-top / step).floor().max(0.0) as u32;
        let last_row = ((window - top) / step).ceil().max(0.0) as u32;
        let first_row = first_row.saturating_sub(1);
        Self {
            columns: columns.max(1),
            row: step,
            first_row,
            rows: (last_row + 1).saturating_sub(first_row).min(MOST_ROWS),
        }
    }

    /// Position of the first card in view, and how many.
    fn in_view(&self, all: u32) -> (u32, u32) {
        let first = self.first(all);
        let wanted = self.rows.saturating_mul(self.columns);
        (first, wanted.min(all - first))
    }

    fn first(&self, all: u32) -> u32 {
        let last_row = all.saturating_sub(1) / self.columns.max(1);
        self.first_row
            .min(last_row)
            .saturating_mul(self.columns)
            .min(all)
    }

    fn above(&self, all: u32) -> f64 {
        f64::from(self.first(all) / self.columns.max(1)) * self.row
    }

    fn height(&self, all: u32) -> f64 {
        f64::from(all.div_ceil(self.columns.max(1))) * self.row
    }
}

/// Measures again when the grid, the window or the scroll position changes; at most once a frame.
fn follow_view(grid: NodeRef<Div>, layout: RwSignal<Layout>, all: Memo<u32>) {
    let measure = move || {
        let Some(grid) = grid.get_untracked() else {
            return;
        };
        let Some(window) = grid.first_element_child() else {
            return;
        };
        let columns = property(&window, "grid-template-columns");
        let columns = columns.split_whitespace().count() as u32;
        let row = length(&window, "grid-auto-rows");
        let gap = length(&window, "row-gap");
        let new = Layout::new(columns, row, gap, place(&grid).top, window_height());
        if new != layout.get_untracked() {
            layout.set(new);
        }
    };
    let frame = StoredValue::new_local(Frame::new(measure));
    let ask = move || frame.with_value(Frame::ask);
    let watches = StoredValue::new_local((None, Vec::new()));
    follow(move || {
        // What stands above the cards may have moved them.
        all.track();
        if let Some(grid) = grid.get() {
            watches.set_value((
                Size::watch(&grid, ask),
                vec![
                    Listener::window("scroll", ask),
                    Listener::window("resize", ask),
                ],
            ));
        }
        ask();
    });
}

fn px(length: f64) -> String {
    // As a whole number: writing fractions is code that the page does not have otherwise.
    format!("{}px", length.round() as i64)
}

/// How many devices there are.
pub(super) fn count(roll_up: &RollUp) -> u32 {
    parts(roll_up)
        .iter()
        .fold(0, |sum, part| sum.saturating_add(*part))
}

/// How many there are of each, those first that need somebody.
pub(super) fn summary(roll_up: &RollUp, tongue: Tongue) -> String {
    let device = &tongue.words.device;
    let words = [
        device.offline,
        device.stale,
        device.late,
        device.retained_old,
        device.never_seen,
        device.live,
    ];
    let said: Vec<String> = words
        .into_iter()
        .zip(parts(roll_up))
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| word(&tongue.number(u64::from(count))))
        .collect();
    said.join(" · ")
}

/// In the order in which they are told: those first that need somebody.
const fn parts(roll_up: &RollUp) -> [u32; 6] {
    [
        roll_up.offline,
        roll_up.stale,
        roll_up.late,
        roll_up.retained_old,
        roll_up.never_seen,
        roll_up.live,
    ]
}

/// No screen shows more; a grid that measures itself wrongly asks for no more.
const MOST_ROWS: u32 = 100;

#[cfg(test)]
mod tests {
    use super::Layout;

    #[test]
    fn only_rows_in_view_are_asked_for_with_one_to_spare_on_each_side() {
        // Four columns; rows of 50 with 10 between; the grid begins 600 above the window, which is 300 high.
        let layout = Layout::new(4, 50.0, 10.0, -600.0, 300.0);
        assert_eq!(layout.in_view(10_000), (36, 28));
        assert_eq!(
            (layout.above(10_000), layout.height(10_000)),
            (540.0, 150_000.0)
        );
    }

    #[test]
    fn a_grid_below_the_window_asks_for_little_and_a_short_one_for_no_more_than_it_has() {
        let below = Layout::new(8, 50.0, 10.0, 2000.0, 900.0);
        assert_eq!(below.in_view(100), (0, 8));
        let short = Layout::new(8, 50.0, 10.0, 100.0, 900.0);
        assert_eq!(short.in_view(3), (0, 3));
        assert_eq!(short.in_view(0), (0, 0));
        let shrunk = Layout::new(4, 50.0, 10.0, -6000.0, 300.0);
        assert_eq!(shrunk.in_view(10), (8, 2));
        assert_eq!(Layout::default().in_view(5), (0, 0));
    }
}
