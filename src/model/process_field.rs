//! What records say of a process, field by field: who said it, and where two do not agree. It does
//! not say who is right.

use serde::Serialize;

use super::{RecordIndex, Text};

/// A field of a [`Process`](super::Process) that several records can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcessField {
    /// Full path of the executable.
    Image,
    /// The name the file was linked under.
    OriginalFileName,
    /// Command line.
    CommandLine,
    /// Account.
    User,
    /// Folder the process started in.
    CurrentDirectory,
    /// Integrity level.
    Integrity,
    /// Logon session.
    LogonId,
    /// Hashes of the executable.
    Hashes,
    /// The parent's process id.
    ParentPid,
    /// The parent's GUID.
    ParentGuid,
    /// The parent's executable.
    ParentImage,
    /// The parent's command line.
    ParentCommandLine,
}

impl ProcessField {
    /// The field in words, as in `two command lines`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::OriginalFileName => "original file name",
            Self::CommandLine => "command line",
            Self::User => "user",
            Self::CurrentDirectory => "current directory",
            Self::Integrity => "integrity level",
            Self::LogonId => "logon id",
            Self::Hashes => "hashes",
            Self::ParentPid => "parent process id",
            Self::ParentGuid => "parent GUID",
            Self::ParentImage => "parent image",
            Self::ParentCommandLine => "parent command line",
        }
    }
}

/// Two records of one start that do not say the same: both stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// What they disagree on.
    pub field: ProcessField,
    /// The value that the process has, as logged.
    pub kept: Text,
    /// The other value, as logged.
    pub other: Text,
    /// The record that says the other one.
    pub record: RecordIndex,
}

/// A value of a field and the record that said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSaid {
    /// The field.
    pub field: ProcessField,
    /// The value as logged.
    pub value: String,
    /// Source and event id of the record, for example `sysmon/1`; `mention` for a record that only
    /// speaks of the process: a child's start, or something it did.
    pub kind: &'static str,
    /// The record.
    pub record: RecordIndex,
}
