//! A backend that draws nothing and remembers everything.

use std::convert::Infallible;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Call {
    Rect(BackendCoord, BackendCoord, Paint),
    Path(Vec<BackendCoord>, Paint, u32),
    Polygon(Vec<BackendCoord>, Paint),
    Circle(BackendCoord, u32, Paint),
    Text(Written),
}

/// A text as it lies on the canvas, by the widths that the chart reckons with.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) paint: Paint,
}

/// A colour, and how opaque in percent.
pub(super) type Paint = ((u8, u8, u8), u8);

pub(super) struct Recorder {
    pub(super) size: (u32, u32),
    pub(super) calls: Vec<Call>,
}

type Done = Result<(), DrawingErrorKind<Infallible>>;

fn paint(colour: BackendColor) -> Paint {
    (colour.rgb, (colour.alpha * 100.0).round() as u8)
}

impl DrawingBackend for Recorder {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, colour: BackendColor) -> Done {
        self.calls
            .push(Call::Rect(point, (point.0 + 1, point.1 + 1), paint(colour)));
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        lower_right: BackendCoord,
        style: &S,
        filled: bool,
    ) -> Done {
        assert!(filled, "outlines are no part of a chart");
        self.calls
            .push(Call::Rect(upper_left, lower_right, paint(style.color())));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done {
        self.calls.push(Call::Path(
            path.into_iter().collect(),
            paint(style.color()),
            style.stroke_width(),
        ));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Done {
        self.calls.push(Call::Polygon(
            corners.into_iter().collect(),
            paint(style.color()),
        ));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        style: &S,
        _: bool,
    ) -> Done {
        self.calls
            .push(Call::Circle(centre, radius, paint(style.color())));
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Done {
        let bold = matches!(style.style(), plotters_backend::FontStyle::Bold);
        let (wide, tall) = (super::text::width(text, style.size(), bold), style.size());
        let (x, y) = (f64::from(at.0), f64::from(at.1));
        let left = match style.anchor().h_pos {
            HPos::Left => x,
            HPos::Center => x - wide / 2.0,
            HPos::Right => x - wide,
        };
        let top = match style.anchor().v_pos {
            VPos::Top => y,
            VPos::Center => y - tall / 2.0,
            VPos::Bottom => y - tall,
        };
        self.calls.push(Call::Text(Written {
            text: text.to_owned(),
            left,
            right: left + wide,
            top,
            bottom: top + tall,
            paint: paint(style.color()),
        }));
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        _: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        unreachable!("a chart never measures text, and here it is {text}")
    }
}
