//! Windows event logs, whole and damaged, from positioned reads.
//!
//! `unit` reads the chunks that are sound, at full speed and in any order. What is not sound is
//! left to `carve`, which goes through each such stretch of the file from its start to its end and
//! reads what can be found there. `chunk` knows the layout, `records` turns records into events.
//!
//! A record is *recovered* unless it stands in a sound chunk of a log with a file header, before
//! the end that the chunk's header gives. A chunk is sound where it lies on the grid of 64 KiB from
//! byte 4096 on, is there to its last byte, and matches both its checksums.

mod binxml;
mod carve;
mod chunk;
mod records;
mod unit;
mod words;

use crate::model::{Event, IssueKind};

pub(super) use self::{
    binxml::RecordReader,
    carve::{Carver, runs},
    chunk::{CHUNK, CHUNK_HEADER, holds_chunk},
    records::RecordSource,
    unit::ChunkReader,
};

use super::recognise::EVTX_FILE_HEADER;

/// Chunks in a work unit.
pub(super) const UNIT_CHUNKS: u64 = 32;

/// Something wrong in a file, before it is known which file.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) offset: u64,
    pub(super) kind: IssueKind,
    pub(super) message: String,
}

/// What reading some chunks came to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) events: Vec<Event>,
    pub(super) unreadable: u64,
    pub(super) troubles: Vec<Trouble>,
    /// Numbers of the chunks that are not sound.
    pub(super) gaps: Vec<u64>,
    /// Whether the system let all bytes be read.
    pub(super) is_readable: bool,
}

/// What is known of a file before its chunks are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// Size in bytes.
    pub(super) bytes: u64,
    /// Whether it has the header of a log; without one all its records are recovered.
    pub(super) has_header: bool,
    /// Whether that says that the log was not closed: its chunks may hold more than they count.
    pub(super) is_dirty: bool,
    /// Whether chunks may lie anywhere and what is between them is of no concern.
    pub(super) is_image: bool,
}

/// Chunks in a file of this size; the last one may be cut off.
pub(super) const fn chunk_count(bytes: u64) -> u64 {
    bytes.saturating_sub(EVTX_FILE_HEADER).div_ceil(CHUNK as u64)
}

/// Size in bytes of a file of this many chunks.
pub(super) const fn chunk_end(count: u64) -> u64 {
    chunk_offset(count)
}

/// Byte offset of a chunk in its file.
const fn chunk_offset(number: u64) -> u64 {
    EVTX_FILE_HEADER + number * CHUNK as u64
}

/// The number of the chunk that begins at this offset, where the grid has one.
const fn chunk_number(offset: u64) -> Option<u64> {
    let Some(past) = offset.checked_sub(EVTX_FILE_HEADER) else { return None };
    if past.is_multiple_of(CHUNK as u64) { Some(past / CHUNK as u64) } else { None }
}

/// The trouble of a file that is shorter than its own header says.
pub(super) fn missing_chunks(header: &[u8], bytes: u64) -> Option<Trouble> {
    if bytes < EVTX_FILE_HEADER {
        let message = "The file breaks off inside its header; no record is there. Copy the log \
                       again if you still can.";
        return Some(Trouble { offset: bytes, kind: IssueKind::CutOff, message: message.into() });
    }
    let (magic, count) = (header.get(..8)?, header.get(42..44)?);
    let promised = u64::from(u16::from_le_bytes(count.try_into().ok()?));
    let present = chunk_count(bytes);
    // The count is 16 bits wide and wraps in large files, which then hold more, not fewer.
    (magic == b"ElfFile\0" && promised > present).then(|| Trouble {
        offset: bytes,
        kind: IssueKind::CutOff,
        message: format!(
            "The file breaks off: its header counts {promised} chunks, and {present} are there. \
             The records of the others are lost; copy the log again if you still can."
        ),
    })
}
