//! Windows event logs: chunk by chunk from positioned reads, record by record by `binxml`.
//!
//! Where that does not understand a record, the `evtx` crate renders it as JSON bytes, which are
//! read into a flat event. A chunk whose checksum is wrong is read all the same and reported.
//! Carving lost chunks is not done here.

mod binxml;

use std::{
    collections::HashSet,
    fs::File,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use evtx::{EvtxChunkData, EvtxRecord, ParserSettings, err::EvtxError};

use crate::model::{Event, IssueKind, SourceIndex};

pub(super) use self::binxml::RecordReader;

use super::{
    json::{Assembler, Reader, windows_event},
    positioned::read_at,
    recognise::EVTX_FILE_HEADER,
};

/// Bytes in a chunk.
pub(super) const CHUNK: usize = 65_536;
/// Chunks in a work unit.
pub(super) const UNIT_CHUNKS: u64 = 32;
/// Bytes before a chunk's first record.
const CHUNK_HEADER: usize = 512;
/// Bytes of a record before its binary XML.
const RECORD_HEADER: u64 = 24;
/// Smallest record: its header and the copy of its size.
const SMALLEST_RECORD: u64 = 28;

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
    /// Whether the system let all bytes be read.
    pub(super) is_readable: bool,
}

/// Chunks in a file of this size; the last one may be cut off.
pub(super) const fn chunk_count(bytes: u64) -> u64 {
    bytes.saturating_sub(EVTX_FILE_HEADER).div_ceil(CHUNK as u64)
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

/// Reads chunks of one file.
pub(super) struct ChunkReader<'a> {
    pub(super) source: SourceIndex,
    pub(super) file: &'a File,
    /// Chunks in the whole file, for messages.
    pub(super) total: u64,
    pub(super) assembler: &'a mut Assembler,
    pub(super) records: &'a mut RecordReader,
    pub(super) settings: &'a Arc<ParserSettings>,
    /// Sees the raw bytes of every chunk first.
    pub(super) seen: &'a mut dyn FnMut(&[u8]),
}

impl ChunkReader<'_> {
    /// Reads the chunks of these numbers.
    pub(super) fn read(&mut self, chunks: Range<u64>) -> Outcome {
        let mut outcome = Outcome { is_readable: true, ..Outcome::default() };
        let mut spare = Vec::new();
        for number in chunks.clone() {
            let offset = chunk_offset(number);
            let mut data = std::mem::take(&mut spare);
            data.resize(CHUNK, 0);
            let present = match read_at(self.file, &mut data, offset) {
                Ok(present) => present,
                Err(error) => {
                    outcome.is_readable = false;
                    let lost = chunks.end - number;
                    outcome.troubles.push(Trouble {
                        offset,
                        kind: IssueKind::CutOff,
                        message: format!(
                            "Reading failed at this place: {error}. The records of {lost} chunks \
                             are lost."
                        ),
                    });
                    break;
                }
            };
            (self.seen)(data.get(..present).unwrap_or_default());
            // The buffer may hold what the chunk before left there.
            data.get_mut(present..).unwrap_or_default().fill(0);
            spare = self.read_chunk(number, present, data, &mut outcome);
        }
        outcome
    }

    /// Reads one chunk of which `present` bytes are there, the rest being zeroes. Returns the
    /// buffer for the next one.
    fn read_chunk(
        &mut self,
        number: u64,
        present: usize,
        data: Vec<u8>,
        outcome: &mut Outcome,
    ) -> Vec<u8> {
        // Windows grows a log in steps, so that a file ends in chunks never used.
        if data.iter().all(|byte| *byte == 0) {
            return data;
        }
        let Ok(mut chunk) = EvtxChunkData::new(data, false) else {
            outcome.troubles.push(self.no_chunk(number));
            return Vec::new();
        };
        let mut state = ChunkState::new(&chunk, present);
        let source = self.source;
        let events = &mut outcome.events;
        let before = events.len();
        events.reserve(state.counted.and_then(|count| usize::try_from(count).ok()).unwrap_or(0));
        let (assembler, settings) = (&mut *self.assembler, self.settings);
        let reading = catch_unwind(AssertUnwindSafe(|| {
            let mut read = read_own(&chunk, present, self.records, source, assembler);
            for event in &mut read.events {
                event.place += chunk_offset(number);
            }
            if read.is_all {
                events.append(&mut read.events);
                return;
            }
            let known = read.events.iter().map(|event| event.place).collect::<HashSet<_>>();
            events.append(&mut read.events);
            read_records(&mut chunk, settings, &mut state, &mut |at, record| {
                let place = chunk_offset(number) + at;
                if known.contains(&place) {
                    return Ok(());
                }
                let json = record.into_json_bytes()?;
                let event = windows_event(&mut Reader::of_record(&json.data), source, assembler);
                let no_event = |_| EvtxError::FailedToCreateRecordModel("it is no event");
                events.push(Event { place, ..event.map_err(no_event)? });
                Ok(())
            });
        }));
        if reading.is_err() {
            state.has_panicked = true;
        }
        let read = (outcome.events.len() - before) as u64;
        outcome.unreadable += state.unreadable(read);
        outcome.troubles.extend(state.trouble(number, self.total, read));
        chunk.data
    }

    fn no_chunk(&self, number: u64) -> Trouble {
        Trouble {
            offset: chunk_offset(number),
            kind: IssueKind::Damaged,
            message: format!(
                "Chunk {} of {} does not begin like a chunk; its records, about a hundred, could \
                 not be read. Export the log again if you still can.",
                number + 1,
                self.total
            ),
        }
    }
}

