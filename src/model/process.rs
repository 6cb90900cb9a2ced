//! Processes and the tree they form.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::Serialize;

use super::{
    Activity, Decoding, Disagreement, HostActivity, Inferred, Logon, LogonIndex, ParentEvidence,
    RecordIndex, Text, Timestamp,
};

/// Position of a process in [`ProcessTree::processes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProcessIndex(pub u32);

/// A record that says the process started, ended, or was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Source and event id, for example `sysmon/1` or `security/4688`.
    pub kind: &'static str,
    /// The record.
    pub record: RecordIndex,
}

/// How a process was joined to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParentLink {
    /// By `ParentProcessGuid`.
    Guid,
    /// By process id, within the parent's lifetime on the same host.
    Pid,
    /// The parent has no record of its own: it is a stub made from the child's record.
    Stub,
}

/// Why a process has no start record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StubReason {
    /// It started before the host's first process record, which is the first of its log or does not
    /// tell its number.
    BeforeLogs,
    /// It started before the host's first process record, and the log once held older records:
    /// those here do not begin with the first.
    LogRolledOver,
    /// Sysmon was stopped when it started.
    SensorStopped,
    /// The logs run at that time, and hold no start of it: filtered by configuration, or lost.
    NotLogged,
    /// Its start cannot be dated, so nothing can be told.
    Unknown,
}

/// One process: one start on one host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// Stable for the same evidence; unique in the bundle.
    pub key: Text,
    /// Longest form of the host's name in the logs, as logged.
    pub host: Text,
    /// Sysmon `ProcessGuid`, lower case, without braces.
    pub guid: Option<Text>,
    /// Process id, decimal.
    pub pid: Option<u32>,
    /// Full path of the executable, as logged.
    pub image: Option<Text>,
    /// The name the file was linked under (Sysmon 10 and later).
    pub original_file_name: Option<Text>,
    /// Command line, as logged.
    pub command_line: Option<Text>,
    /// `DOMAIN\name`.
    pub user: Option<Text>,
    /// Folder the process started in.
    pub current_directory: Option<Text>,
    /// `Low`, `Medium`, `High`, `System`.
    pub integrity: Option<Text>,
    /// `LogonId`, lower-case hexadecimal with `0x`.
    pub logon_id: Option<Text>,
    /// The logon session it runs in, where records tell of it.
    pub logon: Option<LogonIndex>,
    /// Terminal session.
    pub session: Option<u32>,
    /// Company from the file's version information.
    pub company: Option<Text>,
    /// Product from the file's version information.
    pub product: Option<Text>,
    /// Sysmon's `Hashes` as logged, `SHA1=…,MD5=…`; see [`Self::hashes`].
    pub logged_hashes: Option<Text>,
    /// Start, UTC.
    pub start: Option<Timestamp>,
    /// Whether Sysmon's `UtcTime` and the record's own time lie over five seconds apart; `start` is then the record's.
    pub start_disputed: bool,
    /// End, UTC.
    pub end: Option<Timestamp>,
    /// The parent in the tree; `None` only where the records name none.
    pub parent: Option<ProcessIndex>,
    /// How [`Self::parent`] was found.
    pub parent_link: Option<ParentLink>,
    /// What says that it is the parent, and so how sure it is.
    pub parent_evidence: Option<ParentEvidence>,
    /// What the process's own record says of its parent's id.
    pub parent_pid: Option<u32>,
    /// What the process's own record says of its parent's GUID.
    pub parent_guid: Option<Text>,
    /// What the process's own record says of its parent's image.
    pub parent_image: Option<Text>,
    /// What the process's own record says of its parent's command line.
    pub parent_command_line: Option<Text>,
    /// Set where the process has no start record and is known from others only.
    pub stub: Option<StubReason>,
    /// Where records of its start do not say the same, in the order of the records; at most 16.
    pub disagreements: Box<[Disagreement]>,
    /// The records behind it, starts first.
    pub witnesses: Vec<Witness>,
    /// What it did, in time order.
    pub activity: Vec<Activity>,
    /// What its command line really says, shared by processes with the same one; `None` until the
    /// decoder has run.
    pub decoding: Option<Arc<Decoding>>,
}

impl Process {
    /// The executable's file name, or words where it is unknown.
    pub fn name(&self) -> &str {
        self.image.as_deref().map_or("unknown process", super::file_name)
    }

    /// The hashes of the executable: algorithm and value.
    pub fn hashes(&self) -> impl Iterator<Item = (&str, &str)> {
        let logged = self.logged_hashes.as_deref().unwrap_or_default();
        logged
            .split(',')
            .filter_map(|pair| pair.split_once('='))
            .map(|(algorithm, value)| (algorithm.trim(), value.trim()))
            .filter(|(algorithm, value)| !algorithm.is_empty() && !value.is_empty())
    }
}

/// All processes of a bundle, sorted by host, start, process id and key, with stubs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessTree {
    /// The processes; [`ProcessIndex`] is a position here.
    pub processes: Vec<Process>,
    /// The children of all processes, those of one together and in start order.
    children: Vec<ProcessIndex>,
    /// Where the children of each process end in [`Self::children`]; they begin where those of the
    /// process before end.
    child_ends: Vec<u32>,
    /// Processes without a parent, in order.
    pub roots: Vec<ProcessIndex>,
    /// The logon sessions, sorted by host, start and id; [`LogonIndex`] is a position here.
    pub logons: Vec<Logon>,
    /// Who asked for a process where the logged parent is only Windows' helper, sorted by child.
    /// It never replaces [`Process::parent`]; who does not want it leaves it unread.
    pub inferred: Vec<Inferred>,
    /// What records tell of a host and of no process that is known, sorted by host.
    pub unattached: Vec<HostActivity>,
    /// The further records of script blocks that are in several, by the first of them.
    pub script_parts: BTreeMap<RecordIndex, Vec<RecordIndex>>,
}

