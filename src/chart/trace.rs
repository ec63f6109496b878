//! Columns of a curve → steps on pixels.
//!
//! Counts are steps: between two changes a count does not move. So a curve is drawn of horizontal and vertical pieces
//! that lie on pixels. One device pixel wide they go as one path; wider ones go as filled rectangles, because a browser
//! turns a wide path into an outline first, which costs ten times as much.

use std::iter::Empty;

use plotters::element::{Drawable, PointCollection};
use plotters::style::{Color, ShapeStyle};
use plotters_backend::{BackendCoord, DrawingBackend, DrawingErrorKind};

use super::Colour;

/// What a curve does in one column of pixels, as heights from above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) x: i32,
    pub(super) first: i32,
    /// Above or at the others.
    pub(super) top: i32,
    /// Below or at the others.
    pub(super) bottom: i32,
    pub(super) last: i32,
}

/// Steps without a gap between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) steps: Vec<Step>,
    /// Where the last one ends.
    pub(super) end: i32,
}

/// One row of a curve: where its column begins and ends, and its heights {first, lowest, highest, last}.
pub(super) struct Row {
    pub(super) begin: i32,
    pub(super) end: i32,
    /// Follows the row before without a gap.
    pub(super) joined: bool,
    pub(super) heights: [i32; 4],
}

/// Puts rows together that fall on the same pixels, and parts them where there is a gap.
pub(super) fn runs(rows: impl Iterator<Item = Row>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for row in rows {
        let [first, low, high, last] = row.heights;
        let step = Step {
            x: row.begin,
            first,
            top: high.min(first).min(last),
            bottom: low.max(first).max(last),
            last,
        };
        match runs.last_mut() {
            Some(run) if row.joined => {
                run.push(step);
                run.end = row.end;
            }
            _ => runs.push(Run {
                steps: vec![step],
                end: row.end,
            }),
        }
    }
    for run in &mut runs {
        // Less than a pixel of data is still seen.
        run.end = run.end.max(run.last_x() + 1);
    }
    runs
}

impl Run {
    fn push(&mut self, step: Step) {
        match self.steps.last_mut() {
            Some(before) if before.x >= step.x => {
                before.top = before.top.min(step.top);
                before.bottom = before.bottom.max(step.bottom);
                before.last = step.last;
            }
            _ => self.steps.push(step),
        }
    }

    fn last_x(&self) -> i32 {
        self.steps.last().map_or(i32::MIN, |step| step.x)
    }

    /// Where the curve is at its end.
    pub(super) fn tip(&self) -> Option<BackendCoord> {
        self.steps.last().map(|step| (self.end, step.last))
    }

    /// The corners of the curve, each once.
    fn corners(&self) -> Vec<BackendCoord> {
        let mut corners: Vec<BackendCoord> = Vec::with_capacity(self.steps.len() * 2 + 2);
        let mut go = |point: BackendCoord| {
            if corners.last() != Some(&point) {
                corners.push(point);
            }
        };
        let mut height = None;
        for step in &self.steps {
            if height == Some(step.first) && step.top == step.bottom {
                continue;
            }
            if let Some(height) = height {
                go((step.x, height));
            }
            go((step.x, step.first));
            if step.top != step.bottom {
                go((step.x, step.top));
                go((step.x, step.bottom));
                go((step.x, step.last));
            }
            height = Some(step.last);
        }
        if let Some(height) = height {
            go((self.end, height));
        }
        corners
    }

    /// The pieces of the curve: each as its two ends, upper left first.
    fn pieces(&self) -> impl Iterator<Item = (BackendCoord, BackendCoord)> {
        let mut steps = self.steps.iter();
        let mut pieces = Vec::with_capacity(self.steps.len() * 2);
        if let Some(first) = steps.next() {
            let (mut begin, mut height) = (first.x, first.last);
            if first.top != first.bottom {
                pieces.push(((begin, first.top), (begin, first.bottom)));
            }
            for step in steps {
                let (top, bottom) = (step.top.min(height), step.bottom.max(height));
                if top == bottom {
                    continue;
                }
                pieces.push(((begin, height), (step.x, height)));
                pieces.push(((step.x, top), (step.x, bottom)));
                (begin, height) = (step.x, step.last);
            }
            pieces.push(((begin, height), (self.end, height)));
        }
        pieces.into_iter()
    }

