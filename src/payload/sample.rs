//! What is kept of a payload that is only shown: its size and its first bytes.

use std::fmt;

/// Enough of a payload to recognise it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    size: usize,
    head: Vec<u8>,
}

impl Sample {
    /// How many bytes are kept. A whole counting event fits.
    pub const LIMIT: usize = 512;

    /// Of a payload of any size; copies at most [`Sample::LIMIT`] bytes.
    pub fn of(payload: &[u8]) -> Self {
        Self {
            size: payload.len(),
            head: payload[..payload.len().min(Self::LIMIT)].to_vec(),
        }
    }

    /// The whole payload's bytes.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Whether there is more than what is kept.
    pub const fn cut(&self) -> bool {
        self.size > self.head.len()
    }

    /// The kept bytes as text, if the payload is text; a character that was cut is left out.
    pub fn text(&self) -> Option<&str> {
        match std::str::from_utf8(&self.head) {
            Ok(text) => Some(text),
            Err(error) if self.cut() && error.error_len().is_none() => {
                std::str::from_utf8(&self.head[..error.valid_up_to()]).ok()
            }
            Err(_) => None,
        }
    }
}

/// Text as it is, anything else in hexadecimal digits.
impl fmt::Display for Sample {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.text() {
            formatter.write_str(text)
        } else {
            self.head
                .iter()
                .try_for_each(|byte| write!(formatter, "{byte:02x}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_payload_is_kept_as_its_size_and_its_first_bytes() {
        let sample = Sample::of(&vec![b'x'; 10_000_000]);
        assert_eq!((sample.size(), sample.cut()), (10_000_000, true));
        assert_eq!(sample.to_string(), "x".repeat(Sample::LIMIT));
    }

    #[test]
    fn a_character_that_is_cut_does_not_turn_text_into_binary() {
        let sample = Sample::of(format!("x{}", "문".repeat(Sample::LIMIT)).as_bytes());
        assert!(sample.to_string().ends_with('문'));
    }

    #[test]
    fn binary_is_shown_in_hexadecimal_digits() {
        let sample = Sample::of(b"\xff\xd8\xff\xe0");
        assert_eq!(
            (sample.text(), sample.to_string().as_str()),
            (None, "ffd8ffe0")
        );
    }
}
