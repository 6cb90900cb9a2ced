//! What a record said: its fields as logged, and where it stands.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::{Analysis, Event, Finding, ProcessIndex, RecordIndex, Timestamp, with_meanings};
use crate::session::events::user;
use crate::session::{Session, Whole};
use crate::view::events::{short_source, summary};
use crate::view::process_tree::one_line;
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
    facts_of(analysis, at, analysis.event(at)?)
}

/// The facts of the record at this position as it was read again.
fn facts_of(analysis: &Analysis, at: RecordIndex, event: &Event) -> Option<RecordFacts> {
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
    let log = if channel.is_empty() { "Event".to_owned() } else { short_source(channel) };
    let id = record_id.map(|id| format!(", record {id}")).unwrap_or_default();
    format!("{log} {event_id}{id}")
}

/// A selected record: what it said, and what it is part of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SelectedRecord {
    /// What it said.
    pub facts: RecordFacts,
    /// What it tells, in one line.
    pub summary: String,
    /// Why its fields are not there, or not yet.
    pub note: Option<String>,
    /// What is known around it: label and value.
    pub read_as: Vec<(String, String)>,
    /// The process it is about: `powershell.exe 11872`.
    pub process: Option<String>,
    /// Its position in the tree.
    #[serde(skip)]
    pub process_at: Option<ProcessIndex>,
    /// Names of its fields that made a rule match.
    pub marked: Vec<String>,
    /// Findings it is proof of: position and title.
    pub used_by: Vec<(usize, String)>,
}

pub(super) fn selected(session: &Session, at: RecordIndex) -> Option<SelectedRecord> {
    let analysis = session.analysis();
    let kept = analysis.event(at)?;
    let (event, note) = match session.whole_record(at)? {
        Whole::Is(event) => (event, None),
        Whole::Unread => (kept, Some("Reading the fields from the evidence …".to_owned())),
        Whole::Failed(cause) => (kept, Some(one_line(cause))),
    };
    let facts = facts_of(analysis, at, event)?;
    let mark = analysis.record_mark(at);
    let process = mark.process.and_then(|at| analysis.tree.process(at)).map(|process| {
        let name = one_line(process.name());
        process.pid.map_or_else(|| name.clone(), |pid| format!("{name} {pid}"))
    });
    let used_by: Vec<(usize, &Finding)> = analysis
        .findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| finding.records.contains(&at))
        .collect();
    let matched = used_by.iter().flat_map(|(_, finding)| &finding.matched);
    let marked: BTreeSet<&str> =
        matched.filter(|one| !one.derived).map(|one| one.field.as_str()).collect();
    Some(SelectedRecord {
        summary: summary(event).words,
        read_as: read_as(analysis, at, event, &facts),
        note,
        process,
        process_at: mark.process,
        marked: marked.into_iter().map(str::to_owned).collect(),
        used_by: used_by.iter().map(|(at, finding)| (*at, finding.title.clone())).collect(),
        facts,
    })
}

fn read_as(
    analysis: &Analysis,
    at: RecordIndex,
    event: &Event,
    facts: &RecordFacts,
) -> Vec<(String, String)> {
    let mut said = vec![("Record time".to_owned(), facts.time.clone())];
    let mut say = |label: &str, value: String| {
        if !value.is_empty() {
            said.push((label.to_owned(), value));
        }
    };
    if let Some(own) = event.field("UtcTime").and_then(Timestamp::parse) {
        let apart = event.time.map(|time| time.secs_since(own)).unwrap_or_default();
        let words = match apart {
            0.001..60.0 => format!(", logged {:.0} ms later", apart * 1000.0),
            _ => String::new(),
        };
        say("Event time", format!("{own}{words}"));
    }
    say(
        "Host",
        analysis.host_of(at).map_or_else(|| one_line(event.host()), |host| one_line(&host.name)),
    );
    say("Channel", one_line(event.channel()));
    say("Provider", one_line(event.provider()));
    say("User", user(analysis, at).map_or_else(String::new, |user| one_line(&user)));
    say("File", facts.file.clone());
    let place = if event.is_recovered { ", recovered" } else { "" };
    say("Offset", format!("{:#x}{place}", event.place));
    for other in &facts.also_in {
        say("Also in", other.clone());
    }
    said
}