    /// Begin and end of each dot, its upper and its lower edge: a dot stands at the mean height of its part of the curve
    /// and is as tall as the curve rises there.
    fn dots(&self, (dot, gap): (i32, i32)) -> Vec<(i32, i32, i32, i32)> {
        let period = dot + gap;
        let Some(begin) = self.steps.first().map(|step| step.x) else {
            return Vec::new();
        };
        let parts = self.means(period);
        let mean = |part: usize| parts.get(part).map(|(_, mean)| *mean);
        let mut dots = Vec::with_capacity(parts.len());
        for (place, (part, height)) in parts.iter().enumerate() {
            let before = place.checked_sub(1).and_then(mean).unwrap_or(*height);
            let after = mean(place + 1).unwrap_or(*height);
            let half = (after - before).abs() / 4.0 * f64::from(dot) / f64::from(period);
            let left = part * period + gap / 2;
            let (left, right) = (left.max(begin), (left + dot).min(self.end));
            if left < right {
                let top = (height - half).round_ties_even() as i32;
                dots.push((left, right, top, (height + half).round_ties_even() as i32));
            }
        }
        dots
    }

    /// The mean height of each part of the canvas that is `period` pixels wide, by the part's number.
    fn means(&self, period: i32) -> Vec<(i32, f64)> {
        let ends = self.steps.iter().skip(1).map(|step| step.x);
        let ends = ends.chain([self.end]);
        let mut sums: Vec<(i32, f64, i32)> = Vec::new();
        for (step, end) in self.steps.iter().zip(ends) {
            let height = f64::from(step.top + step.bottom) / 2.0;
            let mut x = step.x;
            while x < end {
                let part = x.div_euclid(period);
                let stop = ((part + 1) * period).min(end);
                let sum = height * f64::from(stop - x);
                match sums.last_mut() {
                    Some(last) if last.0 == part => {
                        (last.1, last.2) = (last.1 + sum, last.2 + stop - x);
                    }
                    _ => sums.push((part, sum, stop - x)),
                }
                x = stop;
            }
        }
        sums.into_iter()
            .map(|(part, sum, wide)| (part, sum / f64::from(wide)))
            .collect()
    }

    /// The area between the curve and the base, as a polygon.
    fn outline(&self, base: i32) -> Vec<BackendCoord> {
        let mut outline = Vec::with_capacity(self.steps.len() * 2 + 3);
        let mut height = base;
        for step in &self.steps {
            if step.last != height {
                outline.push((step.x, height));
                outline.push((step.x, step.last));
                height = step.last;
            }
        }
        outline.push((self.end, height));
        outline.push((self.end, base));
        outline
    }
}

/// A curve of steps.
pub(super) struct Trace<'a> {
    pub(super) runs: &'a [Run],
    pub(super) colour: Colour,
    /// Device pixels.
    pub(super) thick: i32,
}

/// A curve of dots.
pub(super) struct Dots<'a> {
    pub(super) runs: &'a [Run],
    pub(super) colour: Colour,
    /// Device pixels.
    pub(super) thick: i32,
    /// Length of a dot and of a gap, device pixels.
    pub(super) pattern: (i32, i32),
}

/// The area under a curve.
pub(super) struct Area<'a> {
    pub(super) runs: &'a [Run],
    pub(super) colour: Colour,
    pub(super) base: i32,
}

// Steps are in pixels already: plotters has no points to map.
macro_rules! without_points {
    ($name:ident) => {
        impl<'a> PointCollection<'a, BackendCoord> for &'a $name<'_> {
            type Point = BackendCoord;
            type IntoIter = Empty<BackendCoord>;
            fn point_iter(self) -> Self::IntoIter {
                std::iter::empty()
            }
        }
    };
}
without_points!(Trace);
without_points!(Dots);
without_points!(Area);

