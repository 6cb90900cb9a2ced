//! Processes that records speak of by GUID and no start record describes, and why there is none.

use std::{cmp::Ordering, collections::HashMap};

use foldhash::fast::RandomState;

use super::{
    draft::{Draft, owned},
    forest::Forest,
    identity::{Guid, HostId, images_contradict},
    lifetime::Timeline,
    record::{
        Log, Record, Records, SYSTEM_PID, canonical_order, event_time, image, nanos_between, pid,
        plus_nanos,
    },
};
use crate::model::{Event, StubReason, Text, Timestamp};

/// The second in a GUID and the time of a 4688 record of the same start differ by no more.
const GUID_START_NANOS: i64 = 2_000_000_000;
/// How many starts of one id around a GUID's second are looked at.
const CANDIDATES: usize = 16;

/// The fields under which an event speaks of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Parent,
    Itself,
    Source,
}

impl Role {
    pub(super) fn guid(self, event: &Event) -> Option<Guid<'_>> {
        match self {
            Self::Parent => event.field("ParentProcessGuid"),
            Self::Itself => event.field("ProcessGuid"),
            // Sysmon 8 and 10 do not agree on the case of the name.
            Self::Source => {
                event.field("SourceProcessGuid").or_else(|| event.field("SourceProcessGUID"))
            }
        }
        .map(Guid::parse)
        .or_else(|| match self {
            Self::Parent => Guid::of_start(event, "ParentProcessId", "ParentProcessCreationTime"),
            Self::Itself => Guid::of_start(event, "ProcessId", "ProcessCreationTime"),
            Self::Source => None,
        })
    }

    pub(super) fn pid(self, event: &Event) -> Option<u32> {
        let [name, ..] = self.names();
        pid(event, name)
    }

    const fn names(self) -> [&'static str; 3] {
        match self {
            Self::Parent => ["ParentProcessId", "ParentImage", "ParentUser"],
            Self::Itself => ["ProcessId", "Image", "User"],
            Self::Source => ["SourceProcessId", "SourceImage", "SourceUser"],
        }
    }
}

/// The GUID of the process that did what a Sysmon record tells.
pub(super) fn doer_guid(event: &Event) -> Option<Guid<'_>> {
    doer(event).guid(event)
}

/// The fields under which a Sysmon record names who did what it tells.
pub(super) fn doer(event: &Event) -> Role {
    if matches!(event.event_id, 8 | 10) { Role::Source } else { Role::Itself }
}

/// The best record that speaks of a process by GUID.
#[derive(Debug)]
struct Mention<'a> {
    role: Role,
    event: &'a Event,
    first_seen: Option<Timestamp>,
}

impl<'a> Mention<'a> {
    fn image(&self) -> Option<&'a str> {
        let [_, name, _] = self.role.names();
        image(self.event, name)
    }

    fn pid(&self) -> Option<u32> {
        self.role.pid(self.event)
    }

    /// A record that names the image is better; then a child's, which has the command line.
    fn order(&self, other: &Self) -> Ordering {
        (self.image().is_none(), self.role)
            .cmp(&(other.image().is_none(), other.role))
            .then_with(|| canonical_order(self.event, other.event))
    }

    /// The starts that the GUID can stand for, likelier first: its own second, and that second by
    /// the record's clock where `UtcTime` and the record's time are in dispute.
    ///
    /// A record written late leaves the GUID's second right; one written hours apart, or before
    /// what it tells, was written by another clock, and then all starts are told by that one.
    /// A connection's `UtcTime` alone is no such sign: it is the driver's, and often another's.
    fn starts(&self, guid: Guid<'_>) -> [Option<Timestamp>; 2] {
        const LATE_NANOS: i64 = 60_000_000_000;
        let start = guid.start();
        let skew = match (event_time(self.event), super::record::utc_time(self.event)) {
            ((Some(time), true), Some(utc)) => Some(nanos_between(utc, time)),
            _ => None,
        };
        let by_record = start.zip(skew).map(|(start, skew)| plus_nanos(start, skew));
        let is_late = skew.is_none_or(|skew| (0..=LATE_NANOS).contains(&skew));
        if is_late || self.event.event_id == 3 { [start, by_record] } else { [by_record, start] }
    }
}

