//! Why a process has no start record.

use super::{
    draft::Draft,
    record::{Record, Records, SYSTEM_PID, event_time},
};
use crate::model::{StubReason, Timestamp};

/// The earliest process record of each host, or where it has none the earliest record at all
/// that the tree reads.
pub(super) fn log_begins(records: &Records<'_>, hosts: usize) -> Vec<Option<Timestamp>> {
    let mut begins = vec![None; hosts];
    let mut note = |record: &Record<'_>, time: Option<Timestamp>| {
        if let (Some(begin), Some(time)) = (begins.get_mut(record.host.0 as usize), time) {
            *begin = Some(begin.map_or(time, |begin: Timestamp| begin.min(time)));
        }
    };
    let starts = records.sysmon_starts.iter().chain(&records.security_starts);
    for record in starts.chain(&records.exits) {
        note(record, event_time(record.event).0);
    }
    let without = begins.clone();
    for (_, record) in &records.deeds {
        if without.get(record.host.0 as usize).is_some_and(Option::is_none)
            && let (Some(begin), Some(time)) =
                (begins.get_mut(record.host.0 as usize), record.event.time)
        {
            *begin = Some(begin.map_or(time, |begin| begin.min(time)));
        }
    }
    begins
}

/// Why a process has no start record.
///
/// With a start, that decides. Without one: it started within the logs where the id belonged to
/// somebody else, or the host rebooted, after they began; before them where no process record is
/// older than the first that speaks of it, or for the System process, which is there from boot;
/// and otherwise nobody can tell.
pub(super) fn reason(draft: &Draft<'_>, log_begin: Option<Timestamp>) -> StubReason {
    let Some(begin) = log_begin else { return StubReason::Unknown };
    match (draft.process.start, draft.started_after, draft.first_seen) {
        (Some(start), ..) if start < begin => StubReason::BeforeLogs,
        (Some(_), ..) => StubReason::NotLogged,
        (None, Some(after), _) if after >= begin => StubReason::NotLogged,
        (None, _, Some(seen)) if seen <= begin => StubReason::BeforeLogs,
        (None, ..) if draft.process.pid == Some(SYSTEM_PID) => StubReason::BeforeLogs,
        _ => StubReason::Unknown,
    }
}
