//! What reading a text file came to besides its events, whichever form the text has. The words
//! for people are in `trouble`.

use std::{collections::BTreeMap, io};

use crate::model::IssueKind;

/// What is to be told of a record that was read, but not as its log has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Remark {
    /// Its time has no zone and was read as UTC.
    LocalTime,
    /// `EvtxECmd`'s `Payload` is missing or cut off; fields were taken from its other columns.
    PayloadCut,
    /// PowerShell wrote the names of types where its values should be.
    Unopened,
    /// Its values came without names, and no table has them.
    Unnamed,
}

/// What could not be read. `E` says why a record could not be.
#[derive(Debug)]
pub(super) struct Outcome<E> {
    /// Records that could not be read, and the first one's offset and reason.
    pub(super) broken: u64,
    pub(super) first_broken: Option<(u64, E)>,
    /// Where the last record begins, if the file ends inside it.
    pub(super) cut_off: Option<u64>,
    /// Records over the limit, and the first one's offset.
    pub(super) too_long: u64,
    pub(super) first_too_long: Option<u64>,
    /// Records read in which bytes that are no UTF-8 became U+FFFD, and the first one's offset.
    pub(super) damaged: u64,
    pub(super) first_damaged: Option<u64>,
    /// Where reading failed, and why.
    pub(super) failed: Option<(u64, io::Error)>,
    /// Records read otherwise than as their log has them: how many, and the first one's offset.
    pub(super) remarks: BTreeMap<Remark, (u64, u64)>,
    /// What else is to be told, with its offset.
    pub(super) notes: Vec<(u64, IssueKind, String)>,
    /// Where the first record begins that was left to another reader.
    pub(super) next: Option<u64>,
}

impl<E> Default for Outcome<E> {
    fn default() -> Self {
        Self {
            broken: 0,
            first_broken: None,
            cut_off: None,
            too_long: 0,
            first_too_long: None,
            damaged: 0,
            first_damaged: None,
            failed: None,
            remarks: BTreeMap::new(),
            notes: Vec::new(),
            next: None,
        }
    }
}

impl<E> Outcome<E> {
    /// The outcome of a file that could not even be begun.
    pub(super) fn failed(error: io::Error) -> Self {
        Self { failed: Some((0, error)), ..Self::default() }
    }

    /// Records that are there and could not be read.
    pub(super) fn unreadable(&self) -> u64 {
        self.broken + self.too_long + u64::from(self.cut_off.is_some())
    }

    /// Adds what reading on came to.
    pub(super) fn add(&mut self, after: Self) {
        self.broken += after.broken;
        self.first_broken = self.first_broken.take().or(after.first_broken);
        self.cut_off = self.cut_off.or(after.cut_off);
        self.too_long += after.too_long;
        self.first_too_long = self.first_too_long.or(after.first_too_long);
        self.damaged += after.damaged;
        self.first_damaged = self.first_damaged.or(after.first_damaged);
        self.failed = self.failed.take().or(after.failed);
        for (remark, (count, start)) in after.remarks {
            self.remarks.entry(remark).or_insert((0, start)).0 += count;
        }
        self.notes.extend(after.notes);
        self.next = after.next;
    }

    /// Counts a record that could not be read.
    pub(super) fn add_broken(&mut self, start: u64, error: E) {
        self.broken += 1;
        self.first_broken.get_or_insert((start, error));
    }

    /// Counts a record over the limit.
    pub(super) fn add_too_long(&mut self, start: u64) {
        self.too_long += 1;
        self.first_too_long.get_or_insert(start);
    }

    /// Counts a record of which this is to be told.
    pub(super) fn add_remark(&mut self, remark: Remark, start: u64) {
        self.remarks.entry(remark).or_insert((0, start)).0 += 1;
    }
}
