//! Days since 1970-01-01 ↔ the dates that people write.
//!
//! Ours, because this is all that is needed of a calendar: a library's printers and explanations weigh more in
//! the page than everything else that knows about time. Tests compare it with one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A date of the Gregorian calendar, in any year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// `None`: there is no such date.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        // A date is one if counting its days leads back to it.
        let date = Self { year, month, day };
        let plausible = (-9999..=9999).contains(&year) && (1..=12).contains(&month);
        (plausible && Self::from_days(date.days()) == date).then_some(date)
    }

    /// From days since 1970-01-01.
    pub fn from_days(days: i32) -> Self {
        // Years that begin in March put the day that comes and goes last; 400 years always have the same days.
        let days = i64::from(days) + DAYS_TO_1970;
        let era = days.div_euclid(DAYS_OF_400_YEARS);
        let day = days.rem_euclid(DAYS_OF_400_YEARS);
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        // Months from March on: 153 days in every five.
        let month = (5 * day + 2) / 153;
        let date = |number: i64| u8::try_from(number).unwrap_or(1);
        Self {
            year: i32::try_from(era * 400 + year + i64::from(month >= 10)).unwrap_or(0),
            month: date((month + 2) % 12 + 1),
            day: date(day - (153 * month + 2) / 5 + 1),
        }
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i32 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let month = (month + 9) % 12;
        let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
        let day = 365 * year + year / 4 - year / 100 + (153 * month + 2) / 5 + day - 1;
        i32::try_from(era * DAYS_OF_400_YEARS + day - DAYS_TO_1970).unwrap_or(0)
    }

    /// Its weekday.
    pub fn weekday(self) -> Weekday {
        Weekday::of_day(self.days())
    }

    /// The year; 0 is the one before 1.
    pub const fn year(self) -> i32 {
        self.year
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    pub const fn day(self) -> u8 {
        self.day
    }
}

/// `2026-12-25`
impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:04}-{:02}-{:02}",
            self.year, self.month, self.day
        )
    }
}

/// The text is no date of the form `2026-12-25`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date")]
pub struct NoDate;

impl FromStr for Date {
    type Err = NoDate;

    fn from_str(text: &str) -> Result<Self, NoDate> {
        let parse = || {
            let (year, rest) = digits(text.as_bytes(), 4)?;
            let (month, rest) = digits(rest.strip_prefix(b"-")?, 2)?;
            let (day, rest) = digits(rest.strip_prefix(b"-")?, 2)?;
            date(year, month, day).filter(|_| rest.is_empty())
        };
        parse().ok_or(NoDate)
    }
}

/// A date of three parsed numbers, if there is such a date.
pub(super) fn date(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(
        i32::try_from(year).ok()?,
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
    )
}

/// The number that so many decimal digits make, and what follows them.
pub(super) fn digits(text: &[u8], count: usize) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_at_checked(count)?;
    let mut number = 0;
    for digit in digits {
        number = number * 10 + u32::from(digit.is_ascii_digit().then(|| digit - b'0')?);
    }
    Some((number, rest))
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "they are the days of the week")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// From days since 1970-01-01, a Thursday.
    pub fn of_day(days: i32) -> Self {
        match (i64::from(days) + 3).rem_euclid(7) {
            0 => Self::Monday,
            1 => Self::Tuesday,
            2 => Self::Wednesday,
            3 => Self::Thursday,
            4 => Self::Friday,
            5 => Self::Saturday,
            _ => Self::Sunday,
        }
    }

    /// Its place in a week that begins on Monday, 0 to 6.
    pub const fn place(self) -> usize {
        self as usize
    }
}

/// From 0000-03-01 to 1970-01-01.
const DAYS_TO_1970: i64 = 719_468;

/// After 400 years the calendar repeats, weekdays included.
const DAYS_OF_400_YEARS: i64 = 146_097;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_twenty_thousand_years_is_the_librarys() {
        let mut reference = jiff::civil::date(-9999, 1, 1);
        let mut days = Date::new(-9999, 1, 1).unwrap().days();
        loop {
            let date = Date::from_days(days);
            assert_eq!(date.days(), days);
            assert_eq!(
                (date.year(), date.month(), date.day()),
                (
                    i32::from(reference.year()),
                    reference.month().unsigned_abs(),
                    reference.day().unsigned_abs()
                )
            );
            assert_eq!(
                date.weekday().place(),
                usize::from(reference.weekday().to_monday_zero_offset().unsigned_abs())
            );
            let Ok(tomorrow) = reference.tomorrow() else {
                break;
            };
            (reference, days) = (tomorrow, days + 1);
        }
        assert_eq!(days, Date::new(9999, 12, 31).unwrap().days());
    }

    #[test]
    fn only_dates_are_dates() {
        let date = Date::new(2024, 2, 29).unwrap();
        assert_eq!("2024-02-29".parse(), Ok(date));
        assert_eq!(date.to_string(), "2024-02-29");
        for text in [
            "",
            "2026-02-29",
            "2026-00-01",
            "2026-01-00",
            "2026-13-01",
            "2026-1-01",
            "20260101",
            "2026-01-01T00:00",
            "+026-01-01",
        ] {
            assert_eq!(text.parse::<Date>(), Err(NoDate), "{text}");
        }
    }

    #[test]
    fn any_number_of_days_is_a_date() {
        for days in [i32::MIN, -1, 0, i32::MAX] {
            assert_eq!(Date::from_days(days).days(), days);
        }
    }
}
