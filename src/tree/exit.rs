//! Ends of processes from Sysmon 5 and Security 4689. It makes a stub where nothing else is known.

use super::{
    draft::{Draft, fill, owned},
    forest::Forest,
    identity::Guid,
    image_path::images_contradict,
    lifetime::is_alive,
    record::{Record, canonical_order, event_time, image, numbers, pid},
};
use crate::model::Timestamp;

/// Two logs tell of one exit within this time.
const SAME_EXIT_SECS: f64 = 5.0;

/// What an exit record says.
struct Exit<'a> {
    guid: Option<Guid<'a>>,
    pid: Option<u32>,
    image: Option<&'a str>,
    time: Option<Timestamp>,
    kind: &'static str,
}

fn exit_of<'a>(record: &Record<'a>) -> Exit<'a> {
    let event = record.event;
    let (kind, image_field) = match event.event_id {
        5 => ("sysmon/5", "Image"),
        _ => ("security/4689", "ProcessName"),
    };
    Exit {
        guid: event.field("ProcessGuid").map(Guid::parse),
        pid: pid(event, "ProcessId"),
        image: image(event, image_field),
        time: event_time(event).0,
        kind,
    }
}

/// Ends the processes whose GUID is known; returns the exits that are left.
pub(super) fn by_guid<'a>(forest: &mut Forest<'a>, exits: Vec<Record<'a>>) -> Vec<Record<'a>> {
    exits
        .into_iter()
        .filter(|record| {
            let exit = exit_of(record);
            let at = exit.guid.and_then(|guid| forest.by_guid.get(&(record.host, guid)).copied());
            at.is_none_or(|at| !end(forest, at, record, &exit))
        })
        .collect()
}

/// Ends the processes that held the id of an exit without GUID; returns the exits that have one.
///
/// The holder must have had the image that the exit names. Where nobody fits, a stub ended: it was
/// there, who reads the tree must be able to find it, and whoever held the id before had gone.
pub(super) fn by_pid<'a>(forest: &mut Forest<'a>, exits: Vec<Record<'a>>) -> Vec<Record<'a>> {
    let (named, unnamed): (Vec<_>, Vec<_>) =
        exits.into_iter().partition(|record| exit_of(record).guid.is_some());
    let mut last: Option<(Record<'a>, usize)> = None;
    for record in unnamed {
        let exit = exit_of(&record);
        // An export that dropped the id leaves nothing to find a copy's stub by.
        let is_same = |before: &Record<'_>| {
            before.host == record.host && canonical_order(before.event, record.event).is_eq()
        };
        let known = match last {
            Some((before, at)) if is_same(&before) => Some(at),
            _ => holder(forest, &record, &exit),
        };
        let at = known.unwrap_or_else(|| stub(forest, &record, &exit));
        end(forest, at, &record, &exit);
        last = Some((record, at));
    }
    named
}

fn holder(forest: &Forest<'_>, record: &Record<'_>, exit: &Exit<'_>) -> Option<usize> {
    let (pid, time) = (exit.pid?, exit.time?);
    let key = (record.host, pid);
    if forest.clocks.shown_before(record.host, time).is_some() {
        return forest.alive_before(key, (time, numbers(record.event)), exit.image, None);
    }
    let at = forest.timeline.newest(key, time, None)?;
    let draft = forest.get(at)?;
    let other_log =
        draft.process.end.is_some_and(|end| time.secs_since(end).abs() <= SAME_EXIT_SECS);
    let fits = (other_log || is_alive(draft, time, &forest.reboots))
        && !images_contradict(draft.process.image.as_deref(), exit.image);
    fits.then_some(at)
}

fn end(forest: &mut Forest<'_>, at: usize, record: &Record<'_>, exit: &Exit<'_>) -> bool {
    let Some(draft) = forest.drafts.get_mut(at) else { return false };
    draft.is_end_by_guid |= draft.process.end.is_none() && exit.guid.is_some();
    fill(&mut draft.process.end, exit.time);
    fill(&mut draft.process.pid, exit.pid);
    if draft.process.image.is_none() {
        draft.process.image = owned(exit.image);
    }
    draft.witness(exit.kind, record.index);
    true
}

/// A stub for each process of which only the end is logged, by GUID.
pub(super) fn stubs<'a>(forest: &mut Forest<'a>, exits: Vec<Record<'a>>) {
    for record in by_guid(forest, exits) {
        let exit = exit_of(&record);
        // An exit before it in this list may have made the stub: the same record from two files.
        let known = exit.guid.and_then(|guid| forest.by_guid.get(&(record.host, guid)).copied());
        let at = known.unwrap_or_else(|| stub(forest, &record, &exit));
        end(forest, at, &record, &exit);
    }
}

fn stub<'a>(forest: &mut Forest<'a>, record: &Record<'a>, exit: &Exit<'a>) -> usize {
    let mut stub = Draft::stub(record.host, exit.guid);
    stub.process.pid = exit.pid;
    stub.process.image = owned(exit.image);
    stub.seen(exit.time);
    forest.add_stub(stub)
}
