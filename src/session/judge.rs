//! Runs the rules over every record and joins what they say into findings.
//!
//! A finding is one rule and one subject: the process for rules on process creation, else the record.
//! What a 4688 record leaves out of its parent is filled in from the tree before rules run.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::thread;

use crate::detect::{Engine, RuleMatch, raise};
use crate::model::{Event, Finding, Matched, ProcessIndex, ProcessTree, RecordIndex};
use crate::session::zoom::ZoomAbove;
use crate::tree::Hosts;

/// The nearest ancestors whose images rules see. A forged chain of a hundred thousand processes
/// would otherwise be walked to its top for each of them.
const ANCESTORS: usize = 64;

/// The processes, and which Zoom is above each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lineage<'a> {
    pub(super) tree: &'a ProcessTree,
    pub(super) zooms: &'a ZoomAbove,
}

/// Which process a record is about.
struct Subjects {
    /// Starts and ends: the record is a witness of the process.
    witnessed: BTreeMap<RecordIndex, ProcessIndex>,
    /// Anything else the process did.
    acted: BTreeMap<RecordIndex, ProcessIndex>,
}

impl Subjects {
    fn of(tree: &ProcessTree) -> Self {
        let mut subjects = Self { witnessed: BTreeMap::new(), acted: BTreeMap::new() };
        for (at, process) in tree.iter() {
            subjects.witnessed.extend(process.witnesses.iter().map(|witness| (witness.record, at)));
            subjects.acted.extend(process.activity.iter().map(|activity| (activity.record, at)));
        }
        subjects
    }

    fn of_record(&self, record: RecordIndex) -> Option<ProcessIndex> {
        self.witnessed.get(&record).or_else(|| self.acted.get(&record)).copied()
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
    let subjects = Subjects::of(tree);
    let share = events.len().div_ceil(threads.max(1)).max(1);
    let hits: Vec<Hit> = thread::scope(|scope| {
        let subjects = &subjects;
        let parts: Vec<_> = events
            .chunks(share)
            .enumerate()
            .map(|(part, events)| {
                scope.spawn(move || judge_part(part * share, events, lineage, subjects, engine))
            })
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap_or_default()).collect()
    });
    join(hits, events, tree, names, &subjects, engine)
}

fn judge_part(
    first: usize,
    events: &[Event],
    lineage: Lineage<'_>,
    subjects: &Subjects,
    engine: &Engine,
) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (at, event) in events.iter().enumerate() {
        if !engine.is_relevant(event.home_channel(), event.event_id) {
            continue;
        }
        let Ok(record) = u32::try_from(first + at).map(RecordIndex) else { break };
        let derived = derived_fields(lineage, subjects.of_record(record));
        for RuleMatch { rule, mut matched } in engine.evaluate(event, &derived) {
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
        let started = subjects.witnessed.get(&hit.record).copied();
        let process = subjects.of_record(hit.record);
        let host = names.longest(event.host());
        let subject = match started.and_then(|at| tree.process(at)) {
            Some(process) => process.key.clone(),
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
