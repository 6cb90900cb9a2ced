//! The table of every record: what stands above and beside it, and what each row says.
//!
//! [`events`] is made when the session changes; [`row`] for the rows on screen.

mod row;
mod summary;

use serde::Serialize;

use crate::model::{Analysis, RecordIndex, TimeRange, short_channel};
use crate::session::Session;
use crate::session::events::{Doer, EventColumn, EventGroup, Only};
use crate::view::findings::short_host;
use crate::view::number;
use crate::view::process_tree::one_line;

pub use self::row::{Row, Sign, row};
pub use self::summary::{Summary, summary};

/// What is around the rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Events {
    /// `284 of 214,907 records`.
    pub counted: String,
    /// What the records are limited to.
    pub limits: Vec<Limit>,
    /// What is to be known of the list: that it is being made, or what could not be looked at.
    pub note: Option<String>,
    /// What to say instead of rows; `None` where there are rows.
    pub empty: Option<Empty>,
    /// The counts beside the table.
    pub values: Option<Values>,
    /// Position of the selected record among the rows.
    pub selected: Option<usize>,
}

/// One thing that the records are limited to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// `Time`, `Under`, `Not`.
    pub label: String,
    /// The value.
    pub words: String,
    /// What takes it away.
    #[serde(skip)]
    pub by: LimitBy,
}

/// Where a limit comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LimitBy {
    /// The time range of everything.
    Time,
    /// A process.
    Doer,
    /// A value.
    Only(Only),
}

/// A table without rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Empty {
    /// Why.
    pub words: String,
    /// Whether "Clear filter" would bring records back.
    pub is_limited: bool,
}

/// How many of the listed records have which value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Values {
    /// `By event id`.
    pub title: String,
    /// The values, most frequent first.
    pub rows: Vec<ValueRow>,
    /// What was too rare to be told one by one; empty where nothing was.
    pub rest: String,
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ValueRow {
    /// The value in words.
    pub words: String,
    /// Records.
    pub count: String,
    /// Its part of the largest count, 0 to 100.
    pub percent: u8,
    /// What keeps only these records.
    #[serde(skip)]
    pub only: Only,
    /// What a screen reader says.
    pub spoken: String,
}

/// What stands around the rows.
pub fn events(session: &Session) -> Events {
    let list = session.events();
    let total = session.analysis().events.len() as u64;
    let shown = list.order.len() as u64;
    let so_far = if session.load().is_some() { " so far" } else { "" };
    let records = number::counted(total, "record", "records");
    let counted = if shown == total {
        format!("{records}{so_far}")
    } else {
        format!("{} of {records}{so_far}", number::grouped(shown))
    };
    let selected = session.selection().record();
    Events {
        counted,
        limits: limits(session),
        note: note(session),
        empty: (shown == 0).then(|| empty(session)),
        values: values(session),
        selected: selected
            .and_then(|RecordIndex(record)| list.order.iter().position(|at| *at == record)),
    }
}

fn note(session: &Session) -> Option<String> {
    let unsearched = session.events().unsearched;
    if session.is_listing() {
        Some("Searching …".to_owned())
    } else if unsearched > 0 {
        Some(format!(
            "{} not searched: fields stay in the evidence",
            number::counted(unsearched, "record", "records")
        ))
    } else {
        None
    }
}

fn empty(session: &Session) -> Empty {
    let is_limited = !session.filter().is_empty() || !limits(session).is_empty();
    let words = if session.has_failed_to_list() {
        "The program failed to list the records"
    } else if session.is_listing() {
        "Searching …"
    } else if session.analysis().events.is_empty() {
        if session.load().is_some() { "No records read yet" } else { "No records in these logs" }
    } else if is_limited {
        "Nothing matches"
    } else {
        "No records in these logs"
    };
    let is_limited = is_limited && !session.is_listing();
    Empty { words: words.to_owned(), is_limited }
}

fn limits(session: &Session) -> Vec<Limit> {
    let query = session.event_query();
    let mut limits = Vec::new();
    if let Some(range) = session.time_range() {
        limits.push(Limit {
            label: "Time".to_owned(),
            words: range_words(range),
            by: LimitBy::Time,
        });
    }
    if let Some(doer) = query.doer {
        let label = match doer {
            Doer::One(_) => "Of",
            Doer::Under(_) => "Under",
        };
        limits.push(Limit {
            label: label.to_owned(),
            words: process_words(session.analysis(), doer),
            by: LimitBy::Doer,
        });
    }
    for only in &query.only {
        let name = group_name(&only.group);
        limits.push(Limit {
            label: if only.is_left_out { format!("Not {name}") } else { name },
            words: value_words(&only.group, only.value.as_deref()),
            by: LimitBy::Only(only.clone()),
        });
    }
    limits
}

