//! Where a time axis has its ticks: at round times on the site's clocks.

use crate::time::{Offsets, Timestamp};

use super::Span;

/// A tick of the time axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Where.
    pub at: Timestamp,
    /// What its label must say.
    pub unit: TickUnit,
}

/// What the label of a tick must say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TickUnit {
    /// Hour, minute and second.
    Second,
    /// Hour and minute.
    Minute,
    /// The date: here a day begins.
    Day,
}

/// The ticks of a span, at most one in `least_ms` milliseconds.
///
/// Steps are round on the site's clocks: quarters of hours in a zone at half an hour stay quarters there, hours go on
/// through a change of the clocks, days begin at local midnight or, where the clocks skip it, right after the skip.
pub fn ticks(span: Span, least_ms: f64, offsets: &Offsets) -> Vec<Tick> {
    let step = STEPS
        .iter()
        .find(|step| **step as f64 >= least_ms)
        .copied()
        .unwrap_or_else(|| {
            let days = (least_ms / DAY as f64).ceil().max(1.0);
            (days as i64).saturating_mul(DAY)
        });
    let mut ticks = if step < DAY {
        within_days(span, step, offsets)
    } else {
        days(span, step / DAY, offsets)
    };
    ticks.truncate(MOST);
    ticks
}

fn within_days(span: Span, step: i64, offsets: &Offsets) -> Vec<Tick> {
    let mut ticks: Vec<Tick> = Vec::new();
    let mut after = span.from.as_millis().saturating_sub(1);
    while let Some(at) = next(after, step, offsets) {
        if at >= span.to.as_millis() || ticks.len() > MOST {
            break;
        }
        let local = at.saturating_add(offset(at, offsets));
        let unit = if local.rem_euclid(DAY) == 0 {
            TickUnit::Day
        } else if step < MINUTE {
            TickUnit::Second
        } else {
            TickUnit::Minute
        };
        ticks.push(Tick {
            at: Timestamp::from_millis(at),
            unit,
        });
        after = at;
    }
    ticks
}

/// The first instant after `after` whose local time is a multiple of `step`.
fn next(after: i64, step: i64, offsets: &Offsets) -> Option<i64> {
    let mut from = after;
    // A change of the clocks may lie between: then what is round before it is not round behind it.
    for _ in 0..4 {
        let before = offset(from, offsets);
        let local = from.checked_add(before)?;
        let round = local.div_euclid(step).checked_add(1)?.checked_mul(step)? - before;
        if offset(round, offsets) == before {
            return Some(round);
        }
        // Look on from the last instant before the change; there the new clocks may be round at once.
        let change = change_between(from, round, offsets);
        let new = offset(change, offsets);
        if change.saturating_add(new).rem_euclid(step) == 0 {
            return Some(change);
        }
        from = change;
    }
    None
}

/// The first instant in `(from, to]` with another offset than at `from`, by bisection.
fn change_between(mut from: i64, mut to: i64, offsets: &Offsets) -> i64 {
    let before = offset(from, offsets);
    while to - from > 1 {
        let middle = from + (to - from) / 2;
        if offset(middle, offsets) == before {
            from = middle;
        } else {
            to = middle;
        }
    }
    to
}

fn days(span: Span, step: i64, offsets: &Offsets) -> Vec<Tick> {
    let from = span.from.as_millis();
    let first = from.saturating_add(offset(from, offsets)).div_euclid(DAY);
    // Counted from a Monday, so that steps of seven days are weeks.
    let mut day = first - (first + 3).rem_euclid(step);
    let mut ticks = Vec::new();
    while ticks.len() <= MOST {
        let at = midnight(day, offsets);
        if at >= span.to {
            break;
        }
        if at >= span.from {
            ticks.push(Tick {
                at,
                unit: TickUnit::Day,
            });
        }
        day = day.saturating_add(step);
    }
    ticks
}

/// When a local day begins; where the clocks skip midnight, the instant of the skip.
fn midnight(day: i64, offsets: &Offsets) -> Timestamp {
    offsets.instant_of(day.saturating_mul(DAY))
}

