//! The records that tell of broken lineage, gathered in one pass and put in order. It reads no
//! meaning out of them.

use super::super::{
    identity::{Guid, HostId, Hosts},
    record::{Log, Record, canonical_order, event_time, is_first_process, log_of, nanos_between},
};
use crate::model::{Event, PerKind, RecordIndex, Timestamp, file_name};

/// `PROCESS_CREATE_PROCESS`, the right one needs on a process to be able to make it a parent.
/// Source: Microsoft, "Process Security and Access Rights".
pub(super) const CREATE_PROCESS: u64 = 0x80;
/// A process that is opened this long after its start is opened by who made it, or by a watcher.
const BIRTH_NANOS: i64 = 2_000_000_000;

/// A record with what is asked of it again and again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trace<'a> {
    pub(super) index: RecordIndex,
    pub(super) host: HostId,
    pub(super) time: Timestamp,
    pub(super) event: &'a Event,
}

/// What a record is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    TaskMade,
    TaskRun,
    ServiceMade,
    Pipe,
    Access,
    Script,
    Wmi,
    Consumer,
    Share,
    File,
    Registry,
    Boot,
    Start,
}

/// The records by what they are good for, each list in the order of time.
#[derive(Debug, Default)]
pub(super) struct Traces<'a> {
    /// Security 4698 4702, `TaskScheduler` 106 140, files and keys of tasks.
    pub(super) tasks_made: Vec<Trace<'a>>,
    /// `TaskScheduler` 129 and 200.
    pub(super) tasks_run: Vec<Trace<'a>>,
    /// System 7045, Security 4697, `ImagePath` in the registry.
    pub(super) services_made: Vec<Trace<'a>>,
    /// Pipes of `PsExec` (Sysmon 17 18).
    pub(super) pipes: Vec<Trace<'a>>,
    /// Processes opened with the right to be a parent, or at their birth (Sysmon 10).
    pub(super) accesses: Vec<Trace<'a>>,
    /// PowerShell 4103 and 4104.
    pub(super) scripts: Vec<Trace<'a>>,
    /// WMI-Activity 5858, 5860, 5861.
    pub(super) wmi: Vec<Trace<'a>>,
    /// WMI event consumers (Sysmon 20).
    pub(super) consumers: Vec<Trace<'a>>,
    /// The service control manager reached over the network (Security 5145).
    pub(super) shares: Vec<Trace<'a>>,
    /// What tells of restarts.
    pub(super) system: Vec<Record<'a>>,
}

/// Whether the fields of records of this kind are looked at.
pub(in super::super) fn reads_fields(log: Option<Log>, channel: &str, event_id: u32) -> bool {
    let kind = kind_of(log, is_wmi_channel(channel), event_id);
    // That the host restarted is told by the kind of the record alone.
    kind.is_some_and(|kind| kind != Kind::Boot)
}

fn is_wmi_channel(channel: &str) -> bool {
    channel.eq_ignore_ascii_case("Microsoft-Windows-WMI-Activity/Operational")
}

fn kind_of(log: Option<Log>, is_wmi: bool, event_id: u32) -> Option<Kind> {
    if is_wmi {
        return matches!(event_id, 5858 | 5860 | 5861).then_some(Kind::Wmi);
    }
    Some(match (log?, event_id) {
        (Log::Security, 4698 | 4702) | (Log::TaskScheduler, 106 | 140) => Kind::TaskMade,
        (Log::TaskScheduler, 129 | 200) => Kind::TaskRun,
        (Log::System, 7045) | (Log::Security, 4697) => Kind::ServiceMade,
        (Log::Sysmon, 17 | 18) => Kind::Pipe,
        (Log::Sysmon, 10) => Kind::Access,
        (Log::PowerShell, 4103 | 4104) => Kind::Script,
        (Log::Sysmon, 20) => Kind::Consumer,
        (Log::Security, 5145) => Kind::Share,
        (Log::Sysmon, 11) => Kind::File,
        (Log::Sysmon, 12 | 13) => Kind::Registry,
        (Log::Sysmon, 1) | (Log::Security, 4688) => Kind::Start,
        (Log::System, _) | (Log::Security, 4608 | 4609) => Kind::Boot,
        _ => return None,
    })
}

impl<'a> Traces<'a> {
    pub(super) fn of(events: &'a [Event], names: &Hosts) -> Self {
        let mut traces = Self::default();
        let mut kinds = PerKind::default();
        for (index, event) in (0u32..).map(RecordIndex).zip(events) {
            let (kind, host) = kinds.of(event, || {
                let is_wmi = is_wmi_channel(event.home_channel());
                (kind_of(log_of(event), is_wmi, event.event_id), names.id(event.host()))
            });
            let Some(kind) = kind else { continue };
            if matches!(kind, Kind::Boot | Kind::Start) {
                if kind == Kind::Boot || is_first_process(event) {
                    traces.system.push(Record { index, host, event });
                }
                continue;
            }
            let Some(list) = traces.list(kind, event) else { continue };
            let Some(time) = event_time(event).0 else { continue };
            list.push(Trace { index, host, time, event });
        }
        traces.sort();
        traces
    }

