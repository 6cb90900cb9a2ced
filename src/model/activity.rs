//! What a process did, one entry for each record that says so.

use serde::Serialize;

use super::{RecordIndex, Timestamp};

/// The kind of an [`Activity`], as the "What it did" list groups it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// Network connection (Sysmon 3, Security 5156).
    Network,
    /// Name looked up (Sysmon 22).
    Dns,
    /// File created, renamed, deleted, stream written (Sysmon 2 11 15 23 26 27 28 29).
    File,
    /// Registry key or value (Sysmon 12 13 14, Security 4657).
    Registry,
    /// Scheduled task (Security 4698 4702, `TaskScheduler` 106 140 141 200 201).
    Task,
    /// Service (System 7045, Security 4697).
    Service,
    /// Script block or pipeline (PowerShell 4103 4104).
    Script,
    /// Logon or explicit credentials (Security 4624 4648).
    Logon,
    /// Network share (Security 5140 5145).
    Share,
    /// Named pipe (Sysmon 17 18).
    Pipe,
    /// Module or driver loaded (Sysmon 6 7).
    Module,
    /// Thread in, or access to, another process (Sysmon 8 10 25).
    Access,
    /// WMI filter, consumer or binding (Sysmon 19 20 21).
    Wmi,
    /// Anything else that names the process.
    Other,
}

/// One thing a process did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// What kind of thing.
    pub kind: ActivityKind,
    /// Time of the record.
    pub time: Option<Timestamp>,
    /// The value: network `address:port`, registry `key\value = data`, file its full path.
    pub text: String,
    /// The record that says so.
    pub record: RecordIndex,
}
