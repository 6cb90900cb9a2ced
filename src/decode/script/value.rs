//! Values of PowerShell expressions and how PowerShell converts them.
//!
//! Only what hidden text is made of: strings, characters, whole numbers, bytes, lists of them, and
//! the few .NET objects that turn bytes into text.

use std::rc::Rc;

use super::notes::Notes;
use super::syntax::{Block, Node};

/// A value with what was undone on the way to it.
#[derive(Clone, Debug)]
pub(super) struct Known<'s> {
    pub(super) value: Value<'s>,
    pub(super) notes: Notes,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value<'s> {
    Null,
    Bool(bool),
    Int(i64),
    Char(char),
    Text(Rc<str>),
    Bytes(Rc<Vec<u8>>),
    List(Rc<Vec<Self>>),
    /// A .NET type by its name in lower case without `system.`.
    Type(Rc<str>),
    Encoding(Encoding),
    /// A stream of bytes, unpacked already where it was packed.
    Stream(Rc<Vec<u8>>),
    /// A reader of text, or text in another wrapping: a secure string, a pointer to it.
    Wrapped(Wrapping, Rc<str>),
    /// A script block that was written out.
    Block(&'s Block),
    /// A variable as `Get-Variable` gives it.
    Variable(Rc<str>),
    /// A method whose `Invoke` is still to come.
    Method(Rc<(Self, String, Option<&'s Node>)>),
}

/// What a text is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrapping {
    /// `StreamReader`.
    Reader,
    /// `SecureString`.
    Secure,
    /// What `SecureStringToBSTR` gives.
    Pointer,
    /// `PSCredential` or `NetworkCredential`.
    Credential,
    /// A script block made of text.
    Script,
    /// A command found by its name.
    Command,
    /// `$ExecutionContext` and its parts, by name.
    Context,
}

/// A text encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// `UTF8`, `ASCII`, `Default`: one for text that is none of the others.
    Narrow,
    /// `Unicode`.
    Utf16,
    /// `BigEndianUnicode`.
    Utf16Big,
    /// `UTF32`.
    Utf32,
}

impl<'s> Known<'s> {
    pub(super) fn plain(value: Value<'s>) -> Self {
        Self { value, notes: Notes::default() }
    }

    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::plain(Value::Text(text.into()))
    }

    pub(super) fn noted(self, notes: Notes) -> Self {
        Self { notes: self.notes.with(notes), ..self }
    }
}

impl Value<'_> {
    pub(super) fn new_text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// A value of the outputs of a pipeline: none, one, or a list.
    pub(super) fn of_outputs(mut outputs: Vec<Self>) -> Self {
        match outputs.len() {
            0 => Self::Null,
            1 => outputs.pop().unwrap_or(Self::Null),
            _ => Self::List(Rc::new(outputs)),
        }
    }

    /// The items a pipeline or an operator on lists sees.
    pub(super) fn items(&self) -> Vec<Self> {
        match self {
            Self::Null => Vec::new(),
            Self::List(items) => items.as_ref().clone(),
            Self::Bytes(bytes) => bytes.iter().map(|byte| Self::Int(i64::from(*byte))).collect(),
            other => vec![other.clone()],
        }
    }

    /// How many items there are.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::Null => 0,
            Self::List(items) => items.len(),
            Self::Bytes(bytes) => bytes.len(),
            _ => 1,
        }
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self, Self::List(_) | Self::Bytes(_))
    }

    /// Its size for the budget of steps.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Text(text) | Self::Wrapped(_, text) => text.len() / 16,
            Self::Bytes(bytes) | Self::Stream(bytes) => bytes.len() / 16,
            Self::List(items) => items.len(),
            _ => 0,
        }
    }

    /// The text as `[string]` and string operators make it; lists are joined by `between`.
    pub(super) fn to_text(&self, between: &str) -> Option<Rc<str>> {
        Some(match self {
            Self::Text(text) => Rc::clone(text),
            Self::List(_) | Self::Bytes(_) => {
                let mut made = String::new();
                for (at, item) in self.items().iter().enumerate() {
                    if at > 0 {
                        made.push_str(between);
                    }
                    item.append_to(&mut made)?;
                }
                made.into()
            }
            other => {
                let mut made = String::new();
                other.append_to(&mut made)?;
                made.into()
            }
        })
    }

    fn append_to(&self, text: &mut String) -> Option<()> {
        match self {
            Self::Null => {}
            Self::Bool(true) => text.push_str("True"),
            Self::Bool(false) => text.push_str("False"),
            Self::Int(number) => text.push_str(&number.to_string()),
            Self::Char(c) => text.push(*c),
            Self::Text(more) | Self::Wrapped(Wrapping::Script | Wrapping::Command, more) => {
                text.push_str(more);
            }
            Self::Type(name) => text.push_str(name),
            _ => return None,
        }
        Some(())
    }

    /// The whole number, as casts and arithmetic make it.
    pub(super) fn to_int(&self) -> Option<i64> {
        match self {
            Self::Null => Some(0),
            Self::Bool(value) => Some(i64::from(*value)),
            Self::Int(number) => Some(*number),
            Self::Char(c) => Some(i64::from(u32::from(*c))),
            Self::Text(text) => {
                let text = text.trim().to_ascii_lowercase();
                if text.is_empty() {
                    return Some(0);
                }
                let unsigned = text.strip_prefix('-').unwrap_or(&text);
                let number = super::parse_expression::whole_number(unsigned)?;
                if unsigned.len() < text.len() { number.checked_neg() } else { Some(number) }
            }
            Self::List(items) => match items.as_slice() {
                [one] => one.to_int(),
                _ => None,
            },
            _ => None,
        }
    }

    /// The character, as `[char]` makes it.
    pub(super) fn to_char(&self) -> Option<char> {
        match self {
            Self::Char(c) => Some(*c),
            Self::Int(number) => char::from_u32(u32::try_from(*number).ok()?),
            Self::Text(text) => {
                let mut chars = text.chars();
                let first = chars.next()?;
                chars.next().is_none().then_some(first)
            }
            Self::List(items) => match items.as_slice() {
                [one] => one.to_char(),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a condition holds.
    pub(super) fn is_true(&self) -> Option<bool> {
        match self {
            Self::Null => Some(false),
            Self::Bool(value) => Some(*value),
            Self::Int(number) => Some(*number != 0),
            Self::Char(c) => Some(*c != '\0'),
            Self::Text(text) => Some(!text.is_empty()),
            Self::List(items) => match items.as_slice() {
                [] => Some(false),
                [one] => one.is_true(),
                _ => Some(true),
            },
            Self::Bytes(bytes) => Some(!bytes.is_empty()),
            _ => Some(true),
        }
    }

    /// The bytes, as `[byte[]]` makes them.
    pub(super) fn to_bytes(&self) -> Option<Rc<Vec<u8>>> {
        match self {
            Self::Bytes(bytes) | Self::Stream(bytes) => Some(Rc::clone(bytes)),
            Self::Null => None,
            other => {
                let items = other.items();
                let bytes: Option<Vec<u8>> =
                    items.iter().map(|item| u8::try_from(item.to_int()?).ok()).collect();
                bytes.map(Rc::new)
            }
        }
    }
}
