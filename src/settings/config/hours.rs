//! Time zone, times of day, opening hours.

use super::super::OpeningHours;
use super::Wrong;
use super::node::{LONGEST_NAME, Node, Reader};
use crate::ordered::sort;
use crate::time::Date;

/// The name of a time zone that the reader's zones know.
pub(super) fn read_time_zone<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<String> {
    let name = reader.text(node, LONGEST_NAME)?;
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+'))
    };
    if name.split('/').all(is_part) && (reader.is_zone)(&name) {
        return Some(name);
    }
    reader.wrong(node, Wrong::TimeZone);
    None
}

/// `04:00` → 240, minutes since local midnight.
pub(super) fn read_time_of_day<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<u16> {
    let text = reader.text(node, LONGEST_NAME)?;
    let minutes = parse_time(&text).filter(|minutes| *minutes < DAY);
    if minutes.is_none() {
        reader.wrong(node, Wrong::TimeOfDay);
    }
    minutes
}

pub(super) fn read<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Option<OpeningHours> {
    let mut fields = reader.fields(node, FIELDS)?;
    let mut hours = OpeningHours::default();
    for (day, spans) in WEEKDAYS.iter().zip(&mut hours.week) {
        if let Some(node) = fields.take(day) {
            *spans = read_spans(reader, &node);
        }
    }
    let exceptions = fields
        .take("exceptions")
        .and_then(|node| reader.entries(&node))
        .unwrap_or_default();
    for (date, node) in exceptions {
        match date.parse::<Date>() {
            Ok(date) => {
                let spans = read_spans(reader, &node);
                hours.exceptions.insert(date, spans);
            }
            Err(_) => reader.wrong(&node, Wrong::Date),
        }
    }
    Some(hours)
}

fn read_spans<'a>(reader: &mut Reader<'a>, node: &Node<'a>) -> Vec<(u16, u16)> {
    let mut spans: Vec<(u16, u16)> = Vec::new();
    for node in reader.list(node).unwrap_or_default() {
        let Some(text) = reader.text(&node, LONGEST_NAME) else {
            continue;
        };
        let Some((from, to)) = parse_span(&text) else {
            reader.wrong(&node, Wrong::Span);
            continue;
        };
        if spans.iter().any(|&(start, end)| from < end && start < to) {
            reader.wrong(&node, Wrong::Overlap);
        } else {
            spans.push((from, to));
        }
    }
    sort(&mut spans);
    spans
}

/// `10:00-22:00` → (600, 1320); an end that is not after the start lies in the next day.
fn parse_span(text: &str) -> Option<(u16, u16)> {
    let (from, to) = text.split_once(['-', '–'])?;
    let from = parse_time(from.trim()).filter(|from| *from < DAY)?;
    let to = parse_time(to.trim())?;
    match to.cmp(&from) {
        std::cmp::Ordering::Greater => Some((from, to)),
        std::cmp::Ordering::Less => Some((from, to + DAY)),
        // A whole day or nothing? `00:00-24:00` and `[]` say which.
        std::cmp::Ordering::Equal => None,
    }
}

/// `09:30` → 570, up to `24:00`.
fn parse_time(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |part: &str, most: usize| {
        (!part.is_empty() && part.len() <= most && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse::<u16>().ok())
            .flatten()
    };
    if minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= DAY).then_some(total)
}

/// (600, 1320) → `10:00-22:00`
pub(super) fn format_span((from, to): (u16, u16)) -> String {
    let to = if to > DAY { to - DAY } else { to };
    format!("{}-{}", format_time(from), format_time(to))
}

/// 240 → `04:00`
pub(super) fn format_time(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

const FIELDS: &[&str] = &[
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "exceptions",
];
/// Monday first, as in [`OpeningHours::week`].
pub(super) const WEEKDAYS: &[&str; 7] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Minutes of a day.
const DAY: u16 = 1440;
