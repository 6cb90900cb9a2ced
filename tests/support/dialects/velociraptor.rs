//! The story as Velociraptor's `parse_evtx` writes it: attributes as members, numbers as numbers
//! (the hexadecimal ones too), the time as a floating-point number of seconds.

use serde_json::{Map, Value, json};

use super::{StoryRecord, lines};

/// A row for every record.
pub(crate) fn render(records: &[StoryRecord]) -> String {
    lines(records.iter().map(row))
}

fn row(record: &StoryRecord) -> Value {
    let fields = record.fields.iter().map(|(name, value)| (name.clone(), typed(value)));
    let seconds = record.time.unix_secs() as f64 + f64::from(record.time.nanos()) / 1e9;
    json!({
        "System": {
            "Provider": {"Name": record.provider},
            "EventID": {"Value": record.event_id},
            "TimeCreated": {"SystemTime": seconds},
            "EventRecordID": record.record_id,
            "Correlation": {},
            "Execution": {"ProcessID": record.pid, "ThreadID": record.tid},
            "Channel": record.channel,
            "Computer": record.host,
            "Security": record.user_sid.as_ref().map_or_else(|| json!({}), |sid| json!({"UserID": sid})),
        },
        "EventData": fields.collect::<Map<String, Value>>(),
        "Message": "What Windows would show.",
        "Fqdn": "collector.example.net",
        "_Source": "Windows.EventLogs.Evtx",
    })
}

fn typed(value: &str) -> Value {
    let number = match value.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => value.parse().ok().filter(|number: &u64| number.to_string() == value),
    };
    number.map_or_else(|| json!(value), |number| json!(number))
}
