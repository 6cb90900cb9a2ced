//! Why a record's binary XML was not read. Not what is done then: the caller asks another reader.

use thiserror::Error;

/// Why a record could not be read; offsets count from the start of its chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(in crate::ingest) enum BinXmlError {
    /// The bytes end, or point outside the chunk.
    #[error("{what} at offset {offset} of the chunk ends outside of what holds it")]
    Outside {
        /// The part that does not fit.
        what: &'static str,
        /// Where it begins.
        offset: usize,
    },
    /// Something stands where the format does not have it, or that this reader does not know.
    #[error("{what} at offset {offset} of the chunk is not understood")]
    Unknown {
        /// The part.
        what: &'static str,
        /// Where it stands.
        offset: usize,
    },
    /// A value whose type is unknown or whose size is not that of its type.
    #[error(
        "a value of type {kind:#04x} and {size} bytes at offset {offset} of the chunk is not understood"
    )]
    Value {
        /// The type's number.
        kind: u8,
        /// Its size in bytes.
        size: usize,
        /// Where it begins.
        offset: usize,
    },
    /// More than any log needs; made to exhaust whoever reads it.
    #[error("it has too many or too large {what}")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
    },
    /// Binary XML, but no event.
    #[error("{missing} is missing or not what it should be")]
    NotAnEvent {
        /// The part that is not there.
        missing: &'static str,
    },
}

pub(super) type Result<T> = std::result::Result<T, BinXmlError>;
