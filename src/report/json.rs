//! The analysis as the JSON documents that scripts rely on: `spawnscope.scan/1` and `spawnscope.tree/1`.
//!
//! Fields are added, never changed or removed. A missing value is `null`. Not a serialisation of the
//! model: the model may change, these documents may not.

mod activity;
mod crossing;
mod decoded;
mod lineage;
mod said;

use serde::Serialize;

use self::crossing::{CrossingEntry, EffectEntry, LeadEntry};
pub use self::decoded::Decoded;
use self::{
    activity::{ActivityEntry, HostEntry},
    decoded::{BlobEntry, ExplainedEntry, LayerEntry},
    lineage::{HintEntry, InferredEntry, LogonEntry},
    said::DisagreementEntry,
};
use crate::model::{
    Analysis, ChainStep, Coverage, CoverageState, Finding, Gap, Indicator, Issue, IssueKind,
    Matched, ParentCertainty, ParentEvidence, Process, ProcessIndex, RecordIndex, RuleInfo,
    Severity, Source, StepState, StubReason, Telemetry, Timestamp,
};

/// Ancestors that every finding lists, the nearest.
const NEAREST_ANCESTORS: usize = 8;
/// Ancestors above those that all findings together list, the worst findings first. A forged chain
/// of a hundred thousand processes, each with a finding, would otherwise make a document of its
/// square.
const FARTHER_ANCESTORS: usize = 200_000;

/// Name and version of the program that wrote a document.
#[derive(Clone, Debug, Serialize)]
pub struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    /// This program.
    pub const THIS: Self = Self { name: "spawnscope", version: env!("CARGO_PKG_VERSION") };
}

/// `spawnscope.scan/1`: what was read, found and missed.
#[derive(Debug, Serialize)]
pub struct Scan<'a> {
    schema: &'static str,
    tool: Tool,
    sources: Vec<SourceEntry<'a>>,
    left_out: Vec<PlaceEntry<'a>>,
    hosts: Vec<HostEntry<'a>>,
    findings: Vec<FindingEntry<'a>>,
    crossings: Vec<CrossingEntry<'a>>,
    leads: Vec<LeadEntry<'a>>,
    chain: Vec<ChainEntry<'a>>,
    coverage: Vec<CoverageEntry<'a>>,
    issues: Vec<IssueEntry<'a>>,
}

impl<'a> Scan<'a> {
    /// The document of this analysis.
    pub fn of(analysis: &'a Analysis) -> Self {
        Self {
            schema: "spawnscope.scan/1",
            tool: Tool::THIS,
            sources: analysis.sources.iter().map(SourceEntry::of).collect(),
            left_out: analysis
                .left_out
                .iter()
                .map(|file| PlaceEntry {
                    path: file.path.to_string_lossy().into_owned(),
                    member: file.member.as_deref(),
                })
                .collect(),
            hosts: analysis.hosts.iter().map(|host| HostEntry::of(analysis, host)).collect(),
            findings: findings(analysis),
            crossings: analysis
                .crossings
                .iter()
                .map(|crossing| CrossingEntry::of(analysis, crossing))
                .collect(),
            leads: analysis.leads.iter().map(|lead| LeadEntry::of(analysis, lead)).collect(),
            chain: analysis.chain.iter().map(|step| ChainEntry::of(analysis, step)).collect(),
            coverage: analysis.coverage.iter().map(CoverageEntry::of).collect(),
            issues: analysis.issues.iter().map(IssueEntry::of).collect(),
        }
    }
}

/// `spawnscope.tree/1`: the processes, sorted by host, start and process id, stubs included.
#[derive(Debug, Serialize)]
pub struct Tree<'a> {
    schema: &'static str,
    processes: Vec<ProcessEntry<'a>>,
}

