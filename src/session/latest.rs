//! Work that takes longer than a frame and of which only the newest request matters.
//!
//! Each request has a thread of its own. A replaced one is told to stop, and its answer has no
//! receiver any more.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::task::Waker;
use std::thread;

/// Tells a piece of work that nobody waits for it any more.
#[derive(Clone, Debug, Default)]
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Whether to stop.
    pub(super) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What has become of a request.
#[derive(Debug)]
pub(super) enum Answer<T> {
    /// Not yet.
    Waiting,
    /// The answer; there is no second.
    Is(T),
    /// The work panicked, or stopped because it was asked to.
    Lost,
}

/// A request that is being worked on. Dropping it asks the work to stop.
#[derive(Debug)]
pub(super) struct Latest<T> {
    answer: Receiver<Option<T>>,
    stop: Stop,
}

impl<T: Send + 'static> Latest<T> {
    /// Starts the work on a thread of this name; `waker` is woken when it has ended.
    ///
    /// # Errors
    /// The system's error where no thread can be started.
    pub(super) fn start(
        name: &str,
        waker: Waker,
        work: impl FnOnce(&Stop) -> Option<T> + Send + 'static,
    ) -> std::io::Result<Self> {
        let (sender, answer) = sync_channel(1);
        let stop = Stop::default();
        let asked = stop.clone();
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            let found = panic::catch_unwind(AssertUnwindSafe(|| work(&asked))).unwrap_or(None);
            // Nobody listens where the request was replaced.
            if sender.send(found).is_ok() {
                waker.wake();
            }
        })?;
        Ok(Self { answer, stop })
    }

    /// Whether the answer is there. Never waits.
    pub(super) fn poll(&self) -> Answer<T> {
        match self.answer.try_recv() {
            Ok(Some(answer)) => Answer::Is(answer),
            Err(TryRecvError::Empty) => Answer::Waiting,
            Ok(None) | Err(TryRecvError::Disconnected) => Answer::Lost,
        }
    }
}

impl<T> Drop for Latest<T> {
    fn drop(&mut self) {
        self.stop.0.store(true, Ordering::Relaxed);
    }
}
