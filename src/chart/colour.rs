//! The colours of the page, as `style/tokens.css` names them, for the canvas.

/// Red, green, blue, and how opaque from 0 to 1.
pub type Colour = plotters::style::RGBAColor;

/// How many curves have a colour of their own.
pub const SERIES: usize = 6;

/// Every colour that a chart uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    /// Labels of the axes, the rule at now.
    pub ink: Colour,
    /// Lines at round numbers.
    pub grid: Colour,
    /// The zero line of bars, hatching.
    pub hairline: Colour,
    /// Last week's curve.
    pub ghost: Colour,
    /// The name of an outage.
    pub late: Colour,
    /// The band of an outage.
    pub late_soft: Colour,
    /// Curves, in their order.
    pub series: [Colour; SERIES],
    /// Bars above the line.
    pub entered: Colour,
    /// Bars below it.
    pub exited: Colour,
}

impl Palette {
    /// Asks for every colour by the name of its custom property (`--series-1`); what cannot be read is a neutral grey,
    /// which is seen on every surface.
    pub fn read(mut property: impl FnMut(&str) -> String) -> Self {
        let mut colour = |name: &str| parse_colour(&property(name)).unwrap_or(GREY);
        Self {
            ink: colour("--ink-3"),
            grid: colour("--grid"),
            hairline: colour("--hairline"),
            ghost: colour("--ghost"),
            late: colour("--late"),
            late_soft: colour("--late-soft"),
            series: [
                colour("--series-1"),
                colour("--series-2"),
                colour("--series-3"),
                colour("--series-4"),
                colour("--series-5"),
                colour("--series-6"),
            ],
            entered: colour("--entered"),
            exited: colour("--exited"),
        }
    }

    /// The colour of a curve by its place; after the last the first comes again.
    pub const fn series(&self, place: usize) -> Colour {
        self.series[place % SERIES]
    }
}

/// Reads `#abc`, `#aabbcc`, `#aabbccdd`, `rgb(1, 2, 3)`, `rgb(1 2 3 / .5)` and `rgba(1, 2, 3, .5)`.
pub fn parse_colour(css: &str) -> Option<Colour> {
    let css = css.trim();
    match css.strip_prefix('#') {
        Some(digits) => hexadecimal(digits),
        None => function(css),
    }
}

fn hexadecimal(digits: &str) -> Option<Colour> {
    let values: Vec<u8> = digits
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|value| u8::try_from(value).ok())
        })
        .collect::<Option<_>>()?;
    let byte = |pair: &[u8]| pair[0] * 16 + pair[1];
    match values.as_slice() {
        [red, green, blue] => Some(plotters::style::RGBAColor(
            red * 17,
            green * 17,
            blue * 17,
            1.0,
        )),
        [..] if values.len() == 6 || values.len() == 8 => {
            let bytes: Vec<u8> = values.chunks_exact(2).map(byte).collect();
            let alpha = bytes.get(3).map_or(1.0, |alpha| f64::from(*alpha) / 255.0);
            Some(plotters::style::RGBAColor(
                bytes[0], bytes[1], bytes[2], alpha,
            ))
        }
        _ => None,
    }
}

fn function(css: &str) -> Option<Colour> {
    let inner = css
        .strip_prefix("rgba(")
        .or_else(|| css.strip_prefix("rgb("))?
        .strip_suffix(')')?;
    let parts: Vec<f64> = inner
        .split([',', ' ', '/'])
        .filter(|part| !part.is_empty())
        .map(|part| match part.strip_suffix('%') {
            Some(percent) => decimal(percent).map(|share| share / 100.0),
            None => decimal(part),
        })
        .collect::<Option<_>>()?;
    let (alpha, channels) = match parts.as_slice() {
        [channels @ .., alpha] if channels.len() == 3 => (*alpha, channels),
        channels if channels.len() == 3 => (1.0, channels),
        _ => return None,
    };
    let channel = |value: f64| value.round().clamp(0.0, 255.0) as u8;
    Some(plotters::style::RGBAColor(
        channel(channels[0]),
        channel(channels[1]),
        channel(channels[2]),
        alpha.clamp(0.0, 1.0),
    ))
}

/// `12`, `12.5` or `.5`. The standard library's parser is exact for every number that there is, and brings a table of
/// 10 KB for that.
fn decimal(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty()
        || digits.len() > MOST_DIGITS
        || !digits.bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let places = i32::try_from(fraction.len()).ok()?;
    let digits: u64 = digits.parse().ok()?;
    Some(digits as f64 / 10_f64.powi(places))
}

/// Browsers write six digits behind the point; more than 15 in all are no exact whole number any more.
const MOST_DIGITS: usize = 15;

const GREY: Colour = plotters::style::RGBAColor(128, 128, 128, 1.0);

#[cfg(test)]
mod tests {
    use super::*;
    use plotters::style::RGBAColor;

    #[test]
    fn the_ways_in_which_css_writes_a_colour_are_read() {
        for (css, colour) in [
            (" #1f5fe0", RGBAColor(0x1f, 0x5f, 0xe0, 1.0)),
            ("#fff", RGBAColor(255, 255, 255, 1.0)),
            ("#00000080", RGBAColor(0, 0, 0, 128.0 / 255.0)),
            ("rgb(16 22 31 / .5)", RGBAColor(16, 22, 31, 0.5)),
            ("rgb(16 22 31 / 50%)", RGBAColor(16, 22, 31, 0.5)),
            ("rgba(16, 22, 31, 0.25)", RGBAColor(16, 22, 31, 0.25)),
            ("rgb(16, 22, 31)", RGBAColor(16, 22, 31, 1.0)),
        ] {
            assert_eq!(parse_colour(css), Some(colour), "{css}");
        }
        for css in [
            "",
            "blue",
            "#12345",
            "#gggggg",
            "rgb(1, 2)",
            "rgb(a b c)",
            "#é12345",
        ] {
            assert_eq!(parse_colour(css), None, "{css}");
        }
    }

    #[test]
    fn a_colour_that_is_missing_is_still_seen() {
        let palette = Palette::read(|name| {
            if name == "--grid" {
                "#e6eaef".to_owned()
            } else {
                String::new()
            }
        });
        assert_eq!(palette.grid, RGBAColor(0xe6, 0xea, 0xef, 1.0));
        assert_eq!(palette.series(7), GREY);
    }
}
