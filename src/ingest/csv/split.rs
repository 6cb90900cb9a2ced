//! Splits one row of a table into its values, borrowing from the bytes. Not where rows begin.
//!
//! RFC 4180, read leniently: a quotation mark inside a value without quotes stands for itself, and
//! so does what comes between a closing one and the next delimiter, except where the quotes hold
//! a line break.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// Why there is no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SplitError {
    /// The bytes end before the row does.
    Incomplete,
    /// The bytes end in quotes, or the quotes in another row.
    OpenQuote,
    /// More values than any table has columns.
    TooMany,
}

/// A row.
#[derive(Debug, Default)]
pub(super) struct Values<'a> {
    pub(super) cells: Vec<Cow<'a, str>>,
    /// Whether bytes that are no UTF-8 were replaced.
    pub(super) is_altered: bool,
    /// Bytes of the row with the line break that ends it.
    pub(super) length: usize,
    /// Whether a line break ends it, not the end of the bytes.
    pub(super) is_ended: bool,
    /// Whether the last value is in quotes.
    pub(super) is_last_quoted: bool,
}

/// Most values in a row.
const MOST_VALUES: usize = 1_024;

/// Splits the row that the bytes begin with. `is_all` says that no more bytes come.
pub(super) fn split(text: &[u8], delimiter: u8, is_all: bool) -> Result<Values<'_>, SplitError> {
    let mut row = Values::default();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        row.is_last_quoted = rest.first() == Some(&b'"');
        let (value, end) = if row.is_last_quoted {
            quoted(rest, delimiter, is_all)?
        } else {
            let end = value_end(rest, delimiter, is_all)?;
            let value = rest.get(..end).unwrap_or_default();
            let is_last = rest.get(end) == Some(&b'\n');
            let bare = value.strip_suffix(b"\r").filter(|_| is_last);
            (Cow::Borrowed(bare.unwrap_or(value)), end)
        };
        if row.cells.len() >= MOST_VALUES {
            return Err(SplitError::TooMany);
        }
        row.push(value);
        at += end;
        match text.get(at) {
            Some(byte) if *byte == delimiter => at += 1,
            Some(_) => {
                row.length = at + 1;
                row.is_ended = true;
                break;
            }
            None => {
                row.length = at;
                break;
            }
        }
    }
    Ok(row)
}

impl<'a> Values<'a> {
    /// Whether the end of the bytes may have cut the last value.
    pub(super) fn may_be_cut(&self) -> bool {
        !self.is_ended && (self.is_last_quoted || self.cells.last().is_some_and(|it| it.is_empty()))
    }

    fn push(&mut self, value: Cow<'a, [u8]>) {
        let text = match value {
            Cow::Borrowed(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                self.is_altered |= matches!(text, Cow::Owned(_));
                text
            }
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|error| {
                self.is_altered = true;
                String::from_utf8_lossy(error.as_bytes()).into_owned()
            })),
        };
        self.cells.push(text);
    }
}

/// Where a value without quotes ends.
fn value_end(text: &[u8], delimiter: u8, is_all: bool) -> Result<usize, SplitError> {
    match memchr2(delimiter, b'\n', text) {
        Some(end) => Ok(end),
        None if is_all => Ok(text.len()),
        None => Err(SplitError::Incomplete),
    }
}

/// A value in quotes, and where it ends.
fn quoted(text: &[u8], delimiter: u8, is_all: bool) -> Result<(Cow<'_, [u8]>, usize), SplitError> {
    let open = if is_all { SplitError::OpenQuote } else { SplitError::Incomplete };
    let mut value = Cow::Borrowed(&[][..]);
    let mut at = 1;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let end = memchr(b'"', rest).ok_or(open)?;
        append(&mut value, rest.get(..end).unwrap_or_default());
        at += end + 1;
        match text.get(at) {
            Some(b'"') => {
                append(&mut value, b"\"");
                at += 1;
            }
            Some(_) => break,
            None if is_all => break,
            None => return Err(SplitError::Incomplete),
        }
    }
    let rest = text.get(at..).unwrap_or_default();
    let end = value_end(rest, delimiter, is_all)?;
    let after = rest.get(..end).unwrap_or_default();
    // Before a line break the carriage return is no part of the value.
    if !matches!(after, b"" | b"\r") {
        // Rather a mark that was never closed, and the first one of a later row.
        if memchr(b'\n', &value).is_some() {
            return Err(SplitError::OpenQuote);
        }
        append(&mut value, after);
    }
    Ok((value, at + end))
}

fn append<'a>(value: &mut Cow<'a, [u8]>, more: &'a [u8]) {
    if value.is_empty() {
        *value = Cow::Borrowed(more);
    } else {
        value.to_mut().extend_from_slice(more);
    }
}
