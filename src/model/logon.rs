//! Logon sessions: who came in, how and from where. Not which process belongs to which: that is
//! [`Process::logon`](super::Process::logon).

use super::{RecordIndex, Text, Timestamp};

/// Position of a logon in [`ProcessTree::logons`](super::ProcessTree::logons).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogonIndex(pub u32);

/// One logon session of one host, as its Security log tells it.
///
/// Source: Microsoft, "4624(S): An account was successfully logged on" and the pages of the other
/// records named here. Where no record of the beginning is there, what others say of it is kept, and
/// `start` may come from Sysmon's `LogonGuid`.
#[expect(
    clippy::struct_field_names,
    reason = "Logon ID and the others are what Windows calls them"
)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Logon {
    /// The host, as [`Process::host`](super::Process::host).
    pub host: Text,
    /// `TargetLogonId`; unique on a host until it restarts.
    pub logon_id: u64,
    /// `LogonGuid`, lower case without braces: the same on the domain controller's 4769.
    pub logon_guid: Option<Text>,
    /// `LogonType`; its meaning is [`logon_type_words`].
    pub logon_type: Option<u32>,
    /// `DOMAIN\name`.
    pub user: Option<Text>,
    /// `IpAddress`, where the logon came from.
    pub source_address: Option<Text>,
    /// `IpPort`; zero is none.
    pub source_port: Option<u32>,
    /// `WorkstationName`, which the other side chooses.
    pub workstation: Option<Text>,
    /// `LogonProcessName`, for example `Kerberos`, `User32`, `seclogo`.
    pub logon_process: Option<Text>,
    /// `AuthenticationPackageName`.
    pub authentication_package: Option<Text>,
    /// `ElevatedToken`; `None` before Windows 10, which does not say.
    pub elevated: Option<bool>,
    /// Whether 4672 says that it was given privileges of an administrator.
    pub privileged: bool,
    /// `RestrictedAdminMode`.
    pub restricted_admin: Option<bool>,
    /// The other half of a split token (`TargetLinkedLogonId`).
    pub linked: Option<LogonIndex>,
    /// The session that asked for this one (`SubjectLogonId`).
    pub subject_logon_id: Option<u64>,
    /// The account that a logon of type 9 uses over the network.
    pub outbound_user: Option<Text>,
    /// When it began.
    pub start: Option<Timestamp>,
    /// When it ended (4634, 4647).
    pub end: Option<Timestamp>,
    /// Remote desktops that connected to it and left (4778, 4779), in time order.
    pub connections: Vec<Connection>,
    /// What it did with other credentials (4648), in time order.
    pub explicit_credentials: Vec<RecordIndex>,
    /// The records behind it, in time order; none for the sessions every Windows has.
    pub records: Vec<RecordIndex>,
}

/// A remote desktop client that took a session over, or left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// When.
    pub time: Option<Timestamp>,
    /// Whether it came (4778); else it left (4779).
    pub is_connected: bool,
    /// `ClientName`, which the client chooses.
    pub client: Option<Text>,
    /// `ClientAddress`; `LOCAL` for the console.
    pub address: Option<Text>,
    /// The record.
    pub record: RecordIndex,
}

impl Logon {
    /// What the session is, in words: `network (type 3)`, or the name of a well-known session.
    pub fn words(&self) -> String {
        if let Some((_, words)) = well_known_logon(self.logon_id) {
            return words.to_owned();
        }
        match (self.logon_type, self.logon_type.and_then(logon_type_words)) {
            (Some(number), Some(words)) => format!("{words} (type {number})"),
            (Some(number), None) => format!("type {number}"),
            (None, _) => "type not logged".to_owned(),
        }
    }

    /// Whether it came over the network or a remote desktop, from another computer than its own.
    pub fn is_remote(&self) -> bool {
        matches!(self.logon_type, Some(3 | 8 | 10))
            && self.source_address.as_deref().is_some_and(|address| !is_loopback(address))
    }
}

/// Whether an address as logged is the computer itself.
fn is_loopback(address: &str) -> bool {
    let bare = address.strip_prefix("::ffff:").unwrap_or(address);
    bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        || bare.eq_ignore_ascii_case("LOCAL")
}

/// The meaning of a logon type.
///
/// Source: Microsoft, "4624(S)", table of logon types, and
/// "Audit logon events" for 12 and 13.
pub const fn logon_type_words(logon_type: u32) -> Option<&'static str> {
    Some(match logon_type {
        0 => "system start",
        2 => "interactive",
        3 => "network",
        4 => "batch",
        5 => "service",
        7 => "unlock",
        8 => "network, password in clear text",
        9 => "new credentials",
        10 => "remote desktop",
        11 => "interactive, cached credentials",
        12 => "remote desktop, cached credentials",
        13 => "unlock, cached credentials",
        _ => return None,
    })
}

/// Account and words of the sessions that every Windows has from its start under the same ids.
///
/// Source: Microsoft, `ntifs.h`: `SYSTEM_LUID`, `NETWORKSERVICE_LUID`, `LOCALSERVICE_LUID`,
/// `ANONYMOUS_LOGON_LUID`.
pub const fn well_known_logon(logon_id: u64) -> Option<(&'static str, &'static str)> {
    Some(match logon_id {
        0x3e7 => (r"NT AUTHORITY\SYSTEM", "the system itself"),
        0x3e4 => (r"NT AUTHORITY\NETWORK SERVICE", "network service"),
        0x3e5 => (r"NT AUTHORITY\LOCAL SERVICE", "local service"),
        0x3e6 => (r"NT AUTHORITY\ANONYMOUS LOGON", "anonymous"),
        _ => return None,
    })
}
