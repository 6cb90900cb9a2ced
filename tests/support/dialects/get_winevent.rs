//! The story as `Get-WinEvent | ConvertTo-Json` writes it.

use serde_json::{Value, json};

use super::{StoryRecord, winlogbeat::set};

fn head(record: &StoryRecord) -> Value {
    let millis = record.time.unix_secs() * 1_000 + i64::from(record.time.nanos() / 1_000_000);
    let user = record.user_sid.as_ref();
    json!({
        "Id": record.event_id,
        "Version": 2,
        "Qualifiers": null,
        "Level": 4,
        "RecordId": record.record_id,
        "ProviderName": record.provider,
        "LogName": record.channel,
        "ProcessId": record.pid,
        "ThreadId": record.tid,
        "MachineName": record.host,
        "UserId": user.map(|sid| json!({"BinaryLength": 12, "AccountDomainSid": null, "Value": sid})),
        "TimeCreated": format!("/Date({millis})/"),
        "MatchedQueryIds": [],
        "LevelDisplayName": "Information",
    })
}

/// Values by position. A logon id is a number, an account an object, as in .NET.
pub(crate) fn by_position(record: &StoryRecord) -> Value {
    let values = record.fields.iter().map(|(name, value)| {
        if let (true, Some(hex)) = (name.ends_with("LogonId"), value.strip_prefix("0x")) {
            return json!({"Value": u64::from_str_radix(hex, 16).unwrap_or_default()});
        }
        if value.starts_with("S-1-") {
            return json!({"Value": {"BinaryLength": 28, "AccountDomainSid": null, "Value": value}});
        }
        json!({"Value": value})
    });
    let mut object = head(record);
    set(&mut object, &["Message"], json!("Process Create:\r\nImage: not-this.exe"));
    set(&mut object, &["Properties"], values.collect());
    object
}

/// As a depth of 1 leaves it: type names for values, the message whole.
pub(crate) fn truncated(record: &StoryRecord) -> Value {
    let mut object = head(record);
    let mut message = "Process Create:".to_owned();
    for (name, value) in &record.fields {
        message.push_str("\r\n");
        message.push_str(name);
        message.push_str(": ");
        message.push_str(value);
    }
    let unopened = "System.Diagnostics.Eventing.Reader.EventProperty";
    set(&mut object, &["Message"], json!(message));
    set(&mut object, &["Properties"], record.fields.iter().map(|_| json!(unopened)).collect());
    object
}
