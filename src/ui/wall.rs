//! The wall: zones, charts beside doors, devices.

use leptos::prelude::*;

use super::charts::Choices;
use super::devices::Devices;
use super::doors::Doors;
use super::flow_chart::FlowChart;
use super::present_chart::PresentChart;
use super::tongue::use_tongue;
use super::zone_card::ZoneCard;
use crate::live::Live;

#[component]
pub(super) fn Wall() -> impl IntoView {
    let live: Live = expect_context();
    let choices: Choices = expect_context();
    let words = use_tongue().words;
    let site = live.site.read_untracked();
    let zones: Vec<_> = site
        .zones
        .iter()
        .cloned()
        .map(|zone| view! { <ZoneCard zone /> }.into_any())
        .collect();
    // Without zones and doors there is nothing to count in: devices alone.
    let places = if zones.is_empty() && site.doors.is_empty() {
        view! { <p class="wall__row section__note">{words.zone.none}</p> }.into_any()
    } else {
        let doors = (0..).zip(&site.doors).map(|(place, _)| (place, false));
        let present = (0..site.doors.len()).collect::<Vec<_>>();
        view! {
            <section class="zones wall__row" aria-label=words.label.zones>
                {zones}
            </section>
            <div class="wall__charts">
                <PresentChart choices only=None />
                <FlowChart choices alone=false />
            </div>
            <div class="wall__side">
                <Doors doors=doors.collect() list=NodeRef::new() present=RwSignal::new(present) note=words.door.today.into_any() />
            </div>
        }
        .into_any()
    };
    view! {
        <main class="wall" id="main" tabindex="-1">
            {places}
            <Devices wall=None />
        </main>
    }
}
