//! Times that devices write: ISO 8601 in the forms seen on the wire.

use super::{Offsets, Timestamp};

/// Parses `2025-10-17T10:28:04.528+0200`, `…-04:00`, `…Z`, `…z`; without an offset the time is the site's own.
///
/// `None` for an empty or other text: a device that sends `""` says that it has no time.
pub fn parse_iso(text: &str, site: &Offsets) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(Timestamp::from_millis(instant.as_millisecond()));
    }
    let civil = text.parse::<jiff::civil::DateTime>().ok()?;
    Some(site.instant_of(civil))
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
}
