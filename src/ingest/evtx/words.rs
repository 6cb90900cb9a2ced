//! What happened to a chunk, counted, and in words for people.

use crate::model::IssueKind;

use super::{
    Trouble,
    chunk::{CHUNK_HEADER, RecordHead},
    chunk_count, chunk_offset,
    records::Failures,
};

/// What is known about a chunk while it is read; by default one that is sound.
#[derive(Debug, Default)]
pub(super) struct ChunkState {
    /// Records the header counts, where that is possible.
    pub(super) counted: Option<u64>,
    pub(super) is_cut_off: bool,
    pub(super) is_without_magic: bool,
    pub(super) is_checksum_wrong: bool,
    /// Records read.
    pub(super) read: u64,
    /// Places where a record is or was that could not be read.
    pub(super) failed: u64,
    pub(super) reason: Option<String>,
    pub(super) has_panicked: bool,
}

impl ChunkState {
    /// Counts records and those among them that could not be read.
    pub(super) fn add(&mut self, records: &[RecordHead], failures: &Failures) {
        let failed = failures.records.len() as u64;
        self.read += (records.len() as u64).saturating_sub(failed);
        self.failed += failed;
        if self.reason.is_none() {
            self.reason.clone_from(&failures.reason);
        }
        self.has_panicked |= failures.has_panicked;
    }

    /// Records that are known to be there and were not read.
    pub(super) fn unreadable(&self) -> u64 {
        let missing = self.counted.map_or(0, |counted| counted.saturating_sub(self.read));
        let is_damaged = self.is_cut_off || self.is_without_magic || self.is_checksum_wrong;
        if is_damaged { missing.max(self.failed) } else { self.failed }
    }

    /// The one issue that says all about this chunk.
    pub(super) fn trouble(&self, number: u64, total: u64) -> Option<Trouble> {
        let lost = self.unreadable();
        let chunk = format!("hunk {} of {total}", number + 1);
        let loss = format!("{lost} of its {} records could not be read", self.read + lost);
        let all = if lost == 0 {
            "all its records could be read, but may have been altered"
        } else {
            loss.as_str()
        };
        let again = "Export the log again if you still can.";
        let (kind, message) = if self.has_panicked {
            let message = format!(
                "The reader failed inside c{chunk}: {loss}. This is a fault of the program; \
                 please report it."
            );
            (IssueKind::Internal, message)
        } else if self.is_cut_off {
            let message = format!(
                "The file breaks off inside c{chunk}: {loss}. Copy the log again if you still can."
            );
            (IssueKind::CutOff, message)
        } else if self.is_without_magic {
            (IssueKind::Damaged, format!("C{chunk} does not begin like a chunk; {all}. {again}"))
        } else if self.is_checksum_wrong {
            (IssueKind::Damaged, format!("C{chunk} does not match its checksum; {all}. {again}"))
        } else if lost > 0 {
            let reason = self.reason.as_deref().unwrap_or("it is damaged");
            (IssueKind::Damaged, format!("In c{chunk} {loss} ({reason}). {again}"))
        } else {
            return None;
        };
        Some(Trouble { offset: chunk_offset(number), kind, message })
    }
}

/// Records or chunks of one stretch, counted where they are told of together.
#[derive(Debug, Default)]
pub(super) struct Found {
    first: Option<u64>,
    pub(super) chunks: u64,
    pub(super) records: u64,
    pub(super) lost: u64,
}

impl Found {
    /// Nothing as yet.
    pub(super) const fn new() -> Self {
        Self { first: None, chunks: 0, records: 0, lost: 0 }
    }

    /// Where the first of it is.
    pub(super) const fn first(&self) -> Option<u64> {
        self.first
    }

    /// Counts what was found at this offset.
    pub(super) fn add(&mut self, offset: u64, chunks: u64, records: u64, lost: u64) {
        self.first.get_or_insert(offset);
        self.chunks += chunks;
        self.records += records;
        self.lost += lost;
    }

    fn lost(&self) -> String {
        match self.lost {
            0 => String::new(),
            1 => "; one more could not be read".to_owned(),
            lost => format!("; {lost} more could not be read"),
        }
    }

    /// The trouble of chunks that are not where a log has them.
    pub(super) fn misplaced(&self) -> Option<Trouble> {
        let message = format!(
            "{} not where a log has {}, the first at this offset: bytes were inserted or are \
             missing before it. {} recovered{}. Compare with another copy of the log if there is \
             one.",
            counted(self.chunks, "chunk is", "chunks are"),
            if self.chunks == 1 { "it" } else { "them" },
            counted(self.records, "record was", "records were"),
            self.lost()
        );
        (self.chunks > 0).then_some(self.damaged(message)?)
    }

    /// What was found in a file that is no log.
    pub(super) fn image(&self) -> Option<Trouble> {
        let message = format!(
            "The file is no log, but holds pieces of logs, the first at this offset. {} recovered \
             from {}{}. Look for the logs themselves, which say more.",
            counted(self.records, "record was", "records were"),
            counted(self.chunks, "chunk", "chunks"),
            self.lost()
        );
        self.damaged(message)
    }

    /// The trouble of records without a chunk.
    pub(super) fn orphans(&self) -> Option<Trouble> {
        let message = format!(
            "{} recovered outside of any chunk, the first at this offset{}. Compare with another \
             copy of the log if there is one.",
            counted(self.records, "record was", "records were"),
            self.lost()
        );
        self.damaged(message)
    }

    fn damaged(&self, message: String) -> Option<Trouble> {
        Some(Trouble { offset: self.first?, kind: IssueKind::Damaged, message })
    }
}

fn counted(number: u64, one: &str, many: &str) -> String {
    match number {
        1 => format!("One {one}"),
        number => format!("{} {many}", crate::model::grouped(number)),
    }
}

/// The trouble of a stretch of chunks in which nothing was found.
pub(super) fn nothing_found(first: u64, count: u64, bytes: u64) -> Trouble {
    let total = chunk_count(bytes);
    let offset = chunk_offset(first);
    if count == 1 && bytes < offset + CHUNK_HEADER as u64 {
        let message = format!(
            "The file breaks off in the header of chunk {} of {total}; no record of it is there. \
             Copy the log again if you still can.",
            first + 1
        );
        return Trouble { offset, kind: IssueKind::CutOff, message };
    }
    let message = match count {
        1 => format!(
            "Chunk {} of {total} does not begin like a chunk; its records, about a hundred, could \
             not be read. Export the log again if you still can.",
            first + 1
        ),
        _ => format!(
            "Chunks {} to {} of {total} do not begin like chunks; their records, about a hundred \
             in each, could not be read. Export the log again if you still can.",
            first + 1,
            first + count
        ),
    };
    Trouble { offset, kind: IssueKind::Damaged, message }
}
