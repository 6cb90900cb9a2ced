//! What the report says, as plain data that every format is written from. Not how it looks, and
//! neither escaped nor defanged.

mod advice;
mod cover;
mod findings;
mod indicators;
mod prose;
mod summary;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{
    Analysis, Finding, Process, ProcessIndex, Severity, StepState, Timestamp, is_same_text,
};

pub(crate) use self::prose::span_words;
pub use self::{
    advice::{Advice, Aim},
    cover::{CoverLine, EvidenceFile},
    findings::{DataLine, DecodedCommand, DecodedLayer, ExplainedLine, FindingDetail, Person},
    indicators::IndicatorLine,
    prose::{Piece, Prose, RecordRef},
    summary::Paragraph,
    tree::TreeRow,
};

/// What the reader of the report is told besides the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The report's title, for example a case number; empty for the plain title.
    pub title: String,
    /// Version of this program.
    pub tool_version: String,
}

impl Default for Options {
    /// The plain title, and the version this was built as.
    fn default() -> Self {
        Self { title: String::new(), tool_version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// The whole report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Content {
    /// Title of the report.
    pub title: String,
    /// Version of this program.
    pub tool_version: String,
    /// The evidence, in order.
    pub evidence: Vec<EvidenceFile>,
    /// Files that the user left out of the case; nothing of them was read.
    pub left_out: Vec<String>,
    /// Hosts that the evidence is about.
    pub hosts: Vec<String>,
    /// Records read.
    pub records: u64,
    /// Earliest record.
    pub first: Option<Timestamp>,
    /// Latest record.
    pub last: Option<Timestamp>,
    /// What happened, in words.
    pub summary: Vec<Paragraph>,
    /// Telemetry by host.
    pub coverage: Vec<CoverLine>,
    /// What the evidence cannot show, a sentence each.
    pub limits: Vec<Prose>,
    /// The findings in full, worst first.
    pub findings: Vec<FindingDetail>,
    /// Findings left out of [`Self::findings`] by level, worst first.
    pub findings_left_out: Vec<(Severity, u64)>,
    /// ATT&CK techniques that the rules name, with the number of findings.
    pub techniques: Vec<(String, u64)>,
    /// Each Zoom chain, one after the other.
    pub trees: Vec<Vec<TreeRow>>,
    /// The attack chain.
    pub chain: Vec<ChainLine>,
    /// Commands that were decoded, exact.
    pub decoded: Vec<DecodedCommand>,
    /// What to hunt for elsewhere.
    pub indicators: Vec<IndicatorLine>,
    /// What to do next.
    pub advice: Vec<Advice>,
    /// What could not be read.
    pub issues: Vec<IssueLine>,
}

/// One step of the attack chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChainLine {
    /// 1 to 8.
    pub step: u8,
    /// The step in words.
    pub name: String,
    /// What the logs say.
    pub state: StepState,
    /// Time of the first record that shows it.
    pub first: Option<Timestamp>,
    /// Records that show it.
    pub records: u64,
    /// The first of them.
    pub first_record: Option<RecordRef>,
    /// What was seen, in few words.
    pub seen: Option<String>,
    /// What log would have shown it.
    pub missing: Vec<String>,
    /// What "not observed" does not rule out.
    pub caveat: Option<&'static str>,
}

/// One thing that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IssueLine {
    /// File, with the member of an archive.
    pub file: String,
    /// Byte offset where it begins.
    pub offset: Option<u64>,
    /// Cause and loss, in words.
    pub message: String,
}

/// Facts that several sections need.
#[derive(Debug)]
struct Facts<'a> {
    analysis: &'a Analysis,
    /// Worst severity of the findings on each process.
    worst: BTreeMap<ProcessIndex, Severity>,
    /// Interpreters that Zoom started, at any depth, in start order.
    interpreters: Vec<ProcessIndex>,
    /// They and all below them.
    below: BTreeSet<ProcessIndex>,
}

