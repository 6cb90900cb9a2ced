//! The scheduler's own records of what it started.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::super::{
    super::{
        identity::HostId,
        record::{nanos_between, plus_nanos},
    },
    command::program_name,
    scene::{Child, SECOND},
    trace::{Trace, Traces, within},
};
use super::folded;
use crate::model::{RecordIndex, is_same_text};

/// The scheduler's own record of a start and the start differ by no more; collectors that stamp on
/// receipt add a second.
const RUN_NANOS: i64 = 5 * SECOND;
/// Records around a start that are looked at.
const CANDIDATES: usize = 32;

/// What is known of the task that ran a process.
pub(super) struct Ran {
    pub(super) name: String,
    pub(super) shown: String,
    pub(super) is_sure: bool,
    pub(super) record: RecordIndex,
}

/// The scheduler's records of what it started.
pub(super) struct Runs<'t, 'a> {
    by_pid: HashMap<(HostId, u32), Vec<&'t Trace<'a>>, RandomState>,
    all: &'t [Trace<'a>],
}

impl<'t, 'a> Runs<'t, 'a> {
    pub(super) fn of(traces: &'t Traces<'a>) -> Self {
        let mut by_pid: HashMap<_, Vec<_>, RandomState> = HashMap::default();
        for trace in traces.tasks_run.iter().filter(|trace| trace.event.event_id == 129) {
            if let Some(pid) = trace.event.pid("ProcessID").filter(|pid| *pid != 0) {
                by_pid.entry((trace.host, pid)).or_default().push(trace);
            }
        }
        Self { by_pid, all: &traces.tasks_run }
    }

    pub(super) fn of_child(&self, child: &Child<'_>) -> Option<Ran> {
        let from = plus_nanos(child.start, -RUN_NANOS);
        let to = plus_nanos(child.start, RUN_NANOS);
        let own = child.process.pid.and_then(|pid| self.by_pid.get(&(child.host, pid)));
        let own = own.map(Vec::as_slice).unwrap_or_default();
        let first = own.partition_point(|trace| trace.time < from);
        let nearest = |trace: &&Trace<'_>| nanos_between(trace.time, child.start).abs();
        let own = own.iter().copied().skip(first).take_while(|trace| trace.time <= to);
        let by_pid =
            own.take(CANDIDATES).filter(|trace| runs_image(trace, child)).min_by_key(nearest);
        let by_path = || {
            let near = within(self.all, child.host, (from, to)).iter().take(CANDIDATES);
            // A record that names another process is of that one.
            let free = near.filter(|trace| trace.event.pid("ProcessID").is_none_or(|pid| pid == 0));
            free.filter(|trace| runs_image(trace, child)).min_by_key(nearest)
        };
        let is_sure = by_pid.is_some();
        let trace = by_pid.or_else(by_path)?;
        let shown = trace.event.field("TaskName")?.to_owned();
        Some(Ran { name: folded(&shown), shown, is_sure, record: trace.index })
    }
}

/// Whether the action is the program of the process, where the record says it.
fn runs_image(trace: &Trace<'_>, child: &Child<'_>) -> bool {
    let action = trace.event.field("Path").or_else(|| trace.event.field("ActionName"));
    let Some(action) = action else { return trace.event.event_id == 129 };
    let name = program_name(action).unwrap_or_default();
    is_same_text(&name, child.process.name())
}
