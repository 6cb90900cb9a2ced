//! What happens on a host when another one reaches it: the records and processes that a command
//! elsewhere may be the cause of, by host and by what tells them apart. Nothing is paired here.

use std::net::IpAddr;

use super::directory::{Directory, Known, address};
use super::same_line::key_of;
use super::window::ByKey;
use crate::model::{
    Event, PerKind, Process, ProcessIndex, ProcessTree, RecordIndex, Timestamp, file_name,
};
use crate::tree::identity::{HostId, Hosts};
use crate::tree::record::{Log, event_time, log_of};

/// A connection: address and port of who began it, and of who was reached.
pub(super) type Ends = ((IpAddr, u16), (IpAddr, u16));

/// A record of the side that began a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begun {
    pub(super) record: RecordIndex,
    pub(super) host: HostId,
}

/// Everything that may be an effect.
#[derive(Debug, Default)]
pub(super) struct Effects {
    /// Network logons and share accesses by host and the host they came from.
    pub(super) by_source: ByKey<(HostId, HostId), RecordIndex>,
    /// The same by host and account.
    pub(super) by_user: ByKey<(HostId, String), RecordIndex>,
    /// Logons, and where, by the port they came from.
    pub(super) by_port: ByKey<(IpAddr, u16), (HostId, RecordIndex)>,
    /// Services and tasks that were made, by host and name.
    pub(super) made: ByKey<(HostId, String), RecordIndex>,
    /// Processes that a helper of Windows starts for somebody, by host and the beginning of their
    /// command line.
    pub(super) started: ByKey<(HostId, String), ProcessIndex>,
    /// Helpers that are there only for a session from another host.
    pub(super) helpers: ByKey<HostId, ProcessIndex>,
    /// Explicit credentials by the host they were used on and the one they were for.
    pub(super) credentials: ByKey<(HostId, HostId), RecordIndex>,
    /// Connections that a host began, in record order. Their number is that of Sysmon's records, so
    /// what they say is read when all addresses are known.
    pub(super) begun: Vec<Begun>,
    /// Connections to ports of remote administration that a host took.
    pub(super) taken: ByKey<(HostId, Ends), RecordIndex>,
    /// First and last record of each host, and whether its logons are logged.
    pub(super) told: Vec<Told>,
}

/// What the logs of a host hold.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    pub(super) first: Option<Timestamp>,
    pub(super) last: Option<Timestamp>,
    pub(super) has_logons: bool,
}

/// Ports by which hosts are administered: SSH, RPC, `NetBIOS`, SMB, remote desktop, `WinRM`.
pub(super) const PORTS: [u16; 7] = [22, 135, 139, 445, 3389, 5985, 5986];

/// RPC hands out ports from here on. Source: Microsoft, "The default dynamic port range for TCP/IP".
const FIRST_DYNAMIC_PORT: u16 = 49_152;

/// The ends of a connection that Sysmon logged.
pub(super) fn ends_of(event: &Event) -> Option<Ends> {
    let end = |ip: &str, port: &str| {
        let port = u16::try_from(event.number(port)?).ok()?;
        Some((address(event.field(ip)?)?, port))
    };
    Some((end("SourceIp", "SourcePort")?, end("DestinationIp", "DestinationPort")?))
}

/// What a record is to this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Connection,
    Logon,
    Share,
    Service,
    Task,
    Credentials,
    Other,
}

/// Whether the fields of records of this kind are read here.
pub(in crate::tree) fn reads_fields(log: Log, event_id: u32) -> bool {
    kind_of(log, event_id) != Kind::Other
}

const fn kind_of(log: Log, event_id: u32) -> Kind {
    match (log, event_id) {
        (Log::Sysmon, 3) => Kind::Connection,
        (Log::Security, 4624) => Kind::Logon,
        (Log::Security, 5140 | 5145) => Kind::Share,
        (Log::Security, 4697) | (Log::System, 7045) => Kind::Service,
        (Log::Security, 4698) | (Log::TaskScheduler, 106) => Kind::Task,
        (Log::Security, 4648) => Kind::Credentials,
        _ => Kind::Other,
    }
}

