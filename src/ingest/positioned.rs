//! Reading at a place in a file without moving a shared cursor; the one place that knows how
//! Unix and Windows do it.

use std::{fs::File, io};

/// Bytes that can be read at any place by several threads.
pub(super) trait ReadAt: Sync {
    /// Reads some bytes from `offset` on; none where the bytes end.
    fn read_some(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
}

impl ReadAt for File {
    fn read_some(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        read_some(self, buffer, offset)
    }
}

#[cfg(unix)]
fn read_some(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_some(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// Fills the buffer from `offset` on; less only where the file ends. Returns the bytes read.
pub(super) fn read_at(file: &dyn ReadAt, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut done = 0;
    while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
        match file.read_some(rest, offset.saturating_add(done as u64)) {
            Ok(0) => break,
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}
