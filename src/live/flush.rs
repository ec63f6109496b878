//! The one place that shows what the engine says: folds what came since the last frame, then grants the next credit.

use std::time::Duration;

use leptos::prelude::*;

use super::{Live, State, view_of};
use crate::browser::clock;
use crate::browser::page::sight::page_is_visible;
use crate::engine::wire::{DeviceView, Levels, LinkView, Request, Update};
use crate::link::Hint;
use crate::mirror::LinkShown;
use crate::time::Monotonic;

impl Live {
    /// Called once before a picture.
    pub(super) fn flush(self) {
        let state = self.state();
        let inbox = state.inbox.take();
        let mut pace = state.pace.get();
        for (update, floats) in inbox {
            self.fold(&state, update, &floats);
            pace.handle_update();
        }
        let now = (state.now)().monotonic;
        if pace.poll_grant(now) {
            self.request(Request::Flush);
        }
        state.pace.set(pace);
        state.wake_in(now, pace.wait(now));
    }

    fn fold(self, state: &State, update: Update, floats: &[f32]) {
        self.fold_levels(state, update.levels);
        if !self.started.get_untracked() {
            self.started.set(true);
        }
        super::chart::fold(state, &update.columns, &update.buckets, floats);
    }

    fn fold_levels(self, state: &State, levels: Levels) {
        // Names first: what comes after is shown under them.
        set(self.site, levels.site);
        set(self.storage, levels.storage);
        set(self.day, levels.day.map(Some));
        set(self.roll_up, levels.roll_up);
        set(self.found, levels.found);
        set(self.warnings, levels.warnings);
        set(self.links, levels.links.map(|links| self.shown(links)));
        for zone in levels.zones {
            set_view(&view_of(&state.zones, &zone.id), zone);
        }
        for door in levels.doors {
            set_view(&view_of(&state.doors, &door.id), door);
        }
        self.fold_devices(state, levels.order, levels.devices);
    }

    fn shown(self, links: Vec<LinkView>) -> Vec<LinkShown> {
        let former = self.links.read_untracked();
        let of = |link: &LinkView| {
            former
                .iter()
                .find(|former| former.view.profile == link.profile)
        };
        links
            .into_iter()
            .map(|link| {
                let former = of(&link);
                LinkShown::after(link, former)
            })
            .collect()
    }

    fn fold_devices(self, state: &State, order: Option<Vec<String>>, devices: Vec<DeviceView>) {
        let mut comes_or_goes = order.is_some();
        for device in devices {
            let view = view_of(&state.devices, &device.id);
            comes_or_goes |= view.read_untracked().is_none();
            set_view(&view, device);
        }
        if !comes_or_goes {
            return;
        }
        if let Some(order) = order {
            state.told_order.replace(order);
        }
        let told = state.told_order.borrow();
        let mut views = state.devices.borrow_mut();
        // Only cards in view are kept; who comes into view again is told again.
        views.retain(|id, _| told.contains(id));
        let ready = |id: &&String| {
            views
                .get(*id)
                .is_some_and(|view| view.read_untracked().is_some())
        };
        let order: Vec<String> = told.iter().filter(ready).cloned().collect();
        drop(views);
        set(self.order, Some(order));
    }

    /// Once a second while the page is seen, when the second begins.
    pub(super) fn tick(self) {
        if page_is_visible() {
            self.clock.set(self.now());
        }
        let real = clock::now();
        let millis = real.wall.as_millis().rem_euclid(1000).unsigned_abs();
        let next = real.monotonic.after(Duration::from_millis(1000 - millis));
        if let Some(browser) = &*self.state().browser.borrow() {
            browser.next_second.set(next);
        }
    }

    pub(super) fn handle_visibility(self) {
        if page_is_visible() {
            self.clock.set(self.now());
            self.request(Request::Hint(Hint::Visible));
        } else {
            self.request(Request::Keep);
        }
    }
}

impl State {
    pub(super) fn ask_frame(&self) {
        if let Some(browser) = &*self.browser.borrow() {
            browser.frame.ask();
        }
    }

    /// Asks for a frame then: at once if that is about as long as a frame takes.
    fn wake_in(&self, now: Monotonic, wait: Duration) {
        if let Some(browser) = &*self.browser.borrow() {
            if wait <= FRAME {
                browser.frame.ask();
            } else {
                browser.next_credit.set(now.after(wait));
            }
        }
    }
}

fn set<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, news: Option<T>) {
    if let Some(news) = news
        && *signal.read_untracked() != news
    {
        signal.set(news);
    }
}

fn set_view<T: PartialEq + Send + Sync + 'static>(signal: &ArcRwSignal<Option<T>>, view: T) {
    if signal.read_untracked().as_ref() != Some(&view) {
        signal.set(Some(view));
    }
}

/// A frame's sixtieth of a second, and some.
const FRAME: Duration = Duration::from_millis(20);
