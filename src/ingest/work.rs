//! Shares the reading out among threads: pieces of files, taken from a counter by whoever is free,
//! and before them what comes up while archives are unpacked.

mod members;

mod logs;

use std::{
    cmp::Reverse,
    fmt,
    fs::File,
    ops::{ControlFlow, Range},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use evtx::ParserSettings;

use crate::model::{Event, Format, Issue, IssueKind};

use self::members::Place;
use super::{
    archive::{Slot, Task, Tasks, walk_file},
    bundle::cannot_open,
    csv,
    digest::FileHash,
    evtx::{RecordReader, UNIT_CHUNKS, chunk_count},
    input::Input,
    json::{Assembler, Batch, Dialect, Feed, Part, PartReader, Stitch, split},
    load::{Observer, Options, SourceProgress, SourceState, source_index},
    outcome::Outcome,
    positioned::read_at,
    tally::Tally,
    trouble::{self, Words, text_issues, without_time},
    xml,
};

/// Bytes hashed at a time.
const HASH_BLOCK: usize = 1 << 20;

/// One thing to do.
#[derive(Clone, Debug)]
enum Job {
    Hash,
    Archive,
    /// The part of this number of a JSON file.
    Json {
        dialect: Dialect,
        part: usize,
        range: Range<u64>,
    },
    Xml,
    Csv,
    /// Chunks of an EVTX file; where they are all of it, it is hashed on the way.
    Chunks(Range<u64>),
    /// A file that holds chunks anywhere.
    Image,
}

#[derive(Clone, Debug)]
struct Piece {
    source: usize,
    job: Job,
}

/// What all threads see.
struct Shared<'a> {
    inputs: &'a [Input],
    options: &'a Options,
    observer: &'a dyn Observer,
    pieces: Vec<Piece>,
    stitches: Vec<Option<Stitch>>,
    next: AtomicUsize,
    tallies: Vec<Mutex<Tally>>,
    /// What archives give to do.
    tasks: Tasks,
}

/// Reads all inputs; one tally for each, in their order, and the members of archives in no order.
pub(super) fn read_all(
    inputs: &[Input],
    options: &Options,
    observer: &dyn Observer,
) -> (Vec<Tally>, Vec<Arc<Slot>>) {
    let (pieces, stitches) = cut(inputs, options);
    let mut tallies = inputs.iter().map(|_| Tally::default()).collect::<Vec<_>>();
    for piece in &pieces {
        if let Some(tally) = tallies.get_mut(piece.source) {
            tally.pieces_left += 1;
        }
    }
    let tallies = tallies.into_iter().map(Mutex::new).collect();
    let next = AtomicUsize::new(0);
    let archives = inputs.iter().filter(|input| input.what.container.is_some()).count();
    let tasks = Tasks::of(archives);
    let shared = Shared { inputs, options, observer, pieces, stitches, next, tallies, tasks };
    // An archive is work for any number of threads.
    let most = if archives > 0 { usize::MAX } else { shared.pieces.len().max(1) };
    let threads = options.threads.clamp(1, most);
    thread::scope(|scope| {
        for number in 1..threads {
            let name = format!("ingest {number}");
            // Where the system gives no more threads, those there are do the work.
            if thread::Builder::new().name(name).spawn_scoped(scope, || work(&shared)).is_err() {
                break;
            }
        }
        work(&shared);
    });
    // Of a JSON file that was not read to its end nobody has asked yet.
    for source in 0..inputs.len() {
        if let Some(mut tally) = shared.tally(source) {
            shared.add_json_issues(source, &mut tally);
        }
    }
    let tallies = shared.tallies.into_iter();
    let tallies = tallies.map(|tally| tally.into_inner().unwrap_or_else(PoisonError::into_inner));
    (tallies.collect(), shared.tasks.into_slots())
}

