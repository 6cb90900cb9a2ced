//! What was read of one source, counted as its pieces come in. Does not read.

use crate::model::{Event, Issue, Timestamp};

use super::archive::Refused;

/// What was read of one source.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Events with their place in the file, in no order.
    pub(super) read: Vec<(u64, Vec<Event>)>,
    pub(super) issues: Vec<Issue>,
    pub(super) records: u64,
    pub(super) unreadable: u64,
    pub(super) first: Option<Timestamp>,
    pub(super) last: Option<Timestamp>,
    pub(super) sha256: Option<String>,
    /// Records found outside the healthy part of a log.
    pub(super) recovered: u64,
    /// Size of a member, when it is known, or of a file that grew while it was read.
    pub(super) bytes: Option<u64>,
    /// Of an archive: members, those of them that are no logs, and those that cannot be unpacked.
    pub(super) members: u64,
    pub(super) ignored: u64,
    pub(super) refused: Refused,
    pub(super) bytes_done: u64,
    pub(super) pieces_left: usize,
    /// Numbers of the chunks that are not sound, until all others are read.
    pub(super) gaps: Vec<u64>,
    /// Records whose time is missing or no time.
    pub(super) timeless: u64,
}

impl Tally {
    pub(super) fn add(&mut self, place: u64, events: Vec<Event>, bytes: u64) {
        self.bytes_done += bytes;
        self.records += events.len() as u64;
        self.recovered += events.iter().filter(|event| event.is_recovered).count() as u64;
        let times = || events.iter().filter_map(|event| event.time);
        self.timeless += (events.len() - times().count()) as u64;
        self.first = self.first.into_iter().chain(times().min()).min();
        self.last = self.last.max(times().max());
        if !events.is_empty() {
            self.read.push((place, events));
        }
    }
}
