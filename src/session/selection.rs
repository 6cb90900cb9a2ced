//! What is selected. One thing at a time; every panel reads the same selection.

use crate::model::{ProcessIndex, RecordIndex, SourceIndex};

/// The selected thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// Nothing.
    #[default]
    Nothing,
    /// A process, with the finding that led there.
    Process {
        /// The process.
        process: ProcessIndex,
        /// Position of the finding the user clicked, where it was a finding.
        finding: Option<usize>,
    },
    /// A finding that is about a record and no process, by its position.
    Finding(usize),
    /// A record.
    Record {
        /// The record.
        record: RecordIndex,
        /// The process it is about.
        process: Option<ProcessIndex>,
        /// Position of the finding the user clicked, where it was a finding.
        finding: Option<usize>,
    },
    /// A file of the evidence.
    Source(SourceIndex),
    /// A host, by its position.
    Host(usize),
}

impl Selection {
    /// The selected process, or that of the selected record.
    pub const fn process(self) -> Option<ProcessIndex> {
        match self {
            Self::Process { process, .. } => Some(process),
            Self::Record { process, .. } => process,
            Self::Nothing | Self::Finding(_) | Self::Source(_) | Self::Host(_) => None,
        }
    }

    /// The selected finding.
    pub const fn finding(self) -> Option<usize> {
        match self {
            Self::Process { finding, .. } | Self::Record { finding, .. } => finding,
            Self::Finding(finding) => Some(finding),
            Self::Nothing | Self::Source(_) | Self::Host(_) => None,
        }
    }

    /// The selected record.
    pub const fn record(self) -> Option<RecordIndex> {
        match self {
            Self::Record { record, .. } => Some(record),
            _ => None,
        }
    }
}
