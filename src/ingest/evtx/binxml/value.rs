//! Typed values as the text that Windows shows for them. Type numbers: MS-EVEN6 2.2.12, libevtx
//! section "Value types". Binary XML as a value is no text and not read here.

use super::{
    text::{push_ansi, push_utf16},
    time::{push_filetime, push_systemtime},
};

/// Nothing.
pub(super) const NULL: u8 = 0x00;
/// UTF-16 text.
pub(super) const STRING: u8 = 0x01;
/// 100 ns steps since 1601-01-01 UTC.
pub(super) const FILETIME: u8 = 0x11;
/// Binary XML of its own.
pub(super) const BINARY_XML: u8 = 0x21;
/// Set where the value is an array of the type.
pub(super) const ARRAY: u8 = 0x80;
/// Numbers written in hexadecimal that are as wide as a pointer.
const SIZE: u8 = 0x10;
/// Array of UTF-16 texts.
const STRINGS: u8 = ARRAY | STRING;
/// Array of texts of one byte a character.
const ANSI_STRINGS: u8 = ARRAY | 0x02;
/// Array of truth values.
const BOOLEANS: u8 = ARRAY | 0x0d;

/// Appends the text of a value, the items of an array with commas between; `None` where the type
/// is unknown or the size is not that of the type.
pub(super) fn push(kind: u8, bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    if kind & ARRAY == 0 {
        return push_one(kind, bytes, out);
    }
    for (number, item) in items(kind, bytes)?.into_iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        push_one(item.kind, item.bytes, out)?;
    }
    Some(())
}

/// An item of an array, or a value that is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'c> {
    pub(super) kind: u8,
    pub(super) bytes: &'c [u8],
}

/// The items of an array; `None` as for [`push`].
pub(super) fn items(kind: u8, bytes: &[u8]) -> Option<Vec<Item<'_>>> {
    let each = kind & !ARRAY;
    let of = |kind, bytes| Item { kind, bytes };
    if bytes.is_empty() {
        return is_known(each).then(Vec::new);
    }
    match kind {
        STRINGS => {
            let (units, rest) = bytes.as_chunks::<2>();
            let units = units.strip_suffix(&[[0, 0]]).unwrap_or(units);
            let texts = units.split(|unit| *unit == [0, 0]);
            rest.is_empty().then(|| texts.map(|text| of(each, text.as_flattened())).collect())
        }
        ANSI_STRINGS => {
            let bytes = bytes.strip_suffix(&[0]).unwrap_or(bytes);
            Some(bytes.split(|byte| *byte == 0).map(|text| of(each, text)).collect())
        }
        BOOLEANS => {
            // One that is no truth value makes a number of each, as Windows's own view does.
            let is_truth = |item: &[u8]| matches!(item, [0 | 1, 0, 0, 0]);
            let items = bytes.chunks(4);
            let each = if items.clone().all(is_truth) { each } else { 0x07 };
            Some(items.map(|item| of(each, item)).collect())
        }
        0x93 => {
            let (mut items, mut rest) = (Vec::new(), bytes);
            while !rest.is_empty() {
                let (item, after) = rest.split_at_checked(8 + 4 * usize::from(*rest.get(1)?))?;
                items.push(of(each, item));
                rest = after;
            }
            Some(items)
        }
        _ => {
            let width = width(each)?;
            let is_whole = bytes.len().is_multiple_of(width);
            is_whole.then(|| bytes.chunks(width).map(|item| of(each, item)).collect())
        }
    }
}

/// Whether there may be arrays of the type.
fn is_known(kind: u8) -> bool {
    matches!(kind, STRING | 0x02 | 0x13) || width(kind).is_some()
}

/// Size of the types that have one.
const fn width(kind: u8) -> Option<usize> {
    Some(match kind {
        0x03 | 0x04 => 1,
        0x05 | 0x06 => 2,
        0x07 | 0x08 | 0x0b | 0x0d | 0x14 => 4,
        0x09 | 0x0a | 0x0c | 0x11 | 0x15 => 8,
        0x0f | 0x12 => 16,
        _ => return None,
    })
}

