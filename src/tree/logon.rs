//! Logon sessions from the Security log, and which of them a process runs in. It links no processes.

mod session;

use std::collections::{BTreeMap, HashMap};

use self::session::{Key, Session, Sessions};
use super::{
    identity::{Guid, HostId, Hosts},
    lifetime::Reboots,
    record::{Log, Record, Records, canonical_order},
};
use crate::model::{Event, Logon, LogonIndex, ProcessTree, Text, Timestamp, well_known_logon};

/// The witnesses of a start.
const STARTS: [&str; 2] = ["sysmon/1", "security/4688"];

/// Whether records of this kind tell of logon sessions.
pub(super) const fn is_logon_record(log: Log, event_id: u32) -> bool {
    matches!(log, Log::Security)
        && matches!(event_id, 4624 | 4634 | 4647 | 4648 | 4672 | 4778 | 4779)
}

/// Fills [`ProcessTree::logons`], and [`Process::logon`](crate::model::Process::logon) of each process.
pub(super) fn attach(
    tree: &mut ProcessTree,
    events: &[Event],
    (records, hosts, reboots): (&Records<'_>, &Hosts, &Reboots),
) {
    let mut list: Vec<Record<'_>> = records
        .deeds
        .iter()
        .filter(|(log, record)| is_logon_record(*log, record.event.event_id))
        .map(|(_, record)| *record)
        .collect();
    list.sort_by(|left, right| canonical_order(left.event, right.event));
    list.dedup_by(|later, first| is_same_record(later.event, first.event));
    let mut sessions = Sessions::new(hosts, reboots);
    let of_kind = |kind: u32| list.iter().filter(move |record| record.event.event_id == kind);
    of_kind(4624).for_each(|record| sessions.begin(record));
    of_kind(4648).for_each(|record| sessions.explicit_origin(record));
    for record in &list {
        sessions.note(record);
    }
    let of_process = sessions.of_processes(tree, events);
    finish(tree, sessions, &of_process);
}

/// Whether it is one record that was read from two files.
fn is_same_record(left: &Event, right: &Event) -> bool {
    left.record_id.is_some() && canonical_order(left, right).is_eq()
}

impl Sessions<'_> {
    /// The session of each process, by position in `all`.
    fn of_processes(&mut self, tree: &ProcessTree, events: &[Event]) -> Vec<Option<usize>> {
        let mut well_known: BTreeMap<Key, usize> = BTreeMap::new();
        let mut last: Option<(&str, HostId)> = None;
        let mut of_process = Vec::with_capacity(tree.processes.len());
        for process in &tree.processes {
            // Processes come sorted by host.
            let host = match last {
                Some((name, host)) if name == process.host.as_str() => host,
                _ => self.hosts.id(&process.host),
            };
            last = Some((&process.host, host));
            let id = process.logon_id.as_deref().and_then(parse_id);
            of_process.push(id.and_then(|id| {
                let key = (host, id);
                if well_known_logon(id).is_some() {
                    let at = well_known.get(&key).copied();
                    let at = at.unwrap_or_else(|| self.add_well_known(key));
                    well_known.insert(key, at);
                    return Some(at);
                }
                let mut starts = process.witnesses.iter().filter_map(|witness| {
                    let event = events.get(witness.record.0 as usize)?;
                    Some((witness.kind, event)).filter(|(kind, _)| STARTS.contains(kind))
                });
                let sysmon = starts.clone().find(|(kind, _)| *kind == STARTS[0]);
                // By the clock of the Security log, where a record of that tells the start too.
                let by_security = starts.find(|(kind, _)| *kind == STARTS[1]);
                let start = by_security.and_then(|(_, event)| event.time).or(process.start);
                self.of_process(key, start, sysmon.map(|(_, event)| event))
            }));
        }
        of_process
    }

    fn of_process(
        &mut self,
        key: Key,
        start: Option<Timestamp>,
        event: Option<&Event>,
    ) -> Option<usize> {
        let open = start.and_then(|start| self.open(key, start));
        let is_dated = |at: usize| self.all.get(at).is_some_and(|at| at.logon.start.is_some());
        if let Some(at) = open.filter(|at| is_dated(*at)) {
            return Some(at);
        }
        let begin = event.and_then(begin_in_guid);
        let Some(begin) = begin else { return open };
        let at = self.begun_at(key, begin).or(open);
        let at = at.unwrap_or_else(|| self.add(key, Some(begin), Some(begin)));
        let logon = &mut self.all.get_mut(at)?.logon;
        logon.start = logon.start.or(Some(begin));
        Some(at)
    }

    fn add_well_known(&mut self, key: Key) -> usize {
        let at = self.add(key, None, None);
        if let Some(session) = self.all.get_mut(at) {
            let account = well_known_logon(key.1).map(|(account, _)| Text::from(account));
            session.logon.user = account;
        }
        at
    }
}

fn parse_id(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}

/// The beginning of the session that Sysmon writes into `LogonGuid`, as it does into `ProcessGuid`.
///
/// Checked against the 4624 records of the same sessions in real logs.
fn begin_in_guid(event: &Event) -> Option<Timestamp> {
    Guid::parse(event.field("LogonGuid")?).start()
}

/// Sorts the sessions that anybody needs and gives each process its own.
fn finish(tree: &mut ProcessTree, sessions: Sessions<'_>, of_process: &[Option<usize>]) {
    let linked = linked(&sessions);
    let mut order: Vec<usize> = (0..sessions.all.len()).collect();
    let all = &sessions.all;
    order.sort_by(|left, right| {
        let key = |at: usize| all.get(at).map(|session| &session.logon);
        let by = |logon: &Logon| (logon.start, logon.logon_id);
        match (key(*left), key(*right)) {
            (Some(left), Some(right)) => {
                left.host.cmp(&right.host).then_with(|| by(left).cmp(&by(right)))
            }
            _ => std::cmp::Ordering::Equal,
        }
    });
    let mut place = vec![LogonIndex(0); order.len()];
    for (index, at) in (0u32..).map(LogonIndex).zip(&order) {
        if let Some(place) = place.get_mut(*at) {
            *place = index;
        }
    }
    let placed = |at: usize| place.get(at).copied();
    for (process, at) in tree.processes.iter_mut().zip(of_process) {
        process.logon = at.and_then(placed);
    }
    let mut all: Vec<Option<Session<'_>>> = sessions.all.into_iter().map(Some).collect();
    tree.logons = order
        .iter()
        .filter_map(|at| {
            let mut logon = all.get_mut(*at)?.take()?.logon;
            logon.linked = linked.get(at).and_then(|other| placed(*other));
            Some(logon)
        })
        .collect();
}

/// The halves of split tokens: each names the other's id, and both begin together.
fn linked(sessions: &Sessions<'_>) -> HashMap<usize, usize> {
    let mut pairs = HashMap::new();
    for (at, session) in sessions.all.iter().enumerate() {
        let other = session
            .linked_id
            .and_then(|id| sessions.begun_at((session.host, id), session.logon.start?));
        if let Some(other) = other {
            pairs.insert(at, other);
            pairs.entry(other).or_insert(at);
        }
    }
    pairs
}
