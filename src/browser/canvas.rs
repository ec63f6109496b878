//! A canvas that is sharp at every pixel density: sizes it, draws on it through plotters, reads the page's colours.
//!
//! plotters draws in the canvas's own pixels and knows nothing of density, so a canvas gets as many pixels as it covers
//! on the screen, and a chart multiplies its lengths ([`crate::chart::Style::scale`]). plotters-canvas does the drawing
//! where it is right and cheap; [`Sharp`] does the three things that are neither: a line of one pixel at whole coordinates
//! would be two grey ones, each rectangle would write its colour as text again, and each text its font.

use std::cell::RefCell;
use std::rc::Rc;

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use plotters_canvas::CanvasBackend;
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
        let context = element.get_context("2d").ok()??.dyn_into().ok()?;
        let backend = Rc::new(RefCell::new(Sharp::new(&element)?));
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
    canvas: CanvasBackend,
    context: CanvasRenderingContext2d,
    /// The colour that the context fills with now; `None` where another wrote it.
    fill: Option<BackendColor>,
    /// The font that the context writes with now; empty for a new one.
    font: RefCell<String>,
}

type Done = Result<(), DrawingErrorKind<<CanvasBackend as DrawingBackend>::ErrorType>>;

impl Sharp {
    fn new(element: &HtmlCanvasElement) -> Option<Self> {
        Some(Self {
            canvas: CanvasBackend::with_canvas_object(element.clone())?,
            context: element.get_context("2d").ok()??.dyn_into().ok()?,
            fill: None,
            font: RefCell::default(),
        })
    }

    /// Another has drawn: the context may fill with another colour.
    fn forget_fill(&mut self) {
        self.fill = None;
    }

    /// The context is a new one.
    fn forget(&mut self) {
        self.forget_fill();
        self.font.get_mut().clear();
    }

    fn write_with(&self, style: &impl BackendTextStyle) {
        let (weight, family) = (style.style(), style.family());
        let font = format!("{} {}px {}", weight.as_str(), style.size(), family.as_str());
        if *self.font.borrow() != font {
            self.context.set_font(&font);
            self.font.replace(font);
        }
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

    /// Strokes a path on the middles of pixels, where an odd width needs it.
    fn stroke(&self, path: impl IntoIterator<Item = BackendCoord>, style: &impl BackendStyle) {
        let width = style.stroke_width();
        let shift = if width.is_multiple_of(2) { 0.0 } else { 0.5 };
        let mut points = path
            .into_iter()
            .map(|(x, y)| (f64::from(x) + shift, f64::from(y) + shift));
        let Some((x, y)) = points.next() else {
            return;
        };
        self.context.set_stroke_style_str(&css(style.color()));
        self.context.set_line_width(f64::from(width));
        self.context.begin_path();
        self.context.move_to(x, y);
        for (x, y) in points {
            self.context.line_to(x, y);
        }
        self.context.stroke();
    }
}

impl DrawingBackend for Sharp {
    type ErrorType = <CanvasBackend as DrawingBackend>::ErrorType;

    fn get_size(&self) -> (u32, u32) {
        self.canvas.get_size()
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
        if !filled {
            return self
                .canvas
                .draw_rect(upper_left, lower_right, style, filled);
        }
        self.fill_with(style.color());
        self.context.fill_rect(
            f64::from(upper_left.0),
            f64::from(upper_left.1),
            f64::from(lower_right.0 - upper_left.0),
            f64::from(lower_right.1 - upper_left.1),
        );
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
        self.forget_fill();
        self.canvas.draw_circle(centre, radius, style, filled)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Done {
        self.forget_fill();
        self.canvas.fill_polygon(corners, style)
    }

    /// Never turned: no text of our charts is.
    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Done {
        self.write_with(style);
        self.fill_with(style.color());
        let anchor = style.anchor();
        self.context.set_text_baseline(match anchor.v_pos {
            VPos::Top => "top",
            VPos::Center => "middle",
            VPos::Bottom => "bottom",
        });
        self.context.set_text_align(match anchor.h_pos {
            HPos::Left => "start",
            HPos::Center => "center",
            HPos::Right => "end",
        });
        // Throws for nothing that is a number.
        let _written = self
            .context
            .fill_text(text, f64::from(at.0), f64::from(at.1));
        Ok(())
    }

    /// Never by plotters' own way in a browser: an element with a style attribute, which a strict policy refuses.
    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Self::ErrorType>> {
        self.write_with(style);
        let width = self
            .context
            .measure_text(text)
            .map_or(0.0, |metrics| metrics.width());
        Ok((width.ceil() as u32, style.size().ceil() as u32))
    }
}

fn css(colour: BackendColor) -> String {
    let (red, green, blue) = colour.rgb;
    if colour.alpha >= 1.0 {
        format!("#{red:02x}{green:02x}{blue:02x}")
    } else {
        format!("rgba({red},{green},{blue},{})", colour.alpha)
    }
}

/// Browsers refuse larger canvases.
const LARGEST: u32 = 16_384;
const USUAL_FONT_PX: f64 = 12.0;
