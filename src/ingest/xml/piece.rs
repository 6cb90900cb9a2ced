//! Tells what comes next between events, and where the next event begins. Reads no event.

use memchr::{memchr, memchr_iter, memchr2, memmem};

use super::{
    super::{json::is_record_line, system::Part},
    reader::{XmlError, begins_with_system, start_tag},
};

/// Longest start of a tag up to the end of its name, with a prefix.
const LONGEST_NAME: usize = 128;

/// What stands at the beginning of a text that is inside no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// An event.
    Event,
    /// A part of an event whose beginning is lost; these elements would be open.
    RestOfEvent(&'static [&'static str]),
    /// A tag of what is around the events: its name and length.
    Around(&'a str, usize),
    /// An end tag: its name and length.
    End(&'a str, usize),
    /// Something of this length that says nothing.
    Filler(usize),
    /// A document type of this length.
    Doctype(usize),
    /// Nothing that should be here.
    Junk,
}

/// Looks at the text, which begins with no white space. Where it does not hold enough to tell, and
/// `is_all` does not say that there is no more, the only error comes: [`XmlError::Incomplete`].
pub(super) fn next_piece(text: &[u8], is_all: bool) -> Result<Piece<'_>, XmlError> {
    match piece(text, is_all) {
        Err(XmlError::Incomplete) if !is_all => Err(XmlError::Incomplete),
        Err(_) => Ok(Piece::Junk),
        known => known,
    }
}

fn piece(text: &[u8], is_all: bool) -> Result<Piece<'_>, XmlError> {
    match text {
        [b'<', b'?', ..] => past(text, b"?>").map(Piece::Filler),
        [b'<', b'!', b'-', b'-', ..] => past(text, b"-->").map(Piece::Filler),
        [b'<', b'!', ..] if text.starts_with(b"<!DOCTYPE") => doctype(text).map(Piece::Doctype),
        [b'<', b'/', body @ ..] => {
            let end = memchr2(b'>', b'<', body).ok_or(XmlError::Incomplete)?;
            let name = body.get(..end).and_then(|name| std::str::from_utf8(name).ok());
            let is_closed = body.get(end) == Some(&b'>');
            Ok(match name.filter(|_| is_closed) {
                Some(name) => Piece::End(name.trim_end(), end + 3),
                None => Piece::Junk,
            })
        }
        [b'<', ..] => element(text, is_all),
        _ => {
            let end = memchr2(b'\n', b'<', text).or_else(|| is_all.then_some(text.len()));
            let end = end.ok_or(XmlError::Incomplete)?;
            let is_banner = text.get(..end).is_some_and(is_record_line);
            Ok(if is_banner { Piece::Filler(end) } else { Piece::Junk })
        }
    }
}

fn element(text: &[u8], is_all: bool) -> Result<Piece<'_>, XmlError> {
    if event_start(text) == Some(true) {
        return Ok(Piece::Event);
    }
    if text.len() < LONGEST_NAME && event_start(text).is_none() && !is_all {
        return Err(XmlError::Incomplete);
    }
    let (tag, length) = start_tag(text)?;
    Ok(match tag.local_name() {
        "System" if !tag.is_empty => Piece::RestOfEvent(&["Event"]),
        "Version" | "Level" | "Task" | "Opcode" | "Keywords" | "Correlation" => {
            Piece::RestOfEvent(&["Event", "System"])
        }
        name if Part::of(name).is_some() => Piece::RestOfEvent(&["Event", "System"]),
        // Without what `System` says, data is no record.
        "EventData" | "UserData" | "Data" => Piece::Junk,
        _ => Piece::Around(tag.name, length),
    })
}

/// The length of the text up to the end of the mark.
fn past(text: &[u8], mark: &[u8]) -> Result<usize, XmlError> {
    let end = memmem::find(text, mark).ok_or(XmlError::Incomplete)?;
    Ok(end + mark.len())
}

/// The length of a document type with what it declares.
fn doctype(text: &[u8]) -> Result<usize, XmlError> {
    let mut at = b"<!DOCTYPE".len();
    let mut depth = 0_u32;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        at += match rest {
            [] => return Err(XmlError::Incomplete),
            [b'<', b'!', b'-', b'-', ..] => past(rest, b"-->")?,
            [b'<', b'?', ..] => past(rest, b"?>")?,
            [quote @ (b'"' | b'\''), value @ ..] => {
                memchr(*quote, value).ok_or(XmlError::Incomplete)? + 2
            }
            [b'>', ..] if depth == 0 => return Ok(at + 1),
            [byte, ..] => {
                match byte {
                    b'[' => depth = depth.saturating_add(1),
                    b']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                1
            }
        };
    }
}

/// Whether the text begins with the start tag of an event; `None` if it ends too early to tell.
pub(super) fn event_start(text: &[u8]) -> Option<bool> {
    let head = text.get(..LONGEST_NAME).unwrap_or(text);
    let Some(name) = head.strip_prefix(b"<") else { return Some(false) };
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'<');
    let Some(end) = name.iter().position(is_end) else {
        return (head.len() == LONGEST_NAME).then_some(false);
    };
    let name = name.get(..end).unwrap_or_default();
    let prefix = name.strip_suffix(b"Event");
    Some(prefix.is_some_and(|prefix| prefix.is_empty() || prefix.ends_with(b":")))
}

/// Where the next event begins.
pub(super) enum Next {
    At(usize),
    /// Not before this place, where the text ends too early to tell.
    NotBefore(usize),
}

/// Looks for the next event.
pub(super) fn next_event(text: &[u8]) -> Next {
    for at in memchr_iter(b'<', text) {
        match event_start(text.get(at..).unwrap_or_default()) {
            Some(true) => return Next::At(at),
            Some(false) => {}
            None => return Next::NotBefore(at),
        }
    }
    Next::NotBefore(text.len())
}

/// Whether a file that begins like this holds Windows events: there is an event, or its rest, with
/// what every event has.
pub(in crate::ingest) fn holds_events(head: &[u8]) -> bool {
    let mut rest = head;
    while let Next::At(at) = next_event(rest) {
        let Some(event) = rest.get(at..) else { return false };
        if let Ok((tag, length)) = start_tag(event)
            && !tag.is_empty
            && matches!(begins_with_system(event.get(length..).unwrap_or_default()), Ok(true))
        {
            return true;
        }
        rest = event.get(1..).unwrap_or_default();
    }
    let has = |part: &str| memmem::find(head, part.as_bytes()).is_some();
    head.trim_ascii_start().starts_with(b"<")
        && has("<EventID")
        && has("<Computer>")
        && has("</System>")
}
