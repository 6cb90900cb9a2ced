//! Who did what a record tells: by GUID, else by process id and time, else by a name that another
//! record leads to a process. Nobody rather than somebody who merely may have.

use std::collections::{BTreeMap, HashMap, HashSet, hash_map::Entry};

use foldhash::fast::RandomState;

use super::{
    activity::time_of,
    forest::Forest,
    identity::HostId,
    lifetime::is_alive,
    mention,
    record::{Log, Record, Records, canonical_order, image, nanos_between, pid},
};
use crate::model::{
    AttachedBy, Timestamp, client_machine, client_pid, host_application, host_id, is_same_text,
    job_id, process_image, process_in,
};

/// Processes with one command line that are looked at; where there are more alive at a time, no
/// one of them is meant.
const ALIKE: usize = 64;

/// What leads from names in records to processes.
#[derive(Debug, Default)]
pub(super) struct Doers {
    /// Who made a BITS job.
    jobs: HashMap<(HostId, String), usize, RandomState>,
    /// In which process a PowerShell runs; `None` where records contradict each other.
    hosts: HashMap<(HostId, String), Option<(usize, AttachedBy)>, RandomState>,
}

type Found = Option<(usize, AttachedBy)>;

impl Doers {
    pub(super) fn of(forest: &Forest<'_>, records: &Records<'_>) -> Self {
        let mut doers = Self::default();
        doers.note_jobs(forest, records);
        if records.deeds.iter().any(|(log, _)| *log == Log::WindowsPowerShell) {
            doers.note_hosts(forest, records);
        }
        doers
    }

    /// The process that did it.
    pub(super) fn find(&self, forest: &Forest<'_>, log: Log, record: &Record<'_>) -> Found {
        let event = record.event;
        match log {
            Log::Sysmon => {
                if let Some(guid) = mention::doer_guid(event) {
                    let at = forest.by_guid.get(&(record.host, guid))?;
                    return Some((*at, AttachedBy::Guid));
                }
                let (pid, image) = match event.event_id {
                    8 | 10 => (pid(event, "SourceProcessId"), image(event, "SourceImage")),
                    _ => (pid(event, "ProcessId"), image(event, "Image")),
                };
                by_pid(forest, record, pid?, image)
            }
            Log::Security => Self::of_audit(forest, record),
            Log::WmiActivity => {
                // The process is one of the computer that asked.
                let is_here = client_machine(event)
                    .is_none_or(|client| is_same_text(short(client), short(event.host())));
                by_pid(forest, record, client_pid(event).filter(|_| is_here)?, None)
            }
            Log::BitsClient => self.of_job(forest, record),
            Log::Defender => {
                let path = event.field("Path").or_else(|| event.field("Resource Path"))?;
                let (pid, start) = process_in(path)?;
                let time = start.or_else(|| time_of(event))?;
                let at = forest.alive_at((record.host, pid), time, None, None)?;
                Some((at, AttachedBy::ProcessId))
            }
            Log::AppLocker => by_pid(forest, record, pid(event, "TargetProcessId")?, None),
            Log::CodeIntegrity => {
                let pid = event.logger_pid.filter(|pid| *pid != 0)?;
                by_pid(forest, record, pid, process_image(event))
            }
            Log::WindowsPowerShell => {
                let key = (record.host, host_id(event)?.to_lowercase());
                *self.hosts.get(&key)?
            }
            // It names the process that was started where others name themselves, and Splunk has one
            // name for both.
            Log::TaskScheduler if event.event_id == 129 => None,
            Log::PowerShell | Log::TaskScheduler => {
                by_pid(forest, record, event.logger_pid.filter(|pid| *pid != 0)?, None)
            }
            Log::System | Log::LocalSessions | Log::RemoteConnections => None,
        }
    }

    fn of_audit(forest: &Forest<'_>, record: &Record<'_>) -> Found {
        let event = record.event;
        let (pid, image) = match event.event_id {
            // The service or task is made by the caller; these records' own process is the host's.
            4697..=4702 => (pid(event, "ClientProcessId"), None),
            5156 | 5157 => (
                pid(event, "ProcessID").or_else(|| pid(event, "ProcessId")),
                image(event, "Application"),
            ),
            _ => (pid(event, "ProcessId"), image(event, "ProcessName")),
        };
        by_pid(forest, record, pid?, image)
    }

    /// The maker of the job, else the service that logged.
    fn of_job(&self, forest: &Forest<'_>, record: &Record<'_>) -> Found {
        let event = record.event;
        if let Some(pid) = pid(event, "processId") {
            return by_pid(forest, record, pid, image(event, "processPath"));
        }
        let maker = job_id(event).and_then(|id| self.jobs.get(&(record.host, id.to_lowercase())));
        match maker {
            Some(at) => Some((*at, AttachedBy::BitsJob)),
            None => by_pid(forest, record, event.logger_pid.filter(|pid| *pid != 0)?, None),
        }
    }

