//! How wide a text is at most, without asking a font.
//!
//! The widths are those of the widest of the usual interface fonts (DejaVu Sans), so that a label that fits by them fits.

use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, TextStyle};

use super::{Colour, Style};
use crate::ordered::sort_by;

/// Width in pixels of a text of that size in pixels.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let em: f64 = text.chars().map(advance).sum();
    em * size * if bold { 1.1 } else { 1.0 }
}

fn advance(character: char) -> f64 {
    match character {
        '0'..='9' => 0.636,
        ',' | '.' | ':' | ' ' | '\u{a0}' | '\u{202f}' | 'i' | 'l' | 'j' | '\'' | '|' => 0.34,
        'M' | 'W' | 'm' | 'w' | '%' | '—' => 0.98,
        'A'..='Z' => 0.73,
        ' '..='~' => 0.62,
        // Hangul, kana, ideographs and their full-width punctuation are squares.
        '\u{1100}'..='\u{11ff}'
        | '\u{2e80}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff00}'..='\u{ffef}' => 1.0,
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' => 0.0,
        _ => 0.8,
    }
}

impl Style<'_> {
    /// Size of a label in device pixels.
    pub(super) fn text_px(&self, bold: bool) -> f64 {
        // The values at the ends of curves are a little larger: they are read from afar.
        self.font_px * self.scale * if bold { 16.0 / 15.0 } else { 1.0 }
    }

    pub(super) fn text_width(&self, text: &str, bold: bool) -> f64 {
        width(text, self.text_px(bold), bold)
    }

    pub(super) fn text(
        &self,
        colour: Colour,
        horizontal: HPos,
        vertical: VPos,
        bold: bool,
    ) -> TextStyle<'_> {
        let weight = if bold {
            FontStyle::Bold
        } else {
            FontStyle::Normal
        };
        let font = FontDesc::new(FontFamily::Name(self.font), self.text_px(bold), weight);
        let mut text = TextStyle::from(font).pos(Pos::new(horizontal, vertical));
        text.color = colour.to_backend_color();
        text
    }
}

/// Moves labels of that height apart, downward first, and keeps all between `top` and `bottom`.
///
/// `centres` are the wished middles; their order from top to bottom is kept.
pub(super) fn spread(centres: &mut [f64], height: f64, top: f64, bottom: f64) {
    let mut order: Vec<usize> = (0..centres.len()).collect();
    sort_by(&mut order, |one, two| {
        centres[*one].total_cmp(&centres[*two])
    });
    let mut least = top + height / 2.0;
    for &index in &order {
        centres[index] = centres[index].max(least);
        least = centres[index] + height;
    }
    let mut most = bottom - height / 2.0;
    for &index in order.iter().rev() {
        centres[index] = centres[index].min(most);
        most = centres[index] - height;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_would_cover_each_other_are_moved_apart_and_stay_inside() {
        let mut centres = [100.0, 102.0, 40.0, 101.0, 198.0];
        spread(&mut centres, 15.0, 0.0, 200.0);
        assert_eq!(centres, [100.0, 130.0, 40.0, 115.0, 192.5]);
        let mut crowded = [199.0, 199.0, 199.0];
        spread(&mut crowded, 15.0, 0.0, 200.0);
        assert_eq!(crowded, [162.5, 177.5, 192.5]);
    }

    #[test]
    fn a_square_script_is_wider_than_latin() {
        assert!(width("푸드 코트", 12.0, false) > width("Food", 12.0, false));
        assert_eq!(width("", 12.0, false), 0.0);
    }
}
