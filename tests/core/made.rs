//! Hand-made records, processes and findings for tests. No test itself.
#![expect(clippy::unwrap_used, reason = "a helper that panics is a failing test")]

use std::sync::Arc;

use spawnscope::model::{
    Activity, ActivityKind, Event, Fields, Finding, Origin, ParentLink, Process, ProcessIndex,
    ProcessTree, RecordIndex, RuleInfo, Severity, Timestamp, Witness,
};

pub(crate) const SYSMON: &str = "Microsoft-Windows-Sysmon/Operational";
pub(crate) const POWERSHELL: &str = "Microsoft-Windows-PowerShell/Operational";
pub(crate) const TASKS: &str = "Microsoft-Windows-TaskScheduler/Operational";

/// `14:21:07` on the day of the sample incident.
pub(crate) fn at(clock: &str) -> Timestamp {
    Timestamp::parse(&format!("2026-04-12T{clock}Z")).unwrap()
}

pub(crate) fn event(channel: &str, event_id: u32, clock: &str, fields: &[(&str, &str)]) -> Event {
    let provider = match (channel, event_id) {
        ("System", 12) => "Microsoft-Windows-Kernel-General",
        ("System", 41) => "Microsoft-Windows-Kernel-Power",
        _ => "",
    };
    Event {
        event_id,
        time: Some(at(clock)),
        fields: fields.iter().copied().collect::<Fields>(),
        origin: Arc::new(Origin {
            host: "PC1".into(),
            channel: channel.into(),
            provider: provider.into(),
            ..Origin::default()
        }),
        ..Event::default()
    }
}

/// A process that is known by the record at this position.
pub(crate) fn process(pid: u32, image: &str, line: &str, start: &str, record: u32) -> Process {
    Process {
        key: format!("pc1/{pid}").into(),
        host: "PC1".into(),
        pid: Some(pid),
        image: Some(image.into()),
        command_line: Some(line.into()),
        user: Some(r"CONTOSO\mlopez".into()),
        start: Some(at(start)),
        witnesses: vec![Witness { kind: "sysmon/1", record: RecordIndex(record) }],
        ..Process::default()
    }
}

/// A tree of processes with the position of each one's parent.
pub(crate) fn tree(processes: Vec<(Process, Option<u32>)>) -> ProcessTree {
    let joined = processes.into_iter().map(|(process, parent)| Process {
        parent: parent.map(ProcessIndex),
        parent_link: parent.map(|_| ParentLink::Guid),
        ..process
    });
    ProcessTree::of(joined.collect())
}

/// What this record tells was done.
pub(crate) fn did(kind: ActivityKind, clock: &str, record: u32) -> Activity {
    Activity { kind, by: None, record: RecordIndex(record), time: Some(at(clock)) }
}

pub(crate) fn rule(id: &str, level: Severity, tags: &[&str]) -> RuleInfo {
    RuleInfo {
        id: id.to_owned(),
        uuid: None,
        title: format!("Rule {id}"),
        level,
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
    }
}

pub(crate) fn finding(id: &str, process: u32, record: u32, tags: &[&str]) -> Finding {
    let rule = rule(id, Severity::Medium, tags);
    Finding {
        id: format!("{id}/{process}"),
        title: rule.title.clone(),
        rule,
        severity: Severity::Medium,
        raised_by: Vec::new(),
        host: "PC1".to_owned(),
        time: None,
        process: Some(ProcessIndex(process)),
        matched: Vec::new(),
        records: vec![RecordIndex(record)],
    }
}
