//! Decoded data that is no text: what it is by its first bytes, its size, hash and strings.
//!
//! It unpacks nothing and runs nothing. Kinds are told by documented signatures (Microsoft's
//! "PE Format", RFC 1952, the formats' own specifications); machine code has none, so of it is
//! said only what it looks like.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::base64::bytes_of;
use super::compression::{Packing, inflate, is_gzip};
use super::plausible::implausible;
use super::text::{find_ignore_case, part};
use crate::model::{Blob, FailedDecode, Layer, Span};

/// The most blobs of one input.
const MAX_BLOBS: usize = 8;
/// The fewest characters of a printable string, the most that are kept of one, the most strings.
const STRING: (usize, usize, usize) = (6, 128, 64);
/// The fewest bytes of a list of numbers that is taken for data.
const SHORTEST_LIST: usize = 32;

/// What data is by its first bytes, and whether that is beyond doubt.
pub(super) fn kind_of(bytes: &[u8]) -> Option<(String, bool)> {
    const SIGNATURES: &[(&[u8], &str, bool)] = &[
        (b"PK\x03\x04", "a ZIP archive", true),
        (b"PK\x05\x06", "an empty ZIP archive", true),
        (b"\x1F\x8B\x08", "a gzip stream", true),
        (b"7z\xBC\xAF\x27\x1C", "a 7z archive", true),
        (b"Rar!\x1A\x07", "a RAR archive", true),
        (b"MSCF\0\0\0\0", "a cabinet (CAB)", true),
        (b"\x89PNG\r\n\x1A\n", "a PNG image", true),
        (b"\xFF\xD8\xFF", "a JPEG image", true),
        (b"GIF87a", "a GIF image", false),
        (b"GIF89a", "a GIF image", false),
        (b"%PDF-", "a PDF document", false),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an OLE file (old Office document or MSI)", true),
        (b"\x4C\0\0\0\x01\x14\x02\0", "a shortcut (LNK)", true),
        (b"\x7FELF", "an ELF program", true),
        (b"ITSF", "a compiled help file (CHM)", false),
        (b"MDMP\x93\xA7", "a memory dump (minidump)", true),
        (b"regf", "a registry hive", false),
        (b"ElfFile\0", "an event log (EVTX)", true),
        (b"SQLite format 3\0", "an SQLite database", true),
    ];
    if let Some(program) = program(bytes) {
        return Some((program, true));
    }
    let known = SIGNATURES.iter().find(|(start, _, _)| bytes.starts_with(start));
    if let Some((_, what, is_sure)) = known {
        return Some(((*what).to_owned(), *is_sure));
    }
    machine_code(bytes).map(|(what, is_sure)| (what.to_owned(), is_sure))
}

/// A Windows program, with what its headers say.
fn program(bytes: &[u8]) -> Option<String> {
    if !bytes.starts_with(b"MZ") || bytes.len() < 64 || !bytes.contains(&0) {
        return None;
    }
    let old = "a Windows program (MZ) without a whole PE header".to_owned();
    let at = number(bytes, 0x3C, 4);
    let Some(header) = at.and_then(|at| bytes.get(at..)).filter(|h| h.starts_with(b"PE\0\0"))
    else {
        return Some(old);
    };
    let machine = match number(header, 4, 2) {
        Some(0x14C) => "32-bit",
        Some(0x8664) => "64-bit",
        Some(0xAA64) => "ARM64",
        _ => "other machine",
    };
    let is_dll = number(header, 22, 2).is_some_and(|flags| flags & 0x2000 != 0);
    let (optional, is_wide) = (24, number(header, 24, 2) == Some(0x20B));
    let is_driver = number(header, optional + 68, 2) == Some(1);
    let directories = optional + if is_wide { 112 } else { 96 };
    let has_clr = number(header, directories - 4, 4).is_some_and(|count| count > 14)
        && number(header, directories + 14 * 8, 4).is_some_and(|address| address != 0);
    let form = match (is_driver, is_dll) {
        (true, _) => "driver",
        (false, true) => "DLL",
        (false, false) => "EXE",
    };
    let net = if has_clr { ", .NET" } else { "" };
    Some(format!("a PE file (Windows program, {machine} {form}{net})"))
}

