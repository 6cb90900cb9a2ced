//! Reads XML text token by token, borrowing from the bytes; builds no tree, knows no event.
//!
//! Entities are the five of XML and character references, also those that XML forbids and Windows
//! writes (`&#x0;`, halves of surrogate pairs); others stay as written, since nothing a file
//! declares itself is ever expanded. Lenient where a log may be: invalid UTF-8 becomes U+FFFD,
//! control characters and lone ampersands stand for themselves, line ends stay as they are. Not a
//! validator.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memmem};
use thiserror::Error;

/// Elements inside one another that are followed; deeper ones are [`XmlError::TooDeep`].
const DEEPEST: usize = 64;

/// Why an event could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(in crate::ingest) enum XmlError {
    /// The bytes end inside the event.
    #[error("the text ends inside an event")]
    Incomplete,
    /// Something else stands where a part of the markup should.
    #[error("{expected} was expected")]
    Unexpected {
        /// What should stand there.
        expected: &'static str,
    },
    /// Elements that overlap, or an end tag that is missing.
    #[error("an end tag closes another element than the last one opened")]
    WrongEnd,
    /// Nested deeper than any log.
    #[error("it is nested more than {DEEPEST} levels deep")]
    TooDeep,
    /// An event begins before the one before it has ended.
    #[error("the next event begins inside it")]
    Interrupted,
    /// Entities may be declared at the top of a document only.
    #[error("a document type stands inside an event")]
    Doctype,
    /// Well-formed, but no event.
    #[error("{missing} is missing or not what it should be")]
    NotARecord {
        /// The part that is not there.
        missing: &'static str,
    },
}

type Result<T> = std::result::Result<T, XmlError>;

/// What the text is made of. Comments and processing instructions are passed over.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'a> {
    Start(Tag<'a>),
    End,
    /// Text with its references.
    Text(&'a [u8]),
    /// Text that means what it says.
    Verbatim(&'a [u8]),
}

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'a> {
    /// With its prefix.
    pub(super) name: &'a str,
    attributes: &'a [u8],
    /// Whether it is its own end tag too.
    pub(super) is_empty: bool,
}

impl<'a> Tag<'a> {
    /// The name without its prefix.
    pub(super) fn local_name(&self) -> &'a str {
        self.name.rsplit_once(':').map_or(self.name, |(_, local)| local)
    }

    /// Names and values, the values with their references.
    pub(super) const fn attributes(&self) -> Attributes<'a> {
        Attributes(self.attributes)
    }
}

/// A cursor over XML text.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The elements that are open, by their names with prefix.
    open: Vec<&'a str>,
    /// Whether bytes that are no UTF-8 were replaced.
    pub(super) is_altered: bool,
}

impl<'a> Reader<'a> {
    /// Starts at the first byte, inside these elements.
    pub(in crate::ingest) fn new(bytes: &'a [u8], open: &[&'static str]) -> Self {
        Self { bytes, at: 0, open: open.to_vec(), is_altered: false }
    }

    /// Bytes read so far.
    pub(in crate::ingest) fn position(&self) -> usize {
        self.at.min(self.bytes.len())
    }

    /// Elements that are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Takes the bytes up to the mark, which ends them, and moves past it.
    fn until(&mut self, skip: usize, mark: &str) -> Result<&'a [u8]> {
        let body = self.rest().get(skip..).ok_or(XmlError::Incomplete)?;
        let Some(end) = memmem::find(body, mark.as_bytes()) else {
            // All of it was looked at, which whoever limits the work wants to know.
            self.at = self.bytes.len();
            return Err(XmlError::Incomplete);
        };
        self.at += skip + end + mark.len();
        Ok(body.get(..end).unwrap_or_default())
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Result<Token<'a>> {
        loop {
            let rest = self.rest();
            match rest {
                [] => return Err(XmlError::Incomplete),
                [b'<', b'/', ..] => return self.end_tag(),
                [b'<', b'?', ..] => {
                    self.until(2, "?>")?;
                }
                [b'<', b'!', b'-', b'-', ..] => {
                    self.until(4, "-->")?;
                }
                [b'<', b'!', ..] if rest.starts_with(CDATA) => {
                    return self.until(CDATA.len(), "]]>").map(Token::Verbatim);
                }
                [b'<', b'!', ..] if rest.starts_with(b"<!DOCTYPE") => {
                    return Err(XmlError::Doctype);
                }
                [b'<'] | [b'<', b'!', ..] if may_become_markup(rest) => {
                    return Err(XmlError::Incomplete);
                }
                [b'<', ..] => return self.start_tag().map(Token::Start),
                [..] => {
                    let end = memchr(b'<', rest).ok_or(XmlError::Incomplete)?;
                    self.at += end;
                    return Ok(Token::Text(rest.get(..end).unwrap_or_default()));
                }
            }
        }
    }

    fn end_tag(&mut self) -> Result<Token<'a>> {
        let body = self.rest().get(2..).unwrap_or_default();
        let end = memchr2(b'>', b'<', body).ok_or(XmlError::Incomplete)?;
        let (name, close) = body.split_at_checked(end).unwrap_or_default();
        if close.first() != Some(&b'>') {
            return Err(XmlError::Unexpected { expected: "the end of a tag" });
        }
        let expected = self.open.last().map(|name| name.as_bytes());
        if expected != Some(name.trim_ascii_end()) {
            return Err(XmlError::WrongEnd);
        }
        self.open.pop();
        self.at += end + 3;
        Ok(Token::End)
    }

    fn start_tag(&mut self) -> Result<Tag<'a>> {
        let (tag, length) = start_tag(self.rest())?;
        if tag.local_name() == "Event" && !self.open.is_empty() {
            let after = self.rest().get(length..).unwrap_or_default();
            if !tag.is_empty && begins_with_system(after)? {
                return Err(XmlError::Interrupted);
            }
        }
        self.at += length;
        if !tag.is_empty {
            if self.open.len() >= DEEPEST {
                return Err(XmlError::TooDeep);
            }
            self.open.push(tag.name);
        }
        Ok(tag)
    }

    /// The text of a [`Token::Verbatim`].
    pub(super) fn plain(&mut self, text: &'a [u8]) -> Cow<'a, str> {
        let text = String::from_utf8_lossy(text);
        self.is_altered |= matches!(text, Cow::Owned(_));
        text
    }

    /// The text of a [`Token::Text`] or of an attribute, its references replaced.
    pub(super) fn decode(&mut self, text: &'a [u8]) -> Cow<'a, str> {
        let plain = self.plain(text);
        if memchr(b'&', text).is_none() { plain } else { Cow::Owned(unescape(&plain)) }
    }
}

const CDATA: &[u8] = b"<![CDATA[";

/// Whether the bytes end before it is clear which markup they begin.
fn may_become_markup(rest: &[u8]) -> bool {
    [CDATA, b"<!--", b"<!DOCTYPE"].iter().any(|markup| markup.starts_with(rest))
}

/// The tag that the bytes begin with, and its length.
pub(super) fn start_tag(bytes: &[u8]) -> Result<(Tag<'_>, usize)> {
    let mut quote = None;
    let mut end = None;
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        match (quote, byte) {
            // Not even a quoted value may hold one, so that a broken tag ends here.
            (_, b'<') => return Err(XmlError::Unexpected { expected: "the end of a tag" }),
            (Some(open), byte) if open == *byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'>') => {
                end = Some(at);
                break;
            }
            _ => {}
        }
    }
    let end = end.ok_or(XmlError::Incomplete)?;
    let body = bytes.get(1..end).unwrap_or_default();
    let (body, is_empty) = match body.strip_suffix(b"/") {
        Some(body) => (body, true),
        None => (body, false),
    };
    let name_end = body.iter().position(u8::is_ascii_whitespace).unwrap_or(body.len());
    let (name, attributes) = body.split_at_checked(name_end).unwrap_or_default();
    let is_name = name
        .first()
        .is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_' || !first.is_ascii());
    let name = std::str::from_utf8(name).ok().filter(|_| is_name);
    let name = name.ok_or(XmlError::Unexpected { expected: "the name of an element" })?;
    Ok((Tag { name, attributes, is_empty }, end + 1))
}

