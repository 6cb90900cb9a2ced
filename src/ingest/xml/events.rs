//! Finds the events in a file, with or without an element around them, and gets on after a broken
//! one. Not what is in an event.
//!
//! Between events stand the XML declarations and `Record N` lines that `evtx_dump` writes, comments
//! and the tags of what is around them. An event is read where it begins; where that fails, the
//! next one is looked for.

use std::{io, ops::ControlFlow};

use crate::model::{Event, SourceIndex};

use super::{
    super::{
        json::{Assembler, Feed},
        outcome,
    },
    piece::{Next, Piece, next_event, next_piece},
    reader::{Reader, XmlError},
    record::{read_event, read_rest_of_event},
    told::Told,
};

/// Events handed over at a time.
const BATCH: usize = 2_048;
/// Bytes that may be looked at in vain before a file counts as made to waste time.
const MOST_WASTED: u64 = 64 << 20;
/// Elements around the events.
const MOST_AROUND: usize = 16;

/// What reading a file came to, besides its events.
pub(in crate::ingest) type Outcome = outcome::Outcome<XmlError>;

/// Reads one file.
pub(in crate::ingest) struct FileReader<'a> {
    pub(in crate::ingest) source: SourceIndex,
    /// Longest event read, in bytes of UTF-8.
    pub(in crate::ingest) longest: usize,
    pub(in crate::ingest) assembler: &'a mut Assembler,
    /// Takes the offset reached and the events read; breaks to stop.
    pub(in crate::ingest) sink: &'a mut dyn FnMut(u64, Vec<Event>) -> ControlFlow<()>,
}

/// Reads all events of a file and hands them over in batches.
pub(in crate::ingest) fn read_file(feed: Feed<'_>, reader: &mut FileReader<'_>) -> Outcome {
    let FileReader { source, longest, assembler, sink } = reader;
    let mut walk = Walk::new(feed, *source, *longest, assembler);
    loop {
        match walk.step() {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                walk.outcome.failed = Some((walk.feed.offset(), error));
                break;
            }
        }
        if walk.events.len() >= BATCH {
            let full = std::mem::take(&mut walk.events);
            if sink(walk.feed.offset(), full).is_break() {
                return walk.finish();
            }
        }
    }
    // Whoever asked to stop would be told so here again; there is nothing left to stop.
    let _done = sink(walk.feed.offset(), std::mem::take(&mut walk.events));
    walk.finish()
}

/// The way through a file.
struct Walk<'f, 'a> {
    feed: Feed<'f>,
    source: SourceIndex,
    longest: usize,
    assembler: &'a mut Assembler,
    outcome: Outcome,
    told: Told,
    events: Vec<Event>,
    /// What is around the events: the names of its start tags.
    around: Vec<String>,
    is_before_first: bool,
    /// Bytes looked at that had to be looked at again.
    wasted: u64,
}

impl<'f, 'a> Walk<'f, 'a> {
    fn new(
        feed: Feed<'f>,
        source: SourceIndex,
        longest: usize,
        assembler: &'a mut Assembler,
    ) -> Self {
        Self {
            feed,
            source,
            longest,
            assembler,
            outcome: Outcome::default(),
            told: Told::default(),
            events: Vec::new(),
            around: Vec::new(),
            is_before_first: true,
            wasted: 0,
        }
    }

    fn finish(mut self) -> Outcome {
        self.outcome.notes = self.told.notes();
        self.outcome
    }

    /// Reads up to the end of the next event or whatever is between two; `false` at the end.
    fn step(&mut self) -> io::Result<bool> {
        if !self.skip_space()? {
            return Ok(false);
        }
        let start = self.feed.offset();
        match next_piece(self.feed.window(), self.feed.is_at_end()) {
            Ok(Piece::Event) => return self.read(start, &[]),
            Ok(Piece::RestOfEvent(open)) => return self.read(start, open),
            Ok(Piece::Filler(length)) => self.feed.consume(length),
            Ok(Piece::Doctype(length)) => {
                self.told.doctype.get_or_insert(start);
                self.feed.consume(length);
            }
            Ok(Piece::Around(name, length))
                if self.is_before_first && self.around.len() < MOST_AROUND =>
            {
                self.around.push(name.to_owned());
                self.feed.consume(length);
            }
            Ok(Piece::End(name, length)) if self.around.iter().any(|known| known == name) => {
                self.feed.consume(length);
            }
            Err(_) if self.feed.window().len() < self.longest => self.feed.grow(self.longest)?,
            Ok(Piece::Around(..) | Piece::End(..) | Piece::Junk) | Err(_) => {
                let error = XmlError::Unexpected { expected: "an event" };
                self.outcome.add_broken(start, error);
                self.is_before_first = false;
                return self.resync(1);
            }
        }
        Ok(true)
    }

