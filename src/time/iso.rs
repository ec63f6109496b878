//! Times that devices write: ISO 8601 in the forms seen on the wire.

use super::civil::{date, digits};
use super::{Offsets, Timestamp};

/// Parses `2025-10-17T10:28:04.528+0200`, `…-04:00`, `…Z`, `…z`; without an offset the time is the site's own.
///
/// The basic form `20251017T102804` is one too; seconds, minutes or all of the time may be missing.
/// `None` for an empty or other text: a device that sends `""` says that it has no time.
pub fn parse_iso(text: &str, site: &Offsets) -> Option<Timestamp> {
    let (local, end) = parse_local(text.trim().as_bytes())?;
    match end {
        [] => Some(site.instant_of(local)),
        [b'Z' | b'z'] => Some(Timestamp::from_millis(local)),
        [sign @ (b'+' | b'-'), offset @ ..] => {
            let (hours, minutes, seconds, rest) = parse_clock(offset)?;
            let seconds = seconds.unwrap_or(0);
            let offset = millis(hours, minutes, seconds);
            let east = if *sign == b'+' { offset } else { -offset };
            let is_one = hours < 26 && minutes < 60 && seconds < 60 && rest.is_empty();
            is_one.then(|| Timestamp::from_millis(local - east))
        }
        _ => None,
    }
}

/// Date and time of day, in milliseconds as if they were UTC, and what follows.
fn parse_local(text: &[u8]) -> Option<(i64, &[u8])> {
    let (year, rest) = digits(text, 4)?;
    // Either both separators or none.
    let separator: &[u8] = if rest.starts_with(b"-") { b"-" } else { b"" };
    let (month, rest) = digits(rest.strip_prefix(separator)?, 2)?;
    let (day, rest) = digits(rest.strip_prefix(separator)?, 2)?;
    let midnight = i64::from(date(year, month, day)?.days()) * 86_400_000;
    let [b'T' | b't' | b' ', rest @ ..] = rest else {
        return rest.is_empty().then_some((midnight, rest));
    };
    let (hours, minutes, seconds, rest) = parse_clock(rest)?;
    let (fraction, rest) = match seconds {
        Some(_) => parse_fraction(rest)?,
        None => (0, rest),
    };
    let seconds = seconds.unwrap_or(0);
    if hours > 23 || minutes > 59 || seconds > 60 {
        return None;
    }
    // A leap second is the second before it: no clock of ours has a place for it.
    let time = millis(hours, minutes, seconds.min(59)) + fraction;
    Some((midnight + time, rest))
}

/// `10:28:04`, `102804`, `10:28`, `1028` or `10`: hours, minutes, seconds if it says them, and what follows.
fn parse_clock(text: &[u8]) -> Option<(u32, u32, Option<u32>, &[u8])> {
    let (hours, rest) = digits(text, 2)?;
    let separator: &[u8] = if rest.starts_with(b":") { b":" } else { b"" };
    let part = |rest: &'_ [u8]| digits(rest.strip_prefix(separator)?, 2).map(|part| part.0);
    let length = separator.len() + 2;
    let Some(minutes) = part(rest) else {
        return Some((hours, 0, None, rest));
    };
    let rest = rest.get(length..)?;
    match part(rest) {
        Some(seconds) => Some((hours, minutes, Some(seconds), rest.get(length..)?)),
        None => Some((hours, minutes, None, rest)),
    }
}

/// `.528315` → 528 milliseconds; without a point none.
fn parse_fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let [b'.' | b',', rest @ ..] = text else {
        return Some((0, text));
    };
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, rest) = rest.split_at_checked(length)?;
    let mut millis = 0;
    for place in 0..3 {
        millis = millis * 10
            + fraction
                .get(place)
                .map_or(0, |digit| i64::from(digit - b'0'));
    }
    (1..=9).contains(&length).then_some((millis, rest))
}

fn millis(hours: u32, minutes: u32, seconds: u32) -> i64 {
    (i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds)) * 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_axis_devices_write_is_read() {
        let seoul = Offsets::fixed(9 * 3600);
        for (text, millis) in [
            ("2025-10-17T10:28:04.528+0200", 1_760_689_684_528),
            ("2025-10-09T11:57:22.928315-04:00", 1_760_025_442_928),
            ("2022-12-06T22:01:25Z", 1_670_364_085_000),
            ("2020-09-04T11:02:55z", 1_599_217_375_000),
            ("2022-12-07T07:01:25", 1_670_364_085_000),
        ] {
            assert_eq!(
                parse_iso(text, &seoul),
                Some(Timestamp::from_millis(millis)),
                "{text}"
            );
        }
        for text in ["", "yesterday", "12:00", "2025-13-01T00:00:00Z"] {
            assert_eq!(parse_iso(text, &seoul), None, "{text}");
        }
    }

    /// What a library reads in a text, in the same way.
    fn reference(text: &str, site: &Offsets) -> Option<Timestamp> {
        if let Ok(instant) = text.parse::<jiff::Timestamp>() {
            return Some(Timestamp::from_millis(instant.as_millisecond()));
        }
        let civil = text.parse::<jiff::civil::DateTime>().ok()?;
        let utc = jiff::tz::Offset::UTC.to_timestamp(civil).ok()?;
        Some(site.instant_of(utc.as_millisecond()))
    }

    proptest::proptest! {
        #[test]
        fn a_time_is_read_as_a_library_reads_it(
            text in "(199|20[0-9])[0-9](-[01][0-9]-[0-3][0-9]|[01][0-9][0-3][0-9])([Tt ][0-2][0-9](:[0-6][0-9]:[0-6][0-9]|[0-6][0-9][0-6][0-9]|:[0-6][0-9]|)([.,][0-9]{0,10})?)?(Z|z|[+-][0-2][0-9](:?[0-6][0-9])?|)"
        ) {
            let seoul = Offsets::fixed(9 * 3600);
            proptest::prop_assert_eq!(parse_iso(&text, &seoul), reference(&text, &seoul));
        }
    }
}
