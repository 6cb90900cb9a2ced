//! One JSON file read in several parts at once, with the result of reading it from end to end.
//!
//! A part begins where a line begins with a brace. Whether the reader would have come to an object
//! there is known when the part before has been read: that one goes on to the first object which
//! begins at or after its end. If the next part began there, it is what reading on would have
//! given, because nothing is carried over from object to object but the place in the file; if not,
//! it is thrown away and read again from the right place. So a file that is no lines costs more
//! work and never another result.

use std::{
    fs::File,
    io::{self, Seek as _, SeekFrom},
    ops::{ControlFlow, Range},
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use memchr::memmem;

use crate::model::{Event, SourceIndex};

use super::{
    super::positioned::read_at,
    assemble::Assembler,
    dialect::Dialect,
    feed::{Encoding, Feed},
    objects::{FileReader, Outcome, read_file},
};

/// Bytes read at a time in search of a line.
const SEARCHED: usize = 64 << 10;
/// How often, before no part begins there.
const MOST_SEARCHES: usize = 16;

/// Where the parts of a file begin and end: about `length` bytes each, one part where there is no
/// line to begin another. The last has no end, since the file may have grown.
pub(in crate::ingest) fn split(file: &File, bytes: u64, length: u64) -> Vec<Range<u64>> {
    let length = length.max(1);
    let mut starts = vec![0];
    let mut head = [0; 4];
    let is_utf8 = read_at(file, &mut head, 0).is_ok() && Encoding::of(&head).0 == Encoding::Utf8;
    let mut near = length;
    while is_utf8 && near < bytes {
        let start = line_with_brace(file, near).ok().flatten();
        starts.extend(start);
        near = start.unwrap_or(near).saturating_add(length);
    }
    let ends = starts.iter().skip(1).copied().chain([u64::MAX]);
    starts.iter().zip(ends).map(|(start, end)| *start..end).collect()
}

/// The first line from `near` on that begins with a brace.
fn line_with_brace(file: &File, near: u64) -> io::Result<Option<u64>> {
    let mut block = vec![0; SEARCHED];
    let mut offset = near.saturating_sub(1);
    for _ in 0..MOST_SEARCHES {
        let read = read_at(file, &mut block, offset)?;
        let text = block.get(..read).unwrap_or_default();
        if let Some(at) = memmem::find(text, b"\n{") {
            return Ok(Some(offset + at as u64 + 1));
        }
        if read < SEARCHED {
            break;
        }
        // The line break may be the last byte of this block and the brace the first of the next.
        offset += read as u64 - 1;
    }
    Ok(None)
}

/// Events, and the bytes of the file they were read from.
pub(in crate::ingest) type Batch = (Range<u64>, Vec<Event>);

/// What was read of one part.
#[derive(Debug)]
pub(in crate::ingest) struct Part {
    start: u64,
    /// The events, unless they were handed over while reading.
    pub(in crate::ingest) batches: Vec<Batch>,
    outcome: Outcome,
}

impl Part {
    /// A part whose reading failed: the next one is taken to begin where it was thought to.
    pub(in crate::ingest) fn lost(range: &Range<u64>) -> Self {
        let outcome = Outcome { next: Some(range.end), ..Outcome::default() };
        Self { start: range.start, batches: Vec::new(), outcome }
    }
}

/// Reads parts of one file.
pub(in crate::ingest) struct PartReader<'a> {
    pub(in crate::ingest) path: &'a Path,
    pub(in crate::ingest) source: SourceIndex,
    pub(in crate::ingest) dialect: Dialect,
    /// Longest object read, in bytes of UTF-8.
    pub(in crate::ingest) longest: usize,
    pub(in crate::ingest) assembler: &'a mut Assembler,
    pub(in crate::ingest) is_cancelled: &'a dyn Fn() -> bool,
}

