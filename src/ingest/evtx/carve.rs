//! Goes through a stretch of a file whose chunks are damaged, displaced or gone, and reads the
//! chunks and records that can still be found there. Sound chunks in their places are not read
//! here.
//!
//! A stretch is gone through from its start to its end by one thread, so that every chunk is found
//! once and the result depends on nothing but the bytes.

use std::{io, ops::Range};

use memchr::memmem;

use crate::model::{Event, IssueKind};

use super::{
    super::{
        positioned::{ReadAt, read_at},
        recognise::EVTX_FILE_HEADER,
    },
    Layout, Outcome, RecordSource, Trouble,
    chunk::{
        CHUNK, CHUNK_HEADER, CHUNK_MAGIC, ChunkHeader, RecordHead, Walk, is_blank, next_record,
        walk,
    },
    chunk_count, chunk_number, chunk_offset,
    unit::read_newer,
    words::{ChunkState, Found, nothing_found},
};

/// Bytes searched at a time.
const BLOCK: usize = 1 << 20;
/// Events handed on at a time.
const BATCH: usize = 4_096;

/// Stretches of neighbouring chunks, of these numbers.
pub(in crate::ingest) fn runs(mut numbers: Vec<u64>) -> Vec<Range<u64>> {
    numbers.sort_unstable();
    let mut runs: Vec<Range<u64>> = Vec::new();
    for number in numbers {
        match runs.last_mut().filter(|run| run.end == number) {
            Some(run) => run.end = number + 1,
            None => runs.push(number..number + 1),
        }
    }
    runs
}

/// Searches one file.
pub(in crate::ingest) struct Carver<'a> {
    pub(in crate::ingest) file: &'a dyn ReadAt,
    pub(in crate::ingest) layout: Layout,
    pub(in crate::ingest) records: RecordSource<'a>,
    /// Takes events with the offset they were found at or before; says whether to go on.
    pub(in crate::ingest) take: &'a mut dyn FnMut(u64, Vec<Event>) -> bool,
}

/// What begins at an offset.
#[derive(Clone, Copy, Debug)]
enum Find {
    Chunk(ChunkHeader),
    Record,
}

/// One stretch while it is gone through.
struct Stretch<'c, 'a> {
    carver: &'c mut Carver<'a>,
    outcome: &'c mut Outcome,
    /// Where what is to be found begins.
    bytes: Range<u64>,
    /// Where what begins in it ends.
    limit: u64,
    block: Vec<u8>,
    block_at: u64,
    /// Where the last chunk began, as far as known; before the file where its beginning is lost.
    base: Option<i64>,
    displaced: Found,
    orphans: Found,
    /// Chunks of the grid in which something was found.
    touched: Vec<u64>,
}

impl Carver<'_> {
    /// Goes through the whole file, whose chunks may lie anywhere.
    pub(in crate::ingest) fn search_file(&mut self) -> Outcome {
        let mut outcome = Outcome { is_readable: true, ..Outcome::default() };
        let bytes = self.layout.bytes;
        let mut stretch = Stretch::new(self, &mut outcome, 0..bytes, bytes);
        stretch.run();
        let Found { chunks, records, lost, .. } = stretch.orphans;
        let mut found = stretch.displaced;
        if let Some(first) = stretch.orphans.first() {
            found.add(first, chunks, records, lost);
        }
        outcome.troubles.extend(found.image());
        outcome
    }

    /// Goes through the chunks of these numbers, none of which is sound.
    pub(in crate::ingest) fn search(&mut self, chunks: &Range<u64>) -> Outcome {
        let mut outcome = Outcome { is_readable: true, ..Outcome::default() };
        let total = chunk_count(self.layout.bytes);
        // Where bytes are missing, the first chunk begins in what should be the header.
        let start = match (chunks.start, self.layout.has_header) {
            (0, true) => 8,
            (0, false) => 0,
            (first, _) => chunk_offset(first),
        };
        let end = chunk_offset(chunks.end);
        let has_neighbour = chunks.end < total && !self.is_blank_chunk(chunks.end);
        let limit = if has_neighbour { end } else { end + CHUNK as u64 };
        let mut stretch = Stretch::new(self, &mut outcome, start..end, limit);
        stretch.run();
        let Stretch { displaced, orphans, touched, .. } = stretch;
        outcome.troubles.extend(displaced.misplaced());
        outcome.troubles.extend(orphans.orphans());
        let mut untouched: Vec<u64> = chunks.clone().filter(|one| !touched.contains(one)).collect();
        untouched.sort_unstable();
        for lost in runs(untouched) {
            outcome.troubles.push(nothing_found(
                lost.start,
                lost.end - lost.start,
                self.layout.bytes,
            ));
        }
        outcome
    }

    fn is_blank_chunk(&self, number: u64) -> bool {
        let mut data = vec![0; CHUNK];
        let read = read_at(self.file, &mut data, chunk_offset(number)).unwrap_or(0);
        is_blank(data.get(..read).unwrap_or_default())
    }
}

