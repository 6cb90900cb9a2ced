//! The hits of `chainsaw hunt --json`: a record, or several, below `document` or `documents`, in
//! the form of `evtx_dump --separate-json-attributes`. What the hunt says of the hit (`group`,
//! `name`, `level`, the rule) is no evidence and is not read.
//!
//! Source: Chainsaw's `src/hunt.rs` and `src/cli.rs`, version 2. `chainsaw dump` writes the
//! records alone, which is the dialect of `evtx_dump`.

use crate::model::{Event, SourceIndex};

use super::{
    assemble::Assembler,
    dialect::Keys,
    evtx_dump::windows_event,
    members::{Members, at, is_object},
    reader::{JsonError, Reader, Span},
};

/// Whether these are the names of a hit.
pub(super) fn is_hunt_row(keys: &Keys) -> bool {
    keys.has("document.data.Event.System") || keys.has("documents[].data.Event.System")
}

/// Reads one hit. The first record is handed back, the others are left in
/// [`Assembler::more`].
pub(super) fn hunt_row(
    reader: &mut Reader<'_>,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    assembler.start();
    let row = Members::of(reader)?;
    let mut events = Vec::new();
    if let Some(document) = row.span("document").filter(|span| is_object(reader, *span)) {
        events.push(document_event(reader, document, source, assembler)?);
    }
    if let Some(documents) = row.span("documents") {
        for document in elements(reader, documents)? {
            events.push(document_event(reader, document, source, assembler)?);
        }
    }
    let mut events = events.into_iter();
    let first = events.next().ok_or(JsonError::NotARecord { missing: "document" })?;
    assembler.more.extend(events);
    Ok(first)
}

/// The objects of the array at this place.
fn elements(reader: &mut Reader<'_>, array: Span) -> Result<Vec<Span>, JsonError> {
    if reader.between(array.start, array.start + 1) != b"[" {
        return Ok(Vec::new());
    }
    at(reader, array, |reader| {
        let (mut found, mut first) = (Vec::new(), true);
        reader.open(b'[')?;
        while reader.has_next(&mut first)? {
            found.push(reader.pass()?);
        }
        found.retain(|span| is_object(reader, *span));
        Ok(found)
    })
}

fn document_event(
    reader: &mut Reader<'_>,
    document: Span,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, JsonError> {
    let document = at(reader, document, |reader| Members::of(reader))?;
    let data = document.span("data").filter(|span| is_object(reader, *span));
    let data = data.ok_or(JsonError::NotARecord { missing: "data" })?;
    at(reader, data, |reader| windows_event(reader, source, assembler))
}
