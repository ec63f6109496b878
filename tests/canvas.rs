//! Charts on a real canvas, in a page: sharp, in the page's colours, and without touching the page.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use footfall::browser::canvas::Canvas;
use footfall::chart::{
    Bar, Bars, Colour, Curve, Curves, Palette, Span, Style, draw_bars, draw_curves,
};
use footfall::series::BucketState;
use footfall::time::{Offsets, Timestamp};
use js_sys::{Array, Function};
use plotters::element::{PathElement, Rectangle};
use plotters::style::Color;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Document, Element, HtmlCanvasElement};

wasm_bindgen_test_configure!(run_in_browser);

fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

fn new_canvas() -> (HtmlCanvasElement, Canvas) {
    let element: Element = document().create_element("canvas").unwrap();
    document().body().unwrap().append_child(&element).unwrap();
    let element: HtmlCanvasElement = element.unchecked_into();
    let canvas = Canvas::new(element.clone()).unwrap();
    (element, canvas)
}

/// Red, green, blue, opacity, each up to 255.
fn pixel(canvas: &HtmlCanvasElement, x: u32, y: u32) -> Vec<u8> {
    let read = Function::new_with_args(
        "canvas, x, y",
        "return Array.from(canvas.getContext('2d').getImageData(x, y, 1, 1).data)",
    );
    let data = read
        .call3(&JsValue::NULL, canvas, &x.into(), &y.into())
        .unwrap();
    Array::from(&data)
        .iter()
        .map(|value| value.as_f64().unwrap() as u8)
        .collect()
}

const RED: Colour = plotters::style::RGBAColor(255, 0, 0, 1.0);
const FULL: [u8; 4] = [255, 0, 0, 255];

#[wasm_bindgen_test]
fn a_canvas_has_as_many_pixels_as_it_covers_on_the_screen() {
    let (element, mut canvas) = new_canvas();
    assert!(canvas.fit(200.0, 100.0));
    let density = web_sys::window().unwrap().device_pixel_ratio();
    assert_eq!(f64::from(element.width()), (200.0 * density).round());
    assert_eq!(canvas.scale(), density);
    assert!(!canvas.fit(200.0, 100.0));
    assert!(canvas.fit(201.0, 100.0));
    // Whatever the page says, there is a canvas.
    canvas.fit(0.0, f64::NAN);
    assert_eq!((element.width(), element.height()), (1, 1));
}

#[wasm_bindgen_test]
fn a_line_of_one_pixel_is_one_pixel_and_not_two_grey_ones() {
    let (element, mut canvas) = new_canvas();
    canvas.fit(100.0, 100.0);
    canvas.draw(|area| {
        area.draw(&PathElement::new(
            [(5, 10), (50, 10), (50, 60)],
            RED.stroke_width(1),
        ))
        .unwrap();
        area.draw(&Rectangle::new([(70, 20), (73, 30)], RED.filled()))
            .unwrap();
    });
    assert_eq!(pixel(&element, 20, 10), FULL);
    assert_eq!(pixel(&element, 50, 40), FULL);
    for (x, y) in [(20, 9), (20, 11), (49, 40), (51, 40)] {
        assert_eq!(pixel(&element, x, y)[3], 0, "{x}, {y}");
    }
    assert_eq!(pixel(&element, 72, 29), FULL);
    assert_eq!(pixel(&element, 73, 30)[3], 0);
    canvas.draw(|_| ());
    assert_eq!(pixel(&element, 20, 10)[3], 0);
}

#[wasm_bindgen_test]
fn colours_and_font_are_those_of_the_page() {
    let (_, canvas) = new_canvas();
    let style = document().create_element("style").unwrap();
    style.set_text_content(Some(
        ":root { --series-1: #1f5fe0; --grid: rgb(1 2 3 / .5) } canvas { font: 13px Inter, sans-serif }",
    ));
    document().body().unwrap().append_child(&style).unwrap();
    let look = canvas.look().unwrap();
    assert_eq!(
        look.palette.series(0),
        plotters::style::RGBAColor(0x1f, 0x5f, 0xe0, 1.0)
    );
    assert_eq!(look.palette.grid, plotters::style::RGBAColor(1, 2, 3, 0.5));
    assert_eq!(
        (look.font.as_str(), look.font_px),
        ("Inter, sans-serif", 13.0)
    );
    style.remove();
}

/// Where a strict content security policy holds, an element with a style attribute would be refused, and it would lay
/// the whole page out anew at every frame.
#[wasm_bindgen_test]
fn drawing_changes_nothing_in_the_page() {
    let (element, mut canvas) = new_canvas();
    canvas.fit(600.0, 300.0);
    let palette = Palette::read(|_| "#ff0000".to_owned());
    let offsets = Offsets::fixed(0);
    let style = Style {
        palette: &palette,
        font: "sans-serif",
        font_px: 12.0,
        scale: canvas.scale(),
        offsets: &offsets,
        time_label: &|_| "12:00".to_owned(),
        value_label: &|value| value.to_string(),
    };
    let minute = |minutes: i64| Timestamp::from_millis(minutes * 60_000);
    let span = Span {
        from: minute(0),
        to: minute(600),
    };
    let watch = Function::new_with_args(
        "root",
        "const seen = []; const observer = new MutationObserver((list) => seen.push(...list));
         observer.observe(root, { subtree: true, childList: true, attributes: true });
         return () => { seen.push(...observer.takeRecords()); observer.disconnect(); return seen.length; };",
    );
    let root = document().document_element().unwrap();
    let changes: Function = watch.call1(&JsValue::NULL, &root).unwrap().unchecked_into();
    let rows: Vec<[f32; 4]> = (0..600).map(|value| [value as f32; 4]).collect();
    let curves = [Curve {
        first: 0,
        rows: &rows,
        colour: palette.series(0),
        end_label: Some("599"),
    }];
    canvas.draw(|area| {
        let curves = Curves {
            span,
            width_ms: 60_000,
            hold: 0,
            curves: &curves,
            ghost: None,
            bands: &[],
            now: Some(minute(300)),
        };
        draw_curves(area, &curves, &style).unwrap();
        let bars = [Bar {
            start: minute(0),
            end: minute(60),
            entered: 4,
            exited: 2,
            state: BucketState::Gap,
        }];
        let bars = Bars {
            span,
            bars: &bars,
            now: None,
        };
        draw_bars(area, &bars, &style).unwrap();
    });
    let changes = changes.call0(&JsValue::NULL).unwrap().as_f64();
    assert_eq!(changes, Some(0.0));
    let drawn = (0..element.width()).step_by(7).any(|x| {
        let middle = element.height() / 2;
        pixel(&element, x, middle)[3] > 0
    });
    assert!(drawn);
}
