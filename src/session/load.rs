//! The loading job: reads and judges on worker threads, reports over a bounded channel, can be cancelled.
//!
//! While files are read, process starts are judged again and again so that partial results appear;
//! the last word is the full analysis. A job that was replaced is told to stop and its results are dropped.

use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::Waker;
use std::thread;
use std::time::{Duration, Instant};

use crate::detect::Engine;
use crate::ingest::{self, Loaded, Observer};
use crate::model::{Analysis, Event, Issue, IssueKind, LeftOut, SourceIndex};
use crate::session::analyse::analyse;
use crate::session::keep;
use crate::session::pace::Pace;
use crate::session::password::Password;

/// How far one file has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceProgress {
    /// The file's name.
    pub label: String,
    /// Bytes read.
    pub bytes_done: u64,
    /// Size in bytes.
    pub bytes_total: u64,
    /// Records read.
    pub records: u64,
    /// Whether its turn has come.
    pub state: SourceState,
    /// What was lost of it and why, as far as it is known; whole when the file is done.
    pub lost: Option<Arc<str>>,
    /// Whether logs were found in it: it is an archive, whose members are sources of their own.
    pub holds_logs: bool,
}

/// Whether a file's turn has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceState {
    /// Not yet.
    Waiting,
    /// Being read.
    Reading,
    /// Read, as far as it can be.
    Done,
}

/// How far a load has come.
#[derive(Clone, Debug, Default)]
pub struct LoadProgress {
    /// One entry for each file found so far, in the order found.
    pub sources: Vec<SourceProgress>,
    /// Whether all files are read and the whole is being judged.
    pub is_judging: bool,
}

impl LoadProgress {
    /// Bytes read and bytes to read.
    pub fn bytes(&self) -> (u64, u64) {
        let sum = |pick: fn(&SourceProgress) -> u64| self.sources.iter().map(pick).sum();
        (sum(|source| source.bytes_done), sum(|source| source.bytes_total))
    }

    /// Files of which something is known to be lost.
    pub fn hurt(&self) -> u64 {
        self.sources.iter().filter(|source| source.lost.is_some()).count() as u64
    }

    /// Records read.
    pub fn records(&self) -> u64 {
        self.sources.iter().map(|source| source.records).sum()
    }
}

/// What to read, and how.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    /// The files and folders.
    pub(super) paths: Vec<PathBuf>,
    /// What the user took out of the case again.
    pub(super) left_out: Vec<LeftOut>,
    /// What opens encrypted files.
    pub(super) passwords: Vec<Password>,
}

impl Evidence {
    fn options(&self, threads: usize, engine: &Arc<Engine>) -> ingest::Options {
        let (left_out, keep) = (self.left_out.clone(), keep::judged(engine));
        let passwords = self.passwords.iter().map(|word| word.reveal().to_owned()).collect();
        ingest::Options { threads, keep, left_out, passwords, ..ingest::Options::default() }
    }
}

/// What a running job tells the session.
pub(super) enum Update {
    /// Where reading stands.
    Progress(LoadProgress),
    /// What can be said so far.
    Partial(Arc<Analysis>),
    /// The last word of the job; also after a cancel.
    Done(Arc<Analysis>),
}

/// A running load as the session holds it. Dropping it cancels.
pub(super) struct LoadJob {
    pub(super) updates: Receiver<Update>,
    pub(super) progress: LoadProgress,
    pub(super) pace: Pace,
    pub(super) started: Instant,
    cancelled: Arc<AtomicBool>,
}

impl LoadJob {
    /// Starts reading the evidence; `waker` is woken whenever there is an update to fetch.
    ///
    /// # Errors
    /// The system's error where no thread can be started.
    pub(super) fn start(
        evidence: Evidence,
        engine: Arc<Engine>,
        threads: usize,
        waker: Waker,
    ) -> std::io::Result<Self> {
        let (sender, updates) = sync_channel(64);
        let cancelled = Arc::new(AtomicBool::new(false));
        let desk = Arc::new(Desk {
            sender,
            waker,
            cancelled: Arc::clone(&cancelled),
            state: Mutex::default(),
            news: Condvar::new(),
        });
        thread::Builder::new().name("spawnscope-load".to_owned()).spawn(move || {
            run(&desk, &evidence, &engine, threads);
        })?;
        let (progress, pace) = (LoadProgress::default(), Pace::default());
        Ok(Self { updates, progress, pace, started: Instant::now(), cancelled })
    }

    /// Takes in where reading stands.
    pub(super) fn note(&mut self, progress: LoadProgress) {
        self.pace.note(self.started.elapsed(), progress.bytes().0, progress.records());
        self.progress = progress;
    }

    /// Asks the job to stop; it ends with [`Update::Done`] on what was read.
    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether [`Self::cancel`] was called.
    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

impl Drop for LoadJob {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// What the reading threads and the judging thread share.
struct Desk {
    sender: SyncSender<Update>,
    waker: Waker,
    cancelled: Arc<AtomicBool>,
    state: Mutex<DeskState>,
    news: Condvar,
}

#[derive(Default)]
struct DeskState {
    progress: LoadProgress,
    /// Where each source stands in the progress; a member's path is below its archive's.
    paths: BTreeMap<PathBuf, usize>,
    /// Copies of the process records, for partial results.
    starts: Vec<Event>,
    last_told: Option<Instant>,
    is_read: bool,
}

/// Progress is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(50);
/// Partial results are made at most this often, and never take more than a fifth of the time.
const JUDGE_EVERY: Duration = Duration::from_millis(400);

impl Desk {
    fn state(&self) -> std::sync::MutexGuard<'_, DeskState> {
        // A thread that panicked while holding the lock leaves plain data behind, still usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, update: Update) {
        // The receiver is gone when the job was replaced; its results are dropped then.
        if self.sender.send(update).is_ok() {
            self.waker.wake_by_ref();
        }
    }