impl PartReader<'_> {
    /// Reads the objects that begin in the range and keeps the events.
    pub(in crate::ingest) fn read_ahead(&mut self, range: Range<u64>) -> Part {
        let mut batches = Vec::new();
        let part = self.read(range, &mut |batch| batches.push(batch));
        Part { batches, ..part }
    }

    /// Reads the objects that begin in the range and hands the events over.
    pub(in crate::ingest) fn read(
        &mut self,
        range: Range<u64>,
        take: &mut dyn FnMut(Batch),
    ) -> Part {
        let Range { start, end } = range;
        let mut done = start;
        let is_cancelled = self.is_cancelled;
        let mut sink = |offset: u64, events| {
            take((std::mem::replace(&mut done, offset)..offset, events));
            if is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let outcome = open_at(self.path, start).map(|feed| {
            let Self { source, dialect, longest, .. } = *self;
            let (assembler, sink) = (&mut *self.assembler, &mut sink);
            read_file(feed, &mut FileReader { source, dialect, longest, end, assembler, sink })
        });
        let outcome = outcome
            .unwrap_or_else(|error| Outcome { failed: Some((start, error)), ..Outcome::default() });
        Part { start, batches: Vec::new(), outcome }
    }
}

fn open_at(path: &Path, start: u64) -> io::Result<Feed<'static>> {
    let mut file = File::open(path)?;
    if start == 0 {
        return Feed::new(file);
    }
    file.seek(SeekFrom::Start(start))?;
    Ok(Feed::at(file, Encoding::Utf8, start))
}

/// Puts the parts of one file together, in order, as they come in in any order.
#[derive(Debug)]
pub(in crate::ingest) struct Stitch(Mutex<State>);

#[derive(Debug)]
struct State {
    /// The parts to come, the next one last, with what was read of them.
    waiting: Vec<(Range<u64>, Option<Part>)>,
    taken: usize,
    /// What the parts taken came to; its next object is where the next part has to begin.
    outcome: Outcome,
    /// Whether a thread is taking parts.
    is_busy: bool,
}

impl Stitch {
    /// For a file of these parts.
    pub(in crate::ingest) fn new(parts: &[Range<u64>]) -> Self {
        Self(Mutex::new(State {
            waiting: parts.iter().rev().map(|range| (range.clone(), None)).collect(),
            taken: 0,
            outcome: Outcome { next: Some(0), ..Outcome::default() },
            is_busy: false,
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands in the part of this number, and takes all parts whose turn it is: `take` gets them in
    /// order, `read_again` reads those that did not begin where an object does.
    ///
    /// One thread at a time takes; the others go on reading.
    pub(in crate::ingest) fn hand_in(
        &self,
        number: usize,
        part: Part,
        read_again: &mut dyn FnMut(Range<u64>) -> Part,
        take: &mut dyn FnMut(Part),
    ) {
        let mut state = self.state();
        let from_end = (state.taken + state.waiting.len()).checked_sub(number + 1);
        if let Some((_, slot)) = from_end.and_then(|at| state.waiting.get_mut(at)) {
            *slot = Some(part);
        }
        while !state.is_busy
            && let Some((range, part)) = state.take_next()
        {
            let Some(next) = state.outcome.next.filter(|next| *next < range.end) else { continue };
            state.is_busy = true;
            drop(state);
            let mut turn = Turn { stitch: self, end: range.end, outcome: None };
            let mut part = if part.start == next { part } else { read_again(next..range.end) };
            let outcome = std::mem::take(&mut part.outcome);
            take(part);
            turn.outcome = Some(outcome);
            drop(turn);
            state = self.state();
        }
    }

    /// What reading the file came to, as far as parts were taken; asked again, nothing more.
    pub(in crate::ingest) fn take_outcome(&self) -> Outcome {
        std::mem::take(&mut self.state().outcome)
    }
}

impl State {
    fn take_next(&mut self) -> Option<(Range<u64>, Part)> {
        let (range, part) = self.waiting.pop_if(|(_, part)| part.is_some())?;
        self.taken += 1;
        Some((range, part?))
    }
}

/// One thread's turn to take a part. Where it panics, the part is lost and those after it are not.
struct Turn<'a> {
    stitch: &'a Stitch,
    end: u64,
    outcome: Option<Outcome>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.stitch.state();
        state.is_busy = false;
        let lost = || Outcome { next: Some(self.end), ..Outcome::default() };
        state.outcome.add(self.outcome.take().unwrap_or_else(lost));
    }
}
