//! The wall as the address asks for it: one view, or several in turn, and on a screen that cannot scroll. Loaded only
//! where the address asks for something.

use std::cell::RefCell;

use leptos::html::{Div, Main};
use leptos::prelude::*;
use leptos::web_sys::Element;

use super::asked::{Kiosk, Views, use_kiosk, warning};
use super::charts::Choices;
use super::devices::{Devices, Room, count};
use super::doors::Doors;
use super::flow_chart::FlowChart;
use super::hand::{follow, memo};
use super::present_chart::PresentChart;
use super::tongue::use_tongue;
use super::zone_card::ZoneCard;
use crate::browser::page::element::{length, place};
use crate::browser::page::query;
use crate::browser::page::sight::Size;
use crate::engine::wire::{Freshness, Level};
use crate::live::{Live, Trust};
use crate::views::{Alarm, Plan, Rows, Tour, View, first_in_need, plan};
use crate::words::{Figures, shown, views_words};

/// All that is loaded.
pub const VIEWS: Views = Views {
    wall: || view! { <AskedWall /> }.into_any(),
    strips,
};

#[component]
fn AskedWall() -> impl IntoView {
    let live: Live = expect_context();
    let Kiosk(kiosk) = use_kiosk();
    let view = present_view(live);
    let main = NodeRef::<Main>::new();
    let room = room(Box::new(move || main.get().map(Into::into)));
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
            {move || match view.get() {
                View::Site => view! { <SiteWall room /> }.into_any(),
                View::Zone(place) => view! { <ZoneWall place /> }.into_any(),
                View::Devices => view! { <Devices wall=kiosk.then_some(device_room(None)) /> }.into_any(),
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
    let Kiosk(kiosk) = use_kiosk();
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
                <WallDoors doors=doors.collect() />
            </div>
        }
        .into_any()
    };
    view! {
        {places}
        <Devices wall=kiosk.then_some(device_room(Some(device_rows))) />
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
            let said = (views_words(words.language).more_places)(&tongue.number(more as u64));
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

/// One zone alone, by its place in the site: its figure as large as it can be, its charts, its doors.
#[component]
fn ZoneWall(place: usize) -> impl IntoView {
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
                <WallDoors doors />
            </div>
        }
        .into_any()
    })
}

/// The doors; on a wall that cannot scroll as many as have room, those first that need somebody.
#[component]
fn WallDoors(doors: Vec<(u32, bool)>) -> impl IntoView {
    let live: Live = expect_context();
    let all = doors.len();
    let list = NodeRef::<Div>::new();
    let present = RwSignal::new((0..all).collect::<Vec<_>>());
    if use_kiosk().0 {
        let room = room(Box::new(move || list.get().map(Into::into)));
        let views: Vec<_> = {
            let site = live.site.read_untracked();
            let named = doors
                .iter()
                .filter_map(|(place, _)| site.doors.get(*place as usize));
            named.map(|door| live.door(&door.id)).collect()
        };
        follow(move || {
            let most = (room.get().saturating_sub(HEAD) / ROW).max(1);
            let needs = |row: usize| {
                let door = views.get(row).map(|door| door.read());
                door.is_some_and(|door| {
                    door.as_ref()
                        .is_some_and(|door| door.freshness != Freshness::Live)
                })
            };
            let places = first_in_need(all, most as usize, &needs);
            if *present.read_untracked() != places {
                present.set(places);
            }
        });
    }
    let tongue = use_tongue();
    let note = move || {
        let today = tongue.words.door.today;
        match all - present.read().len() {
            0 => today.to_owned(),
            more => {
                let words = views_words(tongue.words.language);
                format!(
                    "{today} · {}",
                    (words.more_places)(&tongue.number(more as u64))
                )
            }
        }
    };
    view! { <Doors doors list present note=(move || note()).into_any() /> }
}

/// How many devices are shown on a wall that cannot scroll.
fn device_room(most_rows: Option<Memo<u32>>) -> Room {
    Room {
        most_rows,
        more: |devices, tongue| {
            let words = views_words(tongue.words.language);
            (words.more_devices)(&tongue.number(u64::from(devices)))
        },
    }
}

/// How high an element is, in tenths of the page's unit; followed on a wall only, where it is laid out by the screen and
/// not by what it holds.
fn room(element: Box<dyn Fn() -> Option<Element>>) -> RwSignal<u32> {
    let room = RwSignal::new(0);
    let watch = StoredValue::new_local(None);
    if use_kiosk().0 {
        follow(move || {
            let Some(element) = element() else {
                return;
            };
            let measured = element.clone();
            let measure = move || {
                let unit = length(&measured, "font-size").max(1.0);
                room.set((place(&measured).height * 10.0 / unit) as u32);
            };
            watch.set_value(Size::watch(&element, measure));
        });
    }
    room
}

/// What the address asks for of the site as it is known now.
fn present_plan(live: Live) -> Plan {
    let site = live.site.read_untracked();
    let zones: Vec<&str> = site.zones.iter().map(|zone| zone.id.as_str()).collect();
    plan(query("view").as_deref(), query("cycle").as_deref(), &zones)
}

/// The view that stands on the page, in its turn or because something alarms there.
fn present_view(live: Live) -> RwSignal<View> {
    let zones: Vec<_> = live
        .site
        .read_untracked()
        .zones
        .iter()
        .map(|zone| live.zone(&zone.id))
        .collect();
    // Of those that begin together the last is shown: a zone, and one that is full.
    let alarms = move || {
        let mut alarms = Vec::new();
        // What was so when the link was lost may not be so any more.
        if matches!(live.trust.get(), Trust::Blind { .. }) {
            return alarms;
        }
        let mut note = |view, degree| alarms.push(Alarm { view, degree });
        let offline = live.roll_up.read().offline;
        if offline > 0 {
            note(View::Devices, offline);
        }
        for (degree, level) in [(1, Level::High), (2, Level::Full)] {
            for (place, zone) in zones.iter().enumerate() {
                if zone.read().as_ref().is_some_and(|zone| zone.level == level) {
                    note(View::Zone(place), degree);
                }
            }
        }
        alarms
    };
    let plan = present_plan(live);
    let moves = plan.span.is_some();
    let mut tour = Tour::new(plan, live.now().monotonic);
    let present = RwSignal::new(tour.handle(live.now().monotonic, &[]));
    if moves {
        let tour = RefCell::new(tour);
        follow(move || {
            let view = tour
                .borrow_mut()
                .handle(live.clock.get().monotonic, &alarms());
            if present.get_untracked() != view {
                present.set(view);
            }
        });
    }
    present
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

/// Heights of the doors' first line and of a row at its lowest, in tenths of the page's unit; as in the style sheet.
const HEAD: u32 = 20;
const ROW: u32 = 23;
