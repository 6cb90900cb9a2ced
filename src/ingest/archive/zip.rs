//! Walks a zip by its list of members at the end; where that is missing or damaged, by the headers
//! in front of the members. Lists are read as they go, so that a list of millions takes no memory.

use std::{
    collections::BTreeSet,
    io::{self, Seek as _, SeekFrom},
    sync::{Arc, Mutex, PoisonError},
};

use zip::{
    HasZipMetadata as _, ZipReadOptions,
    read::{Config, OwnedZipFileEntry, ZipFile, read_zipfile_from_stream_with_options},
    result::{ZipError, ZipResult},
    unstable::read::ZipIterable,
};

use crate::model::IssueKind;

use super::{
    Fault, Visitor,
    content::{Content, Cursor},
    limits::{Budget, Limited, UnpackLimit},
    words::{Refusal, read_fault, unreadable},
};

/// Members in one share, at most.
const SHARE_MEMBERS: usize = 32;
/// Packed bytes in one share; the member that passes it is the last.
const SHARE_BYTES: u64 = 4 << 20;
/// Bytes searched for headers at a time.
const SEARCH: usize = 1 << 20;
/// Bytes of a member's own header before its name (APPNOTE 4.3.7).
const LOCAL_HEADER: u64 = 30;

/// A zip whose members are read, by several threads perhaps.
#[derive(Debug)]
pub(super) struct Zip {
    pub(super) content: Content,
    /// Index of the archive among the sources.
    pub(super) source: usize,
    /// Passwords to be tried.
    pub(super) passwords: Vec<String>,
    pub(super) limit: UnpackLimit,
    /// The password that opened a member last.
    good: Mutex<Option<String>>,
}

/// Some members of a zip.
#[derive(Debug)]
pub(in crate::ingest) struct Share {
    pub(super) zip: Arc<Zip>,
    pub(super) members: Vec<Member>,
}

impl Share {
    /// Index of the archive among the sources.
    pub(in crate::ingest) fn source(&self) -> usize {
        self.zip.source
    }

    /// Bytes that these members take in the archive.
    pub(super) fn packed(&self) -> u64 {
        let sizes = self.members.iter().map(|member| member.packed);
        sizes.fold(0, u64::saturating_add)
    }
}

/// Where a member is described.
#[derive(Debug)]
enum Described {
    /// In the list at the end.
    Listed(Box<OwnedZipFileEntry>),
    /// In its own header at this offset only; its packed size as far as it can be told, where the
    /// header does not say it.
    Alone(u64, Option<u64>),
}

/// A member to be unpacked.
#[derive(Debug)]
pub(super) struct Member {
    described: Described,
    name: String,
    order: u64,
    size: Option<u64>,
    packed: u64,
    is_encrypted: bool,
}

impl Zip {
    pub(super) fn new(
        content: Content,
        source: usize,
        passwords: Vec<String>,
        limit: UnpackLimit,
    ) -> Self {
        Self { content, source, passwords, limit, good: Mutex::default() }
    }

    /// Lists the members, in shares. `take` says whether to go on.
    pub(super) fn list(
        &self,
        fault: &mut dyn FnMut(Fault),
        take: &mut dyn FnMut(Vec<Member>) -> bool,
    ) {
        let mut shares = Shares { members: Vec::new(), packed: 0, is_ended: false, take };
        let mut known = BTreeSet::new();
        let broken = self.list_by_end(fault, &mut shares, &mut known).err();
        let is_multi_part = matches!(&broken, Some(ZipError::UnsupportedArchive(_)));
        if let Some(error) = broken {
            let found = self.list_by_headers(&mut shares, &known);
            let found = found.unwrap_or(0) + known.len() as u64;
            fault(list_fault(&error, found, is_multi_part));
        }
        shares.hand_over();
    }

    fn list_by_end(
        &self,
        fault: &mut dyn FnMut(Fault),
        shares: &mut Shares<'_>,
        known: &mut BTreeSet<u64>,
    ) -> ZipResult<()> {
        let mut list = ZipIterable::try_new(self.content.cursor(), Config::default())?;
        let allowed = self.limit.of(self.content.len());
        let mut promised = 0_u64;
        for entry in list.files()? {
            let entry = entry?;
            known.insert(entry.header_start());
            if !entry.is_file() {
                continue;
            }
            promised = promised.saturating_add(entry.size());
            if promised > allowed {
                let error = io::Error::other(super::limits::OverLimit);
                fault(read_fault(None, Some(entry.central_header_start()), &error));
                break;
            }
            if !shares.add(Member::listed(entry.into())) {
                break;
            }
        }
        Ok(())
    }

