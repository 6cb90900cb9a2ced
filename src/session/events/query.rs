//! What the table of records is asked for. Filter words and time range are the session's own.

use crate::model::{Name, ProcessIndex};

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventColumn {
    /// Time of the record, UTC.
    Time,
    /// Computer.
    Host,
    /// The log, by its short name.
    Source,
    /// Event id.
    EventId,
    /// Provider.
    Provider,
    /// The process that the record is about.
    Process,
    /// Its process id.
    Pid,
    /// Account.
    User,
    /// What happened, in words, else the first fields.
    Summary,
    /// Record id.
    Record,
    /// The file of the evidence.
    File,
}

impl EventColumn {
    /// All columns, left to right.
    pub const ALL: [Self; 11] = [
        Self::Time,
        Self::Host,
        Self::Source,
        Self::EventId,
        Self::Provider,
        Self::Process,
        Self::Pid,
        Self::User,
        Self::Summary,
        Self::Record,
        Self::File,
    ];

    /// Whether the table can be sorted by it.
    pub const fn is_sortable(self) -> bool {
        !matches!(self, Self::Summary)
    }
}

/// By which column, and which way. Records that are equal in it keep the order of the analysis,
/// and those without a value stand last both ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventSort {
    /// The column.
    pub column: EventColumn,
    /// Whether the largest value stands first.
    pub is_descending: bool,
}

impl Default for EventSort {
    fn default() -> Self {
        Self { column: EventColumn::Time, is_descending: false }
    }
}

/// What records are counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventGroup {
    /// Computer.
    Host,
    /// Channel.
    Source,
    /// Channel and event id.
    EventId,
    /// Provider.
    Provider,
    /// File name of the process.
    Process,
    /// Account.
    User,
    /// The file of the evidence.
    File,
    /// A field of the records, by its exact name.
    Field(Name),
}

/// Keeps only records with one value, or only those without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Only {
    /// Of what.
    pub group: EventGroup,
    /// The value as logged; `None` stands for records that have none.
    pub value: Option<String>,
    /// Whether these records are left out and the others kept.
    pub is_left_out: bool,
}

/// Whose records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doer {
    /// One process.
    One(ProcessIndex),
    /// A process and everything below it.
    Under(ProcessIndex),
}

impl Doer {
    /// The process that is named.
    pub const fn process(self) -> ProcessIndex {
        match self {
            Self::One(process) | Self::Under(process) => process,
        }
    }
}

/// What the table is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventQuery {
    /// The order.
    pub sort: EventSort,
    /// What is counted beside the table.
    pub group: Option<EventGroup>,
    /// Whose records, where not everybody's.
    pub doer: Option<Doer>,
    /// What they must have, all of it.
    pub only: Vec<Only>,
}
