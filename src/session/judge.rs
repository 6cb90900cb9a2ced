//! Runs the rules over every record and joins what they say into findings.
//!
//! A finding is one rule and one subject: the process for rules on process creation, else the record.
//! What a 4688 record leaves out of its parent is filled in from the tree before rules run.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::detect::{Applicable, Engine, RuleMatch, raise};
use crate::model::{Event, Finding, Matched, PerKind, ProcessIndex, ProcessTree, RecordIndex};
use crate::session::zoom::ZoomAbove;
use crate::tree::Hosts;

/// The nearest ancestors whose images rules see. A forged chain of a hundred thousand processes
/// would otherwise be walked to its top for each of them.
const ANCESTORS: usize = 64;

/// Records judged in one go; small enough that threads end together, whatever lies where.
const PART: usize = 8192;

/// The processes, and which Zoom is above each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lineage<'a> {
    pub(super) tree: &'a ProcessTree,
    pub(super) zooms: &'a ZoomAbove,
}

/// Which process a record is about.
struct Subjects {
    /// By [`RecordIndex`]: starts and ends, of which the record is a witness.
    witnessed: Vec<u32>,
    /// By [`RecordIndex`]: anything else the process did.
    acted: Vec<u32>,
}

/// Stands for no process: a tree of so many has no room for another.
const NOBODY: u32 = u32::MAX;

impl Subjects {
    fn of(tree: &ProcessTree, records: usize) -> Self {
        let mut subjects = Self { witnessed: vec![NOBODY; records], acted: vec![NOBODY; records] };
        let note = |list: &mut Vec<u32>, record: RecordIndex, at: ProcessIndex| {
            if let Some(subject) = list.get_mut(record.0 as usize) {
                *subject = at.0;
            }
        };
        for (at, process) in tree.iter() {
            for witness in &process.witnesses {
                note(&mut subjects.witnessed, witness.record, at);
            }
            for activity in &process.activity {
                note(&mut subjects.acted, activity.record, at);
                for part in tree.script_parts(activity.record) {
                    note(&mut subjects.acted, *part, at);
                }
            }
        }
        subjects
    }

    fn started(&self, record: RecordIndex) -> Option<ProcessIndex> {
        Self::at(&self.witnessed, record)
    }

    fn of_record(&self, record: RecordIndex) -> Option<ProcessIndex> {
        self.started(record).or_else(|| Self::at(&self.acted, record))
    }

    fn at(list: &[u32], record: RecordIndex) -> Option<ProcessIndex> {
        let at = list.get(record.0 as usize).filter(|at| **at != NOBODY)?;
        Some(ProcessIndex(*at))
    }
}

/// A rule that matched a record.
struct Hit {
    record: RecordIndex,
    rule: usize,
    matched: Vec<Matched>,
}

/// Every finding of these rules on these records: worst first, then by time, rule and subject.
pub(super) fn judge(
    events: &[Event],
    lineage: Lineage<'_>,
    names: &Hosts,
    engine: &Engine,
    threads: usize,
) -> Vec<Finding> {
    let tree = lineage.tree;
    let subjects = Subjects::of(tree, events.len());
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        let mut rules = PerKind::default();
        loop {
            let part = next.fetch_add(1, Ordering::Relaxed);
            let Some(events) = part_of(events, part) else { return found };
            let hits = judge_part(part * PART, events, lineage, &subjects, engine, &mut rules);
            found.push((part, hits));
        }
    };
    let mut parts: Vec<(usize, Vec<Hit>)> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut parts = work();
        for other in others {
            parts.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        parts
    });
    parts.sort_by_key(|(part, _)| *part);
    let hits = parts.into_iter().flat_map(|(_, hits)| hits).collect();
    join(hits, events, tree, names, &subjects, engine)
}

/// The records of a part; `None` past the last.
fn part_of(events: &[Event], part: usize) -> Option<&[Event]> {
    let from = part.checked_mul(PART).filter(|from| *from < events.len())?;
    events.get(from..events.len().min(from + PART))
}

fn judge_part<'e>(
    first: usize,
    events: &'e [Event],
    lineage: Lineage<'_>,
    subjects: &Subjects,
    engine: &'e Engine,
    rules: &mut PerKind<'e, Applicable<'e>>,
) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let applicable = rules.of(event, || engine.applicable(event));
        if applicable.is_empty() {
            continue;
        }
        let Ok(record) = u32::try_from(first + at).map(RecordIndex) else { break };
        let derived = derived_fields(lineage, subjects.of_record(record));
        for RuleMatch { rule, mut matched } in engine.evaluate_among(applicable, event, &derived) {
            for one in &mut matched {
                one.derived = is_derived(one, event, &derived);
            }
            hits.push(Hit { record, rule, matched });
        }
    }
    hits
}

