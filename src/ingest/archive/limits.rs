//! How much an archive may unpack to, against decompression bombs.

use std::{
    cell::Cell,
    io::{self, Read},
    rc::Rc,
};

use thiserror::Error;

/// Archives inside one another that are looked into, the outermost included. A tar packed by gzip
/// or the like counts once.
pub(super) const MOST_NESTED: u32 = 3;
/// Largest nested archive that has to be held in memory to be read: zip and 7z.
pub(super) const MOST_IN_MEMORY: u64 = 512 << 20;
/// Nested archives up to this size may be in memory at once in every thread; larger ones one after
/// the other.
pub(super) const SMALL_IN_MEMORY: u64 = 16 << 20;
/// Most memory that one decoder may want, in KiB; xz and 7z archives say how much they need.
pub(super) const MOST_DECODER_KIB: u32 = 1 << 20;

/// The limits of what archives may unpack to; tests use smaller ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnpackLimit {
    /// Bytes that any archive may unpack to.
    pub free: u64,
    /// Bytes that may come out for each byte of the archive, besides.
    pub ratio: u64,
}

impl Default for UnpackLimit {
    /// 4 GiB and 250 for each byte: logs that are mostly empty shrink to a hundredth.
    fn default() -> Self {
        Self { free: 4 << 30, ratio: 250 }
    }
}

impl UnpackLimit {
    /// What an archive of this size may unpack to.
    pub(super) const fn of(self, packed: u64) -> u64 {
        self.free.saturating_add(packed.saturating_mul(self.ratio))
    }
}

/// The error of a reader that would unpack more than is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("more would be unpacked than is allowed")]
pub(super) struct OverLimit;

impl OverLimit {
    /// Whether this is why reading failed.
    pub(super) fn is_in(error: &io::Error) -> bool {
        let mut inner = error.get_ref();
        while let Some(error) = inner {
            if error.is::<Self>() {
                return true;
            }
            // Readers wrap the errors of readers.
            inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        }
        false
    }
}

/// What may still be unpacked of one archive with all that is in it.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    pub(super) all: u64,
    left: Rc<Cell<u64>>,
}

impl Budget {
    pub(super) fn new(all: u64) -> Self {
        Self { all, left: Rc::new(Cell::new(all)) }
    }

    fn spend(&self, bytes: usize) -> io::Result<()> {
        let left = self.left.get().checked_sub(bytes as u64);
        self.left.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or_else(|| io::Error::other(OverLimit))
    }
}

/// A reader of unpacked bytes that fails where the budget is spent.
pub(super) struct Limited<R> {
    pub(super) inner: R,
    pub(super) budget: Budget,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(to)?;
        self.budget.spend(count)?;
        Ok(count)
    }
}
