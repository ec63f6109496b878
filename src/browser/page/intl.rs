//! Writes numbers and instants as a reader of a language reads them, on the clocks of a time zone.

use js_sys::{Array, Object};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::time::Timestamp;

/// The forms of one language in one time zone. Made once: each form costs the browser about a tenth of a millisecond to
/// prepare, and a microsecond to use.
pub struct Intl {
    number: Option<NumberFormat>,
    time: Option<DateFormat>,
    seconds: Option<DateFormat>,
    date: Option<DateFormat>,
    day: Option<DateFormat>,
}

impl Intl {
    /// In the browser's own zone where `zone` is empty or not known to it.
    pub fn new(language: &str, zone: &str) -> Self {
        let locale = match language {
            // Weekday, day, month; and a clock of 24 hours.
            "en" => "en-GB",
            other => other,
        };
        let digits = [(
            JsValue::from("maximumFractionDigits"),
            JsValue::from(MEASURED_DIGITS),
        )];
        let date = |parts: &[(&str, &str)]| {
            let parts: Vec<_> = parts
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect();
            let mut zoned = parts.clone();
            if !zone.is_empty() {
                zoned.push(("timeZone".into(), zone.into()));
            }
            DateFormat::new(locale, &options(&zoned))
                .or_else(|_unknown_zone| DateFormat::new(locale, &options(&parts)))
                .ok()
        };
        let (hour, minute) = (("hour", "2-digit"), ("minute", "2-digit"));
        let cycle = ("hourCycle", "h23");
        Self {
            number: NumberFormat::new(locale, &options(&digits)).ok(),
            time: date(&[hour, minute, cycle]),
            seconds: date(&[hour, minute, ("second", "2-digit"), cycle]),
            date: date(&[("weekday", "long"), ("day", "numeric"), ("month", "long")]),
            day: date(&[("day", "numeric"), ("month", "short")]),
        }
    }

    /// `1,204`, `21.5`
    pub fn number(&self, number: f64) -> String {
        self.number
            .as_ref()
            .and_then(|format| format.format(number).ok())
            .unwrap_or_else(|| (number as i64).to_string())
    }

    /// `14:20`
    pub fn time(&self, at: Timestamp) -> String {
        write(self.time.as_ref(), at)
    }

    /// `14:20:08`
    pub fn seconds(&self, at: Timestamp) -> String {
        write(self.seconds.as_ref(), at)
    }

    /// `Saturday 21 November`
    pub fn date(&self, at: Timestamp) -> String {
        write(self.date.as_ref(), at)
    }

    /// `21 Nov`
    pub fn day(&self, at: Timestamp) -> String {
        write(self.day.as_ref(), at)
    }
}

fn write(format: Option<&DateFormat>, at: Timestamp) -> String {
    format
        .and_then(|format| format.format(at.as_millis() as f64).ok())
        .unwrap_or_default()
}

fn options(parts: &[(JsValue, JsValue)]) -> Object {
    let options = Array::new();
    for (name, value) in parts {
        options.push(&Array::of2(name, value));
    }
    // Fails only for what is no list of pairs.
    Object::from_entries(&options).unwrap_or_default()
}

/// More digits of a measurement tell nothing from four metres.
const MEASURED_DIGITS: u32 = 2;

#[wasm_bindgen]
extern "C" {
    // js-sys's own constructors do not catch the RangeError of an unknown zone.
    #[wasm_bindgen(js_namespace = Intl, js_name = DateTimeFormat)]
    type DateFormat;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl, js_class = "DateTimeFormat")]
    fn new(locale: &str, options: &Object) -> Result<DateFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &DateFormat, epoch_millis: f64) -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = Intl, js_name = NumberFormat)]
    type NumberFormat;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl, js_class = "NumberFormat")]
    fn new(locale: &str, options: &Object) -> Result<NumberFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &NumberFormat, number: f64) -> Result<String, JsValue>;
}
