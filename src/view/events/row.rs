//! What one row of the table says.

use serde::Serialize;

use crate::model::{ActivityKind, ProcessIndex, RecordIndex, Severity, bare_path, file_name};
use crate::session::events::{EventColumn, user};
use crate::session::{Session, Whole};
use crate::view::events::{short_source, shortened, summary};
use crate::view::findings::short_host;
use crate::view::process_tree::{self, Kind, one_line};

/// The sign before the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Sign {
    /// The record tells of a start or an end.
    Process(Kind),
    /// It tells of something that the process did.
    Activity(ActivityKind),
    /// No process is known.
    None,
}

/// What the row of a record says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// `14:21:07.412`, with the date where the list has more than one day.
    pub time: String,
    /// Computer without its domain.
    pub host: String,
    /// The log.
    pub source: String,
    /// Event id.
    pub event_id: String,
    /// Provider.
    pub provider: String,
    /// The sign before the process.
    pub sign: Sign,
    /// File name of the process.
    pub process: String,
    /// Process id.
    pub pid: String,
    /// Account.
    pub user: String,
    /// What happened.
    pub summary: String,
    /// Whether [`Self::summary`] is logged text and not a sentence.
    pub is_code: bool,
    /// Whether [`Self::summary`] says only why the fields are not there.
    pub is_weak: bool,
    /// Record id.
    pub record: String,
    /// File of the evidence.
    pub file: String,
    /// The worst finding that the record is proof of.
    pub severity: Option<Severity>,
    /// The process in the tree.
    #[serde(skip)]
    pub linked: Option<ProcessIndex>,
    /// What a screen reader says.
    pub spoken: String,
}

/// The row of the record at this position.
pub fn row(session: &Session, at: RecordIndex, has_days: bool) -> Option<Row> {
    let analysis = session.analysis();
    let (event, unread) = match session.whole_record(at)? {
        Whole::Is(event) => (event, None),
        Whole::Unread => (analysis.event(at)?, Some("Reading the fields …".to_owned())),
        Whole::Failed(cause) => (analysis.event(at)?, Some(one_line(cause))),
    };
    let mark = analysis.record_mark(at);
    let found = mark.process.and_then(|process| analysis.tree.process(process));
    let time = event.time.map_or_else(
        || "no time".to_owned(),
        |time| {
            if has_days {
                format!("{} {}", time.date(), time.clock(true))
            } else {
                time.clock(true)
            }
        },
    );
    let image = || event.field("Image").or_else(|| event.field("ProcessName"));
    let (process, pid) = match found {
        Some(found) => (Some(found.name()), found.pid),
        None => (
            image().map(|image| file_name(bare_path(image))),
            event.pid("ProcessId").filter(|pid| *pid != 0),
        ),
    };
    let sign = match (found, mark.kind) {
        (_, Some(kind)) => Sign::Activity(kind),
        (Some(found), None) => Sign::Process(process_tree::kind(analysis, found)),
        (None, None) => Sign::None,
    };
    let said = summary(event);
    let is_weak = unread.is_some();
    let host = analysis.host_of(at).map_or_else(|| event.host(), |host| host.name.as_str());
    let source = analysis.source(event.source);
    let mut row = Row {
        time,
        host: short_host(host),
        source: short_source(event.channel()),
        event_id: event.event_id.to_string(),
        provider: shortened(event.provider()),
        sign,
        process: process.map_or_else(String::new, shortened),
        pid: pid.map_or_else(String::new, |pid| pid.to_string()),
        user: user(analysis, at).map_or_else(String::new, |user| shortened(&user)),
        summary: unread.unwrap_or(said.words),
        is_weak,
        is_code: said.is_code,
        record: event.record_id.map_or_else(String::new, |id| id.to_string()),
        file: source.map_or_else(String::new, |source| shortened(&source.label())),
        severity: mark.severity,
        linked: mark.process,
        spoken: String::new(),
    };
    row.spoken = spoken(&row);
    Some(row)
}

fn spoken(row: &Row) -> String {
    let mut words = vec![format!("{} {}", row.source, row.event_id)];
    words.extend(row.severity.map(|severity| severity.name().to_owned()));
    words.push(format!("{} UTC", row.time));
    if !row.process.is_empty() {
        words.push(format!("{} {}", row.process, row.pid).trim_end().to_owned());
    }
    words.push(row.summary.chars().take(200).collect());
    if !row.record.is_empty() {
        words.push(format!("record {}", row.record));
    }
    words.join(", ")
}

impl Row {
    /// The text in a column.
    pub fn cell(&self, column: EventColumn) -> &str {
        match column {
            EventColumn::Time => &self.time,
            EventColumn::Host => &self.host,
            EventColumn::Source => &self.source,
            EventColumn::EventId => &self.event_id,
            EventColumn::Provider => &self.provider,
            EventColumn::Process => &self.process,
            EventColumn::Pid => &self.pid,
            EventColumn::User => &self.user,
            EventColumn::Summary => &self.summary,
            EventColumn::Record => &self.record,
            EventColumn::File => &self.file,
        }
    }

    /// These columns with tabs between them, for the clipboard; values hold no tab of their own.
    pub fn copied(&self, columns: impl Iterator<Item = EventColumn>) -> String {
        columns.map(|column| self.cell(column)).collect::<Vec<_>>().join("\t")
    }
}
