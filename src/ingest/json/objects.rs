//! Finds the objects in a file, whether lines, an array, pretty-printed or one after the other,
//! and gets on after a broken one. Knows no dialect.
//!
//! Every object is read where it begins. Only where that fails is its end looked for: where its
//! brackets close, or at the next line that begins with an object and is indented no further,
//! whichever comes first; a line break inside a string ends the string, since JSON has none.

use std::{io, ops::ControlFlow};

use crate::model::{Event, SourceIndex};

use super::{
    super::outcome,
    assemble::Assembler,
    dialect::Dialect,
    feed::Feed,
    reader::{JsonError, Reader},
};

/// Events handed over at a time.
const BATCH: usize = 2_048;

/// What reading a file came to, besides its events.
pub(in crate::ingest) type Outcome = outcome::Outcome<JsonError>;

/// Reads one file.
pub(in crate::ingest) struct FileReader<'a> {
    pub(in crate::ingest) source: SourceIndex,
    pub(in crate::ingest) dialect: Dialect,
    /// Longest object read, in bytes of UTF-8.
    pub(in crate::ingest) longest: usize,
    /// Objects and lines that begin at or after this offset are left to another reader.
    pub(in crate::ingest) end: u64,
    pub(in crate::ingest) assembler: &'a mut Assembler,
    /// Takes the offset reached and the events read; breaks to stop.
    pub(in crate::ingest) sink: &'a mut dyn FnMut(u64, Vec<Event>) -> ControlFlow<()>,
}

/// Reads all objects of a file and hands the events over in batches.
pub(in crate::ingest) fn read_file(mut feed: Feed<'_>, reader: &mut FileReader<'_>) -> Outcome {
    let mut outcome = Outcome::default();
    let mut batch = Vec::new();
    loop {
        match next_object(&mut feed, reader, &mut outcome, &mut batch) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                outcome.failed = Some((feed.offset(), error));
                break;
            }
        }
        if batch.len() >= BATCH {
            let full = std::mem::take(&mut batch);
            if (reader.sink)(feed.offset(), full).is_break() {
                return outcome;
            }
        }
    }
    // Whoever asked to stop would be told so here again; there is nothing left to stop.
    let _done = (reader.sink)(feed.offset(), batch);
    outcome
}

/// The records of the object that begins the feed, as [`read_file`] found it at that place; none
/// if none does, or it is longer than `longest` bytes.
pub(in crate::ingest) fn read_one(
    mut feed: Feed<'_>,
    source: SourceIndex,
    dialect: Dialect,
    longest: usize,
    assembler: &mut Assembler,
) -> io::Result<Vec<Event>> {
    let end = feed.offset() + 1;
    let sink = &mut |_, _| ControlFlow::Continue(());
    let mut reader = FileReader { source, dialect, longest, end, assembler, sink };
    let mut events = Vec::new();
    next_object(&mut feed, &mut reader, &mut Outcome::default(), &mut events)?;
    Ok(events)
}

/// Reads up to the end of the next object or line; `false` if there is none to be read.
fn next_object(
    feed: &mut Feed<'_>,
    reader: &mut FileReader<'_>,
    outcome: &mut Outcome,
    batch: &mut Vec<Event>,
) -> io::Result<bool> {
    let Some((byte, indent)) = skip_filler(feed)? else { return Ok(false) };
    if feed.offset() >= reader.end {
        outcome.next = Some(feed.offset());
        return Ok(false);
    }
    if byte != b'{' {
        return skip_line(feed, outcome).map(|()| true);
    }
    let start = feed.offset();
    loop {
        let mut text = Reader::new(feed.window());
        let error = match reader.dialect.read(&mut text, reader.source, reader.assembler) {
            Ok(mut event) => {
                event.place = start;
                let read = text.position();
                if read > reader.longest {
                    outcome.add_too_long(start);
                } else {
                    batch.push(event);
                    batch.extend(reader.assembler.more.drain(..).map(|mut event| {
                        event.place = start;
                        event
                    }));
                    for remark in reader.assembler.remarks.drain(..) {
                        outcome.add_remark(remark, start);
                    }
                    if text.is_damaged() {
                        outcome.damaged += 1;
                        outcome.first_damaged.get_or_insert(start);
                    }
                }
                feed.consume(read);
                return Ok(true);
            }
            Err(error) => error,
        };
        match error {
            JsonError::Incomplete if feed.window().len() >= reader.longest => {
                outcome.add_too_long(start);
                skip_broken(feed, indent)?;
                return Ok(true);
            }
            JsonError::Incomplete if !feed.is_at_end() => {
                feed.grow(reader.longest)?;
                continue;
            }
            JsonError::NotARecord { .. } => {
                let read = text.position();
                feed.consume(read);
            }
            JsonError::Incomplete | JsonError::Unexpected { .. } | JsonError::TooDeep => {
                let is_found = skip_broken(feed, indent)?;
                if error == JsonError::Incomplete && !is_found {
                    outcome.cut_off = Some(start);
                    return Ok(true);
                }
            }
        }
        outcome.add_broken(start, error);
        return Ok(true);
    }
}