    fn note_jobs(&mut self, forest: &Forest<'_>, records: &Records<'_>) {
        let mut made: Vec<&Record<'_>> = records
            .deeds
            .iter()
            .filter(|(log, record)| *log == Log::BitsClient && record.event.event_id == 3)
            .map(|(_, record)| record)
            .collect();
        made.sort_by(|left, right| canonical_order(left.event, right.event));
        for record in made {
            let event = record.event;
            let maker = pid(event, "processId")
                .and_then(|pid| by_pid(forest, record, pid, image(event, "processPath")));
            if let (Some((at, _)), Some(id)) = (maker, job_id(event)) {
                self.jobs.entry((record.host, id.to_lowercase())).or_insert(at);
            }
        }
    }

    /// Pipelines name their PowerShell and are logged by its process; where there are none, the
    /// start of an engine names the command line.
    fn note_hosts(&mut self, forest: &Forest<'_>, records: &Records<'_>) {
        let mut engines: BTreeMap<(HostId, String), &Record<'_>> = BTreeMap::new();
        for (log, record) in &records.deeds {
            let event = record.event;
            let is_one = matches!((log, event.event_id), (Log::PowerShell, 4103))
                || *log == Log::WindowsPowerShell;
            let Some(id) = host_id(event).filter(|_| is_one) else { continue };
            let key = (record.host, id.to_lowercase());
            if *log == Log::WindowsPowerShell {
                let first = engines.entry(key).or_insert(record);
                if canonical_order(event, first.event).is_lt() {
                    *first = record;
                }
                continue;
            }
            let logger = event.logger_pid.filter(|pid| *pid != 0);
            let at = logger.and_then(|pid| by_pid(forest, record, pid, None)).map(|(at, _)| at);
            let Some(at) = at else { continue };
            match self.hosts.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(Some((at, AttachedBy::PowershellHost)));
                }
                Entry::Occupied(mut entry) => {
                    if entry.get().is_some_and(|(known, _)| known != at) {
                        entry.insert(None);
                    }
                }
            }
        }
        engines.retain(|key, _| !self.hosts.contains_key(key));
        let lines = CommandLines::of(forest, engines.values().copied());
        for (key, record) in engines {
            let found = lines.only_one(forest, record);
            self.hosts.insert(key, found.map(|at| (at, AttachedBy::CommandLine)));
        }
    }
}

fn by_pid(forest: &Forest<'_>, record: &Record<'_>, pid: u32, image: Option<&str>) -> Found {
    let at = forest.alive_at((record.host, pid), time_of(record.event)?, image, None)?;
    Some((at, AttachedBy::ProcessId))
}

/// The first label of a host's name.
fn short(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// The processes with the command lines that engines name, in the order of their starts.
struct CommandLines(BTreeMap<(HostId, String), Vec<(Timestamp, usize)>>);

impl CommandLines {
    fn of<'r, 'a: 'r>(forest: &Forest<'_>, engines: impl Iterator<Item = &'r Record<'a>>) -> Self {
        let wanted: HashSet<(HostId, String)> = engines
            .filter_map(|record| Some((record.host, bare_line(host_application(record.event)?))))
            .collect();
        let mut lines: BTreeMap<(HostId, String), Vec<(Timestamp, usize)>> = BTreeMap::new();
        if wanted.is_empty() {
            return Self(lines);
        }
        for (at, draft) in forest.drafts.iter().enumerate() {
            let Some((line, start)) =
                draft.process.command_line.as_deref().zip(draft.process.start)
            else {
                continue;
            };
            let key = (draft.host, bare_line(line));
            if wanted.contains(&key) {
                lines.entry(key).or_default().push((start, at));
            }
        }
        for list in lines.values_mut() {
            list.sort_unstable();
        }
        Self(lines)
    }

    /// The process with the command line that the engine names, where only one was there.
    fn only_one(&self, forest: &Forest<'_>, record: &Record<'_>) -> Option<usize> {
        let time = time_of(record.event)?;
        let key = (record.host, bare_line(host_application(record.event)?));
        let list = self.0.get(&key)?;
        // The classic log writes whole seconds in some exports.
        let slack = 1_000_000_000;
        let before = list.partition_point(|(start, _)| nanos_between(time, *start) <= slack);
        if before > ALIKE {
            return None;
        }
        let mut alive = list.iter().take(before).map(|(_, at)| *at).filter(|at| {
            forest.get(*at).is_some_and(|draft| is_alive(draft, time, &forest.reboots))
        });
        let only = alive.next()?;
        alive.next().is_none().then_some(only)
    }
}

/// A command line as the engine writes it: its arguments with one blank between and no quotation
/// marks, letter case left out of account.
fn bare_line(line: &str) -> String {
    let bare: String = line.chars().filter(|letter| *letter != '"').collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
