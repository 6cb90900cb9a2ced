//! Reads one record again, where its fields were not kept or somebody wants to see it whole.
//!
//! Only plain files are read again: members of archives keep all their fields.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use evtx::{EvtxChunkData, ParserSettings};
use thiserror::Error;

use crate::model::{Event, Format, Source};

use super::{
    csv,
    evtx::{CHUNK, RecordReader},
    field_map::FieldMap,
    json::{self, Assembler, Encoding, Feed, windows_event},
    load::Options,
    positioned::read_at,
    recognise::{EVTX_FILE_HEADER, Kind, recognise},
    xml,
};

/// Bytes of a record before its binary XML.
const RECORD_HEADER: usize = 24;

/// Why a record could not be read again.
#[derive(Debug, Error)]
pub enum AgainError {
    /// The file cannot be opened or read any more.
    #[error("the record cannot be read again: {cause}: {}", path.display())]
    Unreadable {
        /// Why.
        cause: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// Something else stands at its place.
    #[error("the file is not what was loaded any more, the record is not in its place: {}", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// It was read by a map of the responder that is not here.
    #[error("the map that the log was read with is not loaded, so that this record cannot be shown whole: {}", path.display())]
    WithoutMap {
        /// The file.
        path: PathBuf,
    },
    /// It is in an archive, where all fields were kept.
    #[error("a record in an archive is not read again: {}", path.display())]
    InArchive {
        /// The archive.
        path: PathBuf,
    },
}

/// Reads records again; keeps names and templates from one to the next.
#[derive(Debug, Default)]
pub struct Again {
    assembler: Assembler,
    records: RecordReader,
    maps: Vec<FieldMap>,
}

impl Again {
    /// Reads records of logs that were loaded with these maps
    /// ([`Options::maps`]) as well.
    pub fn with_maps(maps: &[FieldMap]) -> Self {
        let assembler = Assembler::default().mapping(maps);
        Self { assembler, records: RecordReader::default(), maps: maps.to_vec() }
    }

    /// The record with all its fields.
    ///
    /// # Errors
    /// Where the file is gone, changed since it was loaded, or an archive.
    pub fn read(&mut self, source: &Source, event: &Event) -> Result<Event, AgainError> {
        let path = source.path.clone();
        if source.member.is_some() {
            return Err(AgainError::InArchive { path });
        }
        let has_map = |name| self.maps.iter().any(|map| map.dialect_name() == name);
        if source.dialect.is_some_and(|name| name.starts_with("map:") && !has_map(name)) {
            return Err(AgainError::WithoutMap { path });
        }
        let read = match source.format {
            Format::Evtx => self.in_log(&source.path, event),
            _ => self.in_text(&source.path, event),
        };
        let found = read.map_err(|cause| AgainError::Unreadable { cause, path: path.clone() })?;
        let is_same = |found: &Event| {
            (found.event_id, found.record_id, found.time)
                == (event.event_id, event.record_id, event.time)
        };
        match found.filter(is_same) {
            Some(found) => Ok(Event {
                source: event.source,
                place: event.place,
                is_recovered: event.is_recovered,
                ..found
            }),
            None => Err(AgainError::Changed { path }),
        }
    }

    /// From the chunk that holds it, by the own reader, else by the `evtx` crate.
    fn in_log(&mut self, path: &Path, event: &Event) -> io::Result<Option<Event>> {
        let size = CHUNK as u64;
        let Some(past_header) = event.place.checked_sub(EVTX_FILE_HEADER) else { return Ok(None) };
        let start = EVTX_FILE_HEADER + past_header / size * size;
        let Ok(offset) = usize::try_from(event.place - start) else { return Ok(None) };
        let mut data = vec![0; CHUNK];
        read_at(&File::open(path)?, &mut data, start)?;
        if let Ok(found) = self.records.chunk(&data).read(offset, event.source, &mut self.assembler)
        {
            return Ok(Some(found));
        }
        let Ok(mut chunk) = EvtxChunkData::new(data, false) else { return Ok(None) };
        let Ok(mut chunk) = chunk.parse(Arc::new(ParserSettings::new().indent(false))) else {
            return Ok(None);
        };
        let at = (offset + RECORD_HEADER) as u64;
        let record = chunk.iter().flatten().find(|record| record.binxml_offset == at);
        let Some(Ok(json)) = record.map(|record| record.into_json_bytes()) else { return Ok(None) };
        let mut reader = json::Reader::of_record(&json.data);
        Ok(windows_event(&mut reader, event.source, &mut self.assembler).ok())
    }

    /// From the text that begins at its place.
    fn in_text(&mut self, path: &Path, event: &Event) -> io::Result<Option<Event>> {
        let file = File::open(path)?;
        let kind = recognise(&file, &self.maps)?;
        let mut head = [0; 4];
        let read = read_at(&file, &mut head, 0)?;
        let (encoding, _) = Encoding::of(head.get(..read).unwrap_or_default());
        let longest = Options::default().longest_record;
        let feed = Feed::at(Positioned { file: &file, offset: event.place }, encoding, event.place);
        let (source, assembler) = (event.source, &mut self.assembler);
        match kind {
            Kind::Json { dialect: Some(dialect), .. } => {
                let found =
                    json::read_one(Feed::new(&file)?, feed, (source, dialect, longest), assembler)?;
                // Some programs put several records into one object.
                Ok(found.into_iter().find(|found| found.record_id == event.record_id))
            }
            Kind::Xml => xml::read_one(feed, source, longest, assembler),
            Kind::Csv(_) => csv::read_one(Feed::new(&file)?, feed, (source, longest), assembler),
            _ => Ok(None),
        }
    }
}

/// A file from a place on.
struct Positioned<'f> {
    file: &'f File,
    offset: u64,
}

impl io::Read for Positioned<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = read_at(self.file, buffer, self.offset)?;
        self.offset += read as u64;
        Ok(read)
    }
}
