//! What leads from one host to another: each way with what it does there, and near misses.

#![expect(clippy::expect_used, reason = "a test that panics is a failing test")]

mod commands;
mod connections;
mod names;
mod samples;

use spawnscope::{
    model::{Confidence, Crossing, CrossingEnd, CrossingKind, Event, LeadState},
    tree::{self, AcrossHosts, Hosts},
};

use crate::events::{Make, guid, record, security, sysmon, sysmon_start};

const ASKER: &str = "A1.corp.example";
const TARGET: &str = "B2.corp.example";
const ADDRESS: &str = "10.0.0.1";
const TARGET_ADDRESS: &str = "10.0.0.2";
const USER: &str = r"CORP\ann";

/// What these records tell, and the processes for their names.
struct Found {
    tree: spawnscope::model::ProcessTree,
    found: AcrossHosts,
}

impl Found {
    fn of(events: impl IntoIterator<Item = Make>) -> Self {
        let mut events: Vec<Event> = events.into_iter().map(Make::done).collect();
        events.sort_by_key(|event| event.time);
        let hosts = Hosts::of(&events);
        let tree = tree::build(&events);
        let found = tree::across_hosts(&events, &hosts, &tree);
        Self { tree, found }
    }

    fn name(&self, at: spawnscope::model::ProcessIndex) -> String {
        let process = self.tree.process(at).expect("a process of the tree");
        let host = process.host.split('.').next().unwrap_or_default();
        format!("{} on {host}", process.name())
    }

    /// `from > to, how, confidence` of each pair.
    fn pairs(&self) -> Vec<String> {
        let end = |crossing: &Crossing| match &crossing.to {
            CrossingEnd::Process(at) => self.name(*at),
            CrossingEnd::Record { host, .. } => format!("a record of {host}"),
        };
        let pair = |crossing: &Crossing| {
            let (from, to) = (self.name(crossing.from), end(crossing));
            format!("{from} > {to}, {:?}, {:?}", crossing.how, crossing.confidence)
        };
        self.found.crossings.iter().map(pair).collect()
    }

    fn leads(&self) -> Vec<(String, CrossingKind, LeadState)> {
        let leads = self.found.leads.iter();
        leads.map(|lead| (lead.host.to_string(), lead.how, lead.state)).collect()
    }

    /// The way and sureness of the only pair; `None` where there is none.
    fn only(&self) -> Option<(CrossingKind, Confidence)> {
        let pairs = &self.found.crossings;
        assert!(pairs.len() < 2, "{:?}", self.pairs());
        pairs.first().map(|pair| (pair.how, pair.confidence))
    }
}

/// A process of the asking host, at 10:00:00, as the user.
fn asks(line: &str) -> Make {
    asks_as(line, USER)
}

fn asks_as(line: &str, user: &str) -> Make {
    let program = line.split_whitespace().next().unwrap_or_default();
    let image = format!(r"C:\Windows\System32\{program}");
    sysmon_start(&guid("10:00:00", 7), 700, &image, "10:00:00.000")
        .field("CommandLine", line)
        .field("User", user)
        .field("LogonId", "0x51a2b")
        .host(ASKER)
}

/// A connection elsewhere, by which a host's address is known.
fn has_address(host: &str, address: &str) -> Make {
    connects(host, "09:00:00.000", (address, 50_001), ("192.0.2.1", 443), true)
}

fn connects(
    host: &str,
    clock: &str,
    from: (&str, u16),
    to: (&str, u16),
    is_initiated: bool,
) -> Make {
    sysmon(3, clock)
        .field("ProcessGuid", &guid("08:00:00", 4))
        .field("ProcessId", "4")
        .field("Image", "System")
        .field("User", r"NT AUTHORITY\SYSTEM")
        .field("Protocol", "tcp")
        .field("Initiated", if is_initiated { "true" } else { "false" })
        .field("SourceIp", from.0)
        .field("SourcePort", &from.1.to_string())
        .field("DestinationIp", to.0)
        .field("DestinationPort", &to.1.to_string())
        .host(host)
}

/// A network logon on the target.
fn logon(clock: &str, user: &str, address: &str) -> Make {
    security(4624, clock)
        .field("TargetUserName", user)
        .field("TargetDomainName", "CORP")
        .field("TargetLogonId", "0x9f1c2")
        .field("LogonType", "3")
        .field("WorkstationName", "-")
        .field("IpAddress", address)
        .field("IpPort", "50777")
        .host(TARGET)
}

fn share(clock: &str, user: &str, address: &str, name: &str) -> Make {
    security(5140, clock)
        .field("SubjectUserName", user)
        .field("SubjectDomainName", "CORP")
        .field("SubjectLogonId", "0x9f1c2")
        .field("IpAddress", address)
        .field("IpPort", "50777")
        .field("ShareName", &format!(r"\\*\{name}"))
        .host(TARGET)
}

fn service(clock: &str, name: &str, path: &str) -> Make {
    record("Service Control Manager", "System", 7045, clock)
        .field("ServiceName", name)
        .field("ImagePath", path)
        .host(TARGET)
}

fn task(clock: &str, name: &str) -> Make {
    security(4698, clock)
        .field("SubjectUserName", "ann")
        .field("TaskName", name)
        .field("TaskContent", "<Task/>")
        .host(TARGET)
}

/// A process that a helper of Windows starts on the target.
fn child(clock: &str, parent: &str, line: &str, user: &str) -> Make {
    let program = line.trim_matches('"').split(['"', ' ']).next().unwrap_or_default();
    let program = program.rsplit('\\').next().unwrap_or_default();
    let image = format!(r"C:\Windows\System32\{}.exe", program.trim_end_matches(".exe"));
    let second = clock.get(..8).expect("a clock time");
    sysmon_start(&guid(second, 9), 900, &image, clock)
        .field("CommandLine", line)
        .field("User", user)
        .parent(&guid("08:00:00", 11), 1100, parent)
        .host(TARGET)
}

/// Both hosts with an address, and the target's log that goes on.
fn hosts() -> [Make; 3] {
    let later =
        connects(TARGET, "11:00:00.000", (TARGET_ADDRESS, 50_009), ("192.0.2.1", 443), true);
    [has_address(ASKER, ADDRESS), has_address(TARGET, TARGET_ADDRESS), later]
}

fn tell(more: impl IntoIterator<Item = Make>) -> Found {
    Found::of(hosts().into_iter().chain(more))
}
