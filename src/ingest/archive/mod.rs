//! Files packed into one: zip, 7z, tar, and single files packed by gzip, Zstandard, bzip2 or xz.
//!
//! Members are read as a stream while they are unpacked; nothing is written to disk and no member's
//! name is ever used as a path. `zip`, `seven`, `tar` and `packed` each know one form and hand its
//! members to a [`Visitor`]; `walk` is that visitor, `member` reads one log, `tasks` shares the work
//! among threads. What a member is, is decided by its bytes alone, so that any tool's layout of
//! folders will do.

mod content;
mod limits;
mod member;
mod packed;
mod seven;
mod tar;
mod tasks;
mod walk;
mod words;
mod zip;

use std::io::Read;

use self::words::Refusal;

use crate::model::IssueKind;

pub use self::limits::UnpackLimit;
pub(super) use self::{
    tasks::{Chunks, Slot, Task, Tasks},
    walk::{Desk, walk_file, walk_share},
    words::{Refused, without_logs},
};

/// The form of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    Zip,
    SevenZip,
    Tar,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Container {
    /// The form by the first bytes. A tar needs its first 512, any other no more than ten.
    ///
    /// Sources: PKWARE APPNOTE 4.3.7 and 4.3.16 (a split archive's first part begins with 4.3.9's
    /// mark), 7-Zip's `7zFormat.txt`, RFC 1952, RFC 8878, the xz file format 1.1, and for bzip2 its
    /// format specification by Joe Tsai.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b'P', b'K', 3, 4, ..]
            | [b'P', b'K', 5, 6, ..]
            | [b'P', b'K', 7, 8, b'P', b'K', 3, 4, ..] => Some(Self::Zip),
            [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => Some(Self::SevenZip),
            [0x1F, 0x8B, 8, ..] => Some(Self::Gzip),
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Self::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => {
                Some(Self::Bzip2)
            }
            [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            _ => tar::is_header(head).then_some(Self::Tar),
        }
    }

    /// What it is called.
    pub(in crate::ingest) const fn name(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::SevenZip => "7z",
            Self::Tar => "tar",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        }
    }

    /// Whether it packs one stream of bytes instead of members with names.
    const fn is_stream(self) -> bool {
        matches!(self, Self::Gzip | Self::Zstd | Self::Bzip2 | Self::Xz)
    }
}

/// Something wrong with an archive or a member of it.
#[derive(Debug)]
struct Fault {
    /// The member; `None` for the archive itself.
    name: Option<String>,
    offset: Option<u64>,
    kind: IssueKind,
    message: String,
}

/// Takes the members of one archive as they come.
trait Visitor {
    /// A file in the archive, with its size where the archive says it. Reads as much of it as it
    /// wants; what it leaves is not needed. `order` is greater for each later member.
    fn member(&mut self, name: &str, order: u64, size: Option<u64>, reader: &mut dyn Read);

    /// A file that cannot be unpacked.
    fn refuse(&mut self, refusal: Refusal, name: &str);

    /// Something is wrong.
    fn fault(&mut self, fault: Fault);

    /// Whether to go on to the next member.
    fn is_stopped(&self) -> bool;
}
