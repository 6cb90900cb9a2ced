//! Why a process has no start record.

use super::{draft::Draft, record::SYSTEM_PID, telemetry::HostLogs};
use crate::model::StubReason;

/// Why a process has no start record.
///
/// With a start, that decides. Without one: it started within the logs where the id belonged to
/// somebody else, or the host rebooted, after they began; before them where no process record is
/// older than the first that speaks of it, or for the System process, which is there from boot;
/// and otherwise nobody can tell.
pub(super) fn reason(draft: &Draft<'_>, logs: &HostLogs) -> StubReason {
    let Some(begin) = logs.begin else { return StubReason::Unknown };
    let before =
        if logs.is_rolled_over { StubReason::LogRolledOver } else { StubReason::BeforeLogs };
    match (draft.process.start, draft.started_after, draft.first_seen) {
        (Some(start), ..) if start < begin => before,
        (Some(start), ..) if logs.is_stopped(start) => StubReason::SensorStopped,
        (Some(_), ..) => StubReason::NotLogged,
        (None, Some(after), _) if after >= begin => StubReason::NotLogged,
        (None, _, Some(seen)) if seen <= begin => before,
        (None, ..) if draft.process.pid == Some(SYSTEM_PID) => before,
        _ => StubReason::Unknown,
    }
}