    /// Searches the whole archive for members' own headers. The number found.
    fn list_by_headers(&self, shares: &mut Shares<'_>, known: &BTreeSet<u64>) -> io::Result<u64> {
        let mut cursor = self.content.cursor();
        let (mut at, mut found) = (0, 0);
        while let Some(start) = find_signature(&mut cursor, at, &[3])? {
            let Some(header) = Header::read(&mut cursor, start)? else { break };
            at = start + 4;
            if known.contains(&start) || !header.is_possible {
                continue;
            }
            let data = start + LOCAL_HEADER + header.extra;
            let packed = match header.packed {
                Some(packed) => packed,
                // Up to the next member, the list or the size behind the member.
                None => find_signature(&mut cursor, data, &[1, 3, 5])?
                    .unwrap_or_else(|| self.content.len())
                    .saturating_sub(data),
            };
            at = data.saturating_add(packed).max(at);
            if header.name.ends_with('/') {
                continue;
            }
            found += 1;
            let described = Described::Alone(start, header.packed.is_none().then_some(packed));
            let (name, is_encrypted) = (header.name, header.is_encrypted);
            let member = Member { described, name, order: start, size: None, packed, is_encrypted };
            if !shares.add(member) {
                break;
            }
        }
        Ok(found)
    }

    /// Unpacks one member for the visitor.
    pub(super) fn read(&self, member: &Member, visitor: &mut dyn Visitor) {
        let mut cursor = self.content.cursor();
        let budget = Budget::new(self.limit.of(member.packed));
        let password = match self.password(member, &mut cursor, &budget) {
            Ok(password) => password,
            Err(error) => return refuse(member, &error, visitor),
        };
        match member.open(&mut cursor, password.as_deref()) {
            Ok(file) => {
                let mut file = Limited { inner: file, budget };
                visitor.member(&member.name, member.order, member.size, &mut file);
            }
            Err(error) => refuse(member, &error, visitor),
        }
    }

    /// The password that opens a member; none where it is not encrypted.
    ///
    /// The check in front of a member lets one of 256 wrong passwords pass where the old encryption
    /// was used, so there the whole member is unpacked once to see whether its checksum is right.
    fn password(
        &self,
        member: &Member,
        cursor: &mut Cursor,
        budget: &Budget,
    ) -> ZipResult<Option<String>> {
        if !member.is_encrypted {
            return Ok(None);
        }
        let good = self.good.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut unsupported = None;
        for password in good.iter().chain(&self.passwords) {
            match member.open(cursor, Some(password)) {
                Ok(mut file) => {
                    let is_proved = member.is_aes() || good.as_ref() == Some(password) || {
                        let budget = Budget::new(budget.all);
                        let mut file = Limited { inner: &mut file, budget };
                        io::copy(&mut file, &mut io::sink()).is_ok()
                    };
                    if is_proved {
                        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
                        *good = Some(password.clone());
                        return Ok(Some(password.clone()));
                    }
                }
                Err(ZipError::InvalidPassword) => {}
                Err(error) => unsupported = Some(error),
            }
        }
        Err(unsupported.unwrap_or(ZipError::InvalidPassword))
    }
}

fn refuse(member: &Member, error: &ZipError, visitor: &mut dyn Visitor) {
    match error {
        ZipError::InvalidPassword | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            visitor.refuse(Refusal::Password, &member.name);
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            visitor.refuse(Refusal::Method, &member.name);
        }
        ZipError::Io(error) => {
            visitor.fault(read_fault(Some(member.name.clone()), Some(0), error));
        }
        error => {
            let error = io::Error::new(io::ErrorKind::InvalidData, error.to_string());
            visitor.fault(read_fault(Some(member.name.clone()), Some(0), &error));
        }
    }
}

fn list_fault(error: &ZipError, found: u64, is_multi_part: bool) -> Fault {
    let (kind, message) = if found == 0 {
        unreadable("zip", error)
    } else {
        let kind = if is_multi_part { IssueKind::CutOff } else { IssueKind::Damaged };
        let message = format!(
            "The list of members at the end of the zip archive is missing or damaged ({error}), as \
             where a copy breaks off; {found} members were found without it, and others may be \
             missing. Copy the archive again if you still can."
        );
        (kind, message)
    };
    Fault { name: None, offset: None, kind, message }
}

