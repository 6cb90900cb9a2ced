//! The story as two programs write it that nobody knows: one flat, one nested, and the maps that
//! explain them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{StoryRecord, lines};

/// Names of no known program, side by side; times in UTC.
pub(crate) fn flat(records: &[StoryRecord]) -> String {
    lines(records.iter().map(|record| {
        let mut object = Map::from_iter([
            ("when".to_owned(), json!(record.time.to_string())),
            ("box".to_owned(), json!(record.host)),
            ("log.stream".to_owned(), json!(record.channel)),
            ("origin".to_owned(), json!(record.provider)),
            ("what".to_owned(), json!(record.event_id)),
            ("seq".to_owned(), json!(record.record_id)),
            ("writer".to_owned(), json!(record.pid)),
            ("acct".to_owned(), json!(record.user_sid)),
        ]);
        object
            .extend(record.fields.iter().map(|(name, value)| (format!("x_{name}"), json!(value))));
        Value::Object(object)
    }))
}

/// The same below one another; times two hours ahead of UTC and without a word about it.
pub(crate) fn nested(records: &[StoryRecord]) -> String {
    lines(records.iter().map(|record| {
        let ahead = record.time.plus_secs(7_200).to_string().replace('T', " ");
        let detail = record.fields.iter().map(|(name, value)| (format!("x_{name}"), json!(value)));
        json!({
            "meta": {"clock": ahead.trim_end_matches('Z'), "box": {"label": record.host}},
            "win": {"stream": record.channel, "origin": record.provider},
            "kind": {"no": record.event_id.to_string()},
            "seq": record.record_id.to_string(),
            "writer": {"no": record.pid},
            "acct": {"s": record.user_sid},
            "detail": detail.collect::<Map<String, Value>>(),
        })
    }))
}

/// The map of [`flat`].
pub(crate) fn flat_map(records: &[StoryRecord]) -> Value {
    json!({
        "name": "flat", "match": ["when", "box", "log.stream", "what"],
        "time": "when", "host": "box", "channel": "log.stream", "provider": "origin",
        "event_id": "what", "record_id": "seq", "logger_pid": "writer", "user": "acct",
        "fields": fields(records, ""),
    })
}

/// The map of [`nested`].
pub(crate) fn nested_map(records: &[StoryRecord]) -> Value {
    json!({
        "name": "nested", "match": ["meta.clock", "meta.box", "kind.no"],
        "time": "meta.clock", "utc_offset": "+02:00", "host": "meta.box.label",
        "channel": "win.stream", "provider": "win.origin", "event_id": "kind.no",
        "record_id": "seq", "logger_pid": "writer.no", "user": "acct.s",
        "fields": fields(records, "detail."),
    })
}

fn fields(records: &[StoryRecord], below: &str) -> Map<String, Value> {
    let names = records.iter().flat_map(|record| &record.fields).map(|(name, _)| name);
    let names = names.collect::<BTreeSet<_>>();
    names.into_iter().map(|name| (format!("{below}x_{name}"), json!(name))).collect()
}
