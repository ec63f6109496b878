//! A message on its way in: its bytes, and its JSON parsed at most once for all mappings.

use std::cell::OnceCell;

use super::PayloadError;
use crate::json::{self, Object, Value, Why};
use crate::mqtt::Properties;
use crate::time::{Offsets, Timestamp};

/// An application message to be decoded.
#[derive(Debug)]
pub struct Incoming<'a> {
    topic: &'a str,
    payload: &'a [u8],
    retained: bool,
    properties: &'a Properties,
    received_at: Timestamp,
    zone: &'a Offsets,
    json: OnceCell<Result<Option<Value<'a>>, PayloadError>>,
}

impl<'a> Incoming<'a> {
    /// A message with the time at which it came, and the site's zone for times that name none.
    pub const fn new(
        topic: &'a str,
        payload: &'a [u8],
        retained: bool,
        properties: &'a Properties,
        received_at: Timestamp,
        zone: &'a Offsets,
    ) -> Self {
        Self {
            topic,
            payload,
            retained,
            properties,
            received_at,
            zone,
            json: OnceCell::new(),
        }
    }

    /// Topic name.
    pub const fn topic(&self) -> &'a str {
        self.topic
    }

    /// Any bytes, also none.
    pub const fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// The broker had stored it.
    pub const fn retained(&self) -> bool {
        self.retained
    }

    /// Of MQTT 5; empty in 3.1.1.
    pub const fn properties(&self) -> &'a Properties {
        self.properties
    }

    /// On our clock.
    pub const fn received_at(&self) -> Timestamp {
        self.received_at
    }

    /// The site's zone.
    pub const fn zone(&self) -> &'a Offsets {
        self.zone
    }

    /// The payload as a JSON object or list; `None` if it does not begin like one.
    ///
    /// # Errors
    /// If it begins like one and is too large, too deep, cut off or wrong.
    pub(super) fn json(&self) -> Result<Option<&Value<'a>>, PayloadError> {
        match self.json.get_or_init(|| parse(self.payload)) {
            Ok(value) => Ok(value.as_ref()),
            Err(error) => Err(*error),
        }
    }

    /// The same, if it is an object: what nearly every family sends.
    pub(super) fn object(&self) -> Result<Option<&Object<'a>>, PayloadError> {
        Ok(self.json()?.and_then(Value::as_object))
    }

    /// A short text without its surrounding space and quotes: `online`, `"in"`, ` 21.5 `.
    pub(super) fn word(&self) -> Option<&'a str> {
        if self.payload.len() > WORD_LIMIT {
            return None;
        }
        let text = std::str::from_utf8(self.payload).ok()?.trim();
        let bare = text
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        Some(bare.unwrap_or(text).trim()).filter(|word| !word.is_empty())
    }

    /// Why a payload that is no JSON object is not what a mapping of JSON expects.
    pub(super) fn not_an_object(&self) -> PayloadError {
        if std::str::from_utf8(self.payload).is_ok() {
            PayloadError::NotJson
        } else {
            PayloadError::NotText
        }
    }
}

/// Payloads of more bytes are not parsed by any mapping. The largest that devices send are events with a picture,
/// some hundred kilobytes; what is larger is no count, and would stall the stream while it is parsed.
pub const JSON_LIMIT: usize = 1024 * 1024;

/// Longer texts are no words: the longest that we know is `Connection Lost`.
const WORD_LIMIT: usize = 64;

fn parse(payload: &[u8]) -> Result<Option<Value<'_>>, PayloadError> {
    let payload = payload.strip_prefix(b"\xef\xbb\xbf").unwrap_or(payload);
    let first = payload.iter().find(|byte| !byte.is_ascii_whitespace());
    if !matches!(first, Some(b'{' | b'[')) {
        return Ok(None);
    }
    if payload.len() > JSON_LIMIT {
        return Err(PayloadError::TooLarge);
    }
    let text = std::str::from_utf8(payload).map_err(|_no_text| PayloadError::NotText)?;
    match json::parse(text) {
        Ok(value) => Ok(Some(value)),
        Err(error) => Err(match error.why {
            Why::TooDeep => PayloadError::TooDeep,
            Why::Ends => PayloadError::Truncated,
            Why::Unexpected => PayloadError::NotJson,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_says_why_it_is_no_json() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
        let large = format!("{{\"a\":\"{}\"}}", "x".repeat(JSON_LIMIT));
        for (payload, error) in [
            (deep.as_bytes(), PayloadError::TooDeep),
            (large.as_bytes(), PayloadError::TooLarge),
            (b"{\"a\":\"b".as_slice(), PayloadError::Truncated),
            (b"{\"a\":1}}".as_slice(), PayloadError::NotJson),
            (b"{\"a\":\"\xff\"}".as_slice(), PayloadError::NotText),
        ] {
            assert_eq!(parse(payload), Err(error));
        }
        for other in [b"12".as_slice(), b"\xff\xd8", b"  ", b"online"] {
            assert_eq!(parse(other), Ok(None));
        }
    }

    #[test]
    fn a_byte_order_mark_and_leading_space_do_not_hide_an_object() {
        for payload in ["\u{feff}{\"a\":1}", " \r\n{\"a\":1}"] {
            assert_eq!(
                parse(payload.as_bytes()).unwrap().unwrap().raw(),
                "{\"a\":1}"
            );
        }
    }
}