/// Moves past what may stand between objects. The byte that comes then, and how far it is
/// indented; `None` at the end of the file.
fn skip_filler(feed: &mut Feed<'_>) -> io::Result<Option<(u8, usize)>> {
    let mut indent = 0;
    loop {
        let mut skipped = 0;
        let mut found = None;
        for byte in feed.window() {
            match byte {
                b' ' | b'\t' => indent += 1,
                b'\n' => indent = 0,
                // 0x1E begins a record in RFC 7464.
                b'\r' | b',' | b'[' | b']' | 0x1E => {}
                _ => {
                    found = Some(*byte);
                    break;
                }
            }
            skipped += 1;
        }
        feed.consume(skipped);
        match found {
            Some(byte) => return Ok(Some((byte, indent))),
            None if feed.is_at_end() => return Ok(None),
            None => feed.read_more()?,
        }
    }
}

/// Moves past a line that is no object.
fn skip_line(feed: &mut Feed<'_>, outcome: &mut Outcome) -> io::Result<()> {
    let start = feed.offset();
    let mut is_first = true;
    let mut is_banner = false;
    loop {
        let end = memchr::memchr(b'\n', feed.window());
        let length = end.unwrap_or_else(|| feed.window().len());
        if end.is_none() && is_first && length < 128 && !feed.is_at_end() {
            feed.read_more()?;
            continue;
        }
        is_banner |= is_first && feed.window().get(..length).is_some_and(is_record_line);
        is_first = false;
        feed.consume(length);
        if end.is_some() || feed.is_at_end() {
            break;
        }
        feed.read_more()?;
    }
    if !is_banner {
        outcome.add_broken(start, JsonError::Unexpected { expected: "an object" });
    }
    Ok(())
}

/// Moves past an object that cannot be read; whether something ends it before the file does.
fn skip_broken(feed: &mut Feed<'_>, indent: usize) -> io::Result<bool> {
    let mut end = ObjectEnd::new(indent);
    loop {
        let found = end.find(feed.window());
        feed.consume(found.unwrap_or(usize::MAX));
        if found.is_some() {
            return Ok(true);
        }
        if feed.is_at_end() {
            return Ok(false);
        }
        feed.read_more()?;
    }
}

/// `Record 12`, which `evtx_dump -o json` writes above every object.
pub(in crate::ingest) fn is_record_line(line: &[u8]) -> bool {
    let number = line.trim_ascii().strip_prefix(b"Record ").unwrap_or_default();
    let number = number.strip_suffix(b" (recovered)").unwrap_or(number);
    !number.is_empty() && number.iter().all(u8::is_ascii_digit)
}

/// The text after a broken object.
pub(super) fn next_object_line(text: &[u8]) -> Option<&[u8]> {
    let end = ObjectEnd::new(0).find(text)?;
    text.get(end..)
}

/// Looks for the end of an object that is not valid, over any number of blocks.
#[derive(Debug)]
struct ObjectEnd {
    indent: usize,
    depth: u64,
    is_in_string: bool,
    is_escaped: bool,
    /// Spaces since the line began, while there was nothing else.
    spaces: Option<usize>,
}

impl ObjectEnd {
    const fn new(indent: usize) -> Self {
        Self { indent, depth: 0, is_in_string: false, is_escaped: false, spaces: None }
    }

    fn find(&mut self, text: &[u8]) -> Option<usize> {
        for (at, byte) in text.iter().enumerate() {
            if *byte == b'\n' {
                (self.is_in_string, self.is_escaped) = (false, false);
                self.spaces = Some(0);
                continue;
            }
            if self.is_in_string {
                match byte {
                    _ if self.is_escaped => self.is_escaped = false,
                    b'\\' => self.is_escaped = true,
                    b'"' => self.is_in_string = false,
                    _ => {}
                }
                continue;
            }
            let spaces = self.spaces.take();
            match byte {
                b' ' | b'\t' => self.spaces = spaces.map(|spaces| spaces + 1),
                b',' | b'\r' => self.spaces = spaces,
                b'"' => self.is_in_string = true,
                b'{' if spaces.is_some_and(|spaces| spaces <= self.indent) => return Some(at),
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}
