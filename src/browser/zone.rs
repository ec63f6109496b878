//! Reads a time zone's offsets from the browser, whose zones are as new as the browser.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::time::{Offsets, Timestamp};

/// The browser has no zone of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this browser knows no such time zone")]
pub struct UnknownZone;

/// The offsets of an IANA zone (`Asia/Seoul`) from one instant to another.
///
/// Costs about 60 questions a year, some milliseconds for ten years.
///
/// # Errors
/// [`UnknownZone`].
pub fn offsets(zone: &str, from: Timestamp, until: Timestamp) -> Result<Offsets, UnknownZone> {
    let clock = ZoneClock::new(zone)?;
    // Zones change at whole seconds.
    let (from, until) = (seconds(from), seconds(until));
    let first = clock.offset(from).ok_or(UnknownZone)?;
    let mut changes = Vec::new();
    let (mut known, mut offset) = (from, first);
    while known < until {
        let next = (known + STEP_SECONDS).min(until);
        let after = clock.offset(next).ok_or(UnknownZone)?;
        if after != offset {
            let change = clock.change(known, next, offset);
            changes.push((Timestamp::from_millis(change * 1000), after));
        }
        (known, offset) = (next, after);
    }
    Ok(Offsets::new(first, changes))
}

/// Whether the browser has a zone of that name.
pub fn is_known(zone: &str) -> bool {
    ZoneClock::new(zone).is_ok()
}

/// The zone of this machine.
pub fn local() -> Option<String> {
    let options = Format::new("en-US", &Object::new())
        .ok()?
        .resolved_options();
    Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
}

struct ZoneClock(Format);

impl ZoneClock {
    fn new(zone: &str) -> Result<Self, UnknownZone> {
        let options = Array::of2(
            &Array::of2(&"timeZone".into(), &zone.into()),
            &Array::of2(&"timeZoneName".into(), &"longOffset".into()),
        );
        let options = Object::from_entries(&options).map_err(|_never| UnknownZone)?;
        Format::new("en-US", &options)
            .map(Self)
            .map_err(|_range_error| UnknownZone)
    }

    /// Seconds east of UTC.
    fn offset(&self, second: i64) -> Option<i32> {
        parse_offset(&self.0.format(second as f64 * 1000.0).ok()?)
    }

    /// The first second at which the offset is no longer `before`, by bisection.
    fn change(&self, mut before_it: i64, mut after_it: i64, before: i32) -> i64 {
        while after_it - before_it > 1 {
            let middle = before_it + (after_it - before_it) / 2;
            if self.offset(middle) == Some(before) {
                before_it = middle;
            } else {
                after_it = middle;
            }
        }
        after_it
    }
}

/// From `11/21/2026, GMT+09:00`, `GMT-03:30`, `GMT+08:27:52` or a bare `GMT`.
fn parse_offset(formatted: &str) -> Option<i32> {
    let (_, offset) = formatted.split_once("GMT")?;
    let Some(sign) = offset.chars().next() else {
        return Some(0);
    };
    let mut total = 0;
    let mut unit = 3600;
    for number in offset[sign.len_utf8()..].split(':') {
        total += number.parse::<i32>().ok()? * unit;
        unit /= 60;
    }
    match sign {
        '+' => Some(total),
        '-' | '\u{2212}' => Some(-total),
        _ => None,
    }
}

fn seconds(instant: Timestamp) -> i64 {
    instant.as_millis().div_euclid(1000)
}

/// Two changes closer than this would be seen as one or none. The closest pairs since 1970 (summer time interrupted for
/// Ramadan) are about four weeks apart.
const STEP_SECONDS: i64 = 7 * 86_400;

#[wasm_bindgen]
extern "C" {
    // js-sys's own constructor does not catch the RangeError of an unknown zone.
    #[wasm_bindgen(js_namespace = Intl, js_name = DateTimeFormat)]
    type Format;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl, js_class = "DateTimeFormat")]
    fn new(locale: &str, options: &Object) -> Result<Format, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &Format, epoch_millis: f64) -> Result<String, JsValue>;
    #[wasm_bindgen(method, js_name = resolvedOptions)]
    fn resolved_options(this: &Format) -> Object;
}
