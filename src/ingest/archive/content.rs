//! The bytes of an archive that is read here and there: a file, or a nested archive in memory.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

use crate::ingest::positioned::ReadAt;

/// Bytes read ahead.
const BUFFER: usize = 64 << 10;

/// Where the bytes are. Clones share them.
#[derive(Clone, Debug)]
pub(super) enum Content {
    File(Arc<File>, u64),
    Memory(Arc<Vec<u8>>),
}

impl Content {
    /// Size in bytes.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::File(_, bytes) => *bytes,
            Self::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// A reader at the first byte.
    pub(super) fn cursor(&self) -> Cursor {
        Cursor { content: self.clone(), at: 0, buffer: Vec::new(), start: 0 }
    }
}

impl ReadAt for Content {
    fn read_some(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        match self {
            Self::File(file, _) => file.read_some(buffer, offset),
            Self::Memory(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let mut rest = bytes.get(start..).unwrap_or_default();
                rest.read(buffer)
            }
        }
    }
}

/// A reader with a place of its own, so that several threads can read one content.
#[derive(Clone, Debug)]
pub(super) struct Cursor {
    content: Content,
    at: u64,
    /// Bytes read ahead, beginning at `start`; a move within them costs no reading.
    buffer: Vec<u8>,
    start: u64,
}

impl Cursor {
    /// Reads up to this many bytes from here on into an own vector, less where the content ends.
    pub(super) fn take_up_to(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.take(count as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn ahead(&self) -> &[u8] {
        let skip = self.at.checked_sub(self.start).and_then(|skip| usize::try_from(skip).ok());
        skip.and_then(|skip| self.buffer.get(skip..)).unwrap_or_default()
    }
}

impl Read for Cursor {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.ahead().is_empty() {
            if to.len() >= BUFFER {
                let count = self.content.read_some(to, self.at)?;
                self.at += count as u64;
                return Ok(count);
            }
            self.buffer.resize(BUFFER, 0);
            let count = self.content.read_some(&mut self.buffer, self.at);
            self.buffer.truncate(*count.as_ref().unwrap_or(&0));
            self.start = self.at;
            count?;
        }
        let count = self.ahead().read(to)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Cursor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.content.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
