//! What each process did: finds the doer of a record. The wording is in `text`, scripts in `script`.

use std::collections::HashSet;

use super::{
    forest::Forest,
    mention,
    record::{Log, Record, Records, canonical_order, image, pid},
    script, text,
};
use crate::model::{Activity, ActivityKind, Event, Timestamp};

/// Attaches every record that names a known process to it, in time order and once.
pub(super) fn attach<'a>(forest: &mut Forest<'a>, records: &Records<'a>, events: &'a [Event]) {
    let mut blocks = Vec::new();
    for (log, record) in &records.deeds {
        let Some(kind) = kind_of(*log, record.event) else { continue };
        let Some(doer) = doer(forest, *log, record) else { continue };
        if *log == Log::PowerShell && record.event.event_id == 4104 {
            blocks.push((doer, *record));
            continue;
        }
        let activity = Activity {
            kind,
            time: time_of(record.event),
            text: text::of(*log, record.event),
            record: record.index,
        };
        push(forest, doer, activity);
    }
    for (doer, activity) in script::join(blocks) {
        push(forest, doer, activity);
    }
    for draft in &mut forest.drafts {
        in_order_once(&mut draft.process.activity, events);
    }
}

fn push(forest: &mut Forest<'_>, doer: usize, activity: Activity) {
    if let Some(draft) = forest.drafts.get_mut(doer) {
        draft.process.activity.push(activity);
    }
}

/// The record's time, else Sysmon's own.
pub(super) fn time_of(event: &Event) -> Option<Timestamp> {
    event.time.or_else(|| super::record::utc_time(event))
}

/// Sorts by time and drops a record that was read twice, from two files or two exports.
fn in_order_once(activity: &mut Vec<Activity>, events: &[Event]) {
    if activity.len() < 2 {
        return;
    }
    let event = |entry: &Activity| events.get(entry.record.0 as usize);
    activity.sort_by(|left, right| {
        left.time.cmp(&right.time).then_with(|| match (event(left), event(right)) {
            (Some(left), Some(right)) => canonical_order(left, right),
            (left, right) => left.is_some().cmp(&right.is_some()),
        })
    });
    let mut seen = HashSet::new();
    let repeated: Vec<bool> = activity
        .iter()
        .enumerate()
        .map(|(at, entry)| {
            let Some(this) = event(entry) else { return false };
            match this.record_id.filter(|id| *id != 0) {
                // Exports cut fractions of a second differently.
                Some(id) => {
                    let second = this.time.map(Timestamp::unix_secs);
                    !seen.insert((this.event_id, id, second, entry.text.as_str()))
                }
                None => at
                    .checked_sub(1)
                    .and_then(|before| activity.get(before))
                    .and_then(event)
                    .is_some_and(|before| canonical_order(before, this).is_eq()),
            }
        })
        .collect();
    let mut repeated = repeated.into_iter();
    activity.retain(|_| !repeated.next().unwrap_or(false));
}

/// The process that did it: by GUID, else by the process id that the record gives and its time.
fn doer(forest: &Forest<'_>, log: Log, record: &Record<'_>) -> Option<usize> {
    let event = record.event;
    if log == Log::Sysmon
        && let Some(guid) = mention::doer_guid(event)
    {
        return forest.by_guid.get(&(record.host, guid)).copied();
    }
    let (pid, image) = match (log, event.event_id) {
        (Log::Sysmon, 8 | 10) => (pid(event, "SourceProcessId"), image(event, "SourceImage")),
        (Log::Sysmon, _) => (pid(event, "ProcessId"), image(event, "Image")),
        // The service or task is made by the caller; these records' own process is the host's.
        (Log::Security, 4697 | 4698 | 4702) => (pid(event, "ClientProcessId"), None),
        (Log::Security, 5156) => (pid(event, "ProcessID"), image(event, "Application")),
        (Log::Security, _) => (pid(event, "ProcessId"), image(event, "ProcessName")),
        _ => (event.logger_pid.filter(|pid| *pid != 0), None),
    };
    let pid = pid.or_else(|| self::pid(event, "ProcessId").filter(|_| event.event_id == 5156))?;
    forest.alive_at((record.host, pid), time_of(event)?, image, None)
}

/// Whether records of this kind tell of something that a process did.
pub(super) fn is_deed(log: Log, event_id: u32) -> bool {
    kind_of_record(log, event_id).is_some()
}

/// What kind of thing the record tells of; an access is one to what it says.
fn kind_of(log: Log, event: &Event) -> Option<ActivityKind> {
    let kind = kind_of_record(log, event.event_id)?;
    let is_object = log == Log::Security && kind == ActivityKind::Access;
    Some(match event.field("ObjectType").filter(|_| is_object) {
        Some("File") => ActivityKind::File,
        Some("Key") => ActivityKind::Registry,
        _ => kind,
    })
}

/// What kind of thing records of a kind tell of; `None` for records that are no deed of a process.
///
/// Sources: Sysmon's manifest, Microsoft's "Advanced security audit policy settings", and the
/// manifests of Microsoft-Windows-PowerShell and Microsoft-Windows-TaskScheduler.
fn kind_of_record(log: Log, event_id: u32) -> Option<ActivityKind> {
    use ActivityKind::{
        Access, Dns, File, Logon, Module, Network, Other, Pipe, Registry, Script, Service, Share,
        Task, Wmi,
    };
    Some(match (log, event_id) {
        (Log::Sysmon, 3) | (Log::Security, 5156) => Network,
        (Log::Sysmon, 22) => Dns,
        (Log::Sysmon, 2 | 11 | 15 | 23 | 26..=29) => File,
        (Log::Sysmon, 12..=14) | (Log::Security, 4657) => Registry,
        (Log::Sysmon, 17 | 18) => Pipe,
        (Log::Sysmon, 6 | 7) => Module,
        (Log::Sysmon, 8 | 10 | 25) | (Log::Security, 4656 | 4663) => Access,
        (Log::Sysmon, 19..=21) => Wmi,
        (Log::Sysmon, 9) | (Log::Security, 4673 | 4720 | 4732) => Other,
        (Log::Security, 4698 | 4702) | (Log::TaskScheduler, 106 | 140 | 141 | 200 | 201) => Task,
        (Log::Security, 4697) => Service,
        (Log::PowerShell, 4103 | 4104) => Script,
        (Log::Security, 4624 | 4648) => Logon,
        (Log::Security, 5140 | 5145) => Share,
        _ => return None,
    })
}
