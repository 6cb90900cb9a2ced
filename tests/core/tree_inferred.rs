//! Who asked for a process where the logged parent is only Windows' helper: for each mechanism what
//! is concluded, and near misses of which nothing is.

mod com;
mod explorer;
mod psexec;
mod real;
mod sensor;
mod service;
mod spoof;
mod task;
mod winrm;
mod wmi;

use spawnscope::{
    model::{Event, ProcessTree},
    tree::{self, Hosts},
};

use crate::events::{Make, guid, sysmon_start};

const SVCHOST: &str = r"C:\Windows\System32\svchost.exe";
const SERVICES: &str = r"C:\Windows\System32\services.exe";
const POWERSHELL: &str = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe";

/// Sysmon 1 of a process that stands for itself: its GUID is made of id and time.
fn start(pid: u32, image: &str, line: &str, clock: &str) -> Make {
    sysmon_start(&guid(second(clock), pid), pid, image, clock)
        .field("CommandLine", line)
        .field("TerminalSessionId", "1")
        .field("User", r"CORP\kvogt")
}

/// The parent is the process of this id that [`start`]ed at that time.
fn under(make: Make, pid: u32, image: &str, clock: &str) -> Make {
    make.parent(&guid(second(clock), pid), pid, image)
}

fn second(clock: &str) -> &str {
    clock.split('.').next().unwrap_or(clock)
}

/// The tree with its conclusions.
fn inferred(events: impl IntoIterator<Item = Make>) -> ProcessTree {
    let events: Vec<Event> = events.into_iter().map(Make::done).collect();
    infer(&events)
}

fn infer(events: &[Event]) -> ProcessTree {
    let mut tree = tree::build(events);
    tree.inferred = tree::infer(&tree, events, &Hosts::of(events));
    tree
}

/// Every conclusion on a line: `child <= asker: reason, confidence`; a hint has no asker.
fn lines(tree: &ProcessTree) -> Vec<String> {
    let label = |at| {
        let process = tree.process(at).unwrap_or_else(|| unreachable!("an index of the tree"));
        format!("{} {}", process.name(), process.pid.unwrap_or(0))
    };
    let line = |it: &spawnscope::model::Inferred| {
        let asker = it.parent.map_or_else(|| "?".to_owned(), label);
        let (reason, confidence) = (it.reason.words(), it.confidence.words());
        format!("{} <= {asker}: {reason}, {confidence}", label(it.child))
    };
    tree.inferred.iter().map(line).collect()
}

/// Asserts what is concluded of these records, in any order of them.
#[track_caller]
fn assert_inferred<const N: usize>(name: &str, events: Vec<Make>, expected: [&str; N]) {
    let mut events: Vec<Event> = events.into_iter().map(Make::done).collect();
    assert_eq!(lines(&infer(&events)), expected, "{name}");
    events.reverse();
    assert_eq!(lines(&infer(&events)), expected, "{name}, last record first");
}
