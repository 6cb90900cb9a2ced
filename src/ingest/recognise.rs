//! Tells what a file is by its first bytes, whatever its name; reads no records.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use super::{
    archive::Container,
    csv,
    evtx::{CHUNK_HEADER, holds_chunk},
    field_map::FieldMap,
    json::{Dialect, Encoding, Keys, survey},
    positioned::read_at,
    row::Program,
    xml,
};

/// Bytes looked at; enough for the first object of any JSON log.
pub(super) const HEAD: usize = 256 << 10;
/// Bytes looked at first, enough for every other format.
const FIRST: usize = 8 << 10;

/// Where the chunks of an EVTX file begin (MS-EVEN6 names no layout; see
/// <https://github.com/libyal/libevtx/blob/main/documentation/>).
pub(super) const EVTX_FILE_HEADER: u64 = 4096;

/// What a file is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A Windows event log; its header may be damaged while chunks are there, or say that the log was
    /// not closed.
    Evtx { is_header_damaged: bool, is_dirty: bool },
    /// No log, but with chunks of logs in it: a disk image, unallocated space, a damaged log.
    Image,
    /// JSON, with the dialect if it is a known one and the names in its first object.
    Json { dialect: Option<Dialect>, keys: Keys },
    /// Windows events as XML.
    Xml,
    /// A table of events that this program writes.
    Csv(Program),
    /// Files packed into one.
    Archive(Container),
    /// No bytes at all.
    Empty,
    /// Nothing this program reads, with what it looks like.
    Other(&'static str),
}

/// Looks at the file's first bytes.
pub(super) fn recognise(file: &File, maps: &[FieldMap]) -> io::Result<Kind> {
    let mut head = vec![0; FIRST];
    let read = read_at(file, &mut head, 0)?;
    head.truncate(read);
    if let Some(kind) = by_signature(&head) {
        return Ok(kind);
    }
    if read == FIRST && may_be_text(&head) {
        head.resize(HEAD, 0);
        let more = read_at(file, head.get_mut(FIRST..).unwrap_or_default(), FIRST as u64)?;
        head.truncate(FIRST + more);
    }
    Ok(by_text(&head, maps))
}

/// As [`recognise`] for what can be read only once. Leaves the bytes looked at in `head`, which
/// were read whole unless there is an error; what was read until then tells all the same.
pub(super) fn recognise_stream(
    reader: &mut dyn Read,
    head: &mut Vec<u8>,
    maps: &[FieldMap],
) -> (Kind, io::Result<()>) {
    head.clear();
    let mut result = reader.take(FIRST as u64).read_to_end(head);
    if let Some(kind) = by_signature(head) {
        return (kind, result.map(|_| ()));
    }
    if result.is_ok() && head.len() == FIRST && may_be_text(head) {
        result = reader.take((HEAD - FIRST) as u64).read_to_end(head);
    }
    (by_text(head, maps), result.map(|_| ()))
}

/// Whether it is worth looking further: binary data has zero bytes soon, and no log of text does
/// unless it is UTF-16.
fn may_be_text(head: &[u8]) -> bool {
    let text = decoded(head);
    let begins_like_text =
        matches!(text.trim_ascii_start().first(), Some(b'{' | b'[' | b'<' | b'"'));
    begins_like_text || !text.contains(&0) || text.iter().all(|byte| *byte == 0)
}

fn by_text(head: &[u8], maps: &[FieldMap]) -> Kind {
    let text = decoded(head);
    if let Some((dialect, keys)) = survey(&text, maps) {
        return Kind::Json { dialect, keys };
    }
    if xml::holds_events(&text) {
        return Kind::Xml;
    }
    match csv::program_of(&text) {
        Some(program) => Kind::Csv(program),
        None if text.trim_ascii_start().starts_with(b"<") => Kind::Other("XML"),
        None if text.is_empty() => Kind::Empty,
        None if text.iter().all(|byte| *byte == 0) => Kind::Other("nothing but zero bytes"),
        None if std::str::from_utf8(text.get(..512).unwrap_or(&text)).is_ok() => {
            Kind::Other("text")
        }
        None => Kind::Other("binary data of another program"),
    }
}

fn decoded(head: &[u8]) -> Vec<u8> {
    let (encoding, mark) = Encoding::of(head);
    encoding.decode(head.get(mark..).unwrap_or_default())
}

/// The beginning of a text file as UTF-8, as far as it is looked at to tell what it is.
pub(super) fn text_head(file: &File) -> io::Result<Vec<u8>> {
    let mut head = vec![0; HEAD];
    let read = read_at(file, &mut head, 0)?;
    head.truncate(read);
    Ok(decoded(&head))
}

fn by_signature(head: &[u8]) -> Option<Kind> {
    let chunk = head.get(usize::try_from(EVTX_FILE_HEADER).ok()?..).unwrap_or_default();
    let has_chunk = chunk.starts_with(b"ElfChnk\0");
    if let Some(container) = Container::of(head) {
        return Some(Kind::Archive(container));
    }
    match head {
        [] => Some(Kind::Empty),
        [b'E', b'l', b'f', b'F', b'i', b'l', b'e', 0, ..] => {
            let is_dirty = head.get(120).is_some_and(|flags| flags & 1 == 1);
            Some(Kind::Evtx { is_header_damaged: false, is_dirty })
        }
        _ if has_chunk || head.starts_with(b"ElfChnk\0") => {
            Some(Kind::Evtx { is_header_damaged: true, is_dirty: false })
        }
        [b'R', b'a', b'r', b'!', 0x1A, 7, ..] => Some(Kind::Other("a RAR archive")),
        [0x30, 0, 0, 0, b'L', b'f', b'L', b'e', ..] => {
            Some(Kind::Other("an event log of Windows XP or 2003 (EVT)"))
        }
        _ => None,
    }
}

/// Whether the name says that the file should be a log. XML and tables are used for everything, so
/// that theirs must name a log or a program that writes one.
pub(super) fn is_named_like_a_log(path: &Path) -> bool {
    let Some(ending) = path.extension() else { return false };
    let is = |known: &&str| ending.eq_ignore_ascii_case(known);
    if ["evtx", "json", "jsonl", "ndjson"].iter().any(is) {
        return true;
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    ["xml", "csv", "tsv"].iter().any(is) && LOG_WORDS.iter().any(|word| stem.contains(word))
}

/// Whether the name says that the file should be an archive that somebody made of evidence.
pub(super) fn is_named_like_an_archive(path: &Path) -> bool {
    const ENDINGS: [&str; 13] =
        ["zip", "7z", "rar", "tar", "gz", "tgz", "bz2", "tbz", "tbz2", "xz", "txz", "zst", "tzst"];
    path.extension()
        .is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// Words in the names that people and programs give exported logs.
const LOG_WORDS: [&str; 6] =
    ["evtx", "eventlog", "event_log", "sysmon", "hayabusa", "deviceprocessevents"];

/// Whether the name says that pieces of logs may be in the file.
pub(super) fn is_named_like_an_image(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        ["evtx", "bin", "dd", "img", "raw", "unallocated"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
}

/// Whether a chunk of a log begins anywhere in the file, which is read until one does.
pub(super) fn holds_chunks(file: &File) -> io::Result<bool> {
    let mut block = vec![0; 1 << 20];
    let mut offset = 0;
    loop {
        let read = read_at(file, &mut block, offset)?;
        let there = block.get(..read).unwrap_or_default();
        if holds_chunk(there) {
            return Ok(true);
        }
        if read < block.len() {
            return Ok(false);
        }
        // A header may lie across the end.
        offset += (read - CHUNK_HEADER) as u64;
    }
}