/// Gives every GUID that a record speaks of a process: a 4688 start that can be no other, or else
/// a stub.
pub(super) fn from_guids<'a>(forest: &mut Forest<'a>, records: &Records<'a>, exits: &[Record<'a>]) {
    let mentions = mentions(forest, records, exits);
    adopt(forest, &mentions);
    let mut undated = Vec::new();
    for (host, guid, mention) in &mentions {
        if !forest.by_guid.contains_key(&(*host, *guid)) {
            let stub = stub_of(*host, *guid, mention);
            if stub.process.start.is_some() {
                forest.by_guid.insert((*host, *guid), forest.drafts.len());
                forest.drafts.push(stub);
            } else {
                undated.push((*host, *guid, mention, stub));
            }
        }
    }
    forest.timeline = Timeline::of(&forest.drafts);
    undated.sort_by_key(|(host, guid, _, stub)| (*host, stub.first_seen, *guid));
    let mut taken = std::collections::HashSet::new();
    for (host, guid, mention, stub) in undated {
        // A GUID that tells no time does not contradict a start without GUID: the id decides.
        let holder = stub.process.pid.zip(stub.first_seen).and_then(|(pid, seen)| {
            let at = forest.alive_at((host, pid), seen, mention.image(), None)?;
            (forest.get(at)?.lacks_guid() && guid.start().is_none() && taken.insert(at))
                .then_some(at)
        });
        match holder {
            Some(at) => {
                forest.by_guid.insert((host, guid), at);
            }
            None => {
                forest.add_stub(stub);
            }
        }
    }
}

fn mentions<'a>(
    forest: &Forest<'a>,
    records: &Records<'a>,
    exits: &[Record<'a>],
) -> Vec<(HostId, Guid<'a>, Mention<'a>)> {
    let parents = records.sysmon_starts.iter().map(|record| (Role::Parent, record));
    let exits = exits.iter().map(|record| (Role::Itself, record));
    let deeds = records
        .deeds
        .iter()
        .filter(|(log, _)| *log == Log::Sysmon)
        .map(|(_, record)| (doer(record.event), record));
    let mut best: HashMap<(HostId, Guid<'a>), Mention<'a>, RandomState> = HashMap::default();
    for (role, record) in parents.chain(exits).chain(deeds) {
        let Some(guid) = role.guid(record.event) else { continue };
        let key = (record.host, guid);
        if forest.by_guid.contains_key(&key) {
            continue;
        }
        // `UtcTime` is costly to read and only starts and ends need it to the millisecond.
        let first_seen = match role {
            Role::Parent => event_time(record.event).0,
            _ => record.event.time.or_else(|| super::record::utc_time(record.event)),
        };
        let mut mention = Mention { role, event: record.event, first_seen };
        match best.entry(key) {
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(mention);
            }
            std::collections::hash_map::Entry::Occupied(mut entry) => {
                let known = entry.get_mut();
                let first = known.first_seen.into_iter().chain(mention.first_seen).min();
                if mention.order(known).is_lt() {
                    std::mem::swap(known, &mut mention);
                }
                known.first_seen = first;
            }
        }
    }
    let mut list: Vec<_> =
        best.into_iter().map(|((host, guid), mention)| (host, guid, mention)).collect();
    list.sort_unstable_by_key(|(host, guid, _)| (*host, *guid));
    list
}

