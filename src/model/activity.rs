//! What a process did, one entry for each record that says so. What the record says of it is a
//! [`Deed`], read from the record when somebody asks: a bundle holds millions of these.

use serde::Serialize;

use super::{Deed, Event, Log, ProcessTree, RecordIndex, Text, Timestamp};

/// The kind of an [`Activity`], as the "What it did" list groups it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// Network connection (Sysmon 3, Security 5156 5157).
    Network,
    /// Name looked up (Sysmon 22).
    Dns,
    /// File created, renamed, deleted, stream written (Sysmon 2 11 15 23 26 27 28 29; Security 4656
    /// and 4663 of a file).
    File,
    /// Registry key or value (Sysmon 12 13 14, Security 4657; 4656 and 4663 of a key).
    Registry,
    /// Scheduled task (Security 4698 to 4702, `TaskScheduler` 106 129 140 141 200 201).
    Task,
    /// Service (System 7036 7040 7045, Security 4697).
    Service,
    /// Script block, pipeline or engine (PowerShell 4103 4104, Windows PowerShell 400 403 600 800).
    Script,
    /// Logon or explicit credentials (Security 4624 4648).
    Logon,
    /// Network share (Security 5140 5145).
    Share,
    /// Named pipe (Sysmon 17 18).
    Pipe,
    /// Module or driver loaded (Sysmon 6 7).
    Module,
    /// Thread in, or access to, another process or object (Sysmon 8 10 25, Security 4656 4663).
    Access,
    /// WMI filter, consumer or binding, and what WMI was asked (Sysmon 19 20 21, WMI-Activity 5857
    /// to 5861).
    Wmi,
    /// Account or group (Security 4720 4722 4724 4725 4726 4728 4732 4738 4756).
    Account,
    /// A log was cleared (Security 1102, System 104).
    Log,
    /// BITS job or transfer (BITS-Client 3 59 60 61).
    Bits,
    /// Verdict or setting of Microsoft Defender Antivirus (1006 1007 1116 1117 5001 5007 5013).
    Defender,
    /// What may run, and what is audited (`AppLocker` 8002 to 8007, `CodeIntegrity` 3076 3077,
    /// Security 4719).
    Policy,
    /// Desktop session (`LocalSessionManager` 21 to 25, `RemoteConnectionManager` 1149).
    Session,
    /// Anything else that names the process (Sysmon 9, Security 4673).
    Other,
}

impl ActivityKind {
    /// What records of this log and event id tell of, before it is looked at what object an access
    /// is to; `None` for those that are nobody's deed.
    ///
    /// Sources: Sysmon's manifest; Microsoft, "Advanced security audit policy settings"; the
    /// manifests of the other providers.
    pub const fn of_record(log: Log, event_id: u32) -> Option<Self> {
        Some(match (log, event_id) {
            (Log::Sysmon, 3) | (Log::Security, 5156 | 5157) => Self::Network,
            (Log::Sysmon, 22) => Self::Dns,
            (Log::Sysmon, 2 | 11 | 15 | 23 | 26..=29) => Self::File,
            (Log::Sysmon, 12..=14) | (Log::Security, 4657) => Self::Registry,
            (Log::Sysmon, 17 | 18) => Self::Pipe,
            (Log::Sysmon, 6 | 7) => Self::Module,
            (Log::Sysmon, 8 | 10 | 25) | (Log::Security, 4656 | 4663) => Self::Access,
            (Log::Sysmon, 19..=21) | (Log::WmiActivity, 5857..=5861) => Self::Wmi,
            (Log::Sysmon, 9) | (Log::Security, 4673) => Self::Other,
            (Log::Security, 4698..=4702)
            | (Log::TaskScheduler, 106 | 129 | 140 | 141 | 200 | 201) => Self::Task,
            (Log::Security, 4697) | (Log::System, 7036 | 7040 | 7045) => Self::Service,
            (Log::PowerShell, 4103 | 4104) | (Log::WindowsPowerShell, 400 | 403 | 600 | 800) => {
                Self::Script
            }
            (Log::Security, 4624 | 4648) => Self::Logon,
            (Log::Security, 5140 | 5145) => Self::Share,
            (
                Log::Security,
                4720 | 4722..=4726 | 4728 | 4729 | 4732 | 4733 | 4738 | 4756 | 4757 | 4781,
            ) => Self::Account,
            (Log::Security, 1102) | (Log::System, 104) => Self::Log,
            (Log::BitsClient, 3 | 59..=61) => Self::Bits,
            (
                Log::Defender,
                1006 | 1007 | 1015 | 1116..=1119 | 5001 | 5004 | 5007 | 5010 | 5012 | 5013,
            ) => Self::Defender,
            (Log::AppLocker, 8002..=8007)
            | (Log::CodeIntegrity, 3076 | 3077)
            | (Log::Security, 4719) => Self::Policy,
            (Log::LocalSessions, 21..=25) | (Log::RemoteConnections, 1149) => Self::Session,
            _ => return None,
        })
    }

    /// As [`Self::of_record`]; an access to a file or a key is one to what it says.
    pub fn of(log: Log, event: &Event) -> Option<Self> {
        let kind = Self::of_record(log, event.event_id)?;
        let is_object = log == Log::Security && kind == Self::Access;
        Some(match event.field("ObjectType").filter(|_| is_object) {
            Some("File") => Self::File,
            Some("Key") => Self::Registry,
            _ => kind,
        })
    }
}

/// By what a record was found to be a process's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachedBy {
    /// The record names its `ProcessGuid`.
    Guid,
    /// The record names its process id, or was logged by it, while it ran.
    ProcessId,
    /// The record names the BITS job that it made.
    BitsJob,
    /// The record names the host id of the PowerShell that runs in it.
    PowershellHost,
    /// The record names its whole command line, which no other process had at the time.
    CommandLine,
}

/// One thing a process did, or that befell a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// What kind of thing.
    pub kind: ActivityKind,
    /// How its process was found; `None` where none was.
    pub by: Option<AttachedBy>,
    /// The record that says so; of a script block in several parts the first that is there.
    pub record: RecordIndex,
    /// Time of the record.
    pub time: Option<Timestamp>,
}

impl Activity {
    /// What the record says; `None` where the record is not among these.
    pub fn deed<'a>(&self, tree: &ProcessTree, events: &'a [Event]) -> Option<Deed<'a>> {
        let event = |at: &RecordIndex| events.get(at.0 as usize);
        let first = event(&self.record)?;
        let parts = tree.script_parts(self.record);
        if parts.is_empty() {
            return Deed::of(first);
        }
        Some(Deed::of_script(std::iter::once(first).chain(parts.iter().filter_map(event))))
    }

    /// The line that says it: network `address:port`, registry `key\value = data`, file its full
    /// path; empty where the record lacks the field.
    pub fn text(&self, tree: &ProcessTree, events: &[Event]) -> String {
        self.deed(tree, events).map_or_else(String::new, |deed| deed.text())
    }
}

/// What records tell of one host and of no process that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostActivity {
    /// The host, as [`Process::host`](super::Process::host).
    pub host: Text,
    /// In time order.
    pub activity: Vec<Activity>,
}
