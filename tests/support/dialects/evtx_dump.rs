//! The story as `evtx_dump -o jsonl` writes it, which shows how a renderer looks.

use serde_json::{Map, Value, json};

use super::{StoryRecord, lines};

/// A line for every record.
pub(crate) fn render(records: &[StoryRecord]) -> String {
    lines(records.iter().map(object))
}

/// Seven digits after the second, as it writes a FILETIME.
fn object(record: &StoryRecord) -> Value {
    let fields = record.fields.iter().map(|(name, value)| (name.clone(), json!(value)));
    json!({"Event": {
        "#attributes": {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"},
        "System": {
            "Provider": {"#attributes": {"Name": record.provider}},
            "EventID": record.event_id,
            "TimeCreated": {"#attributes": {"SystemTime": record.time.to_string()}},
            "EventRecordID": record.record_id,
            "Execution": {"#attributes": {"ProcessID": record.pid, "ThreadID": record.tid}},
            "Channel": record.channel,
            "Computer": record.host,
            "Security": record.user_sid.as_ref().map(|sid| json!({"#attributes": {"UserID": sid}})),
        },
        "EventData": fields.collect::<Map<String, Value>>(),
    }})
}
