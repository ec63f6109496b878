//! The wall as the address asks for it: one view, or several in turn, and on a screen that cannot scroll. Loaded only
//! where the address asks for something.

use leptos::html::Main;
use leptos::prelude::*;

use super::asked::{Kiosk, Views, use_kiosk, warning};
use super::devices::{Devices, count};
use super::former_view::{free_former, live_for_one_view};
use super::hand::memo;
use super::parts::styled;
use super::site_wall::SiteWall;
use super::tongue::use_tongue;
use super::turns::{present_plan, present_view};
use super::wall_devices::WallDevices;
use super::wall_room::room;
use super::welcome::Welcome;
use super::zone_wall::ZoneWall;
use crate::live::Live;
use crate::views::View;
use crate::words::{shown, views_words};

/// All that is loaded.
pub const VIEWS: Views = Views {
    wall: || view! { <AskedWall /> }.into_any(),
    strips,
    welcome: || styled("asked.css", Box::new(|| view! { <Welcome /> }.into_any())),
};

#[component]
fn AskedWall() -> impl IntoView {
    let live: Live = expect_context();
    let Kiosk(kiosk) = use_kiosk();
    let view = present_view(live);
    let main = NodeRef::<Main>::new();
    let room = room(Box::new(move || main.get().map(Into::into)));
    free_former(view, room);
    let few = memo(move || count(&live.roll_up.read()) <= FEW);
    view! {
        <main
            class="wall"
            id="main"
            tabindex="-1"
            node_ref=main
            data-view=move || view_name(view.get())
            data-few=move || few.get().to_string()
        >
            {move || {
                provide_context(live_for_one_view(live));
                match view.get() {
                View::Site => view! { <SiteWall room /> }.into_any(),
                View::Zone(place) => view! { <ZoneWall place /> }.into_any(),
                View::Devices if kiosk => view! { <WallDevices rows=None /> }.into_any(),
                View::Devices => view! { <Devices /> }.into_any(),
                }
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

/// Says what in the address nobody understands.
fn strips() -> AnyView {
    let live: Live = expect_context();
    let words = views_words(use_tongue().words.language);
    let plan = present_plan(live);
    let list = |names: &[String]| shown(&names.join(", "));
    let mut said = Vec::new();
    if !plan.unknown.is_empty() {
        said.push((words.unknown)(&list(&plan.unknown), &list(&plan.known)));
    }
    if let Some(asked) = plan.wrong_cycle {
        said.push((words.wrong_cycle)(&shown(&asked)));
    }
    said.into_iter().map(warning).collect::<Vec<_>>().into_any()
}

/// Alone on a wall they can be larger: five rows of three.
const FEW: u32 = 15;
