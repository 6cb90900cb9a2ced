//! The elements a template is made of, as a plain tree. Nothing here knows offsets or bytes.

use std::fmt::Write as _;

use super::value::Guid;

/// What an attribute holds, or what stands between an element's tags.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    /// Text that is the same in every instance.
    Text(String),
    /// A place for a value of the instance.
    Slot {
        /// Which value.
        index: u16,
        /// Its type's number, see `Value::kind`.
        kind: u8,
        /// Whether the piece may be absent.
        optional: bool,
    },
    /// An element within.
    Child(Element),
}

impl Piece {
    /// A slot that may stay empty.
    pub(super) fn optional(index: u16, kind: u8) -> Self {
        Self::Slot { index, kind, optional: true }
    }
}

/// An element of a template.
#[derive(Debug, Clone)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, Piece)>,
    pub(super) content: Vec<Piece>,
    /// The value without which the whole element is left out.
    pub(super) depends_on: Option<u16>,
}

impl Element {
    /// An element with nothing in it.
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), attributes: Vec::new(), content: Vec::new(), depends_on: None }
    }

    /// With one more attribute.
    pub(super) fn attribute(mut self, name: &str, piece: Piece) -> Self {
        self.attributes.push((name.to_owned(), piece));
        self
    }

    /// With one more piece of content.
    pub(super) fn with(mut self, piece: Piece) -> Self {
        self.content.push(piece);
        self
    }

    /// Left out where value `index` is null.
    pub(super) fn depending_on(mut self, index: u16) -> Self {
        self.depends_on = Some(index);
        self
    }

    /// A text that two elements share exactly if they are written alike, the template's key.
    pub(super) fn key(&self) -> String {
        let mut key = String::new();
        self.describe(&mut key);
        key
    }

    fn describe(&self, out: &mut String) {
        let depends_on = self.depends_on.map_or(-1, i32::from);
        // Writing to a String can't fail.
        write!(out, "<{:?} {depends_on}", self.name).ok();
        for (name, piece) in &self.attributes {
            write!(out, " {name:?}=").ok();
            piece.describe(out);
        }
        out.push('>');
        self.content.iter().for_each(|piece| piece.describe(out));
        out.push_str("</>");
    }
}

impl Piece {
    fn describe(&self, out: &mut String) {
        match self {
            Self::Text(text) => write!(out, "{text:?}").ok(),
            Self::Slot { index, kind, optional } => {
                write!(out, "{{{index} {kind} {optional}}}").ok()
            }
            Self::Child(element) => {
                element.describe(out);
                None
            }
        };
    }
}

/// A template's GUID, made from its key so that equal templates are equal in every file (FNV-1a).
pub(super) fn template_guid(key: &str) -> Guid {
    let hash = key.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b)
    });
    Guid(hash)
}
