//! Each Zoom chain as rows: Zoom with what is above it, the interpreters and all they started.
//! Zoom's other children are counted, not listed.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::{ProcessIndex, Severity, Text, Timestamp};

use super::{Facts, findings::Person, prose::counted};

/// Rows of one chain; a tree of thousands is cut and says so.
const ROWS: usize = 300;

/// Rows above Zoom, the nearest; a real one stands below three or four.
const ABOVE: usize = 32;

/// One row of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TreeRow {
    /// For each level above, whether more rows of that level follow; empty for the topmost row.
    pub open: Vec<bool>,
    /// The process; `None` for a row of words.
    pub process: Option<Person>,
    /// Words instead of a process, for example `2 other children, nothing found`.
    pub words: Option<String>,
    /// Start.
    pub start: Option<Timestamp>,
    /// Worst finding on it.
    pub severity: Option<Severity>,
    /// Arguments as logged.
    pub command_line: Option<Text>,
    /// The innermost decoded text.
    pub decoded: Option<String>,
}

pub(super) fn trees(facts: &Facts<'_>) -> Vec<Vec<TreeRow>> {
    facts.analysis.zoom_roots.iter().map(|root| tree(facts, *root)).collect()
}

fn tree(facts: &Facts<'_>, root: ProcessIndex) -> Vec<TreeRow> {
    let family: BTreeSet<ProcessIndex> = facts.analysis.tree.subtree(root).into_iter().collect();
    // On the way to a finding, or below an interpreter.
    let mut shown: BTreeSet<ProcessIndex> = BTreeSet::from([root]);
    for at in family.iter().filter(|at| facts.worst.contains_key(at) || facts.below.contains(at)) {
        // What stands above one that is shown is shown already.
        let mut up = Some(*at);
        while let Some(next) = up.filter(|next| shown.insert(*next)) {
            up = facts.process(next).and_then(|process| process.parent);
        }
    }
    let mut above: Vec<ProcessIndex> = facts.analysis.tree.ancestors(root).take(ABOVE).collect();
    above.reverse();
    let mut rows = Vec::new();
    for at in above {
        rows.extend(row(facts, at, vec![false; rows.len()]));
    }
    let mut open = vec![(root, vec![false; rows.len()])];
    while let Some((at, guides)) = open.pop() {
        if rows.len() >= ROWS {
            let left = shown.len().saturating_sub(ROWS) as u64;
            rows.push(words_row(guides, format!("{} not shown", counted(left, "more process"))));
            break;
        }
        rows.extend(row(facts, at, guides.clone()));
        let children = facts.analysis.tree.children_of(at);
        let kept: Vec<ProcessIndex> =
            children.iter().filter(|child| shown.contains(child)).copied().collect();
        let others = (children.len() - kept.len()) as u64;
        let below = |more: bool| {
            let mut next = guides.clone();
            next.push(more);
            next
        };
        if others > 0 {
            let what = if others == 1 {
                "1 other child".to_owned()
            } else {
                format!("{others} other children")
            };
            rows.push(words_row(below(!kept.is_empty()), format!("{what}, nothing found")));
        }
        let last = kept.last().copied();
        open.extend(kept.into_iter().rev().map(|child| (child, below(Some(child) != last))));
    }
    rows
}

fn row(facts: &Facts<'_>, at: ProcessIndex, open: Vec<bool>) -> Option<TreeRow> {
    let process = facts.process(at)?;
    Some(TreeRow {
        open,
        process: Some(Person::of(process)),
        words: None,
        start: process.start,
        severity: facts.worst.get(&at).copied(),
        command_line: process.command_line.clone(),
        decoded: process
            .decoding
            .as_ref()
            .and_then(|decoding| decoding.last_text())
            .map(str::to_owned),
    })
}

fn words_row(open: Vec<bool>, words: String) -> TreeRow {
    TreeRow {
        open,
        process: None,
        words: Some(words),
        start: None,
        severity: None,
        command_line: None,
        decoded: None,
    }
}
