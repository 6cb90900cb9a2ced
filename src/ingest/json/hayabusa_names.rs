//! What Hayabusa's short names of channels and fields stand for. Data, hardly any logic.
//!
//! Sources: `config/channel_abbreviations.txt`, `config/channel_abbreviations_generic.txt` and
//! `config/default_details.txt` of Yamato-Security/hayabusa-rules; the last also as it was in
//! 2022, when command lines were still `Cmd` and `CmdLine`.

use std::borrow::Cow;

const SYSMON: &str = "Microsoft-Windows-Sysmon/Operational";
const SECURITY: &str = "Security";

/// The channel of an abbreviation; what is none stays as it is. Those of several channels are told
/// apart by the event id, where that can be.
pub(in crate::ingest) fn channel(short: &str, event_id: u32) -> Cow<'_, str> {
    if short == "AppLocker" {
        // Source: Microsoft, "Using Event Viewer with AppLocker".
        return Cow::Borrowed(match event_id {
            8002..=8004 => "Microsoft-Windows-AppLocker/EXE and DLL",
            8005..=8007 | 8028 | 8029 | 8036 | 8037 => "Microsoft-Windows-AppLocker/MSI and Script",
            8020..=8022 => "Microsoft-Windows-AppLocker/Packaged app-Execution",
            8023..=8025 => "Microsoft-Windows-AppLocker/Packaged app-Deployment",
            _ => short,
        });
    }
    if let Some((_, full)) = CHANNELS.iter().find(|(known, _)| *known == short) {
        return Cow::Borrowed(full);
    }
    match short.strip_prefix("MS-Win-") {
        Some(rest) => {
            let (rest, end) = match rest.strip_suffix("/Op") {
                Some(rest) => (rest, "/Operational"),
                None => (rest, ""),
            };
            Cow::Owned(format!("Microsoft-Windows-{rest}{end}"))
        }
        None => Cow::Borrowed(short),
    }
}

const CHANNELS: [(&str, &str); 40] = [
    ("App", "Application"),
    ("BitsCli", "Microsoft-Windows-Bits-Client/Operational"),
    ("CodeInteg", "Microsoft-Windows-CodeIntegrity/Operational"),
    ("DHCP-Svr", "Microsoft-Windows-DHCP-Server/Operational"),
    ("DNS-Svr", "DNS Server"),
    ("Defender", "Microsoft-Windows-Windows Defender/Operational"),
    ("DvrFmwk", "Microsoft-Windows-DriverFrameworks-UserMode/Operational"),
    ("Exchange", "MSExchange Management"),
    ("Firewall", "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"),
    ("Forwarding", "Microsoft-Windows-Forwarding/Operational"),
    ("GroupPolicy", "Microsoft-Windows-GroupPolicy/Operational"),
    ("KernelWHEA", "Microsoft-Windows-Kernel-WHEA/Operational"),
    ("KeyMgtSvc", "Key Management Service"),
    ("LDAP-Cli", "Microsoft-Windows-LDAP-Client/Debug"),
    ("NTLM", "Microsoft-Windows-NTLM/Operational"),
    ("OpenSSH", "OpenSSH/Operational"),
    ("PrintAdm", "Microsoft-Windows-PrintService/Admin"),
    ("PrintOp", "Microsoft-Windows-PrintService/Operational"),
    (
        "ProgCompatAssist",
        "Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant",
    ),
    ("PwSh", "Microsoft-Windows-PowerShell/Operational"),
    ("PwShClassic", "Windows PowerShell"),
    ("PwShCore", "PowerShellCore/Operational"),
    ("RDP-Cli", "Microsoft-Windows-TerminalServices-RDPClient/Operational"),
    ("RDP-Client", "Microsoft-Windows-TerminalServices-RDPClient/Operational"),
    ("RDP-CoreTS", "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational"),
    ("RDS-GTW", "Microsoft-Windows-TerminalServices-Gateway/Operational"),
    ("RDS-LSM", "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"),
    ("RDS-RCM", "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational"),
    ("RescourceExhaustionDetector", "Microsoft-Windows-Resource-Exhaustion-Detector/Operational"),
    ("Sec", SECURITY),
    ("SmbCliSec", "Microsoft-Windows-SmbClient/Security"),
    ("SvcBusCli", "Microsoft-ServiceBus-Client"),
    ("Sys", "System"),
    ("Sysmon", SYSMON),
    ("TaskSch", "Microsoft-Windows-TaskScheduler/Operational"),
    ("UserProfileSvc", "Microsoft-Windows-User Profile Service/Operational"),
    ("WMI", "Microsoft-Windows-WMI-Activity/Operational"),
    ("WinRM", "Microsoft-Windows-WinRM/Operational"),
    ("WinSysAssessmentTool", "Microsoft-Windows-WindowsSystemAssessmentTool/Operational"),
    ("Winsock-WS2HTLP", "Microsoft-Windows-Winsock-WS2HELP/Operational"),
];

