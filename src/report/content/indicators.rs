//! What to hunt for on other hosts, from what the chain's processes name and did. Exact values:
//! defanging is up to the format.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{Deed, IndicatorKind, Process, ProcessIndex, RecordIndex, StepState, Timestamp};

use super::{Facts, findings::Person};

/// One indicator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IndicatorLine {
    /// What it is.
    pub kind: IndicatorKind,
    /// The exact value.
    pub value: String,
    /// How often the chain's command lines and records name it.
    pub count: u64,
    /// Earliest of them.
    pub first: Option<Timestamp>,
    /// The processes that name it.
    pub processes: Vec<Person>,
}

#[derive(Debug, Default)]
struct Seen {
    value: String,
    count: u64,
    first: Option<Timestamp>,
    processes: Vec<Person>,
    /// Those in the list, by name, id and whether they are stubs.
    known: BTreeSet<(String, Option<u32>, bool)>,
}

type Table = BTreeMap<(IndicatorKind, String), Seen>;

/// Sorted by kind, then value. A value is one whatever its letter case.
pub(super) fn indicators(facts: &Facts<'_>) -> Vec<IndicatorLine> {
    // The chain's records are those that say something of the attack.
    let telling: BTreeSet<RecordIndex> = facts
        .analysis
        .zoom_chain()
        .iter()
        .filter(|step| step.state == StepState::Observed && matches!(step.step, 2 | 4..=8))
        .flat_map(|step| step.records.iter().copied())
        .collect();
    let mut table = Table::new();
    for at in facts.subjects() {
        let Some(process) = facts.process(at) else { continue };
        let named = process.decoding.iter().flat_map(|decoding| &decoding.indicators);
        for indicator in named {
            note(&mut table, (indicator.kind, &indicator.value), process.start, process);
        }
    }
    for process in &facts.analysis.tree.processes {
        for activity in process.activity.iter().filter(|a| telling.contains(&a.record)) {
            let deed = activity.deed(&facts.analysis.tree, &facts.analysis.events);
            if let Some((kind, value)) = deed.as_ref().and_then(indicator_of) {
                note(&mut table, (kind, &value), activity.time, process);
            }
        }
    }
    for (at, share) in shares(facts) {
        if let Some(process) = facts.process(at) {
            note(&mut table, (IndicatorKind::Share, share), process.start, process);
        }
    }
    table
        .into_iter()
        .map(|((kind, _), seen)| IndicatorLine {
            kind,
            value: seen.value,
            count: seen.count,
            first: seen.first,
            processes: seen.processes,
        })
        .collect()
}

/// Shares that the command lines of lateral movement name, where the decoder did not already.
fn shares<'a>(facts: &Facts<'a>) -> BTreeSet<(ProcessIndex, &'a str)> {
    let steps = facts.analysis.zoom_chain().iter().filter(|step| step.step == 8);
    steps
        .flat_map(|step| &step.processes)
        .filter_map(|at| facts.process(*at).map(|process| (*at, process)))
        .flat_map(|(at, process)| {
            let line = process.command_line.as_deref().unwrap_or_default();
            let words = line.split([' ', '"']).filter(|word| word.starts_with(r"\\"));
            let known = process.decoding.iter().flat_map(|decoding| &decoding.indicators);
            let known: BTreeSet<&str> = known.map(|indicator| indicator.value.as_str()).collect();
            words.filter(|word| !known.contains(word)).map(|word| (at, word)).collect::<Vec<_>>()
        })
        .collect()
}

fn note(
    table: &mut Table,
    (kind, value): (IndicatorKind, &str),
    time: Option<Timestamp>,
    process: &Process,
) {
    let seen = table.entry((kind, value.to_lowercase())).or_default();
    if seen.value.is_empty() {
        value.clone_into(&mut seen.value);
    }
    seen.count += 1;
    seen.first = [seen.first, time].into_iter().flatten().min();
    let person = Person::of(process);
    if seen.known.insert((person.name.clone(), person.pid, person.is_stub)) {
        seen.processes.push(person);
    }
}

fn indicator_of(deed: &Deed<'_>) -> Option<(IndicatorKind, String)> {
    let (kind, value) = match deed {
        // The port goes: it is the address that is looked for, and the other side's.
        Deed::Network(to) => {
            (IndicatorKind::Ip, to.remote_address.or(to.destination_address)?.to_owned())
        }
        Deed::Dns(lookup) => (IndicatorKind::Domain, lookup.name?.to_owned()),
        Deed::File(file) => (IndicatorKind::Path, file.path?.to_owned()),
        // A mark is how the file was marked, not what it is called.
        Deed::Stream(written) => (
            IndicatorKind::Path,
            match written.stream {
                Some("Zone.Identifier") => written.file?.to_owned(),
                _ => written.path?.to_owned(),
            },
        ),
        Deed::Registry(change) => (
            IndicatorKind::RegistryKey,
            [change.key?, change.value.map_or("", |_| "\\"), change.value.unwrap_or_default()]
                .concat(),
        ),
        Deed::ObjectAccess(access) => match access.object_type? {
            "File" => (IndicatorKind::Path, access.object?.to_owned()),
            "Key" => (IndicatorKind::RegistryKey, access.object?.to_owned()),
            _ => return None,
        },
        Deed::Task(task) => (IndicatorKind::Task, task.name?.to_owned()),
        Deed::Share(_) => (IndicatorKind::Share, deed.text()),
        Deed::Bits(job) => (IndicatorKind::Url, job.url?.to_owned()),
        _ => return None,
    };
    (!value.trim().is_empty()).then_some((kind, value))
}

/// The host of a URL, or of `\\host\share`.
pub(super) fn host_of(value: &str) -> Option<&str> {
    let rest = match value.split_once("://") {
        Some((_, rest)) => rest,
        None => value.strip_prefix(r"\\")?,
    };
    let host = rest.split(['/', '\\', '?', '#']).next()?;
    let host = host.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty()).then_some(host)
}