/// The pieces, those that cannot be divided first and the largest of them first, so that no thread
/// is left with one at the end.
fn cut(inputs: &[Input], options: &Options) -> (Vec<Piece>, Vec<Option<Stitch>>) {
    let mut stitches = Vec::new();
    let mut whole = Vec::new();
    let mut parts = Vec::new();
    for (source, input) in inputs.iter().enumerate() {
        let is_log = input.what.format == Format::Evtx && !input.what.is_image;
        let chunks = if is_log { chunk_count(input.bytes) } else { 0 };
        if options.is_hashing && (!is_log || chunks > UNIT_CHUNKS) {
            whole.push(Piece { source, job: Job::Hash });
        }
        stitches.push(input.what.dialect.map(|dialect| {
            let ranges = json_ranges(input, options);
            let stitch = Stitch::new(&ranges);
            whole.extend(ranges.into_iter().enumerate().map(|(part, range)| {
                let job = Job::Json { dialect, part, range };
                Piece { source, job }
            }));
            stitch
        }));
        if input.what.container.is_some() {
            whole.push(Piece { source, job: Job::Archive });
        }
        if input.what.format == Format::Xml {
            whole.push(Piece { source, job: Job::Xml });
        }
        if input.what.format == Format::Csv {
            whole.push(Piece { source, job: Job::Csv });
        }
        if input.what.is_image {
            whole.push(Piece { source, job: Job::Image });
        }
        if is_log {
            let mut start = 0;
            while start < chunks || start == 0 {
                let end = chunks.min(start + UNIT_CHUNKS);
                parts.push(Piece { source, job: Job::Chunks(start..end) });
                start = end.max(1);
            }
        }
    }
    whole.sort_by_key(|piece| Reverse(inputs.get(piece.source).map_or(0, |input| input.bytes)));
    whole.append(&mut parts);
    (whole, stitches)
}

/// The parts of a JSON file: one where one thread reads, or where a second would find little left.
fn json_ranges(input: &Input, options: &Options) -> Vec<Range<u64>> {
    let file = (options.threads > 1 && input.bytes > options.json_part)
        .then(|| File::open(&input.path).ok())
        .flatten();
    match file {
        Some(file) => split(&file, input.bytes, options.json_part),
        None => std::iter::once(0..u64::MAX).collect(),
    }
}

fn assembler(options: &Options) -> Assembler {
    Assembler::keeping(options.keep.clone()).mapping(&options.maps)
}

fn work(shared: &Shared<'_>) {
    let mut worker = Worker {
        shared,
        assembler: assembler(shared.options),
        records: RecordReader::default(),
        buffer: Vec::new(),
        settings: Arc::new(ParserSettings::new().indent(false).recover_records(true)),
    };
    let is_cancelled = || shared.observer.is_cancelled();
    while !is_cancelled() {
        if let Some(task) = shared.tasks.take() {
            worker.work_on(task);
        } else if let Some(piece) = shared.pieces.get(shared.next.fetch_add(1, Ordering::Relaxed)) {
            worker.work_off(piece);
        } else if let Some(task) = shared.tasks.wait(&is_cancelled) {
            worker.work_on(task);
        } else {
            return;
        }
    }
}

fn failed(path: &Path) -> Issue {
    let message = "The program failed at a part of this file, whose records are missing. This is \
                   a fault of the program; please report it.";
    let (path, message) = (path.to_owned(), message.to_owned());
    Issue { path, member: None, offset: None, kind: IssueKind::Internal, message }
}

