//! Walks a tar: POSIX ustar and pax, GNU long names, the old V7 form. Links and devices are none of
//! the evidence. Unlike the `tar` crate's own walk it bounds what a name may take, goes on after a
//! damaged header and after an end mark that more members follow; the crate reads the headers.

use std::io::{self, Read, Seek as _, SeekFrom};

use tar::Header;

use crate::model::IssueKind;

use super::{
    Fault, Visitor,
    content::Cursor,
    words::{Refusal, read_fault},
};

/// Bytes in a block; headers are one, contents are filled up to whole ones.
const BLOCK: usize = 512;
/// Longest name or pax header read, in bytes.
const LONGEST_EXTRA: u64 = 1 << 20;

/// A reader that can leave bytes out.
pub(super) trait Skip: Read {
    /// Moves on by so many bytes, fewer only where the end is. Returns how many.
    fn skip(&mut self, count: u64) -> io::Result<u64>;
}

impl Skip for Cursor {
    fn skip(&mut self, count: u64) -> io::Result<u64> {
        let here = self.stream_position()?;
        let end = self.seek(SeekFrom::End(0))?;
        let to = here.saturating_add(count).min(end.max(here));
        self.seek(SeekFrom::Start(to))?;
        Ok(to - here)
    }
}

/// A reader that must read what it leaves out.
pub(super) struct Through<R>(pub(super) R);

impl<R: Read> Read for Through<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.0.read(to)
    }
}

impl<R: Read> Skip for Through<R> {
    fn skip(&mut self, count: u64) -> io::Result<u64> {
        io::copy(&mut self.0.by_ref().take(count), &mut io::sink())
    }
}

/// Whether a tar begins here: a whole header whose checksum is right.
///
/// Source: POSIX pax, "ustar Interchange Format": the sum of the header's bytes, the checksum
/// itself taken as blanks.
pub(super) fn is_header(head: &[u8]) -> bool {
    let Some(block) = head.first_chunk::<BLOCK>() else { return false };
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    let (before, after) = (block.get(..148), block.get(156..));
    let actual = sum(before.unwrap_or_default()) + sum(after.unwrap_or_default()) + 8 * 32;
    // An end mark is all zeroes, and its sum that of eight blanks.
    Header::from_byte_slice(block).cksum().is_ok_and(|sum| sum > 8 * 32 && sum == actual)
}

/// What headers before a member's own say about it.
#[derive(Debug, Default)]
struct Ahead {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    is_sparse: bool,
}

/// Hands the files to the visitor.
pub(super) fn walk(reader: &mut dyn Skip, visitor: &mut dyn Visitor) {
    let mut walk = Walk { reader, visitor, offset: 0, ahead: Ahead::default(), is_ended: false };
    if let Err(error) = walk.all() {
        let offset = Some(walk.offset);
        walk.visitor.fault(read_fault(None, offset, &error));
    }
}

struct Walk<'a> {
    reader: &'a mut dyn Skip,
    visitor: &'a mut dyn Visitor,
    /// Bytes read of the tar.
    offset: u64,
    ahead: Ahead,
    /// Whether the last block was an end mark.
    is_ended: bool,
}

