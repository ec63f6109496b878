//! One zone alone: its figure as large as it can be, its charts, its doors.

use leptos::prelude::*;

use super::charts::Choices;
use super::flow_chart::FlowChart;
use super::present_chart::PresentChart;
use super::wall_doors::WallDoors;
use super::zone_card::ZoneCard;
use crate::live::Live;

/// `place`: among the site's zones.
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
    let site = live.site.read_untracked();
    let zone = site.zones.get(place).cloned();
    zone.map(|zone| {
        let door = |id: &String| {
            let door = site.doors.iter().find(|door| door.id == *id)?;
            Some((door.clone(), zone.outward.contains(id)))
        };
        let doors = zone.doors.iter().filter_map(door).collect();
        view! {
            <ZoneCard zone />
            <div class="wall__charts">
                <PresentChart choices only=Some(place) />
                <FlowChart choices tool=().into_any() />
            </div>
            <div class="wall__side">
                <WallDoors doors />
            </div>
        }
        .into_any()
    })
}
