//! Records at known places of a chunk as events: by `binxml`, and where that does not understand
//! one, through the `evtx` crate. Finds no records.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use evtx::{EvtxChunkData, ParserSettings};

use crate::model::{Event, SourceIndex};

use super::{
    super::json::{Assembler, Reader, windows_event},
    binxml::RecordReader,
    chunk::{CHUNK, CHUNK_HEADER, CHUNK_MAGIC, RECORD_MAGIC, RecordHead},
};

/// Bytes of a record before its binary XML.
const RECORD_HEADER: usize = 24;

/// What one thread needs to read records.
pub(in crate::ingest) struct RecordSource<'a> {
    pub(in crate::ingest) source: SourceIndex,
    pub(in crate::ingest) assembler: &'a mut Assembler,
    pub(in crate::ingest) own: &'a mut RecordReader,
    pub(in crate::ingest) settings: &'a Arc<ParserSettings>,
    /// Whether all records keep their fields, since they cannot be read again alone.
    pub(in crate::ingest) keeps_everything: bool,
}

/// What could not be read of the records that were asked for.
#[derive(Debug, Default)]
pub(super) struct Failures {
    /// The records, in order.
    pub(super) records: Vec<RecordHead>,
    /// Why the first of them could not be.
    pub(super) reason: Option<String>,
    /// Whether the reader itself failed.
    pub(super) has_panicked: bool,
}

impl RecordSource<'_> {
    /// Reads these records of a window of 64 KiB that begins at `base` of the file, which is less
    /// than zero where a chunk has lost its beginning.
    pub(super) fn read(
        &mut self,
        window: &[u8],
        base: i64,
        records: &[RecordHead],
        is_recovered: bool,
        events: &mut Vec<Event>,
    ) -> Failures {
        if records.is_empty() {
            return Failures::default();
        }
        let mut failures = Failures::default();
        let before = events.len();
        // Only sound chunks are read again on demand.
        self.assembler.keep_everything(is_recovered || self.keeps_everything);
        events.reserve(records.len());
        let mut take = |offset: usize, event: Event| {
            let place = base.saturating_add_unsigned(offset as u64);
            let place = u64::try_from(place).unwrap_or(0);
            events.push(Event { place, is_recovered, ..event });
        };
        let reading = catch_unwind(AssertUnwindSafe(|| {
            let mut own = self.own.chunk(window);
            for head in records {
                match own.read(head.offset, self.source, self.assembler) {
                    Ok(event) => take(head.offset, event),
                    Err(error) => {
                        failures.records.push(*head);
                        failures.reason.get_or_insert_with(|| error.to_string());
                    }
                }
            }
        }));
        if reading.is_err() {
            failures = Failures { records: records.to_vec(), ..Failures::default() };
            events.truncate(before);
        }
        self.assembler.keep_everything(false);
        // In a damaged chunk a template may have been written over by another, which the own reader
        // notices and the crate does not: what was never logged would be made up.
        if failures.records.is_empty() || is_recovered {
            return failures;
        }
        failures.reason = None;
        self.read_by_crate(window, base, &mut failures, events);
        events.get_mut(before..).unwrap_or_default().sort_by_key(|event| event.place);
        failures
    }

    fn read_by_crate(
        &mut self,
        window: &[u8],
        base: i64,
        failures: &mut Failures,
        events: &mut Vec<Event>,
    ) {
        let records = failures.records.clone();
        let mut take = |offset: usize, event: Event| {
            let place = base.saturating_add_unsigned(offset as u64);
            let place = u64::try_from(place).unwrap_or(0);
            events.push(Event { place, ..event });
        };
        let reading = catch_unwind(AssertUnwindSafe(|| {
            self.render(window, &records, failures, &mut take);
        }));
        failures.has_panicked = reading.is_err();
    }

    /// Has the crate render records. It can be asked for what it finds in the unused part of a
    /// chunk only, so it gets one that has but an unused part, with no other records to find.
    fn render(
        &mut self,
        window: &[u8],
        records: &[RecordHead],
        failures: &mut Failures,
        take: &mut dyn FnMut(usize, Event),
    ) {
        let Ok(mut chunk) = EvtxChunkData::new(carved(window, records), false) else { return };
        let Ok(mut chunk) = chunk.parse(Arc::clone(self.settings)) else { return };
        for record in chunk.iter().flatten() {
            let offset = usize::try_from(record.binxml_offset).unwrap_or(0);
            let offset = offset.saturating_sub(RECORD_HEADER);
            let wanted = failures.records.binary_search_by_key(&offset, |head| head.offset);
            let Ok(wanted) = wanted else { continue };
            let json = match record.into_json_bytes() {
                Ok(json) => json.data,
                Err(error) => {
                    failures.reason.get_or_insert_with(|| innermost(&error));
                    continue;
                }
            };
            match windows_event(&mut Reader::of_record(&json), self.source, self.assembler) {
                Ok(event) => {
                    failures.records.remove(wanted);
                    take(offset, event);
                }
                Err(error) => {
                    failures.reason.get_or_insert_with(|| error.to_string());
                }
            }
        }
        if !failures.records.is_empty() {
            failures.reason.get_or_insert_with(|| "its binary XML is damaged".to_owned());
        }
    }
}

/// A copy of the window as a chunk in which only these records can be found.
fn carved(window: &[u8], records: &[RecordHead]) -> Vec<u8> {
    let mut copy = window.to_vec();
    copy.resize(CHUNK, 0);
    let mut header = CHUNK_MAGIC.to_vec();
    header.resize(40, 0);
    header.extend(128_u32.to_le_bytes());
    header.extend(0_u32.to_le_bytes());
    header.extend(u32::try_from(CHUNK_HEADER).unwrap_or(0).to_le_bytes());
    header.resize(CHUNK_HEADER, 0);
    put(&mut copy, 0, &header);
    let mut from = CHUNK_HEADER;
    for head in records {
        hide(&mut copy, from, head.offset);
        let size = u32::try_from(head.size).unwrap_or(0);
        put(&mut copy, head.end() - 4, &size.to_le_bytes());
        from = head.end();
    }
    hide(&mut copy, from, CHUNK);
    copy
}

/// Takes the marks off all records that begin here.
fn hide(copy: &mut [u8], from: usize, to: usize) {
    let Some(part) = copy.get_mut(from..to) else { return };
    let found = memchr::memmem::find_iter(part, RECORD_MAGIC).collect::<Vec<_>>();
    for at in found {
        put(part, at, &[0]);
    }
}

fn put(bytes: &mut [u8], at: usize, new: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at + new.len()) {
        place.copy_from_slice(new);
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