/// A value that is no array.
fn push_one(kind: u8, bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    match kind {
        NULL => {}
        STRING if bytes.len().is_multiple_of(2) => push_utf16(bytes, out),
        0x02 => push_ansi(bytes, out),
        0x03 => push_signed(i8::from_le_bytes(bytes.try_into().ok()?).into(), out),
        0x05 => push_signed(i16::from_le_bytes(bytes.try_into().ok()?).into(), out),
        0x07 => push_signed(i32::from_le_bytes(bytes.try_into().ok()?).into(), out),
        0x09 => push_signed(i64::from_le_bytes(bytes.try_into().ok()?), out),
        0x04 | 0x06 | 0x08 | 0x0a => push_decimal(number(kind, bytes)?, out),
        0x0b => push_real(f32::from_le_bytes(bytes.try_into().ok()?), out),
        0x0c => push_real(f64::from_le_bytes(bytes.try_into().ok()?), out),
        0x0d => match i32::from_le_bytes(bytes.try_into().ok()?) {
            0 => out.extend_from_slice(b"false"),
            1 => out.extend_from_slice(b"true"),
            // Some providers put bits there.
            other => push_signed(other.into(), out),
        },
        0x0e => out.extend(bytes.iter().flat_map(|byte| hex_byte(*byte, b'A'))),
        0x0f => push_guid(bytes.try_into().ok()?, out),
        SIZE | 0x14 if bytes.len() == 4 => {
            push_hex(u32::from_le_bytes(bytes.try_into().ok()?).into(), out);
        }
        SIZE | 0x15 => push_hex(u64::from_le_bytes(bytes.try_into().ok()?), out),
        FILETIME => push_filetime(u64::from_le_bytes(bytes.try_into().ok()?), out),
        0x12 => push_systemtime(bytes.try_into().ok()?, out),
        0x13 => push_sid(bytes, out)?,
        BINARY_XML if bytes.is_empty() => {}
        _ => return None,
    }
    Some(())
}

/// An unsigned number; `None` for other types.
pub(super) fn number(kind: u8, bytes: &[u8]) -> Option<u64> {
    Some(match kind {
        0x04 => u8::from_le_bytes(bytes.try_into().ok()?).into(),
        0x06 => u16::from_le_bytes(bytes.try_into().ok()?).into(),
        0x08 => u32::from_le_bytes(bytes.try_into().ok()?).into(),
        0x0a => u64::from_le_bytes(bytes.try_into().ok()?),
        _ => return None,
    })
}

fn push_signed(value: i64, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    push_decimal(value.unsigned_abs(), out);
}

/// Appends a number in decimal.
pub(super) fn push_decimal(value: u64, out: &mut Vec<u8>) {
    let start = out.len();
    let mut rest = value;
    loop {
        out.push(b'0' + u8::try_from(rest % 10).unwrap_or(0));
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.get_mut(start..).unwrap_or_default().reverse();
}

fn push_hex(value: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(b"0x");
    let digits = (64 - value.leading_zeros()).div_ceil(4).max(1);
    for place in (0..digits).rev() {
        let [digit, ..] = (value >> (4 * place)).to_le_bytes();
        out.push(hex_digit(digit & 0xf, b'a'));
    }
}

/// A digit of a number below sixteen; `ten` is the digit of ten.
const fn hex_digit(value: u8, ten: u8) -> u8 {
    if value < 10 { b'0' + value } else { ten + value - 10 }
}

const fn hex_byte(byte: u8, ten: u8) -> [u8; 2] {
    [hex_digit(byte >> 4, ten), hex_digit(byte & 0xf, ten)]
}

/// As the crate and serde write reals: the shortest text that gives the same value, with an
/// exponent from 1e16 on and below 1e-5.
fn push_real<R: Copy + Into<f64> + std::fmt::Debug + std::fmt::Display>(
    value: R,
    out: &mut Vec<u8>,
) {
    let size = value.into().abs();
    // Rust's own short form has the exponent below 1e-4 already.
    let is_between = (1e-5..1e-4).contains(&size);
    let text = if is_between { format!("{value}") } else { format!("{value:?}") };
    out.extend_from_slice(text.as_bytes());
}

/// Lower case in braces; the first three parts are stored as little-endian numbers.
fn push_guid(bytes: &[u8; 16], out: &mut Vec<u8>) {
    let [a0, a1, a2, a3, b0, b1, c0, c1, rest @ ..] = bytes;
    out.push(b'{');
    for (number, byte) in [a3, a2, a1, a0, b1, b0, c1, c0].into_iter().chain(rest).enumerate() {
        if matches!(number, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        out.extend_from_slice(&hex_byte(*byte, b'a'));
    }
    out.push(b'}');
}

/// `S-1-authority-parts…`; `None` where the count of parts is not what is there.
fn push_sid(bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let [revision, count, authority @ ..] = bytes.first_chunk::<8>()?;
    let (parts, rest) = bytes.get(8..)?.as_chunks::<4>();
    if parts.len() != usize::from(*count) || !rest.is_empty() {
        return None;
    }
    out.extend_from_slice(b"S-");
    push_decimal((*revision).into(), out);
    out.push(b'-');
    push_decimal(authority.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)), out);
    for part in parts {
        out.push(b'-');
        push_decimal(u32::from_le_bytes(*part).into(), out);
    }
    Some(())
}
