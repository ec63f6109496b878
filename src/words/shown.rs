//! Somebody else's text → the same text, such that it turns, hides and covers nothing that stands beside it.

/// Somebody else's text as it is shown, on one line: what would turn the text around it, and what nobody would see, is
/// seen as `�`. Letters that run from right to left do so among themselves, and more marks on one letter than a language
/// needs, which would cover the lines above, are left out.
pub fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let (mut marks, mut flag, mut turns, mut visible) = (0, false, false, text.is_empty());
    for letter in text.chars() {
        marks = if is_mark(letter) { marks + 1 } else { 0 };
        if marks > MARKS {
            continue;
        }
        turns |= runs_right_to_left(letter);
        let is_tag = matches!(letter, '\u{E0020}'..='\u{E007F}');
        shown.push(if letter.is_whitespace() || letter == '\u{2800}' {
            // Also ends of lines: in a title, what follows would pass for ours.
            ' '
        } else if is_unseen(letter) || is_tag && !flag {
            char::REPLACEMENT_CHARACTER
        } else {
            letter
        });
        visible |= !shown.ends_with([' ', '\u{200C}', '\u{200D}', '\u{200E}', '\u{200F}']);
        flag = letter == '\u{1F3F4}' || flag && is_tag;
    }
    match (visible, turns) {
        (false, _) => char::REPLACEMENT_CHARACTER.to_string(),
        (true, true) => format!("\u{2068}{shown}\u{2069}"),
        (true, false) => shown,
    }
}

/// Characters that are there and not seen, or that turn what stands around them. Joiners, which words and emoji are made
/// with, are not among them, nor are the marks of direction, which do nothing beyond the name that holds them.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || letter as u32 & 0xFFFE == 0xFFFE
        || matches!(
            letter,
            '\u{AD}'
                | '\u{34F}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FDD0}'..='\u{FDEF}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E001F}'
                | '\u{E0080}'..='\u{E0FFF}'
        )
}

/// Hebrew, Arabic and those beside them, and their marks of direction.
const fn runs_right_to_left(letter: char) -> bool {
    matches!(
        letter,
        '\u{590}'..='\u{8FF}'
            | '\u{200F}'
            | '\u{FB1D}'..='\u{FDCF}'
            | '\u{FDF0}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFE}'
            | '\u{10800}'..='\u{10FFF}'
            | '\u{1E800}'..='\u{1EFFF}'
    )
}

/// Marks over, under and through the letter before them, of those that can be piled up.
const fn is_mark(letter: char) -> bool {
    matches!(
        letter,
        '\u{300}'..='\u{36F}'
            | '\u{483}'..='\u{489}'
            | '\u{591}'..='\u{5BD}'
            | '\u{610}'..='\u{61A}'
            | '\u{64B}'..='\u{65F}'
            | '\u{E31}'
            | '\u{E34}'..='\u{E3A}'
            | '\u{E47}'..='\u{E4E}'
            | '\u{F71}'..='\u{F84}'
            | '\u{1AB0}'..='\u{1AFF}'
            | '\u{1DC0}'..='\u{1DFF}'
            | '\u{20D0}'..='\u{20FF}'
            | '\u{FE20}'..='\u{FE2F}'
    )
}

/// Polytonic Greek and phonetic script have three marks on a letter.
const MARKS: usize = 3;
