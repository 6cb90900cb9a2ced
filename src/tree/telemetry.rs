//! What the logs of each host could have seen: where they begin, and when Sysmon did not run. It
//! judges no process.

use super::{
    identity::HostId,
    record::{Log, Record, Records, event_time},
};
use crate::model::{Event, Timestamp, is_same_text};

/// Sysmon may write what it still held just after it says that it stopped.
const LATE_SECS: f64 = 5.0;

/// The logs of one host.
#[derive(Clone, Debug, Default)]
pub(super) struct HostLogs {
    /// The earliest process record, or where there is none the earliest record at all that the
    /// tree reads.
    pub(super) begin: Option<Timestamp>,
    /// Whether every log with process records once held records older than those here.
    pub(super) is_rolled_over: bool,
    /// The first and the last end of a process.
    pub(super) ends: Option<(Timestamp, Timestamp)>,
    /// From when to when Sysmon did not run, in time order.
    pub(super) stops: Vec<(Timestamp, Timestamp)>,
}

impl HostLogs {
    /// Whether ends of processes were being logged through all of this time.
    pub(super) fn tells_ends(&self, from: Timestamp, to: Timestamp) -> bool {
        self.ends.is_some_and(|(first, last)| first <= from && to <= last)
    }

    /// Whether Sysmon was stopped at this time.
    pub(super) fn is_stopped(&self, time: Timestamp) -> bool {
        let before = self.stops.partition_point(|(from, _)| *from <= time);
        let last = before.checked_sub(1).and_then(|at| self.stops.get(at));
        last.is_some_and(|(_, to)| time < *to)
    }
}

/// The logs of every host, by [`HostId`].
pub(super) fn of(records: &Records<'_>, hosts: usize) -> Vec<HostLogs> {
    let mut logs = vec![HostLogs::default(); hosts];
    begins(&mut logs, records);
    for record in &records.exits {
        if let (Some(logs), Some(time)) = (at(&mut logs, record.host), event_time(record.event).0) {
            let (first, last) = logs.ends.unwrap_or((time, time));
            logs.ends = Some((first.min(time), last.max(time)));
        }
    }
    stops(&mut logs, records);
    for (logs, oldest) in logs.iter_mut().zip(&records.oldest) {
        let mut told = oldest.iter().flatten().peekable();
        logs.is_rolled_over = told.peek().is_some() && told.all(|oldest| *oldest > 1);
    }
    logs
}

fn at(logs: &mut [HostLogs], host: HostId) -> Option<&mut HostLogs> {
    logs.get_mut(host.0 as usize)
}

fn begins(logs: &mut [HostLogs], records: &Records<'_>) {
    let mut note = |record: &Record<'_>, time: Option<Timestamp>| {
        if let (Some(logs), Some(time)) = (at(logs, record.host), time) {
            logs.begin = Some(logs.begin.map_or(time, |begin| begin.min(time)));
        }
    };
    let starts = records.sysmon_starts.iter().chain(&records.security_starts);
    for record in starts.chain(&records.exits) {
        note(record, event_time(record.event).0);
    }
    let without: Vec<bool> = logs.iter().map(|logs| logs.begin.is_none()).collect();
    for (_, record) in &records.deeds {
        if without.get(record.host.0 as usize) == Some(&true)
            && let (Some(logs), Some(time)) = (at(logs, record.host), record.event.time)
        {
            logs.begin = Some(logs.begin.map_or(time, |begin| begin.min(time)));
        }
    }
}

/// Sysmon 4 `State`, and what the Service Control Manager says of its service: 7036 (`param2` is
/// the new state), 7031 and 7034 (ended unexpectedly). A stop lasts to the next start or record.
fn stops(logs: &mut [HostLogs], records: &Records<'_>) {
    let system = records.system.iter().filter(|record| is_service_stop(record.event));
    let states = records.deeds.iter().filter(|(log, record)| {
        *log == Log::Sysmon && record.event.event_id == 4 && says(record.event, "State", "Stopped")
    });
    for record in system.chain(states.map(|(_, record)| record)) {
        if let (Some(logs), Some(time)) = (at(logs, record.host), record.event.time) {
            logs.stops.push((time, time));
        }
    }
    if logs.iter().all(|logs| logs.stops.is_empty()) {
        return;
    }
    // Each stop ends with the first record that comes after it and before the next stop.
    let mut next: Vec<Vec<Option<Timestamp>>> = Vec::new();
    for logs in logs.iter_mut() {
        logs.stops.sort_unstable();
        next.push(vec![None; logs.stops.len()]);
    }
    let deeds = records.deeds.iter().filter(|(log, _)| *log == Log::Sysmon);
    let sysmon = records.sysmon_starts.iter().chain(deeds.map(|(_, record)| record));
    for record in sysmon {
        let host = record.host.0 as usize;
        let (Some(logs), Some(time)) = (logs.get(host), record.event.time) else { continue };
        let is_start = record.event.event_id == 4 && says(record.event, "State", "Started");
        let late = if is_start { 0.0 } else { LATE_SECS };
        let before = logs.stops.partition_point(|(from, _)| time.secs_since(*from) > late);
        let ended = before.checked_sub(1).and_then(|at| next.get_mut(host)?.get_mut(at));
        if let Some(ended) = ended {
            *ended = Some(ended.map_or(time, |known| known.min(time)));
        }
    }
    for (logs, next) in logs.iter_mut().zip(next) {
        // A stop that nothing follows before the next lasts as long as that one.
        let mut until = None;
        for ((_, to), next) in logs.stops.iter_mut().zip(next).rev() {
            until = next.or(until);
            *to = until.unwrap_or_else(|| Timestamp::from_unix(i64::MAX, 0, 0));
        }
    }
}

fn says(event: &Event, field: &str, word: &str) -> bool {
    event.field(field).is_some_and(|value| is_same_text(value, word))
}

fn is_service_stop(event: &Event) -> bool {
    let names_sysmon = || {
        let name = event.field("param1").and_then(|name| name.get(.."sysmon".len()));
        name.is_some_and(|start| start.eq_ignore_ascii_case("sysmon"))
    };
    match event.event_id {
        7036 => names_sysmon() && says(event, "param2", "stopped"),
        7031 | 7034 => names_sysmon(),
        _ => false,
    }
}