/// A little-endian number of up to four bytes.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
}

/// What looks like machine code: well-known starts, and the reading of the process block, by
/// which code without imports finds Windows' functions.
fn machine_code(bytes: &[u8]) -> Option<(&'static str, bool)> {
    const LOOKED_AT: usize = 4096;
    match bytes {
        [0xFC, 0x48, 0x83, 0xE4, ..] => {
            return Some(("what looks like machine code (a common 64-bit shellcode start)", true));
        }
        [0xFC, 0xE8, _, 0x00, 0x00, 0x00, ..] => {
            return Some(("what looks like machine code (a common 32-bit shellcode start)", true));
        }
        [0xE8, 0x00, 0x00, 0x00, 0x00, 0x58..=0x5F, ..] => {
            return Some(("what looks like machine code (it asks for its own address)", true));
        }
        _ => {}
    }
    let head = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let reads = |pattern: &[u8]| memchr::memmem::find(head, pattern).is_some();
    let is_reading = reads(&[0x65, 0x48, 0x8B, 0x04, 0x25, 0x60, 0, 0, 0])
        || reads(&[0x64, 0xA1, 0x30, 0, 0, 0])
        || reads(&[0x64, 0x8B, 0x0D, 0x30, 0, 0, 0]);
    is_reading.then_some(("what looks like machine code (it reads the process block)", false))
}

/// The blobs of the input and its layers: what failed because it is no text, and lists of bytes.
pub(super) fn blobs_of(input: &str, layers: &[Layer], failed: &[FailedDecode]) -> Vec<Blob> {
    let mut blobs: Vec<Blob> = Vec::new();
    let text = |layer: usize| match layer.checked_sub(1) {
        None => Some(input),
        Some(at) => layers.get(at).map(|layer| layer.text.as_str()),
    };
    let mut add = |layer: usize, span: Span, bytes: &[u8]| {
        let is_new = !blobs.iter().any(|known| {
            known.size == bytes.len() && known.bytes.get(..) == bytes.get(..known.bytes.len())
        });
        if is_new && blobs.len() < MAX_BLOBS {
            blobs.push(blob(layer, span, bytes));
        }
    };
    for failed in failed.iter().filter(|failed| failed.reason.contains("not text")) {
        let place = (0..=layers.len()).rev().find_map(|layer| {
            let text = text(layer)?;
            Some((layer, unpacked(text, failed.span)?))
        });
        if let Some((layer, bytes)) = place {
            add(layer, failed.span, &bytes);
        }
    }
    for layer in 0..=layers.len() {
        for (span, bytes) in text(layer).into_iter().flat_map(lists) {
            if implausible(&String::from_utf8_lossy(&bytes), &bytes).is_some() {
                add(layer, span, &bytes);
            }
        }
    }
    blobs
}

/// The bytes of the base64 at a span, unpacked where they are packed; `None` where that is text.
fn unpacked(text: &str, span: Span) -> Option<Vec<u8>> {
    let quoted = part(text, span.from, span.to).trim_matches(['"', '\'', ' ', '(', ')']);
    let bytes = bytes_of(quoted).ok().filter(|bytes| bytes.len() >= 4)?;
    let packing = if is_gzip(&bytes) {
        Some(Packing::Gzip)
    } else if find_ignore_case(text, "deflatestream", 0).is_some() {
        Some(Packing::Deflate)
    } else {
        None
    };
    let inflated = packing.map(|packing| inflate(&bytes, packing).bytes);
    let bytes = inflated.filter(|bytes| !bytes.is_empty()).unwrap_or(bytes);
    let is_data = implausible(&String::from_utf8_lossy(&bytes), &bytes).is_some();
    is_data.then_some(bytes)
}

