//! The channels that Windows' providers write to. Data, no logic.
//!
//! Only providers with one channel each for what this program reads are listed.
//! Source: the providers' manifests as `wevtutil gp NAME` prints them.

/// The provider of events made from records of Elastic's endpoint sensor. Their event ids and
/// fields are Sysmon's, whose log they count as one of; 0 is none of them.
pub const ELASTIC_ENDPOINT: &str = "Elastic Endpoint";

/// The provider of events made from rows of Microsoft Defender's advanced hunting. Their event ids
/// and fields are Sysmon's, of logons those of the audit log; 0 is neither.
pub const DEFENDER: &str = "Microsoft Defender XDR";

/// The log's name without what all of them begin and end with: `Sysmon` of
/// `Microsoft-Windows-Sysmon/Operational`.
pub fn short_channel(channel: &str) -> &str {
    let log = channel.strip_prefix("Microsoft-Windows-").unwrap_or(channel);
    log.split('/').next().unwrap_or(log)
}

/// The channel that a provider writes this event to; `None` where that is not known.
pub(super) fn of(provider: &str, event_id: u32) -> Option<&'static str> {
    // Log clearing and the audit's own end go to Security, what befalls other logs to System.
    if provider.eq_ignore_ascii_case("Microsoft-Windows-Eventlog") {
        let is_audit = matches!(event_id, 1100..=1108);
        return Some(if is_audit { "Security" } else { "System" });
    }
    if provider == ELASTIC_ENDPOINT {
        return (event_id != 0).then_some("Microsoft-Windows-Sysmon/Operational");
    }
    if provider == DEFENDER {
        return match event_id {
            0 => None,
            4624 | 4625 => Some("Security"),
            _ => Some("Microsoft-Windows-Sysmon/Operational"),
        };
    }
    CHANNELS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(provider))
        .map(|(_, channel)| *channel)
}

const CHANNELS: [(&str, &str); 18] = [
    ("Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational"),
    ("Microsoft-Windows-Security-Auditing", "Security"),
    ("Microsoft-Windows-PowerShell", "Microsoft-Windows-PowerShell/Operational"),
    ("PowerShellCore", "PowerShellCore/Operational"),
    ("PowerShell", "Windows PowerShell"),
    ("Microsoft-Windows-TaskScheduler", "Microsoft-Windows-TaskScheduler/Operational"),
    ("Microsoft-Windows-WMI-Activity", "Microsoft-Windows-WMI-Activity/Operational"),
    ("Microsoft-Windows-Bits-Client", "Microsoft-Windows-Bits-Client/Operational"),
    ("Microsoft-Windows-Windows Defender", "Microsoft-Windows-Windows Defender/Operational"),
    (
        "Microsoft-Windows-TerminalServices-LocalSessionManager",
        "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
    ),
    ("Microsoft-Windows-CodeIntegrity", "Microsoft-Windows-CodeIntegrity/Operational"),
    ("Microsoft-Windows-Kernel-General", "System"),
    ("Microsoft-Windows-Kernel-Power", "System"),
    ("Service Control Manager", "System"),
    ("EventLog", "System"),
    ("User32", "System"),
    ("Microsoft-Windows-GroupPolicy", "System"),
    ("Microsoft-Windows-Time-Service", "System"),
];
