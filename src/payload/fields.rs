//! Reads single fields of a JSON payload, however the device writes them: values are strings as often as not.

use serde_json::Value;

use crate::observation::DeviceId;
use crate::time::{Offsets, Timestamp, parse_iso};

/// A JSON object, its keys in alphabetical order.
pub(super) type Object = serde_json::Map<String, Value>;

/// A text that is not empty.
pub(super) fn text<'v>(object: &'v Object, key: &str) -> Option<&'v str> {
    let text = object.get(key)?.as_str()?.trim();
    Some(text).filter(|text| !text.is_empty())
}

/// A string, number or boolean as the device writes it.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether a state is active: `"1"`, `1`, `true`, `"active"`, `"ON"`, `"high"`, and their opposites.
pub(super) fn truth(value: &Value) -> Option<bool> {
    let word = scalar(value)?;
    if is_one_of(&word, &["1", "true", "active", "on", "high"]) {
        Some(true)
    } else if is_one_of(&word, &["0", "false", "inactive", "off", "low", ""]) {
        Some(false)
    } else {
        None
    }
}

/// A count: digits, or a number, or either with zeros after the point. Never rounded.
pub(super) fn count(value: &Value) -> Option<u64> {
    let text = match value {
        Value::Number(number) => return number.as_u64().or_else(|| whole(&number.to_string())),
        Value::String(text) => text.trim(),
        _ => return None,
    };
    whole(text)
}

fn whole(text: &str) -> Option<u64> {
    let (digits, zeros) = text.split_once('.').unwrap_or((text, ""));
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain && zeros.bytes().all(|byte| byte == b'0') {
        digits.parse().ok()
    } else {
        None
    }
}

/// A finite number in the device's own unit.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64().filter(|number| number.is_finite()),
        Value::String(text) => parse_number(text.trim()),
        _ => None,
    }
}

/// A decimal number; not the words that a float parser also reads (`inf`, `nan`).
///
/// By the reader of JSON: the standard library's own brings 10 KB of tables to the page, for the last bit.
pub(super) fn parse_number(text: &str) -> Option<f64> {
    let begins = text.trim_start_matches(['-', '+', '.']);
    if !begins.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    // What JSON does not write: `007`, `.5`, `5.`
    let digits = digits.strip_suffix('.').unwrap_or(digits);
    let digits = digits.trim_start_matches('0');
    let zero = if digits.starts_with(|c: char| c.is_ascii_digit()) {
        ""
    } else {
        "0"
    };
    let number: f64 = serde_json::from_str(&format!("{zero}{digits}")).ok()?;
    Some(sign * number).filter(|number| number.is_finite())
}

/// A time since the epoch in seconds, milliseconds or microseconds, told apart by their size, or in ISO 8601.
/// `None` before 2000 and from 2100 on: a device whose clock was never set says nothing of time.
pub(super) fn time(value: &Value, zone: &Offsets) -> Option<Timestamp> {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(whole) => epoch(whole),
            None => fraction(number.as_f64()?),
        },
        Value::String(text) => {
            let text = text.trim();
            if let Ok(whole) = text.parse() {
                return epoch(whole);
            }
            if text.len() > LONGEST_TIME {
                return None;
            }
            parse_number(text).map_or_else(|| iso(text, zone), fraction)
        }
        _ => None,
    }
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

/// Longer texts are no times: `2025-10-09T11:57:22.928315-04:00` has 32 characters.
const LONGEST_TIME: usize = 40;

/// The device that signs a payload: `serial` in events, `serialNumber` in connection messages.
pub(super) fn serial(object: &Object) -> Option<DeviceId> {
    ["serial", "serialNumber"]
        .into_iter()
        .find_map(|key| text(object, key))
        .map(DeviceId::new)
}

/// The device that signs a payload of an app: also `device`, in which apps write the serial number.
pub(super) fn app_device(object: &Object) -> Option<DeviceId> {
    serial(object).or_else(|| text(object, "device").map(DeviceId::new))
}

/// Whether a text is a serial number: the twelve digits of a MAC address, in any of its forms.
pub(super) fn is_serial(text: &str) -> bool {
    let id = DeviceId::new(text);
    id.as_str().len() == 12 && id.as_str().bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text is one of some words, in capitals or not.
pub(super) fn is_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// At most `limit` characters.
pub(super) fn shortened(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_count_never_passes_through_a_float() {
        assert_eq!(count(&json!("18446744073709551615")), Some(u64::MAX));
        assert_eq!(count(&json!(u64::MAX)), Some(u64::MAX));
        assert_eq!(count(&json!(" 20960 ")), Some(20_960));
        assert_eq!(count(&json!("12.000")), Some(12));
        assert_eq!(count(&json!(12.0)), Some(12));
        for wrong in [
            json!("-3"),
            json!(-3),
            json!("1.5"),
            json!("1e3"),
            json!(""),
            json!("."),
            json!(null),
            json!("+1"),
        ] {
            assert_eq!(count(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_time_is_told_by_its_size() {
        let utc = Offsets::fixed(0);
        let expected = Some(Timestamp::from_millis(1_670_518_346_712));
        for form in [
            json!(1_670_518_346_712_i64),
            json!("1670518346712"),
            json!(1_670_518_346_712_345_i64),
            json!(1_670_518_346.712),
            json!("1670518346.712"),
            json!("2022-12-08T16:52:26.712Z"),
        ] {
            assert_eq!(time(&form, &utc), expected, "{form}");
        }
        let second = Some(Timestamp::from_millis(1_670_518_346_000));
        assert_eq!(time(&json!(1_670_518_346), &utc), second);
        for wrong in [
            json!(0),
            json!(-1),
            json!(""),
            json!("1970-01-01T00:00:12Z"),
            json!("2100-01-01T00:00:00Z"),
            json!(1e300),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(null),
            json!(true),
            json!({}),
            json!("nan"),
        ] {
            assert_eq!(time(&wrong, &utc), None, "{wrong}");
        }
    }

    #[test]
    fn a_state_is_read_in_every_word_that_devices_use() {
        for word in [
            json!("1"),
            json!(1),
            json!(true),
            json!("active"),
            json!("ON"),
            json!("High"),
        ] {
            assert_eq!(truth(&word), Some(true), "{word}");
        }
        for word in [
            json!("0"),
            json!(0),
            json!(false),
            json!("inactive"),
            json!("OFF"),
            json!(""),
        ] {
            assert_eq!(truth(&word), Some(false), "{word}");
        }
        for word in [json!("2"), json!("maybe"), json!(null), json!([1])] {
            assert_eq!(truth(&word), None, "{word}");
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
            assert_eq!(number(&json!(text)), Some(value), "{text}");
        }
        for wrong in [
            json!("inf"),
            json!("NaN"),
            json!("infinity"),
            json!("1e999"),
            json!("12 s"),
            json!("--5"),
            json!("-+5"),
            json!("0x10"),
            json!("."),
            json!(""),
        ] {
            assert_eq!(number(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_serial_number_has_twelve_hexadecimal_digits() {
        assert!(is_serial("ACCC8E012345") && is_serial("00:40:8c:18:82:27"));
        assert!(!is_serial("lobby") && !is_serial("ACCC8E01234"));
    }
}