impl<DB: DrawingBackend> Drawable<DB> for Trace<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        _: I,
        backend: &mut DB,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        if self.thick <= 1 {
            let style = self.colour.stroke_width(1);
            return self
                .runs
                .iter()
                .try_for_each(|run| backend.draw_path(run.corners(), &style));
        }
        let style: ShapeStyle = self.colour.filled();
        let before = self.thick / 2;
        let after = self.thick - before;
        for (from, to) in self.runs.iter().flat_map(Run::pieces) {
            let upper_left = (from.0 - before, from.1 - before);
            let lower_right = (to.0 + after, to.1 + after);
            backend.draw_rect(upper_left, lower_right, &style, true)?;
        }
        Ok(())
    }
}

impl<DB: DrawingBackend> Drawable<DB> for Dots<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        _: I,
        backend: &mut DB,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        let style: ShapeStyle = self.colour.filled();
        let before = self.thick / 2;
        for run in self.runs {
            for (begin, end, top, bottom) in run.dots(self.pattern) {
                let upper_left = (begin, top - before);
                let lower_right = (end, bottom - before + self.thick);
                backend.draw_rect(upper_left, lower_right, &style, true)?;
            }
        }
        Ok(())
    }
}

impl<DB: DrawingBackend> Drawable<DB> for Area<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        _: I,
        backend: &mut DB,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        let style: ShapeStyle = self.colour.filled();
        self.runs
            .iter()
            .try_for_each(|run| backend.fill_polygon(run.outline(self.base), &style))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(begin: i32, end: i32, joined: bool, height: i32) -> Row {
        Row {
            begin,
            end,
            joined,
            heights: [height; 4],
        }
    }

    #[test]
    fn a_level_is_one_piece_however_many_columns_it_has() {
        let runs = runs((0..100).map(|x| row(x, x + 1, x > 0, 50)));
        assert_eq!(runs.len(), 1);
        assert_eq!(runs[0].corners(), [(0, 50), (100, 50)]);
        assert_eq!(runs[0].pieces().count(), 1);
    }

    #[test]
    fn a_change_is_upright_and_never_slanted() {
        let rows = [row(0, 10, false, 50), row(10, 20, true, 30)];
        let runs = runs(rows.into_iter());
        assert_eq!(runs[0].corners(), [(0, 50), (10, 50), (10, 30), (20, 30)]);
        let pieces: Vec<_> = runs[0].pieces().collect();
        assert_eq!(
            pieces,
            [
                ((0, 50), (10, 50)),
                ((10, 30), (10, 50)),
                ((10, 30), (20, 30))
            ]
        );
        assert_eq!(
            runs[0].outline(100),
            [(0, 100), (0, 50), (10, 50), (10, 30), (20, 30), (20, 100)]
        );
    }

    #[test]
    fn the_extremes_of_a_column_are_seen() {
        let rows = [
            row(0, 1, false, 50),
            Row {
                begin: 1,
                end: 2,
                joined: true,
                heights: [50, 90, 10, 50],
            },
            row(2, 3, true, 50),
        ];
        let runs = runs(rows.into_iter());
        assert!(runs[0].corners().contains(&(1, 10)) && runs[0].corners().contains(&(1, 90)));
        assert!(runs[0].pieces().any(|piece| piece == ((1, 10), (1, 90))));
    }

    #[test]
    fn dots_follow_the_curve_and_are_tall_where_it_is_steep() {
        let level = runs([row(3, 12, false, 50)].into_iter());
        assert_eq!(level[0].dots((2, 2)), [(5, 7, 50, 50), (9, 11, 50, 50)]);
        let steep = runs((0..12).map(|x| row(x, x + 1, x > 0, 10 * x)));
        let dots = steep[0].dots((2, 2));
        assert_eq!(dots[1], (5, 7, 45, 65));
    }

    #[test]
    fn columns_narrower_than_a_pixel_share_it_and_lose_no_extreme() {
        let rows = [
            Row {
                begin: 5,
                end: 5,
                joined: false,
                heights: [40, 40, 40, 40],
            },
            Row {
                begin: 5,
                end: 5,
                joined: true,
                heights: [40, 80, 40, 60],
            },
            Row {
                begin: 5,
                end: 6,
                joined: true,
                heights: [60, 60, 20, 30],
            },
        ];
        let runs = runs(rows.into_iter());
        let step = Step {
            x: 5,
            first: 40,
            top: 20,
            bottom: 80,
            last: 30,
        };
        assert_eq!(
            runs,
            [Run {
                steps: vec![step],
                end: 6
            }]
        );
    }
}
