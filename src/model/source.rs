//! Where records came from: one file, or one member of an archive.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Timestamp;

/// Position of a source in [`Analysis::sources`](super::Analysis::sources).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceIndex(pub u32);

/// The outer form of a file, found by looking at its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Windows XML Event Log, binary.
    Evtx,
    /// JSON: lines, one array, or objects one after the other.
    Json,
    /// Windows events as XML, one `<Event>` after the other.
    Xml,
    /// A table of events: rows of values with a header that names them.
    Csv,
    /// Files packed into one; the logs in it are sources of their own.
    Archive,
    /// Empty, or nothing this program reads.
    Unknown,
}

impl Format {
    /// The format's name as the JSON documents spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Evtx => "evtx",
            Self::Json => "json",
            Self::Xml => "xml",
            Self::Csv => "csv",
            Self::Archive => "archive",
            Self::Unknown => "unknown",
        }
    }
}

/// One file of the evidence with what was read from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as the user named it, or as found below a folder the user named.
    pub path: PathBuf,
    /// The path inside an archive, as written there: not a path to write to. Where one archive lies
    /// in another, the inner one's path, `/` and the path in it: `inner.zip/logs/a.evtx`. Of members
    /// with the same path all but the first have ` (2)` and so on appended.
    pub member: Option<String>,
    /// Size in bytes, unpacked.
    pub bytes: u64,
    /// SHA-256 of the whole file in lower-case hexadecimal; `None` where it could not be read through.
    pub sha256: Option<String>,
    /// What the bytes are.
    pub format: Format,
    /// Which program's JSON or CSV it is, or which schema's XML, for example `evtx_dump`.
    pub dialect: Option<&'static str>,
    /// Records read.
    pub records: u64,
    /// Records known to be there that could not be read.
    pub unreadable_records: u64,
    /// Of [`Self::records`], those found outside the healthy part of the log
    /// ([`Event::is_recovered`](super::Event::is_recovered)).
    pub recovered_records: u64,
    /// When the file was written last, as the file system or the archive says.
    pub modified: Option<Timestamp>,
    /// Why it was taken for this format and dialect: signature, names or columns that told, for
    /// example `names Event.System, Event.System.EventID`. May hold names out of the file.
    pub recognised_by: Option<String>,
    /// The programs that read it, with their versions.
    pub reader: &'static str,
    /// Earliest record time.
    pub first: Option<Timestamp>,
    /// Latest record time.
    pub last: Option<Timestamp>,
}

/// A file of the evidence, or one member of an archive, that the user took out of the case:
/// nothing of it is read, hashed or counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeftOut {
    /// The file as [`Source::path`] names it.
    pub path: PathBuf,
    /// The member as [`Source::member`] names it; without one the file with all its members.
    pub member: Option<String>,
}

impl LeftOut {
    /// The file and the member for people.
    pub fn words(&self) -> String {
        match &self.member {
            Some(member) => format!("{} › {member}", self.path.display()),
            None => self.path.display().to_string(),
        }
    }

    /// The last part of the name.
    pub fn label(&self) -> String {
        label(&self.path, self.member.as_deref())
    }
}

/// The member's name, else the file's own.
fn label(path: &Path, member: Option<&str>) -> String {
    match member {
        Some(member) => member.to_owned(),
        None => path
            .file_name()
            .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned()),
    }
}

impl Source {
    /// What to name to leave it out of the case.
    pub fn to_leave_out(&self) -> LeftOut {
        LeftOut { path: self.path.clone(), member: self.member.clone() }
    }

    /// The path for people: the file's own name, or the member's.
    pub fn label(&self) -> String {
        label(&self.path, self.member.as_deref())
    }
}
