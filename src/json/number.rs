//! Decimal digits → a float.

/// The number that digits say, as JSON writes it or with a sign and zeros that JSON does not know (`+7`, `007`, `.5`,
/// `5.`); `None` if they say none, or none that is finite.
///
/// The nearest float for up to 15 digits and 22 decimal places, else right but for the last bits. The standard library's
/// own is right to the last, with 10 KB of tables.
pub fn parse_f64(text: &str) -> Option<f64> {
    let negative = text.starts_with('-');
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let ends = text.bytes().position(|byte| matches!(byte, b'e' | b'E'));
    let (digits, mut exponent) = match ends {
        Some(end) => (&text[..end], parse_exponent(&text[end + 1..])?),
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut mantissa = 0_u64;
    for (index, byte) in whole.bytes().chain(fraction.bytes()).enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        let is_kept = mantissa < ENOUGH;
        if is_kept {
            mantissa = mantissa * 10 + u64::from(digit);
        }
        match (index < whole.len(), is_kept) {
            (true, false) => exponent += 1,
            (false, true) => exponent -= 1,
            _ => {}
        }
    }
    let value = scaled(mantissa as f64, exponent);
    Some(if negative { -value } else { value }).filter(|value| value.is_finite())
}

/// `7`, `+7`, `-7`; of more digits than any number needs, as much as is nothing or too much anyway.
fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent = digits.parse().unwrap_or(FAR).min(FAR);
    Some(if text.starts_with('-') {
        -exponent
    } else {
        exponent
    })
}

/// `value` × 10^`exponent`. By multiplication alone: `powi` may differ from machine to machine.
fn scaled(value: f64, exponent: i64) -> f64 {
    // Zero times infinity would be no number.
    if value == 0.0 {
        return 0.0;
    }
    // Nineteen digits may need more places than the power alone can have.
    if exponent < -LARGEST {
        return scaled(value / power(LARGEST), (exponent + LARGEST).max(-LARGEST));
    }
    if exponent < 0 {
        value / power(-exponent)
    } else {
        value * power(exponent)
    }
}

fn power(mut exponent: i64) -> f64 {
    let (mut power, mut square) = (1.0, 10.0_f64);
    while exponent > 0 {
        if exponent % 2 == 1 {
            power *= square;
        }
        square *= square;
        exponent /= 2;
    }
    power
}

/// From here on a further digit says nothing that a float can hold, and might not fit.
const ENOUGH: u64 = 1_000_000_000_000_000_000;
/// The largest power of ten that a float can hold.
const LARGEST: i64 = 308;
/// No payload has room for digits that bring a number back from there.
const FAR: i64 = 1_000_000_000;
