//! Logon sessions from the Security log, and which of them a process runs in. It links no processes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::RandomState;

use super::{
    identity::{Guid, HostId, Hosts},
    interner::Interner,
    lifetime::Reboots,
    record::{Log, Record, Records, canonical_order, nanos_between, plus_nanos},
};
use crate::model::{
    Connection, Event, Logon, LogonIndex, ProcessTree, Text, Timestamp, well_known_logon,
};

/// A process and the record of its logon may be stamped this far apart in the wrong order: where a
/// collector stamps Security records and Sysmon's on receipt, over a second lies between them.
const SLACK_NANOS: i64 = 5_000_000_000;
/// The second in a `LogonGuid` of Sysmon and the record of that logon differ by no more.
const GUID_NANOS: i64 = 2_000_000_000;
/// A logon with other credentials (4648) is recorded at most this long before the session it makes.
const EXPLICIT_NANOS: i64 = 2_000_000_000;
/// The witnesses of a start.
const STARTS: [&str; 2] = ["sysmon/1", "security/4688"];
/// How many sessions after such a record are looked at.
const NEIGHBOURS: usize = 64;

/// Whether records of this kind tell of logon sessions.
pub(super) const fn is_logon_record(log: Log, event_id: u32) -> bool {
    matches!(log, Log::Security)
        && matches!(event_id, 4624 | 4634 | 4647 | 4648 | 4672 | 4778 | 4779)
}

/// A session while it is put together.
struct Session<'a> {
    logon: Logon,
    host: HostId,
    linked_id: Option<u64>,
    /// The record of its beginning.
    first: Option<&'a Event>,
    /// When it was there for certain.
    seen: Option<Timestamp>,
}

/// A host and a `LogonId`.
type Key = (HostId, u64);

/// The sessions of a bundle, and those of one id by their beginnings or the time after which they
/// must have begun.
struct Sessions<'a> {
    all: Vec<Session<'a>>,
    by_id: HashMap<Key, BTreeSet<(Option<Timestamp>, usize)>, RandomState>,
    names: Interner<'a>,
    hosts: &'a Hosts,
    reboots: &'a Reboots,
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
    let mut sessions = Sessions {
        all: Vec::new(),
        by_id: HashMap::default(),
        names: Interner::default(),
        hosts,
        reboots,
    };
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

impl<'a> Sessions<'a> {
    /// A session begins with 4624.
    fn begin(&mut self, record: &Record<'a>) {
        let event = record.event;
        let id = event.number("TargetLogonId").filter(|id| is_own_session(*id));
        let Some(id) = id else { return };
        let at = self.add((record.host, id), event.time, event.time);
        let user = self.account(event, "TargetDomainName", "TargetUserName");
        let outbound = self.account(event, "TargetOutboundDomainName", "TargetOutboundUserName");
        let mut text = |name: &str| self.names.optional(event.field(name));
        let source_address = text("IpAddress");
        let workstation = text("WorkstationName");
        let logon_process = text("LogonProcessName");
        let authentication_package = text("AuthenticationPackageName");
        let Some(session) = self.all.get_mut(at) else { return };
        session.first = Some(event);
        session.linked_id = event.number("TargetLinkedLogonId").filter(|id| *id != 0);
        session.logon = Logon {
            host: session.logon.host.clone(),
            logon_id: id,
            logon_guid: event.field("LogonGuid").map(bare_guid),
            logon_type: number32(event, "LogonType"),
            user,
            source_address,
            source_port: number32(event, "IpPort").filter(|port| *port != 0),
            workstation,
            logon_process,
            authentication_package,
            elevated: yes_no(event, "ElevatedToken"),
            restricted_admin: yes_no(event, "RestrictedAdminMode"),
            subject_logon_id: event.number("SubjectLogonId").filter(|id| *id != 0),
            outbound_user: outbound,
            start: event.time,
            records: vec![record.index],
            ..Logon::default()
        };
    }

    /// A new session that began at this time or, where that is not known, after it.
    fn add(&mut self, key: Key, since: Option<Timestamp>, seen: Option<Timestamp>) -> usize {
        let at = self.all.len();
        let host = self.names.text(self.hosts.shown(key.0));
        let logon = Logon { host, logon_id: key.1, ..Logon::default() };
        self.all.push(Session { logon, host: key.0, linked_id: None, first: None, seen });
        self.by_id.entry(key).or_default().insert((since, at));
        at
    }

    fn account(&mut self, event: &'a Event, domain: &str, name: &str) -> Option<Text> {
        Some(self.names.account(event.field(domain), event.field(name)?))
    }