/// `14:20:00–14:36:00`, with the dates where they are not one day.
pub fn range_words(range: TimeRange) -> String {
    let (from, to) = (range.from, range.to);
    if from.date() == to.date() {
        return format!("{}–{}", from.clock(false), to.clock(false));
    }
    let moment = |time: crate::model::Timestamp| format!("{} {}", time.date(), time.clock(false));
    format!("{} – {}", moment(from), moment(to))
}

fn process_words(analysis: &Analysis, doer: Doer) -> String {
    let Some(process) = analysis.tree.process(doer.process()) else { return String::new() };
    let name = one_line(process.name());
    process.pid.map_or_else(|| name.clone(), |pid| format!("{name} {pid}"))
}

fn values(session: &Session) -> Option<Values> {
    let group = session.event_query().group.as_ref()?;
    let list = session.events();
    let most = list.values.iter().map(|value| value.count).max().unwrap_or(1).max(1);
    let rows = list
        .values
        .iter()
        .map(|value| {
            let words = value_words(group, value.value.as_deref());
            let count = number::grouped(value.count);
            ValueRow {
                spoken: format!("{words}, {}", number::counted(value.count, "record", "records")),
                words,
                count,
                percent: u8::try_from(value.count.saturating_mul(100) / most).unwrap_or(100),
                only: Only { group: group.clone(), value: value.value.clone(), is_left_out: false },
            }
        })
        .collect();
    let (values, records) = list.rare;
    let rest = if values == 0 {
        String::new()
    } else {
        let more = number::counted(values as u64, "rarer value", "rarer values");
        format!("{more}, {}", number::counted(records, "record", "records"))
    };
    let name = group_name(group);
    let title = format!("By {}", if is_field(group) { name } else { name.to_lowercase() });
    Some(Values { title, rows, rest })
}

const fn is_field(group: &EventGroup) -> bool {
    matches!(group, EventGroup::Field(_))
}

/// What records are counted by, in words.
pub fn group_name(group: &EventGroup) -> String {
    match group {
        EventGroup::Host => "Host".to_owned(),
        EventGroup::Source => "Source".to_owned(),
        EventGroup::EventId => "Event id".to_owned(),
        EventGroup::Provider => "Provider".to_owned(),
        EventGroup::Process => "Process".to_owned(),
        EventGroup::User => "User".to_owned(),
        EventGroup::File => "File".to_owned(),
        EventGroup::Field(name) => one_line(name),
    }
}

/// The value in words, in one line.
fn value_words(group: &EventGroup, value: Option<&str>) -> String {
    let Some(value) = value else { return "no value".to_owned() };
    match group {
        EventGroup::Host => short_host(value),
        EventGroup::Source => short_source(value),
        EventGroup::EventId => match value.rsplit_once(' ') {
            Some((channel, id)) => format!("{} {id}", short_source(channel)),
            None => one_line(value),
        },
        _ => shortened(value),
    }
}

/// The log's name without what all of them begin and end with: `Sysmon`, `PowerShell`.
pub fn short_source(channel: &str) -> String {
    let log = short_channel(channel);
    if log.is_empty() { "No channel".to_owned() } else { one_line(log) }
}

/// The longest text a row shows, in characters; the rest is in the record.
const LONGEST: usize = 400;

/// The start of a value in one line; what is long is not looked at to its end.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", one_line(text.get(..end).unwrap_or_default())),
        None => one_line(text),
    }
}

/// The column's name in the header.
pub const fn column_name(column: EventColumn) -> &'static str {
    match column {
        EventColumn::Time => "Time, UTC",
        EventColumn::Host => "Host",
        EventColumn::Source => "Source",
        EventColumn::EventId => "ID",
        EventColumn::Provider => "Provider",
        EventColumn::Process => "Process",
        EventColumn::Pid => "PID",
        EventColumn::User => "User",
        EventColumn::Summary => "What happened",
        EventColumn::Record => "Record",
        EventColumn::File => "File",
    }
}