impl Effects {
    /// Everything in these records, and the addresses of the hosts with it.
    pub(super) fn of(
        events: &[Event],
        hosts: &Hosts,
        tree: &ProcessTree,
        directory: &mut Directory,
    ) -> Self {
        let mut effects = Self { told: vec![Told::default(); hosts.len()], ..Self::default() };
        let mut kinds = PerKind::default();
        let mut later = Vec::new();
        for (record, event) in (0u32..).map(RecordIndex).zip(events) {
            let (kind, host) = kinds.of(event, || {
                let kind = log_of(event).map_or(Kind::Other, |log| kind_of(log, event.event_id));
                (kind, hosts.id(event.host()))
            });
            effects.tell(host, event, kind);
            match kind {
                Kind::Other => {}
                Kind::Connection => effects.connection(record, event, host, directory),
                Kind::Logon => {
                    directory.learn_from_logon(event, host);
                    later.push((record, kind, host));
                }
                _ => later.push((record, kind, host)),
            }
        }
        // When all addresses are known.
        for (record, kind, host) in later {
            if let Some(event) = events.get(record.0 as usize) {
                effects.record(record, event, (kind, host), directory);
            }
        }
        effects.processes(tree, hosts);
        effects.sort();
        effects
    }

    fn sort(&mut self) {
        self.by_source.sort();
        self.by_user.sort();
        self.by_port.sort();
        self.made.sort();
        self.started.sort();
        self.helpers.sort();
        self.credentials.sort();
        self.taken.sort();
    }

    fn tell(&mut self, host: HostId, event: &Event, kind: Kind) {
        let Some(told) = self.told.get_mut(host.0 as usize) else { return };
        told.has_logons |= kind == Kind::Logon;
        if event.time.is_some() {
            told.first = told.first.map_or(event.time, |first| Some(first).min(event.time));
            told.last = told.last.max(event.time);
        }
    }

    /// Sysmon 3; the side that the record's own host is on has an address of it. Not so with UDP,
    /// where an answer may be told as a connection of its own.
    fn connection(
        &mut self,
        record: RecordIndex,
        event: &Event,
        host: HostId,
        directory: &mut Directory,
    ) {
        let initiated = event.field("Initiated").map(|said| said.eq_ignore_ascii_case("true"));
        let (Some(is_begun), Some(ends)) = (initiated, ends_of(event)) else { return };
        let is_tcp = event.field("Protocol").is_none_or(|said| said.eq_ignore_ascii_case("tcp"));
        if !is_tcp {
            return;
        }
        let (from, to) = ends;
        directory.learn(host, if is_begun { from.0 } else { to.0 });
        if from.0 == to.0 || from.0.is_loopback() {
            return;
        }
        if is_begun && (PORTS.contains(&to.1) || to.1 >= FIRST_DYNAMIC_PORT) {
            self.begun.push(Begun { record, host });
        } else if let (false, true, (Some(time), _)) =
            (is_begun, PORTS.contains(&to.1), event_time(event))
        {
            self.taken.push((host, ends), time, record);
        }
    }

    fn record(
        &mut self,
        record: RecordIndex,
        event: &Event,
        (kind, host): (Kind, HostId),
        directory: &Directory,
    ) {
        let Some(time) = event.time else { return };
        match kind {
            Kind::Logon => {
                // Network, unlock of a remote session, network with the password in clear (SSH),
                // remote desktop. Source: Microsoft, event 4624, "Logon types".
                if matches!(event.number("LogonType"), Some(3 | 7 | 8 | 10)) {
                    self.reached(record, event, host, directory);
                }
            }
            Kind::Share => self.reached(record, event, host, directory),
            Kind::Service => {
                if let Some(name) = event.field("ServiceName") {
                    self.made.push((host, name.to_lowercase()), time, record);
                }
            }
            Kind::Task => {
                if let Some(name) = event.field("TaskName") {
                    let name = name.trim_start_matches('\\').to_lowercase();
                    self.made.push((host, name), time, record);
                }
            }
            Kind::Credentials => {
                let server = event.field("TargetServerName").unwrap_or_default();
                if let Known::Host(target) = directory.resolve(server, host)
                    && target != host
                {
                    self.credentials.push((host, target), time, record);
                }
            }
            Kind::Connection | Kind::Other => {}
        }
    }