/// The rules on interpreters under Zoom; their ids are part of the headless contract.
const ZOOM_RULES: [&str; 3] =
    ["spawnscope-zoom-child", "spawnscope-zoom-child-commandline", "spawnscope-zoom-descendant"];

impl<'a> Facts<'a> {
    fn of(analysis: &'a Analysis) -> Self {
        let mut worst: BTreeMap<ProcessIndex, Severity> = BTreeMap::new();
        let mut interpreters: Vec<ProcessIndex> = Vec::new();
        for finding in &analysis.findings {
            let Some(at) = finding.process else { continue };
            let level = worst.entry(at).or_insert(finding.severity);
            *level = finding.severity.max(*level);
            if is_zoom_rule(finding) {
                interpreters.push(at);
            }
        }
        let start = |at: &ProcessIndex| analysis.tree.process(*at)?.start;
        interpreters.sort_by_key(|at| (start(at).is_none(), start(at), *at));
        interpreters.dedup();
        let below = analysis.tree.subtrees(interpreters.iter().copied());
        Self { analysis, worst, interpreters, below }
    }

    fn process(&self, at: ProcessIndex) -> Option<&'a Process> {
        self.analysis.tree.process(at)
    }

    /// Processes that the report is about: the Zoom chains and whatever a finding names.
    fn subjects(&self) -> BTreeSet<ProcessIndex> {
        self.below.iter().chain(self.worst.keys()).copied().collect()
    }
}

fn is_zoom_rule(finding: &Finding) -> bool {
    ZOOM_RULES.iter().any(|id| is_same_text(id, &finding.rule.id))
}

/// Puts together what the report says.
pub fn content(analysis: &Analysis, options: &Options) -> Content {
    let facts = Facts::of(analysis);
    let indicators = indicators::indicators(&facts);
    let (findings, findings_left_out) = findings::findings(&facts);
    let title = options.title.trim();
    Content {
        title: if title.is_empty() { "Zoom triage report".to_owned() } else { title.to_owned() },
        tool_version: options.tool_version.clone(),
        evidence: cover::evidence(analysis),
        left_out: cover::left_out(analysis),
        hosts: analysis.hosts.iter().map(|host| host.name.clone()).collect(),
        records: analysis.sources.iter().map(|source| source.records).sum(),
        first: analysis.sources.iter().filter_map(|source| source.first).min(),
        last: analysis.sources.iter().filter_map(|source| source.last).max(),
        summary: summary::summary(&facts),
        coverage: cover::coverage(analysis),
        limits: cover::limits(analysis, &indicators),
        findings,
        findings_left_out,
        techniques: findings::techniques(analysis),
        trees: tree::trees(&facts),
        chain: chain(analysis),
        decoded: findings::decoded(&facts),
        advice: advice::advice(&facts, &indicators),
        indicators,
        issues: issues(analysis),
    }
}

fn chain(analysis: &Analysis) -> Vec<ChainLine> {
    analysis
        .zoom_chain()
        .iter()
        .map(|step| ChainLine {
            step: step.step,
            name: step.name.to_owned(),
            state: step.state,
            first: step.first,
            records: step.records.len() as u64,
            first_record: RecordRef::first_of(analysis, &step.records),
            seen: step.summary.clone(),
            missing: step.missing.clone(),
            // Sysmon 3 and Security 5156 hold no byte counts.
            caveat: (step.name == "Exfiltration" && step.state == StepState::NotObserved)
                .then_some("these logs do not tell how much was sent"),
        })
        .collect()
}

fn issues(analysis: &Analysis) -> Vec<IssueLine> {
    analysis
        .issues
        .iter()
        .map(|issue| IssueLine {
            file: match &issue.member {
                Some(member) => format!("{} › {member}", issue.path.display()),
                None => issue.path.display().to_string(),
            },
            offset: issue.offset,
            message: issue.message.clone(),
        })
        .collect()
}
