//! The binary XML of a record as a flat event: the hot path of reading EVTX.
//!
//! A template is planned once (`plan`): which of its values is which part of `System` and which
//! is the field of what name. An instance then is a walk over its values (`read`). Rare shapes go
//! through elements with their values in place (`tree`, `flatten`), by the same rules. What is
//! not understood is an error, never a guess: the caller has another reader for those records.
//!
//! Not read here: files, chunks and their headers, and what stands in `RenderingInfo`.

mod cursor;
mod error;
mod flatten;
mod plan;
mod read;
mod template;
mod text;
mod time;
mod token;
mod tree;
mod value;

use crate::model::{Event, SourceIndex};

use super::super::json::Assembler;

use self::{
    cursor::Cursor,
    error::Result,
    read::{Reading, Slot},
    template::Templates,
};

pub(in crate::ingest) use self::error::BinXmlError;

/// Bytes before a record's binary XML: its magic, size, number and time.
const RECORD_HEADER: usize = 24;
/// The copy of a record's size that ends it.
const SIZE_COPY: usize = 4;

/// Reads records; keeps the templates it met for the next chunk and file of the same thread.
#[derive(Debug, Default)]
pub(in crate::ingest) struct RecordReader {
    templates: Templates,
    slots: Vec<Slot>,
    scratch: Vec<u8>,
}

impl RecordReader {
    /// The reader for the records of one chunk.
    pub(in crate::ingest) fn chunk<'c>(&'c mut self, chunk: &'c [u8]) -> ChunkRecords<'c> {
        self.templates.start_chunk();
        ChunkRecords { chunk, reader: self }
    }
}

/// Reads the records of one chunk.
#[derive(Debug)]
pub(in crate::ingest) struct ChunkRecords<'c> {
    /// The 64 KiB, which offsets count in.
    chunk: &'c [u8],
    reader: &'c mut RecordReader,
}

impl ChunkRecords<'_> {
    /// Reads the record whose header begins at this offset of the chunk. Once `System` is read
    /// the assembler is asked whether the fields are kept; where not, they are not looked at.
    /// The event's place is for the caller to say.
    pub(in crate::ingest) fn read(
        &mut self,
        offset: usize,
        source: SourceIndex,
        assembler: &mut Assembler,
    ) -> Result<Event> {
        let mut header = Cursor::new(self.chunk, offset.min(self.chunk.len()), self.chunk.len())?;
        if header.bytes(4, "a record's header")? != b"**\0\0" {
            return Err(BinXmlError::Unknown { what: "a record's header", offset });
        }
        let size = header.offset("a record's header")?;
        let end = offset.saturating_add(size);
        if size < RECORD_HEADER + SIZE_COPY || end > self.chunk.len() {
            return Err(BinXmlError::Outside { what: "a record", offset });
        }
        assembler.start();
        let RecordReader { templates, slots, scratch } = &mut *self.reader;
        let is_whole = Reading::new(self.chunk, (templates, slots, scratch), assembler)
            .record(offset + RECORD_HEADER, end - SIZE_COPY)?;
        let event =
            if is_whole { assembler.finish(source) } else { assembler.finish_skeleton(source) };
        event.or(Err(BinXmlError::NotAnEvent { missing: "the event id" }))
    }
}
