//! What records say of processes by GUID, and the best word on each that has no start record. It
//! makes no processes.

use std::{
    cmp::Ordering,
    collections::{HashMap, hash_map::Entry},
};

use foldhash::fast::RandomState;

use super::{
    forest::Forest,
    identity::{Guid, HostId},
    record::{
        Log, Record, Records, canonical_order, event_time, image, nanos_between, pid, plus_nanos,
        utc_time,
    },
};
use crate::model::{Event, Timestamp};

/// The fields under which an event speaks of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Parent,
    Itself,
    Source,
}

impl Role {
    pub(super) fn guid(self, event: &Event) -> Option<Guid<'_>> {
        match self {
            Self::Parent => event.field("ParentProcessGuid"),
            Self::Itself => event.field("ProcessGuid"),
            // Sysmon 8 and 10 do not agree on the case of the name.
            Self::Source => {
                event.field("SourceProcessGuid").or_else(|| event.field("SourceProcessGUID"))
            }
        }
        .map(Guid::parse)
        .or_else(|| match self {
            Self::Parent => Guid::of_start(event, "ParentProcessId", "ParentProcessCreationTime"),
            Self::Itself => Guid::of_start(event, "ProcessId", "ProcessCreationTime"),
            Self::Source => None,
        })
    }

    pub(super) fn pid(self, event: &Event) -> Option<u32> {
        let [name, ..] = self.names();
        pid(event, name)
    }

    pub(super) const fn names(self) -> [&'static str; 3] {
        match self {
            Self::Parent => ["ParentProcessId", "ParentImage", "ParentUser"],
            Self::Itself => ["ProcessId", "Image", "User"],
            Self::Source => ["SourceProcessId", "SourceImage", "SourceUser"],
        }
    }
}

/// The GUID of the process that did what a Sysmon record tells.
pub(super) fn doer_guid(event: &Event) -> Option<Guid<'_>> {
    doer(event).guid(event)
}

/// The fields under which a Sysmon record names who did what it tells.
pub(super) fn doer(event: &Event) -> Role {
    if matches!(event.event_id, 8 | 10) { Role::Source } else { Role::Itself }
}

/// The best record that speaks of a process by GUID.
#[derive(Debug)]
pub(super) struct Mention<'a> {
    pub(super) role: Role,
    pub(super) event: &'a Event,
    pub(super) first_seen: Option<Timestamp>,
}

impl<'a> Mention<'a> {
    pub(super) fn image(&self) -> Option<&'a str> {
        let [_, name, _] = self.role.names();
        image(self.event, name)
    }

    pub(super) fn pid(&self) -> Option<u32> {
        self.role.pid(self.event)
    }

    /// A record that names the image is better; then a child's, which has the command line.
    fn order(&self, other: &Self) -> Ordering {
        (self.image().is_none(), self.role)
            .cmp(&(other.image().is_none(), other.role))
            .then_with(|| canonical_order(self.event, other.event))
    }

    /// The starts that the GUID can stand for, likelier first: its own second, and that second by
    /// the record's clock where `UtcTime` and the record's time are in dispute.
    ///
    /// A record written late leaves the GUID's second right; one written hours apart, or before
    /// what it tells, was written by another clock, and then all starts are told by that one.
    /// A connection's `UtcTime` alone is no such sign: it is the driver's, and often another's.
    pub(super) fn starts(&self, guid: Guid<'_>) -> [Option<Timestamp>; 2] {
        const LATE_NANOS: i64 = 60_000_000_000;
        let start = guid.start();
        let skew = match (event_time(self.event), utc_time(self.event)) {
            ((Some(time), true), Some(utc)) => Some(nanos_between(utc, time)),
            _ => None,
        };
        let by_record = start.zip(skew).map(|(start, skew)| plus_nanos(start, skew));
        let is_late = skew.is_none_or(|skew| (0..=LATE_NANOS).contains(&skew));
        if is_late || self.event.event_id == 3 { [start, by_record] } else { [by_record, start] }
    }
}

/// Every GUID that records speak of and no start has, with the best record on it; in order of host
/// and GUID.
pub(super) fn mentions<'a>(
    forest: &Forest<'a>,
    records: &Records<'a>,
    exits: &[Record<'a>],
) -> Vec<(HostId, Guid<'a>, Mention<'a>)> {
    let parents = records.sysmon_starts.iter().map(|record| (Role::Parent, record));
    let exits = exits.iter().map(|record| (Role::Itself, record));
    let deeds = records
        .deeds
        .iter()
        .filter(|(log, _)| *log == Log::Sysmon)
        .map(|(_, record)| (doer(record.event), record));
    let mut best: HashMap<(HostId, Guid<'a>), Mention<'a>, RandomState> = HashMap::default();
    for (role, record) in parents.chain(exits).chain(deeds) {
        let Some(guid) = role.guid(record.event) else { continue };
        let own = forest.aliases.get(&(record.host, guid)).copied().unwrap_or(guid);
        let key = (record.host, own);
        if forest.by_guid.contains_key(&key) {
            continue;
        }
        // `UtcTime` is costly to read and only starts and ends need it to the millisecond.
        let first_seen = match role {
            Role::Parent => event_time(record.event).0,
            _ => record.event.time.or_else(|| utc_time(record.event)),
        };
        let mut mention = Mention { role, event: record.event, first_seen };
        match best.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(mention);
            }
            Entry::Occupied(mut entry) => {
                let known = entry.get_mut();
                let first = known.first_seen.into_iter().chain(mention.first_seen).min();
                if mention.order(known).is_lt() {
                    std::mem::swap(known, &mut mention);
                }
                known.first_seen = first;
            }
        }
    }
    let mut list: Vec<_> =
        best.into_iter().map(|((host, guid), mention)| (host, guid, mention)).collect();
    list.sort_unstable_by_key(|(host, guid, _)| (*host, *guid));
    list
}
