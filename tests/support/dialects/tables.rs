//! The story as tables: `EvtxECmd`, Hayabusa, and the portal of Defender.

use serde_json::{Map, Value, json};

use super::StoryRecord;

fn table(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let rows = rows.map(|row| {
        let quoted = row.iter().map(|value| format!("\"{}\"", value.replace('"', "\"\"")));
        quoted.collect::<Vec<_>>().join(",")
    });
    [columns.join(",")].into_iter().chain(rows).collect::<Vec<_>>().join("\r\n") + "\r\n"
}

/// A GUID without its braces, as .NET prints it.
pub(crate) fn bare_guid(value: &str) -> String {
    let is_guid = value.len() == 38 && value.starts_with('{') && value.ends_with('}');
    if is_guid { value.trim_matches(['{', '}']).to_owned() } else { value.to_owned() }
}

/// `EvtxECmd --csv`. The maps are left out, since `Payload` says all they say.
pub(crate) fn evtxecmd(records: &[StoryRecord]) -> String {
    let columns = [
        "RecordNumber",
        "EventRecordId",
        "TimeCreated",
        "EventId",
        "Level",
        "Provider",
        "Channel",
        "ProcessId",
        "ThreadId",
        "Computer",
        "ChunkNumber",
        "UserId",
        "MapDescription",
        "Payload",
    ];
    let rows = (1..).zip(records).map(|(number, record)| {
        let time = record.time.to_string().replace('T', " ");
        vec![
            format!("{number}"),
            record.record_id.to_string(),
            time.trim_end_matches('Z').to_owned(),
            record.event_id.to_string(),
            "Info".to_owned(),
            record.provider.clone(),
            record.channel.clone(),
            record.pid.to_string(),
            record.tid.to_string(),
            record.host.clone(),
            "0".to_owned(),
            record.user_sid.clone().unwrap_or_default(),
            String::new(),
            payload(record),
        ]
    });
    table(&columns, rows)
}

fn payload(record: &StoryRecord) -> String {
    let mut members = Map::new();
    let mut data = Vec::new();
    for (name, value) in &record.fields {
        let value = bare_guid(value);
        match name.as_str() {
            "EventData.Name" => drop(members.insert("@Name".to_owned(), json!(value))),
            "Binary" => drop(members.insert("Binary".to_owned(), json!(value))),
            "Data" => data.push(json!(value)),
            name if value.is_empty() => data.push(json!({"@Name": name})),
            name => data.push(json!({"@Name": name, "#text": value})),
        }
    }
    members.insert("Data".to_owned(), Value::Array(data));
    json!({"EventData": members}).to_string()
}

/// Hayabusa's short names of Sysmon's fields.
const SHORT: [(&str, &str); 9] = [
    ("CommandLine", "Cmdline"),
    ("Image", "Proc"),
    ("ParentCommandLine", "ParentCmdline"),
    ("LogonId", "LID"),
    ("LogonGuid", "LGUID"),
    ("ProcessId", "PID"),
    ("ProcessGuid", "PGUID"),
    ("ParentProcessId", "ParentPID"),
    ("ParentProcessGuid", "ParentPGUID"),
];

/// `hayabusa csv-timeline`, as if a rule had found every record. Empty fields are left out.
pub(crate) fn hayabusa(records: &[StoryRecord]) -> String {
    let columns = [
        "Timestamp",
        "RuleTitle",
        "Level",
        "Computer",
        "Channel",
        "EventID",
        "RecordID",
        "Details",
        "ExtraFieldInfo",
        "RuleID",
    ];
    let rows = records.iter().map(|record| {
        let channel = match record.channel.as_str() {
            "Microsoft-Windows-Sysmon/Operational" => "Sysmon",
            "Security" => "Sec",
            "System" => "Sys",
            "Microsoft-Windows-PowerShell/Operational" => "PwSh",
            "Microsoft-Windows-TaskScheduler/Operational" => "TaskSch",
            other => other,
        };
        let (mut details, mut extra) = (Vec::new(), Vec::new());
        for (name, value) in &record.fields {
            let short = SHORT.iter().find(|(long, _)| long == name && record.is_sysmon(1));
            let value = bare_guid(value);
            match short {
                _ if value.is_empty() => {}
                Some((_, short)) => details.push(format!("{short}: {value}")),
                None => extra.push(format!("{name}: {value}")),
            }
        }
        vec![
            format!("{} {} +00:00", record.time.date(), record.time.clock(true)),
            "Rule".to_owned(),
            "info".to_owned(),
            record.host.clone(),
            channel.to_owned(),
            record.event_id.to_string(),
            record.record_id.to_string(),
            details.join(" ¦ "),
            extra.join(" ¦ "),
            "85790e3e-e270-499f-a6ad-f8afe85c35f1".to_owned(),
        ]
    });
    table(&columns, rows)
}

/// A query on `DeviceProcessEvents`, exported by Defender's portal: Sysmon's starts in its words.
pub(crate) fn defender(records: &[StoryRecord]) -> String {
    let columns = [
        "Timestamp",
        "DeviceName",
        "ActionType",
        "FileName",
        "FolderPath",
        "SHA256",
        "ProcessVersionInfoOriginalFileName",
        "ProcessId",
        "ProcessCommandLine",
        "ProcessIntegrityLevel",
        "ProcessCreationTime",
        "AccountDomain",
        "AccountName",
        "LogonId",
        "InitiatingProcessId",
        "InitiatingProcessFolderPath",
        "InitiatingProcessCommandLine",
    ];
    let rows = records.iter().filter(|record| record.is_sysmon(1)).map(|record| {
        let field = |name: &str| record.field(name).unwrap_or_default();
        let image = field("Image");
        let (domain, account) = field("User").split_once('\\').unwrap_or_default();
        let logon = u64::from_str_radix(field("LogonId").trim_start_matches("0x"), 16);
        vec![
            record.time.to_string(),
            record.host.clone(),
            "ProcessCreated".to_owned(),
            image.rsplit('\\').next().unwrap_or_default().to_owned(),
            image.to_owned(),
            sha256(field("Hashes")).to_ascii_lowercase(),
            field("OriginalFileName").to_owned(),
            field("ProcessId").to_owned(),
            field("CommandLine").to_owned(),
            field("IntegrityLevel").to_owned(),
            format!("{}Z", field("UtcTime").replace(' ', "T")),
            domain.to_owned(),
            account.to_owned(),
            logon.unwrap_or_default().to_string(),
            field("ParentProcessId").to_owned(),
            field("ParentImage").to_owned(),
            field("ParentCommandLine").to_owned(),
        ]
    });
    table(&columns, rows)
}

/// The SHA-256 among Sysmon's hashes.
pub(crate) fn sha256(hashes: &str) -> &str {
    hashes.split(',').find_map(|hash| hash.strip_prefix("SHA256=")).unwrap_or_default()
}
