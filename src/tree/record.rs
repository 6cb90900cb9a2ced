//! Which records the tree is made of, and an order of records that no file order can change.

use std::cmp::Ordering;

use super::{
    across_hosts, activity,
    identity::{HostId, Hosts},
    inferred, logon,
};
use crate::model::{
    DEFENDER, ELASTIC_ENDPOINT, Event, PerKind, RecordIndex, Timestamp, bare_path, file_name,
    is_same_text,
};

/// Sysmon's `UtcTime` and the record's own time may differ by this much before they are in dispute.
pub(super) const DISPUTE_SECS: f64 = 5.0;

/// The System process has this id since boot. Source: Microsoft, "Windows Internals", chapter 2.
pub(super) const SYSTEM_PID: u32 = 4;

pub(super) use crate::model::Log;

/// The log of a record, by its provider or else its channel, so that forwarded records count too.
pub(super) fn log_of(event: &Event) -> Option<Log> {
    Log::of(event)
}

/// Whether the tree looks at the fields of records of this provider, channel and event id.
pub fn reads_fields(provider: &str, channel: &str, event_id: u32) -> bool {
    let log = Log::of_kind(provider, channel);
    inferred::reads_fields(log, channel, event_id)
        || match log {
            // Any of them may name a process whose start is not there.
            Some(Log::Sysmon) => true,
            Some(log) => {
                matches!((log, event_id), (Log::Security, 4616 | 4688 | 4689) | (Log::System, 1))
                    || activity::is_deed(log, event_id)
                    || logon::is_logon_record(log, event_id)
                    || across_hosts::reads_fields(log, event_id)
            }
            None => false,
        }
}

/// One record of interest with its host resolved.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    pub(super) index: RecordIndex,
    pub(super) host: HostId,
    pub(super) event: &'a Event,
}

/// The records of a bundle by what the tree does with them.
#[derive(Debug, Default)]
pub(super) struct Records<'a> {
    pub(super) sysmon_starts: Vec<Record<'a>>,
    pub(super) security_starts: Vec<Record<'a>>,
    pub(super) exits: Vec<Record<'a>>,
    pub(super) system: Vec<Record<'a>>,
    pub(super) deeds: Vec<(Log, Record<'a>)>,
    /// The lowest record number in the Sysmon and in the Security log of each host, where that log
    /// has process records.
    pub(super) oldest: Vec<[Option<u64>; 2]>,
}

impl<'a> Records<'a> {
    /// Sorts the records into groups; starts and exits come in canonical order.
    pub(super) fn of(events: &'a [Event], hosts: &Hosts) -> Self {
        let mut records = Self::default();
        let mut kinds = PerKind::default();
        let mut numbers = Numbers::of(hosts.len());
        for (index, event) in (0u32..).map(RecordIndex).zip(events) {
            let (log, host, numbered) = kinds.of(event, || {
                let log = log_of(event);
                (log, hosts.id(event.host()), numbered(log, event))
            });
            let Some(log) = log else { continue };
            if let Some(at) = numbered {
                numbers.note(host, at, event);
            }
            let record = Record { index, host, event };
            if is_first_process_of(log, event) {
                records.system.push(record);
            }
            match (log, event.event_id) {
                (Log::Sysmon, 1) => records.sysmon_starts.push(record),
                (Log::Security, 4688) => records.security_starts.push(record),
                (Log::Sysmon, 5) | (Log::Security, 4689) => records.exits.push(record),
                (Log::Security, 4608 | 4609) => records.system.push(record),
                (Log::System, id) => {
                    records.system.push(record);
                    if activity::is_deed(log, id) {
                        records.deeds.push((log, record));
                    }
                }
                (Log::Sysmon | Log::Security | Log::PowerShell | Log::TaskScheduler, _) => {
                    records.deeds.push((log, record));
                }
                (log, id) if activity::is_deed(log, id) => records.deeds.push((log, record)),
                _ => {}
            }
        }
        for group in [
            &mut records.sysmon_starts,
            &mut records.security_starts,
            &mut records.exits,
            &mut records.system,
        ] {
            group.sort_by(|left, right| canonical_order(left.event, right.event));
        }
        records.oldest = numbers.done();
        records
    }
}

/// Which of the two logs of processes numbers records of this kind; other sensors count otherwise.
fn numbered(log: Option<Log>, event: &Event) -> Option<usize> {
    let is_sensor = event.provider() == ELASTIC_ENDPOINT || event.provider() == DEFENDER;
    match log? {
        _ if is_sensor => None,
        Log::Sysmon => Some(0),
        Log::Security => Some(1),
        _ => None,
    }
}

/// The record's number, under the log that numbers it.
pub(super) fn numbers(event: &Event) -> super::clock::Numbers {
    let mut numbers = [None; 2];
    let at = numbered(log_of(event), event).and_then(|at| numbers.get_mut(at));
    if let Some(number) = at {
        *number = event.record_id.filter(|number| *number != 0);
    }
    numbers
}

