//! Lists in time order by key, and the part of each that lies within the time of a command.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;

use crate::model::Timestamp;

/// How long before a command, by the two hosts' clocks, what it causes may stand in the other's log.
///
/// The members of a domain keep their clocks within five minutes, and mostly within a second.
/// Source: Microsoft, "How the Windows Time Service works".
pub(super) const EARLIEST_SECS: i64 = 5;
/// How long after a command what it causes may begin: a service or task that is made first and
/// started later, a session that somebody works in.
pub(super) const LATEST_SECS: i64 = 600;

/// Something at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<T> {
    pub(super) time: Timestamp,
    pub(super) what: T,
}

/// Lists in time order by key.
#[derive(Debug)]
pub(super) struct ByKey<K, T> {
    lists: HashMap<K, Vec<Seen<T>>, RandomState>,
}

impl<K, T> Default for ByKey<K, T> {
    fn default() -> Self {
        Self { lists: HashMap::default() }
    }
}

impl<K: Hash + Eq, T: Copy + Ord> ByKey<K, T> {
    pub(super) fn push(&mut self, key: K, time: Timestamp, what: T) {
        self.lists.entry(key).or_default().push(Seen { time, what });
    }

    pub(super) fn sort(&mut self) {
        #[expect(clippy::iter_over_hash_type, reason = "each list is sorted by itself")]
        for list in self.lists.values_mut() {
            list.sort_by_key(|seen| (seen.time, seen.what));
        }
    }

    /// Those within the time of a command at `time`, at most `most`, the earliest first.
    pub(super) fn within<'s>(
        &'s self,
        key: &K,
        time: Timestamp,
        most: usize,
    ) -> impl Iterator<Item = Seen<T>> + use<'s, K, T> {
        self.between(key, (time, -EARLIEST_SECS, LATEST_SECS), most)
    }

    /// As [`Self::within`], from and to so many seconds after the time.
    pub(super) fn between<'s>(
        &'s self,
        key: &K,
        (time, from, to): (Timestamp, i64, i64),
        most: usize,
    ) -> impl Iterator<Item = Seen<T>> + use<'s, K, T> {
        let list = self.lists.get(key).map(Vec::as_slice).unwrap_or_default();
        let first = list.partition_point(|seen| seen.time < time.plus_secs(from));
        let rest = list.get(first..).unwrap_or_default().iter().copied();
        rest.take_while(move |seen| seen.time <= time.plus_secs(to)).take(most)
    }
}
