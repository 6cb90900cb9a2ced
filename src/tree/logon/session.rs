//! The sessions while they are put together: from the records of their beginnings and of what came
//! later. Which process runs in which is not asked here.

use std::collections::{BTreeSet, HashMap};

use foldhash::fast::RandomState;

use super::super::{
    identity::{HostId, Hosts},
    interner::Interner,
    lifetime::Reboots,
    record::{Record, nanos_between, plus_nanos},
};
use crate::model::{Connection, Event, Logon, Text, Timestamp, well_known_logon};

/// A process and the record of its logon may be stamped this far apart in the wrong order: where a
/// collector stamps Security records and Sysmon's on receipt, over a second lies between them.
const SLACK_NANOS: i64 = 5_000_000_000;
/// The second in a `LogonGuid` of Sysmon and the record of that logon differ by no more.
const GUID_NANOS: i64 = 2_000_000_000;
/// A logon with other credentials (4648) is recorded at most this long before the session it makes.
const EXPLICIT_NANOS: i64 = 2_000_000_000;
/// How many sessions after such a record are looked at.
const NEIGHBOURS: usize = 64;

/// A session while it is put together.
pub(super) struct Session<'a> {
    pub(super) logon: Logon,
    pub(super) host: HostId,
    pub(super) linked_id: Option<u64>,
    /// The record of its beginning.
    first: Option<&'a Event>,
    /// When it was there for certain.
    seen: Option<Timestamp>,
}

/// A host and a `LogonId`.
pub(super) type Key = (HostId, u64);

/// The sessions of a bundle, and those of one id by their beginnings or the time after which they
/// must have begun.
pub(super) struct Sessions<'a> {
    pub(super) all: Vec<Session<'a>>,
    by_id: HashMap<Key, BTreeSet<(Option<Timestamp>, usize)>, RandomState>,
    names: Interner<'a>,
    pub(super) hosts: &'a Hosts,
    reboots: &'a Reboots,
}

impl<'a> Sessions<'a> {
    pub(super) fn new(hosts: &'a Hosts, reboots: &'a Reboots) -> Self {
        let (by_id, names) = (HashMap::default(), Interner::default());
        Self { all: Vec::new(), by_id, names, hosts, reboots }
    }

    /// A session begins with 4624.
    pub(super) fn begin(&mut self, record: &Record<'a>) {
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
    pub(super) fn add(
        &mut self,
        key: Key,
        since: Option<Timestamp>,
        seen: Option<Timestamp>,
    ) -> usize {
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
    pub(super) fn note(&mut self, record: &Record<'a>) {
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
    pub(super) fn explicit_origin(&mut self, record: &Record<'a>) {
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
    pub(super) fn open(&self, key: Key, time: Timestamp) -> Option<usize> {
        let at = self.newest(key, time)?;
        let end = self.all.get(at)?.logon.end;
        end.is_none_or(|end| nanos_between(end, time) <= SLACK_NANOS).then_some(at)
    }

    /// The session of this id that began at this second.
    pub(super) fn begun_at(&self, key: Key, begin: Timestamp) -> Option<usize> {
        let from = (Some(plus_nanos(begin, -GUID_NANOS)), 0);
        let to = (Some(latest(plus_nanos(begin, GUID_NANOS))), usize::MAX);
        self.by_id.get(&key)?.range(from..=to).map(|(_, at)| *at).next()
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

fn number32(event: &Event, name: &str) -> Option<u32> {
    u32::try_from(event.number(name)?).ok()
}

/// Lower case and without braces.
fn bare_guid(guid: &str) -> Text {
    Text::from(guid.trim_matches(['{', '}']).to_lowercase())
}
