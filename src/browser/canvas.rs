//! A canvas that is sharp at every pixel density: sizes it, draws on it through plotters, reads the page's colours.
//!
//! plotters draws in the canvas's own pixels and knows nothing of density, so a canvas gets as many pixels as it covers
//! on the screen, and a chart multiplies its lengths ([`crate::chart::Style::scale`]). [`Sharp`] draws, and not
//! `plotters-canvas`: there a line of one pixel at whole coordinates is two grey ones, each rectangle writes its colour as
//! text again, and numbers are written by what no other part of the page needs.

use std::cell::RefCell;
use std::f64::consts::TAU;
use std::rc::Rc;

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement, Window};

use crate::chart::Palette;

/// A canvas of the page.
pub struct Canvas {
    element: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    backend: Rc<RefCell<Sharp>>,
    scale: f64,
}

/// How the page looks where the canvas stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The colours of the theme.
    pub palette: Palette,
    /// As CSS writes it.
    pub font: String,
    /// CSS pixels.
    pub font_px: f64,
}

impl Canvas {
    /// Takes a canvas over; `None` if the browser gives it no two-dimensional context.
    pub fn new(element: HtmlCanvasElement) -> Option<Self> {
        let context = element.get_context("2d").ok()??;
        let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
        let backend = Sharp::new(element.clone(), context.clone());
        let backend = Rc::new(RefCell::new(backend));
        Some(Self {
            element,
            context,
            backend,
            scale: 1.0,
        })
    }

    /// Gives it as many pixels as it covers on the screen. `true` if that changed something; it is empty then.
    ///
    /// The size in CSS pixels comes from a `ResizeObserver`, so that nobody has to ask for a layout.
    pub fn fit(&mut self, css_width: f64, css_height: f64) -> bool {
        let scale = self
            .window()
            .map_or(1.0, |window| window.device_pixel_ratio())
            .clamp(0.25, 8.0);
        let pixels = |length: f64| ((length * scale).round() as u32).clamp(1, LARGEST);
        let (width, height) = (pixels(css_width), pixels(css_height));
        let same = self.element.width() == width && self.element.height() == height;
        if !same {
            self.element.set_width(width);
            self.element.set_height(height);
            // A new size resets the context.
            self.backend.borrow_mut().forget();
        }
        let changed = !same || (self.scale - scale).abs() > f64::EPSILON;
        self.scale = scale;
        changed
    }

    /// Device pixels per CSS pixel at the last [`Canvas::fit`].
    pub const fn scale(&self) -> f64 {
        self.scale
    }

    /// Reads colours and font where the canvas stands; after a change of the theme, not before every drawing.
    pub fn look(&self) -> Option<Look> {
        let computed = self.window()?.get_computed_style(&self.element).ok()??;
        let property = |name: &str| value(&computed, name);
        Some(Look {
            palette: Palette::read(property),
            font: property("font-family"),
            font_px: Some(js_sys::parse_float(&property("font-size")))
                .filter(|size| size.is_finite())
                .unwrap_or(USUAL_FONT_PX),
        })
    }

    /// Wipes it and draws anew.
    pub fn draw<T>(&self, draw: impl FnOnce(&DrawingArea<Sharp, Shift>) -> T) -> T {
        let (width, height) = (self.element.width(), self.element.height());
        self.context
            .clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
        draw(&DrawingArea::from(&self.backend))
    }

    fn window(&self) -> Option<Window> {
        self.element.owner_document()?.default_view()
    }
}

fn value(computed: &CssStyleDeclaration, name: &str) -> String {
    computed.get_property_value(name).unwrap_or_default()
}

/// A canvas as plotters draws on it.
pub struct Sharp {
    element: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// The colour that the context fills with now.
    fill: Option<BackendColor>,
}

/// The browser refuses to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the canvas cannot be drawn on")]
pub struct Undrawable;

type Done = Result<(), DrawingErrorKind<Undrawable>>;

impl Sharp {
    const fn new(element: HtmlCanvasElement, context: CanvasRenderingContext2d) -> Self {
        Self {
            element,
            context,
            fill: None,
        }
    }

    /// The context no longer is as we left it.
    fn forget(&mut self) {
        self.fill = None;
    }

    fn fill_with(&mut self, colour: BackendColor) {
        let same = self
            .fill
            .is_some_and(|fill| fill.rgb == colour.rgb && fill.alpha == colour.alpha);
        if !same {
            self.context.set_fill_style_str(&css(colour));
            self.fill = Some(colour);
        }
    }

