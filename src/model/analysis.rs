//! Everything that was read and concluded, as one value that the report and the screen are made from.

use std::sync::Arc;

use super::{
    ActivityKind, AlsoAt, ChainStep, Coverage, Crossing, Event, Finding, Issue, Lead, LeftOut,
    ProcessIndex, ProcessTree, RecordIndex, Severity, Source, SourceIndex, TimeRange, Timestamp,
};

/// What the logs hold of one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Longest form of the name in the logs, as logged.
    pub name: String,
    /// Processes with a start record; stubs not counted.
    pub processes: u64,
    /// Records.
    pub events: u64,
    /// First record.
    pub first: Option<Timestamp>,
    /// Last record.
    pub last: Option<Timestamp>,
}

/// What the judgement says of one process, ready for a row of the tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// The worst finding on it.
    pub severity: Option<Severity>,
    /// The step of the attack chain it took.
    pub step: Option<u8>,
    /// Whether it lies on a Zoom chain: the Zoom process, or anything below it.
    pub on_chain: bool,
    /// The Zoom process at the top of the chain that it lies on only because somebody on that chain
    /// is concluded to have asked for it, or for something above it.
    pub inferred_chain: Option<ProcessIndex>,
}

/// What the judgement says of one record, ready for a row of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordMark {
    /// Position of its computer in [`Analysis::hosts`].
    pub host: u32,
    /// The process the record is about: that started, ended or did it.
    pub process: Option<ProcessIndex>,
    /// What kind of deed it tells of; `None` for starts, ends and records of no known process.
    pub kind: Option<ActivityKind>,
    /// The worst finding it is proof of.
    pub severity: Option<Severity>,
}

/// One loaded bundle, read and judged. Never changed after it is made; a new load makes a new one.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// The files, sorted by path and member.
    pub sources: Vec<Source>,
    /// What the user left out of the case, sorted.
    pub left_out: Vec<LeftOut>,
    /// All records, sorted by time; [`RecordIndex`] is a position here.
    pub events: Arc<Vec<Event>>,
    /// Where records stand besides, sorted by record.
    pub also_at: Vec<AlsoAt>,
    /// The hosts, sorted by name.
    pub hosts: Vec<Host>,
    /// The processes.
    pub tree: ProcessTree,
    /// What leads from one host to another, by who began it and when.
    pub crossings: Vec<Crossing>,
    /// Commands that name another host where nothing there is paired with them, by who ran them.
    pub leads: Vec<Lead>,
    /// Worst first, then by time.
    pub findings: Vec<Finding>,
    /// The nine entries of the attack chain, also where Zoom started no interpreter: for scripts.
    pub chain: Vec<ChainStep>,
    /// Telemetry by host.
    pub coverage: Vec<Coverage>,
    /// What could not be read.
    pub issues: Vec<Issue>,
    /// The Zoom processes from which an interpreter was started, sorted.
    pub zoom_roots: Vec<ProcessIndex>,
    /// One mark for each process of the tree.
    pub marks: Vec<Mark>,
    /// One mark for each record.
    pub record_marks: Vec<RecordMark>,
}

impl Analysis {
    /// The record at this position.
    pub fn event(&self, at: RecordIndex) -> Option<&Event> {
        self.events.get(at.0 as usize)
    }

    /// The other places where the record at this position stands.
    pub fn also_at(&self, at: RecordIndex) -> &[AlsoAt] {
        let from = self.also_at.partition_point(|also| also.record < at);
        let to = self.also_at.partition_point(|also| also.record <= at);
        self.also_at.get(from..to).unwrap_or_default()
    }

    /// The nine entries of the attack chain for people; none where Zoom started no interpreter.
    pub fn zoom_chain(&self) -> &[ChainStep] {
        // No process takes a step on a chain that only says what the logs could have shown.
        let is_walked = self.chain.iter().any(|step| !step.processes.is_empty());
        if is_walked { &self.chain } else { &[] }
    }

    /// The mark of the process at this position.
    pub fn mark(&self, at: ProcessIndex) -> Mark {
        self.marks.get(at.0 as usize).copied().unwrap_or_default()
    }

    /// The mark of the record at this position.
    pub fn record_mark(&self, at: RecordIndex) -> RecordMark {
        self.record_marks.get(at.0 as usize).copied().unwrap_or_default()
    }

    /// The host a record is from.
    pub fn host_of(&self, at: RecordIndex) -> Option<&Host> {
        self.hosts.get(self.record_marks.get(at.0 as usize)?.host as usize)
    }

    /// The records of a time range: positions from the first in it to behind the last. Records
    /// without a time lie in no range.
    pub fn records_in(&self, range: TimeRange) -> std::ops::Range<usize> {
        let from = self.events.partition_point(|event| event.time < Some(range.from));
        let to = self.events.partition_point(|event| event.time < Some(range.to));
        from..to.max(from)
    }

    /// The findings on a process, worst first, with their positions.
    pub fn findings_of(&self, at: ProcessIndex) -> impl Iterator<Item = (usize, &Finding)> + '_ {
        self.findings.iter().enumerate().filter(move |(_, finding)| finding.process == Some(at))
    }

    /// What a process did on other hosts, in time order.
    pub fn crossings_of(&self, at: ProcessIndex) -> &[Crossing] {
        let from = self.crossings.partition_point(|crossing| crossing.from < at);
        let to = self.crossings.partition_point(|crossing| crossing.from <= at);
        self.crossings.get(from..to).unwrap_or_default()
    }

    /// The hosts a process names where nothing is paired with that.
    pub fn leads_of(&self, at: ProcessIndex) -> &[Lead] {
        let from = self.leads.partition_point(|lead| lead.from < at);
        let to = self.leads.partition_point(|lead| lead.from <= at);
        self.leads.get(from..to).unwrap_or_default()
    }

    /// The file a record came from.
    pub fn source(&self, at: SourceIndex) -> Option<&Source> {
        self.sources.get(at.0 as usize)
    }
}
