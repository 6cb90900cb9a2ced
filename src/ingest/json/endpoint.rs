//! What Elastic's endpoint sensor (Elastic Defend) records: no Windows log, but the same things.
//!
//! Its records become events of the kind that Sysmon would write, with Sysmon's event ids and field
//! names, so that tree, rules and coverage work on them. That they are no such records stays
//! visible: the channel is the sensor's data set, for example `endpoint.events.process`, and the
//! provider [`PROVIDER`]; [`Event::home_channel`] leads from there to Sysmon's. Records that have
//! no counterpart there get event id 0 and are kept with the sensor's own names.
//!
//! `process.entity_id` is the identity of a process, as Sysmon's `ProcessGuid`, and
//! `event.sequence` the record id. The ancestors beyond the parent (`process.Ext.ancestry`) and all
//! else without a Windows name stay fields under their own paths.
//! A deleted file is no archived one, so that a deletion is 26 and not 23. Source: the pages below
//! `custom_documentation/doc/endpoint` (`process`, `file`, `library`, `network`, `registry`, each its
//! `windows`) of <https://github.com/elastic/endpoint-package>.

use crate::model::{Event, SourceIndex, Timestamp};

use super::{
    super::names::Part,
    assemble::Assembler,
    ecs,
    leaves::Leaves,
    reader::JsonError,
    winlogbeat::{push, push_made, push_moved},
};

/// The provider of these events.
const PROVIDER: &str = crate::model::ELASTIC_ENDPOINT;

/// What the sensor calls otherwise than Winlogbeat's Sysmon module.
const OWN_START: ecs::Names = &[
    ("LogonId", "process.Ext.authentication_id"),
    ("IntegrityLevel", "process.Ext.token.integrity_level_name"),
];

/// Whether the object is a record of the sensor.
pub(super) fn is_endpoint(leaves: &Leaves) -> bool {
    leaves.iter().any(|(path, value)| match path {
        "agent.type" | "event.module" => value == "endpoint",
        "data_stream.dataset" | "event.dataset" => value.starts_with("endpoint."),
        _ => false,
    })
}

/// Makes an event of a record of the sensor.
pub(super) fn event(
    leaves: &Leaves,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    let data_set = leaves.first("data_stream.dataset").or_else(|| leaves.first("event.dataset"));
    let data_set = data_set.unwrap_or_default();
    let event_id = sysmon_id(leaves, data_set);
    let (head, names) = (&mut assembler.head, &mut assembler.names);
    head.event_id = Some(event_id);
    head.time = leaves.first("@timestamp").and_then(Timestamp::parse);
    head.record_id = leaves.first("event.sequence").and_then(|text| text.parse().ok());
    let host = leaves.first("host.name").or_else(|| leaves.first("host.hostname"));
    head.host = host.map(|host| names.intern_part(Part::Host, host));
    head.channel = Some(names.intern_part(Part::Channel, data_set));
    head.provider = Some(names.intern_part(Part::Provider, PROVIDER));
    if !assembler.keeps_fields() {
        return assembler.finish_skeleton(source);
    }
    push_fields(leaves, assembler, event_id);
    assembler.finish(source)
}

fn push_fields(leaves: &Leaves, assembler: &mut Assembler, event_id: u32) {
    let own = match event_id {
        0 => None,
        1 => Some(OWN_START),
        _ => Some(&[][..]),
    };
    let mut moved: Vec<&str> = Vec::new();
    if let Some(own) = own {
        let groups = ecs::sysmon(event_id);
        push_moved(leaves, assembler, groups, &|_| false);
        push_moved(leaves, assembler, &[own], &|_| false);
        push_made(leaves, assembler, event_id, &|_| false);
        if matches!(event_id, 12 | 13) {
            push(assembler, "EventType", event_type(leaves, event_id));
        }
        if event_id == 1 && leaves.first("process.command_line").is_none() {
            let args = leaves.all("process.args").collect::<Vec<_>>().join(" ");
            if !args.is_empty() {
                push(assembler, "CommandLine", &args);
            }
        }
        moved.extend(groups.iter().flat_map(|names| names.iter()).map(|(_, path)| *path));
        moved.extend(own.iter().map(|(_, path)| *path));
        if matches!(event_id, 12..=14) {
            moved.push("registry.data.strings");
        }
    }
    for (path, value) in leaves.iter().filter(|(_, value)| !value.is_empty()) {
        if is_of_the_event(path) && !moved.contains(&path) {
            push(assembler, path, value);
        }
    }
}

/// What Sysmon calls a change of the registry.
fn event_type(leaves: &Leaves, event_id: u32) -> &'static str {
    match event_id {
        13 => "SetValue",
        _ if leaves.all("event.action").any(|action| action == "deletion") => "DeleteKey",
        _ => "CreateKey",
    }
}

/// Whether a path says something of what happened, not of the sensor and its shipping.
fn is_of_the_event(path: &str) -> bool {
    let (top, rest) = path.split_once('.').unwrap_or((path, ""));
    match top {
        "@timestamp" | "agent" | "data_stream" | "ecs" | "elastic" | "host" | "message" => false,
        "event" => matches!(rest, "action" | "outcome" | "type" | "category" | "id"),
        _ => !top.starts_with('_'),
    }
}

/// Sysmon's event id for what the record tells; 0 where Sysmon has none. The action may be a list.
fn sysmon_id(leaves: &Leaves, data_set: &str) -> u32 {
    let is = |action: &str| leaves.all("event.action").any(|known| known == action);
    match data_set.strip_prefix("endpoint.events.").unwrap_or_default() {
        "process" if is("start") || is("exec") || is("fork") => 1,
        "process" if is("end") => 5,
        "network" if is("connection_attempted") || is("connection_accepted") => 3,
        "network" | "dns" if is("lookup_requested") || is("lookup_result") => 22,
        "file" if is("creation") || is("overwrite") || is("rename") => 11,
        "file" if is("deletion") => 26,
        "registry" if is("modification") => 13,
        "registry" if is("creation") || is("deletion") => 12,
        "library" if is("load") => 7,
        "driver" if is("load") => 6,
        _ => 0,
    }
}
