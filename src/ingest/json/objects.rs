//! Finds the objects in a file, whether lines, an array, pretty-printed, one after the other or
//! wrapped in a document with things beside them, and gets on after a broken one. Knows no dialect.
//!
//! Every object is read where it begins. Only where that fails is it looked at whether it wraps
//! others, which are then read one by one, and else where it ends.

use std::{io, ops::ControlFlow};

use crate::model::{Event, IssueKind, SourceIndex};

use super::{
    super::outcome,
    assemble::Assembler,
    broken::skip_broken,
    dialect::Dialect,
    feed::Feed,
    reader::{JsonError, Reader},
    wrapper::{self, Wrappers},
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
    /// Objects and lines that begin at or after this offset are left to another reader, but those
    /// in a list that was begun before.
    pub(in crate::ingest) end: u64,
    pub(in crate::ingest) assembler: &'a mut Assembler,
    /// Takes the offset reached and the events read; breaks to stop.
    pub(in crate::ingest) sink: &'a mut dyn FnMut(u64, Vec<Event>) -> ControlFlow<()>,
}

/// Reads all objects of a file and hands the events over in batches.
pub(in crate::ingest) fn read_file(mut feed: Feed<'_>, reader: &mut FileReader<'_>) -> Outcome {
    let mut walk = Walk::default();
    loop {
        match walk.step(&mut feed, reader) {
            Ok(true) => {}
            Ok(false) => {
                walk.note_open(feed.offset());
                break;
            }
            Err(error) => {
                walk.outcome.failed = Some((feed.offset(), error));
                break;
            }
        }
        if walk.events.len() >= BATCH {
            let full = std::mem::take(&mut walk.events);
            if (reader.sink)(feed.offset(), full).is_break() {
                return walk.outcome;
            }
        }
    }
    // Whoever asked to stop would be told so here again; there is nothing left to stop.
    let _done = (reader.sink)(feed.offset(), walk.events);
    walk.outcome
}

/// The records of the object or row that begins the feed, as [`read_file`] found it at that place;
/// none if none does, or it is longer than `longest` bytes. The names of a row are looked for at
/// the beginning of the file.
pub(in crate::ingest) fn read_one(
    mut file: Feed<'_>,
    mut feed: Feed<'_>,
    (source, dialect, longest): (SourceIndex, Dialect, usize),
    assembler: &mut Assembler,
) -> io::Result<Vec<Event>> {
    let end = feed.offset() + 1;
    let sink = &mut |_, _| ControlFlow::Continue(());
    let mut reader = FileReader { source, dialect, longest, end, assembler, sink };
    if feed.window().is_empty() {
        feed.read_more()?;
    }
    let mut walk = Walk::default();
    if feed.window().starts_with(b"[") {
        let mut ahead = Walk::default();
        while ahead.wrappers.header.is_none() && ahead.events.is_empty() {
            if !ahead.step(&mut file, &mut reader)? {
                return Ok(Vec::new());
            }
        }
        walk.wrappers = ahead.wrappers;
    }
    walk.step(&mut feed, &mut reader)?;
    Ok(walk.events)
}

/// The way through a file.
#[derive(Default)]
struct Walk {
    outcome: Outcome,
    events: Vec<Event>,
    wrappers: Wrappers,
}

impl Walk {
    /// Reads up to the end of the next object or line; `false` if there is none to be read.
    fn step(&mut self, feed: &mut Feed<'_>, reader: &mut FileReader<'_>) -> io::Result<bool> {
        let (is_open, is_in_rows) = (self.wrappers.are_open(), self.wrappers.header.is_some());
        let Some((byte, indent)) = skip_filler(feed, is_in_rows)? else { return Ok(false) };
        if feed.offset() >= reader.end && !is_open {
            self.outcome.next = Some(feed.offset());
            return Ok(false);
        }
        match byte {
            b'{' => self.object(feed, reader, indent)?,
            b'[' if is_in_rows => self.row(feed, reader)?,
            b']' if is_in_rows => {
                feed.consume(1);
                self.wrappers.header = None;
            }
            b'"' | b'}' if is_open => self.leave(feed, reader.longest)?,
            _ if is_open => skip_stray(feed, &mut self.outcome)?,
            _ => skip_line(feed, &mut self.outcome)?,
        }
        Ok(true)
    }

    fn object(
        &mut self,
        feed: &mut Feed<'_>,
        reader: &mut FileReader<'_>,
        indent: usize,
    ) -> io::Result<()> {
        let start = feed.offset();
        loop {
            let mut text = Reader::new(feed.window());
            let result = reader.dialect.read(&mut text, reader.source, reader.assembler);
            let (read, is_damaged) = (text.position(), text.is_damaged());
            let error = match result {
                Ok(event) => {
                    self.take(event, reader, (start, read, is_damaged));
                    feed.consume(read);
                    return Ok(());
                }
                Err(error) => error,
            };
            let is_whole = matches!(error, JsonError::NotARecord { .. });
            if let Ok(found) = wrapper::open(feed.window(), is_whole) {
                feed.consume(self.wrappers.enter(found));
                return Ok(());
            }
            match error {
                JsonError::Incomplete if feed.window().len() >= reader.longest => {
                    self.outcome.add_too_long(start);
                    skip_broken(feed, indent)?;
                    return Ok(());
                }
                JsonError::Incomplete if !feed.is_at_end() => {
                    feed.grow(reader.longest)?;
                    continue;
                }
                JsonError::NotARecord { .. } => feed.consume(read),
                JsonError::Incomplete | JsonError::Unexpected { .. } | JsonError::TooDeep => {
                    let is_found = skip_broken(feed, indent)?;
                    if error == JsonError::Incomplete && !is_found {
                        self.outcome.cut_off = Some(start);
                        return Ok(());
                    }
                }
            }
            self.outcome.add_broken(start, error);
            return Ok(());
        }
    }

