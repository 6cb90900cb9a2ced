//! The attack chain of the brief: eight steps from Zoom's start to exfiltration, each observed, not
//! observed, or beyond what these logs can tell. Not a rule engine: it reads what rules found.

mod covered;
mod evidence;
mod facts;
mod host_set;
mod lure;
mod state;
mod unseen;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    ChainStep, Coverage, CoverageState, Event, Finding, ProcessIndex, ProcessTree, RecordIndex,
    StepState, Telemetry, Timestamp,
};

use self::{
    covered::Covered,
    evidence::{Entry, Evidence, Scene},
    host_set::HostSet,
    state::{Window, missing},
};

/// What the chain is judged from.
#[derive(Clone, Copy, Debug)]
pub struct ChainInput<'a> {
    /// All records, sorted by time.
    pub events: &'a [Event],
    /// The processes.
    pub tree: &'a ProcessTree,
    /// What the rules found.
    pub findings: &'a [Finding],
    /// Telemetry by host.
    pub coverage: &'a [Coverage],
    /// The Zoom processes from which an interpreter was started.
    pub zoom_roots: &'a [ProcessIndex],
}

/// How far before the first interpreter the logs must reach to say that nothing led to it.
const LURE_COVER_SECS: i64 = 1200;

const ENTRIES: [(Entry, u8, &str); 9] = [
    (Entry::Start, 1, "Zoom starts"),
    (Entry::Lure, 2, "Initial access or lure"),
    (Entry::Interpreter, 3, "Interpreter spawned"),
    (Entry::Commands, 4, "Commands, scripts"),
    (Entry::Discovery, 5, "Reconnaissance"),
    (Entry::Persistence, 6, "Persistence"),
    (Entry::Remote, 7, "Remote access"),
    (Entry::Lateral, 8, "Lateral movement"),
    (Entry::Exfiltration, 8, "Exfiltration"),
];

/// The nine entries in order.
///
/// Evidence comes from the Zoom chain only: the interpreters, all below them, and records that
/// name a task or service they made. Step 2 also looks at what Zoom and its siblings brought in
/// before. Time order is evidence of order, not of cause. Where no Zoom process started an
/// interpreter, the entries say whether these logs would have shown it.
pub fn chain(input: &ChainInput<'_>) -> Vec<ChainStep> {
    if input.zoom_roots.is_empty() || Scene::new(input).interpreters.is_empty() {
        return unseen::without_interpreter(input);
    }
    let mut found = Scene::collect(input);
    let hosts = hosts(input);
    let logs = Logs::of(input);
    ENTRIES
        .into_iter()
        .map(|(entry, step, name)| {
            let evidence = found.remove(&entry).unwrap_or_default();
            let missing = absent(input, &logs, entry, &hosts);
            step_from(input, (entry, step, name), evidence, missing)
        })
        .collect()
}