    /// Moves to the next text that is no white space; `false` if there is none.
    fn skip_space(&mut self) -> io::Result<bool> {
        loop {
            let window = self.feed.window();
            let space = window.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != 0);
            self.feed.consume(space.unwrap_or(usize::MAX));
            if space.is_some() {
                return Ok(true);
            }
            if self.feed.is_at_end() {
                return Ok(false);
            }
            self.feed.read_more()?;
        }
    }

    /// Reads the event that begins here, inside the elements that are open already.
    fn read(&mut self, start: u64, open: &[&'static str]) -> io::Result<bool> {
        self.is_before_first = false;
        loop {
            let window = self.feed.window();
            let length = window.len();
            let mut reader = Reader::new(window, open);
            let result = if open.is_empty() {
                read_event(&mut reader, self.source, self.assembler)
            } else {
                read_rest_of_event(&mut reader, self.source, self.assembler)
            };
            let read = reader.position();
            match result {
                Ok(_) if read > self.longest => self.outcome.add_too_long(start),
                Ok(mut event) => {
                    event.place = start;
                    if reader.is_altered {
                        self.told.add_altered(start);
                    }
                    if !open.is_empty() {
                        self.told.add_without_beginning(start);
                    }
                    self.events.push(event);
                }
                Err(XmlError::Incomplete) if length < self.longest && !self.feed.is_at_end() => {
                    self.feed.grow(self.longest)?;
                    continue;
                }
                Err(error) => return self.get_over(start, read, length, error),
            }
            self.feed.consume(read);
            return Ok(true);
        }
    }

    /// Goes on after an event that could not be read, of which `read` bytes were looked at.
    fn get_over(
        &mut self,
        start: u64,
        read: usize,
        length: usize,
        error: XmlError,
    ) -> io::Result<bool> {
        let is_at_end = self.feed.is_at_end();
        match error {
            XmlError::Incomplete if length >= self.longest => self.outcome.add_too_long(start),
            XmlError::Incomplete => {}
            error => self.outcome.add_broken(start, error),
        }
        if let XmlError::NotARecord { .. } | XmlError::Interrupted = error {
            self.feed.consume(read);
            return Ok(true);
        }
        let is_found = self.resync(1)?;
        if error == XmlError::Incomplete && length < self.longest {
            if is_found {
                self.outcome.add_broken(start, error);
            } else if is_at_end {
                self.outcome.cut_off = Some(start);
            }
        }
        let moved = self.feed.offset().saturating_sub(start);
        self.wasted += (read as u64).saturating_sub(moved);
        if self.wasted > MOST_WASTED {
            self.told.given_up = Some(self.feed.offset());
            return Ok(false);
        }
        Ok(is_found)
    }

    /// Moves to the next event, past this many bytes; `false` if there is none.
    fn resync(&mut self, past: usize) -> io::Result<bool> {
        self.feed.consume(past);
        loop {
            match next_event(self.feed.window()) {
                Next::At(at) => {
                    self.feed.consume(at);
                    return Ok(true);
                }
                Next::NotBefore(at) => self.feed.consume(at),
            }
            if self.feed.is_at_end() {
                self.feed.consume(usize::MAX);
                return Ok(false);
            }
            self.feed.read_more()?;
        }
    }
}

/// Reads the event that begins the feed, as [`read_file`] found it at that place.
pub(in crate::ingest) fn read_one(
    feed: Feed<'_>,
    source: SourceIndex,
    longest: usize,
    assembler: &mut Assembler,
) -> io::Result<Option<Event>> {
    let mut walk = Walk::new(feed, source, longest, assembler);
    while walk.events.is_empty() && walk.outcome.unreadable() == 0 && walk.step()? {}
    Ok(walk.events.pop())
}

/// Reads the one event in a text that came from elsewhere, such as a field of another record.
pub(in crate::ingest) fn event_from_str(
    text: &str,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Result<Event, XmlError> {
    let Next::At(start) = next_event(text.as_bytes()) else {
        return Err(XmlError::NotARecord { missing: "Event" });
    };
    let text = text.as_bytes().get(start..).unwrap_or_default();
    read_event(&mut Reader::new(text, &[]), source, assembler)
}
