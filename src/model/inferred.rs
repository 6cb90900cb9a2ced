//! Who asked for a process where the logged parent is only Windows' helper. Conclusions, each with
//! the records it rests on; the logged parent stays what it is.

use serde::Serialize;

use super::{LogonIndex, ProcessIndex, RecordIndex};

/// How sure a conclusion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Only the time fits, or the sign has harmless causes too.
    Low,
    /// Mechanism and time fit, and nothing else is known to.
    Medium,
    /// A record names it, or the very command was asked for.
    High,
}

impl Confidence {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Low => "unsure",
            Self::Medium => "likely",
            Self::High => "sure",
        }
    }
}

/// By which mechanism of Windows the lineage broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InferredReason {
    /// The task scheduler ran it: ATT&CK T1053.005.
    ScheduledTask,
    /// Somebody told the task scheduler to run its task now.
    TaskRunOnDemand,
    /// The service control manager ran it: ATT&CK T1543.003, T1569.002.
    Service,
    /// Somebody told the service control manager to start it.
    ServiceStart,
    /// WMI created it: ATT&CK T1047.
    Wmi,
    /// A WMI event consumer ran it: ATT&CK T1546.003.
    WmiSubscription,
    /// Windows Remote Management ran it: ATT&CK T1021.006.
    #[serde(rename = "winrm")]
    WinRm,
    /// A COM server was started, or ran it: ATT&CK T1559.001, T1021.003.
    Com,
    /// The shell's second process took it over.
    ExplorerHandOff,
    /// `PsExec`'s service ran it: ATT&CK T1569.002.
    #[serde(rename = "psexec")]
    PsExec,
    /// Another process chose the parent: ATT&CK T1134.004.
    ParentSpoofed,
    /// The sensor itself names who asked.
    NamedBySensor,
    /// Its session is one that its parent could not start it in.
    ImpossibleSession,
    /// It has more rights than its parent, and nobody was asked for consent.
    RaisedIntegrity,
    /// Its parent had ended, or not begun.
    ParentNotThere,
}

impl InferredReason {
    /// Whether it says that the logged parent did not start the process, and not merely that it did
    /// so for somebody else.
    pub const fn doubts_parent(self) -> bool {
        matches!(
            self,
            Self::ParentSpoofed
                | Self::ImpossibleSession
                | Self::RaisedIntegrity
                | Self::ParentNotThere
        )
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::ScheduledTask => "scheduled task",
            Self::TaskRunOnDemand => "task run on demand",
            Self::Service => "service",
            Self::ServiceStart => "service started on demand",
            Self::Wmi => "WMI",
            Self::WmiSubscription => "WMI event subscription",
            Self::WinRm => "Windows Remote Management",
            Self::Com => "COM activation",
            Self::ExplorerHandOff => "handed over by Explorer",
            Self::PsExec => "PsExec",
            Self::ParentSpoofed => "spoofed parent",
            Self::NamedBySensor => "named by the sensor",
            Self::ImpossibleSession => "session that the parent cannot give",
            Self::RaisedIntegrity => "more rights than the parent",
            Self::ParentNotThere => "parent was not there",
        }
    }
}

/// A conclusion on who asked for a process. It stands beside the logged parent, never in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inferred {
    /// The process that was started.
    pub child: ProcessIndex,
    /// The process that asked; `None` where the records tell how it came and not by whom.
    pub parent: Option<ProcessIndex>,
    /// The session that asked over the network.
    pub logon: Option<LogonIndex>,
    /// By which mechanism.
    pub reason: InferredReason,
    /// How sure.
    pub confidence: Confidence,
    /// The conclusion in words: `Task ZoomCrashCheck made by schtasks.exe 12212`.
    pub text: String,
    /// The records it rests on besides the start itself, sorted.
    pub records: Vec<RecordIndex>,
}
