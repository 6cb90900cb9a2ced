//! Text as it looks inside other encodings: UTF-16 and base64.
//!
//! Source: Sigma appendix on modifiers, "Encoding".

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// UTF-16, little-endian.
pub(super) fn utf16le(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// UTF-16, big-endian.
pub(super) fn utf16be(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// UTF-16, little-endian, with its byte order mark.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(utf16le(text));
    bytes
}

/// The whole encoded.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The part that stays the same whatever stands before and after, for the three alignments.
///
/// Three bytes make four characters, so `offset` bytes before shift the text; characters that mix
/// its first or last byte with a neighbour are cut off.
pub(super) fn base64_offsets(bytes: &[u8]) -> Vec<String> {
    (0..3usize)
        .filter_map(|offset| {
            let mut padded = vec![0; offset];
            padded.extend_from_slice(bytes);
            let encoded = STANDARD.encode(&padded);
            // Characters that hold bits of the bytes before: none, two, three.
            let from = (offset * 8).div_ceil(6);
            // Whole characters that the bytes fill.
            let to = padded.len() * 8 / 6;
            encoded.get(from..to).filter(|part| !part.is_empty()).map(str::to_owned)
        })
        .collect()
}