    /// Where a record belongs; nowhere where its fields say nothing of use.
    fn list(&mut self, kind: Kind, event: &Event) -> Option<&mut Vec<Trace<'a>>> {
        let has = |name: &str, part: &str| {
            event.field(name).is_some_and(|value| contains_folded(value, part))
        };
        match kind {
            Kind::TaskMade => Some(&mut self.tasks_made),
            Kind::TaskRun => Some(&mut self.tasks_run),
            Kind::ServiceMade => Some(&mut self.services_made),
            Kind::Script => Some(&mut self.scripts),
            Kind::Wmi => Some(&mut self.wmi),
            Kind::Consumer => Some(&mut self.consumers),
            Kind::Pipe => has("PipeName", "psexe").then_some(&mut self.pipes),
            Kind::Share => has("RelativeTargetName", "svcctl").then_some(&mut self.shares),
            Kind::Access => opens_for_birth(event).then_some(&mut self.accesses),
            Kind::File => {
                has("TargetFilename", r"\system32\tasks\").then_some(&mut self.tasks_made)
            }
            // Most of the registry records there are, so the cheap question comes first.
            Kind::Registry if ends_folded(event.field("TargetObject")?, r"\ImagePath") => {
                has("TargetObject", r"\services\").then_some(&mut self.services_made)
            }
            Kind::Registry => {
                has("TargetObject", r"\taskcache\tree\").then_some(&mut self.tasks_made)
            }
            Kind::Boot | Kind::Start => None,
        }
    }

    fn sort(&mut self) {
        self.system.sort_by(|left, right| canonical_order(left.event, right.event));
        for list in [
            &mut self.tasks_made,
            &mut self.tasks_run,
            &mut self.services_made,
            &mut self.pipes,
            &mut self.accesses,
            &mut self.scripts,
            &mut self.wmi,
            &mut self.consumers,
            &mut self.shares,
        ] {
            list.sort_by(|left, right| {
                let time = (left.host, left.time).cmp(&(right.host, right.time));
                time.then_with(|| canonical_order(left.event, right.event))
            });
        }
    }
}

/// Whether Sysmon 10 can tell who made a process: the source is not one that opens all others, and
/// it asked for the right to be a parent, or the target was only just there.
fn opens_for_birth(event: &Event) -> bool {
    let source = event.field("SourceImage").map(file_name).unwrap_or_default();
    let is_daily = ["svchost.exe", "conhost.exe", "csrss.exe", "lsass.exe", "MsMpEng.exe"];
    if is_daily.iter().any(|name| name.eq_ignore_ascii_case(source)) {
        return false;
    }
    let wants_parent =
        event.number("GrantedAccess").is_some_and(|rights| rights & CREATE_PROCESS != 0);
    wants_parent || {
        let target = event.field("TargetProcessGUID").or_else(|| event.field("TargetProcessGuid"));
        let born = target.and_then(|guid| Guid::parse(guid).start());
        born.zip(event.time)
            .is_some_and(|(born, time)| nanos_between(born, time).abs() <= BIRTH_NANOS)
    }
}

/// Whether the value has the part, which is in lower case, in it in any letter case.
fn contains_folded(value: &str, part: &str) -> bool {
    let (value, part) = (value.as_bytes(), part.as_bytes());
    // A letter that paths seldom have, where there is one, finds the places quickly.
    let rare = part.iter().position(|byte| matches!(byte, b'k' | b'v' | b'x'));
    let at = rare.unwrap_or(0);
    let Some(byte) = part.get(at).copied() else { return true };
    memchr::memchr2_iter(byte, byte.to_ascii_uppercase(), value).any(|found| {
        let from = found.checked_sub(at);
        let window = from.and_then(|from| value.get(from..from + part.len()));
        window.is_some_and(|window| window.eq_ignore_ascii_case(part))
    })
}

fn ends_folded(value: &str, end: &str) -> bool {
    let from = value.len().checked_sub(end.len());
    from.and_then(|from| value.get(from..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

/// The records of a host with a time from one to another, in order.
pub(super) fn within<'t, 'a>(
    list: &'t [Trace<'a>],
    host: HostId,
    (from, to): (Timestamp, Timestamp),
) -> &'t [Trace<'a>] {
    let first = list.partition_point(|trace| (trace.host, trace.time) < (host, from));
    let last = list.partition_point(|trace| (trace.host, trace.time) <= (host, to));
    list.get(first..last).unwrap_or_default()
}
