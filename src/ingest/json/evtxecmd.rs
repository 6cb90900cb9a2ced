//! The rows of `EvtxECmd --json`, one record a line. What its columns mean is in `row::evtxecmd`.

use crate::model::{Event, SourceIndex};

use super::{
    super::row::{Row, evtxecmd_event},
    assemble::Assembler,
    dialect::Keys,
    members::Members,
    reader::{Form, JsonError, Reader},
};

/// Whether these are the names of a row.
pub(super) fn is_row(keys: &Keys) -> bool {
    const OWN: [&str; 6] = [
        "Payload",
        "PayloadData1",
        "MapDescription",
        "ExtraDataOffset",
        "ChunkNumber",
        "HiddenRecord",
    ];
    ["EventId", "Channel", "TimeCreated"].iter().all(|name| keys.has(name))
        && OWN.iter().filter(|name| keys.has(name)).count() >= 2
}

/// Reads one row.
pub(super) fn evtxecmd_row(
    reader: &mut Reader<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    assembler.start();
    let members = Members::of(reader)?;
    let mut columns = Vec::new();
    for (name, span) in members.iter().filter(|(_, span)| span.form != Form::Nested) {
        columns.push((name, reader.text_at(span, &mut String::new())?.to_owned()));
    }
    let columns: Vec<(&str, &str)> =
        columns.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let row = Row(&columns);
    if !row.has("Channel") {
        return Err(JsonError::NotARecord { missing: "Channel" });
    }
    Ok(evtxecmd_event(&row, source, assembler)?.event)
}
