//! What each process did: puts every record that tells of a deed under the process that did it, or
//! under its host. Who did it is in `doer`, scripts in `script`, what the record says in
//! [`Deed`](crate::model::Deed).

use std::collections::{BTreeMap, HashSet};

use super::{
    doer::Doers,
    forest::Forest,
    identity::{HostId, Hosts},
    record::{Log, Records, canonical_order},
    script,
};
use crate::model::{
    Activity, ActivityKind, AttachedBy, Deed, Event, HostActivity, ProcessTree, RecordIndex, Text,
    Timestamp,
};

/// Where a deed belongs: to a process, and how that was found, or to a host alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    pub(super) doer: Option<(usize, AttachedBy)>,
    pub(super) host: HostId,
}

/// What no process did, and which records go together.
#[derive(Debug, Default)]
pub(super) struct Rest {
    unattached: Vec<HostActivity>,
    script_parts: BTreeMap<RecordIndex, Vec<RecordIndex>>,
}

impl Rest {
    pub(super) fn add_to(self, tree: &mut ProcessTree) {
        tree.unattached = self.unattached;
        tree.script_parts = self.script_parts;
    }
}

/// Attaches every record that tells of a deed to its process or else its host, in time order and
/// once.
pub(super) fn attach<'a>(
    forest: &mut Forest<'a>,
    records: &Records<'a>,
    hosts: &Hosts,
    events: &'a [Event],
) -> Rest {
    let doers = Doers::of(forest, records);
    let mut blocks = Vec::new();
    let mut rest = Rest::default();
    // One more for records without a host.
    let mut by_host: Vec<Vec<Activity>> = vec![Vec::new(); hosts.len() + 1];
    let mut push = |forest: &mut Forest<'a>, place: Place, activity: Activity| {
        let list = match place.doer {
            Some((at, _)) => forest.drafts.get_mut(at).map(|draft| &mut draft.process.activity),
            None => by_host.get_mut((place.host.0 as usize).min(hosts.len())),
        };
        if let Some(list) = list {
            list.push(Activity { by: place.doer.map(|(_, by)| by), ..activity });
        }
    };
    for (log, record) in &records.deeds {
        let Some(kind) = ActivityKind::of(*log, record.event) else { continue };
        let place = Place { doer: doers.find(forest, *log, record), host: record.host };
        if *log == Log::PowerShell && record.event.event_id == 4104 {
            blocks.push((place, *record));
            continue;
        }
        let time = time_of(record.event);
        push(forest, place, Activity { kind, by: None, record: record.index, time });
    }
    for block in script::join(blocks) {
        push(forest, block.place, block.activity);
        if !block.further.is_empty() {
            rest.script_parts.insert(block.activity.record, block.further);
        }
    }
    for draft in &mut forest.drafts {
        in_order_once(&mut draft.process.activity, events);
    }
    for (at, mut activity) in (0u32..).map(HostId).zip(by_host) {
        if !activity.is_empty() {
            in_order_once(&mut activity, events);
            rest.unattached.push(HostActivity { host: Text::from(hosts.shown(at)), activity });
        }
    }
    rest.unattached.sort_by(|left, right| left.host.cmp(&right.host));
    // Two forms of a name that stay apart may still be shown alike.
    rest.unattached.dedup_by(|later, first| {
        let is_one = later.host == first.host;
        if is_one {
            first.activity.append(&mut later.activity);
            first.activity.sort_by_key(|entry| entry.time);
        }
        is_one
    });
    rest
}

/// The record's time, else Sysmon's own.
pub(super) fn time_of(event: &Event) -> Option<Timestamp> {
    event.time.or_else(|| super::record::utc_time(event))
}

/// Whether records of this kind tell of something that a process did.
pub(super) const fn is_deed(log: Log, event_id: u32) -> bool {
    ActivityKind::of_record(log, event_id).is_some()
}

/// Sorts by time and drops a record that was read twice, from two files or two exports.
fn in_order_once(activity: &mut Vec<Activity>, events: &[Event]) {
    if activity.len() < 2 {
        return;
    }
    let event = |entry: &Activity| events.get(entry.record.0 as usize);
    activity.sort_by(|left, right| {
        left.time.cmp(&right.time).then_with(|| match (event(left), event(right)) {
            (Some(left), Some(right)) => canonical_order(left, right),
            (left, right) => left.is_some().cmp(&right.is_some()),
        })
    });
    let mut repeated = vec![false; activity.len()];
    let mut named: Vec<(u64, u32, Option<i64>, usize)> = Vec::new();
    for (at, entry) in activity.iter().enumerate() {
        let Some(this) = event(entry) else { continue };
        if let Some(id) = this.record_id.filter(|id| *id != 0) {
            // Exports cut fractions of a second differently.
            named.push((id, this.event_id, this.time.map(Timestamp::unix_secs), at));
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| activity.get(before)).and_then(event);
        if let Some(repeated) = repeated.get_mut(at) {
            *repeated = before.is_some_and(|before| canonical_order(before, this).is_eq());
        }
    }
    named.sort_unstable();
    let is_one = |left: &(u64, u32, Option<i64>, usize), right: &(u64, u32, Option<i64>, usize)| {
        (left.0, left.1, left.2) == (right.0, right.1, right.2)
    };
    for run in named.chunk_by(is_one).filter(|run| run.len() > 1) {
        let mut told = HashSet::new();
        for (.., at) in run {
            let this = activity.get(*at).and_then(event);
            let text = this.and_then(Deed::of).map(|deed| deed.text());
            if let Some(repeated) = repeated.get_mut(*at) {
                *repeated = !told.insert(text);
            }
        }
    }
    let mut repeated = repeated.into_iter();
    activity.retain(|_| !repeated.next().unwrap_or(false));
}
