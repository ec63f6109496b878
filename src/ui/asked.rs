//! What the address asks of the page: a wall without chrome, and which views of the site in which turn.

use std::cell::RefCell;

use leptos::prelude::*;
use leptos::web_sys::Element;

use super::hand::follow;
use super::mark::{Mark, Word, mark};
use super::parts::strip;
use super::stage::Stage;
use super::tongue::use_tongue;
use crate::browser::page::element::{length, place};
use crate::browser::page::sight::Size;
use crate::browser::page::{query, set_root_attribute};
use crate::engine::wire::Level;
use crate::live::{Live, Trust};
use crate::views::{Alarm, Plan, Tour, View, plan};
use crate::words::shown;

/// The page hangs on a wall: nothing can be pressed, and nothing scrolls.
#[derive(Clone, Copy)]
pub(super) struct Kiosk(pub bool);

impl Kiosk {
    pub(super) fn load() -> Self {
        Self(query("kiosk").is_some_and(|value| value == "1"))
    }

    /// The value of `tabindex` of what scrolls or moves by keys: on a wall it cannot have the focus.
    pub(super) fn tabindex(self) -> Option<&'static str> {
        (!self.0).then_some("0")
    }
}

/// Whether the page is on a wall.
pub(super) fn use_kiosk() -> Kiosk {
    expect_context()
}

/// How high an element is, in tenths of the page's unit; followed on a wall only, where it is laid out by the screen and
/// not by what it holds.
pub(super) fn room(element: impl Fn() -> Option<Element> + 'static) -> RwSignal<u32> {
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

/// Tells the style sheets. Where there is nothing yet to be shown, somebody must be able to begin.
pub(super) fn follow_kiosk(stage: Memo<Stage>) {
    let Kiosk(kiosk) = use_kiosk();
    follow(move || {
        let is_wall = kiosk && stage.get() != Stage::Welcome;
        set_root_attribute("data-mode", if is_wall { "kiosk" } else { "desk" });
    });
}

/// What the address asks for of the site as it is known now.
fn present_plan(live: Live) -> Plan {
    let site = live.site.read_untracked();
    let zones: Vec<&str> = site.zones.iter().map(|zone| zone.id.as_str()).collect();
    plan(query("view").as_deref(), query("cycle").as_deref(), &zones)
}

/// The view that stands on the page, in its turn or because something alarms there.
pub(super) fn present_view(live: Live) -> RwSignal<View> {
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
#[component]
pub(super) fn AskedStrips(stage: Memo<Stage>) -> impl IntoView {
    let live: Live = expect_context();
    let words = &use_tongue().words.start;
    let plan = present_plan(live);
    let list = |names: &[String]| shown(&names.join(", "));
    let view = (!plan.unknown.is_empty())
        .then(|| (words.view_unknown)(&list(&plan.unknown), &list(&plan.known)));
    let cycle = plan
        .wrong_cycle
        .map(|asked| (words.cycle_wrong)(&shown(&asked)));
    let strips = move || {
        // Before the engine has told the site, no zone is known.
        let said = [&view, &cycle].into_iter().flatten().cloned();
        let said = said.filter(|_| stage.get() == Stage::Wall);
        let view = |said: String| {
            let late = mark(Mark::Late, "", Word::Aloud);
            strip("warning", late, said.into_any(), Vec::new())
        };
        said.map(view).collect::<Vec<_>>()
    };
    view! { <div data-asked="">{move || strips()}</div> }
}