impl Shared<'_> {
    fn tally(&self, source: usize) -> Option<MutexGuard<'_, Tally>> {
        let tally = self.tallies.get(source)?;
        Some(tally.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn report(&self, source: usize, issues: impl IntoIterator<Item = Issue>) {
        if let Some(mut tally) = self.tally(source) {
            tally.issues.extend(issues);
        }
    }

    /// Counts and keeps what was read, and tells the observer.
    fn add(&self, source: usize, place: u64, events: Vec<Event>, bytes: u64) {
        if !events.is_empty() {
            self.observer.batch(&events);
        }
        if let Some(mut tally) = self.tally(source) {
            tally.add(place, events, bytes);
            let progress = self.progress(source, &tally, SourceState::Reading);
            drop(tally);
            self.observer.progress(progress);
        }
    }

    /// A sink that hands batches on with their order in the source.
    fn sink(&self, source: usize) -> impl FnMut(u64, Vec<Event>) -> ControlFlow<()> {
        let (mut place, mut done) = (0, 0);
        move |offset: u64, events: Vec<Event>| {
            self.add(source, place, events, offset.saturating_sub(done));
            (place, done) = (place + 1, offset);
            if self.observer.is_cancelled() {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        }
    }

    fn add_batch(&self, source: usize, (bytes, events): Batch) {
        self.add(source, bytes.end, events, bytes.end.saturating_sub(bytes.start));
    }

    fn finish_piece(&self, source: usize) {
        if self.is_last_piece(source) {
            self.finish_source(source);
        }
    }

    /// Counts a piece as read; whether it was the last of its source, which one thread is told.
    fn is_last_piece(&self, source: usize) -> bool {
        self.tally(source).is_some_and(|mut tally| {
            tally.pieces_left = tally.pieces_left.saturating_sub(1);
            tally.pieces_left == 0
        })
    }

    /// Tells that a source is done, and what was lost of it.
    fn finish_source(&self, source: usize) {
        let Some(mut tally) = self.tally(source) else { return };
        if let (Some(input), true) = (self.inputs.get(source), tally.timeless > 0) {
            let issue = without_time(&input.path, tally.timeless);
            tally.issues.push(issue);
        }
        self.add_json_issues(source, &mut tally);
        self.observer.source_issues(source_index(source), &tally.issues);
        let progress = self.progress(source, &tally, SourceState::Done);
        drop(tally);
        self.observer.progress(progress);
    }

    /// What reading the parts of a JSON file came to; once, however often it is asked.
    fn add_json_issues(&self, source: usize, tally: &mut Tally) {
        let stitch = self.stitches.get(source).and_then(Option::as_ref);
        let (Some(stitch), Some(input)) = (stitch, self.inputs.get(source)) else { return };
        let outcome = stitch.take_outcome();
        tally.unreadable += outcome.unreadable();
        let longest = self.options.longest_record;
        tally.issues.extend(text_issues(&input.path, outcome, longest, trouble::JSON));
    }

    fn progress(&self, source: usize, tally: &Tally, state: SourceState) -> SourceProgress {
        let bytes_total = self.inputs.get(source).map_or(0, |input| input.bytes);
        let bytes_done = match state {
            SourceState::Done => bytes_total,
            SourceState::Reading => tally.bytes_done.min(bytes_total),
        };
        let source = source_index(source);
        SourceProgress { source, bytes_done, bytes_total, records: tally.records, state }
    }
}

/// What one thread keeps from piece to piece.
struct Worker<'a> {
    shared: &'a Shared<'a>,
    assembler: Assembler,
    records: RecordReader,
    buffer: Vec<u8>,
    settings: Arc<ParserSettings>,
}