/// The field that a short name stands for in records of this channel and event id; `None` where it
/// is the field's own name, or not known.
pub(in crate::ingest) fn field_name(
    channel: &str,
    event_id: u32,
    short: &str,
) -> Option<&'static str> {
    match channel {
        SYSMON => sysmon(event_id, short),
        SECURITY => security(event_id, short),
        "System" => system(event_id, short),
        "Microsoft-Windows-PowerShell/Operational" | "PowerShellCore/Operational" => {
            (short == "ScriptBlock").then_some("ScriptBlockText")
        }
        "Microsoft-Windows-Windows Defender/Operational" => found(DEFENDER, short),
        _ => None,
    }
}

type Table = &'static [(&'static str, &'static str)];

fn found(table: Table, short: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == short).map(|(_, full)| *full)
}

fn sysmon(event_id: u32, short: &str) -> Option<&'static str> {
    Some(match (event_id, short) {
        (6, "Path") | (7, "Image") => "ImageLoaded",
        (_, "Path") => "TargetFilename",
        (6, "Sig") => "Signature",
        (7, "Sig") | (6, "SigStatus") => "SignatureStatus",
        (7, "Hash") => "Hashes",
        (10, "SrcPGUID") => "SourceProcessGUID",
        (10, "TgtPGUID") => "TargetProcessGUID",
        (20, "Tgt") => "Destination",
        (22, "Query") => "QueryName",
        (22, "Result") => "QueryResults",
        (14, "OldName") => "TargetObject",
        (19, "Namespace") => "EventNamespace",
        (16, "Config") => "Configuration",
        (4, "SysmonVer") => "Version",
        (4, "SchemaVer") => "SchemaVersion",
        _ => return found(ANY_SYSMON, short),
    })
}

const ANY_SYSMON: Table = &[
    ("Access", "GrantedAccess"),
    ("CliInfo", "ClientInfo"),
    ("Cmd", "CommandLine"),
    ("CmdLine", "CommandLine"),
    ("Cmdline", "CommandLine"),
    ("CreationTime", "CreationUtcTime"),
    ("LGUID", "LogonGuid"),
    ("LID", "LogonId"),
    ("Op", "Operation"),
    ("OrigFilename", "OriginalFileName"),
    ("PGUID", "ProcessGuid"),
    ("PID", "ProcessId"),
    ("ParentCmd", "ParentCommandLine"),
    ("ParentCmdLine", "ParentCommandLine"),
    ("ParentCmdline", "ParentCommandLine"),
    ("ParentPGUID", "ParentProcessGuid"),
    ("ParentPID", "ParentProcessId"),
    ("ParentProc", "ParentImage"),
    ("Pipe", "PipeName"),
    ("PreviousTime", "PreviousCreationUtcTime"),
    ("Proc", "Image"),
    ("Proto", "Protocol"),
    ("RegKey", "TargetObject"),
    ("Rule", "RuleName"),
    ("SrcHost", "SourceHostname"),
    ("SrcIP", "SourceIp"),
    ("SrcPGUID", "SourceProcessGuid"),
    ("SrcPID", "SourceProcessId"),
    ("SrcPort", "SourcePort"),
    ("SrcProc", "SourceImage"),
    ("SrcUser", "SourceUser"),
    ("TgtHost", "DestinationHostname"),
    ("TgtIP", "DestinationIp"),
    ("TgtObj", "TargetObject"),
    ("TgtPGUID", "TargetProcessGuid"),
    ("TgtPID", "TargetProcessId"),
    ("TgtPort", "DestinationPort"),
    ("TgtProc", "TargetImage"),
    ("TgtUser", "TargetUser"),
];

