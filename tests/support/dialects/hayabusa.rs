//! The story as Hayabusa's timeline: local times with their offset, short names in `Details`, the
//! rest in `ExtraFieldInfo`, and a row for each of two rules.

use chrono::{DateTime, FixedOffset};
use serde_json::{Map, Value, json};

use super::StoryRecord;

/// Two rows for every record, objects one after the other over several lines.
pub(crate) fn render(records: &[StoryRecord]) -> String {
    let rows = records.iter().flat_map(|record| [row(record, "A rule"), row(record, "Another")]);
    rows.fold(String::new(), |mut text, row| {
        text.push_str(&serde_json::to_string_pretty(&row).unwrap_or_default());
        text.push('\n');
        text
    })
}

/// What a timeline carries of a record's head: no provider, no logging process, no account, and
/// the time to the millisecond.
pub(crate) fn carried(record: &StoryRecord) -> StoryRecord {
    let time = record.time;
    let time = spawnscope::model::Timestamp::from_unix(
        time.unix_secs(),
        time.nanos() / 1_000_000 * 1_000_000,
        3,
    );
    StoryRecord { provider: String::new(), pid: 0, tid: 0, user_sid: None, time, ..record.clone() }
}

/// Short names, from Hayabusa's `default_details.txt` for the records that the story has most of.
fn short(record: &StoryRecord, name: &str) -> Option<&'static str> {
    if record.is_security(4688) {
        return Some(match name {
            "CommandLine" => "Cmdline",
            "NewProcessName" => "Proc",
            "NewProcessId" => "PID",
            "SubjectUserName" => "User",
            "SubjectLogonId" => "LID",
            _ => return None,
        });
    }
    let id = record.event_id;
    Some(match name {
        _ if record.channel != "Microsoft-Windows-Sysmon/Operational" => return None,
        "CommandLine" if id == 1 => "Cmdline",
        "ParentCommandLine" if id == 1 => "ParentCmdline",
        "LogonId" if id == 1 => "LID",
        "LogonGuid" if id == 1 => "LGUID",
        "ParentProcessId" if id == 1 => "ParentPID",
        "ParentProcessGuid" if id == 1 => "ParentPGUID",
        "Image" if id != 7 => "Proc",
        "ProcessId" => "PID",
        "ProcessGuid" => "PGUID",
        "TargetFilename" => "Path",
        "Protocol" => "Proto",
        "DestinationIp" => "TgtIP",
        "DestinationPort" => "TgtPort",
        "DestinationHostname" => "TgtHost",
        "SourceIp" => "SrcIP",
        "SourcePort" => "SrcPort",
        "TargetObject" if id == 12 => "TgtObj",
        "TargetObject" if id == 13 => "RegKey",
        "QueryName" => "Query",
        "QueryResults" => "Result",
        "SourceImage" => "SrcProc",
        "TargetImage" => "TgtProc",
        _ => return None,
    })
}

fn channel(channel: &str) -> &str {
    match channel {
        "Microsoft-Windows-Sysmon/Operational" => "Sysmon",
        "Security" => "Sec",
        "System" => "Sys",
        "Application" => "App",
        "Microsoft-Windows-PowerShell/Operational" => "PwSh",
        "Microsoft-Windows-TaskScheduler/Operational" => "TaskSch",
        "Microsoft-Windows-Windows Defender/Operational" => "Defender",
        other => other,
    }
}

fn row(record: &StoryRecord, title: &str) -> Value {
    let (mut details, mut extra) = (Map::new(), Map::new());
    for (name, value) in &record.fields {
        match short(record, name) {
            Some(short) => details.insert(short.to_owned(), json!(value)),
            None => extra.insert(name.clone(), json!(value)),
        };
    }
    let zone = FixedOffset::east_opt(2 * 3600);
    let utc = DateTime::from_timestamp(record.time.unix_secs(), record.time.nanos());
    let local = utc.zip(zone).map(|(utc, zone)| utc.with_timezone(&zone));
    json!({
        "Timestamp": local.map(|time| time.format("%Y-%m-%d %H:%M:%S%.3f %:z").to_string()),
        "RuleTitle": title,
        "Level": "info",
        "Computer": record.host,
        "Channel": channel(&record.channel),
        "EventID": record.event_id,
        "RecordID": record.record_id,
        "Details": details,
        "ExtraFieldInfo": extra,
        "RuleID": "85790e3e-e270-499f-a6ad-f8afe85c35f1",
    })
}
