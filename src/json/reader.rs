//! A text → its value, by recursive descent.

use std::borrow::Cow;

use super::{DEEPEST, Error, Kind, Object, Value, Why};

pub(super) fn parse(text: &str) -> Result<Value<'_>, Error> {
    let mut reader = Reader { text, at: 0 };
    reader.space();
    let value = reader.value(0)?;
    reader.space();
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.wrong()),
    }
}

struct Reader<'a> {
    text: &'a str,
    /// The byte to be read next. Between two characters, because only ASCII is stepped over byte by byte.
    at: usize,
}

/// The small steps are taken for each byte: built for size they would be calls.
impl<'a> Reader<'a> {
    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over a byte if it is the next.
    #[inline(always)]
    fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn wrong(&self) -> Error {
        let why = match self.peek() {
            None => Why::Ends,
            Some(_) => Why::Unexpected,
        };
        Error { at: self.at, why }
    }

    fn needs(&mut self, byte: u8) -> Result<(), Error> {
        if self.takes(byte) {
            Ok(())
        } else {
            Err(self.wrong())
        }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn since(&self, start: usize) -> &'a str {
        // Both are ends of characters that were read.
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, Error> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{' | b'[') if depth >= DEEPEST => {
                return Err(Error {
                    at: start,
                    why: Why::TooDeep,
                });
            }
            Some(b'{') => self.object(depth + 1)?,
            Some(b'[') => self.list(depth + 1)?,
            Some(b'"') => Kind::Text(self.quoted()?),
            Some(b't') => self.word("true", Kind::Bool(true))?,
            Some(b'f') => self.word("false", Kind::Bool(false))?,
            Some(b'n') => self.word("null", Kind::Null)?,
            _ => self.number()?,
        };
        Ok(Value {
            raw: self.since(start),
            kind,
        })
    }

    fn object(&mut self, depth: usize) -> Result<Kind<'a>, Error> {
        let mut entries = Vec::new();
        self.at += 1;
        self.space();
        if !self.takes(b'}') {
            loop {
                let key = self.quoted()?;
                self.space();
                self.needs(b':')?;
                self.space();
                entries.push((key, self.value(depth)?));
                if self.ends(b'}')? {
                    break;
                }
            }
        }
        Ok(Kind::Object(Object(entries)))
    }

    fn list(&mut self, depth: usize) -> Result<Kind<'a>, Error> {
        let mut values = Vec::new();
        self.at += 1;
        self.space();
        if !self.takes(b']') {
            loop {
                values.push(self.value(depth)?);
                if self.ends(b']')? {
                    break;
                }
            }
        }
        Ok(Kind::List(values))
    }

    /// After an entry: its list ends, or a comma and the next entry follow.
    fn ends(&mut self, close: u8) -> Result<bool, Error> {
        self.space();
        let ends = self.takes(close);
        if !ends {
            self.needs(b',')?;
            self.space();
        }
        Ok(ends)
    }

    fn word(&mut self, word: &str, kind: Kind<'a>) -> Result<Kind<'a>, Error> {
        word.bytes().try_for_each(|byte| self.needs(byte))?;
        Ok(kind)
    }

    fn number(&mut self) -> Result<Kind<'a>, Error> {
        self.takes(b'-');
        // `007` is no number.
        if !self.takes(b'0') {
            self.digits()?;
        }
        if self.takes(b'.') {
            self.digits()?;
        }
        if self.takes(b'e') || self.takes(b'E') {
            if !self.takes(b'-') {
                self.takes(b'+');
            }
            self.digits()?;
        }
        Ok(Kind::Number)
    }

    /// One or more.
    fn digits(&mut self) -> Result<(), Error> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.wrong());
        }
        Ok(())
    }

    /// A text in quotes; what has no escapes is not copied.
    fn quoted(&mut self) -> Result<Cow<'a, str>, Error> {
        self.needs(b'"')?;
        let mut text = Cow::Borrowed(self.plain());
        // Control characters must be escaped.
        while !self.takes(b'"') {
            self.needs(b'\\')?;
            let copied = text.to_mut();
            copied.push(self.escaped()?);
            copied.push_str(self.plain());
        }
        Ok(text)
    }

    /// Steps over what stands in a text as it is. The bytes of a longer character are none of those that end it.
    fn plain(&mut self) -> &'a str {
        let start = self.at;
        let bytes = self.text.as_bytes();
        while let Some(eight) = bytes.get(self.at..).and_then(<[u8]>::first_chunk) {
            let ends = ends(u64::from_le_bytes(*eight));
            self.at += (ends.trailing_zeros() / 8) as usize;
            if ends != 0 {
                return self.since(start);
            }
        }
        // The last seven bytes of a text.
        while !matches!(self.peek(), Some(b'"' | b'\\' | 0..0x20) | None) {
            self.at += 1;
        }
        self.since(start)
    }

    fn escaped(&mut self) -> Result<char, Error> {
        let character = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unit_or_pair();
            }
            _ => return Err(self.wrong()),
        };
        self.at += 1;
        Ok(character)
    }

    /// `00e9`, or `d83d\ude00` for what lies beyond four digits.
    fn unit_or_pair(&mut self) -> Result<char, Error> {
        let unit = self.unit()?;
        let after = self.at;
        if (0xd800..0xdc00).contains(&unit) && self.takes(b'\\') && self.takes(b'u') {
            let low = self.unit()?;
            if (0xdc00..0xe000).contains(&low) {
                let pair = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        // What follows half a pair is read as what it is.
        self.at = after;
        Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, Error> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            unit = unit * 16 + digit.ok_or_else(|| self.wrong())?;
            self.at += 1;
        }
        Ok(unit)
    }
}

/// Of eight bytes at once: the lowest bit that is set is the highest of the first byte that ends what stands in a text as
/// it is.
const fn ends(bytes: u64) -> u64 {
    const ONES: u64 = u64::MAX / 0xFF;
    const fn below(bytes: u64, least: u8) -> u64 {
        bytes.wrapping_sub(ONES * least as u64) & !bytes
    }
    let quotes = below(bytes ^ (ONES * b'"' as u64), 1);
    let escapes = below(bytes ^ (ONES * b'\\' as u64), 1);
    (quotes | escapes | below(bytes, 0x20)) & (ONES << 7)
}
