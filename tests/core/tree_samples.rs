//! Real recordings: as many processes as distinct GUIDs, and every Sysmon start is one of them.

#![expect(clippy::unwrap_used, reason = "a test that panics is a failing test")]
#![expect(clippy::print_stdout, reason = "a skipped test says so; trees are shown on demand")]

use std::{collections::HashSet, path::Path, sync::Arc};

use crate::events::show;
use crate::support::samples;
use evtx::EvtxParser;
use serde_json::Value;
use spawnscope::{
    model::{Event, FieldsBuilder, Name, Origin, Timestamp},
    tree,
};

/// The records of a file through the crate's own JSON, which shares no code with the reader.
fn events_of(path: &Path) -> Vec<Event> {
    let mut parser = EvtxParser::from_path(path).unwrap();
    parser
        .records_json_value()
        .filter_map(Result::ok)
        .filter_map(|record| flat(&record.data))
        .collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(inner) => inner.get("#text").map(text).unwrap_or_default(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn flat(record: &Value) -> Option<Event> {
    let event = record.get("Event")?;
    let system = event.get("System")?;
    let attribute = |element: &str, name: &str| system.get(element)?.get("#attributes")?.get(name);
    let name = |value: Option<&Value>| Name::from(value.map(text).unwrap_or_default());
    let mut fields = FieldsBuilder::default();
    if let Some(Value::Object(data)) = event.get("EventData") {
        for (field, value) in data {
            fields.push(Name::from(field.as_str()), &text(value));
        }
    }
    Some(Event {
        record_id: system.get("EventRecordID").and_then(Value::as_u64),
        origin: Arc::new(Origin {
            host: name(system.get("Computer")),
            channel: name(system.get("Channel")),
            provider: name(attribute("Provider", "Name")),
            user_sid: None,
        }),
        event_id: text(system.get("EventID")?).parse().ok()?,
        time: attribute("TimeCreated", "SystemTime").map(text).and_then(|at| Timestamp::parse(&at)),
        logger_pid: attribute("Execution", "ProcessID")
            .and_then(Value::as_u64)
            .and_then(|pid| u32::try_from(pid).ok()),
        fields: fields.finish(),
        ..Event::default()
    })
}

#[test]
fn as_many_processes_as_guids() {
    let Some(folder) = samples::folder("evtx") else { return };
    let mut starts = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let events = events_of(&path);
        let guids: HashSet<String> = events
            .iter()
            .filter(|event| event.event_id == 1 && event.channel().contains("Sysmon"))
            .filter_map(|event| event.field("ProcessGuid"))
            .map(str::to_lowercase)
            .collect();
        let tree = tree::build(&events);
        let by_sysmon = tree
            .processes
            .iter()
            .filter(|process| process.witnesses.iter().any(|witness| witness.kind == "sysmon/1"))
            .count();
        assert_eq!(by_sysmon, guids.len(), "{}\n{}", path.display(), show(&tree));
        starts += by_sysmon;
        let asked = std::env::var("SPAWNSCOPE_SHOW").unwrap_or_default();
        if !asked.is_empty() && path.to_string_lossy().contains(&asked) {
            println!("{}\n{}", path.display(), show(&tree));
        }
    }
    assert!(starts > 100, "the recordings hold more starts than {starts}");
}
