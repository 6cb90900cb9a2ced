//! What records say of a process beyond its one value for each field, as JSON.

use serde::Serialize;

use super::RecordEntry;
use crate::model::{Analysis, Process, ProcessField};

/// Two records of one start that do not say the same; the process has the first value.
#[derive(Debug, Serialize)]
pub(super) struct DisagreementEntry<'a> {
    field: ProcessField,
    kept: &'a str,
    other: &'a str,
    record: Option<RecordEntry<'a>>,
}

impl<'a> DisagreementEntry<'a> {
    /// Those of a process, in the order of the records.
    pub(super) fn all(analysis: &'a Analysis, process: &'a Process) -> Vec<Self> {
        let all = process.disagreements.iter().map(|said| {
            let record = RecordEntry::of(analysis, said.record);
            Self { field: said.field, kept: &said.kept, other: &said.other, record }
        });
        all.collect()
    }
}
