//! The pieces of event logs and of files that hold parts of them: what is handed to their reader
//! and what becomes of what it gives back. How pieces are shared out is not decided here.

use std::{fs::File, ops::Range};

use crate::model::{Event, Format, Issue};

use super::{
    super::{
        bundle::cannot_open,
        digest::FileHash,
        evtx::{
            CHUNK, Carver, ChunkReader, Layout, Outcome, RecordSource, UNIT_CHUNKS, chunk_count,
            missing_chunks, runs,
        },
        input::Input,
        load::source_index,
        positioned::read_at,
        recognise::EVTX_FILE_HEADER,
    },
    Shared, Worker,
};

impl Shared<'_> {
    /// Takes the chunks of a log that are not sound; `None` for what is no log.
    fn take_gaps(&self, source: usize) -> Option<Vec<u64>> {
        let input = self.inputs.get(source)?;
        let is_log = input.what.format == Format::Evtx && !input.what.is_image;
        let mut tally = self.tally(source).filter(|_| is_log)?;
        Some(std::mem::take(&mut tally.gaps))
    }
}

impl Worker<'_> {
    pub(super) fn read_chunks(
        &mut self,
        source: usize,
        input: &Input,
        file: &File,
        chunks: Range<u64>,
    ) {
        let total = chunk_count(input.bytes);
        let (is_first, is_whole) = (chunks.start == 0, chunks.end - chunks.start == total);
        let mut hash = (self.shared.options.is_hashing && is_whole).then(FileHash::default);
        let mut troubles = Vec::new();
        let mut is_readable = true;
        if is_first {
            self.buffer.resize(usize::try_from(EVTX_FILE_HEADER).unwrap_or(0), 0);
            let read = read_at(file, &mut self.buffer, 0);
            is_readable = read.is_ok();
            let header = self.buffer.get(..read.unwrap_or(0)).unwrap_or_default();
            troubles.extend(missing_chunks(header, input.bytes));
            if let Some(hash) = &mut hash {
                hash.update(header);
            }
        }
        let mut seen = |bytes: &[u8]| {
            if let Some(hash) = &mut hash {
                hash.update(bytes);
            }
        };
        let (layout, records) = (layout(input), self.records(source));
        let mut reader = ChunkReader { file, layout, records, seen: &mut seen };
        let mut outcome = reader.read(chunks.clone());
        is_readable &= outcome.is_readable;
        if let Some(hash) = hash.filter(|_| is_readable) {
            self.set_hash(source, hash);
        }
        let bytes = (chunks.end - chunks.start) * CHUNK as u64;
        let events = std::mem::take(&mut outcome.events);
        self.shared.add(source, chunks.start * CHUNK as u64, events, bytes);
        outcome.troubles.append(&mut troubles);
        self.finish_chunks(source, input, outcome);
    }

    /// Reads what is left when all pieces of a log were read: what was written meanwhile, and what
    /// can be found where its chunks are not sound.
    pub(super) fn finish_log(&mut self, source: usize, input: &Input) {
        if self.shared.observer.is_cancelled() {
            return;
        }
        let Some(gaps) = self.shared.take_gaps(source) else { return };
        let file = match File::open(&input.path) {
            Ok(file) => file,
            Err(error) => {
                let issue = cannot_open(&input.path, &error.to_string());
                return self.shared.report(source, [issue]);
            }
        };
        let now = file.metadata().map_or(input.bytes, |about| about.len());
        let grown = Input { bytes: input.bytes.max(now), ..input.clone() };
        if grown.bytes > input.bytes {
            self.read_growth(source, &grown, &file, chunk_count(input.bytes));
        }
        let more = self.shared.tally(source).map(|mut tally| std::mem::take(&mut tally.gaps));
        let gaps: Vec<u64> = gaps.into_iter().chain(more.into_iter().flatten()).collect();
        if !gaps.is_empty() {
            self.carve(source, &grown, &file, Some(gaps));
        }
    }

    /// Reads the chunks that a log got while it was read.
    fn read_growth(&mut self, source: usize, grown: &Input, file: &File, first: u64) {
        let end = chunk_count(grown.bytes);
        let mut start = first;
        while start < end && !self.shared.observer.is_cancelled() {
            let chunks = start..end.min(start + UNIT_CHUNKS);
            start = chunks.end;
            let place = chunks.start * CHUNK as u64;
            let (layout, records) = (layout(grown), self.records(source));
            let mut reader = ChunkReader { file, layout, records, seen: &mut |_| {} };
            let mut outcome = reader.read(chunks);
            let events = std::mem::take(&mut outcome.events);
            self.shared.add(source, place, events, 0);
            self.finish_chunks(source, grown, outcome);
        }
        if let Some(mut tally) = self.shared.tally(source) {
            tally.bytes = Some(grown.bytes);
        }
        if self.shared.options.is_hashing {
            self.hash(source, file);
        }
    }

    pub(super) fn records(&mut self, source: usize) -> RecordSource<'_> {
        RecordSource {
            source: source_index(source),
            assembler: &mut self.assembler,
            own: &mut self.records,
            settings: &self.settings,
            keeps_everything: false,
        }
    }

    fn finish_chunks(&self, source: usize, input: &Input, outcome: Outcome) {
        let Some(mut tally) = self.shared.tally(source) else { return };
        tally.unreadable += outcome.unreadable;
        tally.gaps.extend(outcome.gaps);
        tally.issues.extend(outcome.troubles.into_iter().map(|trouble| Issue {
            path: input.path.clone(),
            member: None,
            offset: Some(trouble.offset),
            kind: trouble.kind,
            message: trouble.message,
        }));
    }

    /// Searches these chunks, or the whole file.
    pub(super) fn carve(
        &mut self,
        source: usize,
        input: &Input,
        file: &File,
        chunks: Option<Vec<u64>>,
    ) {
        let shared = self.shared;
        let mut done = 0;
        let mut take = |place: u64, events: Vec<Event>| {
            let bytes = if input.what.is_image { place.saturating_sub(done) } else { 0 };
            done = place;
            shared.add(source, place, events, bytes);
            !shared.observer.is_cancelled()
        };
        let (layout, records) = (layout(input), self.records(source));
        let mut carver = Carver { file, layout, records, take: &mut take };
        let outcomes = match chunks {
            Some(chunks) => runs(chunks).iter().map(|run| carver.search(run)).collect(),
            None => vec![carver.search_file()],
        };
        for outcome in outcomes {
            self.finish_chunks(source, input, outcome);
        }
    }
}

const fn layout(input: &Input) -> Layout {
    Layout {
        bytes: input.bytes,
        has_header: input.what.has_header,
        is_dirty: input.what.is_dirty,
        is_image: input.what.is_image,
    }
}
