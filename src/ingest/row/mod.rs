//! Programs that write an event as one flat row of named values, be it of a CSV file or a JSON
//! object: what their columns mean. No text is read here.

mod defender;
mod evtxecmd;
mod hayabusa;
mod payload;

pub(in crate::ingest) use self::{
    defender::read as hunting_event,
    evtxecmd::read as evtxecmd_event,
    hayabusa::{pairs as detail_pairs, value as detail_value},
};

use thiserror::Error;

use crate::model::{Event, SourceIndex};

use super::{
    json::{Assembler, JsonError},
    names,
};

/// A program that writes rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Program {
    /// Eric Zimmerman's `EvtxECmd`, also as Timeline Explorer exports it.
    EvtxEcmd,
    /// A timeline of Hayabusa: only records that one of its rules found.
    Hayabusa,
    /// The tables `Device…Events` of Microsoft Defender, as its portal exports them.
    Defender,
}

impl Program {
    /// The name in reports.
    pub(in crate::ingest) const fn name(self) -> &'static str {
        match self {
            Self::EvtxEcmd => "evtxecmd",
            Self::Hayabusa => "hayabusa",
            Self::Defender => "defender",
        }
    }

    /// The program that names its columns like this, in any order and letter case.
    pub(in crate::ingest) fn of(columns: &[&str]) -> Option<Self> {
        let has = |name: &str| columns.iter().any(|column| same_name(column, name));
        let has_any = |names: &[&str]| names.iter().any(|name| has(name));
        if has("EventId")
            && has("TimeCreated")
            && has("Computer")
            && has_any(&["Payload", "PayloadData1", "MapDescription"])
        {
            return Some(Self::EvtxEcmd);
        }
        if has("EventID")
            && has_any(&["Timestamp", "datetime"])
            && has_any(&["Computer", "Hostname"])
            && has_any(&["RuleTitle", "Details", "AllFieldInfo", "ExtraFieldInfo"])
        {
            return Some(Self::Hayabusa);
        }
        let is_defender = has_any(&defender::TIMES)
            && has_any(&["DeviceName", "DeviceId"])
            && has_any(&["ActionType", "ProcessCommandLine", "InitiatingProcessId"]);
        is_defender.then_some(Self::Defender)
    }

    /// Reads one row. Its place is for the caller to say.
    pub(in crate::ingest) fn read(
        self,
        row: &Row<'_>,
        source: SourceIndex,
        assembler: &mut Assembler,
    ) -> Result<Read, RowError> {
        assembler.start();
        match self {
            Self::EvtxEcmd => evtxecmd::read(row, source, assembler),
            Self::Hayabusa => hayabusa::read(row, source, assembler),
            Self::Defender => defender::read(row, source, assembler).map(Read::whole),
        }
    }
}

/// Why a row is no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(in crate::ingest) enum RowError {
    /// A value that every event has.
    #[error("{missing} is missing or not what it should be")]
    NotARecord {
        /// What is not there.
        missing: &'static str,
    },
    /// More values than any table has columns.
    #[error("it has more values than any log has columns")]
    TooMany,
    /// A quotation mark that nothing closes.
    #[error("a quotation mark is opened in it and never closed")]
    OpenQuote,
}

impl From<RowError> for JsonError {
    fn from(error: RowError) -> Self {
        match error {
            RowError::NotARecord { missing } => Self::NotARecord { missing },
            RowError::TooMany | RowError::OpenQuote => Self::NotARecord { missing: "a row" },
        }
    }
}

/// A row as an event, with what is odd about it.
#[derive(Debug)]
pub(in crate::ingest) struct Read {
    pub(in crate::ingest) event: Event,
    /// Whether the column that holds the event's own data could not be read.
    pub(in crate::ingest) is_data_broken: bool,
}

impl Read {
    const fn whole(event: Event) -> Self {
        Self { event, is_data_broken: false }
    }
}

/// The values of one row with the names of their columns, in the order of the columns.
#[derive(Clone, Copy, Debug)]
pub(in crate::ingest) struct Row<'a>(pub(in crate::ingest) &'a [(&'a str, &'a str)]);

impl<'a> Row<'a> {
    /// The value of a column, whose name is compared without letter case; `None` where empty.
    fn get(&self, name: &str) -> Option<&'a str> {
        let value =
            self.0.iter().find(|(column, _)| same_name(column, name)).map(|(_, value)| *value)?;
        (!value.trim().is_empty()).then_some(value)
    }

    /// Whether a column has a value.
    pub(in crate::ingest) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The value of the first of these columns that has one.
    fn get_any(&self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| self.get(name))
    }
}

fn same_name(column: &str, name: &str) -> bool {
    column.trim().eq_ignore_ascii_case(name)
}

/// Appends a field.
fn push(assembler: &mut Assembler, name: &str, value: &str) {
    let names = &mut assembler.names;
    assembler.fields.push_with(name, value, |name| names.intern(name));
}

fn set_host(assembler: &mut Assembler, host: Option<&str>) {
    assembler.head.host =
        host.map(|host| assembler.names.intern_part(names::Part::Host, host.trim()));
}

fn set_channel(assembler: &mut Assembler, channel: Option<&str>) {
    assembler.head.channel =
        channel.map(|channel| assembler.names.intern_part(names::Part::Channel, channel.trim()));
}

fn set_provider(assembler: &mut Assembler, provider: Option<&str>) {
    assembler.head.provider = provider
        .map(|provider| assembler.names.intern_part(names::Part::Provider, provider.trim()));
}

fn finish(assembler: &mut Assembler, source: SourceIndex) -> Result<Event, RowError> {
    let missing = RowError::NotARecord { missing: "the event id" };
    assembler.finish(source).map_err(|_no_event_id| missing)
}
