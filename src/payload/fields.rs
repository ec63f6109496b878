//! Reads single fields of a JSON payload, however the device writes them: values are strings as often as not.

use crate::json::{Kind, Object, Value, parse_f64};
use crate::observation::{DeviceId, first, serial_digits};
use crate::time::{Offsets, Timestamp, parse_iso};

/// A text that is not empty.
pub(super) fn text<'v>(object: &'v Object<'_>, key: &str) -> Option<&'v str> {
    let text = trimmed(object.get(key)?.as_text()?);
    Some(text).filter(|text| !text.is_empty())
}

/// Without space around it, which hardly any text has.
fn trimmed(text: &str) -> &str {
    let is_plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    if is_plain(text.as_bytes().first()) && is_plain(text.as_bytes().last()) {
        text
    } else {
        text.trim()
    }
}

/// A string, number or boolean as the device writes it.
pub(super) fn scalar<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    match value.kind() {
        Kind::Text(text) => Some(text.trim()),
        Kind::Number | Kind::Bool(_) => Some(value.raw()),
        Kind::Null | Kind::List(_) | Kind::Object(_) => None,
    }
}

/// Whether a state is active: `"1"`, `1`, `true`, `"active"`, `"ON"`, `"high"`, and their opposites.
pub(super) fn truth(value: &Value<'_>) -> Option<bool> {
    let word = scalar(value)?;
    if is_one_of(word, &["1", "true", "active", "on", "high"]) {
        Some(true)
    } else if is_one_of(word, &["0", "false", "inactive", "off", "low", ""]) {
        Some(false)
    } else {
        None
    }
}

/// A count: digits, or a number, or either with zeros after the point. Never rounded.
pub(super) fn count(value: &Value<'_>) -> Option<u64> {
    match value.kind() {
        Kind::Number => whole(value.raw()),
        Kind::Text(text) => whole(trimmed(text)),
        _ => None,
    }
}

/// A count in digits.
pub(super) fn whole(text: &str) -> Option<u64> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit());
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    let is_whole = match rest.as_bytes() {
        [] => true,
        [b'.', zeros @ ..] => zeros.iter().all(|byte| *byte == b'0'),
        _ => false,
    };
    is_whole.then(|| digits.parse().ok()).flatten()
}

/// A finite number in the device's own unit.
pub(super) fn number(value: &Value<'_>) -> Option<f64> {
    match value.kind() {
        Kind::Number => parse_f64(value.raw()),
        Kind::Text(text) => parse_f64(text.trim()),
        _ => None,
    }
}

/// A time since the epoch in seconds, milliseconds or microseconds, told apart by their size, or in ISO 8601.
/// `None` before 2000 and from 2100 on: a device whose clock was never set says nothing of time.
pub(super) fn time(value: &Value<'_>, zone: &Offsets) -> Option<Timestamp> {
    let text = match value.kind() {
        Kind::Number => value.raw(),
        Kind::Text(text) => text.trim(),
        _ => return None,
    };
    if text.len() > LONGEST_TIME {
        return None;
    }
    if let Ok(whole) = text.parse() {
        return epoch(whole);
    }
    // Hardly anybody writes a fraction of seconds.
    iso(text, zone).or_else(|| fraction(parse_f64(text)?))
}

/// A time in ISO 8601, in the site's zone if it names none.
pub(super) fn iso(text: &str, zone: &Offsets) -> Option<Timestamp> {
    if text.len() > LONGEST_TIME {
        return None;
    }
    parse_iso(text, zone).filter(|time| ERA.contains(&time.as_millis()))
}

fn epoch(whole: i64) -> Option<Timestamp> {
    let millis = [whole.checked_mul(1000), Some(whole), Some(whole / 1000)];
    let millis = millis
        .into_iter()
        .flatten()
        .find(|millis| ERA.contains(millis))?;
    Some(Timestamp::from_millis(millis))
}

fn fraction(number: f64) -> Option<Timestamp> {
    // The ranges do not overlap, so only seconds keep their fraction.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast from float to integer saturates, and what saturates lies outside the era"
    )]
    let (seconds, others) = ((number * 1000.0).round() as i64, number.round() as i64);
    if ERA.contains(&seconds) {
        return Some(Timestamp::from_millis(seconds));
    }
    epoch(others)
}

/// Milliseconds from 2000-01-01 to 2100-01-01.
const ERA: std::ops::Range<i64> = 946_684_800_000..4_102_444_800_000;

/// How many people may pass a line at one moment; another value is a total or an error.
pub(super) const GROUP: std::ops::RangeInclusive<u64> = 1..=100;