impl<'a> Tree<'a> {
    /// The document of these processes of an analysis.
    pub fn of(analysis: &'a Analysis, processes: impl Iterator<Item = ProcessIndex>) -> Self {
        Self {
            schema: "spawnscope.tree/1",
            processes: processes
                .filter_map(|at| ProcessEntry::of(analysis, at, Detail::Full))
                .collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct SourceEntry<'a> {
    path: String,
    member: Option<&'a str>,
    bytes: u64,
    sha256: Option<&'a str>,
    format: &'static str,
    dialect: Option<&'static str>,
    records: u64,
    unreadable_records: u64,
    recovered_records: u64,
    first_utc: Option<Timestamp>,
    last_utc: Option<Timestamp>,
    modified_utc: Option<Timestamp>,
    recognised_by: Option<&'a str>,
    reader: &'static str,
}

impl<'a> SourceEntry<'a> {
    fn of(source: &'a Source) -> Self {
        Self {
            path: source.path.to_string_lossy().into_owned(),
            member: source.member.as_deref(),
            bytes: source.bytes,
            sha256: source.sha256.as_deref(),
            format: source.format.name(),
            dialect: source.dialect,
            records: source.records,
            unreadable_records: source.unreadable_records,
            recovered_records: source.recovered_records,
            first_utc: source.first,
            last_utc: source.last,
            modified_utc: source.modified,
            recognised_by: source.recognised_by.as_deref(),
            reader: source.reader,
        }
    }
}

#[derive(Debug, Serialize)]
struct FindingEntry<'a> {
    id: &'a str,
    rule: &'a RuleInfo,
    title: &'a str,
    severity: Severity,
    raised_by: &'a [String],
    host: &'a str,
    time_utc: Option<Timestamp>,
    process: Option<ProcessEntry<'a>>,
    ancestors: Vec<ProcessEntry<'a>>,
    /// Ancestors farther up that are not listed, over a limit that no real log reaches.
    ancestors_left_out: usize,
    matched: &'a [Matched],
    records: Vec<RecordEntry<'a>>,
}

impl<'a> FindingEntry<'a> {
    fn of(analysis: &'a Analysis, finding: &'a Finding, listed: usize, depth: usize) -> Self {
        let tree = &analysis.tree;
        let ancestors = finding.process.into_iter().flat_map(|at| tree.ancestors(at));
        Self {
            id: &finding.id,
            rule: &finding.rule,
            title: &finding.title,
            severity: finding.severity,
            raised_by: &finding.raised_by,
            host: &finding.host,
            time_utc: finding.time,
            process: finding.process.and_then(|at| ProcessEntry::of(analysis, at, Detail::Full)),
            ancestors_left_out: depth.saturating_sub(listed),
            ancestors: ancestors
                .take(listed)
                .filter_map(|at| ProcessEntry::of(analysis, at, Detail::Brief))
                .collect(),
            matched: &finding.matched,
            records: records(analysis, &finding.records),
        }
    }
}

fn findings(analysis: &Analysis) -> Vec<FindingEntry<'_>> {
    let depths = analysis.tree.depths();
    let mut left = FARTHER_ANCESTORS;
    analysis
        .findings
        .iter()
        .map(|finding| {
            let at = finding.process.map_or(usize::MAX, |at| at.0 as usize);
            let depth = depths.get(at).copied().unwrap_or(0);
            let farther = depth.saturating_sub(NEAREST_ANCESTORS).min(left);
            left -= farther;
            FindingEntry::of(analysis, finding, depth.min(NEAREST_ANCESTORS) + farther, depth)
        })
        .collect()
}

/// How much of a process is written: ancestors come without activity, decoded text and indicators.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Full,
    Brief,
}

#[derive(Debug, Serialize)]
struct ProcessEntry<'a> {
    key: &'a str,
    host: &'a str,
    guid: Option<&'a str>,
    pid: Option<u32>,
    image: Option<&'a str>,
    original_file_name: Option<&'a str>,
    command_line: Option<&'a str>,
    user: Option<&'a str>,
    start_utc: Option<Timestamp>,
    start_disputed: bool,
    end_utc: Option<Timestamp>,
    parent_key: Option<&'a str>,
    parent_pid: Option<u32>,
    parent_image: Option<&'a str>,
    stub: bool,
    stub_reason: Option<StubReason>,
    sources: Vec<&'static str>,
    inferred_parents: Vec<InferredEntry<'a>>,
    lineage_hints: Vec<HintEntry<'a>>,
    disagreements: Vec<DisagreementEntry<'a>>,
    parent_certainty: Option<ParentCertainty>,
    parent_reason: Option<&'static str>,
    #[serde(flatten)]
    detail: Option<DetailEntry<'a>>,
}

#[derive(Debug, Serialize)]
struct DetailEntry<'a> {
    logon: Option<LogonEntry<'a>>,
    decoded: Vec<LayerEntry<'a>>,
    indicators: &'a [Indicator],
    explained: Vec<ExplainedEntry<'a>>,
    blobs: Vec<BlobEntry<'a>>,
    activity: Vec<ActivityEntry<'a>>,
    remote_effects: Vec<EffectEntry<'a>>,
}

impl<'a> ProcessEntry<'a> {
    fn of(analysis: &'a Analysis, at: ProcessIndex, detail: Detail) -> Option<Self> {
        let process = analysis.tree.process(at)?;
        let (inferred_parents, lineage_hints) = lineage::inferred(analysis, at);
        let parent = process.parent.and_then(|at| analysis.tree.process(at));
        // The records of the start; an end is told by `end_utc`.
        let starts = process.witnesses.iter().map(|witness| witness.kind);
        let mut sources: Vec<&'static str> = starts
            .filter(|kind| {
                matches!(*kind, "sysmon/1" | "security/4688" | "defender/ProcessCreated")
            })
            .collect();
        sources.sort_unstable();
        sources.dedup();
        Some(Self {
            key: &process.key,
            host: &process.host,
            guid: process.guid.as_deref(),
            pid: process.pid,
            image: process.image.as_deref(),
            original_file_name: process.original_file_name.as_deref(),
            command_line: process.command_line.as_deref(),
            user: process.user.as_deref(),
            start_utc: process.start,
            start_disputed: process.start_disputed,
            end_utc: process.end,
            parent_key: parent.map(|parent| parent.key.as_str()),
            parent_pid: process.parent_pid.or_else(|| parent?.pid),
            parent_image: process.parent_image.as_deref().or_else(|| parent?.image.as_deref()),
            stub: process.stub.is_some(),
            stub_reason: process.stub,
            sources,
            inferred_parents,
            lineage_hints,
            disagreements: DisagreementEntry::all(analysis, process),
            parent_certainty: process.parent_evidence.map(ParentEvidence::certainty),
            parent_reason: process.parent_evidence.map(ParentEvidence::words),
            detail: (detail == Detail::Full).then(|| DetailEntry::of(analysis, process, at)),
        })
    }
}

