//! What was undone on the way to a value: the tricks by name, and where its payload stands.
//!
//! The names are what a reader sees as the name of a layer.

use crate::model::Span;

/// A way of hiding, or a step of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Trick {
    /// Base64 bytes; named only where nothing was packed in them.
    Base64,
    /// Bytes read as UTF-16.
    Utf16,
    Gzip,
    Deflate,
    SecureString,
    Join,
    Format,
    JoinOperator,
    Split,
    Replace,
    Reverse,
    CharCode,
    Xor,
    Radix,
    Slice,
    Case,
    Trim,
    Methods,
    Regex,
    Environment,
    Expansion,
    Variable,
    Loop,
    Backtick,
    Quotes,
    Name,
    Bytes,
    Calculation,
}

/// Each trick's name in the reader's words, in the order they are listed; an empty name is said
/// by another's.
const NAMES: &[(Trick, &str)] = &[
    (Trick::SecureString, "SecureString"),
    (Trick::Base64, "Base64"),
    (Trick::Utf16, "UTF-16LE"),
    (Trick::Gzip, "Gzip"),
    (Trick::Deflate, "Deflate"),
    (Trick::Xor, "XOR"),
    (Trick::Radix, "numbers of another base"),
    (Trick::CharCode, "[char] codes"),
    (Trick::Bytes, "bytes as text"),
    (Trick::Join, "string joining"),
    (Trick::Format, "format operator"),
    (Trick::JoinOperator, "-join"),
    (Trick::Split, "splitting"),
    (Trick::Replace, "replacing"),
    (Trick::Reverse, "reversed text"),
    (Trick::Slice, "single characters"),
    (Trick::Methods, "string methods"),
    (Trick::Regex, "regular expressions"),
    (Trick::Environment, "environment variables"),
    (Trick::Variable, "variables"),
    (Trick::Loop, "loops"),
    (Trick::Backtick, "backticks"),
    (Trick::Quotes, "quotes in words"),
    (Trick::Name, "disguised names"),
];

/// A set of [`Trick`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tricks(u32);

impl Tricks {
    pub(super) const NONE: Self = Self(0);

    pub(super) const fn of(tricks: &[Trick]) -> Self {
        let mut bits = 0;
        let mut rest = tricks;
        while let [first, tail @ ..] = rest {
            bits |= 1 << (*first as u32);
            rest = tail;
        }
        Self(bits)
    }

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn has(self, trick: Trick) -> bool {
        self.has_any(Self::of(&[trick]))
    }

    /// Whether there is a trick with a name: a calculation alone has none.
    pub(super) fn says_more(self) -> bool {
        let quiet = Self::of(&[
            Trick::Calculation,
            Trick::Expansion,
            Trick::Variable,
            Trick::Case,
            Trick::Trim,
            Trick::Environment,
        ]);
        self.0 & !quiet.0 != 0
    }

    /// Whether an encoding is among them, and not only another way to write the text.
    pub(super) fn is_encoding(self) -> bool {
        self.has_any(Self::of(&[
            Trick::Base64,
            Trick::Gzip,
            Trick::Deflate,
            Trick::SecureString,
            Trick::Xor,
        ]))
    }

    /// The names, joined by commas, the first letter a capital.
    pub(super) fn name(self) -> String {
        let is_packed = self.has(Trick::Gzip) || self.has(Trick::Deflate);
        let has_codes = self.has(Trick::CharCode);
        let is_base64 = self.has(Trick::Base64);
        let is_sealed = self.has(Trick::SecureString);
        let names: Vec<&str> = NAMES
            .iter()
            .filter(|(trick, _)| {
                self.has(*trick)
                    && match trick {
                        Trick::Base64 => !is_packed,
                        Trick::Bytes => !has_codes && !is_base64,
                        // How an encoded text is put together and stored is said by the encoding.
                        Trick::Variable | Trick::Join => !is_packed && !is_base64 && !is_sealed,
                        _ => true,
                    }
            })
            .map(|(_, name)| *name)
            .collect();
        let joined = names.join(", ");
        let mut chars = joined.chars();
        chars.next().map_or_else(
            || "Invoke-Expression".to_owned(),
            |first| first.to_uppercase().chain(chars).collect(),
        )
    }
}

/// What is known of a value besides itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Notes {
    pub(super) tricks: Tricks,
    /// Where the first long string stands that it was made of.
    pub(super) origin: Option<Span>,
    /// Where the one encoded string stands that it was made of.
    pub(super) payload: Option<Span>,
    /// Whether pieces were joined inside a word, as nobody does who is not hiding it.
    pub(super) is_word_split: bool,
    /// Whether a word that tells what a script does came about by joining.
    pub(super) is_telling: bool,
    /// Whether part of the payload could not be read; the reason is the runner's.
    pub(super) is_damaged: bool,
}

impl Notes {
    pub(super) fn of(trick: Trick) -> Self {
        Self { tricks: Tricks::of(&[trick]), ..Self::default() }
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self {
            tricks: self.tricks.with(other.tricks),
            origin: self.origin.or(other.origin),
            payload: self.payload.or(other.payload),
            is_word_split: self.is_word_split || other.is_word_split,
            is_telling: self.is_telling || other.is_telling,
            is_damaged: self.is_damaged || other.is_damaged,
        }
    }

    pub(super) fn and(self, trick: Trick) -> Self {
        self.with(Self::of(trick))
    }
}
