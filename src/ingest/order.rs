//! The final order of events, the same whatever the order of files and the number of threads,
//! and the removal of records that are there twice.

use std::cmp::Ordering;

use crate::model::Event;

/// Sorts by time, host, channel and record id, events without a time last; equal ones keep the
/// order they are given in, which is by source and place in the file.
///
/// Then drops each record that is in every part the same as one before it, as in a copy of the
/// same log: same host, channel, record id, provider, event id, time and fields. Records without a
/// record id are kept, since two starts in the same moment may look alike. Returns the number
/// dropped.
pub(super) fn put_in_order(events: &mut Vec<Event>) -> u64 {
    events.sort_by(compare);
    let before = events.len();
    let mut is_duplicate = vec![false; before];
    let mut start = 0;
    for run in events.chunk_by(|a, b| compare(a, b).is_eq()) {
        if run.len() > 1 {
            mark_duplicates(run, is_duplicate.get_mut(start..).unwrap_or_default());
        }
        start += run.len();
    }
    let mut marks = is_duplicate.iter();
    events.retain(|_| marks.next().is_none_or(|is_duplicate| !is_duplicate));
    (before - events.len()) as u64
}

fn compare(a: &Event, b: &Event) -> Ordering {
    let time = match (a.time, b.time) {
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    };
    time.then_with(|| a.host().cmp(b.host()))
        .then_with(|| a.channel().cmp(b.channel()))
        .then_with(|| a.record_id.cmp(&b.record_id))
}

/// Marks those of a run that equal an earlier one.
fn mark_duplicates(run: &[Event], marks: &mut [bool]) {
    let mut sorted = run.iter().enumerate().filter(|(_, event)| event.record_id.is_some());
    let mut sorted = sorted.by_ref().collect::<Vec<_>>();
    sorted.sort_by(|(_, a), (_, b)| compare_content(a, b));
    for pair in sorted.windows(2) {
        if let [(_, a), (at, b)] = pair
            && compare_content(a, b).is_eq()
            && let Some(mark) = marks.get_mut(*at)
        {
            *mark = true;
        }
    }
}

fn compare_content(a: &Event, b: &Event) -> Ordering {
    (a.event_id, a.provider(), a.logger_pid, a.user_sid())
        .cmp(&(b.event_id, b.provider(), b.logger_pid, b.user_sid()))
        .then_with(|| a.fields.cmp(&b.fields))
}
