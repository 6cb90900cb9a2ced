//! Which telemetry the logs hold for each host, and its holes: so that silence is not read as calm.
//! Not a judgement of what the records say.

mod hole;
mod witness;

use std::collections::BTreeMap;

use crate::model::{Coverage, CoverageState, Event, Gap, PerKind, Telemetry, Timestamp};

use self::hole::Holes;

/// The log that carries a record, told by provider first: forwarded records keep their provider
/// and change their channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Log {
    Sysmon,
    Security,
    System,
    PowerShell,
    TaskScheduler,
    Other,
}

/// The times of the records of each log of one host, by [`Log`].
type Times = [Vec<Timestamp>; 6];

/// Fewest records from which a log's rhythm is judged.
const ENOUGH_RECORDS: usize = 10;

/// The note of process starts by Security 4688 that all lack the command line: the audit setting
/// "Include command line in process creation events" was off.
pub const NO_COMMAND_LINES: &str = "no command lines";

/// The coverage of every host, sorted by host, then in the order of [`Telemetry::ALL`].
///
/// `events` are sorted by time. `host_name` gives the form of a host's name that stands for all its
/// spellings; it is called at least once for each spelling.
///
/// A record of the Task Scheduler's log counts as task telemetry whatever its id: that log, once
/// on, writes every registration. Sysmon's kinds count one by one, since its configuration chooses
/// them one by one.
pub fn coverage(events: &[Event], host_name: &dyn Fn(&str) -> String) -> Vec<Coverage> {
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    let mut hosts: Vec<HostLogs<'_>> = Vec::new();
    let mut kinds = PerKind::default();
    for event in events {
        let (host, kind) = kinds.of(event, || {
            let next = hosts.len();
            let host = *by_name.entry(host_name(event.host())).or_insert(next);
            if host == next {
                hosts.push(HostLogs::default());
            }
            (host, Kind::of(event))
        });
        if let Some(logs) = hosts.get_mut(host) {
            logs.add(event, kind);
        }
    }
    by_name
        .into_iter()
        .filter_map(|(name, at)| Some((name, std::mem::take(hosts.get_mut(at)?))))
        .flat_map(|(name, logs)| logs.into_coverage(&name))
        .collect()
}

/// What coverage makes of records of one log and event id.
#[derive(Clone, Copy, Debug)]
struct Kind {
    log: Log,
    telemetry: Option<Telemetry>,
    is_sign: bool,
}

impl Kind {
    fn of(event: &Event) -> Self {
        let log = log_of(event);
        Self {
            log,
            telemetry: telemetry_of(log, event.event_id),
            is_sign: is_sign(log, event.event_id),
        }
    }
}

/// One kind of telemetry on one host, while counting.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    records: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl Tally {
    fn add(&mut self, time: Option<Timestamp>) {
        self.records += 1;
        if let Some(time) = time {
            self.first = Some(self.first.map_or(time, |first| first.min(time)));
            self.last = Some(self.last.map_or(time, |last| last.max(time)));
        }
    }
}

/// What one host's records say about its logs.
#[derive(Debug, Default)]
struct HostLogs<'a> {
    tallies: [Tally; Telemetry::ALL.len()],
    /// Times of the records of each log.
    times: Times,
    /// Records that tell of stops, starts and clearing.
    signs: Vec<(Timestamp, Log, &'a Event)>,
    /// Process starts by Sysmon 1 and by Security 4688.
    starts_sysmon: Vec<Timestamp>,
    starts_security: Vec<Timestamp>,
    starts_4688: u64,
    command_lines_4688: u64,
    has_log: [bool; 6],
}

impl<'a> HostLogs<'a> {
    fn add(&mut self, event: &'a Event, kind: Kind) {
        let Kind { log, telemetry, is_sign } = kind;
        if let Some(seen) = self.has_log.get_mut(log as usize) {
            *seen = true;
        }
        if let Some(tally) = telemetry.and_then(|kind| self.tallies.get_mut(kind as usize)) {
            tally.add(event.time);
        }
        if telemetry == Some(Telemetry::ProcessSecurity) {
            self.starts_4688 += 1;
            self.command_lines_4688 += u64::from(event.field("CommandLine").is_some());
        }
        let Some(time) = event.time else { return };
        if let Some(times) = self.times.get_mut(log as usize) {
            times.push(time);
        }
        match telemetry {
            Some(Telemetry::ProcessSysmon) => self.starts_sysmon.push(time),
            Some(Telemetry::ProcessSecurity) => self.starts_security.push(time),
            _ => {}
        }
        if is_sign {
            self.signs.push((time, log, event));
        }
    }

    fn into_coverage(mut self, host: &str) -> Vec<Coverage> {
        // Records come in time order, which a stable sort sees at once.
        for times in &mut self.times {
            times.sort();
        }
        self.starts_sysmon.sort();
        self.starts_security.sort();
        self.signs.sort_by_key(|(time, _, event)| (*time, event.record_id));
        let holes = Holes::find(&self.times, &self.signs);
        Telemetry::ALL
            .into_iter()
            .map(|kind| {
                let tally = self.tallies.get(kind as usize).copied().unwrap_or_default();
                let gaps = if tally.records == 0 { Vec::new() } else { self.gaps(kind, &holes) };
                let note = self.note(kind, &tally, &gaps, &holes);
                Coverage {
                    host: host.to_owned(),
                    telemetry: kind,
                    state: state(&tally, &gaps, note.is_some()),
                    records: tally.records,
                    first: tally.first,
                    last: tally.last,
                    gaps,
                    note,
                }
            })
            .collect()
    }

