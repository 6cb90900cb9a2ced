//! One real record of each kind that the recordings hold: what it says, and whose it is.
//!
//! Expected values were read from the recordings with `evtx_dump` and from their NDJSON as it is.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that panics is a failing test")]

mod logs;
mod security;
mod sysmon;

use std::{collections::BTreeMap, path::Path};

use crate::support::samples;
use serde_json::Value;
use spawnscope::{
    ingest::{Options, Silent, load},
    model::{ActivityKind as Kind, AttachedBy, Event, Log, ProcessTree},
    tree,
};

/// Where, which record (log, event id, field and what it contains), kind, line, some of the detail,
/// and whose it is: image and process id, or the host's.
type Case =
    (&'static str, Log, u32, (&'static str, &'static str), Kind, &'static str, Value, Whose);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Host,
    Process(&'static str, u32, AttachedBy),
}
use Whose::{Host, Process};

fn guid(name: &'static str, pid: u32) -> Whose {
    Process(name, pid, AttachedBy::Guid)
}

fn by_id(name: &'static str, pid: u32) -> Whose {
    Process(name, pid, AttachedBy::ProcessId)
}

/// Image and id of the process it is with, kind, line and detail.
type Told = (Option<(String, u32, AttachedBy)>, Kind, String, Value);

struct Loaded {
    events: Vec<Event>,
    tree: ProcessTree,
}

fn loaded(path: &Path) -> Loaded {
    let events = load(&[path.to_owned()], &Options::default(), &Silent).events;
    let tree = tree::build(&events);
    Loaded { events, tree }
}

/// Image and id of the process that the record is with, by what; `None` where it is nowhere.
fn whose(loaded: &Loaded, record: usize) -> Option<Told> {
    let Loaded { events, tree } = loaded;
    let own = tree
        .processes
        .iter()
        .flat_map(|process| process.activity.iter().map(move |did| (Some(process), did)));
    let hosts = tree.unattached.iter().flat_map(|host| &host.activity).map(|did| (None, did));
    let mut found = own.chain(hosts).filter(|(_, did)| {
        let parts = tree.script_parts(did.record);
        did.record.0 as usize == record || parts.iter().any(|part| part.0 as usize == record)
    });
    let (process, did) = found.next()?;
    assert!(found.next().is_none(), "{did:?} stands in two places");
    let whose = process
        .zip(did.by)
        .map(|(process, by)| (process.name().to_owned(), process.pid.unwrap_or_default(), by));
    assert_eq!(process.is_some(), did.by.is_some());
    let detail = serde_json::to_value(did.deed(tree, events)).unwrap();
    Some((whose, did.kind, did.text(tree, events), detail))
}

fn check(folder: &str, cases: Vec<Case>) {
    let Some(folder) = samples::folder(folder) else { return };
    let mut by_file: BTreeMap<&str, Vec<Case>> = BTreeMap::new();
    for case in cases {
        by_file.entry(case.0).or_default().push(case);
    }
    for (file, cases) in by_file {
        let loaded = loaded(&folder.join(file));
        for (_, log, event_id, (field, part), kind, text, detail, expected) in cases {
            let what = format!("{file} {log:?} {event_id} {field} {part}");
            let record = loaded.events.iter().position(|event| {
                event.event_id == event_id
                    && Log::of(event) == Some(log)
                    && (field.is_empty()
                        || event.raw(field).is_some_and(|value| value.contains(part)))
            });
            let record = record.unwrap_or_else(|| panic!("no record: {what}"));
            let (found, is, said, told) =
                whose(&loaded, record).unwrap_or_else(|| panic!("lost: {what}"));
            assert_eq!(is, kind, "{what}");
            assert_eq!(said, text, "{what}");
            for (name, value) in detail.as_object().unwrap() {
                assert_eq!(told.get(name), Some(value), "{what}: {name} of {told:#}");
            }
            let found = found.as_ref().map(|(name, pid, by)| (name.as_str(), *pid, *by));
            let expected = match expected {
                Host => None,
                Process(name, pid, by) => Some((name, pid, by)),
            };
            assert_eq!(found, expected, "{what}");
        }
    }
}
