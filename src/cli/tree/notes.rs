//! What is said of a process besides its own row: findings, who asked for it, its logon, and what
//! leads to other hosts.

use std::collections::BTreeMap;

use crate::model::{
    Analysis, Crossing, CrossingEnd, FindingGroup, Inferred, Process, ProcessIndex,
};
use crate::view::visible::visible_text;

use super::{named, shown_time};

/// Lines below one row; a process that reaches a thousand hosts has the rest counted.
const MOST_LINES: usize = 24;

/// Words on processes.
#[derive(Debug, Default)]
pub(super) struct Notes {
    rules: BTreeMap<ProcessIndex, Vec<String>>,
    below: BTreeMap<ProcessIndex, Vec<String>>,
    left_out: BTreeMap<ProcessIndex, u64>,
}

impl Notes {
    /// All of an analysis.
    pub(super) fn of(analysis: &Analysis) -> Self {
        let mut notes = Self::default();
        notes.findings(analysis);
        for inferred in &analysis.tree.inferred {
            notes.inferred(analysis, inferred);
        }
        for crossing in &analysis.crossings {
            notes.crossing(analysis, crossing);
        }
        for lead in &analysis.leads {
            let text = visible_text(&lead.text);
            notes.push(lead.from, format!("→ {}: {text}", visible_text(&lead.host)));
        }
        for (at, left_out) in std::mem::take(&mut notes.left_out) {
            notes.below.entry(at).or_default().push(format!("… and {left_out} more"));
        }
        notes
    }

    /// The findings on a process with their severity, worst first.
    pub(super) fn rules(&self, at: ProcessIndex) -> &[String] {
        self.rules.get(&at).map_or(&[], Vec::as_slice)
    }

    /// The lines below its row.
    pub(super) fn below(&self, at: ProcessIndex) -> &[String] {
        self.below.get(&at).map_or(&[], Vec::as_slice)
    }

    fn push(&mut self, at: ProcessIndex, words: String) {
        let below = self.below.entry(at).or_default();
        if below.len() < MOST_LINES {
            below.push(words);
        } else {
            *self.left_out.entry(at).or_default() += 1;
        }
    }

    fn findings(&mut self, analysis: &Analysis) {
        for group in FindingGroup::all(analysis) {
            let Some(finding) = analysis.findings.get(group.first()) else { continue };
            let Some(at) = finding.process else { continue };
            let times = match group.findings.len() {
                1 => String::new(),
                times => format!(" ×{times}"),
            };
            let rule = visible_text(&finding.rule.id);
            let rules = self.rules.entry(at).or_default();
            rules.push(format!("{}: {rule}{times}", finding.severity));
        }
    }

    /// At the child, and as a reference at the process that asked: what is below the child stands
    /// under its logged parent alone.
    fn inferred(&mut self, analysis: &Analysis, inferred: &Inferred) {
        let sure = inferred.confidence.words();
        let reason = inferred.reason.words();
        let text = visible_text(&inferred.text);
        self.push(inferred.child, format!("┄ {reason}: {text} ({sure})"));
        let child = analysis.tree.process(inferred.child);
        if let (Some(parent), Some(child)) = (inferred.parent, child) {
            let start = child.start.map_or_else(String::new, |at| format!(", {}", shown_time(at)));
            let reference = format!("┄┄ {}{start}: {reason} ({sure})", named(child));
            self.push(parent, reference);
        }
    }

    /// On both ends, where the other one is a process too.
    fn crossing(&mut self, analysis: &Analysis, crossing: &Crossing) {
        let process = |at: ProcessIndex| analysis.tree.process(at);
        let sure = crossing.confidence.words();
        let host = match &crossing.to {
            CrossingEnd::Process(at) => process(*at).map_or("", |process| process.host.as_str()),
            CrossingEnd::Record { host, .. } => host.as_str(),
        };
        let text = visible_text(&crossing.text);
        self.push(crossing.from, format!("→ {}: {text} ({sure})", visible_text(host)));
        if let CrossingEnd::Process(to) = crossing.to
            && let Some(from) = process(crossing.from)
        {
            let by = crossing.how.words();
            let host = visible_text(&from.host);
            self.push(to, format!("← {host}: {}, by {by} ({sure})", named(from)));
        }
    }
}

/// The session of a process in words, where it is not that of its parent and records tell of it.
pub(super) fn logon(analysis: &Analysis, process: &Process) -> Option<String> {
    let parent = process.parent.and_then(|up| analysis.tree.process(up));
    let at = process.logon.filter(|at| parent.and_then(|parent| parent.logon) != Some(*at))?;
    let logon = analysis.tree.logon(at).filter(|logon| !logon.records.is_empty())?;
    let mut words = logon.words();
    for (before, value) in [
        (" of ", logon.user.as_deref()),
        (" from ", logon.source_address.as_deref()),
        (" on ", logon.workstation.as_deref()),
    ] {
        if let Some(value) = value {
            words.push_str(before);
            words.push_str(&visible_text(value));
        }
    }
    if logon.elevated == Some(true) {
        words.push_str(", elevated");
    }
    Some(format!("logon {:#x}: {words}", logon.logon_id))
}