/// Byte offset of a chunk in its file.
const fn chunk_offset(number: u64) -> u64 {
    EVTX_FILE_HEADER + number * CHUNK as u64
}

/// What is known about a chunk while it is read.
#[derive(Debug)]
struct ChunkState {
    present: usize,
    is_checksum_wrong: bool,
    /// Records the header counts, where that is possible.
    counted: Option<u64>,
    /// Records that gave an error.
    failed: u64,
    first_error: Option<String>,
    has_panicked: bool,
}

impl ChunkState {
    fn new(chunk: &EvtxChunkData, present: usize) -> Self {
        let header = &chunk.header;
        let counted = header
            .last_event_record_number
            .checked_sub(header.first_event_record_number)
            .and_then(|between| between.checked_add(1))
            .filter(|count| *count <= (CHUNK - CHUNK_HEADER) as u64 / SMALLEST_RECORD);
        Self {
            present,
            is_checksum_wrong: !chunk.validate_checksum(),
            counted,
            failed: 0,
            first_error: None,
            has_panicked: false,
        }
    }

    /// Records that are known to be there and were not read.
    fn unreadable(&self, read: u64) -> u64 {
        let is_suspect = self.is_checksum_wrong || self.failed > 0 || self.is_cut_off();
        let missing = self.counted.map_or(0, |counted| counted.saturating_sub(read));
        if is_suspect || self.has_panicked { missing.max(self.failed) } else { 0 }
    }

    const fn is_cut_off(&self) -> bool {
        self.present < CHUNK
    }

    /// The one issue that says all about this chunk.
    fn trouble(&self, number: u64, total: u64, read: u64) -> Option<Trouble> {
        let lost = self.unreadable(read);
        let all = read + lost;
        let chunk = format!("hunk {} of {total}", number + 1);
        let loss = format!("{lost} of its {all} records could not be read");
        let (kind, message) = if self.has_panicked {
            let message = format!(
                "The reader failed inside c{chunk}: {loss}. This is a fault of the program; \
                 please report it."
            );
            (IssueKind::Internal, message)
        } else if self.is_cut_off() {
            let message = format!(
                "The file breaks off inside c{chunk}: {loss}. Copy the log again if you still can."
            );
            (IssueKind::CutOff, message)
        } else if self.is_checksum_wrong {
            let trust = if lost == 0 {
                "all its records could be read, but may have been altered".to_owned()
            } else {
                loss
            };
            let message = format!(
                "C{chunk} does not match its checksum; {trust}. Export the log again if you still \
                 can."
            );
            (IssueKind::Damaged, message)
        } else if let Some(error) = &self.first_error {
            let message =
                format!("In c{chunk} {loss} ({error}). Export the log again if you still can.");
            (IssueKind::Damaged, message)
        } else {
            return None;
        };
        Some(Trouble { offset: chunk_offset(number), kind, message })
    }

