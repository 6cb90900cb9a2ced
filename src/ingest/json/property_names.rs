//! The names of a record's values by their position, for exports that leave the names out: a table,
//! no reading.
//!
//! Sources: `manifest.xml` of <https://github.com/microsoft/SysmonCommon> (Sysmon's schemas 2.0 to
//! 4.90); the events of the other providers, each version of them, in `windows/etw-providers` of
//! <https://github.com/OTRF/OSSEM-DD>; for the second version of 4698 and 4702 Microsoft's pages on
//! them, "A scheduled task was created" and "was updated". What the newest 4697 has beyond
//! `ServiceAccount` was not found described and is taken to be what these have.

type Names = &'static [&'static str];

/// The names of so many values; `None` where no known version of the event has that many.
pub(super) fn of(provider: &str, event_id: u32, count: usize) -> Option<Vec<&'static str>> {
    let is = |name: &str| provider.eq_ignore_ascii_case(name);
    if is("Microsoft-Windows-Sysmon") {
        return sysmon_version(event_id, sysmon(event_id), count);
    }
    let (names, counts) = table(provider, event_id, Some(count))?;
    counts.contains(&count).then(|| names.iter().take(count).copied().collect())
}

/// The names in the newest known version of an event; empty where it is not known.
pub(super) fn longest(provider: &str, event_id: u32) -> Names {
    if provider.eq_ignore_ascii_case("Microsoft-Windows-Sysmon") {
        return sysmon(event_id);
    }
    table(provider, event_id, None).map_or(&[], |(names, _)| names)
}

/// Takes away what came later, the newest first, until so many are left.
fn sysmon_version(event_id: u32, names: Names, count: usize) -> Option<Vec<&'static str>> {
    let mut names = names.to_vec();
    for added in sysmon_additions(event_id) {
        if names.len() <= count {
            break;
        }
        names.retain(|known| !added.contains(known));
    }
    (names.len() == count && count > 0).then_some(names)
}

/// What versions of the schema added to an event, the newest first: the account in 4.80, the
/// contents of a stream in 4.31, the original file name and the type of a pipe's event in 4.21, the
/// rule in 4.1, what the file says of itself in 4.0, the status of its signature in 3.2. Schema 2.0
/// of 2014 and the order of 3.2 cannot be told from later ones by the number of values.
const fn sysmon_additions(event_id: u32) -> &'static [Names] {
    const USER: Names = &["User"];
    const USERS: Names = &["SourceUser", "TargetUser"];
    const RULE: Names = &["RuleName"];
    const ORIGINAL: Names = &["OriginalFileName"];
    const FILE: Names = &["FileVersion", "Description", "Product", "Company"];
    const STATUS: Names = &["SignatureStatus"];
    match event_id {
        1 => &[&["ParentUser"], ORIGINAL, RULE, FILE],
        2 | 5 | 9 | 11..=14 => &[USER, RULE],
        3 | 19..=21 => &[RULE],
        4 => &[&["Version", "SchemaVersion"]],
        6 => &[RULE, STATUS],
        7 => &[USER, ORIGINAL, RULE, FILE, STATUS],
        8 | 10 => &[USERS, RULE],
        15 => &[USER, &["Contents"], RULE],
        17 | 18 => &[USER, &["EventType"], RULE],
        22 | 24 | 25 => &[USER],
        _ => &[],
    }
}

