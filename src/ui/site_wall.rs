//! The whole wall, on a screen that may not scroll.

use leptos::prelude::*;

use super::asked::{Kiosk, use_kiosk};
use super::charts::Choices;
use super::devices::Devices;
use super::flow_chart::{FlowChart, ZoneChoice};
use super::hand::memo;
use super::present_chart::PresentChart;
use super::tongue::use_tongue;
use super::wall_devices::WallDevices;
use super::wall_doors::WallDoors;
use super::zones::Zones;
use crate::live::Live;
use crate::views::Rows;

/// All of it. `room`: how high it may be on a wall, in tenths of the page's unit.
#[component]
pub(super) fn SiteWall(room: RwSignal<u32>) -> impl IntoView {
    let live: Live = expect_context();
    let choices: Choices = expect_context();
    let Kiosk(kiosk) = use_kiosk();
    let tongue = use_tongue();
    let words = tongue.words;
    let site = live.site.read_untracked();
    let all = site.zones.len();
    let zone_rows = memo(move || Rows::on_wall(room.get(), all).zones);
    let device_rows = memo(move || Rows::on_wall(room.get(), all).devices);
    // Without zones and doors there is nothing to count in: devices alone.
    let places = if site.zones.is_empty() && site.doors.is_empty() {
        view! { <p class="wall__row section__note">{words.zone.none}</p> }.into_any()
    } else {
        let doors = site.doors.iter().map(|door| (door.clone(), false));
        let tool = if kiosk {
            // Whose bars they are; nobody can choose another.
            let zone = site.zones.first().filter(|_| all > 1);
            let name = zone.map(|zone| tongue.name(&zone.name));
            view! { <span class="card__note">{name}</span> }.into_any()
        } else {
            view! { <ZoneChoice choices /> }.into_any()
        };
        view! {
            <Zones rows=zone_rows />
            <div class="wall__charts">
                <PresentChart choices only=None />
                <FlowChart choices tool />
            </div>
            <div class="wall__side">
                <WallDoors doors=doors.collect() />
            </div>
        }
        .into_any()
    };
    let devices = if kiosk {
        view! { <WallDevices rows=Some(device_rows) /> }.into_any()
    } else {
        view! { <Devices /> }.into_any()
    };
    view! {
        {places}
        {devices}
    }
}
