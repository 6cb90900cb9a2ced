//! What a record said: its fields as logged, and where it stands.

use serde::Serialize;

use crate::model::{Analysis, RecordIndex, with_meanings};
use crate::view::visible::visible_text;

/// One record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordFacts {
    /// `Sysmon 1, record 48210`.
    pub title: String,
    /// The file it is in.
    pub file: String,
    /// The other files it is in: backups, collectors' logs, exports.
    pub also_in: Vec<String>,
    /// Record time with all digits, UTC.
    pub time: String,
    /// Names and values as logged, with control characters made visible and the meaning behind the
    /// numbers that Security records write for words.
    pub fields: Vec<(String, String)>,
    /// The record as JSON, exact, for the clipboard.
    pub json: String,
}

pub(super) fn facts(analysis: &Analysis, at: RecordIndex) -> Option<RecordFacts> {
    let event = analysis.event(at)?;
    let source = analysis.source(event.source)?;
    let fields: serde_json::Map<String, serde_json::Value> = {
        let mut map = serde_json::Map::new();
        for (name, value) in event.fields.iter() {
            map.insert(name.to_owned(), value.into());
        }
        map
    };
    let time = event.time.map_or_else(|| "no time".to_owned(), |time| time.to_string());
    let json = serde_json::json!({
        "EventID": event.event_id,
        "Channel": event.channel(),
        "Provider": event.provider(),
        "Computer": event.host(),
        "EventRecordID": event.record_id,
        "TimeCreated": &time,
        "EventData": fields,
    });
    Some(RecordFacts {
        title: title(event.channel(), event.event_id, event.record_id),
        file: visible_text(&source.label()).into_owned(),
        also_in: analysis
            .also_at(at)
            .iter()
            .filter_map(|also| analysis.source(also.source))
            .map(|source| visible_text(&source.label()).into_owned())
            .collect(),
        time,
        fields: event
            .fields
            .iter()
            .map(|(name, value)| {
                let spelled = with_meanings(value);
                let value = visible_text(spelled.as_deref().unwrap_or(value)).into_owned();
                (visible_text(name).into_owned(), value)
            })
            .collect(),
        json: serde_json::to_string_pretty(&json).unwrap_or_default(),
    })
}

/// `Sysmon 1, record 48210`: the log's short name, event id and record id.
pub(super) fn title(channel: &str, event_id: u32, record_id: Option<u64>) -> String {
    let log = channel
        .strip_prefix("Microsoft-Windows-")
        .unwrap_or(channel)
        .split('/')
        .next()
        .unwrap_or(channel);
    let log = if log.is_empty() { "Event" } else { log };
    let id = record_id.map(|id| format!(", record {id}")).unwrap_or_default();
    format!("{} {event_id}{id}", visible_text(log))
}