    fn fail(&mut self, error: &dyn std::error::Error) {
        self.failed += 1;
        if self.first_error.is_none() {
            self.first_error = Some(innermost(error));
        }
    }
}

/// The cause of causes: the outer errors only say where.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// What the own reader came to.
#[derive(Debug, Default)]
struct OwnRead {
    /// With places that count from the start of the chunk.
    events: Vec<Event>,
    /// Whether that is all there is in the chunk.
    is_all: bool,
}

/// Reads the records of a chunk that are whole, stand one after the other and are understood.
fn read_own(
    chunk: &EvtxChunkData,
    present: usize,
    records: &mut RecordReader,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> OwnRead {
    let (header, data) = (&chunk.header, chunk.data.as_slice());
    let live_end = usize::try_from(header.free_space_offset).map_or(CHUNK, |end| end.min(CHUNK));
    let mut records = records.chunk(data);
    let (mut read, mut offset) = (OwnRead { is_all: true, ..OwnRead::default() }, CHUNK_HEADER);
    while offset < live_end {
        let Some((size, number)) = record_header(data, offset) else {
            read.is_all = false;
            break;
        };
        if offset + size > present {
            read.is_all = false;
            break;
        }
        match records.read(offset, source, assembler) {
            Ok(event) => read.events.push(Event { place: offset as u64, ..event }),
            Err(_) => read.is_all = false,
        }
        if number == header.last_event_record_id {
            break;
        }
        offset += size;
    }
    read
}

/// A record's size in bytes and its number in the log; `None` where none begins.
fn record_header(data: &[u8], offset: usize) -> Option<(usize, u64)> {
    let header = data.get(offset..)?.first_chunk::<16>()?;
    let [b'*', b'*', 0, 0, s0, s1, s2, s3, number @ ..] = header else { return None };
    let size = usize::try_from(u32::from_le_bytes([*s0, *s1, *s2, *s3])).ok()?;
    let is_possible = size as u64 >= SMALLEST_RECORD && size <= CHUNK - CHUNK_HEADER;
    is_possible.then(|| (size, u64::from_le_bytes(*number)))
}

/// Hands over the records of a chunk, one by one, with their offsets in it.
fn read_records(
    chunk: &mut EvtxChunkData,
    settings: &Arc<ParserSettings>,
    state: &mut ChunkState,
    take: &mut dyn FnMut(u64, EvtxRecord<'_>) -> Result<(), EvtxError>,
) {
    let mut chunk = match chunk.parse(Arc::clone(settings)) {
        Ok(chunk) => chunk,
        Err(error) => {
            state.fail(&error);
            return;
        }
    };
    for record in chunk.iter() {
        match record {
            Ok(record) if !is_whole(&record, state.present) => {
                state
                    .fail(&EvtxError::FailedToCreateRecordModel("the file ends inside the record"));
            }
            Ok(record) => {
                let at = record.binxml_offset.saturating_sub(RECORD_HEADER);
                if let Err(error) = take(at, record) {
                    state.fail(&error);
                }
            }
            Err(error) => state.fail(&error),
        }
    }
}

/// Whether all bytes of the record were in the file; those after its end are made up.
const fn is_whole(record: &EvtxRecord<'_>, present: usize) -> bool {
    record.binxml_offset + record.binxml_size as u64 + 4 <= present as u64
}
