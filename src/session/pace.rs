//! How fast a load goes, over its last seconds; what it reads is not known here.

use std::collections::VecDeque;
use std::time::Duration;

/// The time that a pace is told of: long enough to be calm, short enough to notice a slow file.
const WINDOW: Duration = Duration::from_secs(4);
/// Counts are noted at most this often.
const EVERY: Duration = Duration::from_millis(100);
/// Before this has passed nothing is said: a few records tell no pace.
const SOONEST: Duration = Duration::from_millis(500);

/// What was counted at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    at: Duration,
    bytes: u64,
    records: u64,
}

/// The counts of the last seconds. Times are since the load began.
#[derive(Clone, Debug)]
pub struct Pace(VecDeque<Count>);

/// How much is read in a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Bytes a second.
    pub bytes: f64,
    /// Records a second.
    pub records: f64,
}

impl Default for Pace {
    /// Nothing is read when a load begins.
    fn default() -> Self {
        Self(VecDeque::from([Count::default()]))
    }
}

impl Pace {
    /// Notes how much was read `at` this time.
    pub fn note(&mut self, at: Duration, bytes: u64, records: u64) {
        let is_soon = self.0.len() > 1
            && self.0.iter().nth_back(1).is_some_and(|count| at.saturating_sub(count.at) < EVERY);
        if is_soon {
            self.0.pop_back();
        }
        self.0.push_back(Count { at, bytes, records });
        // One that is older stays, so that a load that stands still is seen to slow down.
        while self.0.get(1).is_some_and(|next| at.saturating_sub(next.at) >= WINDOW) {
            self.0.pop_front();
        }
    }

    /// The pace `now`; `None` where it is too soon to say.
    pub fn rate(&self, now: Duration) -> Option<Rate> {
        let is_old = |count: &&Count| now.saturating_sub(count.at) >= WINDOW;
        let from = self.0.iter().rfind(is_old).or_else(|| self.0.front())?;
        let last = self.0.back()?;
        let took = now.saturating_sub(from.at);
        if took < SOONEST {
            return None;
        }
        let each = |from: u64, to: u64| to.saturating_sub(from) as f64 / took.as_secs_f64();
        Some(Rate {
            bytes: each(from.bytes, last.bytes),
            records: each(from.records, last.records),
        })
    }
}
