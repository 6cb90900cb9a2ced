//! How much work one `cmd.exe` line may cost.
//!
//! One step is about one character read or written. It measures no time, so that the same line
//! always ends at the same place.

/// Steps for one line: enough for a loop that puts 1,000 characters together, one by one.
pub(super) const MAX_STEPS: usize = 2 << 20;

/// What following one command costs beside its characters.
pub(super) const COMMAND: usize = 256;

/// How deep blocks, loops, calls and programs may lie in each other.
pub(super) const MAX_DEPTH: usize = 24;

/// What is left, and what ran out first.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    left: usize,
    depth: usize,
    stopped: Option<String>,
}

impl Budget {
    pub(super) fn new(steps: usize) -> Self {
        Self { left: steps, depth: 0, stopped: None }
    }

    /// Takes `steps`; false where there are no more.
    pub(super) fn spend(&mut self, steps: usize) -> bool {
        match self.left.checked_sub(steps) {
            Some(left) => self.left = left,
            None => self.stop(|| format!("it takes more than {MAX_STEPS} steps of work")),
        }
        self.stopped.is_none()
    }

    /// Goes one level deeper; false where that is too deep. Each success needs a [`Self::leave`].
    pub(super) fn enter(&mut self) -> bool {
        if self.depth >= MAX_DEPTH {
            self.stop(|| format!("commands lie in each other more than {MAX_DEPTH} deep"));
            return false;
        }
        self.depth += 1;
        self.stopped.is_none() || {
            self.depth -= 1;
            false
        }
    }

    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Ends all work for this reason, unless there is one already.
    pub(super) fn stop(&mut self, reason: impl FnOnce() -> String) {
        self.left = 0;
        self.stopped.get_or_insert_with(reason);
    }

    /// Steps that were not needed.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// Why work ended before its time.
    pub(super) fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }
}
