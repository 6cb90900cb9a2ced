//! The layout of a chunk and of the records in it, as far as it is known without their binary XML:
//! the header with its checksums, the records' own headers, and the way from record to record.
//! Reads no record.
//!
//! Source of all offsets: libevtx, "Windows XML Event Log (EVTX) format", sections "Chunk" and
//! "Event record".

use std::ops::Range;

use crc32fast::Hasher;
use memchr::memmem;

/// Bytes in a chunk.
pub(in crate::ingest) const CHUNK: usize = 65_536;
/// Bytes before a chunk's first record.
pub(in crate::ingest) const CHUNK_HEADER: usize = 512;
/// What a chunk begins with.
pub(super) const CHUNK_MAGIC: &[u8; 8] = b"ElfChnk\0";
/// What a record begins with.
pub(super) const RECORD_MAGIC: &[u8; 4] = b"**\0\0";
/// Smallest record: its header and the copy of its size.
const SMALLEST_RECORD: usize = 28;

/// What a chunk's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChunkHeader {
    /// Whether it begins as a chunk should.
    pub(super) has_magic: bool,
    /// Whether the checksum of the header is right.
    pub(super) is_intact: bool,
    /// Records that it counts, where that many can be.
    pub(super) counted: Option<u64>,
    /// Number of its last record.
    pub(super) last_number: u64,
    /// End of its records.
    pub(super) free_space: usize,
}

impl ChunkHeader {
    /// The header of a chunk that begins here, with or without its magic; `None` where what it says
    /// cannot be.
    pub(super) fn of(chunk: &[u8]) -> Option<Self> {
        let header = chunk.get(..CHUNK_HEADER)?;
        let free_space = usize::try_from(u32_at(header, 48)?).ok()?;
        let last_record = usize::try_from(u32_at(header, 44)?).ok()?;
        let is_possible = u32_at(header, 40)? == 128
            && (CHUNK_HEADER..=CHUNK).contains(&free_space)
            && last_record < free_space;
        if !is_possible {
            return None;
        }
        let (first, last) = (u64_at(header, 8)?, u64_at(header, 16)?);
        let most = ((CHUNK - CHUNK_HEADER) / SMALLEST_RECORD) as u64;
        let counted = last.checked_sub(first).and_then(|between| between.checked_add(1));
        Some(Self {
            has_magic: header.starts_with(CHUNK_MAGIC),
            is_intact: checksum(&[header.get(..120)?, header.get(128..)?]) == u32_at(header, 124)?,
            counted: counted.filter(|count| *count <= most),
            last_number: u64_at(header, 32)?,
            free_space,
        })
    }

    /// Whether the records have the checksum that the header gives.
    pub(super) fn matches(&self, chunk: &[u8]) -> bool {
        let records = chunk.get(CHUNK_HEADER..self.free_space);
        records.is_some_and(|records| Some(checksum(&[records])) == u32_at(chunk, 52))
    }
}

/// The CRC-32 of these bytes, one after the other.
fn checksum(parts: &[&[u8]]) -> u32 {
    let mut hasher = Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize()
}

/// A record's own header; its id and time are the log service's and not those of `System`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RecordHead {
    /// Where it begins in the window.
    pub(super) offset: usize,
    /// Bytes, with header and the copy of the size.
    pub(super) size: usize,
    /// The number the log service gave it.
    pub(super) number: u64,
}

impl RecordHead {
    /// The header that begins here, if one does and what it says can be.
    pub(super) fn at(window: &[u8], offset: usize) -> Option<Self> {
        let header = window.get(offset..)?.get(..24)?;
        let size = usize::try_from(u32_at(header, 4)?).ok()?;
        let is_possible = header.starts_with(RECORD_MAGIC)
            && (SMALLEST_RECORD..=CHUNK - CHUNK_HEADER).contains(&size);
        is_possible.then_some(Self { offset, size, number: u64_at(header, 8)? })
    }

    /// One past its last byte.
    pub(super) const fn end(&self) -> usize {
        self.offset + self.size
    }

    /// Whether it ends with the copy of its size.
    pub(super) fn is_closed(&self, window: &[u8]) -> bool {
        u32_at(window, self.end() - 4).is_some_and(|copy| copy as usize == self.size)
    }

