//! Somebody else's text → the same text, such that it turns, hides and covers nothing that stands beside it.

/// Somebody else's text as it is shown, on one line: what would turn the text around it, and what nobody would see, is
/// seen as `�`. Letters that run from right to left do so among themselves, and more marks on one letter than a language
/// needs, which would cover the lines above, are left out.
pub fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let (mut marks, mut flag, mut turns, mut visible) = (0, false, false, text.is_empty());
    for letter in text.chars() {
        marks = if is_among(letter, MARKS) {
            marks + 1
        } else {
            0
        };
        if marks > MOST_MARKS {
            continue;
        }
        turns |= is_among(letter, RIGHT_TO_LEFT);
        let is_tag = matches!(letter, '\u{E0020}'..='\u{E007F}');
        let seen = if letter.is_whitespace() || letter == '\u{2800}' {
            // Also ends of lines: in a title, what follows would pass for ours.
            ' '
        } else if is_among(letter, UNSEEN) || letter as u32 & 0xFFFE == 0xFFFE || is_tag && !flag {
            char::REPLACEMENT_CHARACTER
        } else {
            letter
        };
        shown.push(seen);
        visible |= !is_among(seen, QUIET);
        flag = letter == '\u{1F3F4}' || flag && is_tag;
    }
    match (visible, turns) {
        (false, _) => char::REPLACEMENT_CHARACTER.to_string(),
        (true, true) => format!("\u{2068}{shown}\u{2069}"),
        (true, false) => shown,
    }
}

fn is_among(letter: char, ranges: &[(char, char)]) -> bool {
    ranges
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&letter))
}

/// Nothing by themselves, but parts of words and of emoji; and marks of direction, which do nothing beyond the name that
/// holds them.
const QUIET: &[(char, char)] = &[
    (' ', ' '),
    ('\u{200C}', '\u{200F}'),
    ('\u{FE00}', '\u{FE0F}'),
];

/// Characters that are there and not seen, or that turn what stands around them.
const UNSEEN: &[(char, char)] = &[
    ('\0', '\u{1F}'),
    ('\u{7F}', '\u{9F}'),
    ('\u{AD}', '\u{AD}'),
    ('\u{34F}', '\u{34F}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200B}'),
    ('\u{202A}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{FDD0}', '\u{FDEF}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF0}', '\u{FFFB}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    // Tags, but for those of flags, and what nobody has assigned.
    ('\u{E0000}', '\u{E001F}'),
    ('\u{E0080}', '\u{EFFFF}'),
];

/// Hebrew, Arabic and those beside them, and their marks of direction.
const RIGHT_TO_LEFT: &[(char, char)] = &[
    ('\u{590}', '\u{8FF}'),
    ('\u{200F}', '\u{200F}'),
    ('\u{FB1D}', '\u{FDCF}'),
    ('\u{FDF0}', '\u{FDFF}'),
    ('\u{FE70}', '\u{FEFE}'),
    ('\u{10800}', '\u{10FFF}'),
    ('\u{1E800}', '\u{1EFFF}'),
];

/// Marks over, under and through the letter before them, of those that can be piled up.
const MARKS: &[(char, char)] = &[
    ('\u{300}', '\u{36F}'),
    ('\u{483}', '\u{489}'),
    ('\u{591}', '\u{5BD}'),
    ('\u{610}', '\u{61A}'),
    ('\u{64B}', '\u{65F}'),
    ('\u{E31}', '\u{E31}'),
    ('\u{E34}', '\u{E3A}'),
    ('\u{E47}', '\u{E4E}'),
    ('\u{F71}', '\u{F84}'),
    ('\u{1AB0}', '\u{1AFF}'),
    ('\u{1DC0}', '\u{1DFF}'),
    ('\u{20D0}', '\u{20FF}'),
    ('\u{FE20}', '\u{FE2F}'),
];

/// Polytonic Greek and phonetic script have three marks on a letter.
const MOST_MARKS: usize = 3;
