//! Which process each record is about, and what it is proof of: the tree and the findings turned
//! round, for whoever starts from a record.

use std::collections::HashMap;

use crate::model::{Analysis, Event, PerKind, RecordIndex, RecordMark};

/// One mark for each record.
pub(super) fn record_marks(analysis: &Analysis) -> Vec<RecordMark> {
    let mut marks = hosts(analysis);
    let mut with = |at: RecordIndex, change: &dyn Fn(&mut RecordMark)| {
        if let Some(mark) = marks.get_mut(at.0 as usize) {
            change(mark);
        }
    };
    for (at, process) in analysis.tree.iter() {
        for activity in &process.activity {
            with(activity.record, &|mark| {
                mark.process = Some(at);
                mark.kind = Some(activity.kind);
            });
        }
        // A start by one process is a start of another: the record is about that one.
        for witness in &process.witnesses {
            with(witness.record, &|mark| {
                mark.process = Some(at);
                mark.kind = None;
            });
        }
    }
    for finding in &analysis.findings {
        for record in &finding.records {
            with(*record, &|mark| mark.severity = mark.severity.max(Some(finding.severity)));
        }
    }
    further_parts(analysis, &mut marks);
    marks
}

/// Marks with nothing but the host, found by the name as logged in any letter case, or by its part
/// before the domain.
fn hosts(analysis: &Analysis) -> Vec<RecordMark> {
    let mut known: HashMap<String, u32> = HashMap::new();
    for (at, host) in (0u32..).zip(&analysis.hosts) {
        let name = host.name.to_lowercase();
        if let Some((short, _)) = name.split_once('.') {
            known.entry(short.to_owned()).or_insert(at);
        }
        // A whole name means itself, even where it is the short name of another.
        known.insert(name, at);
    }
    let mut kinds = PerKind::default();
    let host = |event: &Event| known.get(&event.host().to_lowercase()).copied().unwrap_or(u32::MAX);
    analysis
        .events
        .iter()
        .map(|event| RecordMark { host: kinds.of(event, || host(event)), ..RecordMark::default() })
        .collect()
}

/// A script block is one deed, told at its first part: the other parts belong to it.
fn further_parts(analysis: &Analysis, marks: &mut [RecordMark]) {
    let block = |event: &Event, mark: &RecordMark| -> Option<(u32, String)> {
        let is_part = event.event_id == 4104 && event.number("MessageTotal")? > 1;
        let id = event.field("ScriptBlockId").filter(|_| is_part)?;
        Some((mark.host, id.to_lowercase()))
    };
    let mut doers: HashMap<(u32, String), RecordMark> = HashMap::new();
    let mut open: Vec<(usize, (u32, String))> = Vec::new();
    for (at, (event, mark)) in analysis.events.iter().zip(marks.iter()).enumerate() {
        let Some(key) = block(event, mark) else { continue };
        if mark.process.is_some() {
            doers.insert(key, *mark);
        } else {
            open.push((at, key));
        }
    }
    for (at, key) in open {
        if let (Some(doer), Some(mark)) = (doers.get(&key), marks.get_mut(at)) {
            mark.process = doer.process;
            mark.kind = doer.kind;
        }
    }
}
