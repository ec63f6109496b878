//! The wall: zones, charts beside doors, devices; or one of its views alone.

use leptos::html::Main;
use leptos::prelude::*;

use super::asked::{Kiosk, present_view, room, use_kiosk};
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
use crate::views::{Rows, View, first_in_need};
use crate::words::Figures;

#[component]
pub(super) fn Wall() -> impl IntoView {
    let live: Live = expect_context();
    let view = present_view(live);
    let main = NodeRef::<Main>::new();
    let room = room(move || main.get().map(Into::into));
    view! {
        <main class="wall" id="main" tabindex="-1" node_ref=main data-view=move || view_name(view.get())>
            {move || match view.get() {
                View::Site => view! { <SiteWall room /> }.into_any(),
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

/// All of it. `room`: how high it may be on a wall, in tenths of the page's unit.
#[component]
fn SiteWall(room: RwSignal<u32>) -> impl IntoView {
    let live: Live = expect_context();
    let choices: Choices = expect_context();
    let words = use_tongue().words;
    let site = live.site.read_untracked();
    let all = site.zones.len();
    let zone_rows = memo(move || Rows::on_wall(room.get(), all).zones);
    let device_rows = memo(move || Rows::on_wall(room.get(), all).devices);
    // Without zones and doors there is nothing to count in: devices alone.
    let places = if site.zones.is_empty() && site.doors.is_empty() {
        view! { <p class="wall__row section__note">{words.zone.none}</p> }.into_any()
    } else {
        let doors = (0..).zip(&site.doors).map(|(place, _)| (place, false));
        view! {
            <Zones rows=zone_rows />
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
        <Devices most_rows=Some(device_rows) />
    }
}

/// The zones side by side. On a wall that cannot scroll no more than have room, those first that need somebody.
#[component]
fn Zones(rows: Memo<u32>) -> impl IntoView {
    let live: Live = expect_context();
    let tongue = use_tongue();
    let words = tongue.words;
    let Kiosk(kiosk) = use_kiosk();
    let zones = live.site.read_untracked().zones.clone();
    let all = zones.len();
    let levels: Vec<_> = zones.iter().map(|zone| live.zone(&zone.id)).collect();
    let alarming = move |place: usize| {
        let zone = levels[place].read();
        zone.as_ref().is_some_and(|zone| zone.level >= Level::High)
    };
    let rows = move || Rows {
        zones: rows.get(),
        devices: 0,
    };
    let places = memo(move || {
        let most = if kiosk { rows().zones_shown(all) } else { all };
        first_in_need(all, most, &alarming)
    });
    let more = move || match all - places.read().len() {
        0 => None,
        more => {
            let said = (words.zone.more)(&tongue.number(more as u64));
            Some(view! { <p class="card zones__more">{said}</p> }.into_any())
        }
    };
    view! {
        <section
            class="zones wall__row"
            style:--in-a-row=move || rows().in_a_row(all).to_string()
            aria-label=words.label.zones
        >
            {move || {
                let card = |place: &usize| {
                    let zone = zones[*place].clone();
                    view! { <ZoneCard zone /> }.into_any()
                };
                places.read().iter().map(card).collect::<Vec<_>>()
            }}
            {move || more()}
        </section>
    }
}
