//! Every colour that text or a mark has can be told from what it stands on, in every theme of `style/tokens.css`.
#![expect(
    clippy::expect_used,
    reason = "a test that cannot read the colours has nothing to say"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use footfall::chart::parse_colour;

/// What it is for, the least contrast, what is seen, and what it stands on.
type Pair = (
    &'static str,
    f64,
    &'static [&'static str],
    &'static [&'static str],
);

/// [WCAG 2.2, 1.4.3 and 1.4.11]: 4.5:1 for text, 3:1 for what is no text but has to be seen.
const PAIRS: &[Pair] = &[
    ("text", 4.5, &["ink", "ink-2", "ink-3"], EVERYWHERE),
    (
        "a word of a state",
        4.5,
        &["live", "late", "alarm", "quiet"],
        EVERYWHERE,
    ),
    ("what can be pressed", 4.5, &["accent"], EVERYWHERE),
    (
        "the word on what most people press next",
        4.5,
        &["on-accent"],
        &["accent"],
    ),
    ("the number at a curve's end", 4.5, SERIES, &["surface"]),
    (
        "a curve's end while its row is pointed at",
        3.0,
        SERIES,
        &["sunken", "raised"],
    ),
    (
        "a bar",
        3.0,
        &["entered", "exited"],
        &["surface", "raised", "sunken"],
    ),
    (
        "the edge of what can be written into",
        3.0,
        &["edge"],
        EVERYWHERE,
    ),
    (
        "a bar's fill",
        3.0,
        &["ink-3", "late", "alarm"],
        &["sunken", "surface"],
    ),
];

const EVERYWHERE: &[&str] = &[
    "ground",
    "surface",
    "raised",
    "sunken",
    "late-soft",
    "alarm-soft",
    "accent-soft",
];

const SERIES: &[&str] = &[
    "series-1", "series-2", "series-3", "series-4", "series-5", "series-6",
];

/// Where the reader asks for more contrast, text has this [WCAG 2.2, 1.4.6].
const MORE: f64 = 7.0;

type Theme = BTreeMap<String, String>;

#[test]
fn text_and_marks_can_be_told_from_their_ground_in_every_theme() {
    let mut weak = Vec::new();
    for (name, theme) in themes() {
        let asks_for_more = name.starts_with("more");
        for (what, least, seen, grounds) in PAIRS {
            let is_word = *least > 4.0 && *seen != SERIES && *seen != ["on-accent"];
            let least = if asks_for_more && is_word {
                least.max(MORE)
            } else {
                *least
            };
            for seen in *seen {
                for ground in *grounds {
                    let found = contrast(luminance(&theme[*seen]), luminance(&theme[*ground]));
                    if found < least {
                        weak.push(format!(
                            "{name}: {what}: --{seen} on --{ground} is {found:.2}:1, less than {least}:1"
                        ));
                    }
                }
            }
        }
    }
    assert!(weak.is_empty(), "{}", weak.join("\n"));
}

#[test]
fn contrast_is_as_the_standard_defines_it() {
    let (black, white) = (luminance("#000000"), luminance("#ffffff"));
    assert!((contrast(black, white) - 21.0).abs() < 1e-9);
    assert!((contrast(luminance("#777777"), white) - 4.478).abs() < 0.001);
}

/// All tokens of each theme, later rules over earlier ones, as in a browser.
fn themes() -> Vec<(&'static str, Theme)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("style/tokens.css");
    let css = fs::read_to_string(path).expect("tokens.css can be read");
    let (usual, rest) = split(&css, "(prefers-contrast: more)");
    let (more, _) = split(rest, "@property");
    let ((light, dark), (more_light, more_dark)) = (split(usual, DARK), split(more, DARK));
    let theme = |parts: &[&str]| parts.iter().flat_map(|part| tokens(part)).collect();
    vec![
        ("light", theme(&[light])),
        ("dark", theme(&[light, dark])),
        ("more contrast, light", theme(&[light, more_light])),
        // A rule for the dark theme goes before one for both, wherever it stands.
        (
            "more contrast, dark",
            theme(&[light, more_light, dark, more_dark]),
        ),
    ]
}

fn split<'a>(css: &'a str, at: &str) -> (&'a str, &'a str) {
    css.split_once(at).expect("tokens.css has that part")
}

/// Names and values of all that is a colour.
fn tokens(css: &str) -> Theme {
    let lines = css.lines().filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(": ")?;
        let value = value.strip_suffix(';')?;
        parse_colour(value).map(|_| (name.to_owned(), value.to_owned()))
    });
    lines.collect()
}

/// [WCAG 2.2, contrast ratio].
fn contrast(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// [WCAG 2.2, relative luminance].
fn luminance(css: &str) -> f64 {
    let colour = parse_colour(css).expect("a token is a colour");
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.040_45 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(colour.0) + 0.7152 * linear(colour.1) + 0.0722 * linear(colour.2)
}

const DARK: &str = ":root[data-theme=\"dark\"]";
