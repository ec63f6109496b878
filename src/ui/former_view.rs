//! Frees what the page's own signals remember of a view that is gone.
//!
//! A signal keeps a mark of every effect that ever read it, also of those that are gone. On a page whose views take turns
//! for weeks that would be hundreds of megabytes, gone through each second. Only when a signal is marked as changed from
//! without does it drop all marks; those who still read it leave new ones.

use leptos::prelude::*;
use leptos::reactive::graph::{ReactiveNode, ToAnySource};

use super::charts::Choices;
use super::hand::{follow, memo};
use super::reader::use_reader;
use crate::live::Live;
use crate::views::View;

/// Does it after each turn. `room` is read by views as well.
pub(super) fn free_former(view: RwSignal<View>, room: RwSignal<u32>) {
    let live: Live = expect_context();
    let choices: Choices = expect_context();
    let reader = use_reader();
    let free_all = move || {
        free(&room);
        free(&reader.colours);
        free(&choices.reach);
        free(&choices.hidden);
        free(&choices.hidden_flows);
        free(&choices.flow_zone);
        free(&live.day);
        free(&live.order);
        free(&live.roll_up);
        free(&live.clock);
        let site = live.site.read_untracked();
        for zone in &site.zones {
            free(&live.zone(&zone.id));
        }
        for door in &site.doors {
            free(&live.door(&door.id));
        }
        for device in &*live.order.read_untracked() {
            free(&live.device(device));
        }
    };
    follow(move || {
        view.track();
        // The view before is gone only when this one stands.
        request_animation_frame(free_all);
    });
}

/// For one view, what is not a signal that can be marked: it goes with the view.
pub(super) fn live_for_one_view(live: Live) -> Live {
    let mut own = live;
    own.trust = memo(move || live.trust.get());
    own
}

fn free(signal: &dyn ToAnySource) {
    signal.to_any_source().mark_dirty();
}
