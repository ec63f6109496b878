//! When the site is open.

use crate::ordered::OrderedMap;
use crate::time::{Calendar, Date, SiteDay, Timestamp};

/// When the site is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpeningHours {
    /// Spans of minutes since local midnight, by weekday, Monday first; an end past 1440 lies in the next day.
    pub week: [Vec<(u16, u16)>; 7],
    /// Dates with their own spans: holidays (none) and exceptions.
    pub exceptions: OrderedMap<Date, Vec<(u16, u16)>>,
}

impl OpeningHours {
    /// The spans of a date.
    pub fn spans(&self, date: Date) -> &[(u16, u16)] {
        self.exceptions
            .get(&date)
            .unwrap_or(&self.week[date.weekday().place()])
    }

    /// Since when it is open; `None`: it is closed.
    pub fn open_since(&self, calendar: &Calendar, now: Timestamp) -> Option<Timestamp> {
        let today = calendar.day(now);
        // A span of the day before may reach past midnight, and the site's day may begin after midnight.
        [today.previous(), today, today.next()]
            .into_iter()
            .flat_map(|day| self.instants(calendar, day))
            .find(|(from, to)| (*from..*to).contains(&now))
            .map(|(from, _)| from)
    }

    /// From the first opening of a day to its last closing; `None`: closed all day.
    pub fn span(&self, calendar: &Calendar, day: SiteDay) -> Option<(Timestamp, Timestamp)> {
        let from = self.instants(calendar, day).map(|(from, _)| from).min()?;
        let to = self.instants(calendar, day).map(|(_, to)| to).max()?;
        Some((from, to))
    }

    fn instants<'a>(
        &'a self,
        calendar: &'a Calendar,
        day: SiteDay,
    ) -> impl Iterator<Item = (Timestamp, Timestamp)> + 'a {
        let spans = self.spans(day.date()).iter();
        spans.map(move |(from, to)| (calendar.at(day, *from), calendar.at(day, *to)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Offsets;
    use std::time::Duration;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn a_bar_that_closes_at_two_is_open_at_one() {
        let mut hours = OpeningHours::default();
        // Friday 18:00 to 02:00.
        hours.week[4] = vec![(18 * 60, 26 * 60)];
        let calendar = Calendar::new(Offsets::fixed(0), Duration::from_secs(4 * 3600));
        let opened = Some(at("2026-11-20T18:00:00Z"));
        assert_eq!(
            hours.open_since(&calendar, at("2026-11-20T20:00:00Z")),
            opened
        );
        assert_eq!(
            hours.open_since(&calendar, at("2026-11-21T01:59:00Z")),
            opened
        );
        assert_eq!(
            hours.open_since(&calendar, at("2026-11-21T02:00:00Z")),
            None
        );
        let day = calendar.day(at("2026-11-20T20:00:00Z"));
        assert_eq!(
            hours.span(&calendar, day),
            Some((at("2026-11-20T18:00:00Z"), at("2026-11-21T02:00:00Z")))
        );
    }

    #[test]
    fn a_holiday_is_closed() {
        let mut hours = OpeningHours {
            week: std::array::from_fn(|_| vec![(600, 1320)]),
            ..OpeningHours::default()
        };
        hours
            .exceptions
            .insert(Date::new(2026, 12, 25).unwrap(), Vec::new());
        let calendar = Calendar::new(Offsets::fixed(0), Duration::ZERO);
        assert!(
            hours
                .open_since(&calendar, at("2026-12-24T12:00:00Z"))
                .is_some()
        );
        assert_eq!(
            hours.open_since(&calendar, at("2026-12-25T12:00:00Z")),
            None
        );
    }
}
