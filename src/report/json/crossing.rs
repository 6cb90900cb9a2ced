//! What the JSON says of hosts that lead to one another. Not of one host's processes.

use serde::Serialize;

use super::{RecordEntry, records};
use crate::model::{
    Analysis, Confidence, Crossing, CrossingEnd, CrossingKind, Lead, LeadState, Process,
    ProcessIndex, Timestamp,
};

/// A process in few words, to be found by its key.
#[derive(Debug, Serialize)]
struct Who<'a> {
    key: &'a str,
    host: &'a str,
    pid: Option<u32>,
    image: Option<&'a str>,
}

impl<'a> Who<'a> {
    fn of(process: &'a Process) -> Self {
        Self {
            key: &process.key,
            host: &process.host,
            pid: process.pid,
            image: process.image.as_deref(),
        }
    }
}

/// The other end: a process of the host, or a record of it.
#[derive(Debug, Serialize)]
struct EndEntry<'a> {
    host: &'a str,
    process: Option<Who<'a>>,
    record: Option<RecordEntry<'a>>,
}

impl<'a> EndEntry<'a> {
    fn of(analysis: &'a Analysis, end: &'a CrossingEnd) -> Self {
        match end {
            CrossingEnd::Process(at) => {
                let process = analysis.tree.process(*at);
                Self {
                    host: process.map_or("", |process| process.host.as_str()),
                    process: process.map(Who::of),
                    record: None,
                }
            }
            CrossingEnd::Record { host, record } => {
                Self { host, process: None, record: RecordEntry::of(analysis, *record) }
            }
        }
    }
}

/// A process of one host paired with what it did on another.
#[derive(Debug, Serialize)]
pub(super) struct CrossingEntry<'a> {
    from: Option<Who<'a>>,
    to: EndEntry<'a>,
    how: CrossingKind,
    confidence: Confidence,
    time_utc: Option<Timestamp>,
    text: &'a str,
    records: Vec<RecordEntry<'a>>,
}

impl<'a> CrossingEntry<'a> {
    pub(super) fn of(analysis: &'a Analysis, crossing: &'a Crossing) -> Self {
        Self {
            from: analysis.tree.process(crossing.from).map(Who::of),
            to: EndEntry::of(analysis, &crossing.to),
            how: crossing.how,
            confidence: crossing.confidence,
            time_utc: crossing.time,
            text: &crossing.text,
            records: records(analysis, &crossing.records),
        }
    }
}

/// What a process did on another host, beside the process itself.
#[derive(Debug, Serialize)]
pub(super) struct EffectEntry<'a> {
    to: EndEntry<'a>,
    how: CrossingKind,
    confidence: Confidence,
    time_utc: Option<Timestamp>,
    text: &'a str,
}

impl<'a> EffectEntry<'a> {
    /// What the process at this position did on other hosts.
    pub(super) fn all(analysis: &'a Analysis, at: ProcessIndex) -> Vec<Self> {
        let crossings = analysis.crossings_of(at).iter();
        crossings
            .map(|crossing| Self {
                to: EndEntry::of(analysis, &crossing.to),
                how: crossing.how,
                confidence: crossing.confidence,
                time_utc: crossing.time,
                text: &crossing.text,
            })
            .collect()
    }
}

/// A command that names a host where nothing is paired with it.
#[derive(Debug, Serialize)]
pub(super) struct LeadEntry<'a> {
    from: Option<Who<'a>>,
    host: &'a str,
    how: CrossingKind,
    state: LeadState,
    text: &'a str,
}

impl<'a> LeadEntry<'a> {
    pub(super) fn of(analysis: &'a Analysis, lead: &'a Lead) -> Self {
        Self {
            from: analysis.tree.process(lead.from).map(Who::of),
            host: &lead.host,
            how: lead.how,
            state: lead.state,
            text: &lead.text,
        }
    }
}