impl Member {
    fn listed(entry: OwnedZipFileEntry) -> Self {
        let lossy = || String::from_utf8_lossy(entry.name_raw()).into_owned();
        let name = entry.name().map_or_else(|_| lossy(), |name| name.into_owned());
        Self {
            name,
            order: entry.central_header_start(),
            size: Some(entry.size()),
            packed: entry.compressed_size(),
            is_encrypted: entry.encrypted(),
            described: Described::Listed(Box::new(entry)),
        }
    }

    fn open<'c>(
        &'c self,
        cursor: &'c mut Cursor,
        password: Option<&'c str>,
    ) -> ZipResult<ZipFile<'c, Cursor>> {
        let options = ZipReadOptions::new().password(password.map(str::as_bytes));
        match &self.described {
            Described::Listed(entry) => {
                OwnedZipFileEntry::as_ref(entry).with_reader(cursor, options)
            }
            Described::Alone(start, packed) => {
                cursor.seek(SeekFrom::Start(*start))?;
                let options = match packed {
                    // What would be checked stands behind the member.
                    Some(packed) => options.override_compressed_size(*packed).ignore_crc32(true),
                    None => options,
                };
                let file = read_zipfile_from_stream_with_options(cursor, options)?;
                file.ok_or(ZipError::FileNotFound)
            }
        }
    }

    fn is_aes(&self) -> bool {
        match &self.described {
            Described::Listed(entry) => entry.get_metadata().aes_settings().is_some(),
            Described::Alone(..) => false,
        }
    }
}

/// Members gathered into shares.
struct Shares<'a> {
    members: Vec<Member>,
    packed: u64,
    is_ended: bool,
    take: &'a mut dyn FnMut(Vec<Member>) -> bool,
}

impl Shares<'_> {
    fn add(&mut self, member: Member) -> bool {
        self.packed = self.packed.saturating_add(member.packed);
        self.members.push(member);
        if self.members.len() >= SHARE_MEMBERS || self.packed >= SHARE_BYTES {
            self.hand_over();
        }
        !self.is_ended
    }

    fn hand_over(&mut self) {
        self.packed = 0;
        let members = std::mem::take(&mut self.members);
        if !members.is_empty() && !self.is_ended {
            self.is_ended = !(self.take)(members);
        }
    }
}

/// A member's own header (APPNOTE 4.3.7).
struct Header {
    name: String,
    /// Bytes of the name and what follows it.
    extra: u64,
    /// `None` where it stands behind the member or in another place.
    packed: Option<u64>,
    is_encrypted: bool,
    /// Whether the values are those of a header, not of data that looks like one.
    is_possible: bool,
}

impl Header {
    fn read(cursor: &mut Cursor, start: u64) -> io::Result<Option<Self>> {
        cursor.seek(SeekFrom::Start(start))?;
        let head = cursor.take_up_to(usize::try_from(LOCAL_HEADER).unwrap_or(0))?;
        let short = |at: usize| {
            let bytes = head.get(at..).and_then(<[u8]>::first_chunk::<2>);
            bytes.map(|bytes| u16::from_le_bytes(*bytes))
        };
        let packed = head.get(18..).and_then(<[u8]>::first_chunk::<4>);
        let parts = (short(4), short(6), short(26), short(28), packed);
        let (Some(version), Some(flags), Some(name), Some(extra), Some(packed)) = parts else {
            return Ok(None);
        };
        let packed = u32::from_le_bytes(*packed);
        let is_behind = flags & 8 != 0 || packed == u32::MAX;
        let text = cursor.take_up_to(usize::from(name))?;
        Ok(Some(Self {
            name: String::from_utf8_lossy(&text).into_owned(),
            extra: u64::from(name) + u64::from(extra),
            packed: (!is_behind).then_some(u64::from(packed)),
            is_encrypted: flags & 1 != 0,
            is_possible: version & 0xFF <= 63 && !text.is_empty(),
        }))
    }
}

/// Where the next `PK` signature of one of these kinds begins, at or behind an offset.
fn find_signature(cursor: &mut Cursor, from: u64, kinds: &[u8]) -> io::Result<Option<u64>> {
    let mut at = from;
    loop {
        cursor.seek(SeekFrom::Start(at))?;
        let block = cursor.take_up_to(SEARCH)?;
        let is_signature = |found: &usize| match block.get(*found..).unwrap_or_default() {
            [b'P', b'K', kind, next, ..] => kinds.contains(kind) && *next == kind + 1,
            _ => false,
        };
        if let Some(found) = memchr::memchr_iter(b'P', &block).find(is_signature) {
            return Ok(Some(at + found as u64));
        }
        if block.len() < SEARCH {
            return Ok(None);
        }
        at += (SEARCH - 3) as u64;
    }
}