/// Longer texts are no times: `2025-10-09T11:57:22.928315-04:00` has 32 characters.
const LONGEST_TIME: usize = 40;

/// The device that signs a payload: `serial` in events, `serialNumber` in connection messages.
pub(super) fn serial(object: &Object<'_>) -> Option<DeviceId> {
    ["serial", "serialNumber"]
        .into_iter()
        .find_map(|key| text(object, key))
        .map(DeviceId::new)
}

/// The device that signs a payload of an app: also `device`, in which apps write the serial number.
pub(super) fn app_device(object: &Object<'_>) -> Option<DeviceId> {
    serial(object).or_else(|| text(object, "device").map(DeviceId::new))
}

/// Whether a text is a serial number: the twelve digits of a MAC address, in any of its forms.
pub(super) fn is_serial(text: &str) -> bool {
    serial_digits(text.trim()).is_some()
}

/// Whether a text is one of some words, in capitals or not.
pub(super) fn is_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// At most `limit` characters.
pub(super) fn shortened(text: &str, limit: usize) -> String {
    first(text, limit).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    fn json(text: &str) -> Value<'_> {
        parse(text).unwrap()
    }

    #[test]
    fn a_count_never_passes_through_a_float() {
        assert_eq!(count(&json(r#""18446744073709551615""#)), Some(u64::MAX));
        assert_eq!(count(&json("18446744073709551615")), Some(u64::MAX));
        assert_eq!(count(&json(r#"" 20960 ""#)), Some(20_960));
        assert_eq!(count(&json(r#""12.000""#)), Some(12));
        assert_eq!(count(&json("12.0")), Some(12));
        for wrong in [
            r#""-3""#, "-3", r#""1.5""#, r#""1e3""#, r#""""#, r#"".""#, "null", r#""+1""#,
        ] {
            assert_eq!(count(&json(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn a_time_is_told_by_its_size() {
        let utc = Offsets::fixed(0);
        let expected = Some(Timestamp::from_millis(1_670_518_346_712));
        for form in [
            "1670518346712",
            r#""1670518346712""#,
            "1670518346712345",
            "1670518346.712",
            r#""1670518346.712""#,
            r#""2022-12-08T16:52:26.712Z""#,
        ] {
            assert_eq!(time(&json(form), &utc), expected, "{form}");
        }
        let second = Some(Timestamp::from_millis(1_670_518_346_000));
        assert_eq!(time(&json("1670518346"), &utc), second);
        for wrong in [
            "0",
            "-1",
            r#""""#,
            r#""1970-01-01T00:00:12Z""#,
            r#""2100-01-01T00:00:00Z""#,
            "1e300",
            "-9223372036854775808",
            "18446744073709551615",
            "null",
            "true",
            "{}",
            r#""nan""#,
        ] {
            assert_eq!(time(&json(wrong), &utc), None, "{wrong}");
        }
    }

    #[test]
    fn a_state_is_read_in_every_word_that_devices_use() {
        for word in [r#""1""#, "1", "true", r#""active""#, r#""ON""#, r#""High""#] {
            assert_eq!(truth(&json(word)), Some(true), "{word}");
        }
        for word in [r#""0""#, "0", "false", r#""inactive""#, r#""OFF""#, r#""""#] {
            assert_eq!(truth(&json(word)), Some(false), "{word}");
        }
        for word in [r#""2""#, r#""maybe""#, "null", "[1]"] {
            assert_eq!(truth(&json(word)), None, "{word}");
        }
    }

    #[test]
    fn only_decimal_numbers_are_numbers() {
        for (text, value) in [
            ("-112.500000", -112.5),
            ("0", 0.0),
            ("007", 7.0),
            ("+5", 5.0),
            (".5", 0.5),
            ("-.5", -0.5),
            ("5.", 5.0),
            ("0.1", 0.1),
            ("1E+3", 1000.0),
        ] {
            assert_eq!(number(&json(&format!("\"{text}\""))), Some(value), "{text}");
        }
        for wrong in [
            r#""inf""#,
            r#""NaN""#,
            r#""infinity""#,
            r#""1e999""#,
            r#""12 s""#,
            r#""--5""#,
            r#""-+5""#,
            r#""0x10""#,
            r#"".""#,
            r#""""#,
        ] {
            assert_eq!(number(&json(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn a_serial_number_has_twelve_hexadecimal_digits() {
        assert!(is_serial("ACCC8E012345") && is_serial("00:40:8c:18:82:27"));
        assert!(!is_serial("lobby") && !is_serial("ACCC8E01234"));
    }
}
