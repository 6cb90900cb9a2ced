//! A work unit: some chunks of one file. Reads those that are sound and names the others.

use std::ops::Range;

use crate::model::{Event, IssueKind};

use super::{
    super::positioned::{ReadAt, read_at},
    Layout, Outcome, RecordSource, Trouble,
    chunk::{CHUNK, ChunkHeader, RecordHead, is_blank, sound_records, walk},
    chunk_count, chunk_offset,
    words::ChunkState,
};

/// Reads chunks of one file.
pub(in crate::ingest) struct ChunkReader<'a> {
    pub(in crate::ingest) file: &'a dyn ReadAt,
    pub(in crate::ingest) layout: Layout,
    pub(in crate::ingest) records: RecordSource<'a>,
    /// Sees the raw bytes of every chunk first.
    pub(in crate::ingest) seen: &'a mut dyn FnMut(&[u8]),
}

impl ChunkReader<'_> {
    /// Reads the chunks of these numbers.
    pub(in crate::ingest) fn read(&mut self, chunks: Range<u64>) -> Outcome {
        let mut outcome = Outcome { is_readable: true, ..Outcome::default() };
        let mut data = vec![0; CHUNK];
        for number in chunks.clone() {
            let offset = chunk_offset(number);
            let present = match read_at(self.file, &mut data, offset) {
                Ok(present) => present,
                Err(error) => {
                    outcome.is_readable = false;
                    let lost = chunks.end - number;
                    let message = format!(
                        "Reading failed at this place: {error}. The records of {lost} chunks are \
                         lost."
                    );
                    outcome.troubles.push(Trouble { offset, kind: IssueKind::CutOff, message });
                    break;
                }
            };
            let there = data.get(..present).unwrap_or_default();
            (self.seen)(there);
            // Windows grows a log in steps, so that a file ends in chunks never used.
            if !is_blank(there) {
                self.read_chunk(number, there, &mut outcome);
            }
        }
        outcome
    }

    fn read_chunk(&mut self, number: u64, chunk: &[u8], outcome: &mut Outcome) {
        let header = ChunkHeader::of(chunk).filter(|_| chunk.len() == CHUNK);
        let sound = header.and_then(|header| Some((header, sound_records(&header, chunk)?)));
        let Some((header, live)) = sound else {
            outcome.gaps.push(number);
            return;
        };
        let base = i64::try_from(chunk_offset(number)).unwrap_or(i64::MAX);
        let is_recovered = !self.layout.has_header;
        let failures = self.records.read(chunk, base, &live, is_recovered, &mut outcome.events);
        let mut state = ChunkState { counted: header.counted, ..ChunkState::default() };
        state.add(&live, &failures);
        if self.layout.is_dirty {
            let after = live.last().map_or(header.free_space, RecordHead::end);
            let last = (header.last_number, after);
            let events = &mut outcome.events;
            read_newer(&mut self.records, (chunk, base), last, &mut state, events);
        }
        outcome.unreadable += state.unreadable();
        outcome.troubles.extend(state.trouble(number, chunk_count(self.layout.bytes)));
    }
}

/// Reads the records that stand behind the last one that a chunk's header knows, given by its
/// number and its end, and that go on from there: the log, which its header calls dirty, was being
/// written when it was copied.
///
/// Remains of what the chunk held before are not read. The templates they refer to may have been
/// written over, and what would be read then was never logged.
pub(super) fn read_newer(
    records: &mut RecordSource<'_>,
    (chunk, base): (&[u8], i64),
    (last_number, from): (u64, usize),
    state: &mut ChunkState,
    events: &mut Vec<Event>,
) {
    if is_blank(chunk.get(from..).unwrap_or_default()) {
        return;
    }
    let mut found = walk(chunk, from..chunk.len()).records;
    let mut next = last_number;
    let goes_on = |head: &RecordHead| {
        next = next.wrapping_add(1);
        head.number == next
    };
    let newer = found.iter().copied().take_while(goes_on).count();
    found.truncate(newer);
    let failures = records.read(chunk, base, &found, true, events);
    state.add(&found, &failures);
}