/// Milliseconds east of UTC.
fn offset(at: i64, offsets: &Offsets) -> i64 {
    i64::from(offsets.at(Timestamp::from_millis(at))) * 1000
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Round times of a clock, then days, weeks.
const STEPS: [i64; 22] = [
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    4 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    28 * DAY,
];

/// No axis has room for more; a mistaken argument must not fill memory.
const MOST: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    fn span(from: &str, to: &str) -> Span {
        Span {
            from: at(from),
            to: at(to),
        }
    }

    /// Hours and minutes on the site's clocks, days with their date.
    fn labels(span: Span, least_ms: i64, offsets: &Offsets) -> Vec<String> {
        ticks(span, least_ms as f64, offsets)
            .into_iter()
            .map(|tick| {
                let local = tick.at.as_millis() + offset(tick.at.as_millis(), offsets);
                let local = jiff::Timestamp::from_millisecond(local).unwrap();
                let form = match tick.unit {
                    TickUnit::Second => "%H:%M:%S",
                    TickUnit::Minute => "%H:%M",
                    TickUnit::Day => "%m-%d",
                };
                local.strftime(form).to_string()
            })
            .collect()
    }

    /// Central European summer time of 2026, the two changes.
    fn berlin() -> Offsets {
        Offsets::new(
            3600,
            vec![
                (at("2026-03-29T01:00:00Z"), 7200),
                (at("2026-10-25T01:00:00Z"), 3600),
            ],
        )
    }

    #[test]
    fn ticks_stand_at_round_times_whenever_the_window_begins() {
        let seoul = Offsets::fixed(9 * 3600);
        let day = span("2026-11-21T00:07:13Z", "2026-11-21T13:00:00Z");
        assert_eq!(
            labels(day, 90 * MINUTE, &seoul),
            ["10:00", "12:00", "14:00", "16:00", "18:00", "20:00"]
        );
        let live = span("2026-11-21T05:31:58Z", "2026-11-21T05:33:00Z");
        assert_eq!(labels(live, 20 * SECOND, &seoul), ["14:32:00", "14:32:30"]);
    }

    #[test]
    fn midnight_says_the_date() {
        let seoul = Offsets::fixed(9 * 3600);
        let night = span("2026-11-21T12:00:00Z", "2026-11-21T19:00:00Z");
        assert_eq!(labels(night, 2 * HOUR, &seoul), ["22:00", "11-22", "02:00"]);
        let week = span("2026-11-16T15:00:00Z", "2026-11-20T15:00:00Z");
        assert_eq!(
            labels(week, DAY, &seoul),
            ["11-17", "11-18", "11-19", "11-20"]
        );
        let month = span("2026-11-01T15:00:00Z", "2026-11-30T15:00:00Z");
        assert_eq!(
            labels(month, 5 * DAY, &seoul),
            ["11-02", "11-09", "11-16", "11-23", "11-30"]
        );
    }

    #[test]
    fn a_zone_at_half_or_three_quarters_of_an_hour_has_its_own_round_times() {
        for (seconds, first) in [(5 * 3600 + 1800, "11:00"), (5 * 3600 + 2700, "11:00")] {
            let zone = Offsets::fixed(seconds);
            let hours = labels(
                span("2026-06-01T05:00:00Z", "2026-06-01T08:00:00Z"),
                HOUR,
                &zone,
            );
            assert_eq!(hours, [first, "12:00", "13:00"]);
        }
    }

    #[test]
    fn hours_go_on_through_a_change_of_the_clocks() {
        let spring = span("2026-03-28T23:30:00Z", "2026-03-29T03:30:00Z");
        assert_eq!(
            labels(spring, HOUR, &berlin()),
            ["01:00", "03:00", "04:00", "05:00"]
        );
        let autumn = span("2026-10-24T22:30:00Z", "2026-10-25T03:30:00Z");
        assert_eq!(
            labels(autumn, HOUR, &berlin()),
            ["01:00", "02:00", "02:00", "03:00", "04:00"]
        );
        let wide = span("2026-03-28T22:30:00Z", "2026-03-29T12:00:00Z");
        assert_eq!(
            labels(wide, 3 * HOUR, &berlin()),
            ["03-29", "03:00", "06:00", "09:00", "12:00"]
        );
    }

    #[test]
    fn a_day_of_23_or_25_hours_has_one_tick() {
        for (from, to) in [
            ("2026-03-27T23:00:00Z", "2026-03-30T22:00:00Z"),
            ("2026-10-23T22:00:00Z", "2026-10-26T23:00:00Z"),
        ] {
            assert_eq!(labels(span(from, to), DAY, &berlin()).len(), 3);
        }
        // Cairo, 2026-04-24: from 00:00 to 01:00.
        let cairo = Offsets::new(7200, vec![(at("2026-04-23T22:00:00Z"), 10_800)]);
        let days = ticks(
            span("2026-04-22T22:00:00Z", "2026-04-25T21:00:00Z"),
            DAY as f64,
            &cairo,
        );
        assert_eq!(days[1].at, at("2026-04-23T22:00:00Z"));
        assert_eq!(days.len(), 3);
    }

    #[test]
    fn any_span_and_any_step_end() {
        let zone = berlin();
        for (from, to) in [(i64::MIN, i64::MAX), (0, i64::MAX), (5, 5), (10, 0)] {
            let span = Span {
                from: Timestamp::from_millis(from),
                to: Timestamp::from_millis(to),
            };
            for least in [0.0, 1.0, 1e9, 1e30, f64::NAN] {
                assert!(ticks(span, least, &zone).len() <= MOST);
            }
        }
    }
}
