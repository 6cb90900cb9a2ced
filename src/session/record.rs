//! Records with all their fields. Those that were not kept are read from the evidence again when
//! somebody looks at them, on a thread of their own: a share in the network may be slow.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ingest::Again;
use crate::model::{Analysis, Event, RecordIndex};
use crate::session::case::Session;
use crate::session::latest::{Answer, Latest, Stop};

/// So many records that were read are remembered.
const MOST_KNOWN: usize = 2_048;
/// So many are read in one go: more than fit on a screen.
const MOST_AT_ONCE: usize = 256;

/// A record with all its fields, as far as they are there.
#[derive(Clone, Copy, Debug)]
pub enum Whole<'a> {
    /// The record; its fields were kept or have been read.
    Is(&'a Event),
    /// Its fields have not been read yet.
    Unread,
    /// They cannot be read: why, in words.
    Failed(&'a str),
}

/// What a reading thread answers.
type Answers = Vec<(RecordIndex, Result<Event, String>)>;

/// Records that were read again.
#[derive(Debug, Default)]
pub(super) struct WholeRecords {
    /// Of which analysis they are.
    of: Arc<Analysis>,
    known: BTreeMap<RecordIndex, Result<Event, String>>,
    job: Option<Job>,
}

#[derive(Debug)]
struct Job {
    wanted: Vec<RecordIndex>,
    latest: Latest<Answers>,
}

impl WholeRecords {
    /// Takes in what was read. Whether there was anything.
    pub(super) fn poll(&mut self) -> bool {
        let answers = match self.job.as_ref().map(|job| job.latest.poll()) {
            None | Some(Answer::Waiting) => return false,
            Some(Answer::Is(answers)) => answers,
            Some(Answer::Lost) => {
                let words = || Err("The program failed while it read the record".to_owned());
                let wanted = self.job.iter().flat_map(|job| &job.wanted);
                wanted.map(|at| (*at, words())).collect()
            }
        };
        self.job = None;
        if self.known.len() + answers.len() > MOST_KNOWN {
            self.known.clear();
        }
        self.known.extend(answers);
        true
    }
}

/// Reads these records, one after the other.
fn read(analysis: &Analysis, wanted: &[RecordIndex], stop: &Stop) -> Option<Answers> {
    let mut again = Again::default();
    let mut answers = Vec::new();
    for at in wanted {
        if stop.is_asked() {
            return None;
        }
        let event = analysis.event(*at)?;
        let source = analysis.source(event.source)?;
        answers.push((*at, again.read(source, event).map_err(|cause| cause.to_string())));
    }
    Some(answers)
}

impl Session {
    /// Sees to it that the fields of these records, and of the selected one, are there.
    pub(super) fn read_records(&mut self, wanted: &[RecordIndex]) {
        if !Arc::ptr_eq(&self.whole_records.of, &self.analysis) {
            let of = Arc::clone(&self.analysis);
            self.whole_records = WholeRecords { of, ..WholeRecords::default() };
        }
        let is_unread = |at: &RecordIndex| matches!(self.whole_record(*at), Some(Whole::Unread));
        let selected = self.selection.record();
        let mut wanted: Vec<RecordIndex> = selected
            .into_iter()
            .chain(wanted.iter().copied())
            .filter(is_unread)
            .take(MOST_AT_ONCE)
            .collect();
        wanted.dedup();
        let is_under_way = |job: &Job| wanted.iter().all(|at| job.wanted.contains(at));
        if wanted.is_empty() || self.whole_records.job.as_ref().is_some_and(is_under_way) {
            return;
        }
        let analysis = Arc::clone(&self.analysis);
        let for_work = wanted.clone();
        let work = move |stop: &Stop| read(&analysis, &for_work, stop);
        self.whole_records.job = Latest::start("spawnscope-record", self.waker.clone(), work)
            .ok()
            .map(|latest| Job { wanted, latest });
    }

    /// The record at this position with its fields, as far as they are there.
    pub fn whole_record(&self, at: RecordIndex) -> Option<Whole<'_>> {
        let event = self.analysis.event(at)?;
        if !event.is_skeleton {
            return Some(Whole::Is(event));
        }
        let is_same = Arc::ptr_eq(&self.whole_records.of, &self.analysis);
        Some(match self.whole_records.known.get(&at).filter(|_| is_same) {
            Some(Ok(event)) => Whole::Is(event),
            Some(Err(cause)) => Whole::Failed(cause),
            None => Whole::Unread,
        })
    }
}
