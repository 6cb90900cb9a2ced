//! Makes events for tests as Windows writes their fields. Nothing here reads logs or judges.
//!
//! All times are of 2026-04-12 UTC, given as `14:21:07.412`; the host is `PC1` unless said.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that panics is a failing test")]

use std::{fmt::Write as _, sync::Arc};

use spawnscope::{
    model::{Event, Fields, Name, Origin, Process, ProcessTree, SourceIndex, Timestamp},
    tree,
};

/// An event in the making.
#[derive(Clone, Debug)]
pub(crate) struct Make {
    event: Event,
    pairs: Vec<(String, String)>,
}

/// A time of the test day.
pub(crate) fn time(clock: &str) -> Timestamp {
    Timestamp::parse(&format!("2026-04-12T{clock}Z")).expect("a clock time")
}

/// A GUID as Sysmon makes it for a process that started at this second; `tail` tells two apart.
pub(crate) fn guid(clock: &str, tail: u32) -> String {
    let secs = time(clock).unix_secs();
    format!("{{8b21f9a4-{:04x}-{:04x}-{tail:04x}-000000001100}}", secs & 0xffff, secs >> 16)
}

/// A record of any kind.
pub(crate) fn record(provider: &str, channel: &str, event_id: u32, clock: &str) -> Make {
    Make {
        event: Event {
            event_id,
            time: Some(time(clock)),
            fields: Fields::default(),
            origin: Arc::new(Origin {
                host: Name::from("PC1"),
                channel: Name::from(channel),
                provider: Name::from(provider),
                ..Origin::default()
            }),
            ..Event::default()
        },
        pairs: Vec::new(),
    }
}

/// A Sysmon record with `UtcTime`.
pub(crate) fn sysmon(event_id: u32, clock: &str) -> Make {
    record("Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational", event_id, clock)
        .field("UtcTime", &format!("2026-04-12 {clock}"))
}

/// A Security audit record.
pub(crate) fn security(event_id: u32, clock: &str) -> Make {
    record("Microsoft-Windows-Security-Auditing", "Security", event_id, clock)
}

/// Sysmon 1 of a process with this GUID.
pub(crate) fn sysmon_start(guid: &str, pid: u32, image: &str, clock: &str) -> Make {
    sysmon(1, clock)
        .field("ProcessGuid", guid)
        .field("ProcessId", &pid.to_string())
        .field("Image", image)
        .field("CommandLine", image)
}

/// Security 4688 of a process with this id.
pub(crate) fn security_start(pid: u32, image: &str, clock: &str) -> Make {
    security(4688, clock)
        .field("SubjectUserSid", "S-1-5-18")
        .field("SubjectUserName", "PC1$")
        .field("SubjectDomainName", "CORP")
        .field("SubjectLogonId", "0x3e7")
        .field("NewProcessId", &format!("{pid:#x}"))
        .field("NewProcessName", image)
        .field("TokenElevationType", "%%1936")
}

/// Sysmon 5.
pub(crate) fn sysmon_exit(guid: &str, pid: u32, image: &str, clock: &str) -> Make {
    sysmon(5, clock)
        .field("ProcessGuid", guid)
        .field("ProcessId", &pid.to_string())
        .field("Image", image)
}

/// Security 4689.
pub(crate) fn security_exit(pid: u32, image: &str, clock: &str) -> Make {
    security(4689, clock)
        .field("ProcessId", &format!("{pid:#x}"))
        .field("ProcessName", image)
        .field("Status", "0x0")
}

impl Make {
    /// Sets a field, in place where it is there.
    pub(crate) fn field(mut self, name: &str, value: &str) -> Self {
        match self.pairs.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => value.clone_into(known),
            None => self.pairs.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// Sysmon's words on the parent.
    pub(crate) fn parent(self, guid: &str, pid: u32, image: &str) -> Self {
        self.field("ParentProcessGuid", guid)
            .field("ParentProcessId", &pid.to_string())
            .field("ParentImage", image)
    }

    /// The creator as every version of 4688 has it.
    pub(crate) fn creator(self, pid: u32) -> Self {
        self.field("ProcessId", &format!("{pid:#x}"))
    }

    /// The creator's image as version 2 has it.
    pub(crate) fn creator_image(self, image: &str) -> Self {
        self.field("ParentProcessName", image)
    }

    pub(crate) fn host(mut self, host: &str) -> Self {
        Arc::make_mut(&mut self.event.origin).host = Name::from(host);
        self
    }

    pub(crate) fn record_id(mut self, id: u64) -> Self {
        self.event.record_id = Some(id);
        self
    }

    pub(crate) fn logger(mut self, pid: u32) -> Self {
        self.event.logger_pid = Some(pid);
        self
    }

    pub(crate) fn channel(mut self, channel: &str) -> Self {
        Arc::make_mut(&mut self.event.origin).channel = Name::from(channel);
        self
    }

    pub(crate) fn source(mut self, source: u32) -> Self {
        self.event.source = SourceIndex(source);
        self
    }

    /// The time of the record, where it is not that of the event.
    pub(crate) fn written(mut self, clock: &str) -> Self {
        self.event.time = Some(time(clock));
        self
    }

    pub(crate) fn done(self) -> Event {
        let pairs = self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Event { fields: pairs.collect(), ..self.event }
    }
}

/// The tree of these events.
pub(crate) fn tree_of<const N: usize>(events: [Make; N]) -> ProcessTree {
    let events: Vec<Event> = events.into_iter().map(Make::done).collect();
    tree::build(&events)
}

/// The only process whose file name and id these are.
pub(crate) fn process<'a>(tree: &'a ProcessTree, name: &str, pid: u32) -> &'a Process {
    let mut found =
        tree.processes.iter().filter(|process| process.name() == name && process.pid == Some(pid));
    let first = found.next().unwrap_or_else(|| panic!("no {name} {pid} in\n{}", show(tree)));
    assert!(found.next().is_none(), "more than one {name} {pid} in\n{}", show(tree));
    first
}

/// The parent of a process.
pub(crate) fn parent_of<'a>(tree: &'a ProcessTree, process: &Process) -> Option<&'a Process> {
    tree.process(process.parent?)
}

/// The tree as indented lines, roots first.
pub(crate) fn show(tree: &ProcessTree) -> String {
    let mut text = String::new();
    let mut open: Vec<_> = tree.roots.iter().rev().map(|root| (*root, 0)).collect();
    while let Some((at, depth)) = open.pop() {
        let process = tree.process(at).expect("an index of the tree");
        let kinds: Vec<&str> = process.witnesses.iter().map(|witness| witness.kind).collect();
        writeln!(
            text,
            "{:indent$}{} {} {} link={:?} stub={:?} end={} {:?} did={}",
            "",
            process.name(),
            process.pid.map_or_else(|| "?".into(), |pid| pid.to_string()),
            process.start.map_or_else(|| "no start".into(), |start| start.to_string()),
            process.parent_link,
            process.stub,
            process.end.map_or_else(|| "-".into(), |end| end.to_string()),
            kinds,
            process.activity.len(),
            indent = depth * 2,
        )
        .expect("a string takes all text");
        open.extend(tree.children_of(at).iter().rev().map(|child| (*child, depth + 1)));
    }
    text
}