impl Walk<'_> {
    fn all(&mut self) -> io::Result<()> {
        let mut damaged_from = None;
        while !self.visitor.is_stopped() {
            let start = self.offset;
            let mut block = [0; BLOCK];
            let read = self.fill(&mut block)?;
            if read == 0 && self.is_ended {
                break;
            }
            if read < BLOCK {
                if damaged_from.is_none() && !self.is_ended {
                    self.cut_off();
                }
                break;
            }
            if block.iter().all(|byte| *byte == 0) {
                self.is_ended = true;
                continue;
            }
            if is_header(&block) {
                if let Some(from) = damaged_from.take() {
                    self.damaged(from, start);
                }
                self.is_ended = false;
                self.entry(Header::from_byte_slice(&block), start)?;
            } else if damaged_from.is_none() && !self.is_ended {
                damaged_from = Some(start);
            }
        }
        if let Some(from) = damaged_from {
            self.damaged(from, self.offset);
        }
        Ok(())
    }

    fn fill(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while let Some(rest) = to.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.reader.read(rest) {
                Ok(0) => break,
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.offset += done as u64;
        Ok(done)
    }

    fn entry(&mut self, header: &Header, start: u64) -> io::Result<()> {
        let stated = header.entry_size().unwrap_or(0);
        match header.as_bytes().get(156) {
            Some(b'L') => self.ahead.name = self.extra(stated)?.map(|name| until_zero(&name)),
            Some(b'x') => {
                if let Some(records) = self.extra(stated)? {
                    self.ahead.add_pax(&records);
                }
            }
            Some(b'K' | b'g' | b'V') => self.pass(0, stated)?,
            kind => {
                let ahead = std::mem::take(&mut self.ahead);
                let size = ahead.size.unwrap_or(stated);
                let name = ahead.name.unwrap_or_else(|| header.path_bytes().into_owned());
                let name = String::from_utf8_lossy(&name).into_owned();
                match kind {
                    Some(b'1'..=b'6') => self.pass(0, size)?,
                    Some(b'S') => {
                        self.visitor.refuse(Refusal::Method, &name);
                        self.pass_sparse(header, size)?;
                    }
                    _ if ahead.is_sparse => {
                        self.visitor.refuse(Refusal::Method, &name);
                        self.pass(0, size)?;
                    }
                    _ if name.ends_with('/') => self.pass(0, size)?,
                    _ => self.file(&name, start, size)?,
                }
            }
        }
        Ok(())
    }

    fn file(&mut self, name: &str, start: u64, size: u64) -> io::Result<()> {
        let mut content = (&mut *self.reader).take(size);
        self.visitor.member(name, start, Some(size), &mut content);
        let read = size - content.limit();
        self.pass(read, size)
    }

    /// Moves behind a content of which some bytes were read.
    fn pass(&mut self, read: u64, size: u64) -> io::Result<()> {
        let whole = size.div_ceil(BLOCK as u64).saturating_mul(BLOCK as u64);
        let passed = self.reader.skip(whole - read)?;
        self.offset += read + passed;
        if read + passed < size {
            self.cut_off();
            self.is_ended = true;
        }
        Ok(())
    }

    /// GNU's old sparse files may have further blocks of their map between header and content.
    fn pass_sparse(&mut self, header: &Header, size: u64) -> io::Result<()> {
        let mut is_extended = header.as_gnu().is_some_and(tar::GnuHeader::is_extended);
        while is_extended {
            let mut block = [0; BLOCK];
            if self.fill(&mut block)? < BLOCK {
                return Ok(());
            }
            is_extended = block.get(504) == Some(&1);
        }
        self.pass(0, size)
    }

    /// The content of a header that describes the next one; `None` where it is absurdly long.
    fn extra(&mut self, size: u64) -> io::Result<Option<Vec<u8>>> {
        if size > LONGEST_EXTRA {
            let message = format!(
                "The name or the description of a member is {size} bytes long; the member is read \
                 without it."
            );
            let (offset, kind) = (Some(self.offset), IssueKind::Limit);
            self.visitor.fault(Fault { name: None, offset, kind, message });
            self.pass(0, size)?;
            return Ok(None);
        }
        let mut content = vec![0; usize::try_from(size).unwrap_or(0)];
        let read = self.fill(&mut content)?;
        self.offset -= read as u64;
        content.truncate(read);
        self.pass(read as u64, size)?;
        Ok(Some(content))
    }

    fn cut_off(&mut self) {
        let message = "The archive breaks off without its end mark; members may be missing. Copy \
                       it again if you still can."
            .to_owned();
        let (offset, kind) = (Some(self.offset), IssueKind::CutOff);
        self.visitor.fault(Fault { name: None, offset, kind, message });
    }

    fn damaged(&mut self, from: u64, to: u64) {
        let message = format!(
            "The archive is damaged: {} bytes stand where a member should begin, and were passed \
             over. A member may be missing; copy the archive again if you still can.",
            to - from
        );
        let (offset, kind) = (Some(from), IssueKind::Damaged);
        self.visitor.fault(Fault { name: None, offset, kind, message });
    }
}

impl Ahead {
    /// Takes the records of a pax header: length, blank, key, `=`, value, line feed.
    fn add_pax(&mut self, mut rest: &[u8]) {
        while let Some(blank) = rest.iter().position(|byte| *byte == b' ') {
            let length = rest.get(..blank).and_then(|digits| std::str::from_utf8(digits).ok());
            let Some(length) = length.and_then(|digits| digits.parse::<usize>().ok()) else {
                return;
            };
            let Some(record) = rest.get(blank + 1..length) else { return };
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            if let Some(path) = record.strip_prefix(b"path=") {
                self.name = Some(path.to_vec());
            } else if let Some(size) = record.strip_prefix(b"size=") {
                self.size = std::str::from_utf8(size).ok().and_then(|size| size.parse().ok());
            } else if record.starts_with(b"GNU.sparse.") {
                self.is_sparse = true;
            }
            rest = rest.get(length..).unwrap_or_default();
        }
    }
}

fn until_zero(name: &[u8]) -> Vec<u8> {
    name.iter().copied().take_while(|byte| *byte != 0).collect()
}
