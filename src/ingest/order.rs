//! The final order of events, the same whatever the order of files and the number of threads.

use std::cmp::Ordering;

use crate::model::Event;

/// Sorts by time, host, channel and record id, events without a time last; equal ones keep the
/// order they are given in, which is by source and place in the file.
pub(super) fn put_in_order(events: &mut [Event]) {
    events.sort_by(compare);
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
