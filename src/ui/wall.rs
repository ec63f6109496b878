//! The wall: zones, charts beside doors, devices; or one of its views alone.

use leptos::prelude::*;

use super::asked::{Kiosk, present_view, use_kiosk};
use super::charts::Choices;
use super::devices::Devices;
use super::doors::Doors;
use super::flow_chart::FlowChart;
use super::hand::memo;
use super::present_chart::PresentChart;
use super::tongue::use_tongue;
use super::zone_card::ZoneCard;
use super::zone_wall::ZoneWall;
use crate::engine::wire::Level;
use crate::live::Live;
use crate::views::{View, first_in_need};
use crate::words::Figures;

#[component]
pub(super) fn Wall() -> impl IntoView {
    let live: Live = expect_context();
    let view = present_view(live);
    view! {
        <main class="wall" id="main" tabindex="-1" data-view=move || view_name(view.get())>
            {move || match view.get() {
                View::Site => view! { <SiteWall /> }.into_any(),
                View::Zone(place) => view! { <ZoneWall place /> }.into_any(),
                View::Devices => view! { <Devices most_rows=None /> }.into_any(),
            }}
        </main>
    }
}

/// The value of `data-view`.
const fn view_name(view: View) -> &'static str {
    match view {
        View::Site => "site",
        View::Zone(_) => "zone",
        View::Devices => "devices",
    }
}

/// All of it.
#[component]
fn SiteWall() -> impl IntoView {
    let live: Live = expect_context();
    let choices: Choices = expect_context();
    let words = use_tongue().words;
    let site = live.site.read_untracked();
    // Without zones and doors there is nothing to count in: devices alone.
    let places = if site.zones.is_empty() && site.doors.is_empty() {
        view! { <p class="wall__row section__note">{words.zone.none}</p> }.into_any()
    } else {
        let doors = (0..).zip(&site.doors).map(|(place, _)| (place, false));
        view! {
            <Zones />
            <div class="wall__charts">
                <PresentChart choices only=None />
                <FlowChart choices alone=false />
            </div>
            <div class="wall__side">
                <Doors doors=doors.collect() />
            </div>
        }
        .into_any()
    };
    view! {
        {places}
        <Devices most_rows=Some(DEVICE_ROWS) />
    }
}

/// The zones side by side. On a wall that cannot scroll no more than have room, those first that need somebody.
#[component]
fn Zones() -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = tongue.words;
    let Kiosk(kiosk) = use_kiosk();
    let zones = live.site.read_untracked().zones.clone();
    let all = zones.len();
    let levels: Vec<_> = zones.iter().map(|zone| live.zone(&zone.id)).collect();
    // The last place says how many more there are.
    let most = match (kiosk, all > MOST_ZONES) {
        (false, _) => all,
        (true, false) => MOST_ZONES,
        (true, true) => MOST_ZONES - 1,
    };
    let alarming = move |place: usize| {
        let zone = levels[place].read();
        zone.as_ref().is_some_and(|zone| zone.level >= Level::High)
    };
    let places = memo(move || first_in_need(all, most, &alarming));
    let more = (all > most).then(|| {
        let said = (words.zone.more)(&tongue.number((all - most) as u64));
        view! { <p class="card zones__more">{said}</p> }.into_any()
    });
    let in_a_row = if all <= MOST_IN_A_ROW {
        all
    } else {
        all.min(MOST_ZONES).div_ceil(2)
    };
    view! {
        <section
            class="zones wall__row"
            style:--in-a-row=in_a_row.to_string()
            aria-label=words.label.zones
        >
            {move || {
                let card = |place: &usize| {
                    let zone = zones[*place].clone();
                    view! { <ZoneCard zone /> }.into_any()
                };
                places.read().iter().map(card).collect::<Vec<_>>()
            }}
            {more}
        </section>
    }
}

/// On a wall, below all else: those that need somebody come first.
const DEVICE_ROWS: u32 = 2;

/// On a wall: their numbers can still be read from afar.
const MOST_IN_A_ROW: usize = 6;
const MOST_ZONES: usize = 2 * MOST_IN_A_ROW;
