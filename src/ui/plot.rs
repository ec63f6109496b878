//! A canvas with a crosshair: drawn when it is in view and something changed, read by pointer and by keyboard.

use std::rc::Rc;

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::{Canvas as CanvasElement, Div};
use leptos::prelude::*;

use super::asked::use_kiosk;
use super::hand::{follow, memo};
use super::reader::use_reader;
use super::tip::{Cross, Tip, tip_view};
use super::tongue::use_tongue;
use crate::browser::canvas::{Canvas, Look};
use crate::browser::page::element::place;
use crate::browser::page::sight::{InView, Size};
use crate::chart::{Plot, Span};
use crate::live::Live;
use crate::time::Timestamp;

/// What a chart draws, and what it says of an instant.
pub(super) trait Picture {
    /// Draws; what it reads of signals, it is drawn anew for.
    fn draw(&self, canvas: &Canvas, look: &Look) -> Option<Plot>;
    /// What stands at an instant; signals as in `draw`.
    fn tip(&self, at: Timestamp) -> Tip;
    /// The time that is shown.
    fn span(&self) -> Span;
    /// There is something to be seen in it.
    fn has_rows(&self) -> bool;
    /// How far an arrow key goes, in milliseconds.
    fn step(&self) -> i64;
    /// The canvas has this width in CSS pixels now.
    fn resize(&self, width: f64, look: &Look, scale: f64);
}

struct Scene {
    canvas: Canvas,
    look: Look,
    /// The size and the colours for which `look` was read.
    read_for: ((f64, f64), u32),
}

#[component]
pub(super) fn PlotView(picture: Rc<dyn Picture>, label: Memo<String>) -> impl IntoView {
    let live: Live = expect_context();
    let colours = use_reader().colours;
    let words = use_tongue().words;
    let picture = StoredValue::new_local(picture);
    let frame = NodeRef::<Div>::new();
    let canvas = NodeRef::<CanvasElement>::new();
    let size = RwSignal::new((0.0, 0.0));
    let in_view = RwSignal::new(false);
    let plot = RwSignal::new(None::<Plot>);
    let cursor = RwSignal::new(None::<Timestamp>);
    let scene = StoredValue::new_local(None::<Scene>);
    let watches = StoredValue::new_local((None, None));
    follow(move || {
        let Some(frame) = frame.get() else {
            return;
        };
        let measured = frame.clone();
        let resized = move || {
            let place = place(&measured);
            size.set((place.width, place.height));
        };
        watches.set_value((
            Size::watch(&frame, resized),
            InView::watch(&frame, move |seen| in_view.set(seen)),
        ));
    });
    follow(move || {
        let (size, colours) = (size.get(), colours.get());
        let Some(element) = canvas.get() else {
            return;
        };
        if !in_view.get() || size.0 < 1.0 {
            return;
        }
        let picture = picture.get_value();
        scene.update_value(|scene| {
            if scene.is_none() {
                *scene = Scene::new(element);
            }
            if let Some(scene) = scene {
                scene.fit(size, colours, &*picture);
                let drawn = picture.draw(&scene.canvas, &scene.look);
                if plot.get_untracked() != drawn {
                    plot.set(drawn);
                }
            }
        });
    });
    let pointed = move |event: PointerEvent| {
        let (Some(frame), Some(plot)) = (frame.get_untracked(), plot.get_untracked()) else {
            return;
        };
        let x = f64::from(event.client_x()) - place(&frame).left;
        cursor.set(plot.hit(x));
    };
    let pressed = move |event: KeyboardEvent| {
        let picture = picture.get_value();
        // From the present on, if the window reaches beyond it.
        let from = cursor
            .get_untracked()
            .unwrap_or_else(|| live.clock.get_untracked().wall);
        if let Some(moved) = moved(&event.key(), from, &*picture) {
            event.prevent_default();
            cursor.set(moved);
        }
    };
    let tip = move || cursor.get().map(|at| picture.get_value().tip(at));
    // In percent of the window.
    let value = move || {
        let span = picture.get_value().span();
        let at = cursor.get().unwrap_or(span.to);
        (at.as_millis() - span.from.as_millis()) * 100 / span.millis()
    };
    let nothing = memo(move || plot.read().is_some() && !picture.get_value().has_rows());
    let cross = move || {
        let (plot, at) = (plot.get()?, cursor.get()?);
        let (top, bottom) = plot.heights();
        Some(Cross {
            left: plot.x(at),
            top,
            height: bottom - top,
            before: plot.x(at) > size.get().0 / 2.0,
        })
    };
    view! {
        <div
            class="chart__plot"
            node_ref=frame
            role="slider"
            tabindex=use_kiosk().tabindex()
            aria-label=move || format!("{}. {}", label.get(), words.label.chart_keys)
            aria-orientation="horizontal"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || value().to_string()
            aria-valuetext=move || tip().as_ref().map(Tip::aloud)
            on:pointermove=pointed
            on:pointerdown=pointed
            on:pointerleave=move |_| cursor.set(None)
            on:blur=move |_| cursor.set(None)
            on:keydown=pressed
        >
            <canvas class="chart__canvas" node_ref=canvas aria-hidden="true"></canvas>
            {move || {
                let nothing = nothing.get().then_some(words.chart.nothing);
                nothing.map(|said| view! { <p class="chart__nothing">{said}</p> }.into_any())
            }}
            {move || Some(tip_view(tip()?, cross()?))}
        </div>
    }
}

impl Scene {
    fn new(element: leptos::web_sys::HtmlCanvasElement) -> Option<Self> {
        let canvas = Canvas::new(element)?;
        let look = canvas.look()?;
        Some(Self {
            canvas,
            look,
            read_for: ((0.0, 0.0), 0),
        })
    }

    /// Makes the canvas as large as it is seen, and reads colours and font again where they may have changed.
    fn fit(&mut self, size: (f64, f64), colours: u32, picture: &dyn Picture) {
        let changed = self.canvas.fit(size.0, size.1);
        if changed || self.read_for != (size, colours) {
            self.read_for = (size, colours);
            if let Some(look) = self.canvas.look() {
                self.look = look;
            }
            picture.resize(size.0, &self.look, self.canvas.scale());
        }
    }
}

/// Where a key moves the cursor to from an instant; `None` for other keys.
fn moved(key: &str, from: Timestamp, picture: &dyn Picture) -> Option<Option<Timestamp>> {
    let span = picture.span();
    let (first, last) = (span.from.as_millis(), span.to.as_millis() - 1);
    let by = |steps: i64| {
        let from = from.as_millis().clamp(first, last);
        let to = from.saturating_add(steps * picture.step());
        Some(Some(Timestamp::from_millis(to.clamp(first, last))))
    };
    match key {
        "ArrowLeft" | "ArrowDown" => by(-1),
        "ArrowRight" | "ArrowUp" => by(1),
        "PageDown" => by(-10),
        "PageUp" => by(10),
        "Home" => Some(Some(span.from)),
        "End" => Some(Some(Timestamp::from_millis(last))),
        "Escape" => Some(None),
        _ => None,
    }
}
