//! One open chart: what it asked for, and the rows that came.

use leptos::prelude::*;

use super::{Live, State};
use crate::engine::wire::{
    BucketsPatch, ColumnsPatch, Request, Resolution, SeriesId, ViewId, Watch, Window,
};
use crate::mirror::Rows;
use crate::time::BucketSize;

/// A chart on the page; closed by its owner's end.
#[derive(Clone, Copy)]
pub struct Chart {
    live: Live,
    view: ViewId,
    /// Counts up whenever its rows changed. The rows themselves are read untracked.
    pub revision: RwSignal<u32>,
}

pub(super) struct Open {
    watch: Option<Watch>,
    generation: u32,
    rows: Rows,
    revision: RwSignal<u32>,
}

impl Live {
    /// Opens a chart that shows nothing yet, until the present owner ends.
    pub fn open_chart(self) -> Chart {
        let state = self.state();
        let view = ViewId(state.next_view.get());
        state.next_view.set(view.0.wrapping_add(1));
        let revision = RwSignal::new(0);
        let open = Open {
            watch: None,
            generation: 0,
            rows: Rows::default(),
            revision,
        };
        state.charts.borrow_mut().insert(view, open);
        on_cleanup(move || self.close_chart(view));
        Chart {
            live: self,
            view,
            revision,
        }
    }

    fn close_chart(self, view: ViewId) {
        let watched = self
            .state()
            .charts
            .borrow_mut()
            .remove(&view)
            .is_some_and(|open| open.watch.is_some());
        if watched {
            self.request(Request::Unwatch(view));
        }
    }
}

impl Chart {
    /// Shows this from now on; nothing happens if it is shown already.
    pub fn watch(self, series: Vec<SeriesId>, window: Window, resolution: Resolution) {
        let state = self.live.state();
        let mut charts = state.charts.borrow_mut();
        let Some(open) = charts.get_mut(&self.view) else {
            return;
        };
        let same = open.watch.as_ref().is_some_and(|watch| {
            watch.series == series && watch.window == window && watch.resolution == resolution
        });
        if same {
            return;
        }
        open.generation += 1;
        open.rows = Rows::new(series.len(), capacity(window, resolution));
        let watch = Watch {
            view: self.view,
            generation: open.generation,
            series,
            window,
            resolution,
        };
        open.watch = Some(watch.clone());
        drop(charts);
        self.revision.update(|revision| *revision += 1);
        self.live.request(Request::Watch(watch));
    }

    /// Reads the rows.
    pub fn with<T: Default>(self, read: impl FnOnce(&Rows) -> T) -> T {
        let state = self.live.state();
        let charts = state.charts.borrow();
        charts
            .get(&self.view)
            .map(|open| read(&open.rows))
            .unwrap_or_default()
    }
}

impl Open {
    /// The same question for an engine that does not know it.
    pub(super) fn again(&mut self) -> Option<Watch> {
        let watch = self.watch.as_mut()?;
        self.generation += 1;
        watch.generation = self.generation;
        Some(watch.clone())
    }
}

/// Puts patches into their charts.
pub(super) fn fold(
    state: &State,
    columns: &[ColumnsPatch],
    buckets: &[BucketsPatch],
    floats: &[f32],
) {
    let mut charts = state.charts.borrow_mut();
    let mut changed: Vec<RwSignal<u32>> = Vec::new();
    // In the order of the patches; those of a stale one are passed over.
    let (mut numbers, _) = floats.as_chunks::<4>();
    for patch in columns {
        let mut open = charts
            .get_mut(&patch.view)
            .filter(|open| open.generation == patch.generation);
        let series = patch.series as usize;
        if let Some(open) = &mut open {
            if patch.whole {
                open.rows.clear(series);
            }
            changed.push(open.revision);
        }
        for (first, count) in &patch.runs {
            let (run, rest) = numbers.split_at((*count as usize).min(numbers.len()));
            numbers = rest;
            if let Some(open) = &mut open {
                open.rows.put_columns(series, *first, run);
            }
        }
    }
    for patch in buckets {
        let open = charts
            .get_mut(&patch.view)
            .filter(|open| open.generation == patch.generation);
        if let Some(open) = open {
            let series = patch.series as usize;
            if patch.whole {
                open.rows.clear(series);
            }
            open.rows.put_bars(series, &patch.rows);
            changed.push(open.revision);
        }
    }
    drop(charts);
    for revision in changed {
        revision.update(|revision| *revision = revision.wrapping_add(1));
    }
}

/// How many rows a window has at most.
fn capacity(window: Window, resolution: Resolution) -> usize {
    let span = match window {
        Window::Live { span } => span,
        Window::Fixed { from, to } => to.as_millis().abs_diff(from.as_millis()),
        Window::Day => LONGEST_DAY,
    };
    let width = match resolution {
        Resolution::Columns { width_ms } => u64::from(width_ms),
        Resolution::Buckets(BucketSize::Minute) => 60_000,
        Resolution::Buckets(BucketSize::Quarter) => 900_000,
        Resolution::Buckets(BucketSize::Hour) => 3_600_000,
        // 23 hours where clocks go forward.
        Resolution::Buckets(BucketSize::Day) => 82_800_000,
    };
    // One that has begun at each end.
    usize::try_from(span / width.max(1)).unwrap_or(usize::MAX - 2) + 2
}

/// Clocks go back by an hour, in one place of the world by half of one; one to spare.
const LONGEST_DAY: u64 = 26 * 3_600_000;
