//! Connections to the ports of remote administration, paired with the logon they made or with the
//! other side's record of the same connection. Those that a command explains already are its proof.

use std::collections::{BTreeMap, HashMap, btree_map::Entry};

use foldhash::fast::RandomState;

use super::Case;
use super::directory::Fit;
use super::effects::{Begun, Ends, PORTS, ends_of, user_of};
use super::fit;
use super::pair::MOST_RECORDS;
use super::wording;
use crate::model::{
    ActivityKind, Confidence, Crossing, CrossingEnd, CrossingKind, Process, ProcessIndex,
    ProcessTree, RecordIndex, Text, Timestamp, is_same_text,
};
use crate::tree::identity::HostId;
use crate::tree::record::event_time;

/// How far the two hosts' records of one connection, or of its logon, may lie apart, in seconds.
const APART_SECS: i64 = 60;
/// Records of one port that are looked at.
const MOST_OF_PORT: usize = 4;
/// Logons of one source that are looked at where none tells its port.
const MOST_OF_SOURCE: usize = 32;

/// Processes of Windows that connect on behalf of all others: the kernel's SMB client, RPC's
/// end-point mapper client, Kerberos.
const FOR_OTHERS: [&str; 4] = ["System", "svchost.exe", "lsass.exe", "ntoskrnl.exe"];

/// Adds the pairs of connections to those of commands.
pub(super) fn add(case: &Case<'_>, crossings: &mut Vec<Crossing>) {
    if case.effects.begun.is_empty() {
        return;
    }
    let by_record = by_record(case.tree);
    let mut explained: HashMap<RecordIndex, usize, RandomState> = HashMap::default();
    for (at, crossing) in crossings.iter().enumerate() {
        for record in &crossing.records {
            explained.entry(*record).or_insert(at);
        }
    }
    let mut found: BTreeMap<(ProcessIndex, HostId, String), Found> = BTreeMap::new();
    for begun in &case.effects.begun {
        let Some(begun) = Connected::of(case, *begun, &by_record) else { continue };
        let Some((target, seen)) = seen(case, &begun) else { continue };
        let by_command = seen.logons.iter().find_map(|logon| explained.get(logon).copied());
        if let Some(crossing) = by_command.and_then(|at| crossings.get_mut(at)) {
            prove(crossing, &begun, &seen);
            continue;
        }
        if !is_telling(case, &begun, &seen) {
            continue;
        }
        let user = seen.user.clone().unwrap_or_default();
        match found.entry((begun.from, target, user)) {
            Entry::Occupied(mut known) => {
                known.get_mut().more(&begun, &seen);
            }
            Entry::Vacant(new) => {
                new.insert(Found::new(&begun, &seen));
            }
        }
    }
    let pairs = found.into_iter();
    crossings
        .extend(pairs.filter_map(|((from, ..), found)| found.crossing(case, from, &by_record)));
}

/// A connection with the process that began it.
#[derive(Clone, Copy, Debug)]
struct Connected {
    record: RecordIndex,
    host: HostId,
    from: ProcessIndex,
    time: Timestamp,
    ends: Ends,
}

impl Connected {
    fn of(case: &Case<'_>, begun: Begun, by_record: &ByRecord) -> Option<Self> {
        let event = case.events.get(begun.record.0 as usize)?;
        Some(Self {
            record: begun.record,
            host: begun.host,
            from: by_record.get(&begun.record).copied()?,
            time: event_time(event).0?,
            ends: ends_of(event)?,
        })
    }
}

/// What the other host has of a connection.
#[derive(Debug, Default)]
struct SeenThere {
    /// Logons from the same port, else of the same account from the same host.
    logons: Vec<RecordIndex>,
    is_same_port: bool,
    taken: Option<RecordIndex>,
    time: Option<Timestamp>,
    user: Option<String>,
}

/// The host that was reached, by its address or by its record of the very port, and what it has.
fn seen(case: &Case<'_>, begun: &Connected) -> Option<(HostId, SeenThere)> {
    let around = (begun.time, -APART_SECS, APART_SECS);
    let effects = case.effects;
    let (source, (address, port)) = begun.ends;
    let owner = case.directory.owner(address);
    let of_port: Vec<_> = effects.by_port.between(&source, around, MOST_OF_PORT).collect();
    let target = owner.or_else(|| of_port.first().map(|seen| seen.what.0))?;
    if target == begun.host {
        return None;
    }
    let of_port = of_port.into_iter().filter(|seen| seen.what.0 == target);
    let mut logons: Vec<(Timestamp, RecordIndex)> =
        of_port.map(|seen| (seen.time, seen.what.1)).collect();
    let is_same_port = !logons.is_empty();
    if !is_same_port && PORTS.contains(&port) {
        let of_source = effects.by_source.between(&(target, begun.host), around, MOST_OF_SOURCE);
        // RPC asks port 135 for the port that it goes on to.
        let fits = |logon| is_logon_of(case, logon, begun.from, port == 135);
        let fitting = of_source.filter(|seen| fits(seen.what));
        logons.extend(fitting.map(|seen| (seen.time, seen.what)).take(1));
    }
    let taken = effects.taken.between(&(target, begun.ends), around, 1).next();
    let event = logons.first().and_then(|(_, record)| case.events.get(record.0 as usize));
    let time = logons.first().map(|(time, _)| *time).or_else(|| taken.map(|seen| seen.time));
    let seen = SeenThere {
        is_same_port,
        taken: taken.map(|seen| seen.what),
        time,
        user: event.and_then(user_of).map(str::to_lowercase),
        logons: logons.into_iter().map(|(_, record)| record).collect(),
    };
    Some((target, seen))
}