impl<'c, 'a> Stretch<'c, 'a> {
    const fn new(
        carver: &'c mut Carver<'a>,
        outcome: &'c mut Outcome,
        bytes: Range<u64>,
        limit: u64,
    ) -> Self {
        Self {
            carver,
            outcome,
            bytes,
            limit,
            block: Vec::new(),
            block_at: 0,
            base: None,
            displaced: Found::new(),
            orphans: Found::new(),
            touched: Vec::new(),
        }
    }

    fn run(&mut self) {
        let mut at = self.bytes.start;
        loop {
            let step = match self.find(at) {
                Ok(Some((offset, Find::Chunk(header)))) => self.read_chunk(offset, &header),
                Ok(Some((offset, Find::Record))) => self.read_orphans(offset),
                Ok(None) => break,
                Err(error) => Err(error),
            };
            match step {
                // Whatever was found is past; never twice the same.
                Ok(next) => at = next.max(at + 1),
                Err(error) => {
                    self.outcome.is_readable = false;
                    let message = format!(
                        "Reading failed at this place: {error}. What comes after it is lost."
                    );
                    let kind = IssueKind::CutOff;
                    self.outcome.troubles.push(Trouble { offset: at, kind, message });
                    break;
                }
            }
            if self.outcome.events.len() >= BATCH {
                let events = std::mem::take(&mut self.outcome.events);
                if !(self.carver.take)(at, events) {
                    return;
                }
            }
        }
        let events = std::mem::take(&mut self.outcome.events);
        (self.carver.take)(at, events);
    }

    /// The next chunk or record that begins at or after an offset.
    fn find(&mut self, mut at: u64) -> io::Result<Option<(u64, Find)>> {
        while at < self.bytes.end {
            self.load(at)?;
            let from = usize::try_from(at - self.block_at).unwrap_or(usize::MAX);
            if from >= self.block.len() {
                return Ok(None);
            }
            let record = next_record(&self.block, from..self.block.len()).map(|head| head.offset);
            let chunk = self.next_chunk(from, record.unwrap_or(self.block.len()));
            let place = |offset: usize| self.block_at + offset as u64;
            let found = match (chunk, record) {
                (Some((offset, header)), _) => Some((place(offset), Find::Chunk(header))),
                (None, Some(offset)) => Some((place(offset), Find::Record)),
                (None, None) => None,
            };
            if let Some(found) = found {
                return Ok(Some(found).filter(|(offset, _)| *offset < self.bytes.end));
            }
            let end = place(self.block.len());
            if end >= self.limit || self.block.len() < BLOCK {
                return Ok(None);
            }
            at = (end - CHUNK as u64).max(at + 1);
        }
        Ok(None)
    }

    /// The next chunk in a part of the block: by its magic, on the grid also by the rest of its
    /// header.
    fn next_chunk(&self, from: usize, to: usize) -> Option<(usize, ChunkHeader)> {
        let header = |at: &usize| Some((*at, ChunkHeader::of(self.block.get(*at..)?)?));
        let part = self.block.get(from..self.block.len().min(to + CHUNK_MAGIC.len()))?;
        let marked = memmem::find_iter(part, CHUNK_MAGIC).map(|at| from + at);
        let marked = marked.filter(|at| *at < to).find_map(|at| header(&at));
        let grid = if self.carver.layout.is_image { 0..0 } else { from..to };
        let past = (self.block_at + from as u64).saturating_sub(EVTX_FILE_HEADER);
        let rest = usize::try_from(past.next_multiple_of(CHUNK as u64) - past).unwrap_or(0);
        let first = if self.block_at + (from as u64) < EVTX_FILE_HEADER {
            usize::try_from(EVTX_FILE_HEADER - self.block_at).unwrap_or(0)
        } else {
            from + rest
        };
        let unmarked = (first..grid.end).step_by(CHUNK).find_map(|at| header(&at));
        match (marked, unmarked) {
            (Some(one), Some(other)) => Some(if other.0 < one.0 { other } else { one }),
            (one, other) => one.or(other),
        }
    }