    /// Reads values whose names stand in a header.
    fn row(&mut self, feed: &mut Feed<'_>, reader: &mut FileReader<'_>) -> io::Result<()> {
        let start = feed.offset();
        let header = self.wrappers.header.take().unwrap_or_default();
        loop {
            let error = match header.object(feed.window()) {
                Ok((object, length)) => {
                    let mut text = Reader::new(&object);
                    match reader.dialect.read(&mut text, reader.source, reader.assembler) {
                        Ok(event) => self.take(event, reader, (start, length, text.is_damaged())),
                        Err(error) => self.outcome.add_broken(start, error),
                    }
                    feed.consume(length);
                    break;
                }
                Err(error) => error,
            };
            if error == JsonError::Incomplete {
                if feed.window().len() >= reader.longest {
                    self.outcome.add_too_long(start);
                    skip_broken(feed, 0)?;
                    break;
                }
                if !feed.is_at_end() {
                    feed.grow(reader.longest)?;
                    continue;
                }
            }
            let is_found = skip_broken(feed, 0)?;
            if error == JsonError::Incomplete && !is_found {
                self.outcome.cut_off = Some(start);
            } else {
                self.outcome.add_broken(start, error);
            }
            break;
        }
        self.wrappers.header = Some(header);
        Ok(())
    }

    /// Moves past what follows a list in its wrapper, to the wrapper's end or to another list.
    fn leave(&mut self, feed: &mut Feed<'_>, longest: usize) -> io::Result<()> {
        loop {
            match wrapper::resume(feed.window()) {
                Ok(found) => feed.consume(self.wrappers.leave(found)),
                Err(JsonError::Incomplete) if feed.is_at_end() => feed.consume(usize::MAX),
                Err(JsonError::Incomplete) if feed.window().len() < longest => {
                    feed.grow(longest)?;
                    continue;
                }
                Err(_) => skip_stray(feed, &mut self.outcome)?,
            }
            return Ok(());
        }
    }

    /// Keeps what was read of an object that begins at `start` and has so many bytes.
    fn take(
        &mut self,
        event: Event,
        reader: &mut FileReader<'_>,
        (start, read, is_damaged): (u64, usize, bool),
    ) {
        let FileReader { longest, assembler, .. } = reader;
        if read > *longest {
            self.outcome.add_too_long(start);
            return;
        }
        for mut event in std::iter::once(event).chain(assembler.more.drain(..)) {
            event.place = start;
            self.events.push(event);
        }
        for remark in assembler.remarks.drain(..) {
            self.outcome.add_remark(remark, start);
        }
        if is_damaged {
            self.outcome.damaged += 1;
            self.outcome.first_damaged.get_or_insert(start);
        }
    }

    /// Tells of a list that the file ends in, where no record is cut off.
    fn note_open(&mut self, end: u64) {
        const MESSAGE: &str = "The file ends before its list of records does, and none is cut off: \
                               whole records may be missing at its end. Export the log again if \
                               you still can.";
        if self.wrappers.are_open() && self.outcome.cut_off.is_none() {
            self.outcome.notes.push((end, IssueKind::CutOff, MESSAGE.to_owned()));
        }
    }
}

/// Moves past what may stand between objects. The byte that comes then, and how far it is
/// indented; `None` at the end of the file.
fn skip_filler(feed: &mut Feed<'_>, is_in_rows: bool) -> io::Result<Option<(u8, usize)>> {
    let mut indent = 0;
    loop {
        let mut skipped = 0;
        let mut found = None;
        for byte in feed.window() {
            match byte {
                b' ' | b'\t' => indent += 1,
                b'\n' => indent = 0,
                // 0x1E begins a record in RFC 7464.
                b'\r' | b',' | 0x1E => {}
                b'[' | b']' if !is_in_rows => {}
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

/// Moves past something in a list that is no record, up to what may be one.
fn skip_stray(feed: &mut Feed<'_>, outcome: &mut Outcome) -> io::Result<()> {
    outcome.add_broken(feed.offset(), JsonError::Unexpected { expected: "an object" });
    feed.consume(1);
    loop {
        let end = feed.window().iter().position(|byte| b"{}[],\n".contains(byte));
        feed.consume(end.unwrap_or(usize::MAX));
        if end.is_some() || feed.is_at_end() {
            return Ok(());
        }
        feed.read_more()?;
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

/// `Record 12`, which `evtx_dump -o json` writes above every object.
pub(in crate::ingest) fn is_record_line(line: &[u8]) -> bool {
    let number = line.trim_ascii().strip_prefix(b"Record ").unwrap_or_default();
    let number = number.strip_suffix(b" (recovered)").unwrap_or(number);
    !number.is_empty() && number.iter().all(u8::is_ascii_digit)
}
