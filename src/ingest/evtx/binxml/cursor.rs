//! Reads numbers and pieces of a chunk one after the other; offsets stay those of the chunk, which
//! is what names and templates are referred to by. Knows no token.

use super::error::{BinXmlError, Result};

/// A place in a chunk and the end of what may be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'c> {
    chunk: &'c [u8],
    at: usize,
    end: usize,
}

impl<'c> Cursor<'c> {
    /// Reads `start..end`; the end may not lie outside the chunk.
    pub(super) fn new(chunk: &'c [u8], start: usize, end: usize) -> Result<Self> {
        if start > end || end > chunk.len() {
            return Err(BinXmlError::Outside { what: "a part", offset: start });
        }
        Ok(Self { chunk, at: start, end })
    }

    /// The chunk as a whole.
    pub(super) const fn chunk(&self) -> &'c [u8] {
        self.chunk
    }

    /// Offset of the next byte in the chunk.
    pub(super) const fn position(&self) -> usize {
        self.at
    }

    /// Whether all has been read.
    pub(super) const fn is_at_end(&self) -> bool {
        self.at >= self.end
    }

    /// The next byte, unread.
    pub(super) fn peek(&self) -> Option<u8> {
        if self.is_at_end() { None } else { self.chunk.get(self.at).copied() }
    }

    /// The next `count` bytes.
    pub(super) fn bytes(&mut self, count: usize, what: &'static str) -> Result<&'c [u8]> {
        let outside = BinXmlError::Outside { what, offset: self.at };
        let end = self.at.checked_add(count).filter(|end| *end <= self.end).ok_or(outside)?;
        let bytes = self.chunk.get(self.at..end).ok_or(outside)?;
        self.at = end;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N]> {
        let offset = self.at;
        let bytes = self.bytes(N, what)?;
        bytes.try_into().or(Err(BinXmlError::Outside { what, offset }))
    }

    /// A byte.
    pub(super) fn u8(&mut self, what: &'static str) -> Result<u8> {
        let [byte] = self.array(what)?;
        Ok(byte)
    }

    /// A number of 16 bits.
    pub(super) fn u16(&mut self, what: &'static str) -> Result<u16> {
        self.array(what).map(u16::from_le_bytes)
    }

    /// A number of 32 bits.
    pub(super) fn u32(&mut self, what: &'static str) -> Result<u32> {
        self.array(what).map(u32::from_le_bytes)
    }

    /// An offset or length of 32 bits.
    pub(super) fn offset(&mut self, what: &'static str) -> Result<usize> {
        let value = self.u32(what)?;
        usize::try_from(value).or(Err(BinXmlError::TooMuch { what }))
    }

    /// A count of UTF-16 units and the bytes of these.
    pub(super) fn counted_text(&mut self, what: &'static str) -> Result<&'c [u8]> {
        let units = self.u16(what)?;
        self.bytes(2 * usize::from(units), what)
    }
}
