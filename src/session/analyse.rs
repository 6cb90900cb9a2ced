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
    Analysis, Decoding, Event, Host, Mark, Process, ProcessIndex, ProcessTree, StepState,
    file_name, is_same_text,
};
use crate::session::judge;
use crate::tree::{self, Hosts};

/// The program whose children the product is about.
const ZOOM: &str = "Zoom.exe";

/// Reads, judges and tells: everything after the files are in memory.
pub fn analyse(loaded: Loaded, engine: &Engine, threads: usize) -> Analysis {
    let events = Arc::new(loaded.events);
    let mut tree = tree::build(&events);
    decode_all(&mut tree.processes, threads);
    let names = Hosts::of(&events);
    let findings = judge::judge(&events, &tree, &names, engine, threads);
    let by_zoom = findings.iter().filter(|finding| raise::is_zoom_rule(&finding.rule.id));
    let zoom_roots = zoom_roots(&tree, by_zoom.filter_map(|finding| finding.process));
    let hosts = hosts(&events, &tree, &names);
    let coverage = coverage::coverage(&events, &|logged| names.longest(logged).to_owned());
    let mut analysis = Analysis {
        sources: loaded.sources,
        events,
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

/// Decodes every command line, the processes shared out over the threads.
fn decode_all(processes: &mut [Process], threads: usize) {
    let share = processes.len().div_ceil(threads.max(1)).max(1);
    thread::scope(|scope| {
        for part in processes.chunks_mut(share) {
            let work = move || {
                for process in part {
                    process.decoding = Some(decode_one(process));
                }
            };
            // Where no thread can be had the work is done here.
            if share >= 256 {
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
fn zoom_roots(tree: &ProcessTree, found: impl Iterator<Item = ProcessIndex>) -> Vec<ProcessIndex> {
    let is_zoom = |at: &ProcessIndex| {
        tree.process(*at)
            .and_then(|process| process.image.as_deref())
            .is_some_and(|image| is_same_text(file_name(image), ZOOM))
    };
    let mut roots: Vec<ProcessIndex> =
        found.filter_map(|at| tree.ancestors(at).filter(is_zoom).last()).collect();
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
        let name = names.longest(&event.host);
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
