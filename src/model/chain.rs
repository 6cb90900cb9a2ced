//! The eight steps of the attack that the product is built around, and how far the logs show each.

use serde::Serialize;

use super::{ProcessIndex, RecordIndex, Timestamp};

/// What the logs say of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Records show it.
    Observed,
    /// The logs that would show it are there and do not.
    NotObserved,
    /// The logs that would show it are missing.
    CannotBeKnown,
}

/// One step of the attack chain; step 8 has two entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainStep {
    /// 1 to 8.
    pub step: u8,
    /// The step in words.
    pub name: &'static str,
    /// What the logs say.
    pub state: StepState,
    /// The records that show it, in time order.
    pub records: Vec<RecordIndex>,
    /// Time of the first of them.
    pub first: Option<Timestamp>,
    /// The processes that took the step, in tree order.
    pub processes: Vec<ProcessIndex>,
    /// Short words on what was seen, for the answer line, for example `Scheduled task`.
    pub summary: Option<String>,
    /// What log would have shown it.
    pub missing: Vec<String>,
}
