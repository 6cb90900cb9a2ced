//! One process from the several records of its start. It looks at starts only, not at parents.

use std::{collections::HashMap, panic::resume_unwind, thread};

use foldhash::fast::RandomState;

use super::{
    draft::{Draft, fill},
    identity::{Guid, HostId},
    image_path::can_be_same_name,
    interner::Interner,
    mention::{Role, doer},
    record::{Record, Records, canonical_order, nanos_between},
    told::{fill_from, is_same_command},
};
use crate::model::{Timestamp, file_name};

/// Sysmon 1 and Security 4688 of one start lie at most this far apart.
///
/// On one machine both are written within milliseconds, but collectors that stamp on receipt put
/// up to 2.2 s between them in the public recordings; twice that, and still far less than Windows
/// takes to hand out the same id to the same image again under ordinary load.
const SAME_START_NANOS: i64 = 5_000_000_000;
/// Up to here nothing else is asked; beyond, command line and parent id must not differ.
const SURELY_SAME_NANOS: i64 = 1_000_000_000;
/// How many starts of one image under one id are looked at on each side of a time.
const NEIGHBOURS: usize = 8;

/// Starts worth a thread of their own.
const WORTH_A_THREAD: usize = 1024;

/// The index of processes by GUID. GUIDs are the attacker's to choose, so its hash has a seed.
pub(super) type ByGuid<'a> = HashMap<(HostId, Guid<'a>), usize, RandomState>;

/// A GUID that is another name of a parent that has one: two sensors saw its child start.
pub(super) type Aliases<'a> = HashMap<(HostId, Guid<'a>), Guid<'a>, RandomState>;

/// The processes that have a start record, and what they are called.
#[derive(Debug, Default)]
pub(super) struct Starts<'a> {
    pub(super) drafts: Vec<Draft<'a>>,
    pub(super) by_guid: ByGuid<'a>,
    pub(super) aliases: Aliases<'a>,
}

/// The processes that have a start record: those with a GUID of Sysmon's, then what other sensors
/// saw, then what only the audit log has, each joined with those before.
pub(super) fn starts<'a>(records: &Records<'a>, threads: usize) -> Starts<'a> {
    let own = drafts_of(&records.sysmon_starts, Draft::from_sysmon, threads);
    let mut starts = Starts::default();
    starts.by_guid.reserve(own.iter().map(Vec::len).sum());
    starts.drafts.reserve(records.sysmon_starts.len() + records.security_starts.len());
    let mut others: [Vec<Draft<'a>>; 2] = [Vec::new(), Vec::new()];
    let mut same = SameStart::default();
    for (record, draft) in records.sysmon_starts.iter().zip(own.into_iter().flatten()) {
        let [elsewhere, defender] = &mut others;
        let drafts = match draft.guid {
            Some(Guid::Other(_)) => elsewhere,
            Some(Guid::Started(..)) => defender,
            Some(Guid::Windows(_)) | None => &mut starts.drafts,
        };
        let next = drafts.len();
        let at = match draft.guid {
            Some(guid) => *starts.by_guid.entry((record.host, guid)).or_insert(next),
            None => same.position(record, &draft, next),
        };
        put(drafts, at, draft);
    }
    for drafts in others.into_iter().filter(|drafts| !drafts.is_empty()) {
        let guids: Vec<_> = drafts.iter().map(|draft| (draft.host, draft.guid)).collect();
        let places = join(&mut starts, drafts);
        for ((host, guid), at) in guids.into_iter().zip(places) {
            starts.by_guid.extend(guid.map(|guid| ((host, guid), at)));
        }
    }
    fill_pids(&mut starts.drafts, &starts.by_guid, records);
    let security = security_starts(&records.security_starts, threads);
    join(&mut starts, security);
    starts
}

/// A draft for each record, in order, made on several threads: most of the work of a start.
fn drafts_of<'a>(
    records: &[Record<'a>],
    draft: impl Fn(&Record<'a>, &mut Interner<'a>) -> Draft<'a> + Sync,
    threads: usize,
) -> Vec<Vec<Draft<'a>>> {
    let share = records.len().div_ceil(threads.max(1)).max(WORTH_A_THREAD);
    let make = |part: &[Record<'a>]| {
        let mut words = Interner::default();
        part.iter().map(|record| draft(record, &mut words)).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let make = &make;
        let mut parts = records.chunks(share);
        let first = parts.next();
        let others: Vec<_> = parts.map(|part| scope.spawn(move || make(part))).collect();
        let mut made: Vec<_> = first.map(make).into_iter().collect();
        for other in others {
            made.push(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        made
    })
}