/// Whether a logon is of the account of this process, and tells no port unless it may be another.
fn is_logon_of(
    case: &Case<'_>,
    logon: RecordIndex,
    from: ProcessIndex,
    may_be_another_port: bool,
) -> bool {
    let Some(event) = case.events.get(logon.0 as usize) else { return false };
    let has_port = event.number("IpPort").is_some_and(|port| port != 0);
    let user = case.tree.process(from).and_then(|process| process.user.as_deref());
    let user = user.map(|user| user.rsplit('\\').next().unwrap_or(user).to_lowercase());
    let users: Vec<String> = user.into_iter().collect();
    event.event_id == 4624
        && (may_be_another_port || !has_port)
        && !users.is_empty()
        && fit::user_fit(user_of(event), &users) == Fit::Same
}

/// Whether the pair says more than that two computers of a domain speak to each other, which they do
/// all day as themselves.
fn is_telling(case: &Case<'_>, begun: &Connected, seen: &SeenThere) -> bool {
    let Some(process) = case.tree.process(begun.from) else { return false };
    if !is_for_others(process) {
        return seen.taken.is_some() || !seen.logons.is_empty();
    }
    let own = case.directory.name(begun.host).map(|name| format!("{}$", name.label));
    seen.user.is_some() && seen.user != own
}

fn is_for_others(process: &Process) -> bool {
    FOR_OTHERS.iter().any(|name| is_same_text(process.name(), name))
}

/// A connection that belongs to a command's pair.
fn prove(crossing: &mut Crossing, begun: &Connected, seen: &SeenThere) {
    if seen.is_same_port && crossing.confidence == Confidence::Medium {
        crossing.confidence = Confidence::High;
    }
    for record in [Some(begun.record), seen.taken].into_iter().flatten() {
        if crossing.records.len() < MOST_RECORDS && !crossing.records.contains(&record) {
            crossing.records.push(record);
        }
    }
    crossing.records.sort_unstable();
}

/// Connections of one process to one host as one account.
#[derive(Debug)]
struct Found {
    first: Connected,
    count: u64,
    there: RecordIndex,
    has_logon: bool,
    is_same_port: bool,
    time: Option<Timestamp>,
    records: Vec<RecordIndex>,
}

impl Found {
    fn new(begun: &Connected, seen: &SeenThere) -> Self {
        let there = seen.logons.first().copied().or(seen.taken).unwrap_or(begun.record);
        let mut found = Self {
            first: *begun,
            count: 0,
            there,
            has_logon: !seen.logons.is_empty(),
            is_same_port: seen.is_same_port,
            time: seen.time,
            records: Vec::new(),
        };
        found.more(begun, seen);
        found
    }

    fn more(&mut self, begun: &Connected, seen: &SeenThere) {
        self.count += 1;
        let records = [Some(begun.record), seen.taken].into_iter().flatten();
        for record in records.chain(seen.logons.iter().copied()) {
            if self.records.len() < MOST_RECORDS && !self.records.contains(&record) {
                self.records.push(record);
            }
        }
    }

    fn crossing(
        mut self,
        case: &Case<'_>,
        from: ProcessIndex,
        by_record: &ByRecord,
    ) -> Option<Crossing> {
        self.records.sort_unstable();
        let process = case.tree.process(from)?;
        let host = wording::host_of(case, self.there);
        let port = self.first.ends.1.1;
        let connected = match self.count {
            1 => format!("connected to port {port} of {host}"),
            count => format!("connected {count} times to {host}, first to port {port}"),
        };
        let event = case.events.get(self.there.0 as usize)?;
        let user = user_of(event).unwrap_or("an unknown account");
        let there = if !self.has_logon {
            "whose log has the same connection".to_owned()
        } else if self.is_same_port {
            format!("where {user} logged on from the very port")
        } else {
            format!("where {user} logged on from its address within a minute")
        };
        let whose = if is_for_others(process) {
            "; it connects for other programs, and which asked is not logged"
        } else {
            ""
        };
        let taker = by_record.get(&self.there).copied().filter(|_| !self.has_logon);
        let to = match taker {
            Some(process) => CrossingEnd::Process(process),
            None => CrossingEnd::Record { host: Text::from(host), record: self.there },
        };
        Some(Crossing {
            from,
            to,
            how: CrossingKind::Connection,
            confidence: if self.has_logon && !self.is_same_port {
                Confidence::Medium
            } else {
                Confidence::High
            },
            time: self.time,
            records: self.records,
            text: format!("{} {connected}, {there}{whose}", wording::named(process)),
        })
    }
}

/// The process whose connection a record tells of.
type ByRecord = HashMap<RecordIndex, ProcessIndex, RandomState>;

fn by_record(tree: &ProcessTree) -> ByRecord {
    let mut by_record = ByRecord::default();
    for (at, process) in tree.iter() {
        for activity in &process.activity {
            if activity.kind == ActivityKind::Network {
                by_record.insert(activity.record, at);
            }
        }
    }
    by_record
}
