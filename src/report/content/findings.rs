//! The findings with their proof, and the decoded commands of the processes they are about.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{
    Analysis, Blob, Explanation, FailedDecode, Finding, FindingGroup, Matched, Process, RuleInfo,
    Severity, Span, Text, Timestamp,
};

use super::{
    Facts, is_zoom_rule,
    prose::{RecordRef, counted},
};

/// Findings told in full. A report of thousands is read by nobody; the rest is counted.
const IN_FULL: usize = 100;
/// Records listed for one finding.
const RECORDS: usize = 20;

/// Ancestors named for one finding, the nearest.
const ANCESTORS: usize = 32;

/// A process as the report names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// File name.
    pub name: String,
    /// Process id.
    pub pid: Option<u32>,
    /// Whether it has no start record.
    pub is_stub: bool,
}

impl Person {
    pub(super) fn of(process: &Process) -> Self {
        Self { name: process.name().to_owned(), pid: process.pid, is_stub: process.stub.is_some() }
    }

    /// `powershell.exe 11872`.
    pub fn words(&self) -> String {
        match self.pid {
            Some(pid) => format!("{} {pid}", self.name),
            None => self.name.clone(),
        }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingDetail {
    /// What happened.
    pub title: String,
    /// The even distance in seconds, where it came again and again.
    pub every_secs: Option<u64>,
    /// How bad.
    pub severity: Severity,
    /// The rule behind it.
    pub rule: RuleInfo,
    /// Why the rule's level was raised.
    pub raised_by: Vec<String>,
    /// Host.
    pub host: String,
    /// When.
    pub time: Option<Timestamp>,
    /// The process it is about.
    pub process: Option<Person>,
    /// Account of the process.
    pub user: Option<Text>,
    /// Full path of the process.
    pub image: Option<Text>,
    /// Command line of the process.
    pub command_line: Option<Text>,
    /// What its command line really says, where that was decoded.
    pub decoded: Option<String>,
    /// The nearest processes above it, topmost first.
    pub ancestors: Vec<Person>,
    /// The fields that matched.
    pub matched: Vec<Matched>,
    /// The records that matched, as many as are listed.
    pub records: Vec<RecordRef>,
    /// Records that matched and are not listed.
    pub more_records: u64,
}

pub(super) fn findings(facts: &Facts<'_>) -> (Vec<FindingDetail>, Vec<(Severity, u64)>) {
    let groups = FindingGroup::all(facts.analysis);
    // Zoom findings are never left out, whatever their level.
    let mut rest = IN_FULL;
    let mut told = Vec::new();
    let mut left_out: BTreeMap<Severity, u64> = BTreeMap::new();
    for group in &groups {
        let Some(finding) = facts.analysis.findings.get(group.first()) else { continue };
        if rest > 0 || is_zoom_rule(finding) {
            rest = rest.saturating_sub(1);
            told.push(detail(facts, group, finding));
        } else {
            *left_out.entry(finding.severity).or_default() += 1;
        }
    }
    (told, left_out.into_iter().rev().collect())
}

fn detail(facts: &Facts<'_>, group: &FindingGroup, finding: &Finding) -> FindingDetail {
    let all_records = group.records(facts.analysis);
    let process = finding.process.and_then(|at| facts.process(at));
    let mut ancestors: Vec<Person> = finding
        .process
        .into_iter()
        .flat_map(|at| facts.analysis.tree.ancestors(at))
        .take(ANCESTORS)
        .filter_map(|at| facts.process(at))
        .map(Person::of)
        .collect();
    ancestors.reverse();
    let records: Vec<RecordRef> = all_records
        .iter()
        .take(RECORDS)
        .filter_map(|at| RecordRef::of(facts.analysis, *at))
        .collect();
    FindingDetail {
        title: match group.findings.len() {
            1 => finding.title.clone(),
            times => format!("{} ({times} times)", finding.title),
        },
        every_secs: group.even_interval_secs(facts.analysis),
        severity: finding.severity,
        rule: finding.rule.clone(),
        raised_by: finding.raised_by.clone(),
        host: finding.host.clone(),
        time: finding.time,
        process: process.map(Person::of),
        user: process.and_then(|process| process.user.clone()),
        image: process.and_then(|process| process.image.clone()),
        command_line: process.and_then(|process| process.command_line.clone()),
        decoded: process
            .and_then(|process| process.decoding.as_ref()?.last_text())
            .map(str::to_owned),
        ancestors,
        matched: finding.matched.clone(),
        more_records: all_records.len().saturating_sub(records.len()) as u64,
        records,
    }
}

/// Technique ids in the tags, `attack.t1059.001` as `T1059.001`, with the number of findings.
pub(super) fn techniques(analysis: &Analysis) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for tag in analysis.findings.iter().flat_map(|finding| &finding.rule.tags) {
        let Some(id) = tag.strip_prefix("attack.t") else { continue };
        if id.starts_with(|first: char| first.is_ascii_digit()) {
            *counts.entry(format!("T{id}")).or_default() += 1;
        }
    }
    counts.into_iter().collect()
}

/// A layer of a decoded command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecodedLayer {
    /// The trick undone.
    pub trick: String,
    /// Where the payload stood, in words.
    pub from: Option<String>,
    /// What of the text before it was read.
    pub span: Span,
    /// The text after it, exact.
    pub text: String,
}