    /// The holes of the log that carries this telemetry, and those that the other witness of
    /// process starts shows.
    fn gaps(&self, kind: Telemetry, holes: &Holes) -> Vec<Gap> {
        let mut gaps = holes.of(carrier(kind));
        let sysmon = ("Sysmon 1", self.starts_sysmon.as_slice());
        let security = ("4688", self.starts_security.as_slice());
        let unseen = match kind {
            Telemetry::ProcessSysmon => witness::unseen(sysmon, security),
            Telemetry::ProcessSecurity => witness::unseen(security, sysmon),
            _ => Vec::new(),
        };
        for gap in unseen {
            // A hole that is known already has its better reason.
            if !gaps.iter().any(|known| known.from < gap.to && gap.from < known.to) {
                gaps.push(gap);
            }
        }
        gaps.sort_by_key(|gap| (gap.from, gap.to));
        gaps
    }

    fn note(&self, kind: Telemetry, tally: &Tally, gaps: &[Gap], holes: &Holes) -> Option<String> {
        if tally.records == 0 {
            let log = carrier(kind);
            let has_log = self.has_log.get(log as usize).copied().unwrap_or(false);
            let words = if has_log {
                format!("the {} log is there, without these records", log.name())
            } else {
                format!("no {} log", log.name())
            };
            return Some(words);
        }
        if kind == Telemetry::ProcessSecurity
            && self.starts_4688 > 0
            && self.command_lines_4688 == 0
        {
            return Some(NO_COMMAND_LINES.to_owned());
        }
        if let Some(cleared) = holes.cleared(carrier(kind)) {
            return Some(format!("log cleared {} {} UTC", cleared.date(), cleared.clock(false)));
        }
        gaps.first().map(|gap| gap.why.clone())
    }
}

fn state(tally: &Tally, gaps: &[Gap], has_note: bool) -> CoverageState {
    if tally.records == 0 {
        CoverageState::Absent
    } else if gaps.is_empty() && !has_note {
        CoverageState::Present
    } else {
        CoverageState::Partial
    }
}

impl Log {
    const fn name(self) -> &'static str {
        match self {
            Self::Sysmon => "Sysmon",
            Self::Security => "Security",
            Self::System => "System",
            Self::PowerShell => "PowerShell",
            Self::TaskScheduler => "Task Scheduler",
            Self::Other => "other",
        }
    }

    /// The log of this channel name.
    fn of_channel(channel: &str) -> Self {
        const CHANNELS: [(&str, Log); 6] = [
            ("Microsoft-Windows-Sysmon/Operational", Log::Sysmon),
            ("Security", Log::Security),
            ("System", Log::System),
            ("Microsoft-Windows-PowerShell/Operational", Log::PowerShell),
            ("PowerShellCore/Operational", Log::PowerShell),
            ("Microsoft-Windows-TaskScheduler/Operational", Log::TaskScheduler),
        ];
        CHANNELS
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(channel))
            .map_or(Self::Other, |(_, log)| log)
    }
}

/// Whether coverage looks at the fields of records of this provider, channel and event id.
pub fn reads_fields(provider: &str, channel: &str, event_id: u32) -> bool {
    let log = log_of_kind(provider, channel);
    is_sign(log, event_id) || telemetry_of(log, event_id) == Some(Telemetry::ProcessSecurity)
}

fn log_of(event: &Event) -> Log {
    log_of_kind(event.provider(), event.home_channel())
}

fn log_of_kind(provider: &str, channel: &str) -> Log {
    const PROVIDERS: [(&str, Log); 5] = [
        ("Microsoft-Windows-Sysmon", Log::Sysmon),
        ("Microsoft-Windows-Security-Auditing", Log::Security),
        ("Microsoft-Windows-PowerShell", Log::PowerShell),
        ("PowerShellCore", Log::PowerShell),
        ("Microsoft-Windows-TaskScheduler", Log::TaskScheduler),
    ];
    PROVIDERS
        .into_iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(provider))
        .map_or_else(|| Log::of_channel(channel), |(_, log)| log)
}

const fn telemetry_of(log: Log, event_id: u32) -> Option<Telemetry> {
    match (log, event_id) {
        (Log::Sysmon, 1) => Some(Telemetry::ProcessSysmon),
        (Log::Sysmon, 3) => Some(Telemetry::Network),
        (Log::Sysmon, 11) => Some(Telemetry::Files),
        (Log::Sysmon, 12..=14) => Some(Telemetry::Registry),
        (Log::Security, 4688) => Some(Telemetry::ProcessSecurity),
        (Log::Security, 4624) => Some(Telemetry::Logons),
        (Log::PowerShell, 4104) => Some(Telemetry::Scripts),
        (Log::TaskScheduler, _) | (Log::Security, 4698..=4702) => Some(Telemetry::Tasks),
        _ => None,
    }
}

const fn carrier(kind: Telemetry) -> Log {
    match kind {
        Telemetry::ProcessSysmon | Telemetry::Network | Telemetry::Registry | Telemetry::Files => {
            Log::Sysmon
        }
        Telemetry::ProcessSecurity | Telemetry::Logons => Log::Security,
        Telemetry::Scripts => Log::PowerShell,
        Telemetry::Tasks => Log::TaskScheduler,
    }
}

/// Records that say a log stopped, started or was emptied, or that the host went off or on.
const fn is_sign(log: Log, event_id: u32) -> bool {
    match log {
        Log::Sysmon => event_id == 4,
        Log::Security => event_id == 1102,
        Log::System => {
            matches!(event_id, 12 | 41 | 104 | 6005 | 6006 | 6008 | 7031 | 7034 | 7036 | 7040)
        }
        _ => false,
    }
}
