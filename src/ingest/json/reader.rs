//! Reads JSON text token by token, borrowing from the bytes; builds no tree.
//!
//! Lenient where a log may be: unknown escapes and invalid UTF-8 become U+FFFD, control
//! characters other than a line break may stand in strings. Not a validator.

use memchr::memchr3;
use thiserror::Error;

/// Objects and arrays inside one another that are followed; deeper ones are [`JsonError::TooDeep`].
const DEEPEST: u32 = 64;

/// Why a value could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(in crate::ingest) enum JsonError {
    /// The bytes end inside the value.
    #[error("the text ends inside a value")]
    Incomplete,
    /// Something else stands where a value, name, comma or bracket should.
    #[error("{expected} was expected")]
    Unexpected {
        /// What should stand there.
        expected: &'static str,
    },
    /// Nested deeper than any log.
    #[error("it is nested more than {DEEPEST} levels deep")]
    TooDeep,
    /// Valid JSON, but no record of the dialect.
    #[error("{missing} is missing or not what it should be")]
    NotARecord {
        /// The part that is not there.
        missing: &'static str,
    },
}

type Result<T> = std::result::Result<T, JsonError>;

/// The kind of the value that comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Kind {
    Object,
    Array,
    String,
    Null,
    /// A number, `true` or `false`.
    Bare,
}

