//! The story as Elastic's endpoint sensor would tell it: what it has a record for.

use serde_json::{Value, json};

use super::{StoryRecord, winlogbeat::set};

/// The data set and action of a record; `None` where the sensor has none.
pub(crate) fn kind(record: &StoryRecord) -> Option<(&'static str, &'static str)> {
    if record.provider != "Microsoft-Windows-Sysmon" {
        return None;
    }
    Some(match record.event_id {
        1 => ("process", "start"),
        5 => ("process", "end"),
        3 if record.field("Initiated") == Some("true") => ("network", "connection_attempted"),
        3 => ("network", "connection_accepted"),
        11 => ("file", "creation"),
        13 => ("registry", "modification"),
        22 => ("network", "lookup_requested"),
        _ => return None,
    })
}

/// Where the sensor keeps a field.
pub(crate) fn place(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "ProcessGuid" => &["process", "entity_id"],
        "ProcessId" => &["process", "pid"],
        "Image" => &["process", "executable"],
        "CommandLine" => &["process", "command_line"],
        "CurrentDirectory" => &["process", "working_directory"],
        "OriginalFileName" => &["process", "pe", "original_file_name"],
        "ParentProcessGuid" => &["process", "parent", "entity_id"],
        "ParentProcessId" => &["process", "parent", "pid"],
        "ParentImage" => &["process", "parent", "executable"],
        "ParentCommandLine" => &["process", "parent", "command_line"],
        "LogonId" => &["process", "Ext", "authentication_id"],
        "IntegrityLevel" => &["process", "Ext", "token", "integrity_level_name"],
        "TargetFilename" => &["file", "path"],
        "TargetObject" => &["registry", "path"],
        "Details" => &["registry", "data", "strings"],
        "QueryName" => &["dns", "question", "name"],
        "Protocol" => &["network", "transport"],
        "SourceIp" => &["source", "ip"],
        "SourcePort" => &["source", "port"],
        "DestinationIp" => &["destination", "ip"],
        "DestinationPort" => &["destination", "port"],
        _ => return None,
    })
}

/// A record of the sensor. `event.action` is a list, as in older versions.
pub(crate) fn render(record: &StoryRecord) -> Option<Value> {
    let (data_set, action) = kind(record)?;
    let data_set = format!("endpoint.events.{data_set}");
    // The sensor has one time, that of the event itself.
    let time = record.field("UtcTime")?.replace(' ', "T");
    let mut document = json!({
        "process": {"Ext": {"ancestry": ["parent", "grandparent"]}},
        "@timestamp": format!("{time}Z"),
        "event": {"action": [action], "module": "endpoint", "dataset": data_set, "sequence": record.record_id},
        "data_stream": {"dataset": data_set, "type": "logs"},
        "host": {"hostname": record.host, "os": {"type": "windows"}},
        "message": "Endpoint event",
        "agent": {"type": "endpoint"},
    });
    for (name, value) in &record.fields {
        if let Some(path) = place(name) {
            set(&mut document, path, json!(value));
        } else if name == "User" {
            let (domain, user) = value.split_once('\\')?;
            set(&mut document, &["user"], json!({"domain": domain, "name": user}));
        } else if name == "Initiated" {
            let direction = if value == "true" { "egress" } else { "ingress" };
            set(&mut document, &["network", "direction"], json!(direction));
        } else if name == "Hashes" {
            for (algorithm, hash) in value.split(',').filter_map(|pair| pair.split_once('=')) {
                let algorithm = algorithm.to_lowercase();
                set(&mut document, &["process", "hash", &algorithm], json!(hash.to_lowercase()));
            }
        }
    }
    Some(document)
}
