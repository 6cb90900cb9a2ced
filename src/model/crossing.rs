//! What leads from one host to another: a command or connection here and what came of it there.
//!
//! Conclusions from two logs, never a logged parent. How they are drawn is `tree::across_hosts`.

use serde::Serialize;

use super::{Confidence, ProcessIndex, RecordIndex, Text, Timestamp};

/// The way one host reaches another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CrossingKind {
    /// A network share: `net use`, a UNC path.
    Share,
    /// The service manager: `sc \\HOST`.
    Service,
    /// `PsExec` and programs like it.
    PsExec,
    /// WMI, through `wmic /node:` or PowerShell.
    Wmi,
    /// Windows Remote Management: PowerShell remoting, `winrs`.
    WinRm,
    /// The task scheduler: `schtasks /s`, `at \\HOST`.
    Task,
    /// The registry: `reg … \\HOST`.
    Registry,
    /// Remote desktop: `mstsc /v:`.
    RemoteDesktop,
    /// Credentials stored for the host: `cmdkey /add:`.
    Credentials,
    /// SSH.
    Ssh,
    /// DCOM: an object activated on the host.
    Dcom,
    /// A command that names the host in another way, such as `-ComputerName`.
    Named,
    /// A network connection; no command that names the host is known.
    Connection,
}

impl CrossingKind {
    /// The way in words, to follow "by".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Share => "a network share",
            Self::Service => "the service manager",
            Self::PsExec => "PsExec",
            Self::Wmi => "WMI",
            Self::WinRm => "Windows Remote Management",
            Self::Task => "the task scheduler",
            Self::Registry => "the registry",
            Self::RemoteDesktop => "remote desktop",
            Self::Credentials => "stored credentials",
            Self::Ssh => "SSH",
            Self::Dcom => "DCOM",
            Self::Named => "its name in a command",
            Self::Connection => "a network connection",
        }
    }
}

/// What a crossing leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CrossingEnd {
    /// A process of the other host.
    Process(ProcessIndex),
    /// A record of the other host that tells of no process of its own: a logon, a share, a service.
    Record {
        /// The other host, as [`Process::host`](super::Process::host) has it.
        host: Text,
        /// The record.
        record: RecordIndex,
    },
}

/// A process on one host paired with what it did on another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// The process that named or reached the other host.
    pub from: ProcessIndex,
    /// What happened there.
    pub to: CrossingEnd,
    /// The way.
    pub how: CrossingKind,
    /// How sure the pair is.
    pub confidence: Confidence,
    /// When it happened on the other host, by that host's clock.
    pub time: Option<Timestamp>,
    /// Every record that speaks for the pair, of both hosts, in order.
    pub records: Vec<RecordIndex>,
    /// Why the two belong together, one sentence; text from logs in it is as logged.
    pub text: String,
}

/// Why a command that names another host is paired with nothing there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadState {
    /// No log of a host of that name or address is loaded.
    NoLogs,
    /// The name stands for more than one host of these logs.
    Ambiguous,
    /// The host's logs are loaded, but not those of this time.
    NotCovered,
    /// The host's logs are loaded, and nothing in them fits within the time.
    NothingFound,
    /// More commands name hosts than are compared; this one was not.
    NotCompared,
    /// When the command ran is not known.
    NoTime,
}

/// A command that names another host where nothing there could be paired with it: where to look next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// The process that named the host.
    pub from: ProcessIndex,
    /// The host as the command names it.
    pub host: Text,
    /// The way.
    pub how: CrossingKind,
    /// Why there is no pair.
    pub state: LeadState,
    /// The same in a sentence.
    pub text: String,
}
