//! The first thing the reader sees: what happened, written from facts, each with its record.

use std::cmp::Reverse;

use serde::Serialize;

use crate::model::{
    Analysis, ChainStep, CoverageState, Finding, FindingGroup, Process, ProcessIndex, Severity,
    StepState, Telemetry,
};

use super::{
    Facts, is_zoom_rule,
    prose::{Prose, RecordRef, counted, listed, span_words, stamp},
};

/// A sentence of the summary, with the command it ends in where it does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Paragraph {
    /// The sentence.
    pub text: Prose,
    /// A command to show below it.
    pub command: Option<String>,
    /// Whether it is one of a list.
    pub is_item: bool,
}

impl From<Prose> for Paragraph {
    fn from(text: Prose) -> Self {
        Self { text, command: None, is_item: false }
    }
}

/// Interpreters told of one by one; more are counted.
const INTERPRETERS: usize = 5;
/// Logs of process starts named where nothing was found; more are counted.
const LOGS: usize = 10;
/// Characters of a command that the summary shows.
const COMMAND_CHARS: usize = 600;

pub(super) fn summary(facts: &Facts<'_>) -> Vec<Paragraph> {
    let mut paragraphs =
        if facts.interpreters.is_empty() { nothing_found(facts.analysis) } else { chains(facts) };
    paragraphs.extend(totals(facts.analysis));
    paragraphs
}

fn chains(facts: &Facts<'_>) -> Vec<Paragraph> {
    let is_direct = |at: &&ProcessIndex| {
        let parent = facts.process(**at).and_then(|process| process.parent);
        parent.is_some_and(|parent| facts.analysis.zoom_roots.contains(&parent))
    };
    let direct: Vec<ProcessIndex> = facts.interpreters.iter().filter(is_direct).copied().collect();
    let deeper = facts.interpreters.len() - direct.len();
    // Where only deeper ones are known they are the story.
    let mut told = if direct.is_empty() { facts.interpreters.clone() } else { direct.clone() };
    // The worst is told first, then in start order.
    told.sort_by_key(|at| Reverse(facts.worst.get(at).copied()));
    let mut paragraphs = Vec::new();
    for at in told.iter().take(INTERPRETERS) {
        paragraphs.extend(interpreter(facts, *at));
    }
    if told.len() > INTERPRETERS {
        let more = (told.len() - INTERPRETERS) as u64;
        let words = format!("{} under Zoom; see the findings.", counted(more, "more interpreter"));
        paragraphs.push(Prose::new(words).into());
    }
    if !direct.is_empty() && deeper > 0 {
        let words = format!(
            "Below {} ran {}.",
            if direct.len() == 1 { "it" } else { "them" },
            counted(deeper as u64, "more interpreter")
        );
        paragraphs.push(Prose::new(words).into());
    }
    paragraphs.extend(steps(facts.analysis));
    paragraphs
}

/// Who started what, when, how, and the command in clear.
fn interpreter(facts: &Facts<'_>, at: ProcessIndex) -> Vec<Paragraph> {
    let Some(process) = facts.process(at) else { return Vec::new() };
    let findings: Vec<&Finding> = facts
        .analysis
        .findings
        .iter()
        .filter(|finding| finding.process == Some(at) && is_zoom_rule(finding))
        .collect();
    let record = findings
        .iter()
        .find(|finding| !finding.records.is_empty())
        .and_then(|finding| RecordRef::first_of(facts.analysis, &finding.records));
    let mut text = match process.start {
        Some(start) => Prose::new(format!("On {} at {} UTC, ", start.date(), start.clock(false))),
        None => Prose::new("At a time that no record tells, "),
    };
    let parent = process.parent.and_then(|parent| facts.process(parent));
    text = match parent {
        Some(parent) => text.process(parent),
        None => text.words("a process below Zoom"),
    };
    text = text.words(" on ").log(&process.host).words(" started ").process(process);
    if let Some(user) = &process.user {
        text = text.words(" as ").log(user);
    }
    let raised: Vec<&str> =
        findings.iter().flat_map(|finding| &finding.raised_by).map(String::as_str).collect();
    let with: Vec<String> =
        [("hidden window", "a hidden window"), ("encoded command", "an encoded command")]
            .into_iter()
            .filter(|(fact, _)| raised.contains(fact))
            .map(|(_, words)| words.to_owned())
            .collect();
    if !with.is_empty() {
        text = text.words(format!(", with {}", listed(&with)));
    }
    text = text.cite(record, 0).words(".");
    let mut paragraphs = vec![text.into()];
    paragraphs.extend(command(process, &raised));
    paragraphs
}

fn command(process: &Process, raised: &[&str]) -> Option<Paragraph> {
    let decoded = process.decoding.as_ref().and_then(|decoding| decoding.last_text());
    let line = decoded.or(process.command_line.as_deref())?;
    let does: Vec<String> = [("downloads", "downloads"), ("runs in memory", "runs code in memory")]
        .into_iter()
        .filter(|(fact, _)| raised.contains(fact))
        .map(|(_, words)| words.to_owned())
        .collect();
    let what = if decoded.is_some() { "Decoded, the command" } else { "The command line" };
    let words = if does.is_empty() {
        format!("{what} reads:")
    } else {
        format!("{what} {}:", listed(&does))
    };
    let mut shown: String = line.chars().take(COMMAND_CHARS).collect();
    let mut text = Prose::new(words);
    if shown.len() < line.len() {
        shown.push('…');
        text = text.words(" (the start of it; the whole is below)");
    }
    Some(Paragraph { text, command: Some(shown), is_item: false })
}

