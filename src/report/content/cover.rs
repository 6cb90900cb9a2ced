//! What the evidence is, what it covers, and what it cannot show.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{
    Analysis, Coverage, CoverageState, Format, Gap, IndicatorKind, LeftOut, StepState, Telemetry,
    Timestamp, is_same_text,
};

use super::{
    indicators::{IndicatorLine, host_of},
    prose::{Prose, counted, listed, span_words},
};

/// One file of the evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EvidenceFile {
    /// Path as the user named it, with the member of an archive.
    pub file: String,
    /// SHA-256 of the file; `None` where it could not be read through.
    pub sha256: Option<String>,
    /// Size in bytes.
    pub bytes: u64,
    /// What the bytes are.
    pub format: Format,
    /// Which program's JSON it is.
    pub dialect: Option<String>,
    /// Records read.
    pub records: u64,
    /// Records known to be there that could not be read.
    pub unreadable_records: u64,
    /// Records found outside the healthy part of the log.
    pub recovered_records: u64,
    /// When the file was written last.
    pub modified: Option<Timestamp>,
    /// Why it was taken for this format.
    pub recognised_by: Option<String>,
    /// The programs that read it.
    pub reader: String,
    /// Earliest record.
    pub first: Option<Timestamp>,
    /// Latest record.
    pub last: Option<Timestamp>,
}

pub(super) fn evidence(analysis: &Analysis) -> Vec<EvidenceFile> {
    analysis
        .sources
        .iter()
        .map(|source| EvidenceFile {
            file: match &source.member {
                Some(member) => format!("{} › {member}", source.path.display()),
                None => source.path.display().to_string(),
            },
            sha256: source.sha256.clone(),
            bytes: source.bytes,
            format: source.format,
            dialect: source.dialect.map(str::to_owned),
            records: source.records,
            unreadable_records: source.unreadable_records,
            recovered_records: source.recovered_records,
            modified: source.modified,
            recognised_by: source.recognised_by.clone(),
            reader: source.reader.to_owned(),
            first: source.first,
            last: source.last,
        })
        .collect()
}

/// The files that the user left out of the case, as they are named.
pub(super) fn left_out(analysis: &Analysis) -> Vec<String> {
    analysis.left_out.iter().map(LeftOut::words).collect()
}

/// One kind of telemetry on one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoverLine {
    /// Host.
    pub host: String,
    /// Which kind, with its event ids.
    pub telemetry: String,
    /// How much is there.
    pub state: CoverageState,
    /// Records.
    pub records: u64,
    /// First record.
    pub first: Option<Timestamp>,
    /// Last record.
    pub last: Option<Timestamp>,
    /// Holes and notes, a phrase each.
    pub remarks: Vec<String>,
}

/// Hosts whose coverage is told; a fleet's would bury the rest.
const HOSTS: usize = 25;

/// The coverage of the hosts that are told of: those with findings, then the others by name.
fn told(analysis: &Analysis) -> Vec<&Coverage> {
    let found: BTreeSet<&str> =
        analysis.findings.iter().map(|finding| finding.host.as_str()).collect();
    let all: BTreeSet<&str> = analysis.coverage.iter().map(|entry| entry.host.as_str()).collect();
    let (first, then): (Vec<&str>, Vec<&str>) =
        all.into_iter().partition(|host| found.contains(host));
    let kept: BTreeSet<&str> = first.into_iter().chain(then).take(HOSTS).collect();
    analysis.coverage.iter().filter(|entry| kept.contains(entry.host.as_str())).collect()
}

pub(super) fn coverage(analysis: &Analysis) -> Vec<CoverLine> {
    told(analysis)
        .into_iter()
        .map(|entry| CoverLine {
            host: entry.host.clone(),
            telemetry: entry.telemetry.label().to_owned(),
            state: entry.state,
            records: entry.records,
            first: entry.first,
            last: entry.last,
            remarks: remarks(entry),
        })
        .collect()
}

fn remarks(entry: &Coverage) -> Vec<String> {
    let is_told = |note: &String| entry.gaps.iter().any(|gap| gap.why == *note);
    let note = entry.note.iter().filter(|note| !is_told(note)).cloned();
    note.chain(entry.gaps.iter().map(gap_words)).collect()
}

fn gap_words(gap: &Gap) -> String {
    format!("{}, {}", gap.why, span_words(gap.from, gap.to))
}

/// What the evidence cannot show: holes, missing logs, unread records, hosts without logs.
pub(super) fn limits(analysis: &Analysis, indicators: &[IndicatorLine]) -> Vec<Prose> {
    let mut limits = holes(analysis);
    limits.extend(absences(analysis));
    limits.extend(losses(analysis));
    limits.extend(omissions(analysis));
    limits.extend(strangers(analysis, indicators));
    let hosts: BTreeSet<&str> = analysis.coverage.iter().map(|entry| entry.host.as_str()).collect();
    if hosts.len() > HOSTS {
        let more = counted((hosts.len() - HOSTS) as u64, "more host");
        limits.push(Prose::new(format!("The coverage of {more} is not listed here.")));
    }
    limits
}

