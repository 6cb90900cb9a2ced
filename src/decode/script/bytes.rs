//! Bytes into text: encodings, base64, packed streams, and what happens where they are broken.

use std::rc::Rc;

use super::notes::{Notes, Trick};
use super::runner::{Eval, Runner, Stop};
use super::value::{Encoding, Known, Value, Wrapping};
use crate::decode::base64::{Decoded, bytes_of, looks_utf16, utf8_text, utf16_text};
use crate::decode::compression::{Packing, inflate};
use crate::decode::plausible::implausible;

/// An encoding by its name or code page.
pub(super) fn encoding(name: &str) -> Option<Encoding> {
    Some(match name {
        "utf8" | "utf-8" | "ascii" | "us-ascii" | "default" | "utf7" | "utf-7" | "65001"
        | "20127" | "1252" | "utf8encoding" | "asciiencoding" | "utf7encoding" | "iso-8859-1"
        | "28591" | "windows-1252" => Encoding::Narrow,
        "unicode" | "utf-16" | "utf16" | "utf-16le" | "1200" | "unicodeencoding" => Encoding::Utf16,
        "bigendianunicode" | "utf-16be" | "1201" => Encoding::Utf16Big,
        "utf32" | "utf-32" | "12000" | "utf32encoding" => Encoding::Utf32,
        _ => return None,
    })
}

/// `FromBase64String`.
pub(super) fn from_base64<'s>(runner: &mut Runner<'s>, known: &Known<'s>) -> Eval<'s> {
    let Value::Text(text) = &known.value else { return Err(Stop::Unknown) };
    runner.spend(text.len() / 8)?;
    let bytes = bytes_of(text).map_err(|error| Stop::Broken(error.to_string().into()))?;
    let mut notes = known.notes.and(Trick::Base64);
    // Where one string holds it all, that string is the payload, else the whole expression.
    notes.payload = known.notes.origin.and_then(|span| {
        let source = runner.source_of(span);
        let at = source.find(text.as_ref())?;
        let from = span.from + at;
        Some(crate::model::Span { from, to: from + text.len() })
    });
    let value = runner.bounded(Value::Bytes(Rc::new(bytes)))?;
    Ok(Known { value, notes })
}

/// `encoding.GetString(bytes)`; text that is none is not believed.
pub(super) fn text<'s>(
    runner: &mut Runner<'s>,
    bytes: &[u8],
    encoding: Encoding,
    notes: Notes,
) -> Eval<'s> {
    runner.spend(1 + bytes.len() / 8)?;
    let (decoded, trick) = match encoding {
        Encoding::Utf16 => (utf16_text(bytes), Trick::Utf16),
        Encoding::Utf16Big => {
            let swapped: Vec<u8> =
                bytes.chunks(2).flat_map(|pair| pair.iter().rev().copied()).collect();
            (utf16_text(&swapped), Trick::Bytes)
        }
        Encoding::Utf32 => {
            let (units, _) = bytes.as_chunks::<4>();
            let text = units
                .iter()
                .map(|unit| char::from_u32(u32::from_le_bytes(*unit)).unwrap_or('\u{FFFD}'))
                .collect();
            (Decoded { text, damage: None }, Trick::Bytes)
        }
        Encoding::Narrow => (utf8_text(bytes), Trick::Bytes),
    };
    if let Some(reason) = implausible(&decoded.text, bytes) {
        return Err(Stop::Broken(reason.into()));
    }
    let mut notes = notes.and(trick);
    runner.note_damage(decoded.damage, &mut notes);
    let value = runner.bounded(Value::new_text(decoded.text))?;
    Ok(Known { value, notes })
}

/// A stream that unpacks another.
pub(super) fn unpacked<'s>(
    runner: &mut Runner<'s>,
    stream: &Known<'s>,
    packing: Packing,
) -> Eval<'s> {
    let bytes = stream.value.to_bytes().ok_or(Stop::Unknown)?;
    runner.spend(1 + bytes.len() / 2)?;
    let inflated = inflate(&bytes, packing);
    if inflated.bytes.is_empty() {
        let reason = inflated.damage.unwrap_or_else(|| "there is nothing packed in it".to_owned());
        return Err(Stop::Broken(reason.into()));
    }
    let trick = match packing {
        Packing::Gzip => Trick::Gzip,
        Packing::Deflate => Trick::Deflate,
    };
    let mut notes = stream.notes.and(trick);
    runner.note_damage(inflated.damage, &mut notes);
    runner.spend(inflated.bytes.len() / 8)?;
    Ok(Known { value: Value::Stream(Rc::new(inflated.bytes)), notes })
}

/// A reader of a stream's text, in the encoding named, else in the one the bytes look like.
pub(super) fn reader<'s>(
    runner: &mut Runner<'s>,
    stream: &Known<'s>,
    encoding: Option<Encoding>,
) -> Eval<'s> {
    let Value::Stream(bytes) = &stream.value else { return Err(Stop::Unknown) };
    let bytes = Rc::clone(bytes);
    // A reader looks for a byte order mark first.
    let marked = match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => Some((rest, Encoding::Utf16)),
        [0xEF, 0xBB, 0xBF, rest @ ..] => Some((rest, Encoding::Narrow)),
        _ => None,
    };
    let guessed = if looks_utf16(&bytes) { Encoding::Utf16 } else { Encoding::Narrow };
    let (rest, encoding) = marked.unwrap_or_else(|| (&bytes, encoding.unwrap_or(guessed)));
    let known = text(runner, rest, encoding, stream.notes)?;
    let Value::Text(text) = known.value else { return Err(Stop::Unknown) };
    Ok(Known { value: Value::Wrapped(Wrapping::Reader, text), notes: known.notes })
}

impl Runner<'_> {
    /// Keeps what of a payload is missing.
    fn note_damage(&mut self, damage: Option<String>, notes: &mut Notes) {
        if let Some(damage) = damage {
            notes.is_damaged = true;
            self.damage = Some(match self.damage.take() {
                Some(known) if known != damage => format!("{known}; {damage}"),
                _ => damage,
            });
        }
    }
}

/// `%41` and `+` as `UrlDecode` and `UnescapeDataString` read them.
pub(super) fn percent_decoded(text: &str, plus_is_blank: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                let digits = std::str::from_utf8(&digits).ok()?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
            }
            b'+' if plus_is_blank => bytes.push(b' '),
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).ok()
}
