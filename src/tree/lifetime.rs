//! Who held a process id at a time: starts, ends and reboots. It knows no parents.

use std::collections::{BTreeSet, HashMap};

use foldhash::fast::RandomState;

use super::{
    draft::Draft,
    identity::HostId,
    record::{Record, is_first_process, nanos_between, plus_nanos},
};
use crate::model::{Event, Timestamp};

/// Sysmon cuts its times to milliseconds and each log stamps on its own: within this, two times
/// of one host are in no order.
pub(super) const SLACK_NANOS: i64 = 10_000_000;

/// The times at which each host's process ids began anew.
#[derive(Debug, Default)]
pub(super) struct Reboots {
    by_host: Vec<Vec<Timestamp>>,
}

/// What a record of the System log says of a reboot.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marker {
    /// Kernel-General 12: the kernel started. So did it just before the first session manager.
    Started,
    /// Kernel-General 13, `EventLog` 6006, Security 4609: the system, or its event log, stops.
    Stopped,
    /// `EventLog` 6005 and 6008, Security 4608: logging started, seconds after the kernel.
    LogStarted,
    /// User32 1074: somebody asked for it; it may be minutes away.
    Requested,
    /// User32 1075: the request was taken back.
    Cancelled,
}

fn marker(event: &Event) -> Option<Marker> {
    let by = |provider: &str| {
        event.provider().is_empty() || event.provider().eq_ignore_ascii_case(provider)
    };
    match event.event_id {
        12 if by("Microsoft-Windows-Kernel-General") => Some(Marker::Started),
        13 if by("Microsoft-Windows-Kernel-General") => Some(Marker::Stopped),
        6005 | 6008 if by("EventLog") => Some(Marker::LogStarted),
        6006 if by("EventLog") => Some(Marker::Stopped),
        1074 if by("User32") => Some(Marker::Requested),
        1075 if by("User32") => Some(Marker::Cancelled),
        4608 if by("Microsoft-Windows-Security-Auditing") => Some(Marker::LogStarted),
        4609 if by("Microsoft-Windows-Security-Auditing") => Some(Marker::Stopped),
        1 | 4688 if is_first_process(event) => Some(Marker::Started),
        _ => None,
    }
}

impl Reboots {
    /// From the System records in canonical order.
    pub(super) fn of(system: &[Record<'_>], hosts: usize) -> Self {
        let mut markers: Vec<Vec<(Timestamp, Marker)>> = vec![Vec::new(); hosts];
        for record in system {
            if let (Some(marker), Some(time), Some(list)) =
                (marker(record.event), record.event.time, markers.get_mut(record.host.0 as usize))
            {
                list.push((time, marker));
            }
        }
        let by_host = markers.iter().map(|list| boots(list)).collect();
        Self { by_host }
    }

    /// Whether the host booted anew after the earlier and not after the later of two times.
    pub(super) fn between(&self, host: HostId, one: Timestamp, other: Timestamp) -> bool {
        let (from, to) = if one <= other { (one, other) } else { (other, one) };
        self.last_until(host, to).is_some_and(|boot| boot > from)
    }

    /// The last reboot not after this time.
    pub(super) fn last_until(&self, host: HostId, time: Timestamp) -> Option<Timestamp> {
        let times = self.by_host.get(host.0 as usize)?;
        let after = times.partition_point(|boot| *boot <= time);
        after.checked_sub(1).and_then(|at| times.get(at)).copied()
    }
}

/// The markers that part process ids, of one host and in time order.
///
/// `EventLog` 6005 and 6008 right after a kernel start tell of the same boot and would part the
/// first services from their children, so they count alone only. A request (1074) counts where
/// nothing better follows: until the shutdown itself the old processes still run.
fn boots(markers: &[(Timestamp, Marker)]) -> Vec<Timestamp> {
    const SAME_BOOT_SECS: f64 = 600.0;
    const REQUEST_SECS: f64 = 3600.0;
    let mut answered = vec![false; markers.len()];
    let mut next: Option<Timestamp> = None;
    for ((time, marker), answered) in markers.iter().zip(&mut answered).rev() {
        if *marker == Marker::Requested {
            *answered = next.is_some_and(|next| next.secs_since(*time) <= REQUEST_SECS);
        } else {
            next = Some(*time);
        }
    }
    let mut times = Vec::new();
    let mut kernel_start: Option<Timestamp> = None;
    for ((time, marker), answered) in markers.iter().zip(answered) {
        let counts = match marker {
            Marker::Started => {
                kernel_start = Some(*time);
                true
            }
            Marker::Stopped => true,
            Marker::LogStarted => {
                kernel_start.is_none_or(|start| time.secs_since(start) > SAME_BOOT_SECS)
            }
            Marker::Requested => !answered,
            Marker::Cancelled => false,
        };
        if counts {
            times.push(*time);
        }
    }
    times
}

/// For each host and process id, its holders in the order of their starts.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    /// The holders known from the beginning, by key and holding.
    sorted: Vec<(Key, Holding)>,
    /// Where each key begins and ends in them.
    ranges: HashMap<Key, (usize, usize), RandomState>,
    /// Those added later.
    added: HashMap<Key, BTreeSet<Holding>, RandomState>,
}

