//! One zone alone: its figure as large as it can be, its charts, its doors.

use leptos::prelude::*;

use super::charts::Choices;
use super::doors::Doors;
use super::flow_chart::FlowChart;
use super::present_chart::PresentChart;
use super::zone_card::ZoneCard;
use crate::live::Live;

/// The zone at a place in the site.
#[component]
pub(super) fn ZoneWall(place: usize) -> impl IntoView {
    let live: Live = expect_context();
    let choices: Choices = expect_context();
    // What is hidden of the whole wall is not hidden here.
    let choices = Choices {
        hidden: RwSignal::default(),
        flow_zone: RwSignal::new(place),
        ..choices
    };
    let zone = live.site.read_untracked().zones.get(place).cloned();
    zone.map(|zone| {
        let doors = zone.doors.clone();
        view! {
            <ZoneCard zone />
            <div class="wall__charts">
                <PresentChart choices only=Some(place) />
                <FlowChart choices alone=true />
            </div>
            <div class="wall__side">
                <Doors doors />
            </div>
        }
        .into_any()
    })
}