/// What came before and after, and what is not known of it.
fn steps(analysis: &Analysis) -> Vec<Paragraph> {
    let mut paragraphs = Vec::new();
    let seen = |wanted: &dyn Fn(u8) -> bool| -> Vec<&ChainStep> {
        let chain = analysis.zoom_chain().iter();
        chain.filter(|step| wanted(step.step) && step.state == StepState::Observed).collect()
    };
    let spawned = analysis.zoom_chain().iter().find(|step| step.step == 3);
    let day = spawned.and_then(|step| step.first).map(|first| first.date());
    let item = |step: &ChainStep| {
        let mut text = Prose::default().strong(step.name);
        if let Some(first) = step.first {
            let is_same_day = day.as_deref() == Some(first.date().as_str());
            let from = if is_same_day { first.clock(false) } else { stamp(first) };
            text = text.words(format!(", from {from}"));
        }
        if let Some(summary) = &step.summary {
            text = text.words(": ").plain(summary);
        }
        let cited = RecordRef::first_of(analysis, &step.records);
        text = text.cite(cited, step.records.len().saturating_sub(1) as u64);
        Paragraph { text: text.words("."), command: None, is_item: true }
    };
    for (words, steps) in
        [("Before it:", seen(&|step| step == 2)), ("What followed:", seen(&|step| step >= 4))]
    {
        if !steps.is_empty() {
            paragraphs.push(Prose::new(words).into());
            paragraphs.extend(steps.into_iter().map(item));
        }
    }
    let names = |state: StepState| -> Vec<String> {
        let steps = analysis.zoom_chain().iter().filter(|step| step.state == state);
        steps.map(|step| step.name.to_lowercase()).collect()
    };
    let unseen = names(StepState::NotObserved);
    if !unseen.is_empty() {
        let words =
            format!("Not observed, though logs that would show it are there: {}.", listed(&unseen));
        paragraphs.push(Prose::new(words).into());
    }
    let unknown = names(StepState::CannotBeKnown);
    if !unknown.is_empty() {
        let words = format!(
            "Cannot be known from these logs: {}. The attack chain table says which log is missing.",
            listed(&unknown)
        );
        paragraphs.push(Prose::new(words).into());
    }
    paragraphs
}

/// Says so plainly, and how far that reaches.
fn nothing_found(analysis: &Analysis) -> Vec<Paragraph> {
    let starts: Vec<_> = analysis
        .coverage
        .iter()
        .filter(|entry| {
            matches!(entry.telemetry, Telemetry::ProcessSysmon | Telemetry::ProcessSecurity)
                && entry.state != CoverageState::Absent
        })
        .collect();
    if starts.is_empty() {
        let text = Prose::new(
            "These logs hold no process starts, neither Sysmon 1 nor Security 4688. Whether Zoom \
             started an interpreter cannot be known from them.",
        );
        return vec![text.into()];
    }
    let mut paragraphs: Vec<Paragraph> = vec![
        Prose::default()
            .strong("No interpreter under Zoom was found in what these logs cover.")
            .words(" They cover process starts of:")
            .into(),
    ];
    let others = starts.len().saturating_sub(LOGS) as u64;
    for entry in starts.into_iter().take(LOGS) {
        let mut text = Prose::default().log(&entry.host).words(format!(
            " by {}, {}",
            entry.telemetry.label().rsplit(", ").next().map_or_else(String::new, event_name),
            counted(entry.records, "record")
        ));
        if let (Some(first), Some(last)) = (entry.first, entry.last) {
            text = text.words(format!(", {}", span_words(first, last)));
        }
        if !entry.gaps.is_empty() {
            text = text.words(format!(", with {}", counted(entry.gaps.len() as u64, "gap")));
        }
        let text = text.words(".");
        paragraphs.push(Paragraph { text, command: None, is_item: true });
    }
    if others > 0 {
        let text = Prose::new(format!("{}.", counted(others, "more log")));
        paragraphs.push(Paragraph { text, command: None, is_item: true });
    }
    let words = "An interpreter that Zoom started on another host, at another time or in a gap would \
                 not be seen.";
    paragraphs.push(Prose::new(words).into());
    paragraphs
}

/// `4688` alone says less than `Security 4688`.
fn event_name(label: &str) -> String {
    if label.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("Security {label}")
    } else {
        label.to_owned()
    }
}

fn totals(analysis: &Analysis) -> Option<Paragraph> {
    if analysis.findings.is_empty() {
        return None;
    }
    let groups = FindingGroup::all(analysis);
    let levels: Vec<String> = Severity::WORST_FIRST
        .into_iter()
        .filter_map(|level| {
            let is_level = |group: &&FindingGroup| {
                analysis.findings.get(group.first()).is_some_and(|f| f.severity == level)
            };
            let count = groups.iter().filter(is_level).count();
            (count > 0).then(|| format!("{count} {level}"))
        })
        .collect();
    let total = counted(groups.len() as u64, "finding");
    Some(Prose::new(format!("{total} in all: {}.", listed(&levels))).into())
}
