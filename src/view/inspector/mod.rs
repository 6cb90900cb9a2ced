//! Everything known of the selected thing, in the order a responder asks.

mod crossing;
mod decoded;
mod did;
mod host;
mod lineage;
mod process;
mod record;
mod said;
mod source;

use serde::Serialize;

use crate::session::{Selection, Session};

pub use self::crossing::{Crossed, OtherEnd};
pub use self::decoded::{BlobFacts, CodeLayer, DecodedPart, Explained};
pub use self::did::{Deed, Did};
pub use self::host::HostFacts;
pub use self::lineage::{Asked, Asker};
pub use self::process::{Ancestor, MatchedField, ProcessFacts, RuleFacts};
pub use self::record::{RecordFacts, SelectedRecord};
pub use self::said::{Disagreed, Said};
pub use self::source::SourceFacts;

/// What the inspector shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Inspector {
    /// Nothing is selected.
    Nothing,
    /// A process.
    Process(Box<ProcessFacts>),
    /// A finding on a record that belongs to no process.
    Finding(Box<FindingFacts>),
    /// A record.
    Record(Box<SelectedRecord>),
    /// A file of the evidence.
    Source(Box<SourceFacts>),
    /// A host.
    Host(Box<HostFacts>),
}

/// A finding without a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingFacts {
    /// The rule and what matched.
    pub rule: RuleFacts,
    /// The records.
    pub records: Vec<RecordFacts>,
}

/// The inspector for what is selected.
pub fn inspector(session: &Session) -> Inspector {
    let analysis = session.analysis();
    match session.selection() {
        Selection::Nothing => Inspector::Nothing,
        Selection::Process { process, finding } => process::facts(session, process, finding)
            .map_or(Inspector::Nothing, |facts| Inspector::Process(Box::new(facts))),
        Selection::Finding(at) => match analysis.findings.get(at) {
            Some(finding) => Inspector::Finding(Box::new(FindingFacts {
                rule: process::rule(finding),
                records: finding
                    .records
                    .iter()
                    .filter_map(|record| record::facts(analysis, *record))
                    .collect(),
            })),
            None => Inspector::Nothing,
        },
        Selection::Record { record, .. } => record::selected(session, record)
            .map_or(Inspector::Nothing, |facts| Inspector::Record(Box::new(facts))),
        Selection::Host(at) => host::facts(analysis, at)
            .map_or(Inspector::Nothing, |facts| Inspector::Host(Box::new(facts))),
        Selection::Source(at) => source::facts(analysis, at)
            .map_or(Inspector::Nothing, |facts| Inspector::Source(Box::new(facts))),
    }
}
