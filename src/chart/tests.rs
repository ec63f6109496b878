use std::cell::RefCell;
use std::rc::Rc;

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;

use super::record::{Call, Paint, Recorder, Written};
use super::*;
use crate::series::BucketState;

/// 2026-11-21 09:00 in Seoul.
const NINE: i64 = 1_795_219_200_000;
const MINUTE: i64 = 60_000;
const NOTHING: [f32; 4] = [f32::NAN; 4];

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_millis(NINE + minutes * MINUTE)
}

fn span(from: i64, to: i64) -> Span {
    Span {
        from: at(from),
        to: at(to),
    }
}

fn palette() -> Palette {
    let mut next = 0;
    // Each colour another one, so that a call tells what it draws.
    Palette::read(|_| {
        next += 1;
        format!("#0000{next:02x}")
    })
}

fn paint(colour: Colour) -> Paint {
    ((colour.0, colour.1, colour.2), 100)
}

struct Canvas {
    size: (u32, u32),
    scale: f64,
    font_px: f64,
}

impl Canvas {
    fn wall(scale: f64) -> Self {
        let device = |length: f64| (length * scale).round() as u32;
        Self {
            size: (device(900.0), device(330.0)),
            scale,
            font_px: 12.0,
        }
    }

    /// Draws, and returns what was called.
    fn draw(
        &self,
        draw: impl FnOnce(&DrawingArea<Recorder, Shift>, &Style<'_>) -> Plot,
    ) -> (Plot, Vec<Call>) {
        let recorder = Rc::new(RefCell::new(Recorder {
            size: self.size,
            calls: Vec::new(),
        }));
        let palette = palette();
        let offsets = Offsets::fixed(9 * 3600);
        let style = Style {
            palette: &palette,
            font: "sans-serif",
            font_px: self.font_px,
            scale: self.scale,
            offsets: &offsets,
            time_label: &|tick| {
                let local = tick.at.as_millis() + 9 * 3_600_000;
                let minutes = local.div_euclid(MINUTE).rem_euclid(1440);
                match tick.unit {
                    TickUnit::Day => "11월 22일 (일)".to_owned(),
                    TickUnit::Minute => format!("{:02}:{:02}", minutes / 60, minutes % 60),
                    TickUnit::Second => format!(
                        "{:02}:{:02}:{:02}",
                        minutes / 60,
                        minutes % 60,
                        local / 1000 % 60
                    ),
                }
            },
            value_label: &|value| value.to_string(),
        };
        let area = DrawingArea::from(&recorder);
        let plot = draw(&area, &style);
        drop(area);
        let calls = recorder.borrow().calls.clone();
        (plot, calls)
    }
}

/// One row a minute from nine on.
fn rows(values: impl IntoIterator<Item = Option<f32>>) -> Vec<[f32; 4]> {
    values
        .into_iter()
        .map(|value| value.map_or(NOTHING, |value| [value, value - 1.0, value + 1.0, value]))
        .collect()
}

fn curve<'a>(rows: &'a [[f32; 4]], place: usize, label: Option<&'a str>) -> Curve<'a> {
    Curve {
        first: NINE / MINUTE,
        rows,
        colour: palette().series(place),
        end_label: label,
    }
}

fn day<'a>(curves: &'a [Curve<'a>]) -> Curves<'a> {
    Curves {
        span: span(0, 780),
        width_ms: 60_000,
        hold: 0,
        curves,
        ghost: None,
        bands: &[],
        now: None,
    }
}

fn rects(calls: &[Call], colour: Colour) -> Vec<((i32, i32), (i32, i32))> {
    calls
        .iter()
        .filter_map(|call| match call {
            Call::Rect(from, to, painted) if *painted == paint(colour) => Some((*from, *to)),
            _ => None,
        })
        .collect()
}

fn texts(calls: &[Call]) -> Vec<&Written> {
    calls
        .iter()
        .filter_map(|call| match call {
            Call::Text(text) => Some(text),
            _ => None,
        })
        .collect()
}

fn labels(calls: &[Call]) -> Vec<&str> {
    texts(calls).iter().map(|text| text.text.as_str()).collect()
}

#[test]
fn a_gap_is_a_gap_and_never_a_line_to_zero() {
    let values = (0..300).map(|minute| (!(100..160).contains(&minute)).then_some(500.0));
    let rows = rows(values);
    let curves = [curve(&rows, 0, None)];
    for scale in [0.5, 1.0, 2.0] {
        let (plot, calls) = Canvas::wall(scale)
            .draw(|area, style| draw_curves(area, &day(&curves), style).unwrap());
        let (begin, end) = (plot.device_x(at(101)), plot.device_x(at(159)));
        let mut seen = 0;
        for call in &calls {
            let corners: Vec<(i32, i32)> = match call {
                Call::Rect(from, to, painted) if *painted == paint(palette().series(0)) => {
                    vec![*from, *to]
                }
                Call::Path(path, painted, _) if *painted == paint(palette().series(0)) => {
                    path.clone()
                }
                Call::Polygon(corners, _) => corners.clone(),
                _ => continue,
            };
            seen += 1;
            let left = corners.iter().map(|corner| corner.0).min().unwrap();
            let right = corners.iter().map(|corner| corner.0).max().unwrap();
            assert!(
                right <= begin || left >= end,
                "{left}..{right} crosses {begin}..{end}"
            );
            if !matches!(call, Call::Polygon(..)) {
                let low = plot.device_y(100.0);
                assert!(corners.iter().all(|corner| corner.1 < low));
            }
        }
        assert!(seen >= 3);
    }
}

#[test]
fn a_count_is_carried_over_as_many_missing_rows_as_asked() {
    let values = (0..40).map(|minute| (minute % 10 == 0).then_some(500.0));
    let rows = rows(values);
    let curves = [curve(&rows, 0, None)];
    for (hold, polygons) in [(0, 4), (9, 1)] {
        let shown = Curves {
            hold,
            ..day(&curves)
        };
        let (_, calls) =
            Canvas::wall(1.0).draw(|area, style| draw_curves(area, &shown, style).unwrap());
        let drawn = calls
            .iter()
            .filter(|call| matches!(call, Call::Polygon(..)));
        assert_eq!(drawn.count(), polygons);
    }
}

#[test]
fn a_line_of_one_pixel_is_a_path_and_a_wider_one_rectangles() {
    let rows = rows((0..300).map(|minute| Some((minute % 7) as f32 * 100.0)));
    let curves = [curve(&rows, 0, None)];
    for (scale, paths) in [(0.5, 1), (1.0, 0), (1.5, 0), (2.0, 0), (3.0, 0)] {
        let (_, calls) = Canvas::wall(scale)
            .draw(|area, style| draw_curves(area, &day(&curves), style).unwrap());
        let drawn = calls.iter().filter(|call| matches!(call, Call::Path(..)));
        assert_eq!(drawn.count(), paths, "{scale}");
        assert_eq!(rects(&calls, palette().series(0)).is_empty(), paths > 0);
    }
}

/// Everything at once, on that canvas: four curves that end close together, outages, a ghost.
fn crowded(canvas: &Canvas, span: Span, now: Timestamp) -> (Plot, Vec<Call>) {
    let first = span.from.as_millis() / MINUTE;
    let count = usize::try_from(span.millis() / MINUTE + 2).unwrap();
    let wave = |height: f32| -> Vec<[f32; 4]> {
        (0..count)
            .map(|minute| {
                let value = height + (minute % 13) as f32 * 9.0;
                [value, value - 30.0, value + 30.0, value + 5.0]
            })
            .collect()
    };
    let rows: Vec<Vec<[f32; 4]>> = [905.0, 900.0, 897.0, 40.0].map(wave).to_vec();
    let texts = ["1,204", "1,201", "1,199", "88"];
    let curves: Vec<Curve<'_>> = rows
        .iter()
        .enumerate()
        .map(|(place, rows)| Curve {
            first,
            rows,
            colour: palette().series(place),
            end_label: Some(texts[place]),
        })
        .collect();
    let week = 7 * 1440;
    let names = [
        "푸드 코트 동쪽 끊김",
        "Gate 3 away",
        "Roof lift away",
        "No connection",
        "Stairs away",
    ];
    let bands: Vec<Band<'_>> = names
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let from = span.from.as_millis() + span.millis() * place as i64 / 5 - 10 * MINUTE;
            Band {
                span: Span {
                    from: Timestamp::from_millis(from),
                    to: Timestamp::from_millis(from + span.millis() / 30),
                },
                name,
            }
        })
        .collect();
    let shown = Curves {
        span,
        width_ms: 60_000,
        hold: 0,
        curves: &curves,
        ghost: Some(Ghost {
            first: first - week,
            rows: &rows[0],
            shift_ms: week * MINUTE,
        }),
        bands: &bands,
        now: Some(now),
    };
    canvas.draw(|area, style| draw_curves(area, &shown, style).unwrap())
}

