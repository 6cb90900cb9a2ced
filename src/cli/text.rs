//! Results as plain text for a terminal. Text from logs is shown with control characters as escapes.

use std::fmt::Write as _;

use crate::model::{
    Analysis, CoverageState, Decoding, Finding, FindingGroup, Issue, Process, StepState,
};
use crate::view::number::counted;
use crate::view::visible::visible_text;

/// Findings, chain, coverage, sources and issues.
pub(super) fn scan(analysis: &Analysis) -> String {
    let mut out = String::new();
    findings(&mut out, analysis);
    chain(&mut out, analysis);
    coverage(&mut out, analysis);
    sources(&mut out, analysis);
    out
}

/// Appends a line; writing to a string cannot fail.
macro_rules! line {
    ($out:expr, $($text:tt)*) => { writeln!($out, $($text)*).unwrap_or_default() };
}

/// Characters shown before and after the matched part of a long value.
const AROUND_CHARS: usize = 40;

fn findings(out: &mut String, analysis: &Analysis) {
    if analysis.findings.is_empty() {
        line!(out, "No findings in {} records.", analysis.events.len());
    }
    for group in FindingGroup::all(analysis) {
        let Some(finding) = analysis.findings.get(group.first()) else { continue };
        let times = match group.findings.len() {
            1 => String::new(),
            times => format!(" ({times} times)"),
        };
        line!(
            out,
            "{:<13}  {}  {}  {}{times}",
            finding.severity,
            finding.time.map_or_else(|| "no time".to_owned(), |time| time.to_string()),
            visible_text(&finding.host),
            visible_text(&finding.title)
        );
        subject(out, analysis, finding);
        for matched in &finding.matched {
            line!(
                out,
                "    {}: {} ~ {}",
                matched.field,
                visible_text(&matched.shown(AROUND_CHARS)),
                visible_text(&matched.pattern)
            );
        }
        for reason in &finding.raised_by {
            line!(out, "    raised: {}", visible_text(reason));
        }
    }
}

fn subject(out: &mut String, analysis: &Analysis, finding: &Finding) {
    let Some(process) = finding.process.and_then(|at| analysis.tree.process(at)) else { return };
    line!(out, "    {}", process_line(process));
    if let Some(text) = process.decoding.as_deref().and_then(Decoding::last_text) {
        line!(out, "    decoded: {}", visible_text(text));
    }
}

fn process_line(process: &Process) -> String {
    let name = visible_text(process.name());
    let pid = process.pid.map_or_else(|| "?".to_owned(), |pid| pid.to_string());
    match process.command_line.as_deref() {
        Some(command) => format!("{name} {pid}  {}", visible_text(command)),
        None => format!("{name} {pid}  (no command line logged)"),
    }
}

fn chain(out: &mut String, analysis: &Analysis) {
    if analysis.zoom_chain().is_empty() {
        return;
    }
    line!(out, "\nAttack chain");
    for step in analysis.zoom_chain() {
        let state = match step.state {
            StepState::Observed if step.records.len() == 1 => "observed, 1 record".to_owned(),
            StepState::Observed => format!("observed, {} records", step.records.len()),
            StepState::NotObserved => "not observed".to_owned(),
            StepState::CannotBeKnown => {
                format!("cannot be known: {}", visible_text(&step.missing.join("; ")))
            }
        };
        line!(out, "  {}  {:<24}  {state}", step.step, step.name);
    }
}

fn coverage(out: &mut String, analysis: &Analysis) {
    line!(out, "\nWhat the logs cover");
    for one in &analysis.coverage {
        let state = match one.state {
            CoverageState::Present => "present",
            CoverageState::Partial => "partial",
            CoverageState::Absent => "none",
        };
        let note = one.note.as_deref().map(|note| format!(", {note}")).unwrap_or_default();
        line!(out, "  {}  {:<20}  {state}{note}", visible_text(&one.host), one.telemetry.label());
        for gap in &one.gaps {
            line!(out, "      gap {} to {}: {}", gap.from, gap.to, visible_text(&gap.why));
        }
    }
}

fn sources(out: &mut String, analysis: &Analysis) {
    line!(out, "\nSources");
    for source in &analysis.sources {
        line!(
            out,
            "  {}  {}  {} bytes, {} records, {} unreadable",
            visible_text(&source.path.to_string_lossy()),
            source.format.name(),
            source.bytes,
            source.records,
            source.unreadable_records
        );
    }
}

/// One issue in one line.
pub(super) fn issue(issue: &Issue) -> String {
    let member = issue.member.as_deref().map(|member| format!("!{member}")).unwrap_or_default();
    let offset = issue.offset.map(|offset| format!(" at byte {offset}")).unwrap_or_default();
    let path = issue.path.to_string_lossy();
    format!(
        "{} ({}{}{offset})",
        visible_text(&issue.message),
        visible_text(&path),
        visible_text(&member)
    )
}

/// A decoded command line, layer by layer.
pub(super) fn decoding(input: &str, decoding: &Decoding) -> String {
    let mut out = String::new();
    line!(&mut out, "{}", visible_text(input));
    for (number, layer) in (1..).zip(&decoding.layers) {
        line!(
            &mut out,
            "{number}. {} from bytes {} to {}\n   {}",
            layer.trick,
            layer.span.from,
            layer.span.to,
            visible_text(&layer.text)
        );
    }
    for failed in &decoding.failed {
        line!(&mut out, "not decoded: {}: {}", failed.trick, visible_text(&failed.reason));
    }
    for blob in &decoding.blobs {
        let size = counted(blob.size as u64, "byte", "bytes");
        line!(&mut out, "data: {}, {size}, SHA-256 {}", visible_text(&blob.what), blob.sha256);
    }
    if !decoding.traits.is_empty() {
        line!(&mut out, "asks for: {}", decoding.traits.join(", "));
    }
    for said in &decoding.explanations {
        let technique = said.technique.map_or_else(String::new, |technique| {
            format!(" ({} {})", technique.id, technique.name)
        });
        line!(&mut out, "does: {}{technique}", visible_text(&said.text));
    }
    for indicator in &decoding.indicators {
        let notes: Vec<&str> = indicator.notes.iter().map(|note| note.words()).collect();
        let notes =
            if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
        line!(&mut out, "names: {}{notes}", visible_text(&indicator.value));
    }
    out
}