    /// What the other records say of a session; one that began before the logs is made here.
    fn note(&mut self, record: &Record<'a>) {
        let event = record.event;
        let (id, domain, name) = match event.event_id {
            4634 | 4647 => ("TargetLogonId", "TargetDomainName", "TargetUserName"),
            4648 | 4672 => ("SubjectLogonId", "SubjectDomainName", "SubjectUserName"),
            4778 | 4779 => ("LogonID", "AccountDomain", "AccountName"),
            _ => return,
        };
        let id = event.number(id).filter(|id| is_own_session(*id));
        let Some((id, time)) = id.zip(event.time) else { return };
        let key = (record.host, id);
        let known = self.newest(key, time);
        let at = known
            .unwrap_or_else(|| self.add(key, self.reboots.last_until(key.0, time), Some(time)));
        let user = self.account(event, domain, name);
        let client = self.names.optional(event.field("ClientName"));
        let address = self.names.optional(event.field("ClientAddress"));
        let Some(Session { logon, .. }) = self.all.get_mut(at) else { return };
        logon.user = logon.user.take().or(user);
        match event.event_id {
            4648 => {
                logon.explicit_credentials.push(record.index);
                return;
            }
            4672 => logon.privileged = true,
            4778 | 4779 => logon.connections.push(Connection {
                time: Some(time),
                is_connected: event.event_id == 4778,
                client,
                address,
                record: record.index,
            }),
            _ => {
                logon.end = logon.end.or(Some(time));
                logon.logon_type = logon.logon_type.or_else(|| number32(event, "LogonType"));
            }
        }
        logon.records.push(record.index);
    }

    /// A 4648 right before a session of the account it names, made on this computer: `runas`, the
    /// logon screen, a service.
    fn explicit_origin(&mut self, record: &Record<'a>) {
        let event = record.event;
        let server = event.field("TargetServerName");
        let is_local = server.is_some_and(|server| server.eq_ignore_ascii_case("localhost"));
        let made = event.field("TargetUserName").filter(|_| is_local).zip(event.time);
        let Some((user, time)) = made else { return };
        // There are only sessions from 4624 yet, and those come sorted by time.
        let from = self.all.partition_point(|session| session.logon.start < Some(time));
        let near = self.all.iter_mut().skip(from).take(NEIGHBOURS);
        let mut same = near.filter(|session| {
            let name = session.first.and_then(|first| first.field("TargetUserName"));
            let start = session.logon.start;
            session.host == record.host
                && name.is_some_and(|name| name.eq_ignore_ascii_case(user))
                && start.is_some_and(|start| nanos_between(time, start) <= EXPLICIT_NANOS)
        });
        if let Some(session) = same.next() {
            session.logon.records.push(record.index);
        }
    }

    /// The session that had this id at a time: the newest that had begun, unless the host restarted
    /// since, for ids are given out anew then.
    fn newest(&self, key: Key, time: Timestamp) -> Option<usize> {
        let last = (Some(latest(plus_nanos(time, SLACK_NANOS))), usize::MAX);
        let (_, at) = *self.by_id.get(&key)?.range(..=last).next_back()?;
        let session = self.all.get(at)?;
        let restarted = session.seen.is_some_and(|seen| self.reboots.between(key.0, seen, time));
        (!restarted).then_some(at)
    }

    /// As [`Self::newest`], but nobody where that session had ended.
    fn open(&self, key: Key, time: Timestamp) -> Option<usize> {
        let at = self.newest(key, time)?;
        let end = self.all.get(at)?.logon.end;
        end.is_none_or(|end| nanos_between(end, time) <= SLACK_NANOS).then_some(at)
    }

    /// The session of this id that began at this second.
    fn begun_at(&self, key: Key, begin: Timestamp) -> Option<usize> {
        let from = (Some(plus_nanos(begin, -GUID_NANOS)), 0);
        let to = (Some(latest(plus_nanos(begin, GUID_NANOS))), usize::MAX);
        self.by_id.get(&key)?.range(from..=to).map(|(_, at)| *at).next()
    }

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

/// The last key of a time: the digits a log wrote order equal times.
fn latest(time: Timestamp) -> Timestamp {
    Timestamp::from_unix(time.unix_secs(), time.nanos(), 9)
}

/// A field that says yes or no: `%%1842` and `%%1843`, or the words in rendered exports.
fn yes_no(event: &Event, name: &str) -> Option<bool> {
    match event.field(name)? {
        "%%1842" | "Yes" => Some(true),
        "%%1843" | "No" => Some(false),
        _ => None,
    }
}

/// Whether the id is one that Windows gives to a logon, and no well-known one or none.
const fn is_own_session(id: u64) -> bool {
    id != 0 && well_known_logon(id).is_none()
}

fn parse_id(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}

fn number32(event: &Event, name: &str) -> Option<u32> {
    u32::try_from(event.number(name)?).ok()
}

/// Lower case and without braces.
fn bare_guid(guid: &str) -> Text {
    Text::from(guid.trim_matches(['{', '}']).to_lowercase())
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