#[test]
fn nothing_is_drawn_outside_and_no_label_is_cut_or_covers_another() {
    for scale in [1.0, 1.5, 2.0, 3.0] {
        for (width, height, font_px) in [(900, 330, 12.0), (260, 180, 10.5), (2500, 700, 22.0)] {
            let device = |length: u32| (f64::from(length) * scale) as u32;
            let canvas = Canvas {
                size: (device(width), device(height)),
                scale,
                font_px,
            };
            for (from, to, now) in [
                (0, 780, 332),
                (-37, 23, 22),
                (290, 1290, 1289),
                (-4000, 6000, 900),
            ] {
                let (plot, calls) = crowded(&canvas, span(from, to), at(now));
                assert_inside(&calls, canvas.size, &plot);
                assert_apart(&texts(&calls));
            }
        }
    }
}

fn assert_inside(calls: &[Call], (width, height): (u32, u32), plot: &Plot) {
    let (width, height) = (width as i32, height as i32);
    let inside = |(x, y): (i32, i32)| (0..=width).contains(&x) && (0..=height).contains(&y);
    let slack = (plot.bottom - plot.top) / 20;
    let series = palette().series.map(paint);
    for call in calls {
        match call {
            Call::Rect(from, to, painted) => {
                assert!(inside(*from) && inside(*to), "{call:?}");
                if series.contains(painted) {
                    assert!(
                        from.0 >= plot.left - slack && to.0 <= plot.right + slack,
                        "{call:?}"
                    );
                    assert!(
                        from.1 >= plot.top - slack && to.1 <= plot.bottom + slack,
                        "{call:?}"
                    );
                }
            }
            Call::Path(points, ..) | Call::Polygon(points, _) => {
                assert!(points.iter().all(|point| inside(*point)), "{call:?}");
            }
            Call::Circle(centre, radius, _) => {
                let radius = *radius as i32;
                assert!(
                    inside((centre.0 - radius, centre.1)) && inside((centre.0 + radius, centre.1))
                );
            }
            Call::Text(text) => {
                // Half a pixel is lost to rounding.
                assert!(
                    text.left >= -0.5 && text.right <= f64::from(width) + 0.5,
                    "{text:?} of {width}"
                );
                assert!(
                    text.top >= -0.5 && text.bottom <= f64::from(height) + 0.5,
                    "{text:?} of {height}"
                );
            }
        }
    }
}

