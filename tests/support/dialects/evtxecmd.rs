//! The story as `EvtxECmd --json` writes it: the record as JSON text inside `Payload`.

use serde_json::{Value, json};

use super::{StoryRecord, lines};

/// A row for every record.
pub(crate) fn render(records: &[StoryRecord]) -> String {
    lines(records.iter().map(row))
}

fn row(record: &StoryRecord) -> Value {
    let data = record.fields.iter().map(|(name, value)| match value.as_str() {
        // An empty element has no text.
        "" => json!({"@Name": name}),
        value => json!({"@Name": name, "#text": value}),
    });
    let mut data = data.collect::<Vec<_>>();
    // One element is no array.
    let data = if data.len() == 1 { data.swap_remove(0) } else { json!(data) };
    let payload = json!({"EventData": {"Data": data}}).to_string();
    json!({
        "ChunkNumber": 0,
        "Computer": record.host,
        "Payload": payload,
        "UserId": record.user_sid,
        "Channel": record.channel,
        "Provider": record.provider,
        "EventId": record.event_id,
        "EventRecordId": record.record_id.to_string(),
        "ProcessId": record.pid,
        "ThreadId": record.tid,
        "Level": "Info",
        "SourceFile": "E:\\case\\log.evtx",
        "ExtraDataOffset": 0,
        "HiddenRecord": false,
        "TimeCreated": record.time.to_string().replace('Z', "+00:00"),
        "RecordNumber": 7,
    })
}
