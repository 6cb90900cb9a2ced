//! The final order of events, the same whatever the order of files and the number of threads.

use std::{cmp::Ordering, collections::HashMap, sync::Arc, thread};

use foldhash::fast::RandomState;

use crate::model::{Event, Timestamp};

/// Events worth a thread of their own.
const WORTH_A_THREAD: usize = 16_384;

/// What the order of an event is told by, as far as numbers tell it: nanoseconds, fraction digits
/// and rank of the log in one, record id, and the position of the event.
type Key = (i64, u32, u64, u32);

/// Sorts by time, host, channel and record id, events without a time last; equal ones keep the
/// order they are given in, which is by source and place in the file.
///
/// Short keys are sorted, on several threads, and each event moves once: a log holds long runs in
/// order, and an event is several times its key.
pub(super) fn put_in_order(events: &mut Vec<Event>, threads: usize) {
    let mut keys = keys(events);
    let order = |left: &Key, right: &Key| {
        let pair = || Some((events.get(left.3 as usize)?, events.get(right.3 as usize)?));
        (left.0, left.1, left.2)
            .cmp(&(right.0, right.1, right.2))
            // A time or an id past what a key can tell.
            .then_with(|| pair().map_or(Ordering::Equal, |(left, right)| compare(left, right)))
            .then(left.3.cmp(&right.3))
    };
    let share = keys.len().div_ceil(threads.max(1)).max(WORTH_A_THREAD);
    if share < keys.len() {
        thread::scope(|scope| {
            let mut parts = keys.chunks_mut(share);
            let first = parts.next();
            for part in parts {
                scope.spawn(move || part.sort_by(order));
            }
            if let Some(part) = first {
                part.sort_by(order);
            }
        });
    }
    // What the threads left are runs, which this sort merges.
    keys.sort_by(order);
    let is_in_order = (0u32..).zip(&keys).all(|(at, key)| at == key.3);
    // No index can name an event past four thousand million; so many stay as they are.
    if !is_in_order && keys.len() == events.len() {
        let mut slots: Vec<Option<Event>> = std::mem::take(events).into_iter().map(Some).collect();
        *events = keys
            .iter()
            .filter_map(|key| slots.get_mut(key.3 as usize).and_then(Option::take))
            .collect();
    }
}

fn keys(events: &[Event]) -> Vec<Key> {
    let mut logs: HashMap<usize, (&str, &str), RandomState> = HashMap::default();
    let mut last = None;
    for event in events {
        let origin = Arc::as_ptr(&event.origin).addr();
        if last != Some(origin) {
            logs.entry(origin).or_insert_with(|| (event.host(), event.channel()));
            last = Some(origin);
        }
    }
    let mut names: Vec<(&str, &str)> = logs.values().copied().collect();
    names.sort_unstable();
    names.dedup();
    let rank = |log: &(&str, &str)| u32::try_from(names.binary_search(log).unwrap_or_default());
    let ranks: HashMap<usize, u32, RandomState> =
        logs.iter().map(|(origin, log)| (*origin, rank(log).unwrap_or(u32::MAX))).collect();
    let key = |(at, event): (u32, &Event)| {
        let nanos = nanos(event.time);
        // At its ends the number says nothing, and neither may what comes after it.
        if matches!(nanos, i64::MIN | i64::MAX) {
            return (nanos, 0, 0, at);
        }
        let rank = ranks.get(&Arc::as_ptr(&event.origin).addr()).copied().unwrap_or_default();
        let digits = event.time.map_or(0, |time| u32::from(time.digits()));
        let id = event.record_id.map_or(0, |id| id.saturating_add(1));
        (nanos, digits << 28 | rank & 0x0fff_ffff, id, at)
    };
    (0u32..).zip(events).map(key).collect()
}

/// Nanoseconds since 1970, as far as they go, which is the years 1677 to 2262. No time is last.
fn nanos(time: Option<Timestamp>) -> i64 {
    let Some(time) = time else { return i64::MAX };
    let secs = time.unix_secs();
    let Some(whole) = secs.checked_mul(1_000_000_000) else {
        return if secs < 0 { i64::MIN } else { i64::MAX };
    };
    whole.saturating_add(i64::from(time.nanos()))
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
