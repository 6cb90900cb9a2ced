//! Finds the rows in a table and gets on after a broken one. Not what a row means.
//!
//! A value in quotes may span lines. Where nothing closes the quotes, only the line they open in
//! is given up, and what follows is read again as rows.

use std::{borrow::Cow, io, ops::ControlFlow};

use memchr::memchr;

use crate::model::{Event, SourceIndex};

use super::{
    super::{
        json::{Assembler, Feed},
        outcome,
        row::{Read, Row, RowError},
    },
    header::Header,
    split::{SplitError, Values, split},
    told::Told,
};

/// Events handed over at a time.
const BATCH: usize = 2_048;
/// Bytes that may be looked at in vain before a file counts as made to waste time.
const MOST_WASTED: u64 = 64 << 20;

/// What reading a file came to, besides its events.
pub(in crate::ingest) type Outcome = outcome::Outcome<RowError>;

/// Reads one file.
pub(in crate::ingest) struct FileReader<'a> {
    pub(in crate::ingest) source: SourceIndex,
    /// Longest row read, in bytes of UTF-8.
    pub(in crate::ingest) longest: usize,
    pub(in crate::ingest) assembler: &'a mut Assembler,
    /// Takes the offset reached and the events read; breaks to stop.
    pub(in crate::ingest) sink: &'a mut dyn FnMut(u64, Vec<Event>) -> ControlFlow<()>,
}