fn step_from(
    input: &ChainInput<'_>,
    (entry, step, name): (Entry, u8, &'static str),
    evidence: Evidence,
    missing: Vec<String>,
) -> ChainStep {
    let is_open = entry == Entry::Lure && !missing.is_empty() && !evidence.is_near;
    let state = if !evidence.records.is_empty() && !is_open {
        StepState::Observed
    } else if missing.is_empty() {
        StepState::NotObserved
    } else {
        StepState::CannotBeKnown
    };
    let time = |record: &RecordIndex| input.events.get(record.0 as usize)?.time;
    // What came long before a hole does not say what came in the hole.
    let shown = if is_open { BTreeSet::new() } else { evidence.records };
    let mut records: Vec<RecordIndex> = shown.into_iter().collect();
    records.sort_by_key(|record| (time(record).is_none(), time(record), *record));
    let is_observed = state == StepState::Observed;
    ChainStep {
        step,
        name,
        state,
        first: records.iter().filter_map(time).min(),
        records,
        processes: evidence.processes.into_iter().collect(),
        summary: is_observed.then(|| summary(entry, &evidence.words)).flatten(),
        missing: if is_observed { Vec::new() } else { missing },
    }
}

/// Few words on what was seen: the most frequent first, at most two.
fn summary(entry: Entry, words: &BTreeMap<String, u64>) -> Option<String> {
    let mut seen: Vec<(&str, u64)> =
        words.iter().map(|(words, count)| (words.as_str(), *count)).collect();
    // A share says where to; credentials alone do not.
    let is_vague = |words: &str| entry == Entry::Lateral && !words.contains(r"\\");
    seen.sort_by_key(|(words, count)| (is_vague(words), Reverse(*count), *words));
    let (first, count) = *seen.first()?;
    let others = seen.len() - 1;
    let more = if others > 0 { format!(" and {others} more") } else { String::new() };
    Some(match entry {
        Entry::Commands => {
            seen.iter().map(|(words, count)| counted(*count, words)).collect::<Vec<_>>().join(", ")
        }
        Entry::Remote if first.parse::<std::net::SocketAddr>().is_ok() => {
            format!("Connects to {first}{more}")
        }
        Entry::Persistence | Entry::Discovery | Entry::Lateral => {
            seen.iter().take(3).map(|(words, _)| *words).collect::<Vec<_>>().join(", ")
        }
        Entry::Interpreter | Entry::Start if count > 1 && others == 0 => {
            format!("{first}, {count} times")
        }
        _ => format!("{first}{more}"),
    })
}

/// `1 script record`, `3 script records`.
fn counted(count: u64, words: &str) -> String {
    let one = words.strip_suffix('s').unwrap_or(words);
    if count == 1 { format!("1 {one}") } else { format!("{count} {words}") }
}

/// The hosts with an interpreter under Zoom and the time that the logs are judged from: the first
/// of the gravest ones there, so that a harmless one earlier does not move the window.
fn hosts(input: &ChainInput<'_>) -> Vec<(String, Option<Timestamp>)> {
    let scene = Scene::new(input);
    let mut hosts: Vec<(String, Option<Timestamp>)> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for at in scene.interpreters.iter().chain(input.zoom_roots) {
        let Some(process) = input.tree.process(*at) else { continue };
        let start = process.start.filter(|_| scene.is_gravest(*at));
        let position = *known.entry(process.host.to_lowercase()).or_insert(hosts.len());
        match hosts.get_mut(position) {
            Some((_, first)) => *first = [*first, start].into_iter().flatten().min(),
            None => hosts.push((String::from(&process.host), start)),
        }
    }
    hosts
}

/// What the steps ask of the logs as a whole.
struct Logs<'a> {
    covered: Covered<'a>,
    /// The hosts with connections by Security 5156.
    connections: HostSet,
    /// The hosts with stream records, Sysmon 15.
    streams: HostSet,
}

impl<'a> Logs<'a> {
    fn of(input: &ChainInput<'a>) -> Self {
        let has_stream =
            |event: &Event| event.event_id == 15 && event.field("TargetFilename").is_some();
        Self {
            covered: Covered::of(input.coverage),
            connections: HostSet::of(input.events, |event| event.event_id == 5156),
            streams: HostSet::of(input.events, has_stream),
        }
    }
}

/// The logs that would have shown this entry and are missing where and when it mattered.
fn absent(
    input: &ChainInput<'_>,
    logs: &Logs<'_>,
    entry: Entry,
    hosts: &[(String, Option<Timestamp>)],
) -> Vec<String> {
    let before = Window { hosts, before_secs: Some(LURE_COVER_SECS) };
    let after = Window { hosts, before_secs: None };
    let lacks = |window: &Window<'_>, kind, log: &str| missing(&logs.covered, window, kind, log);
    let network = || {
        if hosts.iter().any(|(host, _)| logs.connections.has(host)) {
            Vec::new()
        } else {
            lacks(&after, Telemetry::Network, "Sysmon 3 (network connections)")
        }
    };
    match entry {
        Entry::Start => vec!["the start record of Zoom.exe (Sysmon 1 or Security 4688)".to_owned()],
        Entry::Lure => {
            let files = lacks(&before, Telemetry::Files, "Sysmon 15 and 11 (downloaded files)");
            let files = [files, state::late(&logs.covered, &before)].concat();
            if files.is_empty() { without_stream_records(logs, hosts) } else { files }
        }
        Entry::Interpreter | Entry::Commands => {
            lacks(&after, Telemetry::Scripts, "PowerShell 4104 (script blocks)")
        }
        Entry::Discovery => [commands(logs, &after), scripts(input, logs, &after)].concat(),
        Entry::Persistence => [
            lacks(&after, Telemetry::Tasks, "TaskScheduler 106 or Security 4698 (scheduled tasks)"),
            lacks(&after, Telemetry::Registry, "Sysmon 13 (registry values)"),
        ]
        .concat(),
        Entry::Remote | Entry::Exfiltration => network(),
        Entry::Lateral => {
            [network(), lacks(&after, Telemetry::Logons, "Security 4648 (explicit credentials)")]
                .concat()
        }
    }
}

