//! The typed values of a template instance, and their bytes.
//!
//! The type numbers are those of MS-EVEN6 2.2.12. No text form of a value is made here, except
//! that of GUIDs and SIDs, which other events quote.

use std::fmt;

use super::element::Element;

/// A GUID, as one number in the order of its text form: `0x5770385f_c22a_43e0_bf4c_06f5698ffbd9`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Guid(pub(crate) u128);

impl Guid {
    /// On disk the first three parts are little-endian numbers, the rest plain bytes.
    pub(super) fn bytes(self) -> [u8; 16] {
        let mut bytes = self.0.to_be_bytes();
        for part in [0..4, 4..6, 6..8] {
            if let Some(part) = bytes.get_mut(part) {
                part.reverse();
            }
        }
        bytes
    }
}

impl fmt::Display for Guid {
    /// Lower case with braces, as the reader prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |shift: u32| (self.0 >> shift) & 0xffff;
        let (first, last) = (self.0 >> 96, self.0 & 0xffff_ffff_ffff);
        let [second, third, fourth] = [part(80), part(64), part(48)];
        write!(f, "{{{first:08x}-{second:04x}-{third:04x}-{fourth:04x}-{last:012x}}}")
    }
}

/// A security identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sid {
    authority: u8,
    parts: Vec<u32>,
}

impl Sid {
    /// `S-1-authority-parts…`.
    pub(crate) fn new(authority: u8, parts: &[u32]) -> Self {
        Self { authority, parts: parts.to_vec() }
    }

    fn bytes(&self) -> Vec<u8> {
        let count = u8::try_from(self.parts.len()).unwrap_or(u8::MAX);
        let mut bytes = vec![1, count, 0, 0, 0, 0, 0, self.authority];
        bytes.extend(self.parts.iter().flat_map(|part| part.to_le_bytes()));
        bytes
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S-1-{}", self.authority)?;
        self.parts.iter().try_for_each(|part| write!(f, "-{part}"))
    }
}

/// One value of a record.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// Nothing: an optional element or attribute that depends on it is left out.
    Null,
    /// UTF-16 text.
    Text(String),
    /// `win:UInt8`.
    U8(u8),
    /// `win:UInt16`.
    U16(u16),
    /// `win:UInt32`.
    U32(u32),
    /// `win:UInt64`.
    U64(u64),
    /// `win:Boolean`.
    Bool(bool),
    /// `win:Binary`.
    Binary(Vec<u8>),
    /// `win:GUID`.
    Guid(Guid),
    /// `win:FILETIME`, 100 ns since 1601-01-01 UTC.
    FileTime(u64),
    /// `win:SID`.
    Sid(Sid),
    /// `win:HexInt32`.
    Hex32(u32),
    /// `win:HexInt64`, which pointers and logon ids are.
    Hex64(u64),
    /// An array of texts.
    Texts(Vec<String>),
    /// Binary XML of its own, itself an instance of a template.
    Nested(Fragment),
}

/// A template and the values that fill it.
#[derive(Debug, Clone)]
pub(crate) struct Fragment {
    pub(super) template: Element,
    pub(super) values: Vec<Value>,
}

impl Value {
    /// Text from anything that turns into a string.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The type's number in the format.
    pub(super) fn kind(&self) -> u8 {
        match self {
            Self::Null => 0x00,
            Self::Text(_) => 0x01,
            Self::U8(_) => 0x04,
            Self::U16(_) => 0x06,
            Self::U32(_) => 0x08,
            Self::U64(_) => 0x0a,
            Self::Bool(_) => 0x0d,
            Self::Binary(_) => 0x0e,
            Self::Guid(_) => 0x0f,
            Self::FileTime(_) => 0x11,
            Self::Sid(_) => 0x13,
            Self::Hex32(_) => 0x14,
            Self::Hex64(_) => 0x15,
            Self::Nested(_) => 0x21,
            Self::Texts(_) => 0x81,
        }
    }

    /// The value's bytes; a nested fragment has none here, since its offsets belong to a chunk.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Null | Self::Nested(_) => Vec::new(),
            Self::Text(text) => utf16(text),
            Self::U8(number) => vec![*number],
            Self::U16(number) => number.to_le_bytes().to_vec(),
            Self::U32(number) | Self::Hex32(number) => number.to_le_bytes().to_vec(),
            Self::U64(number) | Self::Hex64(number) | Self::FileTime(number) => {
                number.to_le_bytes().to_vec()
            }
            Self::Bool(truth) => u32::from(*truth).to_le_bytes().to_vec(),
            Self::Binary(bytes) => bytes.clone(),
            Self::Guid(guid) => guid.bytes().to_vec(),
            Self::Sid(sid) => sid.bytes(),
            Self::Texts(texts) => {
                texts.iter().flat_map(|text| utf16(text).into_iter().chain([0, 0])).collect()
            }
        }
    }
}

/// UTF-16LE without a terminator.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
