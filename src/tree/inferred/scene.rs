//! The finished tree with what the mechanisms look things up by. It concludes nothing.

use std::{
    cell::{Cell, OnceCell},
    collections::HashMap,
};

use foldhash::fast::RandomState;

use super::{
    super::{
        identity::{Guid, HostId, Hosts},
        lifetime::Reboots,
        record::{nanos_between, plus_nanos},
    },
    program::{Program, Programs},
    trace::{Trace, Traces},
};
use crate::model::{Process, ProcessIndex, ProcessTree, Timestamp};

/// Within this two times of one host are in no order: each log stamps on its own.
pub(super) const SLACK_NANOS: i64 = 2_000_000_000;
/// Text that is compared in all, so that evidence made to be slow is not.
const MOST_COMPARED: usize = 1 << 30;

/// A second in nanoseconds.
pub(super) const SECOND: i64 = 1_000_000_000;

/// Process id, start and position, by host and id.
type Holders = Vec<(HostId, u32, Option<Timestamp>, ProcessIndex)>;

pub(super) struct Scene<'a> {
    pub(super) tree: &'a ProcessTree,
    hosts: Vec<HostId>,
    programs: Vec<Program>,
    reboots: Reboots,
    holders: OnceCell<Holders>,
    by_guid: OnceCell<HashMap<(HostId, Guid<'a>), ProcessIndex, RandomState>>,
    compared: Cell<usize>,
}

impl<'a> Scene<'a> {
    pub(super) fn of(tree: &'a ProcessTree, names: &Hosts, traces: &Traces<'_>) -> Self {
        let mut programs = Programs::default();
        let mut last: Option<(&str, HostId)> = None;
        let mut hosts = Vec::with_capacity(tree.processes.len());
        for process in &tree.processes {
            let host = match last {
                Some((name, host)) if name == process.host.as_str() => host,
                _ => names.id(&process.host),
            };
            last = Some((&process.host, host));
            hosts.push(host);
        }
        Self {
            tree,
            hosts,
            programs: tree.processes.iter().map(|process| programs.of(process)).collect(),
            reboots: Reboots::of(&traces.system, names.len()),
            holders: OnceCell::new(),
            by_guid: OnceCell::new(),
            compared: Cell::new(0),
        }
    }

