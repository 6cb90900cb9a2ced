//! The Windows logs whose records this program knows the meaning of. Not what the records say.

use super::Event;

/// A log, named by its provider or else its channel, so that forwarded records count too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Log {
    /// Sysmon, and what other sensors tell in its words.
    Sysmon,
    /// The audit log, with the record of its own clearing.
    Security,
    /// The log of the kernel, the service control manager and the event log service.
    System,
    /// `Microsoft-Windows-PowerShell/Operational` and PowerShell 7's own.
    PowerShell,
    /// The classic log `Windows PowerShell`.
    WindowsPowerShell,
    /// `Microsoft-Windows-TaskScheduler/Operational`.
    TaskScheduler,
    /// `Microsoft-Windows-WMI-Activity/Operational`.
    WmiActivity,
    /// `Microsoft-Windows-Bits-Client/Operational`.
    BitsClient,
    /// `Microsoft-Windows-Windows Defender/Operational`.
    Defender,
    /// The four channels of `Microsoft-Windows-AppLocker`.
    AppLocker,
    /// `Microsoft-Windows-CodeIntegrity/Operational`.
    CodeIntegrity,
    /// `Microsoft-Windows-TerminalServices-LocalSessionManager/Operational`.
    LocalSessions,
    /// `Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational`.
    RemoteConnections,
}

/// Provider and what its channels begin with, of the logs that a provider alone tells.
const BY_PROVIDER: [(&str, &str, Log); 11] = [
    ("Microsoft-Windows-PowerShell", "Microsoft-Windows-PowerShell/", Log::PowerShell),
    ("PowerShellCore", "PowerShellCore/", Log::PowerShell),
    ("PowerShell", "Windows PowerShell", Log::WindowsPowerShell),
    ("Microsoft-Windows-TaskScheduler", "Microsoft-Windows-TaskScheduler/", Log::TaskScheduler),
    ("Microsoft-Windows-WMI-Activity", "Microsoft-Windows-WMI-Activity/", Log::WmiActivity),
    ("Microsoft-Windows-Bits-Client", "Microsoft-Windows-Bits-Client/", Log::BitsClient),
    ("Microsoft-Windows-Windows Defender", "Microsoft-Windows-Windows Defender/", Log::Defender),
    ("Microsoft-Windows-AppLocker", "Microsoft-Windows-AppLocker/", Log::AppLocker),
    ("Microsoft-Windows-CodeIntegrity", "Microsoft-Windows-CodeIntegrity/", Log::CodeIntegrity),
    (
        "Microsoft-Windows-TerminalServices-LocalSessionManager",
        "Microsoft-Windows-TerminalServices-LocalSessionManager/",
        Log::LocalSessions,
    ),
    (
        "Microsoft-Windows-TerminalServices-RemoteConnectionManager",
        "Microsoft-Windows-TerminalServices-RemoteConnectionManager/",
        Log::RemoteConnections,
    ),
];

impl Log {
    /// The log of a record; `None` for all others.
    pub fn of(event: &Event) -> Option<Self> {
        Self::of_kind(event.provider(), event.home_channel())
    }

    /// As [`Self::of`], by provider and home channel.
    pub fn of_kind(provider: &str, channel: &str) -> Option<Self> {
        let is_by = |name: &str| provider.eq_ignore_ascii_case(name);
        let is_channel = |name: &str| channel.eq_ignore_ascii_case(name);
        if is_by("Microsoft-Windows-Sysmon") || is_channel("Microsoft-Windows-Sysmon/Operational") {
            return Some(Self::Sysmon);
        }
        // The event log service writes the record of its clearing there itself.
        let is_audit =
            is_channel("Security") && (provider.is_empty() || is_by("Microsoft-Windows-Eventlog"));
        if is_by("Microsoft-Windows-Security-Auditing") || is_audit {
            return Some(Self::Security);
        }
        if is_channel("System")
            || ["EventLog", "Microsoft-Windows-Kernel-General", "User32", "Service Control Manager"]
                .into_iter()
                .any(is_by)
        {
            return Some(Self::System);
        }
        let starts = |start: &str| {
            channel.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
        };
        BY_PROVIDER
            .into_iter()
            .find(|(name, channels, _)| is_by(name) || starts(channels))
            .map(|(.., log)| log)
    }
}
