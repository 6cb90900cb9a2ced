//! Wires the layers: events become processes, command lines are decoded, rules judge, the chain is told.
//!
//! Pure: the same events give the same analysis, whatever the number of threads.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;

use crate::decode;
use crate::detect::chain::{self, ChainInput};
use crate::detect::{Engine, coverage, raise};
use crate::ingest::Loaded;
use crate::model::{
    Analysis, Decoding, Event, FailedDecode, Host, Mark, Process, ProcessIndex, ProcessTree,
    StepState,
};
use crate::session::judge;
use crate::session::zoom::ZoomAbove;
use crate::tree::{self, Hosts};

/// Processes decoded before the size of what came out is looked at.
const BATCH: usize = 1024;
/// Processes worth a thread of their own.
const SHARE: usize = 32;
/// Decoded text that all processes together may have, in bytes, besides the small ones.
const MAX_DECODED: usize = 512 << 20;
/// Decoded text of a process that is not counted.
const SMALL_DECODED: usize = 4 << 10;

/// Reads, judges and tells: everything after the files are in memory.
pub fn analyse(loaded: Loaded, engine: &Engine, threads: usize) -> Analysis {
    let events = Arc::new(loaded.events);
    let mut tree = tree::build(&events);
    decode_all(&mut tree.processes, threads);
    let names = Hosts::of(&events);
    let zooms = ZoomAbove::of(&tree);
    let lineage = judge::Lineage { tree: &tree, zooms: &zooms };
    let findings = judge::judge(&events, lineage, &names, engine, threads);
    let by_zoom = findings.iter().filter(|finding| raise::is_zoom_rule(&finding.rule.id));
    let zoom_roots = zoom_roots(&zooms, by_zoom.filter_map(|finding| finding.process));
    let hosts = hosts(&events, &tree, &names);
    let coverage = coverage::coverage(&events, &|logged| names.longest(logged).to_owned());
    let mut analysis = Analysis {
        sources: loaded.sources,
        events,
        also_at: loaded.also_at,
        hosts,
        tree,
        findings,
        coverage,
        issues: loaded.issues,
        zoom_roots,
        ..Analysis::default()
    };
    analysis.chain = chain::chain(&ChainInput {
        events: &analysis.events,
        tree: &analysis.tree,
        findings: &analysis.findings,
        coverage: &analysis.coverage,
        zoom_roots: &analysis.zoom_roots,
    });
    analysis.marks = marks(&analysis);
    analysis
}

/// Decodes every command line, in batches so that a log full of compressed bombs is noticed before
/// it has filled the memory, and always at the same process.
fn decode_all(processes: &mut [Process], threads: usize) {
    let mut left = MAX_DECODED;
    for batch in processes.chunks_mut(BATCH) {
        decode_batch(batch, threads);
        for decoding in batch.iter_mut().filter_map(|process| process.decoding.as_mut()) {
            let size = decoding.layers.iter().map(|layer| layer.text.len()).sum();
            if size <= SMALL_DECODED {
                continue;
            }
            match left.checked_sub(size) {
                Some(rest) => left = rest,
                None => leave_out(decoding, size),
            }
        }
    }
}

/// Takes the layers away and says so.
fn leave_out(decoding: &mut Decoding, size: usize) {
    let Some(first) = decoding.layers.drain(..).next() else { return };
    let reason = format!(
        "it decodes to {size} bytes, and with those before it to more than the limit of {} MiB for \
         all processes: left out here, `spawnscope decode` shows it",
        MAX_DECODED >> 20
    );
    decoding.failed = vec![FailedDecode { trick: first.trick, span: first.span, reason }];
}

/// Decodes some command lines, shared out over the threads.
fn decode_batch(processes: &mut [Process], threads: usize) {
    let share = processes.len().div_ceil(threads.max(1)).max(1);
    thread::scope(|scope| {
        for part in processes.chunks_mut(share) {
            let work = move || {
                for process in part {
                    process.decoding = Some(decode_one(process));
                }
            };
            // A thread for a few lines costs more than it saves.
            if share >= SHARE {
                scope.spawn(work);
            } else {
                work();
            }
        }
    });
}

fn decode_one(process: &Process) -> Decoding {
    let Some(text) = process.command_line.as_deref() else { return Decoding::default() };
    decode::decode(&decode::Command {
        text,
        image: process.image.as_deref(),
        original_file_name: process.original_file_name.as_deref(),
    })
}

/// The Zoom processes above these, each the topmost of its line, in tree order.
fn zoom_roots(zooms: &ZoomAbove, found: impl Iterator<Item = ProcessIndex>) -> Vec<ProcessIndex> {
    let mut roots: Vec<ProcessIndex> = found.filter_map(|at| zooms.topmost(at)).collect();
    roots.sort_unstable();
    roots.dedup();
    roots
}

fn hosts(events: &[Event], tree: &ProcessTree, names: &Hosts) -> Vec<Host> {
    let mut hosts: BTreeMap<&str, Host> = BTreeMap::new();
    for process in &tree.processes {
        let host = hosts.entry(&process.host).or_insert_with(|| empty_host(&process.host));
        host.processes += u64::from(process.stub.is_none());
    }
    for event in events {
        let name = names.longest(event.host());
        let host = hosts.entry(name).or_insert_with(|| empty_host(name));
        host.events += 1;
        if event.time.is_some() {
            host.first = host.first.map_or(event.time, |first| Some(first).min(event.time));
            host.last = host.last.max(event.time);
        }
    }
    hosts.into_values().collect()
}

fn empty_host(name: &str) -> Host {
    Host { name: name.to_owned(), processes: 0, events: 0, first: None, last: None }
}

/// Severity, step and place on a chain for every process.
fn marks(analysis: &Analysis) -> Vec<Mark> {
    let mut observed = analysis.chain.clone();
    observed.retain(|step| step.state == StepState::Observed);
    let mut marks: Vec<Mark> = chain::step_of(&observed, &analysis.tree)
        .into_iter()
        .map(|step| Mark { step, ..Mark::default() })
        .collect();
    marks.resize(analysis.tree.processes.len(), Mark::default());
    let mut with = |at: ProcessIndex, change: &dyn Fn(&mut Mark)| {
        if let Some(mark) = marks.get_mut(at.0 as usize) {
            change(mark);
        }
    };
    for finding in &analysis.findings {
        if let Some(at) = finding.process {
            with(at, &|mark| mark.severity = mark.severity.max(Some(finding.severity)));
        }
    }
    for root in &analysis.zoom_roots {
        for at in analysis.tree.subtree(*root) {
            with(at, &|mark| mark.on_chain = true);
        }
    }
    marks
}
