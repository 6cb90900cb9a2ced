//! Reads one log while it is unpacked: its bytes are hashed and counted on the way, chunks of an
//! EVTX go to whoever is free, text is read where it is unpacked.

use std::{
    io::{self, Read},
    sync::Arc,
};

use crate::ingest::{
    digest::FileHash,
    evtx::{CHUNK, UNIT_CHUNKS, chunk_count, missing_chunks},
    recognise::EVTX_FILE_HEADER,
};
use crate::model::{Format, Issue, IssueKind};

use super::{
    tasks::{Chunks, Slot},
    walk::Desk,
    words::{read_fault, wrong_checksum},
};

/// Bytes read at a time of what is only hashed.
const BLOCK: usize = 64 << 10;

/// A member's bytes as they are unpacked. Ends where reading fails, and keeps the error.
pub(super) struct Tapped<'r> {
    inner: &'r mut dyn Read,
    hash: Option<FileHash>,
    /// Bytes read.
    pub(super) count: u64,
    pub(super) error: Option<io::Error>,
}

impl<'r> Tapped<'r> {
    pub(super) fn new(inner: &'r mut dyn Read, is_hashing: bool) -> Self {
        Self { inner, hash: is_hashing.then(FileHash::default), count: 0, error: None }
    }
}

impl Read for Tapped<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.error.is_some() || to.is_empty() {
            return Ok(0);
        }
        match self.inner.read(to) {
            Ok(count) => {
                self.count += count as u64;
                if let Some(hash) = &mut self.hash {
                    hash.update(to.get(..count).unwrap_or_default());
                }
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.error = Some(error);
                Ok(0)
            }
        }
    }
}

/// Reads the member that begins with `head`, which was taken from `rest`, to its end. `size` is what
/// the archive says; `progress` is called now and then.
pub(super) fn read(
    slot: &Arc<Slot>,
    head: &[u8],
    rest: &mut Tapped<'_>,
    size: Option<u64>,
    desk: &mut dyn Desk,
    progress: &mut dyn FnMut(&mut dyn Desk),
) {
    let what = &slot.input.what;
    let is_text = what.dialect.is_some() || matches!(what.format, Format::Xml | Format::Csv);
    if what.format == Format::Evtx {
        read_chunks(slot, &mut head.chain(&mut *rest), size, desk, progress);
    } else if is_text {
        desk.text(slot, &mut head.chain(&mut *rest));
    }
    let mut block = vec![0; BLOCK];
    while !desk.is_cancelled() && rest.read(&mut block).is_ok_and(|count| count > 0) {}
    finish(slot, rest, size, desk);
}

fn finish(slot: &Arc<Slot>, rest: &mut Tapped<'_>, size: Option<u64>, desk: &mut dyn Desk) {
    let error = rest.error.take();
    let is_whole = error.is_none() && !desk.is_cancelled();
    let mut tally = slot.tally();
    tally.bytes = Some(rest.count);
    tally.sha256 = rest.hash.take().filter(|_| is_whole).map(FileHash::finish);
    if let Some(error) = error {
        let is_all = size == Some(rest.count) && error.kind() != io::ErrorKind::UnexpectedEof;
        let (kind, message) = if is_all {
            wrong_checksum(&error)
        } else {
            let fault = read_fault(slot.input.member.clone(), None, &error);
            (fault.kind, fault.message)
        };
        let path = slot.input.path.clone();
        tally.issues.push(Issue { path, member: None, offset: Some(rest.count), kind, message });
    } else if let Some(size) = size.filter(|size| is_whole && *size > rest.count) {
        let message = format!(
            "The archive says that this member has {size} bytes, and {} are there; the records of \
             the others are lost. Copy the archive again if you still can.",
            rest.count
        );
        let (path, kind) = (slot.input.path.clone(), IssueKind::CutOff);
        tally.issues.push(Issue { path, member: None, offset: Some(rest.count), kind, message });
    }
    drop(tally);
    desk.finish(slot);
}

fn read_chunks(
    slot: &Arc<Slot>,
    reader: &mut dyn Read,
    size: Option<u64>,
    desk: &mut dyn Desk,
    progress: &mut dyn FnMut(&mut dyn Desk),
) {
    let mut header = Vec::new();
    // Tapped readers end instead of failing.
    let _ended = reader.take(EVTX_FILE_HEADER).read_to_end(&mut header);
    let mut bytes_read = header.len() as u64;
    let total = size.map(chunk_count);
    let unit = UNIT_CHUNKS * CHUNK as u64;
    let mut first = 0;
    while !desk.is_cancelled() {
        let mut bytes = Vec::with_capacity(usize::try_from(unit).unwrap_or(0));
        let _ended = reader.take(unit).read_to_end(&mut bytes);
        let read = bytes.len() as u64;
        if read == 0 {
            break;
        }
        bytes_read += read;
        desk.chunks(Chunks { slot: Arc::clone(slot), first, total, bytes });
        progress(desk);
        first += UNIT_CHUNKS;
        if read < unit {
            break;
        }
    }
    if let Some(trouble) = missing_chunks(&header, bytes_read)
        && !desk.is_cancelled()
    {
        let path = slot.input.path.clone();
        slot.tally().issues.push(Issue {
            path,
            member: None,
            offset: Some(trouble.offset),
            kind: trouble.kind,
            message: trouble.message,
        });
    }
}