/// Lists of numbers such as `0xfc,0x48,0x83`, as shellcode stands in scripts.
fn lists(text: &str) -> Vec<(Span, Vec<u8>)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while found.len() < MAX_BLOBS {
        let Some(next) = bytes.get(at..).and_then(|rest| memchr::memmem::find(rest, b"0x")) else {
            break;
        };
        let from = at + next;
        let mut list = Vec::new();
        let mut end = from;
        let mut place = from;
        while let Some(value) = hex_byte(part(text, place, place + 4)) {
            list.push(value);
            end = place + 4;
            let rest = bytes.get(end..).unwrap_or_default();
            let gap = rest.iter().take_while(|b| b" ,\r\n\t".contains(b)).count();
            if gap == 0 {
                break;
            }
            place = end + gap;
        }
        if list.len() >= SHORTEST_LIST {
            found.push((Span { from, to: end }, list));
        }
        at = end.max(from + 2);
    }
    found
}

fn hex_byte(text: &str) -> Option<u8> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
    let is_hex = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex { u8::from_str_radix(digits, 16).ok() } else { None }
}

fn blob(layer: usize, span: Span, bytes: &[u8]) -> Blob {
    let kept = bytes.get(..Blob::MAX_KEPT).unwrap_or(bytes);
    let digest = Sha256::digest(bytes);
    Blob {
        what: kind_of(bytes).map_or_else(|| "data of an unknown kind".to_owned(), |kind| kind.0),
        layer,
        span,
        size: bytes.len(),
        sha256: hexadecimal(&digest),
        strings: strings(kept),
        bytes: Arc::from(kept),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

/// Runs of printable ASCII, also as UTF-16LE, in order of appearance.
fn strings(bytes: &[u8]) -> Vec<String> {
    let (shortest, longest, most) = STRING;
    let is_printable = |byte: u8| matches!(byte, b' '..=b'~');
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() && found.len() < most {
        let rest = bytes.get(at..).unwrap_or_default();
        let plain = rest.iter().take_while(|byte| is_printable(**byte)).count();
        let (pairs, _) = rest.as_chunks::<2>();
        let wide = pairs.iter().take_while(|[low, high]| *high == 0 && is_printable(*low)).count();
        if plain >= shortest {
            found
                .push(rest.iter().take(plain.min(longest)).map(|byte| char::from(*byte)).collect());
            at += plain;
        } else if wide >= shortest {
            found.push(
                pairs.iter().take(wide.min(longest)).map(|[low, _]| char::from(*low)).collect(),
            );
            at += wide * 2;
        } else {
            at += plain.max(1);
        }
    }
    found
}

/// A blob as text that nothing can run.
///
/// Hexadecimal lines as `xxd` writes them, under a heading with what it is, its size and its hash.
/// `xxd -r` makes the data of it again once the lines
/// that start with `#` are gone. Only what is kept of the blob, which the heading says.
pub fn defused(blob: &Blob) -> String {
    use std::fmt::Write as _;

    let mut out = String::with_capacity(blob.bytes.len() * 5 + 512);
    let kept = if blob.bytes.len() < blob.size {
        format!(", of which the first {} are here", blob.bytes.len())
    } else {
        String::new()
    };
    let heading = format!(
        "# Data decoded from a command line, written as text so that nothing can run it.\n\
         # {}, {} bytes{kept}\n# SHA-256 {}\n",
        blob.what, blob.size, blob.sha256
    );
    out.push_str(&heading);
    for (row, line) in blob.bytes.chunks(16).enumerate() {
        write!(out, "{:08x}:", row * 16).unwrap_or_default();
        for pair in line.chunks(2) {
            out.push(' ');
            for byte in pair {
                write!(out, "{byte:02x}").unwrap_or_default();
            }
        }
        let width = 41;
        let written = 1 + line.len() * 2 + line.len().div_ceil(2) - 1;
        out.push_str(&" ".repeat(width + 1 - written.min(width)));
        let shown =
            line.iter().map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' });
        out.extend(shown);
        out.push('\n');
    }
    out
}
