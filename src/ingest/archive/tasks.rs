//! What reading archives adds to the work while it goes on: sources found in them, and pieces of
//! them that other threads may take. Does not read.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::ingest::{input::Input, tally::Tally};

use super::zip::Share;

/// How often a waiting thread looks whether the work was cancelled.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// A member that is a source, and what was read of it.
#[derive(Debug)]
pub(in crate::ingest) struct Slot {
    /// Its index among the sources while loading.
    pub(in crate::ingest) source: usize,
    pub(in crate::ingest) input: Input,
    /// Where it stands in the archive, and there in the nested one; tells members of one name apart.
    pub(in crate::ingest) order: Vec<u64>,
    pub(in crate::ingest) tally: Mutex<Tally>,
}

impl Slot {
    pub(in crate::ingest) fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Work that came up while reading an archive.
pub(in crate::ingest) enum Task {
    /// Unpacked chunks of a log to be parsed.
    Chunks(Chunks),
    /// Members of a zip to be unpacked.
    Members(Share),
}

/// Chunks of a log that were unpacked.
#[derive(Debug)]
pub(in crate::ingest) struct Chunks {
    pub(in crate::ingest) slot: Arc<Slot>,
    /// Number of the first.
    pub(in crate::ingest) first: u64,
    /// Chunks in the whole log, where the archive says its size.
    pub(in crate::ingest) total: Option<u64>,
    pub(in crate::ingest) bytes: Vec<u8>,
}

/// The tasks that wait, and the members found.
#[derive(Default)]
pub(in crate::ingest) struct Tasks {
    state: Mutex<State>,
    news: Condvar,
    slots: Mutex<Vec<Arc<Slot>>>,
    /// Held while a large nested archive is in memory, so that there is one at a time.
    pub(super) large: Arc<Mutex<()>>,
}

#[derive(Default)]
struct State {
    /// Taken first, since they hold much memory.
    chunks: VecDeque<Chunks>,
    members: VecDeque<Share>,
    /// Archives and tasks that are not done, of which more tasks may come.
    open: usize,
}

impl Tasks {
    /// Tasks that come of so many archives.
    pub(in crate::ingest) fn of(archives: usize) -> Self {
        let state = Mutex::new(State { open: archives, ..State::default() });
        Self { state, ..Self::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves a task to whoever is free. Gives it back where so many wait already that the caller
    /// should do it.
    pub(in crate::ingest) fn offer(&self, task: Task, most_waiting: usize) -> Result<(), Task> {
        let mut state = self.state();
        match task {
            Task::Chunks(chunks) if state.chunks.len() < most_waiting => {
                state.chunks.push_back(chunks);
            }
            Task::Members(share) if state.members.len() < most_waiting => {
                state.members.push_back(share);
            }
            task => return Err(task),
        }
        state.open += 1;
        drop(state);
        self.news.notify_one();
        Ok(())
    }

    /// A task that waits.
    pub(in crate::ingest) fn take(&self) -> Option<Task> {
        self.state().take()
    }

    /// Waits for a task; `None` where no more will come or the work was cancelled.
    pub(in crate::ingest) fn wait(&self, is_cancelled: &dyn Fn() -> bool) -> Option<Task> {
        let mut state = self.state();
        while !is_cancelled() {
            if let Some(task) = state.take() {
                return Some(task);
            }
            if state.open == 0 {
                return None;
            }
            let waited = self.news.wait_timeout(state, LOOK_AGAIN);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        None
    }

    /// An archive or a task is done.
    pub(in crate::ingest) fn done(&self) {
        let mut state = self.state();
        state.open = state.open.saturating_sub(1);
        let is_last = state.open == 0;
        drop(state);
        if is_last {
            self.news.notify_all();
        }
    }

    /// Makes a source of a member. `tell` is called with its index, in the order of indexes.
    pub(in crate::ingest) fn open(
        &self,
        files: usize,
        input: Input,
        order: Vec<u64>,
        tell: &dyn Fn(usize, &Path),
    ) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let source = files + slots.len();
        let below = input.member.as_ref().map(|member| input.path.join(member));
        tell(source, below.as_ref().unwrap_or(&input.path));
        let tally = Mutex::new(Tally { pieces_left: 1, ..Tally::default() });
        let slot = Arc::new(Slot { source, input, order, tally });
        slots.push(Arc::clone(&slot));
        slot
    }

    /// The members, when all is read.
    pub(in crate::ingest) fn into_slots(self) -> Vec<Arc<Slot>> {
        self.slots.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take(&mut self) -> Option<Task> {
        let chunks = self.chunks.pop_front().map(Task::Chunks);
        chunks.or_else(|| self.members.pop_front().map(Task::Members))
    }
}
