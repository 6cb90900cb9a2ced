//! SHA-256 of whole files, the mark by which evidence is recognised again.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// A hash that grows with the bytes of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct FileHash(Sha256);

impl FileHash {
    /// Adds the next bytes.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash in lower-case hexadecimal.
    pub(super) fn finish(self) -> String {
        self.0.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a String does not fail.
            let _infallible = write!(text, "{byte:02x}");
            text
        })
    }
}