fn security(event_id: u32, short: &str) -> Option<&'static str> {
    Some(match (event_id, short) {
        (4688, "Path" | "Proc") => "NewProcessName",
        (4688, "PID") => "NewProcessId",
        (5156 | 5157, "Proc") => "Application",
        (5156 | 5157, "PID") => "ProcessID",
        (5156 | 5157, "SrcIP") => "SourceAddress",
        (5156 | 5157, "SrcPort") => "SourcePort",
        (5156 | 5157, "TgtIP") => "DestAddress",
        (5156 | 5157, "TgtPort") => "DestPort",
        (5156 | 5157, "TgtMachineID") => "RemoteMachineID",
        (5156 | 5157, "TgtSID") => "RemoteUserID",
        (5379, "PID") => "ClientProcessId",
        (4624, "LID") => "TargetLogonId",
        (4778 | 4779 | 4825, "LID") => "LogonID",
        (4778 | 4779, "TgtUser" | "SrcUser") | (4825, "User") => "AccountName",
        (4778 | 4779 | 4825, "Domain") => "AccountDomain",
        (4778 | 4779 | 4825, "SrcIP") => "ClientAddress",
        (4778 | 4779, "SrcComp") => "ClientName",
        (4672, "TgtUser") => "SubjectUserName",
        (4697 | 4768 | 4769, "Svc") => "ServiceName",
        (4697, "Path") => "ServiceFileName",
        (4697, "SvcAcct") => "ServiceAccount",
        (4697, "SvcType") => "ServiceType",
        (4697, "SvcStartType") => "ServiceStartType",
        (4674, "Svc") => "ObjectName",
        (4776 | 4794, "SrcComp") => "Workstation",
        (4698 | 4699, "Name") => "TaskName",
        (4698, "Content") => "TaskContent",
        (5145, "Path") => "RelativeTargetName",
        (5136 | 4662, "OpType") => "OperationType",
        _ => return found(ANY_SECURITY, short),
    })
}

const ANY_SECURITY: Table = &[
    ("AuthPkg", "AuthenticationPackageName"),
    ("Cmd", "CommandLine"),
    ("CmdLine", "CommandLine"),
    ("Cmdline", "CommandLine"),
    ("Dom", "SubjectDomainName"),
    ("Domain", "SubjectDomainName"),
    ("HID", "HandleId"),
    ("LID", "SubjectLogonId"),
    ("LogonProc", "LogonProcessName"),
    ("ObjDN", "ObjectDN"),
    ("ObjName", "ObjectName"),
    ("ObjSvr", "ObjectServer"),
    ("ObjType", "ObjectType"),
    ("PID", "ProcessId"),
    ("ParentProc", "ParentProcessName"),
    ("Proc", "ProcessName"),
    ("SID", "SubjectUserSid"),
    ("SharePath", "ShareLocalPath"),
    ("SrcComp", "WorkstationName"),
    ("SrcIP", "IpAddress"),
    ("SrcPort", "IpPort"),
    ("SrcSID", "MemberSid"),
    ("SrcUser", "SubjectUserName"),
    ("TgtDomain", "TargetDomainName"),
    ("TgtGrp", "TargetUserName"),
    ("TgtSID", "TargetSid"),
    ("TgtSvr", "TargetInfo"),
    ("TgtUser", "TargetUserName"),
    ("Type", "LogonType"),
    ("User", "SubjectUserName"),
];

fn system(event_id: u32, short: &str) -> Option<&'static str> {
    Some(match (event_id, short) {
        (7045, "Svc") => "ServiceName",
        (7045, "Path") => "ImagePath",
        (7045, "Acct") => "AccountName",
        (7031, "Svc") => "param1",
        (7031, "CrashCount") => "param2",
        (7031, "Action") => "param5",
        _ => return None,
    })
}

const DEFENDER: Table = &[
    ("Proc", "Process Name"),
    ("Severity", "Severity Name"),
    ("Threat", "Threat Name"),
    ("Type", "Category Name"),
    ("User", "Detection User"),
];