/// Some exports drop `ProcessId` from Sysmon's records. Then other records with the GUID may still
/// tell it: a child's, or what the process did.
fn fill_pids(drafts: &mut [Draft<'_>], by_guid: &ByGuid<'_>, records: &Records<'_>) {
    if drafts.iter().all(|draft| draft.process.pid.is_some()) {
        return;
    }
    let children = records.sysmon_starts.iter().map(|record| (Role::Parent, record));
    let exits = records.exits.iter().map(|record| (Role::Itself, record));
    let deeds = records.deeds.iter().map(|(_, record)| (doer(record.event), record));
    let mut told = Vec::new();
    for (role, record) in children.chain(exits).chain(deeds) {
        let known = role.guid(record.event).and_then(|guid| by_guid.get(&(record.host, guid)));
        let is_idless = |at: &usize| drafts.get(*at).is_some_and(|it| it.process.pid.is_none());
        if let Some(at) = known.copied().filter(is_idless) {
            told.extend(role.pid(record.event).map(|pid| (at, role, record.event, pid)));
        }
    }
    told.sort_by(|left, right| {
        (left.0, left.1).cmp(&(right.0, right.1)).then_with(|| canonical_order(left.2, right.2))
    });
    for (at, _, _, pid) in told {
        if let Some(draft) = drafts.get_mut(at) {
            fill(&mut draft.process.pid, Some(pid));
        }
    }
}

fn put<'a>(drafts: &mut Vec<Draft<'a>>, at: usize, draft: Draft<'a>) {
    match drafts.get_mut(at) {
        Some(first) => fill_from(first, draft),
        None => drafts.push(draft),
    }
}

fn security_starts<'a>(records: &[Record<'a>], threads: usize) -> Vec<Draft<'a>> {
    let own = drafts_of(records, Draft::from_security, threads);
    let mut drafts = Vec::with_capacity(records.len());
    let mut same = SameStart::default();
    for (record, draft) in records.iter().zip(own.into_iter().flatten()) {
        let at = same.position(record, &draft, drafts.len());
        put(&mut drafts, at, draft);
    }
    drafts
}

/// Host, process id, second, millisecond and executable.
type Moment = (HostId, Option<u32>, i64, u32, String);

/// Finds the same record again: the same log read from two files or two exports.
#[derive(Debug, Default)]
struct SameStart {
    /// Host, process id, record id and second: exports cut fractions differently.
    by_record: HashMap<(HostId, Option<u32>, u64, i64), usize, RandomState>,
    /// An id cannot start twice within a millisecond.
    by_start: HashMap<Moment, usize, RandomState>,
}

impl SameStart {
    fn position(&mut self, record: &Record<'_>, draft: &Draft<'_>, next: usize) -> usize {
        let pid = draft.process.pid;
        // Without a time nothing says that two starts are one.
        let Some(start) = draft.process.start else { return next };
        let by_start =
            (record.host, pid, start.unix_secs(), start.nanos() / 1_000_000, name_of(draft));
        let by_record = record
            .event
            .record_id
            .filter(|id| *id != 0)
            .map(|id| (record.host, pid, id, start.unix_secs()));
        let known = by_record
            .and_then(|key| self.by_record.get(&key))
            .or_else(|| self.by_start.get(&by_start))
            .copied();
        let at = known.unwrap_or(next);
        if let Some(key) = by_record {
            self.by_record.entry(key).or_insert(at);
        }
        self.by_start.entry(by_start).or_insert(at);
        at
    }
}

fn name_of(draft: &Draft<'_>) -> String {
    draft.process.image.as_deref().map(file_name).unwrap_or_default().to_lowercase()
}

/// Joins each of these starts with the nearest known one of the same host, id and executable, one
/// to one; the rest stand for themselves. Gives their places in order.
fn join<'a>(starts: &mut Starts<'a>, others: Vec<Draft<'a>>) -> Vec<usize> {
    let pairs = nearest_pairs(&starts.drafts, &others);
    let mut taken = vec![false; starts.drafts.len()];
    let mut partner = vec![None; others.len()];
    for (_, known, at) in pairs {
        if let (Some(taken), Some(partner @ None)) = (taken.get_mut(known), partner.get_mut(at))
            && !*taken
        {
            *taken = true;
            *partner = Some(known);
        }
    }
    let mut places = Vec::with_capacity(others.len());
    for (draft, partner) in others.into_iter().zip(partner) {
        let next = starts.drafts.len();
        let Some((at, known)) = partner.and_then(|at| Some((at, starts.drafts.get_mut(at)?)))
        else {
            places.push(next);
            starts.drafts.push(draft);
            continue;
        };
        if let (Some(parent), Some(alias)) = (known.parent_guid, draft.parent_guid)
            && parent.family() != alias.family()
        {
            starts.aliases.entry((draft.host, alias)).or_insert(parent);
        }
        fill_from(known, draft);
        places.push(at);
    }
    places
}