#[rustfmt::skip]
const fn sysmon(event_id: u32) -> Names {
    match event_id {
        1 => &["RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "FileVersion", "Description", "Product", "Company", "OriginalFileName", "CommandLine", "CurrentDirectory", "User", "LogonGuid", "LogonId", "TerminalSessionId", "IntegrityLevel", "Hashes", "ParentProcessGuid", "ParentProcessId", "ParentImage", "ParentCommandLine", "ParentUser"],
        2 => &["RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "TargetFilename", "CreationUtcTime", "PreviousCreationUtcTime", "User"],
        3 => &["RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "User", "Protocol", "Initiated", "SourceIsIpv6", "SourceIp", "SourceHostname", "SourcePort", "SourcePortName", "DestinationIsIpv6", "DestinationIp", "DestinationHostname", "DestinationPort", "DestinationPortName"],
        4 => &["UtcTime", "State", "Version", "SchemaVersion"],
        5 => &["RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "User"],
        6 => &["RuleName", "UtcTime", "ImageLoaded", "Hashes", "Signed", "Signature", "SignatureStatus"],
        7 => &["RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "ImageLoaded", "FileVersion", "Description", "Product", "Company", "OriginalFileName", "Hashes", "Signed", "Signature", "SignatureStatus", "User"],
        8 => &["RuleName", "UtcTime", "SourceProcessGuid", "SourceProcessId", "SourceImage", "TargetProcessGuid", "TargetProcessId", "TargetImage", "NewThreadId", "StartAddress", "StartModule", "StartFunction", "SourceUser", "TargetUser"],
        9 => &["RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "Device", "User"],
        10 => &["RuleName", "UtcTime", "SourceProcessGUID", "SourceProcessId", "SourceThreadId", "SourceImage", "TargetProcessGUID", "TargetProcessId", "TargetImage", "GrantedAccess", "CallTrace", "SourceUser", "TargetUser"],
        11 => &["RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "TargetFilename", "CreationUtcTime", "User"],
        12 => &["RuleName", "EventType", "UtcTime", "ProcessGuid", "ProcessId", "Image", "TargetObject", "User"],
        13 => &["RuleName", "EventType", "UtcTime", "ProcessGuid", "ProcessId", "Image", "TargetObject", "Details", "User"],
        14 => &["RuleName", "EventType", "UtcTime", "ProcessGuid", "ProcessId", "Image", "TargetObject", "NewName", "User"],
        15 => &["RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "TargetFilename", "CreationUtcTime", "Hash", "Contents", "User"],
        16 => &["UtcTime", "Configuration", "ConfigurationFileHash"],
        17 | 18 => &["RuleName", "EventType", "UtcTime", "ProcessGuid", "ProcessId", "PipeName", "Image", "User"],
        19 => &["RuleName", "EventType", "UtcTime", "Operation", "User", "EventNamespace", "Name", "Query"],
        20 => &["RuleName", "EventType", "UtcTime", "Operation", "User", "Name", "Type", "Destination"],
        21 => &["RuleName", "EventType", "UtcTime", "Operation", "User", "Consumer", "Filter"],
        22 => &["RuleName", "UtcTime", "ProcessGuid", "ProcessId", "QueryName", "QueryStatus", "QueryResults", "Image", "User"],
        23 => &["RuleName", "UtcTime", "ProcessGuid", "ProcessId", "User", "Image", "TargetFilename", "Hashes", "IsExecutable", "Archived"],
        24 => &["RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "Session", "ClientInfo", "Hashes", "Archived", "User"],
        25 => &["RuleName", "UtcTime", "ProcessGuid", "ProcessId", "Image", "Type", "User"],
        26 => &["RuleName", "UtcTime", "ProcessGuid", "ProcessId", "User", "Image", "TargetFilename", "Hashes", "IsExecutable"],
        255 => &["UtcTime", "ID", "Description"],
        _ => &[],
    }
}

/// The names in the newest version, and how many of them each version has; those of an older one
/// with another order, where it has so many.
fn table(provider: &str, event_id: u32, count: Option<usize>) -> Option<(Names, &'static [usize])> {
    let is = |name: &str| provider.eq_ignore_ascii_case(name);
    if is("Microsoft-Windows-Security-Auditing") {
        return security(event_id);
    }
    if is("Microsoft-Windows-PowerShell") || is("PowerShellCore") {
        return match event_id {
            4103 => Some((&["ContextInfo", "UserData", "Payload"], &[3])),
            4104 => Some((
                &["MessageNumber", "MessageTotal", "ScriptBlockText", "ScriptBlockId", "Path"],
                &[5],
            )),
            _ => None,
        };
    }
    if is("Microsoft-Windows-TaskScheduler") {
        return match event_id {
            106 => Some((&["TaskName", "UserContext"], &[2])),
            129 => Some((&["TaskName", "Path", "ProcessID", "Priority"], &[4])),
            140 | 141 => Some((&["TaskName", "UserName"], &[2])),
            200 => Some((&["TaskName", "ActionName", "TaskInstanceId", "EnginePID"], &[3, 4])),
            201 if count == Some(3) => Some((&["TaskName", "ActionName", "TaskInstanceId"], &[3])),
            201 => Some((
                &["TaskName", "TaskInstanceId", "ActionName", "ResultCode", "EnginePID"],
                &[4, 5],
            )),
            _ => None,
        };
    }
    (is("Service Control Manager") && event_id == 7045)
        .then_some((&["ServiceName", "ImagePath", "ServiceType", "StartType", "AccountName"], &[5]))
}

#[rustfmt::skip]
const fn security(event_id: u32) -> Option<(Names, &'static [usize])> {
    Some(match event_id {
        4624 => (&["SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "TargetUserSid", "TargetUserName", "TargetDomainName", "TargetLogonId", "LogonType", "LogonProcessName", "AuthenticationPackageName", "WorkstationName", "LogonGuid", "TransmittedServices", "LmPackageName", "KeyLength", "ProcessId", "ProcessName", "IpAddress", "IpPort", "ImpersonationLevel", "RestrictedAdminMode", "TargetOutboundUserName", "TargetOutboundDomainName", "VirtualAccount", "TargetLinkedLogonId", "ElevatedToken"], &[20, 21, 27]),
        4625 => (&["SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "TargetUserSid", "TargetUserName", "TargetDomainName", "Status", "FailureReason", "SubStatus", "LogonType", "LogonProcessName", "AuthenticationPackageName", "WorkstationName", "TransmittedServices", "LmPackageName", "KeyLength", "ProcessId", "ProcessName", "IpAddress", "IpPort"], &[21]),
        4634 => (&["TargetUserSid", "TargetUserName", "TargetDomainName", "TargetLogonId", "LogonType"], &[5]),
        4648 => (&["SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "LogonGuid", "TargetUserName", "TargetDomainName", "TargetLogonGuid", "TargetServerName", "TargetInfo", "ProcessId", "ProcessName", "IpAddress", "IpPort"], &[14]),
        4657 => (&["SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "ObjectName", "ObjectValueName", "HandleId", "OperationType", "OldValueType", "OldValue", "NewValueType", "NewValue", "ProcessId", "ProcessName"], &[14]),
        4663 => (&["SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "ObjectServer", "ObjectType", "ObjectName", "HandleId", "AccessList", "AccessMask", "ProcessId", "ProcessName", "ResourceAttributes"], &[12, 13]),
        4672 => (&["SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "PrivilegeList"], &[5]),
        4688 => (&["SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "NewProcessId", "NewProcessName", "TokenElevationType", "ProcessId", "CommandLine", "TargetUserSid", "TargetUserName", "TargetDomainName", "TargetLogonId", "ParentProcessName", "MandatoryLabel"], &[8, 9, 15]),
        4689 => (&["SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "Status", "ProcessId", "ProcessName"], &[7]),
        4697 => (&["SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "ServiceName", "ServiceFileName", "ServiceType", "ServiceStartType", "ServiceAccount", "ClientProcessStartKey", "ClientProcessId", "ParentProcessId"], &[9, 12]),
        4698 => (&["SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "TaskName", "TaskContent", "ClientProcessStartKey", "ClientProcessId", "ParentProcessId", "RpcCallClientLocality", "FQDN"], &[6, 11]),
        4702 => (&["SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "TaskName", "TaskContentNew", "ClientProcessStartKey", "ClientProcessId", "ParentProcessId", "RpcCallClientLocality", "FQDN"], &[6, 11]),
        5156 => (&["ProcessID", "Application", "Direction", "SourceAddress", "SourcePort", "DestAddress", "DestPort", "Protocol", "FilterRTID", "LayerName", "LayerRTID", "RemoteUserID", "RemoteMachineID"], &[11, 13]),
        _ => return None,
    })
}
