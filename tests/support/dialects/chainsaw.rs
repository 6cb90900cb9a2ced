//! The story as hits of `chainsaw hunt --json`.

use serde_json::{Map, Value, json};

use super::{StoryRecord, lines};

/// A hit for every record, as lines.
pub(crate) fn render(records: &[StoryRecord]) -> String {
    lines(records.iter().map(|record| {
        let mut hit = hit("individual");
        hit.insert("document".to_owned(), document(record));
        Value::Object(hit)
    }))
}

/// Hits of rules that count, of a few records each, as one array.
pub(crate) fn render_aggregates(records: &[StoryRecord]) -> String {
    let hits = records.chunks(3).map(|records| {
        let mut hit = hit("aggregate");
        hit.insert("documents".to_owned(), records.iter().map(document).collect());
        Value::Object(hit)
    });
    Value::Array(hits.collect()).to_string()
}

fn hit(kind: &str) -> Map<String, Value> {
    let hit = json!({
        "group": "Sigma", "kind": kind, "name": "A rule", "timestamp": "2026-04-12T14:21:07+00:00",
        "authors": ["somebody"], "level": "high", "source": "sigma", "status": "stable",
    });
    hit.as_object().cloned().unwrap_or_default()
}

fn document(record: &StoryRecord) -> Value {
    let fields = record.fields.iter().map(|(name, value)| (name.clone(), json!(value)));
    json!({"kind": "evtx", "path": "logs/log.evtx", "data": {
        "Event_attributes": {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"},
        "Event": {
            "System": {
                "Provider_attributes": {"Name": record.provider},
                "EventID": record.event_id,
                "TimeCreated_attributes": {"SystemTime": record.time.to_string()},
                "EventRecordID": record.record_id,
                "Execution_attributes": {"ProcessID": record.pid, "ThreadID": record.tid},
                "Channel": record.channel,
                "Computer": record.host,
                "Security_attributes": record.user_sid.as_ref().map(|sid| json!({"UserID": sid})),
            },
            "EventData": fields.collect::<Map<String, Value>>(),
        },
    }})
}