/// The known starts of a host and process id, and without one of an image, in time order.
type Groups = HashMap<(HostId, Option<u32>, String), Vec<(Timestamp, usize)>, RandomState>;

/// Distance, position among the known starts, position among the others; nearest first.
fn nearest_pairs(known: &[Draft<'_>], others: &[Draft<'_>]) -> Vec<(i64, usize, usize)> {
    if known.is_empty() || others.is_empty() {
        return Vec::new();
    }
    let mut groups = Groups::default();
    for (at, draft) in known.iter().enumerate() {
        let pid = draft.process.pid;
        // An id is enough to be looked at; its image may be written in two ways.
        let name = if pid.is_some() { String::new() } else { name_of(draft) };
        let group = groups.entry((draft.host, pid, name)).or_default();
        // A disputed start may be right by either clock, and where a collector stamps late it
        // stamps both records late.
        let times = [draft.process.start, draft.disputed_utc, draft.written];
        group.extend(times.into_iter().flatten().map(|time| (time, at)));
    }
    #[expect(clippy::iter_over_hash_type, reason = "each group is sorted on its own")]
    for group in groups.values_mut() {
        group.sort_unstable();
        group.dedup();
    }
    let mut pairs = Vec::new();
    for (at, draft) in others.iter().enumerate() {
        let (Some(pid), Some(time)) = (draft.process.pid, draft.process.start) else { continue };
        let own = groups.get(&(draft.host, Some(pid), String::new()));
        let idless = groups.get(&(draft.host, None, name_of(draft)));
        let near = |group: &Vec<(Timestamp, usize)>| {
            let here = group.partition_point(|(start, _)| *start < time);
            let near = group.iter().skip(here.saturating_sub(NEIGHBOURS)).take(2 * NEIGHBOURS);
            near.copied().collect::<Vec<_>>()
        };
        for (start, known_at) in own.into_iter().chain(idless).flat_map(near) {
            let distance = nanos_between(start, time).saturating_abs();
            if known.get(known_at).is_some_and(|other| is_same_start(other, draft, distance)) {
                pairs.push((distance, known_at, at));
            }
        }
    }
    pairs.sort_unstable();
    pairs
}

/// Whether two records can be of one start, this far apart: less is asked the closer they are, more
/// where the known one lacks the process id, and never two of one sensor.
fn is_same_start(known: &Draft<'_>, other: &Draft<'_>, distance: i64) -> bool {
    let name = |draft: &Draft<'_>| draft.process.image.clone();
    let same_name = match (name(known), name(other)) {
        (Some(left), Some(right)) => can_be_same_name(file_name(&left), file_name(&right)),
        _ => true,
    };
    same_name
        && known.families & other.families == 0
        && match known.process.pid {
            Some(_) if distance <= SURELY_SAME_NANOS => true,
            Some(_) => distance <= SAME_START_NANOS && is_compatible(known, other),
            None => distance <= SAME_START_NANOS && is_alike(known, other),
        }
}

/// Whether both records tell the command line and the parent's id, and the same ones: what joins
/// two starts where one of them lacks its own id.
fn is_alike(known: &Draft<'_>, other: &Draft<'_>) -> bool {
    let tells = |draft: &Draft<'_>| {
        draft.process.command_line.is_some() && draft.process.parent_pid.is_some()
    };
    tells(known) && tells(other) && is_compatible(known, other)
}

fn is_compatible(known: &Draft<'_>, other: &Draft<'_>) -> bool {
    let (left, right) = (&known.process, &other.process);
    let same_command = match (&left.command_line, &right.command_line) {
        (Some(left), Some(right)) => is_same_command(left, right),
        _ => true,
    };
    let same_parent = match (left.parent_pid, right.parent_pid) {
        (Some(left), Some(right)) => left == right,
        _ => true,
    };
    same_command && same_parent
}
