//! What a worker does for members of archives: parses what was unpacked, and tells the observer.
//! Does not unpack.

use std::{
    io::{self, Read},
    ops::ControlFlow,
    path::Path,
    sync::{Arc, PoisonError},
};

use crate::ingest::{
    archive::{Chunks, Desk, Slot, Task, Tasks, walk_share},
    csv,
    evtx::{CHUNK, Carver, ChunkReader, Layout, RecordSource, UNIT_CHUNKS, chunk_end, runs},
    input::Input,
    json::{self, Feed},
    load::{Options, SourceProgress, SourceState, source_index},
    outcome::Outcome,
    positioned::ReadAt,
    recognise::EVTX_FILE_HEADER,
    tally::Tally,
    trouble::{self, text_issues, without_time},
    xml,
};
use crate::model::{Event, Format, Issue};

use super::{Shared, Worker, failed};

/// Pieces of archives that wait for a thread, for each thread.
const MOST_WAITING: usize = 2;

impl Shared<'_> {
    /// The archive's own path.
    fn path(&self, source: usize) -> &Path {
        self.inputs.get(source).map_or_else(|| Path::new(""), |input| &input.path)
    }

    fn add_to(&self, slot: &Slot, place: u64, events: Vec<Event>) {
        if !events.is_empty() {
            self.observer.batch(&events);
        }
        let mut tally = slot.tally();
        tally.add(place, events, 0);
        self.tell(slot, tally.records, SourceState::Reading);
    }

    /// The bytes of members are told as bytes of their archive.
    fn tell(&self, slot: &Slot, records: u64, state: SourceState) {
        let source = source_index(slot.source);
        let progress = SourceProgress { source, bytes_done: 0, bytes_total: 0, records, state };
        self.observer.progress(progress);
    }

    fn finish_member(&self, slot: &Slot) {
        let mut tally = slot.tally();
        tally.pieces_left = tally.pieces_left.saturating_sub(1);
        if tally.pieces_left == 0 {
            if tally.timeless > 0 {
                let issue = without_time(&slot.input.path, tally.timeless);
                tally.issues.push(issue);
            }
            self.tell(slot, tally.records, SourceState::Done);
        }
    }

    fn report_to(&self, task: &Place) {
        match task {
            Place::Member(slot) => slot.tally().issues.push(failed(&slot.input.path)),
            Place::Archive(source) => self.report(*source, [failed(self.path(*source))]),
        }
    }
}

/// What a task is about, for when it fails.
pub(super) enum Place {
    Member(Arc<Slot>),
    Archive(usize),
}

impl Place {
    pub(super) fn of(task: &Task) -> Self {
        match task {
            Task::Chunks(chunks) => Self::Member(Arc::clone(&chunks.slot)),
            Task::Members(share) => Self::Archive(share.source()),
        }
    }
}

impl Worker<'_> {
    pub(super) fn run_task(&mut self, task: Task) {
        match task {
            Task::Chunks(chunks) => self.parse(&chunks),
            Task::Members(share) => {
                let path = self.shared.path(share.source()).to_owned();
                walk_share(self, &share, &path);
            }
        }
    }

    /// The task is done, well or not.
    pub(super) fn close_task(&self, place: &Place, has_failed: bool) {
        if has_failed {
            self.shared.report_to(place);
        }
        match place {
            Place::Member(slot) => self.shared.finish_member(slot),
            Place::Archive(source) => self.shared.finish_piece(*source),
        }
        self.shared.tasks.done();
    }

    fn parse(&mut self, chunks: &Chunks) {
        let Chunks { slot, first, total, bytes } = chunks;
        let count = bytes.len().div_ceil(CHUNK) as u64;
        let from = EVTX_FILE_HEADER + first * CHUNK as u64;
        let part = Part { bytes, from };
        let what = slot.input.what;
        let end = from + bytes.len() as u64;
        // Where the last chunk is not whole, the log ends.
        let whole = total.filter(|_| bytes.len().is_multiple_of(CHUNK));
        let layout = Layout {
            bytes: whole.map_or(end, chunk_end),
            has_header: what.has_header,
            is_dirty: what.is_dirty,
            is_image: false,
        };
        let mut reader = ChunkReader {
            file: &part,
            layout,
            records: self.records_of_member(slot),
            seen: &mut |_| {},
        };
        let mut outcome = reader.read(*first..*first + count);
        let mut found = Vec::new();
        let mut take = |_: u64, events: Vec<Event>| {
            found.extend(events);
            true
        };
        // What is displaced beyond the part that is in memory is lost.
        let mut carver =
            Carver { file: &part, layout, records: self.records_of_member(slot), take: &mut take };
        for run in runs(std::mem::take(&mut outcome.gaps)) {
            let more = carver.search(&run);
            outcome.unreadable += more.unreadable;
            outcome.troubles.extend(more.troubles);
            outcome.events.extend(more.events);
        }
        outcome.events.extend(found);
        self.shared.add_to(slot, first / UNIT_CHUNKS, outcome.events);
        let mut tally = slot.tally();
        tally.unreadable += outcome.unreadable;
        tally.issues.extend(outcome.troubles.into_iter().map(|trouble| Issue {
            path: slot.input.path.clone(),
            member: None,
            offset: Some(trouble.offset),
            kind: trouble.kind,
            message: trouble.message,
        }));
    }

    /// A member cannot be read again alone.
    fn records_of_member(&mut self, slot: &Slot) -> RecordSource<'_> {
        RecordSource { keeps_everything: true, ..self.records(slot.source) }
    }

    fn read_text(
        &mut self,
        slot: &Slot,
        feed: Feed<'_>,
        sink: &mut dyn FnMut(u64, Vec<Event>) -> ControlFlow<()>,
    ) -> (u64, Vec<Issue>) {
        let longest = self.shared.options.longest_record;
        let (source, path) = (source_index(slot.source), &slot.input.path);
        let assembler = &mut self.assembler;
        if slot.input.what.format == Format::Xml {
            let mut reader = xml::FileReader { source, longest, assembler, sink };
            let outcome = xml::read_file(feed, &mut reader);
            return (outcome.unreadable(), text_issues(path, outcome, longest, trouble::XML));
        }
        if slot.input.what.format == Format::Csv {
            let mut reader = csv::FileReader { source, longest, assembler, sink };
            let outcome = csv::read_file(feed, &mut reader);
            return (outcome.unreadable(), text_issues(path, outcome, longest, trouble::CSV));
        }
        let Some(dialect) = slot.input.what.dialect else { return (0, Vec::new()) };
        let mut reader =
            json::FileReader { source, dialect, longest, end: u64::MAX, assembler, sink };
        let outcome = json::read_file(feed, &mut reader);
        (outcome.unreadable(), text_issues(path, outcome, longest, trouble::JSON))
    }
}

