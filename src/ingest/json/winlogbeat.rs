//! What Winlogbeat and Elastic Agent ship: Windows events under `winlog`, with some of their fields
//! moved into the Elastic Common Schema, and the flat form of Winlogbeat 6.
//!
//! Fields get their Windows names back. Those of `winlog.event_data` win over ECS; the rendered
//! `message` is a field only where there is no other, since modules change values under it.
//! Source: <https://www.elastic.co/docs/reference/beats/winlogbeat/exported-fields-winlog>, for
//! version 6 <https://www.elastic.co/guide/en/beats/winlogbeat/6.3/exported-fields-eventlog.html>.

use crate::model::{Event, SourceIndex, Timestamp};

use super::{
    super::names::Part,
    assemble::Assembler,
    ecs, endpoint,
    leaves::Leaves,
    reader::{JsonError, Reader},
};

/// Reads one record, of Winlogbeat or of Elastic's endpoint sensor: one index may hold both.
pub(super) fn beats_event(
    reader: &mut Reader<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    assembler.start();
    let mut leaves = std::mem::take(&mut assembler.leaves);
    let event = leaves.read(reader).and_then(|()| {
        if endpoint::is_endpoint(&leaves) {
            endpoint::event(&leaves, source, assembler)
        } else {
            event(&leaves, source, assembler)
        }
    });
    assembler.leaves = leaves;
    event
}

/// Whether the object is a Windows event in one of these forms.
pub(super) fn is_winlogbeat(leaves: &Leaves) -> bool {
    let mut has_version_6 = (false, false);
    for (path, _) in leaves.iter() {
        let path = bare(path);
        if path == "winlog.channel" || path == "winlog.event_id" || path == "winlog.provider_name" {
            return true;
        }
        has_version_6.0 |= path == "event_id";
        has_version_6.1 |= path == "log_name" || path.starts_with("event_data.");
    }
    has_version_6 == (true, true)
}

/// The path without the `fields` that a search which asked for single fields answers under.
fn bare(path: &str) -> &str {
    path.strip_prefix("fields.").unwrap_or(path)
}

fn event(
    leaves: &Leaves,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    for (path, value) in leaves.iter().filter(|(_, value)| !value.is_empty()) {
        take_head(assembler, bare(path), value);
    }
    let head = &mut assembler.head;
    if head.channel.is_none() && head.provider.is_none() {
        return Err(JsonError::NotARecord { missing: "the channel" });
    }
    if head.host.is_none()
        && let Some(host) = leaves.first("host.name").or_else(|| leaves.first("host.hostname"))
    {
        head.host = Some(assembler.names.intern_part(Part::Host, host));
    }
    if !assembler.keeps_fields() {
        return assembler.finish_skeleton(source);
    }
    assembler.expect_shape();
    push_fields(leaves, assembler);
    assembler.finish(source)
}

/// Takes a part of the head over; the first of two counts.
fn take_head(assembler: &mut Assembler, path: &str, value: &str) {
    let (head, names) = (&mut assembler.head, &mut assembler.names);
    match path {
        "winlog.event_id" | "event_id" => {
            head.event_id = head.event_id.or_else(|| value.parse().ok());
        }
        "event.code" if head.event_id.is_none() => head.event_id = value.parse().ok(),
        "winlog.channel" | "log_name" if head.channel.is_none() => {
            head.channel = Some(names.intern_part(Part::Channel, value));
        }
        "winlog.provider_name" | "source_name" if head.provider.is_none() => {
            head.provider = Some(names.intern_part(Part::Provider, value));
        }
        "winlog.computer_name" | "computer_name" if head.host.is_none() => {
            head.host = Some(names.intern_part(Part::Host, value));
        }
        "winlog.record_id" | "record_number" => {
            head.record_id = head.record_id.or_else(|| value.parse().ok());
        }
        "winlog.process.pid" | "process_id" => {
            head.logger_pid = head.logger_pid.or_else(|| value.parse().ok());
        }
        "winlog.process.thread.id" | "thread_id" => {
            head.logger_tid = head.logger_tid.or_else(|| value.parse().ok());
        }
        "winlog.user.identifier" | "user.identifier" if head.user_sid.is_none() => {
            head.user_sid = Some(names.intern_part(Part::User, value));
        }
        "@timestamp" => head.time = head.time.or_else(|| Timestamp::parse(value)),
        _ => {}
    }
}