/// The lowest record numbers so far, and which logs tell of processes.
struct Numbers {
    oldest: Vec<[(Option<u64>, bool); 2]>,
}

impl Numbers {
    fn of(hosts: usize) -> Self {
        Self { oldest: vec![[(None, false); 2]; hosts] }
    }

    fn note(&mut self, host: HostId, at: usize, event: &Event) {
        let number = event.record_id.filter(|number| *number != 0);
        let known = self.oldest.get_mut(host.0 as usize).and_then(|known| known.get_mut(at));
        if let Some((known, tells)) = known {
            *known = known.iter().copied().chain(number).min();
            *tells |= matches!((at, event.event_id), (0, 1 | 5) | (1, 4688 | 4689));
        }
    }

    fn done(self) -> Vec<[Option<u64>; 2]> {
        let told = |(number, tells): (Option<u64>, bool)| number.filter(|_| tells);
        self.oldest.into_iter().map(|logs| logs.map(told)).collect()
    }
}

/// An order that depends on what records say and never on the files they came from.
///
/// Equal only for records that say the same in every respect.
pub(super) fn canonical_order(left: &Event, right: &Event) -> Ordering {
    left.time
        .cmp(&right.time)
        .then_with(|| left.record_id.cmp(&right.record_id))
        .then_with(|| left.event_id.cmp(&right.event_id))
        .then_with(|| left.channel().cmp(right.channel()))
        .then_with(|| left.provider().cmp(right.provider()))
        .then_with(|| left.host().cmp(right.host()))
        .then_with(|| left.logger_pid.cmp(&right.logger_pid))
        .then_with(|| left.user_sid().cmp(&right.user_sid()))
        .then_with(|| left.fields.iter().cmp(right.fields.iter()))
}

/// When the thing happened, and whether the record's two times are in dispute.
///
/// Sysmon's `UtcTime` unless it lies over five seconds from the time of the record; then the
/// latter, because it is the clock all other logs of the host share.
pub(super) fn event_time(event: &Event) -> (Option<Timestamp>, bool) {
    match (utc_time(event), event.time) {
        (Some(utc), Some(record)) if utc.secs_since(record).abs() > DISPUTE_SECS => {
            (Some(record), true)
        }
        (Some(utc), _) => (Some(utc), false),
        (None, record) => (record, false),
    }
}

/// Sysmon's own `UtcTime`.
pub(super) fn utc_time(event: &Event) -> Option<Timestamp> {
    event.field("UtcTime").and_then(Timestamp::parse)
}

/// `later - earlier` in nanoseconds, for exact comparison of distances.
pub(super) fn nanos_between(earlier: Timestamp, later: Timestamp) -> i64 {
    later
        .unix_secs()
        .saturating_sub(earlier.unix_secs())
        .saturating_mul(1_000_000_000)
        .saturating_add(i64::from(later.nanos()) - i64::from(earlier.nanos()))
}

/// The time moved by a number of nanoseconds.
pub(super) fn plus_nanos(time: Timestamp, nanos: i64) -> Timestamp {
    let total = nanos.saturating_add(i64::from(time.nanos()));
    let rest = u32::try_from(total.rem_euclid(1_000_000_000)).unwrap_or(0);
    let digits = if rest == 0 { 0 } else { 3 };
    let secs = time.unix_secs().saturating_add(total.div_euclid(1_000_000_000));
    Timestamp::from_unix(secs, rest, digits)
}

/// Whether this is the start of the session manager by the System process, which every boot has
/// once; those of the sessions are started by it. Source: Microsoft, "Windows Internals", chapter 2.
pub(super) fn is_first_process(event: &Event) -> bool {
    log_of(event).is_some_and(|log| is_first_process_of(log, event))
}

fn is_first_process_of(log: Log, event: &Event) -> bool {
    let (own, parent) = match (log, event.event_id) {
        (Log::Sysmon, 1) => ("Image", "ParentProcessId"),
        (Log::Security, 4688) => ("NewProcessName", "ProcessId"),
        _ => return false,
    };
    event.pid(parent) == Some(SYSTEM_PID)
        && image(event, own).is_some_and(|image| is_same_text(file_name(image), "smss.exe"))
}

/// The field as a process id; zero (the idle process, or "none") is missing.
pub(super) fn pid(event: &Event, name: &str) -> Option<u32> {
    event.pid(name).filter(|pid| *pid != 0)
}

/// The field as an image path, without quotation marks; Sysmon's `<unknown process>` is missing.
pub(super) fn image<'a>(event: &'a Event, name: &str) -> Option<&'a str> {
    let image = bare_path(event.field(name)?);
    let is_unknown = image.starts_with('<') || image.starts_with("&lt;");
    (!image.is_empty() && !is_unknown).then_some(image)
}