    /// Has the block hold what begins at an offset, as far as the file goes.
    fn load(&mut self, at: u64) -> io::Result<()> {
        let end = self.block_at + self.block.len() as u64;
        let is_there = (self.block_at..end).contains(&at)
            && (end - at > 2 * CHUNK as u64 || end >= self.limit);
        if is_there {
            return Ok(());
        }
        let most = self.limit.saturating_sub(at).min(BLOCK as u64);
        self.block.resize(usize::try_from(most).unwrap_or(BLOCK), 0);
        let read = read_at(self.carver.file, &mut self.block, at)?;
        self.block.truncate(read);
        self.block_at = at;
        Ok(())
    }

    /// The 64 KiB from an offset on, as far as they are there.
    fn window(&self, base: i64) -> io::Result<Vec<u8>> {
        let lead = usize::try_from(base.min(0).unsigned_abs()).unwrap_or(CHUNK).min(CHUNK);
        let start = u64::try_from(base).unwrap_or(0);
        let most = self.limit.saturating_sub(start).min((CHUNK - lead) as u64);
        let mut window = vec![0; lead + usize::try_from(most).unwrap_or(0)];
        let read = read_at(self.carver.file, window.get_mut(lead..).unwrap_or_default(), start)?;
        window.truncate(lead + read);
        Ok(window)
    }

    /// Reads a chunk and says where what follows it may begin.
    fn read_chunk(&mut self, offset: u64, header: &ChunkHeader) -> io::Result<u64> {
        let base = i64::try_from(offset).unwrap_or(i64::MAX);
        let window = self.window(base)?;
        let is_sound = header.has_magic && header.is_intact && header.matches(&window);
        let is_whole = is_sound && window.len() == CHUNK;
        let end = if is_whole { CHUNK } else { next_intact(&window, CHUNK_HEADER) };
        let grid = chunk_number(offset).filter(|_| !self.carver.layout.is_image);
        let mut state = ChunkState {
            counted: header.counted,
            is_cut_off: window.len() < CHUNK && offset + CHUNK as u64 > self.carver.layout.bytes,
            is_without_magic: !header.has_magic,
            is_checksum_wrong: !is_sound,
            ..ChunkState::default()
        };
        let live_end = if header.is_intact { header.free_space.min(end) } else { end };
        let Walk { records, breaks } = walk(&window, CHUNK_HEADER..live_end);
        // One whose last bytes were written since it was looked at first is as good as any.
        let is_recovered = !(is_whole && grid.is_some() && self.carver.layout.has_header);
        self.read_records(&window, base, &records, is_recovered, &mut state);
        state.failed += breaks.min(u64::from(header.counted.is_none()));
        if is_sound && self.carver.layout.is_dirty {
            let window = window.get(..end).unwrap_or_default();
            let events = &mut self.outcome.events;
            let records = &mut self.carver.records;
            let last = (header.last_number, live_end);
            read_newer(records, (window, base), last, &mut state, events);
        }
        self.base = Some(base);
        self.touch(offset, offset + end as u64);
        self.outcome.unreadable += state.unreadable();
        match grid {
            Some(number) => {
                let total = chunk_count(self.carver.layout.bytes);
                self.outcome.troubles.extend(state.trouble(number, total));
            }
            None => self.displaced.add(offset, 1, state.read, state.unreadable()),
        }
        Ok(offset + end as u64)
    }

