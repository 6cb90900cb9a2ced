//! The story as Winlogbeat ships it: plain, with its modules, and as version 6 did.

use serde_json::{Map, Value, json};

use super::StoryRecord;

/// Winlogbeat 7 or 8 without modules: everything in `winlog.event_data`.
pub(crate) fn plain(record: &StoryRecord) -> Value {
    let data = record.fields.iter().map(|(name, value)| (name.clone(), json!(value)));
    let mut winlog = winlog(record);
    winlog.insert("event_data".to_owned(), Value::Object(data.collect()));
    json!({
        "message": "Process Create:\nProcessId: 0",
        "@timestamp": record.time.to_string(),
        "event": {"code": record.event_id.to_string(), "provider": record.provider},
        "agent": {"type": "winlogbeat", "hostname": "collector"},
        "host": {"name": "collector"},
        "winlog": winlog,
    })
}

/// The same with every path as one dotted name.
pub(crate) fn dotted(record: &StoryRecord) -> Value {
    let mut flat = Map::new();
    flatten(&plain(record), "", &mut flat);
    Value::Object(flat)
}

/// As Kibana's search answers when asked for fields: each a list.
pub(crate) fn search_fields(record: &StoryRecord) -> Value {
    let Value::Object(flat) = dotted(record) else { return Value::Null };
    let lists = flat.into_iter().map(|(name, value)| (name, json!([value])));
    json!({"_index": "winlogbeat-8", "_id": "x", "fields": lists.collect::<Map<_, _>>()})
}

fn flatten(value: &Value, path: &str, to: &mut Map<String, Value>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(value, &path, to);
            }
        }
        _ => {
            to.insert(path.to_owned(), value.clone());
        }
    }
}

fn winlog(record: &StoryRecord) -> Map<String, Value> {
    let user = record.user_sid.as_ref().map(|sid| json!({"identifier": sid}));
    let winlog = json!({
        "channel": record.channel,
        "computer_name": record.host,
        "event_id": record.event_id.to_string(),
        "provider_name": record.provider,
        "record_id": record.record_id,
        "process": {"pid": record.pid, "thread": {"id": record.tid}},
        "user": user,
    });
    if let Value::Object(winlog) = winlog { winlog } else { Map::new() }
}

/// Winlogbeat 6.
pub(crate) fn version_6(record: &StoryRecord) -> Value {
    let data = record.fields.iter().map(|(name, value)| (name.clone(), json!(value)));
    let user = record.user_sid.as_ref().map(|sid| json!({"identifier": sid}));
    json!({
        "@timestamp": record.time.to_string(),
        "beat": {"hostname": "collector", "name": "collector", "version": "6.8.0"},
        "computer_name": record.host,
        "event_data": data.collect::<Map<_, _>>(),
        "event_id": record.event_id,
        "log_name": record.channel,
        "process_id": record.pid,
        "record_number": record.record_id.to_string(),
        "source_name": record.provider,
        "thread_id": record.tid,
        "type": "wineventlog",
        "user": user,
    })
}

/// Where a module moves a field to; `None` where it leaves it.
fn moved(record: &StoryRecord, name: &str) -> Option<&'static [&'static str]> {
    let is_sysmon = record.provider == "Microsoft-Windows-Sysmon";
    Some(match name {
        "CommandLine" if record.is_sysmon(1) || record.is_security(4688) => {
            &["process", "command_line"]
        }
        "NewProcessId" => &["process", "pid"],
        "NewProcessName" => &["process", "executable"],
        "ProcessId" if record.is_security(4688) => &["process", "parent", "pid"],
        "ParentProcessName" => &["process", "parent", "executable"],
        "ProcessId" if is_sysmon || record.is_security(4689) => &["process", "pid"],
        "ProcessName" if record.is_security(4689) => &["process", "executable"],
        _ if !is_sysmon => return None,
        "RuleName" => &["rule", "name"],
        "ProcessGuid" | "SourceProcessGUID" => &["process", "entity_id"],
        "SourceProcessId" => &["process", "pid"],
        "Image" | "SourceImage" => &["process", "executable"],
        "CurrentDirectory" => &["process", "working_directory"],
        "OriginalFileName" if record.is_sysmon(1) => &["process", "pe", "original_file_name"],
        "ParentProcessGuid" => &["process", "parent", "entity_id"],
        "ParentProcessId" => &["process", "parent", "pid"],
        "ParentImage" => &["process", "parent", "executable"],
        "ParentCommandLine" => &["process", "parent", "command_line"],
        "TargetFilename" => &["file", "path"],
        "ImageLoaded" => &["dll", "path"],
        "TargetObject" => &["registry", "path"],
        "QueryName" => &["dns", "question", "name"],
        "Protocol" => &["network", "transport"],
        "SourceIp" => &["source", "ip"],
        "SourceHostname" => &["source", "domain"],
        "SourcePort" => &["source", "port"],
        "DestinationIp" => &["destination", "ip"],
        "DestinationHostname" => &["destination", "domain"],
        "DestinationPort" => &["destination", "port"],
        _ => return None,
    })
}

/// Winlogbeat with the modules `sysmon` and `security`, which move fields into ECS.
pub(crate) fn with_modules(record: &StoryRecord) -> Value {
    let mut rest = record.clone();
    rest.fields.clear();
    let mut ecs = json!({});
    for (name, value) in &record.fields {
        let is_sysmon = record.provider == "Microsoft-Windows-Sysmon";
        if let Some(path) = moved(record, name) {
            let number = value.strip_prefix("0x").and_then(|hex| u64::from_str_radix(hex, 16).ok());
            let is_number = path.last().is_some_and(|last| matches!(*last, "pid" | "port"));
            let number = number.or_else(|| value.parse().ok()).filter(|_| is_number);
            set(&mut ecs, path, number.map_or_else(|| json!(value), |number| json!(number)));
        } else if name == "Initiated" {
            let direction = if value == "true" { "egress" } else { "ingress" };
            set(&mut ecs, &["network", "direction"], json!(direction));
        } else if name == "Hashes" && record.is_sysmon(1) {
            for (algorithm, hash) in value.split(',').filter_map(|pair| pair.split_once('=')) {
                let (algorithm, hash) = (algorithm.to_lowercase(), hash.to_lowercase());
                set(&mut ecs, &["process", "hash", &algorithm], json!(hash));
            }
        } else if name == "User" && is_sysmon {
            let (domain, user) = value.split_once('\\').unwrap_or(("", value));
            set(&mut ecs, &["user", "domain"], json!(domain));
            set(&mut ecs, &["user", "name"], json!(user));
        } else {
            rest.fields.push((name.clone(), value.clone()));
        }
    }
    let mut document = plain(&rest);
    if let (Value::Object(document), Value::Object(ecs)) = (&mut document, ecs) {
        document.extend(ecs);
    }
    document
}

/// Puts a value at a path, making what is not there.
pub(crate) fn set(to: &mut Value, path: &[&str], value: Value) {
    match path {
        [] => *to = value,
        [first, rest @ ..] => {
            if !to.is_object() {
                *to = json!({});
            }
            if let Value::Object(members) = to {
                set(members.entry(*first).or_insert(Value::Null), rest, value);
            }
        }
    }
}