    fn stroke_with(&self, style: &impl BackendStyle) {
        self.context.set_stroke_style_str(&css(style.color()));
        self.context.set_line_width(style.stroke_width().into());
    }

    /// Begins a path, moved by so much; `false` if there is none.
    fn path(&self, path: impl IntoIterator<Item = BackendCoord>, shift: f64) -> bool {
        let mut points = path
            .into_iter()
            .map(|(x, y)| (f64::from(x) + shift, f64::from(y) + shift));
        let Some((x, y)) = points.next() else {
            return false;
        };
        self.context.begin_path();
        self.context.move_to(x, y);
        for (x, y) in points {
            self.context.line_to(x, y);
        }
        true
    }

    /// Strokes a path on the middles of pixels, where an odd width needs it.
    fn stroke(&self, path: impl IntoIterator<Item = BackendCoord>, style: &impl BackendStyle) {
        let even = style.stroke_width().is_multiple_of(2);
        if self.path(path, if even { 0.0 } else { 0.5 }) {
            self.stroke_with(style);
            self.context.stroke();
        }
    }

    fn set_font(&self, style: &impl BackendTextStyle) {
        // In hundredths of a pixel: what writes any float is 4 KB of a page.
        let size = (style.size() * 100.0).round() as u32;
        let (whole, part) = (size / 100, size % 100);
        let family = style.family();
        self.context
            .set_font(&format!("{whole}.{part:02}px {}", family.as_str()));
    }
}

impl DrawingBackend for Sharp {
    type ErrorType = Undrawable;

    fn get_size(&self) -> (u32, u32) {
        (self.element.width(), self.element.height())
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, colour: BackendColor) -> Done {
        self.fill_with(colour);
        self.context
            .fill_rect(f64::from(point.0), f64::from(point.1), 1.0, 1.0);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Done {
        self.stroke([from, to], style);
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        lower_right: BackendCoord,
        style: &S,
        filled: bool,
    ) -> Done {
        let ((left, top), (right, bottom)) = (upper_left, lower_right);
        if filled {
            self.fill_with(style.color());
            self.context.fill_rect(
                f64::from(left),
                f64::from(top),
                f64::from(right - left),
                f64::from(bottom - top),
            );
        } else {
            let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
            self.stroke(corners.into_iter().chain([upper_left]), style);
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done {
        self.stroke(path, style);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        style: &S,
        filled: bool,
    ) -> Done {
        let (x, y) = (f64::from(centre.0), f64::from(centre.1));
        self.context.begin_path();
        done(self.context.arc(x, y, radius.into(), 0.0, TAU))?;
        if filled {
            self.fill_with(style.color());
            self.context.fill();
        } else {
            self.stroke_with(style);
            self.context.stroke();
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Done {
        if self.path(corners, 0.0) {
            self.fill_with(style.color());
            self.context.fill();
        }
        Ok(())
    }

    /// Upright: no text of ours is turned.
    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Done {
        let anchor = style.anchor();
        self.context.set_text_baseline(match anchor.v_pos {
            VPos::Top => "top",
            VPos::Center => "middle",
            VPos::Bottom => "bottom",
        });
        self.context.set_text_align(match anchor.h_pos {
            HPos::Left => "start",
            HPos::Right => "end",
            HPos::Center => "center",
        });
        self.set_font(style);
        self.fill_with(style.color());
        done(
            self.context
                .fill_text(text, f64::from(at.0), f64::from(at.1)),
        )
    }

    /// Never by plotters' own way in a browser: an element with a style attribute, which a strict policy refuses.
    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Self::ErrorType>> {
        self.set_font(style);
        let width = self
            .context
            .measure_text(text)
            .map_or(0.0, |metrics| metrics.width());
        Ok((width.ceil() as u32, style.size().ceil() as u32))
    }
}

fn done<E>(drawn: Result<(), E>) -> Done {
    drawn.map_err(|_refusal| DrawingErrorKind::DrawingError(Undrawable))
}

fn css(colour: BackendColor) -> String {
    let (red, green, blue) = colour.rgb;
    let alpha = (colour.alpha * 255.0).round() as u8;
    format!("#{red:02x}{green:02x}{blue:02x}{alpha:02x}")
}

/// Browsers refuse larger canvases.
const LARGEST: u32 = 16_384;
const USUAL_FONT_PX: f64 = 12.0;
