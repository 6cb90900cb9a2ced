//! A small writer of Windows event log files (`.evtx`), for tests and for the sample incident.
//!
//! It writes what the event log service writes on export: file header, 64 KiB chunks with their
//! string and template tables and three checksums, records whose `System` part and payload are
//! instances of templates that the chunk holds once. It is no reader, it never edits an existing
//! file, and it knows nothing about what the events mean.

mod chunk;
mod element;
mod payload;
mod system;
mod value;

use chunk::Chunk;
pub(crate) use payload::{Data, UserData};
pub(crate) use value::{Guid, Sid, Value};

/// Bytes of the header block before the first chunk.
const FILE_HEADER_BYTES: usize = 4096;

/// Who wrote an event: the `Provider` element.
#[derive(Debug, Clone)]
pub(crate) struct Provider {
    /// `Name`, for example `Microsoft-Windows-Sysmon`.
    pub(crate) name: String,
    /// `Guid`, which classic sources such as `EventLog` lack.
    pub(crate) guid: Option<Guid>,
    /// `EventSourceName`, which manifest providers with a classic twin carry.
    pub(crate) source_name: Option<String>,
}

/// One event to write.
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "the fields' words: EventRecordID")]
pub(crate) struct Record {
    /// `System/EventRecordID`; the record header numbers records on its own, as exports do.
    pub(crate) record_id: u64,
    /// 100 ns since 1601-01-01 UTC, for `TimeCreated` and for the record header.
    pub(crate) time: u64,
    /// `Provider`.
    pub(crate) provider: Provider,
    /// `EventID`.
    pub(crate) event_id: u16,
    /// `EventID/@Qualifiers`, which only classic sources have.
    pub(crate) qualifiers: Option<u16>,
    /// `Version`.
    pub(crate) version: u8,
    /// `Level`: 1 critical to 5 verbose, 0 for audit events.
    pub(crate) level: u8,
    /// `Task`.
    pub(crate) task: u16,
    /// `Opcode`.
    pub(crate) opcode: u8,
    /// `Keywords`.
    pub(crate) keywords: u64,
    /// `Channel`.
    pub(crate) channel: String,
    /// `Computer`.
    pub(crate) computer: String,
    /// `Execution/@ProcessID`.
    pub(crate) pid: u32,
    /// `Execution/@ThreadID`.
    pub(crate) tid: u32,
    /// `Security/@UserID`.
    pub(crate) user_sid: Option<Sid>,
    /// `Correlation/@ActivityID`.
    pub(crate) activity_id: Option<Guid>,
    /// What stands after `System`.
    pub(crate) data: Data,
}

/// Why a record can't be written.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum WriteError {
    /// A value, a name or a payload has a 16-bit length in the format.
    #[error("record {record_id}: a value of {bytes} bytes is longer than its length field can say")]
    ValueTooLong {
        /// `System/EventRecordID` of the record.
        record_id: u64,
        /// Length of the value.
        bytes: usize,
    },
    /// A record can't cross the end of a chunk.
    #[error("record {record_id} doesn't fit into an empty chunk")]
    RecordTooLong {
        /// `System/EventRecordID` of the record.
        record_id: u64,
    },
}

/// Collects records and lays them out as one `.evtx` file.
#[derive(Debug)]
pub(crate) struct EvtxWriter {
    full: Vec<Vec<u8>>,
    chunk: Chunk,
    next_number: u64,
}

impl EvtxWriter {
    /// An empty log.
    pub(crate) fn new() -> Self {
        Self { full: Vec::new(), chunk: Chunk::new(), next_number: 1 }
    }

    /// Appends a record, in a new chunk where the current one has no room left.
    pub(crate) fn push(&mut self, record: &Record) -> Result<(), WriteError> {
        if !self.chunk.append(self.next_number, record)? {
            if self.chunk.is_empty() {
                return Err(WriteError::RecordTooLong { record_id: record.record_id });
            }
            let chunk = std::mem::replace(&mut self.chunk, Chunk::new());
            self.full.push(chunk.seal());
            return self.push(record);
        }
        self.next_number += 1;
        Ok(())
    }

    /// The bytes of the file. A log without records has no chunk.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        if !self.chunk.is_empty() {
            self.full.push(self.chunk.seal());
        }
        let mut file = file_header(self.full.len(), self.next_number);
        for chunk in self.full {
            file.extend(chunk);
        }
        file
    }
}

/// The 4 KiB header block: 128 bytes that say something, then zeroes.
fn file_header(chunks: usize, next_number: u64) -> Vec<u8> {
    let mut header = b"ElfFile\0".to_vec();
    header.extend(0_u64.to_le_bytes());
    header.extend((chunks.saturating_sub(1) as u64).to_le_bytes());
    header.extend(next_number.to_le_bytes());
    header.extend(128_u32.to_le_bytes());
    header.extend(1_u16.to_le_bytes()); // minor version
    header.extend(3_u16.to_le_bytes()); // major version
    header.extend(4096_u16.to_le_bytes());
    header.extend(u16::try_from(chunks).unwrap_or(u16::MAX).to_le_bytes());
    header.resize(120, 0);
    let checksum = crc32fast::hash(&header);
    header.extend(0_u32.to_le_bytes()); // flags: closed properly
    header.extend(checksum.to_le_bytes());
    header.resize(FILE_HEADER_BYTES, 0);
    header
}