fn assert_apart(texts: &[&Written]) {
    for (place, one) in texts.iter().enumerate() {
        for other in &texts[..place] {
            // Names of outages may cross a curve and its label; no two labels of the same kind may.
            if (one.paint == paint(palette().late)) != (other.paint == paint(palette().late)) {
                continue;
            }
            let apart = one.left >= other.right - 0.5
                || other.left >= one.right - 0.5
                || one.top >= other.bottom - 0.5
                || other.top >= one.bottom - 0.5;
            assert!(apart, "{one:?} covers {other:?}");
        }
    }
}

#[test]
fn the_time_axis_says_round_times_and_the_date_at_midnight() {
    let none: [Curve<'_>; 0] = [];
    let (_, calls) =
        Canvas::wall(1.0).draw(|area, style| draw_curves(area, &day(&none), style).unwrap());
    let times: Vec<&str> = labels(&calls)
        .into_iter()
        .filter(|label| label.contains(':'))
        .collect();
    assert_eq!(
        times,
        ["10:00", "12:00", "14:00", "16:00", "18:00", "20:00"]
    );
    let night = Curves {
        span: span(780, 1140),
        ..day(&none)
    };
    let (_, calls) =
        Canvas::wall(1.0).draw(|area, style| draw_curves(area, &night, style).unwrap());
    assert!(labels(&calls).contains(&"11월 22일 (일)"));
}

#[test]
fn a_curve_ends_at_the_present_and_its_label_stands_beside_its_end() {
    let rows = rows((0..780).map(|_| Some(855.0)));
    let curves = [curve(&rows, 0, Some("855"))];
    let shown = Curves {
        now: Some(at(332)),
        ..day(&curves)
    };
    let (plot, calls) =
        Canvas::wall(2.0).draw(|area, style| draw_curves(area, &shown, style).unwrap());
    let now = plot.device_x(at(332));
    let end = rects(&calls, palette().series(0))
        .iter()
        .map(|rect| rect.1.0)
        .max()
        .unwrap();
    assert!((end - now).abs() <= 4);
    let texts = texts(&calls);
    let label = texts.iter().find(|text| text.text == "855").unwrap();
    assert!(label.left > f64::from(now) && label.left < f64::from(now + 40));
    let middle = f64::midpoint(label.top, label.bottom);
    assert!((middle - f64::from(plot.device_y(855.0))).abs() < 3.0);
}

#[test]
fn an_empty_chart_has_its_axes_and_nothing_else() {
    let none: [Curve<'_>; 0] = [];
    for size in [(900, 330), (90, 40), (1, 1), (0, 0)] {
        let canvas = Canvas {
            size,
            scale: 1.0,
            font_px: 12.0,
        };
        let (_, calls) = canvas.draw(|area, style| draw_curves(area, &day(&none), style).unwrap());
        assert!(
            calls
                .iter()
                .all(|call| matches!(call, Call::Text(_) | Call::Rect(..)))
        );
    }
}

fn bar(quarter: i64, entered: u64, exited: u64, state: BucketState) -> Bar {
    Bar {
        start: at(quarter * 15),
        end: at(quarter * 15 + 15),
        entered,
        exited,
        state,
    }
}

#[test]
fn bars_stand_above_and_below_one_line_and_the_unfinished_one_is_paler() {
    let list = [
        bar(0, 40, 12, BucketState::Complete),
        bar(1, 210, 0, BucketState::Complete),
        bar(2, 0, 0, BucketState::Gap),
        bar(3, 0, 0, BucketState::Gap),
        bar(4, 20, 9, BucketState::Partial),
    ];
    let bars = Bars {
        span: span(0, 780),
        bars: &list,
        now: Some(at(68)),
    };
    let (plot, calls) =
        Canvas::wall(1.0).draw(|area, style| draw_bars(area, &bars, style).unwrap());
    let zero = plot.device_y(0.0);
    let entered = rects(&calls, palette().entered);
    let exited = rects(&calls, palette().exited);
    assert_eq!((entered.len(), exited.len()), (2, 1));
    assert!(
        entered
            .iter()
            .all(|(from, to)| to.1 == zero && from.1 < zero)
    );
    assert!(exited.iter().all(|(from, _)| from.1 > zero));
    let (blue, _) = paint(palette().entered);
    let paler = calls
        .iter()
        .any(|call| matches!(call, Call::Rect(_, _, (rgb, 50)) if *rgb == blue));
    assert!(paler);
    let hatched: Vec<_> = calls
        .iter()
        .filter_map(|call| match call {
            Call::Path(points, ..) => Some(points),
            _ => None,
        })
        .collect();
    let (left, right) = (plot.device_x(at(30)), plot.device_x(at(60)));
    assert!(hatched.len() > 5);
    assert!(
        hatched
            .iter()
            .flat_map(|points| points.iter())
            .all(|(x, y)| { (left..=right).contains(x) && (plot.top..=plot.bottom).contains(y) })
    );
    assert_inside(&calls, (900, 330), &plot);
    assert_apart(&texts(&calls));
}

#[test]
fn charts_below_each_other_have_the_same_time_above_each_other() {
    let rows = rows((0..300).map(|_| Some(1204.0)));
    let curves = [curve(&rows, 0, Some("1,204"))];
    let list = [bar(0, 40, 12, BucketState::Complete)];
    let canvas = Canvas::wall(1.5);
    let (upper, _) = canvas.draw(|area, style| draw_curves(area, &day(&curves), style).unwrap());
    let (lower, _) = canvas.draw(|area, style| {
        let bars = Bars {
            span: span(0, 780),
            bars: &list,
            now: None,
        };
        draw_bars(area, &bars, style).unwrap()
    });
    assert_eq!((upper.left, upper.right), (lower.left, lower.right));
}

#[test]
fn a_pointer_finds_the_time_and_the_column_below_it() {
    let none: [Curve<'_>; 0] = [];
    for scale in [1.0, 1.5, 3.0] {
        let (plot, _) =
            Canvas::wall(scale).draw(|area, style| draw_curves(area, &day(&none), style).unwrap());
        for minutes in [0, 1, 332, 779] {
            let x = plot.x(at(minutes)) + 0.01;
            let found = plot.hit(x).unwrap();
            assert!(found.since(at(minutes)).as_secs() < 90 && found >= at(minutes - 1));
            let column = plot.hit_column(x, 900_000).unwrap();
            assert!((column - at(minutes).as_millis() / 900_000).abs() <= 1);
        }
        assert_eq!(plot.hit(0.0), None);
        assert_eq!(plot.hit(899.0), None);
        assert_eq!(plot.hit(f64::NAN), None);
        let (top, bottom) = plot.heights();
        assert!(plot.y(0.0) <= bottom + 1.0 && plot.y(4.0) >= top);
    }
}

#[test]
fn columns_of_the_newest_span_never_move_against_each_other() {
    let columns = 801;
    let (span, width) = live_span(at(0), 300_000, columns);
    assert_eq!(width, 375);
    assert_eq!(span.millis(), i64::from(columns) * 375);
    assert!(span.from.as_millis() % 375 == 0 && span.to > at(0));
    // Within the same column nothing changes at all.
    let same = Timestamp::from_millis(span.to.as_millis() - 1);
    assert_eq!(live_span(same, 300_000, columns), (span, width));
}

#[test]
fn a_column_later_everything_has_moved_by_one_pixel() {
    let rows: Vec<[f32; 4]> = (0..2000).map(|index| [(index % 50) as f32; 4]).collect();
    let drawn = |millis: i64| {
        Canvas::wall(1.0).draw(|area, style| {
            let now = Timestamp::from_millis(NINE + millis);
            let (span, width_ms) = live_span(now, 300_000, plot_width(900.0, style));
            let curves = [Curve {
                first: NINE / i64::from(width_ms) - 1000,
                rows: &rows,
                colour: palette().series(0),
                end_label: None,
            }];
            let shown = Curves {
                span,
                width_ms,
                ..day(&curves)
            };
            draw_curves(area, &shown, style).unwrap()
        })
    };
    let width = 300_000
        / i64::from({
            let (plot, _) = drawn(0);
            plot.right - plot.left
        })
        + 1;
    let (before, after) = (drawn(0).1, drawn(width).1);
    let before = rects(&before, palette().series(0));
    let after = rects(&after, palette().series(0));
    let moved = before
        .iter()
        .filter(|(from, to)| after.contains(&((from.0 - 1, from.1), (to.0 - 1, to.1))))
        .count();
    assert!(
        moved + 4 > before.len() && before.len() > 500,
        "{moved} of {}",
        before.len()
    );
}

#[test]
fn a_plot_has_as_many_columns_as_pixels() {
    let none: [Curve<'_>; 0] = [];
    for scale in [1.0, 1.25, 2.0] {
        let canvas = Canvas {
            size: ((900.0 * scale) as u32, 330),
            scale,
            font_px: 12.0,
        };
        let mut columns = 0;
        let (plot, _) = canvas.draw(|area, style| {
            columns = plot_width(900.0, style);
            draw_curves(area, &day(&none), style).unwrap()
        });
        assert_eq!(i64::from(columns), i64::from(plot.right - plot.left));
    }
}

#[test]
fn no_row_however_odd_stops_a_chart() {
    let odd = [0.0, -5.0, f32::MAX, f32::INFINITY, f32::MIN_POSITIVE];
    let rows: Vec<[f32; 4]> = odd.iter().map(|value| [*value, 1.0, *value, 2.0]).collect();
    let ends = [i64::MIN, -1, 0, NINE, i64::MAX];
    for from in ends {
        for to in ends {
            for width_ms in [0, 1, 60_000, u32::MAX] {
                let span = Span {
                    from: Timestamp::from_millis(from),
                    to: Timestamp::from_millis(to),
                };
                let first = span.from.as_millis() / i64::from(width_ms.max(1));
                let curves = [
                    curve(&rows, 0, Some("odd")),
                    Curve {
                        first,
                        ..curve(&rows, 1, None)
                    },
                ];
                let bars = [Bar {
                    start: span.to,
                    end: span.from,
                    ..bar(0, u64::MAX, 0, BucketState::Gap)
                }];
                let shown = Curves {
                    span,
                    width_ms,
                    ..day(&curves)
                };
                Canvas::wall(1.0).draw(|area, style| {
                    draw_bars(
                        area,
                        &Bars {
                            span,
                            bars: &bars,
                            now: Some(span.from),
                        },
                        style,
                    )
                    .unwrap();
                    draw_curves(area, &shown, style).unwrap()
                });
                live_span(span.to, from.unsigned_abs(), width_ms);
            }
        }
    }
}