/// The name of a field of the event itself.
fn own_field(path: &str) -> Option<&str> {
    const PLACES: [&str; 4] =
        ["winlog.event_data.", "winlog.user_data.", "event_data.", "user_data."];
    let path = bare(path);
    PLACES.iter().find_map(|place| path.strip_prefix(place))
}

/// Fields of the event, then what a module moved out of them.
fn push_fields(leaves: &Leaves, assembler: &mut Assembler) {
    let is_wrapped = |path: &str| path.starts_with("fields.");
    // A search may answer with the document and, beside it, single fields of it once more.
    let is_twice = leaves.iter().any(|(path, _)| !is_wrapped(path) && own_field(path).is_some());
    for (path, value) in leaves.iter().filter(|(path, _)| !(is_twice && is_wrapped(path))) {
        if let Some(name) = own_field(path) {
            push(assembler, name, value);
        }
    }
    let event_id = assembler.head.event_id.unwrap_or_default();
    let provider = assembler.head.provider.as_deref().unwrap_or_default();
    let groups = match provider {
        "Microsoft-Windows-Sysmon" => ecs::sysmon(event_id),
        "Microsoft-Windows-Security-Auditing" => ecs::security(event_id),
        "Microsoft-Windows-PowerShell" | "PowerShellCore" => ecs::powershell(event_id),
        _ => &[],
    };
    let is_sysmon = provider == "Microsoft-Windows-Sysmon";
    push_moved(leaves, assembler, groups, &|name| has_own(leaves, name));
    if is_sysmon {
        push_made(leaves, assembler, event_id, &|name| has_own(leaves, name));
    }
    if assembler.fields.is_empty()
        && let Some(message) = leaves.first("message")
    {
        push(assembler, "Message", message);
    }
}

fn has_own(leaves: &Leaves, name: &str) -> bool {
    leaves.iter().any(|(path, _)| own_field(path) == Some(name))
}

/// Adds a field.
pub(super) fn push(assembler: &mut Assembler, name: &str, value: &str) {
    let names = &mut assembler.names;
    assembler.fields.push_with(name, value, |name| names.intern(name));
}

/// Gives values of the Elastic Common Schema their Windows names, unless the event has them.
pub(super) fn push_moved(
    leaves: &Leaves,
    assembler: &mut Assembler,
    groups: &[ecs::Names],
    is_there: &dyn Fn(&str) -> bool,
) {
    for names in groups {
        let mut last = "";
        for (name, path) in *names {
            if *name == last || is_there(name) {
                continue;
            }
            let found =
                leaves.iter().find(|(known, value)| bare(known) == *path && !value.is_empty());
            if let Some((_, value)) = found {
                push(assembler, name, value);
                last = name;
            }
        }
    }
}

/// As [`push_moved`], for what Sysmon writes as one text and ECS as several values.
pub(super) fn push_made(
    leaves: &Leaves,
    assembler: &mut Assembler,
    event_id: u32,
    is_there: &dyn Fn(&str) -> bool,
) {
    let mut add = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|_| !is_there(name)) {
            push(assembler, name, value);
        }
    };
    if !matches!(event_id, 8 | 10) {
        add("User", ecs::user(leaves).as_deref());
    }
    match event_id {
        1 | 6 | 7 | 23 | 24 | 26..=29 => add("Hashes", ecs::hashes(leaves).as_deref()),
        15 => add("Hash", ecs::hashes(leaves).as_deref()),
        3 => add("Initiated", ecs::initiated(leaves)),
        12..=14 => add("Details", ecs::details(leaves).as_deref()),
        22 => add("QueryResults", ecs::query_results(leaves).as_deref()),
        _ => {}
    }
}