    /// Reads those whose template is where they say, and counts the others as lost.
    fn read_records(
        &mut self,
        window: &[u8],
        base: i64,
        records: &[RecordHead],
        is_recovered: bool,
        state: &mut ChunkState,
    ) {
        let is_whole = |head: &&RecordHead| head.finds_its_template(window);
        let whole: Vec<_> = records.iter().filter(is_whole).copied().collect();
        state.failed += (records.len() - whole.len()) as u64;
        let events = &mut self.outcome.events;
        let failures = self.carver.records.read(window, base, &whole, is_recovered, events);
        state.add(&whole, &failures);
    }

    /// Reads records before which no chunk's header was found. Where their chunk began follows from
    /// a record that has its template in itself, and says where that is in the chunk.
    fn read_orphans(&mut self, offset: u64) -> io::Result<u64> {
        let from = usize::try_from(offset - self.block_at).unwrap_or(0);
        let Some(head) = RecordHead::at(&self.block, from) else { return Ok(offset + 4) };
        let end = offset + head.size as u64;
        let place = i64::try_from(offset).unwrap_or(i64::MAX);
        let Some(base) = self.base_of(&head, place) else {
            self.orphans.add(offset, 0, 0, 1);
            self.outcome.unreadable += 1;
            self.touch(offset, end);
            return Ok(end);
        };
        let window = self.window(base)?;
        let from = usize::try_from(place - base).unwrap_or(0);
        let to = next_intact(&window, from);
        let mut records = walk(&window, from..to).records;
        // Where another chunk's record says so, another chunk goes on.
        let other = records.iter().position(|head| {
            let template = head.template(&window);
            template.is_some_and(|(at, is_inside)| is_inside && at != head.offset + 38)
        });
        records.truncate(other.unwrap_or(records.len()));
        let Some(last) = records.last() else {
            self.orphans.add(offset, 0, 0, 1);
            self.outcome.unreadable += 1;
            return Ok(end);
        };
        let end = base.saturating_add_unsigned(last.end() as u64);
        let end = u64::try_from(end).unwrap_or(offset);
        let mut state = ChunkState::default();
        self.read_records(&window, base, &records, true, &mut state);
        self.base = Some(base);
        self.touch(offset, end);
        self.outcome.unreadable += state.failed;
        self.orphans.add(offset, 0, state.read, state.failed);
        Ok(end)
    }

    /// Where the chunk of a record at this place begins.
    fn base_of(&self, head: &RecordHead, place: i64) -> Option<i64> {
        let Some((definition, is_inside)) = head.template(&self.block) else {
            // One without a template may be read from anywhere.
            return place.checked_sub(signed(CHUNK_HEADER));
        };
        if is_inside {
            let known = (CHUNK_HEADER..CHUNK).contains(&definition);
            return known.then(|| place + 38 - signed(definition));
        }
        let holds = |base: &i64| {
            let range = base + signed(CHUNK_HEADER)..base + signed(CHUNK);
            range.contains(&place) && place + signed(head.size) <= range.end
        };
        let grid = || {
            let past = place.checked_sub(EVTX_FILE_HEADER.cast_signed());
            let past = past.filter(|past| *past >= 0 && !self.carver.layout.is_image)?;
            Some(place - past % signed(CHUNK))
        };
        self.base.filter(holds).or_else(|| grid().filter(holds))
    }

    /// Remembers that there is something in these chunks of the grid.
    fn touch(&mut self, from: u64, to: u64) {
        let first = from.saturating_sub(EVTX_FILE_HEADER) / CHUNK as u64;
        let last = to.saturating_sub(EVTX_FILE_HEADER + 1) / CHUNK as u64;
        let known = self.touched.last().map_or(first, |last| first.max(last + 1));
        if !self.carver.layout.is_image {
            self.touched.extend(known..=last);
        }
    }
}

/// An offset in a chunk, which is small.
fn signed(offset: usize) -> i64 {
    i64::try_from(offset).unwrap_or(i64::MAX)
}

/// Where the next chunk begins whose header is as it should be; the window's end where none does.
fn next_intact(window: &[u8], from: usize) -> usize {
    let part = window.get(from..).unwrap_or_default();
    let mut marks = memmem::find_iter(part, CHUNK_MAGIC).map(|at| from + at);
    let is_intact = |at: &usize| {
        let header = window.get(*at..).and_then(ChunkHeader::of);
        header.is_some_and(|header| header.is_intact)
    };
    marks.find(is_intact).unwrap_or(window.len())
}
