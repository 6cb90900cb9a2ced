//! The chain where Zoom started no interpreter: not there, or could not be seen? For scripts, which
//! must tell the two apart. Not shown to people, who read that nothing was found.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{
    ChainInput, ENTRIES,
    covered::Covered,
    evidence,
    evidence::Entry,
    facts,
    state::{self, Window},
};
use crate::model::{ChainStep, RecordIndex, StepState, Telemetry, Timestamp};

/// The nine entries in order. Only the first can be observed: a Zoom that started nothing.
pub(super) fn without_interpreter(input: &ChainInput<'_>) -> Vec<ChainStep> {
    let hosts = hosts(input);
    let covered = Covered::of(input.coverage);
    let blind = blind(&hosts, &covered);
    let started = zoom_starts(input);
    ENTRIES
        .into_iter()
        .map(|(entry, step, name)| {
            let records = if entry == Entry::Start { started.clone() } else { Vec::new() };
            // What Zoom started is seen in process starts; no later step without them.
            let missing = match (records.is_empty(), entry) {
                (false, _) => Vec::new(),
                (true, Entry::Start | Entry::Interpreter) => blind.clone(),
                (true, _) => [blind.clone(), lacking(&hosts, &covered, entry)].concat(),
            };
            ChainStep {
                step,
                name,
                state: match (records.is_empty(), missing.is_empty()) {
                    (false, _) => StepState::Observed,
                    (true, true) => StepState::NotObserved,
                    (true, false) => StepState::CannotBeKnown,
                },
                first: records.iter().filter_map(|at| time(input, *at)).min(),
                records,
                processes: Vec::new(),
                summary: None,
                missing,
            }
        })
        .collect()
}

fn time(input: &ChainInput<'_>, at: RecordIndex) -> Option<Timestamp> {
    input.events.get(at.0 as usize)?.time
}

/// The start records of every Zoom, in time order.
fn zoom_starts(input: &ChainInput<'_>) -> Vec<RecordIndex> {
    let zooms = input.tree.processes.iter().filter(|process| facts::is_zoom(process));
    let mut records: Vec<RecordIndex> = zooms.flat_map(evidence::starts).collect();
    records.sort_by_key(|at| (time(input, *at), *at));
    records.dedup();
    records
}

/// A host with its first record.
type Host = (String, Option<Timestamp>);

/// Every host of the logs.
fn hosts(input: &ChainInput<'_>) -> Vec<Host> {
    let mut hosts: Vec<Host> = Vec::new();
    let mut known: HashMap<&str, usize, RandomState> = HashMap::default();
    for entry in input.coverage {
        let at = *known.entry(&entry.host).or_insert(hosts.len());
        match hosts.get_mut(at) {
            Some((_, first)) => *first = [*first, entry.first].into_iter().flatten().min(),
            None => hosts.push((entry.host.clone(), entry.first)),
        }
    }
    hosts
}

/// The hosts whose process starts are in neither log; one of the two is enough.
fn blind(hosts: &[Host], covered: &Covered<'_>) -> Vec<String> {
    const LOG: &str = "Sysmon 1 or Security 4688 (process starts)";
    if hosts.is_empty() {
        return vec![format!("{LOG}: none in these logs")];
    }
    let lacks = |host: &Host, kind| {
        let window = Window { hosts: std::slice::from_ref(host), before_secs: None };
        state::missing(covered, &window, kind, LOG)
    };
    hosts
        .iter()
        .filter_map(|host| {
            let sysmon = lacks(host, Telemetry::ProcessSysmon);
            let security = lacks(host, Telemetry::ProcessSecurity);
            let words = sysmon.into_iter().next().filter(|_| !security.is_empty())?;
            Some(if hosts.len() > 1 { format!("{}, {words}", host.0) } else { words })
        })
        .collect()
}

/// The other telemetry that would have shown the entry.
fn lacking(hosts: &[Host], covered: &Covered<'_>, entry: Entry) -> Vec<String> {
    let window = Window { hosts, before_secs: None };
    let kinds: &[(Telemetry, &str)] = match entry {
        Entry::Start | Entry::Interpreter => &[],
        Entry::Lure => &[(Telemetry::Files, "Sysmon 15 and 11 (downloaded files)")],
        Entry::Commands | Entry::Discovery => {
            &[(Telemetry::Scripts, "PowerShell 4104 (script blocks)")]
        }
        Entry::Persistence => &[
            (Telemetry::Tasks, "TaskScheduler 106 or Security 4698 (scheduled tasks)"),
            (Telemetry::Registry, "Sysmon 13 (registry values)"),
        ],
        Entry::Remote | Entry::Exfiltration => {
            &[(Telemetry::Network, "Sysmon 3 (network connections)")]
        }
        Entry::Lateral => &[
            (Telemetry::Network, "Sysmon 3 (network connections)"),
            (Telemetry::Logons, "Security 4648 (explicit credentials)"),
        ],
    };
    kinds.iter().flat_map(|(kind, log)| state::missing(covered, &window, *kind, log)).collect()
}