/// Reads all rows of a file and hands the events over in batches.
pub(in crate::ingest) fn read_file(mut feed: Feed<'_>, reader: &mut FileReader<'_>) -> Outcome {
    let FileReader { source, longest, assembler, sink } = reader;
    let header = match take_header(&mut feed, *longest) {
        Ok(Some(header)) => header,
        Ok(None) => {
            let missing = RowError::NotARecord { missing: "the header row" };
            return Outcome { broken: 1, first_broken: Some((0, missing)), ..Outcome::default() };
        }
        Err(error) => return Outcome::failed(error),
    };
    let mut walk = Walk::new(feed, header, (*source, *longest), assembler);
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

/// The header at the beginning of a file.
fn take_header(feed: &mut Feed<'_>, longest: usize) -> io::Result<Option<Header>> {
    loop {
        if let Some((header, length)) = Header::find(feed.window(), feed.is_at_end()) {
            feed.consume(length);
            return Ok(Some(header));
        }
        if feed.is_at_end() || feed.window().len() >= longest {
            return Ok(None);
        }
        feed.grow(longest)?;
    }
}

/// The way through a file.
struct Walk<'f, 'a> {
    feed: Feed<'f>,
    header: Header,
    source: SourceIndex,
    longest: usize,
    assembler: &'a mut Assembler,
    outcome: Outcome,
    told: Told,
    events: Vec<Event>,
    /// A row whose quotes nothing closed before the file ended. Either the file breaks off inside
    /// it, or rows come after it.
    open: Option<u64>,
    /// Rows after it that were none.
    after_open: u64,
    /// Bytes looked at that had to be looked at again.
    wasted: u64,
}

impl<'f, 'a> Walk<'f, 'a> {
    fn new(
        feed: Feed<'f>,
        header: Header,
        (source, longest): (SourceIndex, usize),
        assembler: &'a mut Assembler,
    ) -> Self {
        Self {
            feed,
            header,
            source,
            longest,
            assembler,
            outcome: Outcome::default(),
            told: Told::default(),
            events: Vec::new(),
            open: None,
            after_open: 0,
            wasted: 0,
        }
    }

    fn finish(mut self) -> Outcome {
        if let Some(start) = self.open {
            self.outcome.cut_off = Some(start);
        }
        self.outcome.notes = self.told.notes();
        self.outcome
    }

    /// Reads the next row; `false` at the end.
    fn step(&mut self) -> io::Result<bool> {
        if !self.skip_line_breaks()? {
            return Ok(false);
        }
        let start = self.feed.offset();
        loop {
            let (window, is_all) = (self.feed.window(), self.feed.is_at_end());
            let length = window.len();
            let error = match split(window, self.header.delimiter, is_all) {
                Ok(row) => {
                    let read = row.length;
                    let taken = if read > self.longest {
                        Taken::TooLong
                    } else {
                        take(&row, &self.header, self.source, self.assembler)
                    };
                    self.feed.consume(read);
                    self.count(start, taken);
                    return Ok(true);
                }
                Err(error) => error,
            };
            match error {
                SplitError::Incomplete if length < self.longest => self.feed.grow(self.longest)?,
                error => return self.give_up_line(start, length, error),
            }
        }
    }

    fn skip_line_breaks(&mut self) -> io::Result<bool> {
        loop {
            let window = self.feed.window();
            let next = window.iter().position(|byte| !matches!(byte, b'\r' | b'\n' | 0));
            self.feed.consume(next.unwrap_or(usize::MAX));
            if next.is_some() {
                return Ok(true);
            }
            if self.feed.is_at_end() {
                return Ok(false);
            }
            self.feed.read_more()?;
        }
    }

    fn count(&mut self, start: u64, taken: Taken) {
        match taken {
            Taken::Header => {}
            Taken::TooLong => self.outcome.add_too_long(start),
            Taken::CutOff => self.outcome.cut_off = Some(start),
            Taken::Broken(_) if self.open.is_some() => self.after_open += 1,
            Taken::Broken(error) => self.outcome.add_broken(start, error),
            Taken::Row { read: Read { mut event, .. }, odd } => {
                if let Some(open) = self.open.take() {
                    self.outcome.add_broken(open, RowError::OpenQuote);
                    self.outcome.broken += std::mem::take(&mut self.after_open);
                }
                event.place = start;
                self.events.push(event);
                for remark in self.assembler.remarks.drain(..) {
                    self.outcome.add_remark(remark, start);
                }
                for (is, count) in [
                    (odd.is_ragged, &mut self.told.ragged),
                    (odd.is_altered, &mut self.told.altered),
                ] {
                    if is {
                        count.add(start);
                    }
                }
            }
        }
    }

    /// Moves past the line that a row without an end begins with; `false` to stop.
    fn give_up_line(&mut self, start: u64, length: usize, error: SplitError) -> io::Result<bool> {
        match error {
            SplitError::OpenQuote if self.open.is_some() => self.after_open += 1,
            SplitError::OpenQuote => self.open = Some(start),
            SplitError::Incomplete => self.outcome.add_too_long(start),
            SplitError::TooMany => self.outcome.add_broken(start, RowError::TooMany),
        }
        let mut line = 0_u64;
        loop {
            let end = memchr(b'\n', self.feed.window()).map(|end| end + 1);
            line += end.unwrap_or_else(|| self.feed.window().len()) as u64;
            self.feed.consume(end.unwrap_or(usize::MAX));
            if end.is_some() || self.feed.is_at_end() {
                break;
            }
            self.feed.read_more()?;
        }
        self.wasted += (length as u64).saturating_sub(line);
        if self.wasted > MOST_WASTED {
            self.told.given_up = Some(self.feed.offset());
            return Ok(false);
        }
        Ok(true)
    }
}

/// What a row came to.
enum Taken {
    Row { read: Read, odd: Odd },
    Header,
    TooLong,
    CutOff,
    Broken(RowError),
}

/// What is odd about a row besides what it says.
#[derive(Clone, Copy)]
struct Odd {
    is_ragged: bool,
    is_altered: bool,
}

fn take(
    row: &Values<'_>,
    header: &Header,
    source: SourceIndex,
    assembler: &mut Assembler,
) -> Taken {
    if header.is(&row.cells) {
        return Taken::Header;
    }
    let is_short = row.cells.len() < header.columns.len();
    if is_short && !row.is_ended {
        return Taken::CutOff;
    }
    let columns = header.columns.iter().map(String::as_str);
    let named = columns.zip(row.cells.iter().map(Cow::as_ref)).collect::<Vec<_>>();
    match header.program.read(&Row(&named), source, assembler) {
        // The mark that ends it may be one of two that mean one, or it ends before its last value.
        Ok(read) if read.is_data_broken && row.may_be_cut() => Taken::CutOff,
        Ok(read) => {
            let is_ragged = row.cells.len() != header.columns.len();
            Taken::Row { read, odd: Odd { is_ragged, is_altered: row.is_altered } }
        }
        Err(error) => Taken::Broken(error),
    }
}

/// Reads the row that begins the feed, as [`read_file`] found it at that place, with the header
/// from the beginning of its file.
pub(in crate::ingest) fn read_one(
    mut file: Feed<'_>,
    row: Feed<'_>,
    (source, longest): (SourceIndex, usize),
    assembler: &mut Assembler,
) -> io::Result<Option<Event>> {
    let Some(header) = take_header(&mut file, longest)? else { return Ok(None) };
    let mut walk = Walk::new(row, header, (source, longest), assembler);
    walk.step()?;
    Ok(walk.events.pop())
}
