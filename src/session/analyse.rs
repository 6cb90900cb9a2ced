//! Wires the layers: events become processes, command lines are decoded, rules judge, the chain is told.
//!
//! Pure: the same events give the same analysis, whatever the number of threads.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;

use crate::detect::chain::{self, ChainInput};
use crate::detect::{Engine, coverage, raise};
use crate::ingest::Loaded;
use crate::model::{
    Analysis, Confidence, Event, Host, Mark, PerKind, ProcessIndex, ProcessTree, StepState,
};
use crate::session::zoom::ZoomAbove;
use crate::session::{decode, judge, record_marks};
use crate::tree::{self, Hosts};

/// Reads, judges and tells: everything after the files are in memory.
pub fn analyse(loaded: Loaded, engine: &Engine, threads: usize) -> Analysis {
    analyse_watched(loaded, engine, threads, &|_| {})
}

/// As [`analyse`], and calls `done` with the name of each phase when it has ended, for who measures.
pub fn analyse_watched(
    loaded: Loaded,
    engine: &Engine,
    threads: usize,
    done: &dyn Fn(&'static str),
) -> Analysis {
    let events = Arc::new(loaded.events);
    let names = Hosts::of(&events);
    done("host names");
    let (mut tree, coverage) = both(
        threads,
        || tree::build_among(&events, &names, threads),
        || coverage::coverage(&events, &|logged| names.longest(logged).to_owned()),
    );
    done("tree and coverage");
    decode::decode_all(&mut tree.processes, threads);
    done("decoding");
    tree.inferred = tree::infer(&tree, &events, &names);
    done("inferred parents");
    let across = tree::across_hosts(&events, &names, &tree);
    done("across hosts");
    let zooms = ZoomAbove::of(&tree);
    let lineage = judge::Lineage { tree: &tree, zooms: &zooms };
    let findings = judge::judge(&events, lineage, &names, engine, threads);
    done("judging");
    let by_zoom = findings.iter().filter(|finding| raise::is_zoom_rule(&finding.rule.id));
    let zoom_roots = zoom_roots(&zooms, by_zoom.filter_map(|finding| finding.process));
    let hosts = hosts(&events, &tree, &names);
    done("hosts");
    let mut analysis = Analysis {
        sources: loaded.sources,
        left_out: loaded.left_out,
        events,
        also_at: loaded.also_at,
        hosts,
        tree,
        crossings: across.crossings,
        leads: across.leads,
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
    analysis.record_marks = record_marks::record_marks(&analysis);
    done("chain");
    analysis
}

/// Two pieces of work at once where there is more than one thread. A panic in either goes on here.
fn both<A, B: Send>(
    threads: usize,
    one: impl FnOnce() -> A,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    if threads < 2 {
        return (one(), other());
    }
    thread::scope(|scope| {
        let other = scope.spawn(other);
        let one = one();
        (one, other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
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
    let mut positions: BTreeMap<&str, usize> = BTreeMap::new();
    let mut hosts: Vec<Host> = Vec::new();
    let mut last = None;
    for process in &tree.processes {
        // Processes come sorted by host.
        let at = match last {
            Some((name, at)) if name == process.host => at,
            _ => position(&process.host, &mut positions, &mut hosts),
        };
        last = Some((process.host.as_str(), at));
        if let Some(host) = hosts.get_mut(at) {
            host.processes += u64::from(process.stub.is_none());
        }
    }
    let mut kinds = PerKind::default();
    for event in events {
        let at =
            kinds.of(event, || position(names.longest(event.host()), &mut positions, &mut hosts));
        let Some(host) = hosts.get_mut(at) else { continue };
        host.events += 1;
        if event.time.is_some() {
            host.first = host.first.map_or(event.time, |first| Some(first).min(event.time));
            host.last = host.last.max(event.time);
        }
    }
    hosts.sort_by(|left, right| left.name.cmp(&right.name));
    hosts
}

/// Where the host of this name stands; a new entry where it is new.
fn position<'a>(
    name: &'a str,
    positions: &mut BTreeMap<&'a str, usize>,
    hosts: &mut Vec<Host>,
) -> usize {
    *positions.entry(name).or_insert_with(|| {
        hosts.push(empty_host(name));
        hosts.len() - 1
    })
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
    mark_inferred(analysis, &mut marks);
    marks
}

/// Carries each chain on below what its processes are concluded to have asked for: a task's child
/// stands under a service in the logs, and is the intruder's all the same.
fn mark_inferred(analysis: &Analysis, marks: &mut [Mark]) {
    let tree = &analysis.tree;
    let mut asked: BTreeMap<ProcessIndex, Vec<ProcessIndex>> = BTreeMap::new();
    for inferred in &tree.inferred {
        if let Some(parent) = inferred.parent.filter(|_| inferred.confidence > Confidence::Low) {
            asked.entry(parent).or_default().push(inferred.child);
        }
    }
    let mut open: Vec<(ProcessIndex, ProcessIndex)> = Vec::new();
    for root in &analysis.zoom_roots {
        let below = tree.subtree(*root).into_iter().filter_map(|at| asked.get(&at));
        open.extend(below.flatten().map(|child| (*child, *root)));
    }
    // Each process is marked once, so forged conclusions in a circle end too.
    while let Some((at, root)) = open.pop() {
        let Some(mark) = marks.get_mut(at.0 as usize) else { continue };
        if mark.on_chain || mark.inferred_chain.is_some() {
            continue;
        }
        mark.inferred_chain = Some(root);
        open.extend(tree.children_of(at).iter().map(|child| (*child, root)));
        open.extend(asked.get(&at).into_iter().flatten().map(|child| (*child, root)));
    }
}