/// Whether a matched value is the tree's or the decoder's word and stands nowhere in the record.
fn is_derived(matched: &Matched, event: &Event, derived: &[(&str, &str)]) -> bool {
    derived.contains(&(matched.field.as_str(), matched.value.as_str()))
        && !event.fields.iter().any(|(_, value)| value == matched.value)
}

/// What the tree and the decoder know of the record's process, under Sigma's names.
///
/// `AncestorImage` repeats, once for each ancestor above the parent: the nearest [`ANCESTORS`], and
/// the topmost Zoom however far up it is.
fn derived_fields(lineage: Lineage<'_>, subject: Option<ProcessIndex>) -> Vec<(&str, &str)> {
    let Lineage { tree, zooms } = lineage;
    let Some(at) = subject else { return Vec::new() };
    let Some(process) = tree.process(at) else { return Vec::new() };
    let mut derived = Vec::new();
    if let Some(text) = process.decoding.as_ref().and_then(|decoding| decoding.last_text()) {
        derived.push(("DecodedCommandLine", text));
    }
    let mut ancestors = tree.ancestors(at).filter_map(|up| tree.process(up));
    if let Some(parent) = ancestors.next() {
        derived.extend(parent.image.as_deref().map(|image| ("ParentImage", image)));
        derived.extend(parent.command_line.as_deref().map(|line| ("ParentCommandLine", line)));
    }
    let near = ancestors.by_ref().take(ANCESTORS).filter_map(|up| up.image.as_deref());
    derived.extend(near.map(|image| ("AncestorImage", image)));
    if ancestors.next().is_some()
        && let Some(zoom) = zooms.topmost(at).filter(|zoom| process.parent != Some(*zoom))
    {
        let image = tree.process(zoom).and_then(|zoom| zoom.image.as_deref());
        derived.extend(image.map(|image| ("AncestorImage", image)));
    }
    derived
}

fn join(
    hits: Vec<Hit>,
    events: &[Event],
    tree: &ProcessTree,
    names: &Hosts,
    subjects: &Subjects,
    engine: &Engine,
) -> Vec<Finding> {
    let mut findings: BTreeMap<(usize, String), Finding> = BTreeMap::new();
    for hit in hits {
        let Some(event) = events.get(hit.record.0 as usize) else { continue };
        let Some(rule) = engine.rules().get(hit.rule) else { continue };
        let started = subjects.started(hit.record);
        let process = subjects.of_record(hit.record);
        let host = names.longest(event.host());
        let subject = match started.and_then(|at| tree.process(at)) {
            Some(process) => String::from(&process.key),
            None => record_key(host, event, hit.record),
        };
        let facts = process.and_then(|at| tree.process(at));
        let finding = findings.entry((hit.rule, subject)).or_insert_with_key(|(_, subject)| {
            let raised = raise::raise(&rule.info, facts);
            Finding {
                id: format!("{}:{subject}", rule.info.id),
                rule: rule.info.clone(),
                title: raised.title,
                severity: raised.severity,
                raised_by: raised.raised_by,
                host: host.to_owned(),
                time: facts.filter(|_| started.is_some()).and_then(|p| p.start).or(event.time),
                process,
                matched: hit.matched.clone(),
                records: Vec::new(),
            }
        });
        // Sysmon's record says more than Security's; what it matched is the better proof.
        if hit.matched.len() > finding.matched.len() {
            finding.matched = hit.matched;
        }
        finding.records.push(hit.record);
    }
    let mut sorted: Vec<Finding> = findings.into_values().collect();
    sorted.sort_by(|left, right| {
        let key = |finding: &Finding| (Reverse(finding.severity), finding.time);
        key(left)
            .cmp(&key(right))
            .then_with(|| left.rule.id.cmp(&right.rule.id))
            .then_with(|| left.id.cmp(&right.id))
    });
    sorted
}

fn record_key(host: &str, event: &Event, record: RecordIndex) -> String {
    match event.record_id {
        Some(id) => format!("{}|{}|{id}", host.to_lowercase(), event.channel().to_lowercase()),
        None => format!("{}|{}|#{}", host.to_lowercase(), event.channel().to_lowercase(), record.0),
    }
}