/// A cursor over JSON text.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct Reader<'a> {
    bytes: &'a [u8],
    /// The same, where it is known to be UTF-8.
    text: Option<&'a str>,
    at: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    /// Starts at the first byte; strings are checked for UTF-8 one by one.
    pub(in crate::ingest) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, text: None, at: 0, depth: 0 }
    }

    /// Starts at the first byte; the whole is checked for UTF-8 at once, which is faster where all
    /// of it will be read.
    pub(in crate::ingest) fn of_record(bytes: &'a [u8]) -> Self {
        Self { text: std::str::from_utf8(bytes).ok(), ..Self::new(bytes) }
    }

    /// Bytes read so far.
    pub(in crate::ingest) fn position(&self) -> usize {
        self.at.min(self.bytes.len())
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The next bytes as text, if they are.
    fn ahead(&self, count: usize) -> Option<&'a str> {
        let range = self.at..self.at + count;
        match self.text {
            Some(text) => text.get(range),
            None => std::str::from_utf8(self.bytes.get(range)?).ok(),
        }
    }

    /// The kind of the next value, which stays unread.
    pub(in crate::ingest) fn kind(&mut self) -> Result<Kind> {
        match self.peek()? {
            b'{' => Ok(Kind::Object),
            b'[' => Ok(Kind::Array),
            b'"' => Ok(Kind::String),
            b'n' => Ok(Kind::Null),
            b't' | b'f' | b'-' | b'0'..=b'9' => Ok(Kind::Bare),
            _ => Err(JsonError::Unexpected { expected: "a value" }),
        }
    }

    /// Enters an object or array.
    pub(in crate::ingest) fn open(&mut self, bracket: u8) -> Result<()> {
        let expected = if bracket == b'{' { "an object" } else { "an array" };
        self.expect(bracket, expected)?;
        self.depth += 1;
        if self.depth > DEEPEST { Err(JsonError::TooDeep) } else { Ok(()) }
    }

    /// Whether another element follows in the array just entered; leaves it after the last one.
    pub(in crate::ingest) fn has_next(&mut self, first: &mut bool) -> Result<bool> {
        self.next_or_close(b']', first)
    }

    /// The next name in the object just entered, with the value unread; `None` after the last.
    pub(in crate::ingest) fn next_name<'s>(
        &mut self,
        first: &mut bool,
        scratch: &'s mut String,
    ) -> Result<Option<&'s str>>
    where
        'a: 's,
    {
        if !self.next_or_close(b'}', first)? {
            return Ok(None);
        }
        let name = self.string(scratch)?;
        self.expect(b':', "a colon")?;
        Ok(Some(name))
    }

    fn next_or_close(&mut self, close: u8, first: &mut bool) -> Result<bool> {
        let byte = self.peek()?;
        if byte == close {
            self.at += 1;
            self.depth = self.depth.saturating_sub(1);
            return Ok(false);
        }
        if !std::mem::take(first) {
            self.expect(b',', "a comma or the closing bracket")?;
        }
        Ok(true)
    }

    /// The text of a string, number or literal; null is the empty text.
    pub(in crate::ingest) fn scalar<'s>(&mut self, scratch: &'s mut String) -> Result<&'s str>
    where
        'a: 's,
    {
        match self.kind()? {
            Kind::String => self.string(scratch),
            Kind::Null => self.bare().map(|_| ""),
            Kind::Bare => self.bare(),
            Kind::Object | Kind::Array => Err(JsonError::Unexpected { expected: "a text" }),
        }
    }

    /// A string without its quotes, unescaped.
    fn string<'s>(&mut self, scratch: &'s mut String) -> Result<&'s str>
    where
        'a: 's,
    {
        self.expect(b'"', "a string")?;
        let (end, stop) = find_stop(self.rest())?;
        if stop == b'"'
            && let Some(plain) = self.ahead(end)
        {
            self.at += end + 1;
            return Ok(plain);
        }
        scratch.clear();
        loop {
            let (end, stop) = find_stop(self.rest())?;
            if let Some(plain) = self.ahead(end) {
                scratch.push_str(plain);
            } else {
                let plain = self.rest().get(..end).unwrap_or_default();
                scratch.push_str(&String::from_utf8_lossy(plain));
            }
            self.at += end + 1;
            if stop == b'"' {
                return Ok(scratch);
            }
            self.escape(scratch)?;
        }
    }

    /// Reads past a string.
    fn skip_string(&mut self) -> Result<()> {
        self.expect(b'"', "a string")?;
        loop {
            let (end, stop) = find_stop(self.rest())?;
            self.at += end + 1;
            if stop == b'"' {
                return Ok(());
            }
            // What is escaped is one byte, or no quote and no backslash.
            match self.peek_raw()? {
                b'\n' => return Err(JsonError::Unexpected { expected: "the end of a string" }),
                _ => self.at += 1,
            }
        }
    }

    fn escape(&mut self, text: &mut String) -> Result<()> {
        let code = self.peek_raw()?;
        self.at += 1;
        text.push(match code {
            b'"' | b'\\' | b'/' => char::from(code),
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => self.unicode_escape()?,
            b'\n' => return Err(JsonError::Unexpected { expected: "the end of a string" }),
            _ => char::REPLACEMENT_CHARACTER,
        });
        Ok(())
    }

    /// The character of `\uXXXX`, after the `u`; of two where they are a surrogate pair.
    fn unicode_escape(&mut self) -> Result<char> {
        let unit = self.hex4()?;
        if (0xD800..0xDC00).contains(&unit) && self.rest().starts_with(b"\\u") {
            let mut ahead = self.clone();
            ahead.at += 2;
            let low = ahead.hex4()?;
            if (0xDC00..0xE000).contains(&low) {
                *self = ahead;
                let code = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex4(&mut self) -> Result<u32> {
        let digits = self.rest().get(..4).ok_or(JsonError::Incomplete)?;
        let value = digits
            .iter()
            .try_fold(0, |sum, byte| char::from(*byte).to_digit(16).map(|digit| sum * 16 + digit));
        self.at += 4;
        value.ok_or(JsonError::Unexpected { expected: "four hexadecimal digits" })
    }

    /// A number or literal, as it stands.
    fn bare(&mut self) -> Result<&'a str> {
        let end = self
            .rest()
            .iter()
            .position(|byte| !byte.is_ascii_alphanumeric() && !b"+-.".contains(byte))
            .ok_or(JsonError::Incomplete)?;
        let text = self.ahead(end).unwrap_or_default();
        let is_known = match text.as_bytes().first() {
            Some(b't' | b'f' | b'n') => matches!(text, "true" | "false" | "null"),
            _ => text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)),
        };
        if !is_known {
            return Err(JsonError::Unexpected { expected: "a value" });
        }
        self.at += end;
        Ok(text)
    }

    /// Reads past the next value, whatever it is.
    pub(in crate::ingest) fn skip(&mut self) -> Result<()> {
        let mut first = true;
        match self.kind()? {
            Kind::Object => {
                self.open(b'{')?;
                while self.next_or_close(b'}', &mut first)? {
                    self.skip_string()?;
                    self.expect(b':', "a colon")?;
                    self.skip()?;
                }
                Ok(())
            }
            Kind::Array => {
                self.open(b'[')?;
                while self.has_next(&mut first)? {
                    self.skip()?;
                }
                Ok(())
            }
            Kind::String => self.skip_string(),
            Kind::Null | Kind::Bare => self.bare().map(|_| ()),
        }
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<()> {
        if self.peek()? != byte {
            return Err(JsonError::Unexpected { expected });
        }
        self.at += 1;
        Ok(())
    }

    /// The next byte that is no white space, unread.
    fn peek(&mut self) -> Result<u8> {
        loop {
            match self.peek_raw()? {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                byte => return Ok(byte),
            }
        }
    }

    fn peek_raw(&self) -> Result<u8> {
        self.bytes.get(self.at).copied().ok_or(JsonError::Incomplete)
    }
}

/// Where the plain part of a string ends, and with which byte: a quote or a backslash.
fn find_stop(text: &[u8]) -> Result<(usize, u8)> {
    let end = memchr3(b'"', b'\\', b'\n', text).ok_or(JsonError::Incomplete)?;
    match text.get(end) {
        Some(b'\n') | None => Err(JsonError::Unexpected { expected: "the end of a string" }),
        Some(stop) => Ok((end, *stop)),
    }
}