/// One sentence a hole, whatever number of kinds it touches.
fn holes(analysis: &Analysis) -> Vec<Prose> {
    let mut holes: BTreeMap<(&str, Timestamp, Timestamp, &str), Vec<Telemetry>> = BTreeMap::new();
    for entry in told(analysis) {
        for gap in &entry.gaps {
            let key = (entry.host.as_str(), gap.from, gap.to, gap.why.as_str());
            holes.entry(key).or_default().push(entry.telemetry);
        }
    }
    holes
        .into_iter()
        .map(|((host, from, to, why), kinds)| {
            let hidden: Vec<String> =
                kinds.into_iter().map(|kind| thing(kind).to_owned()).collect();
            Prose::default().log(host).words(": ").plain(why).words(format!(
                ", {}. Missing from that time: {}.",
                span_words(from, to),
                listed(&hidden)
            ))
        })
        .collect()
}

/// What each kind tells of.
const fn thing(kind: Telemetry) -> &'static str {
    match kind {
        Telemetry::ProcessSysmon => "process starts (Sysmon 1)",
        Telemetry::ProcessSecurity => "process starts (Security 4688)",
        Telemetry::Network => "network connections",
        Telemetry::Scripts => "PowerShell script blocks",
        Telemetry::Tasks => "scheduled tasks",
        Telemetry::Logons => "logons",
        Telemetry::Registry => "registry changes",
        Telemetry::Files => "created files",
    }
}

fn absences(analysis: &Analysis) -> Vec<Prose> {
    let state = |host: &str, kind: Telemetry| {
        let entry = analysis
            .coverage
            .iter()
            .find(|entry| entry.telemetry == kind && is_same_text(&entry.host, host));
        entry.map_or(CoverageState::Absent, |entry| entry.state)
    };
    let mut limits = Vec::new();
    for entry in told(analysis) {
        let host = entry.host.as_str();
        let has_sysmon = state(host, Telemetry::ProcessSysmon) != CoverageState::Absent;
        let has_security = state(host, Telemetry::ProcessSecurity) != CoverageState::Absent;
        let words = match (entry.telemetry, entry.state) {
            (Telemetry::ProcessSysmon, CoverageState::Absent) if has_security => {
                "no Sysmon 1. Hashes and original names of programs are not known, so a renamed \
                 interpreter would not be seen."
            }
            (Telemetry::ProcessSysmon, CoverageState::Absent) => {
                "no process starts. What ran, and what Zoom started, is not known."
            }
            (Telemetry::ProcessSecurity, CoverageState::Partial)
                if !has_sysmon && entry.gaps.is_empty() && entry.note.is_some() =>
            {
                "process starts lack their command lines. What the programs were told to do is \
                 not known."
            }
            (Telemetry::Network, CoverageState::Absent) => {
                "no network connections (Sysmon 3). Where programs connected to is not known."
            }
            (Telemetry::Scripts, CoverageState::Absent) => {
                "no PowerShell script blocks (4104). What ran inside PowerShell is known from \
                 command lines only."
            }
            (Telemetry::Tasks, CoverageState::Absent) => {
                "no scheduled task records. Persistence by task is known from command lines only."
            }
            (Telemetry::Registry, CoverageState::Absent) => {
                "no registry changes (Sysmon 12 to 14). Persistence by autostart key is not known."
            }
            (Telemetry::Files, CoverageState::Absent) => {
                "no created files (Sysmon 11). What was downloaded or dropped is not known."
            }
            (Telemetry::Logons, CoverageState::Absent) => {
                "no logons (Security 4624). Who came from where is not known."
            }
            _ => continue,
        };
        limits.push(Prose::default().log(host).words(format!(": {words}")));
    }
    limits
}

fn losses(analysis: &Analysis) -> Vec<Prose> {
    let lossy = analysis.sources.iter().filter(|source| source.unreadable_records > 0);
    lossy
        .map(|source| {
            let lost = counted(source.unreadable_records, "record");
            Prose::default()
                .log(source.label())
                .words(format!(": {lost} could not be read; what they say is not known."))
        })
        .collect()
}

/// What nobody looked into because the user said so.
fn omissions(analysis: &Analysis) -> Option<Prose> {
    let files = match analysis.left_out.len() {
        0 => return None,
        1 => "One file was left out of this case on purpose and not read; it is".to_owned(),
        count => format!(
            "{} were left out of this case on purpose and not read; they are",
            counted(count as u64, "file")
        ),
    };
    Some(Prose::new(format!("{files} named under Evidence. What is said there is not known.")))
}

/// Hosts that the chain reached for and that no log is from.
fn strangers(analysis: &Analysis, indicators: &[IndicatorLine]) -> Vec<Prose> {
    let moved = analysis
        .zoom_chain()
        .iter()
        .any(|step| step.step == 8 && step.state == StepState::Observed);
    if !moved {
        return Vec::new();
    }
    let is_loaded = |name: &str| {
        analysis.hosts.iter().any(|host| {
            let short = host.name.split('.').next().unwrap_or(&host.name);
            is_same_text(&host.name, name) || is_same_text(short, name)
        })
    };
    let names: BTreeSet<&str> = indicators
        .iter()
        .filter(|indicator| indicator.kind == IndicatorKind::Share)
        .filter_map(|indicator| host_of(&indicator.value))
        .filter(|name| !matches!(*name, "*" | "." | "?") && !is_loaded(name))
        .collect();
    names
        .into_iter()
        .map(|name| {
            Prose::new("No logs of ")
                .log(name)
                .words(" were read. What was done there is not known.")
        })
        .collect()
}
