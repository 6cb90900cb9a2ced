//! The way in: paths to events, with progress on the way.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    thread,
};

use crate::model::{AlsoAt, Event, Issue, LeftOut, Source, SourceIndex};

use super::{
    archive::UnpackLimit,
    bundle::Bundle,
    field_map::FieldMap,
    gather::{Gathered, gather},
    input::{Inputs, open_all},
    keep::Keep,
    order::put_in_order,
    twice::drop_repeated,
    work::read_all,
};

/// How to load.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads that read; as many as the machine has processors unless said otherwise.
    pub threads: usize,
    /// Whether to compute the SHA-256 of every file.
    pub is_hashing: bool,
    /// Which records keep their fields; all unless said otherwise.
    pub keep: Keep,
    /// Files that are neither read nor hashed nor listed among the sources, though they lie among
    /// those to load, and members of archives that are dropped after unpacking;
    /// [`Loaded::left_out`] says which were met.
    pub left_out: Vec<LeftOut>,
    /// Longest record of a text log read (a JSON object, an XML event, a row), in bytes of UTF-8;
    /// longer ones are left out with an issue.
    pub longest_record: usize,
    /// Passwords for encrypted archives, tried in this order after none and `infected`.
    pub passwords: Vec<String>,
    /// How much archives may unpack to.
    pub unpack_limit: UnpackLimit,
    /// Bytes of a JSON file that one thread reads at a time; what is read does not depend on it.
    pub json_part: u64,
    /// How to read JSON that is of no known program: the first map whose
    /// [`FieldMap::required`] keys are there is used. At most 65,536.
    pub maps: Vec<FieldMap>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            threads: thread::available_parallelism().map_or(1, NonZeroUsize::get),
            is_hashing: true,
            keep: Keep::all(),
            left_out: Vec::new(),
            longest_record: 16 << 20,
            passwords: Vec::new(),
            unpack_limit: UnpackLimit::default(),
            json_part: 16 << 20,
            maps: Vec::new(),
        }
    }
}

/// How far a source has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceState {
    /// Something of it has been read.
    Reading,
    /// All of it has been read, as far as it can be.
    Done,
}

/// Where reading one source stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceProgress {
    /// The source, as in [`Observer::source_found`].
    pub source: SourceIndex,
    /// Bytes of records read.
    pub bytes_done: u64,
    /// Size of the file in bytes.
    pub bytes_total: u64,
    /// Records read.
    pub records: u64,
    /// Whether more is to come.
    pub state: SourceState,
}

/// Whoever watches the loading. Called from the reading threads, so the methods should be quick.
pub trait Observer: Sync {
    /// A file will be read, or a member of an archive was found. The sources are numbered in the
    /// order of these calls, which is not yet that of [`Loaded::sources`]. Files are told before
    /// reading begins; members while their archive is read, as a path below the archive's, with no
    /// bytes, since those of the archive count.
    fn source_found(&self, _source: SourceIndex, _path: &Path, _bytes: u64) {}

    /// What could not be read of a source. Called before it is told to be done; more than once
    /// where something is known sooner, each time with what is new.
    fn source_issues(&self, _source: SourceIndex, _issues: &[Issue]) {}

    /// A source was read further.
    fn progress(&self, _progress: SourceProgress) {}

    /// These events were read, in no particular order among batches; duplicates are still there.
    fn batch(&self, _events: &[Event]) {}

    /// Whether to stop. What has been read until then is returned.
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// The observer that does not look.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {}

/// What was loaded: the same for the same files, whatever their order and the number of threads.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The files, sorted by path and archive member.
    pub sources: Vec<Source>,
    /// The records, sorted by time (those without one last), host, channel, record id, source and
    /// place in the file; each record once.
    pub events: Vec<Event>,
    /// What could not be read, sorted by path and offset.
    pub issues: Vec<Issue>,
    /// Files found in folders, and members of archives, that are no logs.
    pub ignored_files: u64,
    /// What was found and left out because the options say so, sorted.
    pub left_out: Vec<LeftOut>,
    /// Where records stand besides: each is in [`Self::events`] once, the sources count it as often
    /// as they hold it. Sorted by record.
    pub also_at: Vec<AlsoAt>,
    /// Whether the observer stopped the loading.
    pub is_cancelled: bool,
}

/// Loads files, and folders recursively. Never fails as a whole: what cannot be read is an issue.
pub fn load(paths: &[PathBuf], options: &Options, observer: &dyn Observer) -> Loaded {
    let mut bundle = Bundle::search(paths);
    let mut issues = std::mem::take(&mut bundle.issues);
    let mut left_out = bundle.leave_out(&options.left_out);
    let ignored_links = bundle.ignored;
    let Inputs { files: inputs, ignored, issues: opening } =
        open_all(bundle.into_files(), &options.maps);
    for (at, input) in inputs.iter().enumerate() {
        observer.source_found(source_index(at), &input.path, input.bytes);
    }
    for issue in &opening {
        // Those of files that cannot be opened are of no source.
        if let Ok(at) = inputs.binary_search_by(|input| input.path.cmp(&issue.path)) {
            observer.source_issues(source_index(at), std::slice::from_ref(issue));
        }
    }
    issues.extend(opening);
    let (tallies, members) = read_all(&inputs, options, observer);
    let gathered = gather(inputs.into_iter().zip(tallies).collect(), members, &options.left_out);
    let Gathered { sources, mut events, issues: reading, ignored: unread, left_out: members } =
        gathered;
    left_out.extend(members);
    left_out.sort();
    issues.extend(reading);
    put_in_order(&mut events, options.threads);
    let also_at = drop_repeated(&mut events, &sources);
    issues.sort();
    issues.dedup();
    let ignored_files = ignored_links + ignored + unread;
    Loaded {
        sources,
        events,
        issues,
        ignored_files,
        left_out,
        also_at,
        is_cancelled: observer.is_cancelled(),
    }
}

/// The index of the source at this place; more than four thousand million files are not possible.
pub(super) fn source_index(at: usize) -> SourceIndex {
    SourceIndex(u32::try_from(at).unwrap_or(u32::MAX))
}