impl ProcessTree {
    /// The logon at this position.
    pub fn logon(&self, at: LogonIndex) -> Option<&Logon> {
        self.logons.get(at.0 as usize)
    }

    /// The session that a process runs in, where records tell of it.
    pub fn logon_of(&self, at: ProcessIndex) -> Option<&Logon> {
        self.logon(self.process(at)?.logon?)
    }

    /// What is concluded of who asked for the process at this position.
    pub fn inferred_of(&self, at: ProcessIndex) -> &[Inferred] {
        let from = self.inferred.partition_point(|inferred| inferred.child < at);
        let to = self.inferred.partition_point(|inferred| inferred.child <= at);
        self.inferred.get(from..to).unwrap_or_default()
    }

    /// The tree that the [`parents`](Process::parent) of these processes make; they come sorted.
    pub fn of(processes: Vec<Process>) -> Self {
        let mut child_ends = vec![0u32; processes.len()];
        let mut roots = Vec::new();
        for (at, process) in (0u32..).map(ProcessIndex).zip(&processes) {
            match process.parent.and_then(|parent| child_ends.get_mut(parent.0 as usize)) {
                Some(count) => *count += 1,
                None => roots.push(at),
            }
        }
        let mut total = 0;
        for count in &mut child_ends {
            // Where the next child goes; after the last one, where they end.
            total += std::mem::replace(count, total);
        }
        let mut children = vec![ProcessIndex(0); total as usize];
        for (at, process) in (0u32..).map(ProcessIndex).zip(&processes) {
            let next = process.parent.and_then(|parent| child_ends.get_mut(parent.0 as usize));
            if let Some(next) = next
                && let Some(child) = children.get_mut(*next as usize)
            {
                *child = at;
                *next += 1;
            }
        }
        Self { processes, children, child_ends, roots, ..Self::default() }
    }

    /// The process at this position.
    pub fn process(&self, at: ProcessIndex) -> Option<&Process> {
        self.processes.get(at.0 as usize)
    }

    /// The children of the process at this position.
    pub fn children_of(&self, at: ProcessIndex) -> &[ProcessIndex] {
        let at = at.0 as usize;
        let Some(to) = self.child_ends.get(at) else { return &[] };
        let from = at.checked_sub(1).and_then(|before| self.child_ends.get(before));
        let range = from.map_or(0, |from| *from as usize)..*to as usize;
        self.children.get(range).unwrap_or_default()
    }

    /// What records tell of this host and of no process that is known, in time order.
    pub fn unattached_of(&self, host: &str) -> &[Activity] {
        let at = self.unattached.binary_search_by(|own| own.host.as_str().cmp(host));
        let own = at.ok().and_then(|at| self.unattached.get(at));
        own.map_or(&[], |own| &own.activity)
    }

    /// The further records of the script block that begins with this one; mostly none.
    pub fn script_parts(&self, first: RecordIndex) -> &[RecordIndex] {
        self.script_parts.get(&first).map_or(&[], Vec::as_slice)
    }

    /// The process's parent, its parent's parent and so on, nearest first.
    pub fn ancestors(&self, at: ProcessIndex) -> impl Iterator<Item = ProcessIndex> + '_ {
        // The tree has no cycle by construction; the bound keeps a broken one from hanging the caller.
        std::iter::successors(self.process(at).and_then(|process| process.parent), |up| {
            let process = self.process(*up)?;
            process.parent
        })
        .take(self.processes.len())
    }

    /// Every position with its process.
    pub fn iter(&self) -> impl Iterator<Item = (ProcessIndex, &Process)> + '_ {
        (0u32..).map(ProcessIndex).zip(&self.processes)
    }

    /// How many ancestors each process has, by [`ProcessIndex`].
    pub fn depths(&self) -> Vec<usize> {
        let mut depths = vec![0; self.processes.len()];
        let mut open: Vec<(ProcessIndex, usize)> = self.roots.iter().map(|at| (*at, 0)).collect();
        while let Some((at, depth)) = open.pop() {
            // Only a root can have depth 0, so that a broken tree with a circle ends here too.
            if let Some(known) = depths.get_mut(at.0 as usize).filter(|known| **known == 0) {
                *known = depth;
                open.extend(self.children_of(at).iter().map(|child| (*child, depth + 1)));
            }
        }
        depths
    }

    /// These processes and everything below them; each is visited once, however they are nested.
    pub fn subtrees(&self, tops: impl IntoIterator<Item = ProcessIndex>) -> BTreeSet<ProcessIndex> {
        let mut found = BTreeSet::new();
        let mut open: Vec<ProcessIndex> = tops.into_iter().collect();
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(self.children_of(next));
            }
        }
        found
    }

    /// The process and everything below it, parents before children, children in start order.
    pub fn subtree(&self, at: ProcessIndex) -> Vec<ProcessIndex> {
        let mut order = Vec::new();
        let mut open = vec![at];
        while let Some(next) = open.pop() {
            if order.len() >= self.processes.len() {
                break;
            }
            order.push(next);
            open.extend(self.children_of(next).iter().rev());
        }
        order
    }
}