    pub(super) fn process(&self, at: ProcessIndex) -> Option<&'a Process> {
        self.tree.process(at)
    }

    pub(super) fn host(&self, at: ProcessIndex) -> HostId {
        self.hosts.get(at.0 as usize).copied().unwrap_or(HostId(u32::MAX))
    }

    pub(super) fn program(&self, at: ProcessIndex) -> Program {
        self.programs.get(at.0 as usize).copied().unwrap_or(Program::Unknown)
    }

    /// The processes of these programs, in tree order.
    pub(super) fn of_programs<'s>(
        &'s self,
        is_meant: impl Fn(Program) -> bool + 's,
    ) -> impl Iterator<Item = ProcessIndex> + 's {
        let all = (0u32..).map(ProcessIndex).zip(&self.programs);
        all.filter(move |(_, program)| is_meant(**program)).map(|(at, _)| at)
    }

    /// The children of processes of these programs, with parent and start.
    pub(super) fn children_of_programs<'s>(
        &'s self,
        is_meant: impl Fn(Program) -> bool + 's,
    ) -> impl Iterator<Item = Child<'a>> + 's {
        self.of_programs(is_meant).flat_map(move |parent| {
            let children = self.tree.children_of(parent).iter();
            children.filter_map(move |at| self.child(*at, parent))
        })
    }

    fn child(&self, at: ProcessIndex, parent: ProcessIndex) -> Option<Child<'a>> {
        let process = self.process(at)?;
        Some(Child {
            at,
            process,
            parent,
            above: self.process(parent)?,
            host: self.host(at),
            start: process.start?,
        })
    }

    /// The process that had this id at a time, as far as ends and restarts tell.
    pub(super) fn alive(&self, host: HostId, pid: u32, time: Timestamp) -> Option<ProcessIndex> {
        let holders = self.holders.get_or_init(|| {
            let with_pid = self
                .tree
                .iter()
                .filter_map(|(at, process)| Some((self.host(at), process.pid?, process.start, at)));
            let mut holders: Holders = with_pid.collect();
            holders.sort_unstable();
            holders
        });
        let last = (host, pid, Some(plus_nanos(time, SLACK_NANOS)), ProcessIndex(u32::MAX));
        let before = holders.partition_point(|holder| *holder <= last);
        let (_, _, start, at) = before
            .checked_sub(1)
            .and_then(|at| holders.get(at))
            .filter(|holder| (holder.0, holder.1) == (host, pid))?;
        let end = self.process(*at)?.end;
        let has_ended = end.is_some_and(|end| nanos_between(end, time) > SLACK_NANOS);
        let restarted = start.is_some_and(|start| self.reboots.between(host, start, time));
        let is_gone = has_ended || (restarted && *start < Some(time));
        (!is_gone).then_some(*at)
    }

    pub(super) fn by_guid(&self, host: HostId, guid: &str) -> Option<ProcessIndex> {
        let by_guid = self.by_guid.get_or_init(|| {
            let with_guid = self.tree.iter().filter_map(|(at, process)| {
                Some(((self.host(at), Guid::parse(process.guid.as_deref()?)), at))
            });
            with_guid.collect()
        });
        by_guid.get(&(host, Guid::parse(guid))).copied()
    }

    /// The process under these fields of a record: by GUID, else by id and time.
    pub(super) fn named(&self, trace: &Trace<'_>, guid: &str, pid: &str) -> Option<ProcessIndex> {
        let by_guid = trace.event.field(guid).and_then(|guid| self.by_guid(trace.host, guid));
        by_guid.or_else(|| {
            let pid = trace.event.pid(pid).filter(|pid| *pid != 0)?;
            self.alive(trace.host, pid, trace.time)
        })
    }

    /// The process that a Sysmon record says did it.
    pub(super) fn doer(&self, trace: &Trace<'_>) -> Option<ProcessIndex> {
        self.named(trace, "ProcessGuid", "ProcessId")
    }

    /// Name and id for people: `schtasks.exe 12212`.
    pub(super) fn label(&self, at: ProcessIndex) -> String {
        let Some(process) = self.process(at) else { return String::new() };
        match process.pid {
            Some(pid) => format!("{} {pid}", process.name()),
            None => process.name().to_owned(),
        }
    }

    /// Whether a process can have asked at this time: it had begun and not ended.
    pub(super) fn was_there(&self, at: ProcessIndex, time: Timestamp) -> bool {
        self.process(at).is_some_and(|process| {
            process.start.is_none_or(|start| start <= time)
                && process.end.is_none_or(|end| nanos_between(end, time) <= SLACK_NANOS)
        })
    }

    /// Whether one process is the other or below it.
    pub(super) fn is_within(&self, below: ProcessIndex, top: ProcessIndex) -> bool {
        const DEPTH: usize = 64;
        below == top || self.tree.ancestors(below).take(DEPTH).any(|up| up == top)
    }

    /// Whether there is still leave to compare this much text.
    pub(super) fn may_compare(&self, length: usize) -> bool {
        let sum = self.compared.get().saturating_add(length);
        self.compared.set(sum);
        sum <= MOST_COMPARED
    }
}

/// A process with a start, under a parent.
#[derive(Clone, Copy)]
pub(super) struct Child<'a> {
    pub(super) at: ProcessIndex,
    pub(super) process: &'a Process,
    pub(super) parent: ProcessIndex,
    pub(super) above: &'a Process,
    pub(super) host: HostId,
    pub(super) start: Timestamp,
}

impl Child<'_> {
    /// The command line of the parent, in lower case.
    pub(super) fn parent_line(&self) -> Option<String> {
        let own = self.above.command_line.as_deref();
        own.or(self.process.parent_command_line.as_deref()).map(str::to_lowercase)
    }

    /// Its own command line, in lower case.
    pub(super) fn line(&self) -> String {
        self.process.command_line.as_deref().map(str::to_lowercase).unwrap_or_default()
    }
}