    fn tell_progress(&self, state: &mut DeskState) {
        if state.last_told.is_some_and(|last| last.elapsed() < TELL_EVERY) {
            return;
        }
        state.last_told = Some(Instant::now());
        match self.sender.try_send(Update::Progress(state.progress.clone())) {
            Ok(()) => self.waker.wake_by_ref(),
            // A full channel means a busy window: the next message says more anyway.
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {}
        }
    }
}

impl Observer for Desk {
    fn source_found(&self, _source: SourceIndex, path: &Path, bytes: u64) {
        let label = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let mut state = self.state();
        // Sources are told in order, so the position is the index.
        state.progress.sources.push(SourceProgress {
            label,
            bytes_done: 0,
            bytes_total: bytes,
            records: 0,
            state: SourceState::Waiting,
            lost: None,
            holds_logs: false,
        });
        let at = state.progress.sources.len() - 1;
        let archive = path.ancestors().skip(1).find_map(|above| state.paths.get(above).copied());
        if let Some(archive) = archive.and_then(|at| state.progress.sources.get_mut(at)) {
            archive.holds_logs = true;
        }
        state.paths.insert(path.to_path_buf(), at);
        self.tell_progress(&mut state);
    }

    fn source_issues(&self, source: SourceIndex, issues: &[Issue]) {
        let mut state = self.state();
        let Some(source) = state.progress.sources.get_mut(source.0 as usize) else { return };
        for issue in issues.iter().filter(|issue| issue.kind.is_loss()) {
            source.lost = Some(match &source.lost {
                Some(known) => format!("{known} {}", issue.message).into(),
                None => issue.message.as_str().into(),
            });
        }
    }

    fn progress(&self, progress: ingest::SourceProgress) {
        let mut state = self.state();
        if let Some(source) = state.progress.sources.get_mut(progress.source.0 as usize) {
            source.bytes_done = progress.bytes_done;
            source.records = progress.records;
            source.state = match progress.state {
                ingest::SourceState::Reading => SourceState::Reading,
                ingest::SourceState::Done => SourceState::Done,
            };
        }
        self.tell_progress(&mut state);
    }

    fn batch(&self, events: &[Event]) {
        let mut starts: Vec<Event> =
            events.iter().filter(|event| is_process_record(event)).cloned().collect();
        if starts.is_empty() {
            return;
        }
        self.state().starts.append(&mut starts);
        self.news.notify_one();
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// Starts and ends by Sysmon and Security: what partial results are made of.
fn is_process_record(event: &Event) -> bool {
    matches!(event.event_id, 1 | 5 | 4688 | 4689)
        && (event.is_channel("Microsoft-Windows-Sysmon/Operational")
            || event.is_channel("Security"))
}

fn run(desk: &Arc<Desk>, evidence: &Evidence, engine: &Arc<Engine>, threads: usize) {
    let partial = {
        let (desk, engine) = (Arc::clone(desk), Arc::clone(engine));
        thread::Builder::new()
            .name("spawnscope-partial".to_owned())
            .spawn(move || judge_while_reading(&desk, &engine))
    };
    let options = evidence.options(threads, engine);
    let loaded = guarded(|| ingest::load(&evidence.paths, &options, desk.as_ref()));
    {
        let mut state = desk.state();
        state.is_read = true;
        state.progress.is_judging = true;
        state.last_told = None;
        desk.tell_progress(&mut state);
    }
    desk.news.notify_all();
    if let Ok(partial) = partial {
        // A partial result that failed is replaced by the full one below.
        drop(partial.join());
    }
    desk.state().starts = Vec::new();
    let analysis = loaded
        .and_then(|loaded| guarded(|| analyse(loaded, engine, threads)))
        .unwrap_or_else(|message| failed(&evidence.paths, &message));
    desk.send(Update::Done(Arc::new(analysis)));
}

fn judge_while_reading(desk: &Desk, engine: &Engine) {
    let mut judged = 0;
    let mut pause = JUDGE_EVERY;
    loop {
        let starts = {
            let state = desk.state();
            let (state, _) = desk
                .news
                .wait_timeout_while(state, pause, |state| !state.is_read)
                .unwrap_or_else(PoisonError::into_inner);
            if state.is_read || desk.is_cancelled() {
                return;
            }
            if state.starts.len() == judged {
                continue;
            }
            state.starts.clone()
        };
        judged = starts.len();
        let began = Instant::now();
        let so_far = Loaded { events: starts, ..Loaded::default() };
        if let Ok(mut analysis) = guarded(|| analyse(so_far, engine, 1)) {
            // Holes cannot be told before all is read.
            analysis.coverage.clear();
            desk.send(Update::Partial(Arc::new(analysis)));
        }
        pause = JUDGE_EVERY.max(began.elapsed() * 4);
    }
}

/// Runs a piece of work whose panic must not take the program down.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "unknown cause".to_owned())
    })
}

fn failed(paths: &[PathBuf], message: &str) -> Analysis {
    let issue = Issue {
        path: paths.first().cloned().unwrap_or_default(),
        member: None,
        offset: None,
        kind: IssueKind::Internal,
        message: format!(
            "The program itself failed while reading: {message}. Nothing was changed; load the files one by one to find the one at fault, and report it."
        ),
    };
    Analysis { issues: vec![issue], ..Analysis::default() }
}
