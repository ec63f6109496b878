//! The wall: zones, charts beside doors, devices.

use leptos::prelude::*;

use super::charts::Choices;
use super::devices::Devices;
use super::doors::Doors;
use super::flow_chart::{FlowChart, ZoneChoice};
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
        view! {
            <section class="zones wall__row" aria-label=words.label.zones>
                {zones}
            </section>
            <div class="wall__charts">
                <PresentChart choices only=None />
                <FlowChart choices tool=view! { <ZoneChoice choices /> }.into_any() />
            </div>
            <div class="wall__side">
                <Doors />
            </div>
        }
        .into_any()
    };
    view! {
        <main class="wall" id="main" tabindex="-1">
            {places}
            <Devices />
        </main>
    }
}