/// Gives a GUID to the 4688 start of the same host, id, image and second, nearest first and one
/// to one: while Sysmon was silent Security still saw the process that Sysmon names as a parent.
fn adopt<'a>(forest: &mut Forest<'a>, mentions: &[(HostId, Guid<'a>, Mention<'a>)]) {
    let mut pairs = Vec::new();
    for (at, (host, guid, mention)) in mentions.iter().enumerate() {
        let Some(pid) = mention.pid() else { continue };
        for start in mention.starts(*guid).into_iter().flatten() {
            let earliest = plus_nanos(start, -GUID_START_NANOS);
            let latest = plus_nanos(start, GUID_START_NANOS);
            let near = forest.timeline.started_within((*host, pid), earliest, latest, CANDIDATES);
            for holder in near {
                let Some(draft) = forest.get(holder).filter(|draft| draft.lacks_guid()) else {
                    continue;
                };
                if let Some(time) = draft.process.start
                    && !images_contradict(draft.process.image.as_deref(), mention.image())
                {
                    pairs.push((nanos_between(start, time).saturating_abs(), at, holder));
                }
            }
        }
    }
    pairs.sort_unstable();
    for (_, at, holder) in pairs {
        let Some((host, guid, _)) = mentions.get(at) else { continue };
        let key = (*host, *guid);
        if let Some(draft) = forest.drafts.get_mut(holder)
            && draft.lacks_guid()
            && !forest.by_guid.contains_key(&key)
        {
            draft.guid = Some(*guid);
            draft.process.guid = guid.logged().map(Text::from);
            forest.by_guid.insert(key, holder);
        }
    }
}

fn stub_of<'a>(host: HostId, guid: Guid<'a>, mention: &Mention<'a>) -> Draft<'a> {
    let mut stub = Draft::stub(host, Some(guid));
    let [_, _, user] = mention.role.names();
    stub.process.pid = mention.pid();
    stub.process.image = owned(mention.image());
    stub.process.user = owned(mention.event.field(user));
    if mention.role == Role::Parent {
        stub.process.command_line = owned(mention.event.field("ParentCommandLine"));
    }
    stub.seen(mention.first_seen);
    // A process is there before it is seen; a start after that is by another clock.
    let can_be = |start: &Timestamp| {
        mention.first_seen.is_none_or(|seen| nanos_between(seen, *start) <= GUID_START_NANOS)
    };
    let [likelier, other] = mention.starts(guid).map(|start| start.filter(can_be));
    stub.process.start = likelier.or(other);
    stub.process.start_disputed =
        stub.process.start.is_some() && stub.process.start != guid.start();
    stub
}

/// The earliest process record of each host, or where it has none the earliest record at all
/// that the tree reads.
pub(super) fn log_begins(records: &Records<'_>, hosts: usize) -> Vec<Option<Timestamp>> {
    let mut begins = vec![None; hosts];
    let mut note = |record: &Record<'_>, time: Option<Timestamp>| {
        if let (Some(begin), Some(time)) = (begins.get_mut(record.host.0 as usize), time) {
            *begin = Some(begin.map_or(time, |begin: Timestamp| begin.min(time)));
        }
    };
    let starts = records.sysmon_starts.iter().chain(&records.security_starts);
    for record in starts.chain(&records.exits) {
        note(record, event_time(record.event).0);
    }
    let without = begins.clone();
    for (_, record) in &records.deeds {
        if without.get(record.host.0 as usize).is_some_and(Option::is_none)
            && let (Some(begin), Some(time)) =
                (begins.get_mut(record.host.0 as usize), record.event.time)
        {
            *begin = Some(begin.map_or(time, |begin| begin.min(time)));
        }
    }
    begins
}

/// Why a process has no start record.
///
/// With a start, that decides. Without one: it started within the logs where the id belonged to
/// somebody else, or the host rebooted, after they began; before them where no process record is
/// older than the first that speaks of it, or for the System process, which is there from boot;
/// and otherwise nobody can tell.
pub(super) fn reason(draft: &Draft<'_>, log_begin: Option<Timestamp>) -> StubReason {
    let Some(begin) = log_begin else { return StubReason::Unknown };
    match (draft.process.start, draft.started_after, draft.first_seen) {
        (Some(start), ..) if start < begin => StubReason::BeforeLogs,
        (Some(_), ..) => StubReason::NotLogged,
        (None, Some(after), _) if after >= begin => StubReason::NotLogged,
        (None, _, Some(seen)) if seen <= begin => StubReason::BeforeLogs,
        (None, ..) if draft.process.pid == Some(SYSTEM_PID) => StubReason::BeforeLogs,
        _ => StubReason::Unknown,
    }
}
