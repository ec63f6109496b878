//! Which of the views that the address asks for stands on the page: in its turn, or because something alarms there.

use std::cell::RefCell;

use leptos::prelude::*;

use super::hand::follow;
use crate::browser::page::query;
use crate::engine::wire::Level;
use crate::live::Live;
use crate::mirror::Trust;
use crate::views::{Alarm, Plan, Tour, View, plan};

/// What the address asks for of the site as it is known now.
pub(super) fn present_plan(live: Live) -> Plan {
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