/// What a command does, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedLine {
    /// The words; values in them are from the logs.
    pub text: String,
    /// Id and name of the ATT&CK technique.
    pub technique: Option<(&'static str, &'static str)>,
    /// The text it rests on: 0 is the command line, 1 the first layer.
    pub layer: usize,
    /// Where in that text.
    pub span: Span,
}

impl ExplainedLine {
    fn of(found: &Explanation) -> Self {
        Self {
            text: found.text.clone(),
            technique: found.technique.map(|technique| (technique.id, technique.name)),
            layer: found.layer,
            span: found.span,
        }
    }
}

/// Decoded data that is no text; its bytes are not in the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataLine {
    /// What it is.
    pub what: String,
    /// Its size in bytes.
    pub size: usize,
    /// SHA-256, in lower case hexadecimal.
    pub sha256: String,
    /// The text it was encoded in, as in [`ExplainedLine::layer`].
    pub layer: usize,
}

impl DataLine {
    fn of(blob: &Blob) -> Self {
        let (what, sha256) = (blob.what.clone(), blob.sha256.clone());
        Self { what, size: blob.size, sha256, layer: blob.layer }
    }
}

/// A command line with all its layers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecodedCommand {
    /// The process.
    pub process: Person,
    /// Its host.
    pub host: String,
    /// Its start.
    pub start: Option<Timestamp>,
    /// The command line as logged.
    pub command_line: Text,
    /// The layers, outermost first.
    pub layers: Vec<DecodedLayer>,
    /// What could not be decoded.
    pub failed: Vec<FailedDecode>,
    /// What the commands in the line and its layers do.
    pub explained: Vec<ExplainedLine>,
    /// Data that is no text.
    pub data: Vec<DataLine>,
    /// How many more processes of this host and program ran the very same line.
    pub repeats: u64,
}

/// The decoded commands of the report's subjects, in start order, each text once.
pub(super) fn decoded(facts: &Facts<'_>) -> Vec<DecodedCommand> {
    let mut subjects: Vec<&Process> =
        facts.subjects().into_iter().filter_map(|at| facts.process(at)).collect();
    subjects.sort_by_key(|process| (process.start.is_none(), process.start));
    let mut commands: Vec<DecodedCommand> = Vec::new();
    let mut known: BTreeMap<(String, String, Text), usize> = BTreeMap::new();
    for process in subjects {
        let Some(decoding) = &process.decoding else { continue };
        if decoding.layers.is_empty() && decoding.failed.is_empty() {
            continue;
        }
        let line = process.command_line.clone().unwrap_or_default();
        let key = (process.host.to_lowercase(), process.name().to_lowercase(), line.clone());
        if let Some(first) = known.get(&key).and_then(|at| commands.get_mut(*at)) {
            first.repeats += 1;
            continue;
        }
        known.insert(key, commands.len());
        commands.push(DecodedCommand {
            process: Person::of(process),
            host: String::from(&process.host),
            start: process.start,
            command_line: line,
            layers: decoding.layers.iter().map(layer).collect(),
            failed: decoding.failed.clone(),
            explained: decoding.explanations.iter().map(ExplainedLine::of).collect(),
            data: decoding.blobs.iter().map(DataLine::of).collect(),
            repeats: 0,
        });
    }
    commands
}

fn layer(layer: &crate::model::Layer) -> DecodedLayer {
    DecodedLayer {
        trick: layer.trick.clone(),
        from: layer.from.clone(),
        span: layer.span,
        text: layer.text.clone(),
    }
}

impl DecodedCommand {
    /// `3 more processes ran the same line.`, if any did.
    pub fn repeat_words(&self) -> Option<String> {
        (self.repeats > 0)
            .then(|| format!("{} ran the same line.", counted(self.repeats, "more process")))
    }
}