/// A part of a member, in memory.
struct Part<'a> {
    bytes: &'a [u8],
    /// Where it begins in the member.
    from: u64,
}

impl ReadAt for Part<'_> {
    fn read_some(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        // What came before is gone; to whoever looks for chunks there it is blank.
        if let Some(before) = self.from.checked_sub(offset).filter(|before| *before > 0) {
            let count = buffer.len().min(usize::try_from(before).unwrap_or(usize::MAX));
            buffer.get_mut(..count).unwrap_or_default().fill(0);
            return Ok(count);
        }
        let skip = usize::try_from(offset - self.from).unwrap_or(usize::MAX);
        let mut rest = self.bytes.get(skip..).unwrap_or_default();
        rest.read(buffer)
    }
}

impl Desk for Worker<'_> {
    fn options(&self) -> &Options {
        self.shared.options
    }

    fn tasks(&self) -> &Tasks {
        &self.shared.tasks
    }

    fn is_cancelled(&self) -> bool {
        self.shared.observer.is_cancelled()
    }

    fn open(&mut self, input: Input, order: Vec<u64>) -> Arc<Slot> {
        let shared = self.shared;
        shared.tasks.open(shared.inputs.len(), input, order, &|source, path| {
            shared.observer.source_found(source_index(source), path, 0);
        })
    }

    fn finish(&mut self, slot: &Slot) {
        self.shared.finish_member(slot);
    }

    fn chunks(&mut self, chunks: Chunks) {
        chunks.slot.tally().pieces_left += 1;
        let slot = Arc::clone(&chunks.slot);
        if let Err(task) = self.offer(Task::Chunks(chunks)) {
            self.run_task(task);
            self.shared.finish_member(&slot);
        }
    }

    fn text(&mut self, slot: &Slot, reader: &mut dyn Read) {
        let shared = self.shared;
        let mut place = 0;
        let mut sink = |_: u64, events: Vec<Event>| {
            shared.add_to(slot, place, events);
            place += 1;
            if shared.observer.is_cancelled() {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        };
        self.assembler.keep_everything(true);
        let (unreadable, issues) = match Feed::new(reader) {
            Ok(feed) => self.read_text(slot, feed, &mut sink),
            Err(error) => {
                let (path, longest) = (&slot.input.path, shared.options.longest_record);
                let outcome = Outcome::<json::JsonError>::failed(error);
                (0, text_issues(path, outcome, longest, trouble::JSON))
            }
        };
        self.assembler.keep_everything(false);
        let mut tally = slot.tally();
        tally.unreadable += unreadable;
        tally.issues.extend(issues);
    }

    fn archive(&self, source: usize, change: &mut dyn FnMut(&mut Tally)) {
        if let Some(tally) = self.shared.tallies.get(source) {
            change(&mut tally.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    fn advance(&self, source: usize, bytes: u64) {
        self.shared.add(source, 0, Vec::new(), bytes);
    }

    fn offer(&mut self, task: Task) -> Result<(), Task> {
        let shared = self.shared;
        if let Task::Members(share) = &task {
            self.archive(share.source(), &mut |tally| tally.pieces_left += 1);
        }
        let refused = match shared.options.threads {
            1 => Some(task),
            threads => shared.tasks.offer(task, threads * MOST_WAITING).err(),
        };
        match refused {
            None => Ok(()),
            Some(task) => {
                if let Task::Members(share) = &task {
                    self.archive(share.source(), &mut |tally| tally.pieces_left -= 1);
                }
                Err(task)
            }
        }
    }
}