    /// A logon or share access, unless the host itself is where it came from.
    fn reached(&mut self, record: RecordIndex, event: &Event, host: HostId, directory: &Directory) {
        let Some(time) = event.time else { return };
        let from = event.field("IpAddress").and_then(address);
        if from.is_some_and(|from| from.is_loopback() || directory.has(host, from)) {
            return;
        }
        let workstation = event.field("WorkstationName");
        let source = match (from, workstation) {
            (Some(from), _) => directory.owner(from),
            (None, Some(name)) => match directory.resolve(name, host) {
                Known::Host(source) => Some(source),
                _ => None,
            },
            (None, None) => None,
        };
        if source == Some(host) {
            return;
        }
        if let Some(source) = source {
            self.by_source.push((host, source), time, record);
        }
        if let Some(user) = user_of(event) {
            self.by_user.push((host, user.to_lowercase()), time, record);
        }
        let port = event.number("IpPort").and_then(|port| u16::try_from(port).ok());
        if let (Some(from), Some(port @ 1..)) = (from, port)
            && event.event_id == 4624
        {
            self.by_port.push((from, port), time, (host, record));
        }
    }

    /// The processes that Windows' helpers start for others, and the helpers of a session.
    fn processes(&mut self, tree: &ProcessTree, hosts: &Hosts) {
        let mut last = None;
        for (at, process) in tree.iter() {
            let Some(time) = process.start.filter(|_| process.stub.is_none()) else { continue };
            let is_helper = is_among(stem(process.name()), &SESSION_HELPERS);
            let parent = parent_name(tree, process).map(stem);
            if !is_helper && !parent.is_some_and(|parent| is_among(parent, &PARENTS)) {
                continue;
            }
            let host = match last {
                Some((known, host)) if known == &process.host => host,
                _ => hosts.id(&process.host),
            };
            last = Some((&process.host, host));
            if is_helper {
                self.helpers.push(host, time, at);
            }
            let line = process.command_line.as_deref().unwrap_or_else(|| process.name());
            self.started.push((host, key_of(line)), time, at);
        }
    }
}

/// Programs under which what somebody asks for from another host is started.
const PARENTS: [&str; 14] = [
    "wmiprvse",
    "wsmprovhost",
    "winrshost",
    "services",
    "psexesvc",
    "paexec",
    "csexecsvc",
    "remcomsvc",
    "svchost",
    "taskeng",
    "dllhost",
    "mmc",
    "sshd",
    "scrcons",
];

/// Programs that are there only while somebody on another host works here.
const SESSION_HELPERS: [&str; 4] = ["wsmprovhost", "winrshost", "psexesvc", "paexec"];

fn is_among(name: &str, known: &[&str]) -> bool {
    known.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The parent's file name: what the process's own record says, else the tree.
pub(super) fn parent_name<'t>(tree: &'t ProcessTree, process: &'t Process) -> Option<&'t str> {
    let logged = process.parent_image.as_deref();
    let linked = || tree.process(process.parent?)?.image.as_deref();
    logged.or_else(linked).map(file_name)
}

/// The account of a logon or share access, without its domain.
pub(super) fn user_of(event: &Event) -> Option<&str> {
    let name = match event.event_id {
        5140 | 5145 => "SubjectUserName",
        _ => "TargetUserName",
    };
    event.field(name).filter(|name| !name.eq_ignore_ascii_case("ANONYMOUS LOGON"))
}

/// The file name without its folder and ending.
pub(super) fn stem(path: &str) -> &str {
    let name = file_name(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