/// A process id on a host.
type Key = (HostId, u32);

/// The start of a holding, or for an undated stub the time after which it must have started; then
/// the position of the draft, so that of two the one made later is the newer.
type Holding = (Option<Timestamp>, usize);

impl Timeline {
    /// Of the drafts that have a process id and a start.
    pub(super) fn of(drafts: &[Draft<'_>]) -> Self {
        let holding = |(at, draft): (usize, &Draft<'_>)| {
            let (pid, start) = draft.process.pid.zip(draft.process.start)?;
            Some(((draft.host, pid), (Some(start), at)))
        };
        let mut sorted: Vec<(Key, Holding)> =
            drafts.iter().enumerate().filter_map(holding).collect();
        sorted.sort_unstable();
        let mut ranges: HashMap<Key, (usize, usize), RandomState> = HashMap::default();
        let mut from = 0;
        for run in sorted.chunk_by(|(left, _), (right, _)| left == right) {
            let to = from + run.len();
            ranges.extend(run.first().map(|(key, _)| (*key, (from, to))));
            from = to;
        }
        Self { sorted, ranges, added: HashMap::default() }
    }

    /// As [`Self::of`] these drafts, and who was added stays; those added have no start.
    pub(super) fn renew(&mut self, drafts: &[Draft<'_>]) {
        let added = std::mem::take(&mut self.added);
        *self = Self { added, ..Self::of(drafts) };
    }

    /// Adds a holder after all that started no later.
    pub(super) fn insert(&mut self, key: Key, from: Option<Timestamp>, draft: usize) {
        self.added.entry(key).or_default().insert((from, draft));
    }

    /// Takes back what was inserted.
    pub(super) fn remove(&mut self, key: Key, from: Option<Timestamp>, draft: usize) {
        if let Some(added) = self.added.get_mut(&key) {
            added.remove(&(from, draft));
        }
    }

    /// The newest holder that had started by this time, whether or not it had ended.
    pub(super) fn newest(&self, key: Key, time: Timestamp, not: Option<usize>) -> Option<usize> {
        let last = until(plus_nanos(time, SLACK_NANOS));
        let is_meant = |(_, draft): &&Holding| Some(*draft) != not;
        let own = self.own(key);
        let before = own.partition_point(|(_, holding)| *holding <= last);
        let known = own.iter().take(before).rev().map(|(_, holding)| holding).find(is_meant);
        let added = self.added.get(&key);
        let added = added.and_then(|added| added.range(..=last).rev().find(is_meant));
        known.max(added).map(|(_, draft)| *draft)
    }

    /// The first `most` holders with a start from `earliest` to `latest`.
    pub(super) fn started_within(
        &self,
        key: Key,
        earliest: Timestamp,
        latest: Timestamp,
        most: usize,
    ) -> impl Iterator<Item = usize> + '_ {
        let earliest = Timestamp::from_unix(earliest.unix_secs(), earliest.nanos(), 0);
        let (first, last) = ((Some(earliest), 0), until(latest));
        let own = self.own(key);
        let before = own.partition_point(|(_, holding)| *holding < first);
        let known = own.iter().skip(before).map(|(_, holding)| *holding);
        let mut found: Vec<Holding> =
            known.take_while(|holding| *holding <= last).take(most).collect();
        let added = self.added.get(&key).filter(|_| first <= last).into_iter();
        found.extend(added.flat_map(|added| added.range(first..=last)).take(most));
        found.sort_unstable();
        found.into_iter().take(most).map(|(_, draft)| draft)
    }

    fn own(&self, key: Key) -> &[(Key, Holding)] {
        let range = self.ranges.get(&key);
        range.and_then(|(from, to)| self.sorted.get(*from..*to)).unwrap_or_default()
    }
}

/// The last key of a time: the digits a log wrote order equal times.
fn until(time: Timestamp) -> Holding {
    (Some(Timestamp::from_unix(time.unix_secs(), time.nanos(), 9)), usize::MAX)
}

/// Whether the process can have been there at this time, as far as end and reboots tell.
pub(super) fn is_alive(draft: &Draft<'_>, time: Timestamp, reboots: &Reboots) -> bool {
    // An end before the start is a clock that was set, not an end.
    let end = draft.process.end.filter(|end| draft.process.start.is_none_or(|start| start <= *end));
    let ended = end.is_some_and(|end| nanos_between(end, time) > SLACK_NANOS);
    let anchor = draft.process.start.or(draft.first_seen);
    !ended && !anchor.is_some_and(|anchor| reboots.between(draft.host, anchor, time))
}