impl<'a> DetailEntry<'a> {
    fn of(analysis: &'a Analysis, process: &'a Process, at: ProcessIndex) -> Self {
        let decoding = process.decoding.as_deref();
        let activity = |activity| ActivityEntry::of(analysis, activity);
        Self {
            logon: LogonEntry::of(analysis, at),
            decoded: decoding.map(LayerEntry::all).unwrap_or_default(),
            indicators: decoding.map_or(&[], |found| &found.indicators),
            explained: decoding.map(ExplainedEntry::all).unwrap_or_default(),
            blobs: decoding.map(BlobEntry::all).unwrap_or_default(),
            activity: process.activity.iter().map(activity).collect(),
            remote_effects: EffectEntry::all(analysis, at),
        }
    }
}

#[derive(Debug, Serialize)]
struct RecordEntry<'a> {
    path: String,
    member: Option<&'a str>,
    channel: Option<&'a str>,
    record_id: Option<u64>,
    also: Vec<PlaceEntry<'a>>,
}

/// Another place of the same record: a backup, a collector's log, an export.
#[derive(Debug, Serialize)]
struct PlaceEntry<'a> {
    path: String,
    member: Option<&'a str>,
}

impl<'a> RecordEntry<'a> {
    fn of(analysis: &'a Analysis, at: RecordIndex) -> Option<Self> {
        let event = analysis.event(at)?;
        let source = analysis.source(event.source)?;
        Some(Self {
            path: source.path.to_string_lossy().into_owned(),
            member: source.member.as_deref(),
            channel: Some(event.channel()).filter(|channel| !channel.is_empty()),
            record_id: event.record_id,
            also: analysis
                .also_at(at)
                .iter()
                .filter_map(|also| analysis.source(also.source))
                .map(|source| PlaceEntry {
                    path: source.path.to_string_lossy().into_owned(),
                    member: source.member.as_deref(),
                })
                .collect(),
        })
    }
}

fn records<'a>(analysis: &'a Analysis, at: &[RecordIndex]) -> Vec<RecordEntry<'a>> {
    at.iter().filter_map(|at| RecordEntry::of(analysis, *at)).collect()
}

#[derive(Debug, Serialize)]
struct ChainEntry<'a> {
    step: u8,
    name: &'static str,
    state: StepState,
    records: Vec<RecordEntry<'a>>,
    missing: &'a [String],
}

impl<'a> ChainEntry<'a> {
    fn of(analysis: &'a Analysis, step: &'a ChainStep) -> Self {
        Self {
            step: step.step,
            name: step.name,
            state: step.state,
            records: records(analysis, &step.records),
            missing: &step.missing,
        }
    }
}

#[derive(Debug, Serialize)]
struct CoverageEntry<'a> {
    host: &'a str,
    telemetry: Telemetry,
    state: CoverageState,
    first_utc: Option<Timestamp>,
    last_utc: Option<Timestamp>,
    gaps: Vec<GapEntry<'a>>,
    note: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct GapEntry<'a> {
    from_utc: Timestamp,
    to_utc: Timestamp,
    why: &'a str,
}

impl<'a> CoverageEntry<'a> {
    fn of(coverage: &'a Coverage) -> Self {
        let gap = |gap: &'a Gap| GapEntry { from_utc: gap.from, to_utc: gap.to, why: &gap.why };
        Self {
            host: &coverage.host,
            telemetry: coverage.telemetry,
            state: coverage.state,
            first_utc: coverage.first,
            last_utc: coverage.last,
            gaps: coverage.gaps.iter().map(gap).collect(),
            note: coverage.note.as_deref(),
        }
    }
}

#[derive(Debug, Serialize)]
struct IssueEntry<'a> {
    path: String,
    member: Option<&'a str>,
    offset: Option<u64>,
    kind: IssueKind,
    message: &'a str,
}

impl<'a> IssueEntry<'a> {
    fn of(issue: &'a Issue) -> Self {
        Self {
            path: issue.path.to_string_lossy().into_owned(),
            member: issue.member.as_deref(),
            offset: issue.offset,
            kind: issue.kind,
            message: &issue.message,
        }
    }
}