impl Worker<'_> {
    fn work_off(&mut self, piece: &Piece) {
        let shared = self.shared;
        let Some(input) = shared.inputs.get(piece.source) else { return };
        if self.has_failed(input, piece.source, |worker| worker.run(piece, input))
            && let Job::Json { dialect, part, range } = &piece.job
        {
            self.hand_in(piece.source, *dialect, *part, Part::lost(range));
        }
        if shared.is_last_piece(piece.source) {
            self.has_failed(input, piece.source, |worker| worker.finish_log(piece.source, input));
            shared.finish_source(piece.source);
        }
        if matches!(piece.job, Job::Archive) {
            shared.tasks.done();
        }
    }

    /// Runs a part of the work on a source; whether that failed, which is told as an issue of it.
    fn has_failed(&mut self, input: &Input, source: usize, work: impl FnOnce(&mut Self)) -> bool {
        let has_failed = catch_unwind(AssertUnwindSafe(|| work(self))).is_err();
        if has_failed {
            self.shared.report(source, [failed(&input.path)]);
            self.start_afresh();
        }
        has_failed
    }

    /// Forgets what a failure may have left half done.
    fn start_afresh(&mut self) {
        self.assembler = assembler(self.shared.options);
        self.records = RecordReader::default();
    }

    fn work_on(&mut self, task: Task) {
        let place = Place::of(&task);
        let has_failed = catch_unwind(AssertUnwindSafe(|| self.run_task(task))).is_err();
        if has_failed {
            self.start_afresh();
        }
        self.close_task(&place, has_failed);
    }

    fn run(&mut self, piece: &Piece, input: &Input) {
        if let Job::Json { dialect, part, range } = &piece.job {
            return self.read_json(piece.source, *dialect, *part, range.clone());
        }
        if matches!(piece.job, Job::Archive) {
            return walk_file(self, piece.source, input);
        }
        let file = match File::open(&input.path) {
            Ok(file) => file,
            Err(error) => {
                let issue = cannot_open(&input.path, &error.to_string());
                return self.shared.report(piece.source, [issue]);
            }
        };
        match &piece.job {
            Job::Hash => self.hash(piece.source, &file),
            Job::Json { .. } | Job::Archive => {}
            Job::Xml => self.read_xml(piece.source, input, file),
            Job::Csv => self.read_csv(piece.source, input, file),
            Job::Image => self.carve(piece.source, input, &file, None),
            Job::Chunks(chunks) => self.read_chunks(piece.source, input, &file, chunks.clone()),
        }
    }

    /// A file that cannot be read through has no hash; its reader says why.
    fn hash(&mut self, source: usize, file: &File) {
        let mut hash = FileHash::default();
        let mut offset = 0;
        self.buffer.resize(HASH_BLOCK, 0);
        while !self.shared.observer.is_cancelled() {
            let Ok(read) = read_at(file, &mut self.buffer, offset) else { return };
            hash.update(self.buffer.get(..read).unwrap_or_default());
            offset += read as u64;
            if read < HASH_BLOCK {
                self.set_hash(source, hash);
                return;
            }
        }
    }

    fn set_hash(&self, source: usize, hash: FileHash) {
        if let Some(mut tally) = self.shared.tally(source) {
            tally.sha256 = Some(hash.finish());
        }
    }

    /// Reads one part. The only part of a file is handed over as it is read; of several, each one
    /// when those before it were.
    fn read_json(&mut self, source: usize, dialect: Dialect, part: usize, range: Range<u64>) {
        let shared = self.shared;
        let is_only = range == (0..u64::MAX);
        let read = self.with_parts(source, dialect, |reader| {
            if is_only {
                reader.read(range, &mut |batch| shared.add_batch(source, batch))
            } else {
                reader.read_ahead(range)
            }
        });
        if let Some(read) = read {
            self.hand_in(source, dialect, part, read);
        }
    }

    fn read_xml(&mut self, source: usize, input: &Input, file: File) {
        let longest = self.shared.options.longest_record;
        let mut sink = self.shared.sink(source);
        let outcome = Feed::new(file).map(|feed| {
            let source = source_index(source);
            let assembler = &mut self.assembler;
            let mut reader = xml::FileReader { source, longest, assembler, sink: &mut sink };
            xml::read_file(feed, &mut reader)
        });
        let outcome = outcome.unwrap_or_else(Outcome::failed);
        self.finish_text(source, input, outcome, trouble::XML);
    }

    fn read_csv(&mut self, source: usize, input: &Input, file: File) {
        let longest = self.shared.options.longest_record;
        let mut sink = self.shared.sink(source);
        let outcome = Feed::new(file).map(|feed| {
            let source = source_index(source);
            let assembler = &mut self.assembler;
            let mut reader = csv::FileReader { source, longest, assembler, sink: &mut sink };
            csv::read_file(feed, &mut reader)
        });
        let outcome = outcome.unwrap_or_else(Outcome::failed);
        self.finish_text(source, input, outcome, trouble::CSV);
    }

    fn finish_text<E: fmt::Display>(
        &self,
        source: usize,
        input: &Input,
        outcome: Outcome<E>,
        words: Words,
    ) {
        let longest = self.shared.options.longest_record;
        if let Some(mut tally) = self.shared.tally(source) {
            tally.unreadable += outcome.unreadable();
            tally.issues.extend(text_issues(&input.path, outcome, longest, words));
        }
    }

    fn hand_in(&mut self, source: usize, dialect: Dialect, part: usize, read: Part) {
        let shared = self.shared;
        let Some(Some(stitch)) = shared.stitches.get(source) else { return };
        self.with_parts(source, dialect, |reader| {
            let mut take =
                |part: Part| part.batches.into_iter().for_each(|b| shared.add_batch(source, b));
            stitch.hand_in(part, read, &mut |range| reader.read_ahead(range), &mut take);
        });
    }

    fn with_parts<T>(
        &mut self,
        source: usize,
        dialect: Dialect,
        run: impl FnOnce(&mut PartReader<'_>) -> T,
    ) -> Option<T> {
        let Shared { inputs, options, observer, .. } = self.shared;
        Some(run(&mut PartReader {
            path: &inputs.get(source)?.path,
            source: source_index(source),
            dialect,
            longest: options.longest_record,
            assembler: &mut self.assembler,
            is_cancelled: &|| observer.is_cancelled(),
        }))
    }
}