    /// Offset in its chunk of the template that the record begins with, and whether its definition
    /// is in the record itself.
    pub(super) fn template(&self, window: &[u8]) -> Option<(usize, bool)> {
        let xml = window.get(self.offset + 24..self.end() - 4)?;
        // Fragment header, template instance, an unknown byte, the template's id, its offset.
        if !xml.starts_with(&[0x0f, 1, 1]) || xml.get(4) != Some(&0x0c) {
            return None;
        }
        let definition = usize::try_from(u32_at(xml, 10)?).ok()?;
        // The definition: offset of the next one, then the GUID that the id is the start of.
        Some((definition, xml.get(6..10)? == xml.get(18..22)?))
    }

    /// Whether the template that the record names is where it says, as it is not where the chunk
    /// was written over or its bytes were moved. A record without a template has none to miss.
    pub(super) fn finds_its_template(&self, window: &[u8]) -> bool {
        let Some((definition, _)) = self.template(window) else { return true };
        let id = window.get(self.offset + 30..self.offset + 34);
        id.is_some() && window.get(definition + 4..definition + 8) == id
    }
}

/// Where a record begins at or after an offset: the next header with a matching copy of its size.
pub(super) fn next_record(window: &[u8], range: Range<usize>) -> Option<RecordHead> {
    let end = range.end.min(window.len());
    let mut from = range.start;
    loop {
        let at = from + memmem::find(window.get(from..end)?, RECORD_MAGIC)?;
        let head = RecordHead::at(window, at).filter(|head| head.end() <= end);
        if let Some(head) = head.filter(|head| head.is_closed(window)) {
            return Some(head);
        }
        from = at + 1;
    }
}

/// The records of a part of a chunk and what stands between them.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) records: Vec<RecordHead>,
    /// Places where a record should begin and none did, or one that does not end.
    pub(super) breaks: u64,
}

/// Goes from record to record, and past what is broken to the next that is whole.
pub(super) fn walk(window: &[u8], range: Range<usize>) -> Walk {
    let mut walk = Walk::default();
    let mut at = range.start;
    while at < range.end {
        let here = RecordHead::at(window, at).filter(|head| {
            let is_followed = RecordHead::at(window, head.end()).is_some();
            head.end() <= range.end && (head.is_closed(window) || is_followed)
        });
        let next = here.or_else(|| next_record(window, at..range.end));
        let end = next.map_or(range.end, |head| head.offset);
        let skipped = window.get(at..end).unwrap_or_default();
        walk.breaks += u64::from(skipped.iter().any(|byte| *byte != 0));
        let Some(head) = next else { break };
        at = head.end();
        walk.records.push(head);
    }
    walk
}

/// The records of a chunk all of whose bytes are as its header says; `None` where they are not.
pub(super) fn sound_records(header: &ChunkHeader, chunk: &[u8]) -> Option<Vec<RecordHead>> {
    if !header.has_magic || !header.is_intact || !header.matches(chunk) {
        return None;
    }
    let count = header.counted.and_then(|count| usize::try_from(count).ok());
    let mut records = Vec::with_capacity(count.unwrap_or(0));
    let mut at = CHUNK_HEADER;
    while at < header.free_space {
        let Some(head) = RecordHead::at(chunk, at) else { break };
        if head.end() > header.free_space {
            return None;
        }
        records.push(head);
        at = head.end();
        if head.number == header.last_number {
            break;
        }
    }
    // A header may give an end that is past its last record, with nothing before it.
    let rest = chunk.get(at..header.free_space)?;
    rest.iter().all(|byte| *byte == 0).then_some(records)
}

/// Whether a chunk's header is in these bytes, one that is possible in all its parts.
pub(in crate::ingest) fn holds_chunk(bytes: &[u8]) -> bool {
    let mut marks = memmem::find_iter(bytes, CHUNK_MAGIC);
    marks.any(|at| bytes.get(at..).and_then(ChunkHeader::of).is_some())
}

/// Whether every byte is zero, as where a log was never written.
pub(super) fn is_blank(bytes: &[u8]) -> bool {
    static ZEROES: [u8; 4096] = [0; 4096];
    bytes.chunks(ZEROES.len()).all(|part| ZEROES.get(..part.len()) == Some(part))
}

fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}

fn u64_at(bytes: &[u8], offset: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}
