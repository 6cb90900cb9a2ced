//! Base64 as `System.Convert.FromBase64String` reads it, and the text the bytes stand for.
//!
//! Not permissive: what PowerShell rejects is not decoded here. Source: Microsoft's reference of
//! `Convert.FromBase64String`: blank, tab, CR and LF are ignored, any other character outside
//! the alphabet, a length that is no multiple of four and wrong padding are errors.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use thiserror::Error;

/// Left-over bits in the last character are not checked by .NET.
const STRICT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// Why a text is no base64. Offsets are bytes of the payload.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum Base64Error {
    /// Nothing but white space.
    #[error("the base64 text is missing")]
    Missing,
    /// A character outside the alphabet.
    #[error("{what} at byte {at} of the payload is not base64")]
    Character {
        /// The character, quoted or by code point.
        what: String,
        /// Its offset in the payload.
        at: usize,
    },
    /// Not a multiple of four characters.
    #[error("base64 comes in groups of four characters, this has {0}")]
    Length(usize),
    /// `=` before the end or more than two of them.
    #[error("the padding at byte {0} of the payload is wrong")]
    Padding(usize),
}

/// The bytes of a payload, all or an error.
pub(super) fn bytes_of(payload: &str) -> Result<Vec<u8>, Base64Error> {
    let mut packed = Vec::with_capacity(payload.len());
    let mut padding = None;
    for (at, c) in payload.char_indices() {
        match c {
            ' ' | '\t' | '\r' | '\n' => {}
            '=' => {
                padding.get_or_insert(at);
                packed.push(b'=');
            }
            'A'..='Z' | 'a'..='z' | '0'..='9' | '+' | '/' => {
                if let Some(first) = padding {
                    return Err(Base64Error::Padding(first));
                }
                packed.extend(u8::try_from(c));
            }
            _ if c.is_control() => {
                let what = format!("U+{:04X}", u32::from(c));
                return Err(Base64Error::Character { what, at });
            }
            _ => return Err(Base64Error::Character { what: format!("'{c}'"), at }),
        }
    }
    if packed.is_empty() {
        return Err(Base64Error::Missing);
    }
    if packed.len() % 4 != 0 {
        return Err(Base64Error::Length(packed.len()));
    }
    STRICT.decode(&packed).map_err(|_wrong_padding| Base64Error::Padding(padding.unwrap_or(0)))
}

/// Text with a note on what of it could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text, U+FFFD where bytes stand for nothing.
    pub(super) text: String,
    /// What was replaced, in words; `None` where all was read.
    pub(super) damage: Option<String>,
}

/// UTF-16LE as `Encoding.Unicode.GetString`: a byte order mark stays, a lone surrogate and an odd
/// last byte become U+FFFD.
pub(super) fn utf16_text(bytes: &[u8]) -> Decoded {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut lone = 0_usize;
    let mut text: String = char::decode_utf16(pairs.iter().map(|pair| u16::from_le_bytes(*pair)))
        .map(|unit| {
            unit.unwrap_or_else(|_surrogate| {
                lone += 1;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    let mut notes = Vec::new();
    if lone > 0 {
        notes.push(format!("{lone} lone surrogates are shown as U+FFFD"));
    }
    if !odd.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
        notes.push("an odd last byte is no UTF-16 and is shown as U+FFFD".to_owned());
    }
    let damage = if notes.is_empty() { None } else { Some(notes.join("; ")) };
    Decoded { text, damage }
}

/// UTF-8, or ASCII, which is the same for its 128 characters.
pub(super) fn utf8_text(bytes: &[u8]) -> Decoded {
    let damage = std::str::from_utf8(bytes).err().map(|error| {
        format!("not UTF-8 from byte {} on; such bytes are shown as U+FFFD", error.valid_up_to())
    });
    Decoded { text: String::from_utf8_lossy(bytes).into_owned(), damage }
}

/// Whether bytes are more likely UTF-16LE than UTF-8: every other byte of ASCII text is zero.
pub(super) fn looks_utf16(bytes: &[u8]) -> bool {
    let (pairs, _) = bytes.as_chunks::<2>();
    let zero = pairs.iter().filter(|[low, high]| *low != 0 && *high == 0).count();
    !pairs.is_empty() && zero * 5 >= pairs.len() * 2
}