/// A Sysmon that never wrote a stream record is not set to write any.
fn without_stream_records(logs: &Logs<'_>, hosts: &[(String, Option<Timestamp>)]) -> Vec<String> {
    hosts
        .iter()
        .filter(|(host, _)| !logs.streams.has(host))
        .map(|(host, _)| format!("Sysmon 15 (Mark of the Web) on {host}: none in these logs"))
        .collect()
}

/// Process starts with command lines: one of the two logs is enough.
fn commands(logs: &Logs<'_>, window: &Window<'_>) -> Vec<String> {
    let missing = |kind, log| missing(&logs.covered, window, kind, log);
    let sysmon = missing(Telemetry::ProcessSysmon, "Sysmon 1 (process starts)");
    if sysmon.is_empty() {
        return Vec::new();
    }
    let security = missing(Telemetry::ProcessSecurity, "Security 4688 (process starts)");
    let is_bare = window.hosts.iter().any(|(host, _)| {
        logs.covered.entry(host, Telemetry::ProcessSecurity).is_some_and(|entry| {
            entry.state == CoverageState::Partial
                && entry.note.as_deref() == Some(super::coverage::NO_COMMAND_LINES)
        })
    });
    match (security.is_empty(), is_bare) {
        (true, false) => Vec::new(),
        (true, true) => vec!["command lines in Security 4688".to_owned()],
        (false, _) => sysmon,
    }
}

/// What runs inside PowerShell starts no process: only script blocks show it.
fn scripts(input: &ChainInput<'_>, logs: &Logs<'_>, window: &Window<'_>) -> Vec<String> {
    let scene = Scene::new(input);
    let runs_powershell = scene
        .interpreters
        .iter()
        .any(|at| input.tree.process(*at).is_some_and(facts::is_powershell));
    if runs_powershell {
        missing(&logs.covered, window, Telemetry::Scripts, "PowerShell 4104 (script blocks)")
    } else {
        Vec::new()
    }
}

/// The one step that says most about each process, by [`ProcessIndex`], for the Step column.
///
/// A Zoom root is 1 and an interpreter it started itself is 3, whatever else they did. Of the
/// others the latest step from 5 on counts, then 3, 4, 2.
pub fn step_of(chain: &[ChainStep], tree: &ProcessTree) -> Vec<Option<u8>> {
    let mut steps: Vec<Option<u8>> = vec![None; tree.processes.len()];
    let of_step = |wanted: u8| {
        chain.iter().filter(move |step| step.step == wanted).flat_map(|step| &step.processes)
    };
    let roots: BTreeSet<ProcessIndex> = of_step(1).copied().collect();
    let interpreters: BTreeSet<ProcessIndex> = of_step(3).copied().collect();
    let is_direct = |at: ProcessIndex| {
        tree.process(at)
            .and_then(|process| process.parent)
            .is_some_and(|parent| roots.contains(&parent))
    };
    for step in [2, 4, 3, 5, 6, 7, 8] {
        for at in of_step(step) {
            let is_fixed = step > 3 && is_direct(*at) && interpreters.contains(at);
            if let Some(slot) = steps.get_mut(at.0 as usize)
                && !is_fixed
            {
                *slot = Some(step);
            }
        }
    }
    for root in &roots {
        if let Some(slot) = steps.get_mut(root.0 as usize) {
            *slot = Some(1);
        }
    }
    steps
}
