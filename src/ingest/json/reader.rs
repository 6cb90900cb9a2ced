//! Reads JSON text token by token, borrowing from the bytes; builds no tree.
//!
//! Lenient where a log may be: unknown escapes and invalid UTF-8 become U+FFFD, control
//! characters other than a line break may stand in strings. Not a validator.

use thiserror::Error;

use super::scan;

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
    /// Whether a text that was read is not UTF-8.
    is_damaged: bool,
}

/// Where a value stands, as [`Reader::pass`] found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Span {
    /// Position of the first byte, of a string that of the first character.
    pub(in crate::ingest) start: usize,
    /// Position after the last one.
    pub(in crate::ingest) end: usize,
    pub(in crate::ingest) form: Form,
}

/// How a value has to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Form {
    /// A string without escapes, a number, `true` or `false`: the bytes are the text.
    Plain,
    /// A string with escapes.
    Escaped,
    Null,
    /// An object or array.
    Nested,
}

impl<'a> Reader<'a> {
    /// Starts at the first byte; strings are checked for UTF-8 one by one.
    pub(in crate::ingest) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, text: None, at: 0, depth: 0, is_damaged: false }
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

    /// Whether a text read so far had bytes that are not UTF-8 and became U+FFFD.
    pub(in crate::ingest) const fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// The bytes from one position to another.
    pub(in crate::ingest) fn between(&self, start: usize, end: usize) -> &'a [u8] {
        self.bytes.get(start..end).unwrap_or_default()
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
        if !self.has_member(first)? {
            return Ok(None);
        }
        self.name(scratch).map(Some)
    }

    /// Whether another name follows in the object just entered; leaves it after the last one.
    pub(in crate::ingest) fn has_member(&mut self, first: &mut bool) -> Result<bool> {
        let is_there = self.next_or_close(b'}', first)?;
        if is_there {
            self.peek()?;
        }
        Ok(is_there)
    }

    /// A name and its colon, which come next.
    pub(in crate::ingest) fn name<'s>(&mut self, scratch: &'s mut String) -> Result<&'s str>
    where
        'a: 's,
    {
        let name = self.string(scratch)?;
        self.expect(b':', "a colon")?;
        Ok(name)
    }

    /// Reads past these bytes, if they come next.
    #[inline]
    pub(in crate::ingest) fn take_token(&mut self, token: &[u8]) -> bool {
        let end = self.at + token.len();
        let is_next = self.bytes.get(self.at..end).is_some_and(|next| scan::is_same(next, token));
        if is_next {
            self.at += token.len();
        }
        is_next
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
        let (length, stop) = self.find_stop()?;
        if stop == b'"'
            && let Some(plain) = self.ahead(length)
        {
            self.at += length + 1;
            return Ok(plain);
        }
        self.unescape(scratch)?;
        Ok(scratch)
    }

    /// The rest of a string, unescaped, in place of what `text` holds.
    fn unescape(&mut self, text: &mut String) -> Result<()> {
        let mut bytes = std::mem::take(text).into_bytes();
        bytes.clear();
        loop {
            let (length, stop) = self.find_stop()?;
            bytes.extend_from_slice(self.between(self.at, self.at + length));
            self.at += length + 1;
            if stop == b'"' {
                break;
            }
            self.escape(&mut bytes)?;
        }
        *text = String::from_utf8(bytes).unwrap_or_else(|error| {
            self.is_damaged = true;
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        });
        Ok(())
    }

    /// How far the plain part of a string reaches, and which byte ends it: a quote or a backslash.
    fn find_stop(&self) -> Result<(usize, u8)> {
        let rest = self.rest();
        let length = scan::find_stop(rest).ok_or(JsonError::Incomplete)?;
        match rest.get(length) {
            Some(b'\n') | None => Err(JsonError::Unexpected { expected: "the end of a string" }),
            Some(stop) => Ok((length, *stop)),
        }
    }

    /// Reads past a string.
    fn skip_string(&mut self) -> Result<()> {
        self.expect(b'"', "a string")?;
        self.skip_to_quote()
    }

    /// Reads past the rest of a string.
    fn skip_to_quote(&mut self) -> Result<()> {
        let start = self.at;
        loop {
            let rest = self.rest();
            let length = scan::find_quote(rest).ok_or(JsonError::Incomplete)?;
            if rest.get(length) == Some(&b'\n') {
                return Err(JsonError::Unexpected { expected: "the end of a string" });
            }
            let quote = self.at + length;
            self.at = quote + 1;
            // A quote is escaped where an odd number of backslashes stands before it.
            let before = self.between(start, quote);
            let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
            if backslashes % 2 == 0 {
                return Ok(());
            }
        }
    }

    /// Reads past the next value and says where it stands, to be read later by [`Self::text_at`].
    pub(in crate::ingest) fn pass(&mut self) -> Result<Span> {
        let kind = self.kind()?;
        let start = self.at;
        match kind {
            Kind::String => {
                self.at += 1;
                let start = self.at;
                let (length, stop) = self.find_stop()?;
                if stop == b'"' {
                    self.at += length + 1;
                    return Ok(Span { start, end: start + length, form: Form::Plain });
                }
                // The backslash is where the counting of backslashes may begin.
                self.at += length;
                self.skip_to_quote()?;
                Ok(Span { start, end: self.at - 1, form: Form::Escaped })
            }
            Kind::Null | Kind::Bare => {
                self.bare()?;
                let form = if kind == Kind::Null { Form::Null } else { Form::Plain };
                Ok(Span { start, end: self.at, form })
            }
            Kind::Object | Kind::Array => {
                self.skip()?;
                Ok(Span { start, end: self.at, form: Form::Nested })
            }
        }
    }

    /// The text of a value that was passed; that of one that is nested is its JSON.
    pub(in crate::ingest) fn text_at<'s>(
        &mut self,
        span: Span,
        scratch: &'s mut String,
    ) -> Result<&'s str>
    where
        'a: 's,
    {
        let back = std::mem::replace(&mut self.at, span.start);
        let plain = match span.form {
            Form::Null => Some(""),
            Form::Plain | Form::Nested => self.ahead(span.end - span.start),
            Form::Escaped => None,
        };
        let result = match (plain, span.form) {
            (Some(plain), _) => Ok(plain),
            (None, Form::Escaped) => self.unescape(scratch).map(|()| &**scratch),
            (None, _) => {
                self.is_damaged = true;
                scratch.clear();
                scratch.push_str(&String::from_utf8_lossy(self.between(span.start, span.end)));
                Ok(&**scratch)
            }
        };
        self.at = back;
        result
    }

    /// Moves to the beginning of a nested value that was passed, or back. Where the cursor was.
    pub(in crate::ingest) const fn go_to(&mut self, position: usize) -> usize {
        std::mem::replace(&mut self.at, position)
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Result<()> {
        let code = self.peek_raw()?;
        self.at += 1;
        text.push(match code {
            b'"' | b'\\' | b'/' => code,
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            b'u' => return self.unicode_escape(text),
            b'\n' => return Err(JsonError::Unexpected { expected: "the end of a string" }),
            _ => {
                push(char::REPLACEMENT_CHARACTER, text);
                return Ok(());
            }
        });
        Ok(())
    }

    /// The character of `\uXXXX`, after the `u`; of two where they are a surrogate pair. Half a
    /// pair, which UTF-8 cannot hold, becomes U+FFFD and its number in braces, as in event logs.
    fn unicode_escape(&mut self, text: &mut Vec<u8>) -> Result<()> {
        let unit = self.hex4()?;
        if (0xD800..0xDC00).contains(&unit) && self.rest().starts_with(b"\\u") {
            let mut ahead = self.clone();
            ahead.at += 2;
            let low = ahead.hex4()?;
            if (0xDC00..0xE000).contains(&low) {
                *self = ahead;
                let code = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), text);
                return Ok(());
            }
        }
        if let Some(character) = char::from_u32(unit) {
            push(character, text);
        } else {
            push(char::REPLACEMENT_CHARACTER, text);
            text.extend_from_slice(format!("{{{unit:04X}}}").as_bytes());
        }
        Ok(())
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

/// Appends one character.
fn push(character: char, text: &mut Vec<u8>) {
    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}
