//! Time zones where there is no browser: a bundled database, and the machine's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use footfall::time::{Calendar, Offsets, Timestamp};
use jiff::tz::TimeZone;

/// The offsets of a zone from a year before that instant until two years after it.
///
/// # Errors
/// There is no zone of that name.
pub fn offsets(name: &str, around: Timestamp) -> Result<Offsets> {
    let zone = TimeZone::get(name).with_context(|| format!("there is no time zone {name}"))?;
    let instant =
        |millis| jiff::Timestamp::from_millisecond(millis).context("a year that no calendar has");
    let from = instant(around.as_millis() - YEAR)?;
    let end = instant(around.as_millis() + 2 * YEAR)?;
    let changes = zone
        .following(from)
        .take_while(|change| change.timestamp() < end)
        .map(|change| {
            let at = Timestamp::from_millis(change.timestamp().as_millisecond());
            (at, change.offset().seconds())
        });
    Ok(Offsets::new(
        zone.to_offset(from).seconds(),
        changes.collect(),
    ))
}

/// The calendar of a zone whose days begin at midnight.
///
/// # Errors
/// There is no zone of that name.
pub fn calendar(name: &str, around: Timestamp) -> Result<Calendar> {
    Ok(Calendar::new(
        offsets(name, around)?,
        std::time::Duration::ZERO,
    ))
}

/// The machine's clock.
pub fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Milliseconds.
const YEAR: i64 = 366 * 86_400_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_has_its_changes_of_three_years() {
        let summer = Timestamp::from_millis(1_782_000_000_000);
        let winter = Timestamp::from_millis(1_797_000_000_000);
        let berlin = offsets("Europe/Berlin", summer).unwrap();
        assert_eq!((berlin.at(summer), berlin.at(winter)), (7200, 3600));
        let seoul = offsets("Asia/Seoul", summer).unwrap();
        assert_eq!(seoul, Offsets::fixed(9 * 3600));
        assert!(offsets("Mars/Olympus", summer).is_err());
    }
}
