//! A stretch of time that something is limited to.

use serde::Serialize;

use super::Timestamp;

/// From a moment up to, and without, another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TimeRange {
    /// The first moment in it.
    pub from: Timestamp,
    /// The first moment behind it.
    pub to: Timestamp,
}

impl TimeRange {
    /// The range between two moments, whichever is the earlier; `None` where they are the same.
    pub fn between(one: Timestamp, other: Timestamp) -> Option<Self> {
        let (from, to) = if one < other { (one, other) } else { (other, one) };
        (to.secs_since(from) > 0.0).then_some(Self { from, to })
    }

    /// Whether this moment lies in it.
    pub fn holds(self, time: Timestamp) -> bool {
        time >= self.from && time < self.to
    }

    /// Its length in seconds.
    pub fn secs(self) -> f64 {
        self.to.secs_since(self.from)
    }
}
