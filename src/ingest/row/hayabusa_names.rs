//! Hayabusa's short names of channels and fields. Not how they are told apart in a row.
//!
//! Source: <https://github.com/Yamato-Security/hayabusa-rules>, the files
//! `channel_abbreviations.txt` and `default_details.txt` in `config`, of several years.

/// The channel behind a short name; of the several called `AppLocker`, the one for programs.
pub(super) fn channel(short: &str) -> &str {
    CHANNELS.iter().find(|(known, _)| *known == short).map_or(short, |(_, channel)| channel)
}

const CHANNELS: [(&str, &str); 24] = [
    ("App", "Application"),
    ("AppLocker", "Microsoft-Windows-AppLocker/EXE and DLL"),
    ("BitsCli", "Microsoft-Windows-Bits-Client/Operational"),
    ("CodeInteg", "Microsoft-Windows-CodeIntegrity/Operational"),
    ("Defender", "Microsoft-Windows-Windows Defender/Operational"),
    ("DvrFmwk", "Microsoft-Windows-DriverFrameworks-UserMode/Operational"),
    ("Firewall", "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"),
    ("GroupPolicy", "Microsoft-Windows-GroupPolicy/Operational"),
    ("NTLM", "Microsoft-Windows-NTLM/Operational"),
    ("OpenSSH", "OpenSSH/Operational"),
    ("PrintAdm", "Microsoft-Windows-PrintService/Admin"),
    ("PrintOp", "Microsoft-Windows-PrintService/Operational"),
    ("PwSh", "Microsoft-Windows-PowerShell/Operational"),
    ("PwShClassic", "Windows PowerShell"),
    ("PwShCore", "PowerShellCore/Operational"),
    ("RDP-Cli", "Microsoft-Windows-TerminalServices-RDPClient/Operational"),
    ("RDS-LSM", "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"),
    ("RDS-RCM", "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational"),
    ("Sec", "Security"),
    ("SmbCliSec", "Microsoft-Windows-SmbClient/Security"),
    ("Sys", "System"),
    ("Sysmon", "Microsoft-Windows-Sysmon/Operational"),
    ("TaskSch", "Microsoft-Windows-TaskScheduler/Operational"),
    ("WMI", "Microsoft-Windows-WMI-Activity/Operational"),
];

/// The record's own name of a field in `Details`; the short one where it is not known.
pub(super) fn field<'a>(channel: &str, event_id: u32, short: &'a str) -> &'a str {
    let tables: &[&[(&str, &'static str)]] = match (channel, event_id) {
        ("Microsoft-Windows-Sysmon/Operational", 6) => &[&[("Path", "ImageLoaded")], &SYSMON],
        ("Microsoft-Windows-Sysmon/Operational", 7) => &[&[("Image", "ImageLoaded")], &SYSMON],
        ("Microsoft-Windows-Sysmon/Operational", 8 | 10) => &[&SYSMON_TWO, &SYSMON],
        ("Microsoft-Windows-Sysmon/Operational", _) => &[&SYSMON],
        ("Security", 4688) => &[&STARTED],
        ("Security", 4689) => &[&[("Proc", "ProcessName"), ("PID", "ProcessId")], &SECURITY],
        ("Security", 4624 | 4625) => &[&LOGON, &SECURITY],
        ("Security", 4697) => &[&[("Svc", "ServiceName"), ("Path", "ServiceFileName")], &SECURITY],
        ("Security", 4698 | 4702) => {
            &[&[("Name", "TaskName"), ("Content", "TaskContent")], &SECURITY]
        }
        ("Security", _) => &[&SECURITY],
        ("System", 7045) => &[&SERVICE],
        ("Microsoft-Windows-PowerShell/Operational" | "PowerShellCore/Operational", 4104) => {
            &[&[("ScriptBlock", "ScriptBlockText")]]
        }
        _ => &[],
    };
    let mut all = tables.iter().copied().flatten();
    all.find(|(known, _)| *known == short).map_or(short, |(_, name)| name)
}

const SYSMON: [(&str, &str); 30] = [
    ("Cmd", "CommandLine"),
    ("CmdLine", "CommandLine"),
    ("Cmdline", "CommandLine"),
    ("Proc", "Image"),
    ("PID", "ProcessId"),
    ("PGUID", "ProcessGuid"),
    ("ParentCmd", "ParentCommandLine"),
    ("ParentCmdLine", "ParentCommandLine"),
    ("ParentCmdline", "ParentCommandLine"),
    ("ParentProc", "ParentImage"),
    ("ParentPID", "ParentProcessId"),
    ("ParentPGUID", "ParentProcessGuid"),
    ("LID", "LogonId"),
    ("LGUID", "LogonGuid"),
    ("Hash", "Hashes"),
    ("Path", "TargetFilename"),
    ("TgtObj", "TargetObject"),
    ("Proto", "Protocol"),
    ("SrcIP", "SourceIp"),
    ("SrcPort", "SourcePort"),
    ("SrcHost", "SourceHostname"),
    ("TgtIP", "DestinationIp"),
    ("TgtPort", "DestinationPort"),
    ("TgtHost", "DestinationHostname"),
    ("Pipe", "PipeName"),
    ("Query", "QueryName"),
    ("Result", "QueryResults"),
    ("Op", "Operation"),
    ("Sig", "Signature"),
    ("CreationTime", "CreationUtcTime"),
];

/// Records about two processes.
const SYSMON_TWO: [(&str, &str); 9] = [
    ("SrcProc", "SourceImage"),
    ("TgtProc", "TargetImage"),
    ("SrcPID", "SourceProcessId"),
    ("TgtPID", "TargetProcessId"),
    ("SrcPGUID", "SourceProcessGuid"),
    ("TgtPGUID", "TargetProcessGuid"),
    ("SrcUser", "SourceUser"),
    ("TgtUser", "TargetUser"),
    ("Access", "GrantedAccess"),
];

const STARTED: [(&str, &str); 11] = [
    ("Cmd", "CommandLine"),
    ("CmdLine", "CommandLine"),
    ("Cmdline", "CommandLine"),
    ("Proc", "NewProcessName"),
    ("Path", "NewProcessName"),
    ("PID", "NewProcessId"),
    ("ParentPID", "ProcessId"),
    ("ParentProc", "ParentProcessName"),
    ("User", "SubjectUserName"),
    ("LID", "SubjectLogonId"),
    ("SID", "SubjectUserSid"),
];

const LOGON: [(&str, &str); 5] = [
    ("Type", "LogonType"),
    ("SrcComp", "WorkstationName"),
    ("LID", "TargetLogonId"),
    ("Proc", "ProcessName"),
    ("AuthPkg", "AuthenticationPackageName"),
];

const SECURITY: [(&str, &str); 7] = [
    ("User", "SubjectUserName"),
    ("SrcUser", "SubjectUserName"),
    ("LID", "SubjectLogonId"),
    ("TgtUser", "TargetUserName"),
    ("TgtSID", "TargetSid"),
    ("SrcIP", "IpAddress"),
    ("Proc", "ProcessName"),
];

const SERVICE: [(&str, &str); 4] = [
    ("Svc", "ServiceName"),
    ("Path", "ImagePath"),
    ("Acct", "AccountName"),
    ("StartType", "StartType"),
];
