//! The story as Splunk exports it: from the XML of events, and from their classic text.

use serde_json::{Map, Value, json};

use super::StoryRecord;

fn result(record: &StoryRecord, source: &str, fields: Map<String, Value>) -> Value {
    let mut all = json!({
        "_time": record.time.to_string().replace('Z', "+0000"),
        "_raw": "",
        "host": "collector",
        "index": "main",
        "source": format!("{source}:{}", record.channel),
        "sourcetype": source,
        "process_id": "1",
        "user": "someone",
        "RecordNumber": record.record_id.to_string(),
        "ProcessID": record.pid.to_string(),
        "ThreadID": record.tid.to_string(),
    });
    if let Value::Object(all) = &mut all {
        all.extend(fields);
        all.extend(record.user_sid.iter().map(|sid| ("UserID".to_owned(), json!(sid))));
    }
    json!({"preview": false, "offset": 0, "result": all})
}

/// Sourcetype `XmlWinEventLog`: Windows' names.
pub(crate) fn xml(record: &StoryRecord) -> Value {
    let mut fields: Map<_, _> =
        record.fields.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    fields.insert("EventID".to_owned(), json!(record.event_id.to_string()));
    fields.insert("Computer".to_owned(), json!(record.host));
    fields.insert("Channel".to_owned(), json!(record.channel));
    fields.insert("Name".to_owned(), json!(record.provider));
    result(record, "XmlWinEventLog", fields)
}

/// Sourcetype `WinEventLog`: names from the rendered text.
pub(crate) fn classic(record: &StoryRecord) -> Value {
    let field = |name: &str| record.field(name).unwrap_or_default();
    let pair = |end: &str| json!([field(&format!("Subject{end}")), field(&format!("Target{end}"))]);
    let fields = json!({
        "EventCode": record.event_id.to_string(),
        "EventType": "0",
        "ComputerName": record.host,
        "LogName": record.channel,
        "SourceName": "Microsoft Windows security auditing.",
        "Security_ID": pair("UserSid"),
        "Account_Name": pair("UserName"),
        "Account_Domain": pair("DomainName"),
        "Logon_ID": pair("LogonId"),
        "New_Process_ID": field("NewProcessId"),
        "New_Process_Name": field("NewProcessName"),
        "Token_Elevation_Type": field("TokenElevationType"),
        "Mandatory_Label": field("MandatoryLabel"),
        "Creator_Process_ID": field("ProcessId"),
        "Creator_Process_Name": field("ParentProcessName"),
        "Process_Command_Line": field("CommandLine"),
    });
    let Value::Object(fields) = fields else { return Value::Null };
    result(record, "WinEventLog", fields)
}
