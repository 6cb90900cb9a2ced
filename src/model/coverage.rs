//! Which telemetry the logs hold, for which host, and where it has holes. Silence is not a clean bill.

use serde::Serialize;

use super::Timestamp;

/// A kind of telemetry that answers a question of the triage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Telemetry {
    /// Process starts by Sysmon 1.
    ProcessSysmon,
    /// Process starts by Security 4688.
    ProcessSecurity,
    /// Network connections by Sysmon 3.
    Network,
    /// PowerShell script blocks, 4104.
    Scripts,
    /// Scheduled tasks, `TaskScheduler` 106 or Security 4698.
    Tasks,
    /// Logons, Security 4624.
    Logons,
    /// Registry changes, Sysmon 12 to 14.
    Registry,
    /// Files created, Sysmon 11.
    Files,
}

impl Telemetry {
    /// All kinds, in the order of the screen.
    pub const ALL: [Self; 8] = [
        Self::ProcessSysmon,
        Self::ProcessSecurity,
        Self::Network,
        Self::Scripts,
        Self::Tasks,
        Self::Logons,
        Self::Registry,
        Self::Files,
    ];

    /// The name with the event ids that carry it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ProcessSysmon => "Process, Sysmon 1",
            Self::ProcessSecurity => "Process, 4688",
            Self::Network => "Network, Sysmon 3",
            Self::Scripts => "Scripts, 4104",
            Self::Tasks => "Tasks, 106, 4698",
            Self::Logons => "Logons, 4624",
            Self::Registry => "Registry, Sysmon 13",
            Self::Files => "Files, Sysmon 11",
        }
    }
}

/// How much of the telemetry is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CoverageState {
    /// Records are there from the first to the last moment of the host's logs, without a known hole.
    Present,
    /// No such record.
    Absent,
    /// Records are there, with a hole or for a part of the time only.
    Partial,
}

/// A hole in the telemetry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Start of the hole.
    pub from: Timestamp,
    /// End of the hole.
    pub to: Timestamp,
    /// Why it is known to be one, in words.
    pub why: String,
}

/// One kind of telemetry on one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Host as the logs write it.
    pub host: String,
    /// Which kind.
    pub telemetry: Telemetry,
    /// How much is there.
    pub state: CoverageState,
    /// Records of this kind.
    pub records: u64,
    /// First record of this kind.
    pub first: Option<Timestamp>,
    /// Last record of this kind.
    pub last: Option<Timestamp>,
    /// Known holes, in time order.
    pub gaps: Vec<Gap>,
    /// Why the state is not [`CoverageState::Present`], in words, for example `no command lines`.
    pub note: Option<String>,
}
