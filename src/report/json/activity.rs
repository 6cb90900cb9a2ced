//! What was done, by processes and on hosts, as the JSON documents tell it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Activity, ActivityKind, Analysis, AttachedBy, Deed, Host, Timestamp};

use super::RecordEntry;

/// Deeds without a process that a host lists of each kind; all are counted.
const LISTED_A_KIND: u64 = 500;

#[derive(Debug, Serialize)]
pub(super) struct ActivityEntry<'a> {
    kind: ActivityKind,
    time_utc: Option<Timestamp>,
    text: String,
    detail: Option<Deed<'a>>,
    attached_by: Option<AttachedBy>,
    record: Option<RecordEntry<'a>>,
}

impl<'a> ActivityEntry<'a> {
    pub(super) fn of(analysis: &'a Analysis, activity: &Activity) -> Self {
        let detail = activity.deed(&analysis.tree, &analysis.events);
        Self {
            kind: activity.kind,
            time_utc: activity.time,
            text: detail.as_ref().map_or_else(String::new, Deed::text),
            detail,
            attached_by: activity.by,
            record: RecordEntry::of(analysis, activity.record),
        }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct HostEntry<'a> {
    name: &'a str,
    processes: u64,
    events: u64,
    first_utc: Option<Timestamp>,
    last_utc: Option<Timestamp>,
    /// How many records tell of something that no process is known to have done, by kind.
    activity_counts: BTreeMap<ActivityKind, u64>,
    /// The first [`LISTED_A_KIND`] of each kind, in time order.
    activity: Vec<ActivityEntry<'a>>,
}

impl<'a> HostEntry<'a> {
    pub(super) fn of(analysis: &'a Analysis, host: &'a Host) -> Self {
        let mut activity_counts = BTreeMap::new();
        let mut activity = Vec::new();
        for entry in analysis.tree.unattached_of(&host.name) {
            let count = activity_counts.entry(entry.kind).or_insert(0);
            *count += 1;
            if *count <= LISTED_A_KIND {
                activity.push(ActivityEntry::of(analysis, entry));
            }
        }
        Self {
            name: &host.name,
            processes: host.processes,
            events: host.events,
            first_utc: host.first,
            last_utc: host.last,
            activity_counts,
            activity,
        }
    }
}