/// Whether the element `System` comes next, with any prefix.
pub(super) fn begins_with_system(after: &[u8]) -> Result<bool> {
    let after = after.trim_ascii_start();
    let Some((first, name)) = after.split_first() else { return Err(XmlError::Incomplete) };
    if *first != b'<' {
        return Ok(false);
    }
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'<');
    let end = name.iter().position(is_end).ok_or(XmlError::Incomplete)?;
    let name = name.get(..end).unwrap_or_default();
    Ok(name == b"System" || name.ends_with(b":System"))
}

/// The attributes of a tag.
#[derive(Clone, Debug)]
pub(super) struct Attributes<'a>(&'a [u8]);

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<(&'a str, &'a [u8])>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.0.trim_ascii_start();
        if rest.is_empty() {
            return None;
        }
        let next = split_attribute(rest);
        self.0 = next.map_or(&[], |(_, rest)| rest);
        Some(
            next.map(|(pair, _)| pair)
                .ok_or(XmlError::Unexpected { expected: "a name and a quoted value in a tag" }),
        )
    }
}

type Attribute<'a> = (&'a str, &'a [u8]);

fn split_attribute(rest: &[u8]) -> Option<(Attribute<'_>, &[u8])> {
    let (name, rest) = rest.split_at_checked(memchr(b'=', rest)?)?;
    let name = std::str::from_utf8(name.trim_ascii_end()).ok()?;
    let (quote, rest) = rest.get(1..)?.trim_ascii_start().split_first()?;
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let (value, rest) = rest.split_at_checked(memchr(*quote, rest)?)?;
    Some(((name, value), rest.get(1..)?))
}

/// Longest reference, between its ampersand and its semicolon.
const LONGEST_REFERENCE: usize = 12;

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        if let Some((character, after)) = reference(after) {
            plain.push(character);
            rest = after;
        } else {
            plain.push('&');
            rest = after;
        }
    }
    plain.push_str(rest);
    plain
}

/// The character that the name before the next semicolon means, and what comes after.
fn reference(text: &str) -> Option<(char, &str)> {
    let head = text.as_bytes().get(..=LONGEST_REFERENCE).unwrap_or(text.as_bytes());
    let (name, after) = text.split_at_checked(memchr(b';', head)?)?;
    let after = after.strip_prefix(';')?;
    let character = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => return numeric_reference(name, after),
    };
    Some((character, after))
}

/// A character by its number. Windows writes UTF-16, so that two references may be one character.
fn numeric_reference<'t>(name: &str, after: &'t str) -> Option<(char, &'t str)> {
    let code = code_of(name)?;
    if (0xD800..0xDC00).contains(&code)
        && let Some((low, rest)) = after.strip_prefix('&').and_then(|next| next.split_once(';'))
        && let Some(low @ 0xDC00..0xE000) = code_of(low)
    {
        let code = 0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        return Some((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), rest));
    }
    Some((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), after))
}

fn code_of(name: &str) -> Option<u32> {
    let digits = name.strip_prefix('#')?;
    let (digits, radix) = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    };
    digits.bytes().all(|digit| digit.is_ascii_alphanumeric()).then_some(())?;
    u32::from_str_radix(digits, radix).ok()
}
