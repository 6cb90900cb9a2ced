//! The header row: which program wrote the table, and what its columns are called.

use std::borrow::Cow;

use super::{super::row::Program, split::split};

/// What may stand between two values: comma, semicolon, tab.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// A header that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Header {
    pub(in crate::ingest) program: Program,
    pub(super) delimiter: u8,
    pub(super) columns: Vec<String>,
}

impl Header {
    /// The header among the first lines of a text, and its length with what is before it: empty
    /// lines, and the `sep=;` that Excel understands.
    pub(super) fn find(text: &[u8], is_all: bool) -> Option<(Self, usize)> {
        let mut at = 0;
        loop {
            let rest = text.get(at..)?;
            let line_end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let line = rest.get(..line_end)?;
            if rest.is_empty() {
                return None;
            }
            if !line.trim_ascii().is_empty() && !line.starts_with(b"sep=") {
                let (header, length) =
                    DELIMITERS.iter().find_map(|delimiter| Self::read(rest, *delimiter, is_all))?;
                return Some((header, at + length));
            }
            at += line_end;
        }
    }

    fn read(text: &[u8], delimiter: u8, is_all: bool) -> Option<(Self, usize)> {
        let row = split(text, delimiter, is_all).ok()?;
        let columns = row.cells.iter().map(Cow::as_ref).map(str::trim).collect::<Vec<_>>();
        let program = Program::of(&columns)?;
        let columns = columns.into_iter().map(str::to_owned).collect();
        Some((Self { program, delimiter, columns }, row.length))
    }

    /// Whether these values are the header again, as in files put together.
    pub(super) fn is(&self, values: &[Cow<'_, str>]) -> bool {
        values.len() == self.columns.len()
            && values.iter().zip(&self.columns).all(|(value, column)| value.trim() == column)
    }
}

/// The program that wrote a table that begins like this.
pub(in crate::ingest) fn program_of(head: &[u8]) -> Option<Program> {
    Header::find(head, true).map(|(header, _)| header.program)
}
