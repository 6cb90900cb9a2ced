//! What could not be read, and what that costs. Broken evidence is data too.

use std::path::PathBuf;

use serde::Serialize;

/// The kind of an [`Issue`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IssueKind {
    /// The file or folder could not be opened.
    CannotOpen,
    /// The file breaks off: bytes that should be there are missing.
    CutOff,
    /// Bytes are there but damaged (checksum, structure).
    Damaged,
    /// A record could not be understood.
    BadRecord,
    /// Encrypted, and no known password fits.
    Encrypted,
    /// No log this program reads.
    UnknownFormat,
    /// The file holds no records.
    Empty,
    /// The log leaves something open that had to be assumed, such as the zone of its times; nothing
    /// is missing.
    Assumed,
    /// A detection rule could not be loaded.
    BadRule,
    /// A limit was reached and something was left out.
    Limit,
    /// The program itself failed at this piece; the rest goes on.
    Internal,
}

impl IssueKind {
    /// Whether evidence was lost, so that the exit status must say so.
    pub const fn is_loss(self) -> bool {
        !matches!(self, Self::Empty | Self::Assumed | Self::BadRule)
    }
}

/// One thing that went wrong while reading: where, and what was lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Issue {
    /// The file it is about.
    pub path: PathBuf,
    /// The member of an archive.
    pub member: Option<String>,
    /// Byte offset in the file or member where it begins.
    pub offset: Option<u64>,
    /// What kind of trouble.
    pub kind: IssueKind,
    /// Cause, loss and remedy in words; a full sentence.
    pub message: String,
}
