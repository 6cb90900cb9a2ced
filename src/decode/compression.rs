//! Gzip and raw Deflate, inflated with a cap while streaming so that a bomb costs no memory.
//!
//! It does not say what the bytes are.

use flate2::read::{DeflateDecoder, GzDecoder};
use std::io::Read;

/// The most that is inflated from one payload: 1 MiB.
pub(super) const MAX_INFLATED: usize = 1 << 20;

/// How a payload is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// RFC 1952, `GzipStream`.
    Gzip,
    /// RFC 1951 without a header, `DeflateStream`.
    Deflate,
}

impl Packing {
    /// The trick in the reader's words.
    pub(super) fn trick(self) -> &'static str {
        match self {
            Self::Gzip => "Gzip",
            Self::Deflate => "Deflate",
        }
    }
}

/// Inflated bytes, and why there are not more of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inflated {
    /// All that could be read, at most [`MAX_INFLATED`].
    pub(super) bytes: Vec<u8>,
    /// What is missing, in words; `None` where all was read.
    pub(super) damage: Option<String>,
}

/// Whether bytes start as a gzip member does: its magic and the only method there is.
pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B, 0x08])
}

/// Inflates as much as can be read.
pub(super) fn inflate(packed: &[u8], packing: Packing) -> Inflated {
    match packing {
        Packing::Gzip => read_capped(GzDecoder::new(packed), packing),
        Packing::Deflate => read_capped(DeflateDecoder::new(packed), packing),
    }
}

fn read_capped(mut reader: impl Read, packing: Packing) -> Inflated {
    let mut bytes = Vec::new();
    let mut buffer = [0_u8; 8192];
    let name = packing.trick();
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Inflated { bytes, damage: None },
            Ok(count) => bytes.extend(buffer.iter().take(count)),
            Err(error) => {
                let damage =
                    format!("{name} data is damaged ({error}); {} bytes read", bytes.len());
                return Inflated { bytes, damage: Some(damage) };
            }
        }
        if bytes.len() > MAX_INFLATED {
            bytes.truncate(MAX_INFLATED);
            let damage =
                "inflates to more than the limit of 1 MiB; the rest is left out".to_owned();
            return Inflated { bytes, damage: Some(damage) };
        }
    }
}
